"""Which cells track what, against which baselines, and what happens when one is turned."""

from collections.abc import Callable
from functools import cache

import numpy as np
import torch

from rnncourse.chapters.ch07_lstm.mind_training import (
    FIRST,
    RUNS,
    SECOND,
    SPLIT,
    load_mind,
    measure_mind,
)
from rnncourse.chapters.ch07_lstm.minds import WINDOW, Feature, Reading, features, read
from rnncourse.chapters.ch07_lstm.scores import (
    Found,
    all_cells,
    best_cell,
    half_interval,
    score_of,
    window_rule,
)
from rnncourse.chapters.ch07_lstm.turning import (
    Brackets,
    bits_at_the_end,
    find_brackets,
    just_before,
    read_held,
)
from rnncourse.chapters.ch07_lstm.turning import Mind as Turned
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import Split, fingerprint, load_corpus, split_corpus
from rnncourse.data.text import Vocabulary
from rnncourse.models.language import LanguageModel

BRACKETS = "inside brackets"
POSITIONS = 60_000
"""Characters of the validation text to choose on, and of the test text to score on."""
TRUSTS = (0.5, 2.0, 8.0, 32.0, 128.0, 512.0, 2048.0, 8192.0)
"""Among these the rule of the last characters has its own, for each feature, chosen like a cell."""
UNTRAINED = (0, 1, 2)
REACHES = ((1, 2), (3, 5), (6, 10), (11, 20), (21, 40))
"""Characters since the bracket was opened, from and to."""
READ = (0.005, "fixed weights read again: float32 sums in another order")
BITS = (0.05, "fixed weights read again: float32 sums in another order, over dozens of brackets")
EXACT = (1e-6, "counts, and float64 sums")
CHOICE = (192, "a choice among 192 cells: where two are nearly as good, rounding decides")


@cache
def texts() -> Split:
    """Return the texts of the split."""
    return split_corpus(load_corpus(), SPLIT)


@cache
def known() -> tuple[dict[str, Feature], dict[str, Feature]]:
    """Return the features of the text to choose on, and of the text to score on."""
    return features(texts().valid[:POSITIONS]), features(texts().test[:POSITIONS])


def readings(model: LanguageModel, positions: int = POSITIONS) -> tuple[Reading, Reading]:
    """Read the beginning of the text to choose on, and of the text to score on."""
    encode = Vocabulary().encode
    return tuple(read(model, encode(t[:positions])) for t in (texts().valid, texts().test))


def untrained(seed: int) -> LanguageModel:
    """Return a network of the same size that was not trained."""
    torch.manual_seed(seed + 50)
    return LanguageModel(len(Vocabulary()), FIRST.H, "lstm", FIRST.E).eval()


def about() -> dict[str, object]:
    """Say what was read."""
    return {"corpus_sha256": fingerprint(load_corpus()), **provenance()}


def _score(record: Record, name: str, model: LanguageModel, log, sure: bool = False) -> None:
    """Enter how well the best cell and all cells of a network tell each feature, and how surely."""
    both, text = readings(model), texts().test[:POSITIONS]
    for feature, a in known()[0].items():
        b = known()[1][feature]
        found = best_cell(both[0], a, both[1], b)
        everything = all_cells(both[0], a, both[1], b)
        record.add(f"cells/{name}/best/{feature}", found.score, *READ)
        record.add(f"cells/{name}/cell/{feature}", found.cell, *CHOICE)
        record.add(f"cells/{name}/all/{feature}", everything, *READ)
        if sure:
            half = half_interval(both[0], a, both[1], b, found, text)
            record.add(f"cells/{name}/half/{feature}", half, *READ)
        log(f"{name:11s} {feature:18s} cell {found.cell:3d} {found.score:.3f} all {everything:.3f}")


