"""What chapter 9 measures."""

from rnncourse.chapters.ch09_bidirectional.deep_experiments import (
    measure_added_0,
    measure_added_1,
    measure_added_2,
    measure_added_31,
    measure_added_62,
    measure_fading,
    measure_recall,
    measure_text,
)
from rnncourse.chapters.ch09_bidirectional.other_experiments import (
    measure_ends,
    measure_prices,
)
from rnncourse.chapters.ch09_bidirectional.price_experiments import measure_forecast
from rnncourse.chapters.ch09_bidirectional.tagging_experiments import (
    measure_blocks,
    measure_cells,
    measure_rates,
    measure_roles,
    measure_sides,
)

EXPERIMENTS = {
    "rates": measure_rates,
    "roles": measure_roles,
    "cells": measure_cells,
    "sides": measure_sides,
    "blocks": measure_blocks,
    "fading": measure_fading,
    "recall": measure_recall,
    "added_0": measure_added_0,
    "added_1": measure_added_1,
    "added_2": measure_added_2,
    "added_31": measure_added_31,
    "added_62": measure_added_62,
    "text": measure_text,
    "prices": measure_prices,
    "forecast": measure_forecast,
    "ends": measure_ends,
}
"""What `make measure` runs: by section of the record."""
