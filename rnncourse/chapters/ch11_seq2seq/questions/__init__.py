"""The questions of lesson 11."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
