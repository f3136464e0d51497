"""Chapter 2."""

PAGE = "02-language-models"
TITLE = "Language models"
QUESTION = """\
What is the next letter? A model that only counts gets far on two million characters of English, and
then meets a wall."""
