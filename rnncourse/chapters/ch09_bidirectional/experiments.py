"""What chapter 9 measures."""

from rnncourse.chapters.ch09_bidirectional.other_experiments import measure_ends, measure_prices
from rnncourse.chapters.ch09_bidirectional.spelling_experiments import (
    measure_counts,
    measure_directions,
    measure_sounds,
)

EXPERIMENTS = {
    "sounds": measure_sounds,
    "counts": measure_counts,
    "directions": measure_directions,
    "prices": measure_prices,
    "ends": measure_ends,
}
"""What `make measure` runs: by section of the record."""
