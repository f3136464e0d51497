"""What chapter 7 measures."""

from functools import partial

from rnncourse.chapters.ch07_lstm import (
    carousel,
    lags,
    lesson,
    live_experiments,
    mind_experiments,
    mind_training,
    peepholes,
)

EXPERIMENTS = {
    "travel": carousel.measure_travel,
    "lists_gated": lesson.measure_gated,
    "lists_plain": lesson.measure_plain,
    "first": peepholes.measure_first,
    "refused": peepholes.measure_refused,
    "lag_plain": partial(lags.measure_part, "plain"),
    "lag_biases": partial(lags.measure_part, "biases"),
    "lag_long": partial(lags.measure_part, "long"),
    "opened": lags.measure_opened,
    "mind_0": mind_training.measure_first,
    "cells": mind_experiments.measure_cells,
    "turned": mind_experiments.measure_turned,
    "live": live_experiments.measure_live,
    "mind_1": mind_experiments.measure_second,
}
"""What `make measure` runs: by section of the record."""
