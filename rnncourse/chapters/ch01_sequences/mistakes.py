"""What a network that writes numbers in words gets wrong: which digits it writes instead."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from num2words import num2words

from rnncourse.chapters.ch01_sequences.tasks import (
    MODELS,
    PINS,
    SETTINGS,
    numeral_task,
    right_numerals,
    spell,
)
from rnncourse.core.records import Record, provenance
from rnncourse.data import numerals
from rnncourse.models.sequence import SequenceModel
from rnncourse.training.sequence import train

UNITS = [num2words(n) for n in range(20)]
TENS = [num2words(10 * n) for n in range(2, 10)]
SIZES = (64, 128)
"""Numbers in the state of the networks that are compared; 128 is that of the page."""
SEEDS = (0, 1, 2)


def number_of(words: str) -> int:
    """Read a number in English words; "and" adds nothing, and a slip of the writer is read along.

    >>> number_of("sixty five thousand four hundred and fifty six")
    65456
    """
    thousands, below = 0, 0
    for word in words.split():
        if word == "thousand":
            thousands, below = below, 0
        elif word == "hundred":
            below *= 100
        elif word in TENS:
            below += 10 * (TENS.index(word) + 2)
        elif word in UNITS:
            below += UNITS.index(word)
    return 1000 * thousands + below


def reordered(digits: str, words: str) -> bool:
    """Tell whether words name another number with the same digits, in another order.

    >>> reordered("85684", "eighty five thousand six hundred and forty eight")
    True
    """
    written = str(number_of(words))
    return written != digits and sorted(written) == sorted(digits)


def wrong(
    model: SequenceModel, pairs: Sequence[numerals.Numeral]
) -> list[tuple[numerals.Numeral, str]]:
    """Return the numerals that a network gets wrong, each with what it writes."""
    slips = ~right_numerals(model, pairs)
    some = [pair for pair, slip in zip(pairs, slips, strict=True) if slip]
    return list(zip(some, spell(model, some), strict=True)) if some else []


def measure_mistakes(log: Callable[[str], None] = print) -> Record:
    """Count what networks with states of two sizes get wrong (four minutes)."""
    torch.set_num_threads(1)
    about = {"data_sha256": PINS, **provenance("num2words")}
    record = Record("ch01_sequences", "mistakes", about)
    evidence = "float32 training ends elsewhere on another processor, within the spread of seeds"
    for H in SIZES:
        rows: dict[str, list[float]] = {}
        for seed in SEEDS:
            pairs = numerals.load_numerals(seed=seed)
            model = train(
                lambda H=H: MODELS["numeral"](H=H),
                numeral_task(pairs.train),
                replace(SETTINGS["numeral"], seed=seed),
            )
            slips = wrong(model, pairs.test)
            long = [slip for slip in slips if len(slip[0].digits) == 5]
            five = sum(len(pair.digits) == 5 for pair in pairs.test)
            rows.setdefault("wrong", []).append(len(slips) / len(pairs.test))
            rows.setdefault("wrong of five digits", []).append(len(long) / five)
            rows.setdefault("wrong of fewer digits", []).append(
                (len(slips) - len(long)) / (len(pairs.test) - five)
            )
            again = sum(reordered(pair.digits, words) for pair, words in slips)
            rows.setdefault("reordered", []).append(again / max(1, len(slips)))
        for name, row in rows.items():
            tolerance = 0.5 if name == "reordered" else 0.1
            record.add(f"mistakes/{H}/{name}", row, tolerance, evidence)
        log(f"H = {H}: " + ", ".join(f"{k} {np.round(v, 3)}" for k, v in rows.items()))
    return record
