"""What chapter 11 measures."""

from rnncourse.chapters.ch11_seq2seq.page_experiments import measure_hasty, measure_numerals
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
    "hasty": measure_hasty,
}
"""What `make measure` runs: by section of the record."""
