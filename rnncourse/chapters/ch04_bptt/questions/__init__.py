"""The questions of lesson 4: backpropagation through time, by hand, cut and in little memory."""

from rnncourse.grading.writing import collect_questions

QUESTIONS = collect_questions(__name__)
