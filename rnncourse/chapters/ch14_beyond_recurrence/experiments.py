"""What chapter 14 measures."""

from rnncourse.chapters.ch14_beyond_recurrence.cost_experiments import measure_costs
from rnncourse.chapters.ch14_beyond_recurrence.language_experiments import (
    measure_pace,
    measure_rates,
    measure_seed_0,
    measure_seed_1,
    measure_seed_2,
)
from rnncourse.chapters.ch14_beyond_recurrence.list_experiments import (
    measure_list_blocks,
    measure_list_heads,
    measure_lists,
)
from rnncourse.chapters.ch14_beyond_recurrence.task_experiments import (
    measure_parity,
    measure_recall,
)

EXPERIMENTS = {
    "lists": measure_lists,
    "list-blocks": measure_list_blocks,
    "list-heads": measure_list_heads,
    "costs": measure_costs,
    "rates": measure_rates,
    "pace": measure_pace,
    "contest-0": measure_seed_0,
    "contest-1": measure_seed_1,
    "contest-2": measure_seed_2,
    "recall": measure_recall,
    "parity": measure_parity,
}
"""What `make measure` runs: by section of the record."""
