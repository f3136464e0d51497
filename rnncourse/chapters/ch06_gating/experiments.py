"""What chapter 6 measures."""

from rnncourse.chapters.ch06_gating import gate_experiments, lesson
from rnncourse.chapters.ch06_gating.unit_training import measure_unit

EXPERIMENTS = {"unit": measure_unit, **gate_experiments.EXPERIMENTS, **lesson.EXPERIMENTS}
"""What `make measure` runs: by section of the record."""
