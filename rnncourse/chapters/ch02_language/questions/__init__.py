"""The questions of chapter 2: language models that count, and language models that recur."""

from rnncourse.chapters.ch02_language.questions import (
    counting,
    networks,
    project,
    sampling,
    smoothing,
)

QUESTIONS = (
    *counting.QUESTIONS,
    *smoothing.QUESTIONS,
    *networks.QUESTIONS,
    *sampling.QUESTIONS,
    *project.QUESTIONS,
)
"""All questions, in the order of the exercises."""
