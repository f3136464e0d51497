"""What chapter 11 measures."""

from rnncourse.chapters.ch11_seq2seq.network_experiments import (
    measure_beams,
    measure_deep,
    measure_deep_time,
    measure_lists,
    measure_one_vector,
    measure_rates,
    measure_rates_remedies,
    measure_reversed,
    measure_sizes,
    measure_small_vector,
    measure_two_layers,
)
from rnncourse.chapters.ch11_seq2seq.page_experiments import (
    measure_counting,
    measure_dates,
    measure_hasty,
    measure_numeral_chunks,
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
    "rates": measure_rates,
    "rates_remedies": measure_rates_remedies,
    "numerals": measure_numerals,
    "numeral_chunks": measure_numeral_chunks,
    "counting": measure_counting,
    "lists": measure_lists,
    "one_vector": measure_one_vector,
    "small_vector": measure_small_vector,
    "two_layers": measure_two_layers,
    "sizes": measure_sizes,
    "deep": measure_deep,
    "deep_time": measure_deep_time,
    "beams": measure_beams,
    "reversed": measure_reversed,
    "dates": measure_dates,
    "hasty": measure_hasty,
}
"""What `make measure` runs: by section of the record."""
