"""What chapter 7 measures."""

from functools import partial

from rnncourse.chapters.ch07_lstm import (
    carousel,
    cell_experiments,
    char_lstm,
    lags,
    lesson,
    live_experiments,
    peepholes,
)

EXPERIMENTS = {
    "travel": carousel.measure_gradient_reach,
    "lists_gated": lesson.measure_gated,
    "lists_plain": lesson.measure_plain,
    "first": peepholes.measure_keeping_first,
    "refused": peepholes.measure_closed_output_gate,
    "lag_plain": partial(lags.measure_kinds, "plain"),
    "lag_biases": partial(lags.measure_kinds, "biases"),
    "lag_long": partial(lags.measure_kinds, "long"),
    "opened": lags.measure_small_forget_bias,
    "char_lstm_0": char_lstm.train_page_network,
    "cells": cell_experiments.measure_cells,
    "clamped": cell_experiments.measure_clamped,
    "live": live_experiments.measure_live_cells,
    "char_lstm_1": cell_experiments.measure_second_seed,
}
"""What `make measure` runs: by section of the record."""
