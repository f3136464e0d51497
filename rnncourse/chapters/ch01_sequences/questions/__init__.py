"""The questions of chapter 1: shapes of input and output, windows, padding, and a small memory."""

from rnncourse.chapters.ch01_sequences.questions import (
    answers,
    padding,
    reach,
    scores,
    shapes,
    states,
    teacher,
    windows,
)

QUESTIONS = (
    *shapes.QUESTIONS,
    *windows.QUESTIONS,
    *padding.QUESTIONS,
    *answers.QUESTIONS,
    *scores.QUESTIONS,
    *teacher.QUESTIONS,
    *reach.QUESTIONS,
    *states.QUESTIONS,
)
"""All questions, in the order of the exercises."""
