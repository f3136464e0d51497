"""Chapter 2: language models that count, and on a second page language models that recur."""

PAGE = "02-language-models"
ARCHITECTURE = "RNN"
TITLE = "Language models"
QUESTION = """\
What is the next letter? A model that only counts gets far on two million characters of English, and
then meets a wall."""
PAGE_B = "02b-recurrent-language-models"
TITLE_B = "Recurrent language models"
QUESTION_B = """\
A network that carries a state has no window to look through. Does that make it the better model of
the same text, and what does it remember of the page that it reads?"""
LAB = "lab-02-language-models"
