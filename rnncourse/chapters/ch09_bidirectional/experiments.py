"""What chapter 9 measures."""

from rnncourse.chapters.ch09_bidirectional.deep_experiments import (
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
    measure_cells,
    measure_rates,
    measure_roles,
)

EXPERIMENTS = {
    "rates": measure_rates,
    "roles": measure_roles,
    "cells": measure_cells,
    "fading": measure_fading,
    "recall": measure_recall,
    "text": measure_text,
    "prices": measure_prices,
    "forecast": measure_forecast,
    "ends": measure_ends,
}
"""What `make measure` runs: by section of the record."""
