"""What a state holds of a symbol, by lag, and what gradient reaches the symbol from there."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import torch

from rnncourse.chapters.ch05_gradients.information import (
    LAG,
    LAGS,
    better_readers,
    reaching,
    readable,
    sequences,
    taught,
    with_the_rest_known,
)
from rnncourse.chapters.ch05_gradients.side_by_side import Ensemble
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming

SEEDS = range(10, 15)
TASKS = ("untrained", "short", "long")
PLAIN = ("tanh", "rotation", "gain-1.5", "identity")
GATED = ("gru", "lstm")
READERS = {"tanh": (8, 10, 12, 15), "rotation": (20, 30)}
STORED = ("float16", "float32")
DRAWN = "drawn at random"

DRAWN_STATES = (
    0.01,
    "10 of 1,000 test sequences; in float64, with fixed seeds, and no training",
)
DECADES = (0.01, "of a median over 50 sequences, of float64 products over 60 steps, untrained")
TRAINED = (
    0.15,
    "float64 training with fixed seeds: sums in another order differ by 1e-16, and hundreds of "
    "updates enlarge that; chapter 4 saw runs that had not settled move by up to 0.25",
)
TRAINED_DECADES = (1.5, "as far as seeds of one kind lie apart after training")
FITTED = (0.03, "30 of 1,000 test sequences; the small network is trained in 32 or 64 bits")
ROUNDED = (
    0.1,
    "5 of 50 sequences a network, for differences as small as the rounding of what is stored; "
    "sums in another order move float64 states by 1e-16",
)


@cache
def followed(kind: str, task: str, seeds: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Train networks, and follow a symbol into their past.

    Args:
        kind: One of `KINDS`.
        task: One of `TASKS`.
        seeds: One for each network.

    Returns:
        "readable" and "reaching", for lags `LAGS` and each seed; "learned": how often the
        network's own readout names the first symbol after 20 steps.
    """
    ensemble = taught(kind, task, seeds)
    return {
        "readable": readable(ensemble, seeds),
        "reaching": reaching(ensemble, seeds),
        "learned": _own(ensemble, seeds)[None],
    }


@torch.no_grad()
def _own(ensemble: Ensemble, seeds: tuple[int, ...]) -> np.ndarray:
    xs, first = sequences(seeds, 6, 500, LAG)
    right = ensemble.logits(ensemble.run(xs)[-1]).argmax(-1) == first
    return right.double().mean(1).numpy()


def _follow(section: str, kinds: tuple[str, ...], log: Callable[[str], None]) -> Record:
    torch.set_num_threads(1)
    record = Record("ch05_gradients", section, {"data": DRAWN, **provenance()})
    for kind in kinds:
        for task in TASKS:
            found = followed(kind, task, tuple(SEEDS))
            trained = task != "untrained"
            for name, (loose, tight) in {
                "readable": (TRAINED, DRAWN_STATES),
                "reaching": (TRAINED_DECADES, DECADES),
            }.items():
                for lag, values in zip(LAGS, found[name], strict=True):
                    key = f"{name}/{kind}/{task}/{lag}"
                    record.add(key, values, *(loose if trained else tight))
                log(f"{name:9s} {kind:9s} {task:9s} {np.round(found[name].mean(1), 2)}")
            if task == "long":
                record.add(f"learned/{kind}", found["learned"][0], *TRAINED)
                log(f"learned   {kind:9s} {np.round(found['learned'][0], 2)}")
    return record


def measure_fading(log: Callable[[str], None] = print) -> Record:
    """Follow a symbol in plain networks (half a minute)."""
    return _follow("fading", PLAIN, log)


def measure_fading_gated(log: Callable[[str], None] = print) -> Record:
    """Follow a symbol in networks with gates (half a minute)."""
    return _follow("fading_gated", GATED, log)


def measure_digits(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Read the usual weights' states, also with all other symbols known (ten seconds).

    Untrained tanh networks of 32 units, float64; weights uniform in +-1 / root of 32, zero biases,
    one-hot inputs: the first symbol is one of four, the others are of four more. A linear reader of
    its own for each lag and network is fitted by least squares to 1,000 sequences and judged on
    1,000; the reader who knows the other symbols, on 50 sequences a network.
    """
    torch.set_num_threads(1)
    seeds = confirming(seeds)
    about = {"data": DRAWN, "seeds": [*seeds], **provenance()}
    record = Record("ch05_gradients", "digits", about)
    found = {"linear": readable(taught("tanh", "untrained", seeds), seeds)}
    for stored in STORED:
        found[stored] = with_the_rest_known("tanh", seeds, getattr(torch, stored))
    for name, shares in found.items():
        for lag, values in zip(LAGS, shares, strict=True):
            tolerance = DRAWN_STATES if name == "linear" else ROUNDED
            record.add(f"digits/{name}/{lag}", values, *tolerance)
        log(f"{name:8s} {np.round(shares.mean(1), 2)}")
    return record


@cache
def read_better(kind: str, lag: int, seed: int) -> dict[str, float]:
    """Score three readers of an untrained network, fitted on 10,000 states.

    Args:
        kind: One of `KINDS`.
        lag: Steps since the symbol was read.
        seed: Of weights and sequences.

    Returns:
        See `better_readers`.
    """
    ensemble = taught(kind, "untrained", (seed,))
    xs, first = sequences((seed,), 7, 11_000, lag)
    with torch.no_grad():
        state = ensemble.run(xs)[-1][0].numpy()
    return better_readers(state, first[0].numpy(), 1000, seed)


def measure_readers(log: Callable[[str], None] = print) -> Record:
    """Read untrained states with better readers (a minute)."""
    torch.set_num_threads(1)
    record = Record("ch05_gradients", "readers", {"data": DRAWN, **provenance("scikit-learn")})
    for kind, lags in READERS.items():
        for lag in lags:
            scores = [read_better(kind, lag, seed) for seed in SEEDS]
            for name in scores[0]:
                values = [score[name] for score in scores]
                record.add(f"{name}/{kind}/{lag}", values, *FITTED)
                log(f"{name:8s} {kind:9s} {lag:3d} {np.round(values, 2)}")
    return record
