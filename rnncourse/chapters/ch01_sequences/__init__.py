"""Chapter 1."""

PAGE = "01-sequences"
TITLE = "Sequences"
QUESTION = """\
Names, clips, source code, numerals: five shapes of task, one network. What a window sees, and what
only a state can."""