def _rule(record: Record, log) -> None:
    """Enter how well the last characters tell each feature: their rule has all training text."""
    encode, text = Vocabulary().encode, texts()
    train, asked = encode(text.train), encode(text.valid[:POSITIONS] + text.test[:POSITIONS])
    learned = features(text.train)
    for feature, a in known()[0].items():
        b, source = known()[1][feature], learned[feature]
        values = source.values.astype(float)
        told = window_rule(train, values, asked, WINDOW, TRUSTS, source.hidden)
        chosen = int(np.argmax([score_of(row[:POSITIONS][a.hidden], a, a) for row in told]))
        score = score_of(told[chosen, POSITIONS:][b.hidden], a, b)
        record.add(f"cells/rule/{feature}", score, *EXACT)
        log(f"rule        {feature:18s} {score:.3f} trust {TRUSTS[chosen]:g}")


def measure_cells(log: Callable[[str], None] = print) -> Record:
    """Look for cells in the network of the page, in three untrained ones, and without a network."""
    record = Record("ch07_lstm", "cells", about())
    _rule(record, log)
    _score(record, FIRST.name, load_mind(FIRST), log, sure=True)
    for seed in UNTRAINED:
        _score(record, f"untrained-{seed}", untrained(seed), log)
    return record


def bracket_cell(both: tuple[Reading, Reading]) -> Found:
    """Return the cell that tells best whether a bracket is open."""
    a, b = (
        Feature(f[BRACKETS].values[: len(r.c)], f[BRACKETS].hidden[: len(r.c)])
        for f, r in zip(known(), both, strict=True)
    )
    return best_cell(both[0], a, both[1], b)


def levels(first: Reading) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each cell's mean where a bracket is open, where none is, and its deviation."""
    f = known()[0][BRACKETS]
    values, hidden = f.values[: len(first.c)], f.hidden[: len(first.c)]
    inside, outside = first.c[hidden & values], first.c[hidden & ~values]
    return inside.mean(0), outside.mean(0), first.c.std(0)


def word_ends(text: str, count: int = 100) -> Brackets:
    """Find ends of words with no bracket near, written as if a bracket had opened 15 before."""
    far = known()[1][BRACKETS]
    calm = [
        t
        for t in range(100, len(far.values) - 50)
        if text[t].isalpha() and text[t + 1] == " " and not set("()\n") & set(text[t - 60 : t + 40])
    ]
    ends = np.array(calm)[np.linspace(0, len(calm) - 1, count).astype(int)]
    return Brackets(ends - 15, ends + 1)


def measure_turned(log: Callable[[str], None] = print) -> Record:
    """Hold the bracket cell, and every other one, and see what is predicted (a minute)."""
    record = Record("ch07_lstm", "turned", about())
    _turn(record, FIRST.name, load_mind(FIRST), log)
    return record


def measure_second(log: Callable[[str], None] = print) -> Record:
    """Train a network from another seed, and look into it in the same way (ten minutes).

    Settled before it was trained: what page 7b says of brackets is true of it too if one cell
    scores at least 0.95, and if holding that cell costs the closing bracket more than three times
    the bits that holding any other does.
    """
    record, model = measure_mind(SECOND, log, RUNS)
    _score(record, SECOND.name, model, log, sure=True)
    _turn(record, SECOND.name, model, log)
    return record


