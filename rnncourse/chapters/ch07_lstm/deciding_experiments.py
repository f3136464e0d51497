"""The confirming runs that judge the claims of this chapter, at rates that were found before."""

from collections.abc import Callable, Sequence

import torch

from rnncourse.chapters.ch07_lstm import long_experiments, peepholes
from rnncourse.chapters.ch07_lstm.long_reviews import KINDS, draw_long, fit
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming


def begin(section: str, data: str, seeds: Sequence[int]) -> tuple[Record, tuple[int, ...]]:
    """Start a section of the record, with the seeds that judge."""
    torch.set_num_threads(1)
    seeds = confirming(seeds)
    return Record("ch07_lstm", section, {"data": data, "seeds": [*seeds], **provenance()}), seeds


def measure_refused(
    log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Keep the first of several values behind a closed output gate: C10 (a minute).

    LSTMs of 4 units whose output gate is held at 0 until the last step, without peepholes and with
    them, 1,500 updates of 32 sequences of 20 steps with two to five marked values; each at the best
    of five rates, 0.001 to 0.1. The error on 1,000 other sequences, as a share of that of a
    constant answer.
    """
    record, seeds = begin("refused", "drawn at random", seeds)
    known = Record.load("ch07_lstm")
    for name in ("closed", "closed-peepholes"):
        rate = known.value(f"first/rate/{name}")
        left = peepholes.learn(peepholes.KINDS[name], [rate] * len(seeds), seeds, "test")
        record.add(f"refused/{name}", left, *peepholes.LEFT)
        log(f"{name} rate {rate:g}: {left.round(3)}")
    return record


def measure_judged(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Ask plain networks what the first sentence said, 200 words on: B11 (two minutes).

    Tanh networks of 32 units, biases 0, an embedding of 16, trained to tell whether the writer
    liked the film: 2,000 updates of 32 reviews, with up to 50 words after the first sentence, and
    few in the first updates; the best of five rates, 0.001 to 0.016. Answers are scored on 500
    reviews with clauses that were not in training; a linear reader of the state (least squares on
    1,000 reviews) on 500 others names which of six things the sentence named first.
    """
    record, seeds = begin("judged", "written by a grammar", seeds)
    rate = float(Record.load("ch07_lstm").value("reviews/rate/tanh"))
    ensemble = fit(KINDS["tanh"], [rate] * len(seeds), seeds)
    distances = long_experiments.DISTANCES
    given = [draw_long(seed, "test", distances[-1], long_experiments.SCORED) for seed in seeds]
    shares = long_experiments.right(ensemble, long_experiments.read_all(ensemble, given), given)
    others = long_experiments.to_read(seeds)
    named = long_experiments.readable(
        long_experiments.read_all(ensemble, others), [long.things for long in others]
    )
    for i, distance in enumerate(distances):
        record.add(f"judged/answer/{distance}", shares[i], *long_experiments.READ)
        record.add(f"judged/thing/{distance}", named[i], *long_experiments.READ_OUT)
        log(f"{distance} words after: {shares[i].round(3)} {named[i].round(3)}")
    return record


EXPERIMENTS = {
    "refused": measure_refused,
    "judged": measure_judged,
}
"""What `make measure` runs of these: by section of the record."""
