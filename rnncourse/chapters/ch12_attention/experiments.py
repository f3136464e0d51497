"""What chapter 12 measures."""

from rnncourse.chapters.ch12_attention.network_experiments import (
    measure_attending,
    measure_chance,
    measure_without,
)
from rnncourse.chapters.ch12_attention.one_row import measure_one_row
from rnncourse.chapters.ch12_attention.spelling_experiments import (
    measure_spelling_attention,
    measure_spelling_one_vector,
    measure_spelling_seconds,
)
from rnncourse.chapters.ch12_attention.spelling_network import (
    measure_sounds,
    measure_sounds_rescored,
)

EXPERIMENTS = {
    "spelling_attention": measure_spelling_attention,
    "spelling_one_vector": measure_spelling_one_vector,
    "spelling_seconds": measure_spelling_seconds,
    "sounds": measure_sounds,
    "sounds_rescored": measure_sounds_rescored,
    "one_row": measure_one_row,
    "attending": measure_attending,
    "chance": measure_chance,
    "without": measure_without,
}
"""What `make measure` runs: by section of the record."""
