"""The questions of lesson 3: states, padding, output recurrence, an echo, a dog that is late."""

from rnncourse.grading.writing import collect_questions

QUESTIONS = collect_questions(__name__)
