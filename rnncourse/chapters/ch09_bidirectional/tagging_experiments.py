"""What is recorded of taggers: which way they read, and how late they answer."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from rnncourse.chapters.ch09_bidirectional import tagging
from rnncourse.chapters.ch09_bidirectional.lr_search import best_rate
from rnncourse.chapters.ch09_bidirectional.tagging import Tagger, Tokens
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming
from rnncourse.data import roles
from rnncourse.models import weights
from rnncourse.training.lr_search import lr_search

SEEDS, TUNING_SEED = (0, 1, 2), 1000
PINS = {"roles": roles.PINNED_SHA256}
KINDS = {
    "forward": {"way": "forward"},
    "backward": {"way": "backward"},
    "both": {"way": "both"},
    "delay 1": {"way": "forward", "delay": 1},
}
"""Taggers with a tanh cell, by name."""
TRAINED = 0.02, "float32: seeds of one kind differ by less"
FOLDER = Path(__file__).parent / "weights"
SHOWN = ("forward", "delay 1", "both")
STORED = "taggers"
"""The kinds whose first network is kept, and the file with all of them."""

Log = Callable[[str], None]


def record_of(section: str) -> Record:
    """Begin a record."""
    return Record("ch09_bidirectional", section, {"data_sha256": PINS, **provenance()})


def parts() -> tuple[Tokens, Tokens, Tokens]:
    """Cut the first division of the files: to train on, to choose on, to score."""
    sources = roles.load_sources()
    return tuple(
        Tokens.of(roles.cut(files, tagging.T))
        for files in (sources.train, sources.valid, sources.test)
    )


def measure_rates(log: Log = print) -> Record:
    """Search the learning rate of taggers, on validation files (two minutes)."""
    record, given = record_of("rates"), parts()
    train, valid, _ = given
    for name, kind in KINDS.items():

        def score(rate: float, kind: dict = kind) -> float:
            model = tagging.trained(lambda: Tagger(**kind), train, TUNING_SEED, rate)
            return tagging.accuracy(model, valid)

        for rate, found in lr_search(score, tagging.RATES).items():
            record.add(f"rates/{name}/{rate:g}", found, *TRAINED)
            log(f"{name} {rate:g}: {found:.4f}")
    return record


def store(models: Mapping[str, Tagger]) -> str:
    """Write the weights of taggers into one file, which the page loads, 16 bits a number."""
    arrays = {
        f"{name}/{key}": part.numpy()
        for name, model in models.items()
        for key, part in model.state_dict().items()
    }
    about = {"cell": "rnn", "vocabulary": list(roles.SYMBOLS), "kinds": list(models)}
    return weights.save(STORED, arrays, about, FOLDER)


def stored(name: str) -> Tagger:
    """Make the tagger whose weights are kept: that of seed 0."""
    arrays, start = weights.load(STORED, FOLDER)[0], f"{name}/"
    mine = {k.removeprefix(start): v for k, v in arrays.items() if k.startswith(start)}
    model = Tagger(**KINDS[name])
    model.load_state_dict({key: torch.from_numpy(part) for key, part in mine.items()})
    return model.eval()


def train_shown() -> None:
    """Train the three whose weights are kept, seed 0, and write them (a minute)."""
    (train, *_), rates, first = parts(), Record.load("ch09_bidirectional"), {}
    for name in SHOWN:
        rate, kind = best_rate(rates, f"rates/{name}"), KINDS[name]
        first[name] = tagging.trained(lambda k=kind: Tagger(**k), train, 0, rate)
    store(first)


def right_by_seed(kind: dict, rate: float, seeds: Sequence[int]) -> np.ndarray:
    """Train taggers of a kind on the first division of the files, and score them on its test.

    64 tokens a piece, 200 updates of 32 pieces with Adam; the rate rises and falls in one cycle,
    and `rate` is its highest.

    Args:
        kind: What `Tagger` is made with.
        rate: The highest learning rate.
        seeds: Of weights and order.

    Returns:
        For each seed, the share of the identifiers of test files that get their role.
    """
    torch.set_num_threads(1)
    train, _, test = parts()
    models = (tagging.trained(lambda: Tagger(**kind), train, seed, rate) for seed in seeds)
    return np.array([tagging.accuracy(model, test) for model in models])


def measure_sides(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Score tanh taggers that read forward, backward, both ways, and late (four minutes).

    Each has the best rate of a search by factors of two, from 0.01 and 0.02 on. As `right_by_seed`
    says; a direction has 64 units, of a network that reads both ways 41, for as many parameters.
    """
    seeds, record = confirming(seeds), record_of("sides")
    record.about |= {"seeds": [*seeds]}
    rates = Record.load("ch09_bidirectional")
    for name, kind in KINDS.items():
        found = right_by_seed(kind, best_rate(rates, f"rates/{name}"), seeds)
        record.add(f"sides/{name}", found, *TRAINED)
        log(f"{name}: {found.round(4)}")
    return record
