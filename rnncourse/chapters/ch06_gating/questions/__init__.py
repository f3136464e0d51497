"""The questions of lesson 6."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
