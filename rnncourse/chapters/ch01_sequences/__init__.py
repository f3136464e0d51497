"""Chapter 1."""

PAGE = "01-sequences"
ARCHITECTURE = "RNN"
TITLE = "Sequences"
QUESTION = """\
Two names with the same letters, one Finnish, one Polish: what a bag of letters, a window and a
state know of a sequence, and five shapes of task."""
LAB = "lab-01-sequences"
