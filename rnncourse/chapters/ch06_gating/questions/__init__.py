"""The questions of lesson 6."""

from rnncourse.grading.writing import collect_questions

QUESTIONS = collect_questions(__name__)
