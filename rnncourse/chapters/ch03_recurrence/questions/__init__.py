"""The questions of chapter 3: states, weights, padding, output recurrence, and an echo by hand."""

from rnncourse.chapters.ch03_recurrence.questions import (
    echoing,
    free,
    padding,
    pieces,
    states,
    told,
    weights,
)

QUESTIONS = (
    *states.QUESTIONS,
    *weights.QUESTIONS,
    *pieces.QUESTIONS,
    *padding.QUESTIONS,
    *told.QUESTIONS,
    *free.QUESTIONS,
    *echoing.QUESTIONS,
)
"""All questions, in the order of the exercises."""
