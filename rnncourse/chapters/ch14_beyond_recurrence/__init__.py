"""Chapter 14."""

PAGE = "14-beyond-recurrence"
TITLE = "Beyond recurrence"
QUESTION = """\
A network that reads a text all at once, and one that reads it step by step: what does each gain,
and what does it pay?"""
LAB = "lab-14-beyond-recurrence"
