"""The questions of lesson 2: language models that count, and language models that recur."""

from rnncourse.grading.writing import collect_questions

QUESTIONS = collect_questions(__name__)
