"""The questions of lesson 4: backpropagation through time, by hand, cut and in little memory."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
