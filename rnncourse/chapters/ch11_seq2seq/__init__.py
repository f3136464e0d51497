"""Chapter 11."""

PAGE = "11-sequence-to-sequence"
ARCHITECTURE = "Encoder–decoder"
TITLE = "Sequence to sequence"
QUESTION = """\
*Through, though, tough, cough*: one network reads a word to its end, another says it. All that
passes between them is one vector. How much fits into it?"""
LAB = "lab-11-sequence-to-sequence"