def _turn(record: Record, name: str, model: LanguageModel, log) -> None:
    """Enter what is predicted while cells are held, at brackets and at words without brackets."""
    text = texts().test[:100_000]
    ids, closings, ends = Vocabulary().encode(text), find_brackets(text), word_ends(text)
    key, both = f"turned/{name}", readings(model)
    j, turned = bracket_cell(both).cell, Turned(model)
    inside, outside, spread = levels(both[0])
    push = abs(inside[j] - outside[j]) / spread[j]
    held = [{}, {j: outside[j]}, {j: 0.0}, {j: both[0].c[:, j].mean()}]
    held += [{j: just_before(turned, ids, closings)[:, j]}]
    held += [{k: inside[k] + s * push * spread[k]} for s in (-1, 1) for k in range(model.H)]
    held += [{k: outside[k]} for k in range(model.H)]
    bits = bits_at_the_end(turned, ids, closings, held)
    extra = bits[1:] - bits[0]
    others = np.arange(model.H) != j
    pushed = extra[4 : 4 + 2 * model.H].reshape(2, model.H, -1).mean(2).max(0)[others]
    own = extra[4 + 2 * model.H :].mean(1)[others]
    record.add(f"{key}/usual", bits[0].mean(), *BITS)
    for kind, row in zip(("outside", "zero", "mean", "before"), extra, strict=False):
        record.add(f"{key}/{kind}", row, 0.5, "bits of single brackets; see the means")
        record.add(f"{key}/{kind}/mean", row.mean(), *BITS)
    record.add(f"{key}/pushed", pushed, *BITS)
    record.add(f"{key}/own", own, *BITS)
    back = [{}, {j: inside[j]}] + [{k: inside[k]} for k in range(model.H)]
    bits = bits_at_the_end(turned, ids, ends, back)
    record.add(f"{key}/back", (bits[0] - bits[1]), 0.5, "bits at single words; see the mean")
    record.add(f"{key}/back/mean", (bits[0] - bits[1]).mean(), *BITS)
    record.add(f"{key}/back/others", (bits[0] - bits[2:]).mean(1)[others], *BITS)
    log(f"{key} cell {j}: {extra[0].mean():.2f} bits, as before {extra[3].mean():.2f}, others at "
        f"most {pushed.max():.2f}; back {np.mean(record.value(f'{key}/back')):.2f}")  # fmt: skip
    _around(record, key, turned, both, j, outside[j], log)


def _around(record: Record, key: str, turned: Turned, both, j: int, value: float, log) -> None:
    """Enter what the other cells know, also while one is held, and the gates of that one."""
    a, b = (f[BRACKETS] for f in known())
    others = np.arange(turned.H) != j
    valid, test = (Vocabulary().encode(t[:POSITIONS]) for t in (texts().valid, texts().test))
    while_held = tuple(read_held(turned, ids, {j: value}) for ids in (valid, test))
    for name, states in (("free", both), ("held", while_held)):
        first, second = (Reading(r.h[:, others], r.c[:, others]) for r in states)
        record.add(f"{key}/others/{name}", all_cells(first, a, second, b), *READ)
        record.add(f"{key}/other/{name}", best_cell(first, a, second, b).score, *READ)
    characters = np.array(list(texts().test[:POSITIONS]))
    moments = (
        characters == "(",
        b.values & (characters != "("),
        characters == ")",
    )
    gates = turned.gates(test, both[1].h, j)
    for name, column in zip(("input", "forget"), gates.T, strict=True):
        record.add(f"{key}/{name}", [column[at].mean() for at in moments], *READ)
        log(f"{key} {name} gate {np.round(record.value(f'{key}/{name}'), 3)}")
    free, held = (record.value(f"{key}/others/{name}") for name in ("free", "held"))
    log(f"{key} all others {free:.3f}, while it is held {held:.3f}")


def reached(first: Reading, second: Reading, found: Found) -> tuple[float, np.ndarray, float]:
    """Say at what share of places a cell knows that a bracket is open, by how long it has been.

    Args:
        first: The states on the text to choose a threshold on: half of true and false hits.
        second: The states on the text to score on.
        found: Which cell.

    Returns:
        The threshold, the share for each of `REACHES`, and the share of false alarms.
    """
    a, b = known()
    c, d = (found.sign * r.c[:, found.cell] for r in (first, second))
    y = a[BRACKETS].values[: len(c)]
    tried = np.quantile(c, np.linspace(0.01, 0.99, 197))
    balanced = [(c[y] > t).mean() + (c[~y] <= t).mean() for t in tried]
    threshold = float(tried[int(np.argmax(balanced))])
    z = b[BRACKETS].values[: len(d)]
    text = texts().test[: len(d)]
    ago = np.arange(len(d)) - np.maximum.accumulate(
        np.where(np.array(list(text)) == "(", np.arange(len(d)), 0)
    )
    shares = [(d[z & (ago >= low) & (ago <= high)] > threshold).mean() for low, high in REACHES]
    return found.sign * threshold, np.array(shares), float((d[~z] > threshold).mean())
