"""The questions of lesson 7."""

from rnncourse.grading.writing import collect_questions

QUESTIONS = collect_questions(__name__)
