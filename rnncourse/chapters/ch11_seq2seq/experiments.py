"""What chapter 11 measures."""

from functools import partial

from rnncourse.chapters.ch11_seq2seq.page_experiments import (
    measure_numerals,
    measure_short_training,
)
from rnncourse.chapters.ch11_seq2seq.spelling_experiments import (
    measure_kind,
    measure_spelling_baselines,
    measure_spelling_stored,
)

EXPERIMENTS = {
    "spelling": partial(measure_kind, "spelling", "forward"),
    "spelling_reversed": partial(measure_kind, "spelling_reversed", "reversed", reverse=True),
    "spelling_rivals": measure_spelling_baselines,
    "spelling_stored": measure_spelling_stored,
    "numerals": measure_numerals,
    "short_training": measure_short_training,
}
"""What `make measure` runs: by section of the record."""
