"""The questions of lesson 1: shapes of input and output, windows, padding, and a small memory."""

from rnncourse.grading.writing import collect_questions

QUESTIONS = collect_questions(__name__)
