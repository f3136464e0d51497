"""What chapter 12 measures."""

from rnncourse.chapters.ch12_attention.control_experiments import (
    measure_brief,
)
from rnncourse.chapters.ch12_attention.cost_experiments import (
    measure_costs,
    measure_speeds,
)
from rnncourse.chapters.ch12_attention.network_experiments import (
    measure_attending,
    measure_chance,
    measure_commas,
    measure_kinds,
    measure_longer,
    measure_nudged,
    measure_rates,
    measure_rates_beyond,
    measure_varied,
    measure_without,
)
from rnncourse.chapters.ch12_attention.one_row import measure_one_row
from rnncourse.chapters.ch12_attention.page_experiments import measure_dates, measure_numerals
from rnncourse.chapters.ch12_attention.spelling_experiments import (
    measure_spelling_attention,
    measure_spelling_one_vector,
)
from rnncourse.chapters.ch12_attention.spelling_network import measure_sounds

EXPERIMENTS = {
    "spelling_attention": measure_spelling_attention,
    "spelling_one_vector": measure_spelling_one_vector,
    "sounds": measure_sounds,
    "one_row": measure_one_row,
    "rates": measure_rates,
    "rates_beyond": measure_rates_beyond,
    "attending": measure_attending,
    "commas": measure_commas,
    "nudged": measure_nudged,
    "varied": measure_varied,
    "chance": measure_chance,
    "without": measure_without,
    "longer": measure_longer,
    "kinds": measure_kinds,
    "brief": measure_brief,
    "dates": measure_dates,
    "numerals": measure_numerals,
    "speeds": measure_speeds,
    "costs": measure_costs,
}
"""What `make measure` runs: by section of the record."""
