"""What chapter 12 measures."""

from functools import partial

from rnncourse.chapters.ch12_attention.network_experiments import (
    measure_attending,
    measure_chance,
    measure_without_attention,
)
from rnncourse.chapters.ch12_attention.prefix_lm import (
    measure_prefix_lm,
    measure_prefix_lm_higher_lr,
)
from rnncourse.chapters.ch12_attention.spelling_experiments import (
    measure_kind,
    measure_spelling_seconds,
)
from rnncourse.chapters.ch12_attention.spelling_network import (
    measure_sounds,
    measure_sounds_rescored,
)

EXPERIMENTS = {
    "spelling_attention": partial(measure_kind, "attention"),
    "spelling_one_vector": partial(measure_kind, "one_vector", attends=False),
    "spelling_seconds": measure_spelling_seconds,
    "sounds": measure_sounds,
    "sounds_rescored": measure_sounds_rescored,
    "one_row": measure_prefix_lm,
    "one_row_beyond": measure_prefix_lm_higher_lr,
    "attending": measure_attending,
    "chance": measure_chance,
    "without": measure_without_attention,
}
"""What `make measure` runs: by section of the record."""
