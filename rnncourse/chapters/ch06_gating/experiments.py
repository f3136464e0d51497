"""What chapter 6 measures."""

from rnncourse.chapters.ch06_gating import (
    counting_experiments,
    deciding_experiments,
    gru_experiments,
    lesson,
)
from rnncourse.chapters.ch06_gating.subset_experiments import (
    measure_longer,
    measure_one_asked,
    measure_one_marked,
    measure_one_reset,
    measure_plain,
    measure_two,
    measure_units_asked,
    measure_units_marked,
    measure_units_reset,
)
from rnncourse.chapters.ch06_gating.unit_training import measure_unit

EXPERIMENTS = {
    "one_reset": measure_one_reset,
    "one_marked": measure_one_marked,
    "one_asked": measure_one_asked,
    "two": measure_two,
    "units_reset": measure_units_reset,
    "units_marked": measure_units_marked,
    "units_asked": measure_units_asked,
    "longer": measure_longer,
    "plain": measure_plain,
    "unit": measure_unit,
    **counting_experiments.EXPERIMENTS,
    **gru_experiments.EXPERIMENTS,
    **deciding_experiments.EXPERIMENTS,
    **lesson.EXPERIMENTS,
}
"""What `make measure` runs: by section of the record."""
