"""Chapter 11."""

PAGE = "11-sequence-to-sequence"
TITLE = "Sequence to sequence"
QUESTION = """\
One network reads to the end, another begins to write. All that passes between them is one vector:
how much fits into it?"""
