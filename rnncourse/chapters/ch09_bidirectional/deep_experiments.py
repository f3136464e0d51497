"""What is recorded of networks that are made deeper in three places, or stacked."""

from collections.abc import Sequence

import numpy as np
import torch

from rnncourse.chapters.ch09_bidirectional import deep, deep_text
from rnncourse.chapters.ch09_bidirectional.tagging_experiments import Log
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, PILOT, confirming, pilot
from rnncourse.data.corpus import fingerprint, load_corpus, split_corpus
from rnncourse.data.text import Vocabulary
from rnncourse.training.lr_search import lr_search

SEEDS = (0, 1, 2, 3, 4)
LAG, UPDATES = 30, 300
SHOWN = (0, 10, 20, 30, 40, 50, 60, 70, 80)
RECALLED = ("shallow", "input", "transition", "output", "with a skip", "larger weights")
RATES = (1e-3, 3e-3)
FACTOR = 3.0
"""Where the search of a rate begins, and by what it goes on beyond an edge."""
TUNING = tuple(range(1000, 1005))
MANY, FEW = tuple(range(100, 140)), tuple(range(100, 110))
"""Seeds of recall: for the two kinds that the claim compares, and for the others."""
COMPARED = ("shallow", "transition")
TEXT_UPDATES = 300
FLOWS = 0.01, "float64: sums in another order"
LEARNED = 1.0, "float32: another processor trains another network, and some learn nothing"
BITS = 0.1, "float32: another processor trains another network; seeds differ by less"
TIME = 1000, "another processor, or a busy one, takes another time"
ADDED = {
    1: deep.KINDS["input"],
    2: deep.Kind(inputs=1, outputs=1),
    31: deep.KINDS["transition"],
    62: deep.Kind(moves=2),
}
"""By the nonlinear steps that depth adds on the way from the first of 31 symbols to the answer."""
EACH = 8
"""Networks of a seed."""
ACCURACY = 0.15, "float32: another processor trains another network; a mean of eight of them"


def measure_fading(log: Log = print) -> Record:
    """Follow the gradient through untrained networks (seconds)."""
    about = {"data": "drawn at random", **provenance()}
    record = Record("ch09_bidirectional", "fading", about)
    for name, kind in deep.KINDS.items():
        tens = np.log10(deep.fading(kind, SEEDS))
        record.add(f"fading/{name}", tens[:, SHOWN].mean(0), *FLOWS)
        record.add(f"faded/{name}", -tens[:, -1], *FLOWS)
        log(f"{name}: {tens[:, -1].round(1)}")
    return record


def measure_recall(log: Log = print) -> Record:
    """Train them to name a symbol long gone, each with the best of its rates (five minutes)."""
    record = Record("ch09_bidirectional", "recall", {"data": "drawn at random", **provenance()})
    found = {}
    for name in RECALLED:

        def score(rate: float, kind: deep.Kind = deep.KINDS[name]) -> float:
            return float(deep.recalled(kind, TUNING, LAG, rate, UPDATES)[0].mean())

        rates = lr_search(score, RATES, FACTOR)
        for rate, share in rates.items():
            record.add(f"recall rates/{name}/{rate:g}", share, *LEARNED)
        best = max(rates, key=rates.get)
        seeds = MANY if name in COMPARED else FEW
        found[name], reached = deep.recalled(deep.KINDS[name], seeds, LAG, best, UPDATES)
        record.add(f"recall/{name}", found[name], *LEARNED)
        record.add(f"reached/{name}", reached, UPDATES, LEARNED[1])
        log(f"{name}: {rates}; {best:g}: {(found[name] > 0.9).mean():.2f} of {len(seeds)}")
    return record


def named(kind: deep.Kind, seeds: Sequence[int], rate: float) -> np.ndarray:
    """Train networks to name the first of 31 symbols; return the share of sequences, by seed.

    About 3,000 parameters, 300 updates of 32 sequences with Adam; the symbol is one of four.

    Args:
        kind: Which network.
        seeds: Each of `EACH` networks, whose weights and sequences it decides.
        rate: Learning rate.
    """
    every = tuple(1000 * seed + n for seed in seeds for n in range(EACH))
    found, _ = deep.recalled(kind, every, LAG, rate, UPDATES)
    return found.reshape(len(seeds), EACH).mean(1)


