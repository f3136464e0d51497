"""The questions of lesson 3: states, padding, output recurrence, an echo, a dog that is late."""

from rnncourse.grading.writing import questions_in

QUESTIONS = questions_in(__name__)
