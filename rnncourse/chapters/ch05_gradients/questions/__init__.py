"""The questions of lesson 5."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
