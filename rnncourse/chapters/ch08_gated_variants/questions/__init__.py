"""The questions of lesson 8."""

from rnncourse.grading.writing import collect_questions

QUESTIONS = collect_questions(__name__)
