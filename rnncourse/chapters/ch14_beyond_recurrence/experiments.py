"""What chapter 14 measures."""

from functools import partial

from rnncourse.chapters.ch14_beyond_recurrence import list_experiments
from rnncourse.chapters.ch14_beyond_recurrence.cost_experiments import measure_costs
from rnncourse.chapters.ch14_beyond_recurrence.language_experiments import (
    measure_contest_seed,
    measure_rates,
    measure_rates_beyond,
    measure_update_times,
)
from rnncourse.chapters.ch14_beyond_recurrence.parity_networks import measure_parity_networks
from rnncourse.chapters.ch14_beyond_recurrence.task_experiments import measure_task

EXPERIMENTS = {
    "lists": partial(list_experiments.train_and_score, "lists"),
    "list-blocks": partial(list_experiments.train_and_score, "list-blocks"),
    "list-heads": list_experiments.measure_list_heads,
    "costs": measure_costs,
    "rates": measure_rates,
    "rates_beyond": measure_rates_beyond,
    "pace": measure_update_times,
    "contest-0": partial(measure_contest_seed, 0),
    "contest-1": partial(measure_contest_seed, 1),
    "contest-2": partial(measure_contest_seed, 2),
    "recall": partial(measure_task, "recall"),
    "parity": partial(measure_task, "parity"),
    "players": measure_parity_networks,
}
"""What `make measure` runs: by section of the record."""