def _added(steps: int, seeds: Sequence[int], log: Log) -> Record:
    """Search a rate for networks of one depth, and let them name the first of 31 symbols."""
    torch.set_num_threads(1)
    seeds, kind = confirming(seeds), ADDED.get(steps, deep.KINDS["shallow"])
    about = {"data": "drawn at random", "seeds": [*seeds], **provenance()}
    record = Record("ch09_bidirectional", f"added_{steps}", about)
    rates = lr_search(lambda rate: float(named(kind, pilot(PILOT), rate).mean()), RATES, FACTOR)
    for rate, share in rates.items():
        record.add(f"added rates/{steps}/{rate:g}", share, *LEARNED)
    found = named(kind, seeds, max(rates, key=rates.get))
    record.add(f"added/{steps or 'shallow'}", found, *ACCURACY)
    log(f"{steps}: {rates}; {found.round(2)}, mean {found.mean():.3f}")
    return record


def measure_added_0(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Name the first of 31 symbols by shallow networks (three minutes).

    About 3,000 parameters, 300 updates of 32 sequences with Adam, eight networks a seed (`named`).
    The rate is the best of a search by factors of three, from 0.001 and 0.003 on, until it lies
    between two others or three were added; with as many networks a rate, of the seeds for trials.
    """
    return _added(0, seeds, log)


def measure_added_1(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Name it with a layer at the input, as in `measure_added_0` (three minutes)."""
    return _added(1, seeds, log)


def measure_added_2(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Name it with a layer at the input and one at the output (three minutes)."""
    return _added(2, seeds, log)


def measure_added_31(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Name it with a layer from state to state (four minutes)."""
    return _added(31, seeds, log)


def measure_added_62(log: Log = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Name it with two layers from state to state (five minutes)."""
    return _added(62, seeds, log)


def measure_text(log: Log = print) -> Record:
    """Let deep networks tell the next character, with as many parameters (five minutes)."""
    documents, letters = load_corpus(), Vocabulary()
    about = {"corpus_sha256": fingerprint(documents), **provenance()}
    record, split = Record("ch09_bidirectional", "text", about), split_corpus(documents)
    held = deep_text.HELD
    train = letters.encode(split.train)
    valid, test = (letters.encode(text[:held]) for text in (split.valid, split.test))
    curves = {}
    for name, kind in deep_text.COMPARED.items():

        def score(rate: float, kind: deep.Kind = kind) -> float:
            net = deep_text.network(kind, TUNING[:1])
            curve = deep_text.taught(net, TUNING[:1], train, valid, rate, TEXT_UPDATES)
            return -float(curve.bits[:, -1].mean())

        rates = lr_search(score, RATES, FACTOR)
        for rate, less in rates.items():
            record.add(f"text rates/{name}/{rate:g}", -less, *BITS)
        best = max(rates, key=rates.get)
        net = deep_text.network(kind, SEEDS)
        curve = deep_text.taught(net, SEEDS, train, test, best, TEXT_UPDATES)
        curves[name] = curve
        record.add(f"text/parameters/{name}", deep.count(kind, 96, net.H, 96), 0, "counted")
        record.add(f"text/bits/{name}", curve.bits.mean(0), *BITS)
        record.add(f"text/last/{name}", curve.bits[:, -1], *BITS)
        record.add(f"text/seconds/{name}", curve.seconds, *TIME)
        log(f"{name}: {rates}; {curve.bits[:, -1].round(3)} {curve.seconds[-1]:.0f} s")
    first = min(curve.seconds[-1] for curve in curves.values())
    record.add("text/first", first, *TIME)
    for name, curve in curves.items():
        record.add(f"text/same time/{name}", deep_text.at_time(curve, first), *BITS)
    return record
