"""What chapter 6 measures."""

from rnncourse.chapters.ch06_gating import deciding_experiments, lesson
from rnncourse.chapters.ch06_gating.subset_experiments import (
    measure_one_asked,
    measure_one_marked,
    measure_one_reset,
    measure_two,
)
from rnncourse.chapters.ch06_gating.unit_training import measure_unit

EXPERIMENTS = {
    "one_reset": measure_one_reset,
    "one_marked": measure_one_marked,
    "one_asked": measure_one_asked,
    "two": measure_two,
    "unit": measure_unit,
    **deciding_experiments.EXPERIMENTS,
    **lesson.EXPERIMENTS,
}
"""What `make measure` runs: by section of the record."""
