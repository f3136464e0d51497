"""The questions of chapter 14."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
"""All questions, in the order of the exercises."""
