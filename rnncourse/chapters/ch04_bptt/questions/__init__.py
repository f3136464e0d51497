"""The questions of chapter 4: backpropagation through time, by hand, cut and in little memory."""

from rnncourse.chapters.ch04_bptt.questions import (
    checking,
    loop,
    losses,
    memory,
    steps,
    training,
    windows,
)

QUESTIONS = (
    *steps.QUESTIONS,
    *losses.QUESTIONS,
    *loop.QUESTIONS,
    *checking.QUESTIONS,
    *windows.QUESTIONS,
    *training.QUESTIONS,
    *memory.QUESTIONS,
)
"""All questions, in the order of the exercises."""
