"""What is recorded of taggers: which way they read, how late they answer, and which cell."""

import copy
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
RATE = 1e-2
"""For all cells, where cells are compared: it was not searched."""
BLOCKS = {
    "lstm/forward": ({"way": "forward", "cell": "lstm"}, 4e-2),
    "lstm/both": ({"way": "both", "cell": "lstm"}, 8e-2),
    "beside": ({"way": "both", "H": 40, "beside": True}, 2e-2),
    "without": ({"way": "both"}, 2e-2),
}
"""LSTMs, and tanh cells with the input beside and without; each with the rate that was best on
validation files in trials by factors of two: from 0.005 to 0.16, seed 0; of tanh cells to 0.08,
seeds 0 and 1."""
BESIDE = {"way": "both", "H": 40, "beside": True}
TRAINED = 0.02, "float32: seeds of one kind differ by less"
RECALLED = 0.15, "float32: few identifiers have some roles; seeds of one kind differ by less"
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


def measure_roles(log: Log = print) -> Record:
    """Train taggers of each kind, score them by role and on pairs of lines (five minutes)."""
    record, (train, _, test) = record_of("roles"), parts()
    rates, right = Record.load("ch09_bidirectional"), tagging.targets(test)
    found, first = {}, {}
    for name, kind in KINDS.items():
        rate = best_rate(rates, f"rates/{name}")
        models = [tagging.trained(lambda k=kind: Tagger(**k), train, s, rate) for s in SEEDS]
        given = torch.stack([tagging.answers(model, test) for model in models])
        found[name] = (given == right).float().mean(1).numpy()
        record.add(f"accuracy/{name}", found[name], *TRAINED)
        table = np.array([tagging.recalls(row, right) for row in given])
        for role, column in zip(roles.ROLES, table.T, strict=True):
            record.add(f"recall/{name}/{role}", column, *RECALLED)
        _pairs(record, name, models)
        found[f"{name}, most"] = given.mode(0).values
        first[name] = models[0]
        log(f"{name} {rate:g}: {found[name].round(4)}")
    store({name: first[name] for name in SHOWN})
    hits = {name: found[f"{name}, most"] == right for name in KINDS}
    _more(record, right, hits, log)
    return record


def future(model: Tagger) -> float:
    """Return how much a tagger's probabilities of roles depend on what comes after the name."""
    wide = copy.deepcopy(model).double()
    gaps = [
        np.abs(np.subtract(*(tagging.chances(wide, tagging.line(x), word) for x in lines))).max()
        for *lines, word in tagging.PAIRS
    ]
    return float(max(gaps))


def _pairs(record: Record, name: str, models: list[Tagger]) -> None:
    """Record what each network gives the right roles of each pair of lines."""
    for *lines, word in tagging.PAIRS:
        for n, source in enumerate(lines):
            piece = tagging.line(source)
            role = piece.roles[piece.tokens.index(word)]
            p = [tagging.chances(model, piece, word)[role] for model in models]
            record.add(f"pair/{name}/{word}/{n}", p, 0.6, "float32: a probability near a half")


def _more(record: Record, right, hits, log: Log) -> None:
    """Count what most networks of a kind get right, and most of another do not."""
    few = 40, "float32: identifiers near a tie; two networks of three decide"
    record.add("more/identifiers", len(right), 0, "counted")
    for a, b in (("both", "delay 1"), ("delay 1", "both"), ("both", "forward")):
        at = hits[a] & ~hits[b]
        tolerance = few if b != "forward" else (400, few[1])
        record.add(f"more/{a}, not {b}", int(at.sum()), *tolerance)
        for role, name in enumerate(roles.ROLES):
            record.add(f"more/{a}, not {b}/{name}", int((at & (right == role)).sum()), *tolerance)
        log(f"{a}, not {b}: {int(at.sum())} of {len(right)}")


def measure_cells(log: Log = print) -> Record:
    """Train tanh cells, GRUs and LSTMs, forward and both ways (two minutes)."""
    record, (train, _, test) = record_of("cells"), parts()
    kinds = {
        f"{way}/{cell}": {"way": way, "cell": cell}
        for cell in ("rnn", "gru", "lstm")
        for way in ("forward", "both")
    }
    kinds["both/rnn, beside"] = BESIDE
    value = {}
    for name, kind in kinds.items():
        models = [tagging.trained(lambda k=kind: Tagger(**k), train, s, RATE) for s in SEEDS]
        value[name] = np.array([tagging.accuracy(model, test) for model in models])
        record.add(f"cells/{name}", value[name], *TRAINED)
        log(f"{name}: {value[name].round(4)}")
    return record


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


def measure_blocks(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Score LSTMs forward and both ways, and tanh cells with the input beside (four minutes).

    As `right_by_seed` says; 64 units forward, 41 in each direction of two, and 40 with the input
    beside, for as many parameters of a cell. The rates are those of `BLOCKS`.
    """
    seeds, record = confirming(seeds), record_of("blocks")
    record.about |= {"seeds": [*seeds]}
    for name, (kind, rate) in BLOCKS.items():
        found = right_by_seed(kind, rate, seeds)
        record.add(f"blocks/{name}", found, *TRAINED)
        log(f"{name}: {found.round(4)}")
    return record
