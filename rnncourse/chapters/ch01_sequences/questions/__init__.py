"""The questions of lesson 1: shapes of input and output, windows, padding, and a small memory."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
