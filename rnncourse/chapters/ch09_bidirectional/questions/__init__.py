"""The questions of lesson 9."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
