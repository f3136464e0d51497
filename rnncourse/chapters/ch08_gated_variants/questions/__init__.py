"""The questions of lesson 8."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
