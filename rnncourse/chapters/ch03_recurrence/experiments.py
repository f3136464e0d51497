"""The recorded numbers of the chapter on recurrent networks (about half an hour)."""

from collections.abc import Sequence

import numpy as np

from rnncourse.chapters.ch03_recurrence import teacher_forcing
from rnncourse.chapters.ch03_recurrence.drawing import measure_drawing
from rnncourse.chapters.ch03_recurrence.exposure_bias import measure_exposure
from rnncourse.chapters.ch03_recurrence.kinds import (
    DISTINCT,
    LONG_T,
    NETWORK_KINDS,
    TEST_SEQUENCES,
    T,
    find_correct_answers,
    train_kind,
)
from rnncourse.chapters.ch03_recurrence.long_training import measure_longer_training
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING

COMPARED = _, HIDDEN, GRU, OUTPUT = (
    "no recurrence",
    "hidden recurrence, tanh",
    "hidden recurrence, GRU",
    "output recurrence",
)
LENGTHENED = (("echo", GRU), ("running sum", OUTPUT), ("running sum", GRU))
"""The networks that are followed step by step at ten times the length of their training."""
READ_LENGTHS = (30, 50, 100, 200)
"""Steps after which a GRU that keeps the sum is looked at; it is trained on 20."""
UPDATES, BIN_STEPS = 1500, 10

DRAWN = {"data": "drawn at random"}
TRAINING_TOLERANCE = (
    0.03,
    "500 test sequences; float32 training ends elsewhere on another processor, within the spread "
    "of seeds",
)
HALF_TRAINED_TOLERANCE = (0.12, "a half-trained network: the spread over seeds is as wide")
LONG_TRAINED = (
    0.07,
    "three GRUs of other seeds, trained again on the code path of processors without AVX, had up "
    "to 0.061 more or less",
)


def measure_recurrences() -> Record:
    """Train every kind on every task; score it told, free, and at ten times the length.

    Also: output recurrence whose answers say less and less (three minutes).

    Networks of 64 units make 1,500 updates, told the right answers before: Adam at a rate of 0.003,
    batches of 32 new sequences of 20 steps, the gradient clipped at a norm of 1. Scores are of 500
    other sequences; for B6 of 200 steps, of which ten at a time count.
    """
    about = DRAWN | {"seeds": [*CONFIRMING]} | provenance()
    record = Record("ch03_recurrence", "recurrences", about)
    for task in ("running sum", "echo"):
        for name in COMPARED:
            _add_kind(record, task, name, CONFIRMING)
    for distinct in DISTINCT:
        values = [coarse_accuracy(distinct, seed) for seed in CONFIRMING]
        record.add(f"E3/right/{distinct}", values, *TRAINING_TOLERANCE)
    return record


def coarse_accuracy(distinct: int, seed: int) -> float:
    """Train output recurrence on running sums whose answers say less than the sum.

    Args:
        distinct: How many of the ten sums the answers tell apart.
        seed: Of weights and sequences.

    Returns:
        The share of right answers to 500 new sequences, running free.
    """
    task = f"running sum, {distinct} answers"
    net = train_kind(NETWORK_KINDS[OUTPUT], task, UPDATES, seed)
    return float(find_correct_answers(net, task, free_running=True).mean())


def _add_kind(record: Record, task: str, name: str, seeds: Sequence[int]) -> None:
    scores: dict[str, list] = {"teacher_forced": [], "free_running": []}
    by_step = []
    for seed in seeds:
        net = train_kind(NETWORK_KINDS[name], task, UPDATES, seed)
        scores["teacher_forced"].append(find_correct_answers(net, task, free_running=False).mean())
        scores["free_running"].append(find_correct_answers(net, task, free_running=True).mean())
        if (task, name) in LENGTHENED:
            is_right = find_correct_answers(net, task, free_running=True, steps=LONG_T)
            by_step.append(is_right.reshape(-1, BIN_STEPS, TEST_SEQUENCES).mean((1, 2)))
    for mode, values in scores.items():
        record.add(f"{mode}/{task}/{name}", values, *TRAINING_TOLERANCE)
    for seed, row in zip(seeds, by_step, strict=False):
        record.add(f"by_step/{task}/{name}/{seed}", row, *HALF_TRAINED_TOLERANCE)
    if (task, name) == LENGTHENED[-1]:
        _add_lengths(record, np.array(by_step))


def _add_lengths(record: Record, by_step: np.ndarray) -> None:
    """Enter what is right within the trained length, and in the last ten of more steps."""
    record.add("B6/trained", by_step[:, : T // BIN_STEPS].mean(1), *TRAINING_TOLERANCE)
    for steps in READ_LENGTHS:
        record.add(f"B6/right/{steps}", by_step[:, steps // BIN_STEPS - 1], *LONG_TRAINED)


def measure_forcing() -> Record:
    """Follow trainings with teacher forcing: what running free changes, while they err and after.

    Answers: the shares that are right, told and free (seconds).

    GRUs of 32 units that also read their answer before; Adam at a rate of 0.003, batches of 32 new
    sequences of 20 steps, at most 600 updates. Looked at after 100, 120, ..., 400 and 600 updates,
    on 500 sequences; E4 takes the first look at which more than `teacher_forcing.LEARNED` of the
    answers are right when told.
    """
    record = Record("ch03_recurrence", "forcing", DRAWN | {"seeds": [*CONFIRMING]} | provenance())
    curves = [teacher_forcing.teacher_forcing_curve(seed) for seed in CONFIRMING]
    record.add("forcing/updates", [curve.updates for curve in curves], 40, "two checkpoints")
    for name in ("teacher_forced", "free_running"):
        accuracies = [getattr(curve, name)[curve.first_learned] for curve in curves]
        record.add(f"E4/{name}", accuracies, *HALF_TRAINED_TOLERANCE)
    return record


EXPERIMENTS = {
    "recurrences": measure_recurrences,
    "exposure": measure_exposure,
    "longer": measure_longer_training,
    "forcing": measure_forcing,
    "drawing": measure_drawing,
}
"""What `make measure` runs: by section of the record."""
