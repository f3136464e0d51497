"""What chapter 11 measures."""

from rnncourse.chapters.ch11_seq2seq.network_experiments import (
    measure_beams,
    measure_lists,
    measure_one_vector,
    measure_sizes,
    measure_small_vector,
    measure_two_layers,
)
from rnncourse.chapters.ch11_seq2seq.page_experiments import (
    measure_counting,
    measure_hasty,
    measure_numerals,
)
from rnncourse.chapters.ch11_seq2seq.spelling_experiments import (
    measure_spelling,
    measure_spelling_reversed,
    measure_spelling_rivals,
)

EXPERIMENTS = {
    "spelling": measure_spelling,
    "spelling_reversed": measure_spelling_reversed,
    "spelling_rivals": measure_spelling_rivals,
    "numerals": measure_numerals,
    "counting": measure_counting,
    "lists": measure_lists,
    "one_vector": measure_one_vector,
    "small_vector": measure_small_vector,
    "two_layers": measure_two_layers,
    "sizes": measure_sizes,
    "beams": measure_beams,
    "hasty": measure_hasty,
}
"""What `make measure` runs: by section of the record."""
