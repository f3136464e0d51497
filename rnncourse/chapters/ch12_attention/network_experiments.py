"""What is recorded of networks that translate lists of numbers, with attention and without."""

from collections.abc import Sequence

import numpy as np

from rnncourse.analysis.translations import (
    LENGTHS,
    MAX_TRAIN_LENGTH,
    load_number_lists,
    select_by_length,
    store_network,
)
from rnncourse.chapters.ch12_attention import scoring
from rnncourse.chapters.ch12_attention.stored import FOLDER, KIND
from rnncourse.chapters.ch12_attention.translating import (
    ATTENTION_CONFIGS,
    compute_attention,
    exact_by_length,
    train_list_translator,
)
from rnncourse.core.records import Record, provenance

SEEDS = (0, 1, 2, 3, 4)
N_ATTENDED = 4
"""Numbers of the lists whose looks are scored."""
ROUNDING_TOLERANCE = (1e-9, "sums in another order")
PERTURBATION_EVIDENCE = "float32: first weights nudged by a millionth moved "
GENERAL_TOLERANCE = (
    0.05,
    PERTURBATION_EVIDENCE
    + "none of these shares by more than 0.01 (general, lists of 2 to 6 numbers)",
)
NO_ATTENTION_TOLERANCE = (
    0.15,
    PERTURBATION_EVIDENCE + "none of these shares by more than 0.05 (no attention, two seeds)",
)
FEW_LISTS_TOLERANCE = (
    0.35,
    PERTURBATION_EVIDENCE + "it by up to 0.1; there are 20 lists of one number, or fewer",
)
# Of the recorded shares, all below 0.06: it asserts that such lists are not learned, no more.
LONGER_LISTS_TOLERANCE = (
    0.6,
    PERTURBATION_EVIDENCE + "it by up to 0.05; lists longer than any trained, decided by chance",
)
POINTING_TOLERANCE = (
    0.06,
    PERTURBATION_EVIDENCE + "none of these scores by more than 0.01 (general, two seeds)",
)
# It asserts next to nothing: that a network which looked at the comma still does at times.
COMMA_TOLERANCE = (
    0.8,
    PERTURBATION_EVIDENCE + "looks at the comma by up to 0.5: they are decided by chance",
)


def begin_record(section: str) -> Record:
    """Begin a record."""
    data = "20,000 lists of 1 to 6 numbers, English to German"
    return Record("ch12_attention", section, {"data": data, **provenance()})


def add_exact_fractions(record: Record, name: str, accuracies: Sequence) -> None:
    """Record shares, `seeds x lengths`."""
    for k, column in zip(LENGTHS, np.array(accuracies).T, strict=True):
        tolerance = NO_ATTENTION_TOLERANCE if name == "none" else GENERAL_TOLERANCE
        tolerance = LONGER_LISTS_TOLERANCE if k > MAX_TRAIN_LENGTH else tolerance
        tolerance = FEW_LISTS_TOLERANCE if k == 1 else tolerance
        record.add(f"exact/{name}/{k}", column, *tolerance)


def measure_without_attention() -> Record:
    """Train without attention, as many updates (a minute and a half)."""
    record, data = begin_record("without"), load_number_lists()
    scores = [
        exact_by_length(train_list_translator(ATTENTION_CONFIGS["none"], seed), data, data.test)
        for seed in SEEDS
    ]
    add_exact_fractions(record, "none", scores)
    return record


def measure_chance() -> Record:
    """Score what reads nothing (seconds)."""
    record, data = begin_record("chance"), load_number_lists()
    for key, value in scoring.score_baselines(
        data.train, select_by_length(data.test, N_ATTENDED)
    ).items():
        record.add(f"chance/{key}", value, *ROUNDING_TOLERANCE)
    return record


def measure_attending() -> Record:
    """Train with attention, score lists and looks, and keep seed 0 (two minutes)."""
    record, data = begin_record("attending"), load_number_lists()
    lists = select_by_length(data.test, N_ATTENDED)
    scores, pointing = [], []
    for seed in SEEDS:
        model = train_list_translator(ATTENTION_CONFIGS[KIND], seed)
        if seed == SEEDS[0]:
            store_network("lists", model, data, {"kind": KIND, "seed": seed}, FOLDER)
        scores.append(exact_by_length(model, data, data.test))
        pointing.append(scoring.score_by_kind(compute_attention(model, data, lists), lists))
    add_exact_fractions(record, KIND, scores)
    for key in pointing[0]:
        tolerance = COMMA_TOLERANCE if key.startswith("comma") else POINTING_TOLERANCE
        record.add(f"attention/{KIND}/{key}", [shares[key] for shares in pointing], *tolerance)
    return record
