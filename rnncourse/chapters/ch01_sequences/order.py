"""What a shuffle costs: one for all examples, or another for each. Pictures against sequences.

And what it is worth to counts of letters to know where a name begins and ends.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from rnncourse.chapters.ch01_sequences.tasks import (
    MODELS,
    PINS,
    SETTINGS,
    count_judge,
    load_tasks,
)
from rnncourse.core.records import Record, provenance
from rnncourse.data import places
from rnncourse.models.sequence import Task
from rnncourse.training.sequence import accuracy, train

SEEDS = (0, 1, 2)
WAYS = ("one", "each")


def mixed_pixels(given: Task, way: str, seed: int = 0) -> Task:
    """Mix up the numbers inside every step.

    Args:
        given: It reads vectors: `T B D`.
        way: `"one"`: by one shuffle for all, which the `seed` alone decides; `"each"`: by another
            one for each sequence.
        seed: Of the shuffles.
    """
    generator = torch.Generator().manual_seed(seed)
    B, D = given.inputs.shape[1:]
    many = 1 if way == "one" else B
    orders = torch.stack([torch.randperm(D, generator=generator) for _ in range(many)])
    return replace(given, inputs=given.inputs.gather(2, orders.expand(given.inputs.shape)))


def one_shuffle(given: Task, seed: int = 0) -> Task:
    """Mix up the steps of all sequences by one shuffle, each up to its last answer.

    Every step t has a random rank, the same in all sequences; the steps that a sequence has are
    sorted by it. In step, every answer goes with its input. A single answer, at the end, stays.

    Args:
        given: The task.
        seed: Of the ranks. The test part takes the same seed as the training part.
    """
    steps = torch.arange(len(given.answers))[:, None]
    length = (given.answers * (steps + 1)).max(0).values
    ranks = torch.rand(10_000, generator=torch.Generator().manual_seed(seed))[: len(steps)]
    keys = torch.where(steps < length, ranks[:, None], 1.0 + steps)
    order = keys.argsort(0)

    def taken(array: Tensor) -> Tensor:
        places = order.reshape(*order.shape, *[1] * (array.dim() - 2)).expand_as(array)
        return array.gather(0, places)

    several = given.answers.sum(0) > 1
    targets = torch.where(several, taken(given.targets), given.targets)
    answers = torch.where(several, taken(given.answers), given.answers)
    return Task(taken(given.inputs), targets, answers)


def marked(seed: int) -> float:
    """Return how often counts of 1 to 4 characters find a language when both ends are marked.

    Args:
        seed: Which division of the names.
    """
    parts = places.load_places(seed)
    fitted, tested = (
        [replace(name, text=f"^{name.text}$") for name in part]
        for part in (parts.train, parts.test)
    )
    found = count_judge(fitted).predict([name.text for name in tested])
    return float(np.mean(found == [places.CODES.index(name.language) for name in tested]))


def measure_order(log: Callable[[str], None] = print) -> Record:
    """Train on shuffled pictures, and on sequences with one shuffle for all (two minutes)."""
    torch.set_num_threads(1)
    record = Record(
        "ch01_sequences", "order", {"data_sha256": PINS, **provenance("babel", "scikit-learn")}
    )
    found: dict[str, list[float]] = {}

    def fit(name: str, cell: str | int, parts: list[Task], seed: int) -> float:
        settings = replace(SETTINGS[name], seed=seed)
        return accuracy(train(lambda: MODELS[name](cell=cell), parts[0], settings), parts[1])

    for seed in SEEDS:
        given = load_tasks(seed)
        for way in WAYS:
            seeds = (seed, seed if way == "one" else seed + 10)
            parts = [
                mixed_pixels(part, way, s) for part, s in zip(given["image"], seeds, strict=True)
            ]
            found.setdefault(f"image/{way}", []).append(fit("image", 1, parts, seed))
        for name in ("language", "role", "clip"):
            parts = [one_shuffle(part, seed) for part in given[name]]
            found.setdefault(f"{name}/one", []).append(fit(name, "gru", parts, seed))
        log(f"seed {seed} { {key: round(row[-1], 3) for key, row in found.items()} }")
    evidence = "float32 training ends elsewhere on another processor, within the spread of seeds"
    for key, row in found.items():
        record.add(f"order/{key}", row, 0.03, evidence)
    counted = [marked(seed) for seed in SEEDS]
    record.add("marked/language", counted, 0.005, "a fit by counting; ties may fall the other way")
    log(f"counts with marks {np.round(counted, 3)}")
    return record
