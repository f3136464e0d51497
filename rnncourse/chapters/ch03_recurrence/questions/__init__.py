"""The questions of chapter 3: states, weights, padding, output recurrence, an echo, and a late dog."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
"""All questions, in the order of the exercises."""
