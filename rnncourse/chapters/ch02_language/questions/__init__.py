"""The questions of lesson 2: language models that count, and language models that recur."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
