"""Chapter 14."""

PAGE = "14-beyond-recurrence"
ARCHITECTURE = "Transformer"
TITLE = "Beyond recurrence"
QUESTION = """\
A network that reads a text all at once, and one that reads it step by step: what does each gain,
and what does it pay?"""
PAGE_B = "14b-recurrence-comes-back"
TITLE_B = "Recurrence comes back"
QUESTION_B = """\
What is easy for a state and hard for a look, and the other way round? How does a transformer get a
state again?"""
LAB = "lab-14-beyond-recurrence"
