"""The recorded numbers of the chapter on recurrent networks (about ten minutes)."""

from collections.abc import Callable

import numpy as np
import torch

from rnncourse.analysis.splits import MAX_ORDER, encode_split
from rnncourse.chapters.ch03_recurrence import unfolding
from rnncourse.chapters.ch03_recurrence.kinds import (
    KINDS,
    LONGER,
    Kind,
    annealed,
    isolation_gap,
    right,
    train_kind,
    xor_accuracy,
)
from rnncourse.chapters.ch03_recurrence.waiting import WAYS, chains
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.models.counting import count_orders

SEEDS = range(30, 35)
COMPARED = (
    "no recurrence",
    "hidden recurrence, tanh",
    "hidden recurrence, GRU",
    "output recurrence",
)
UPDATES, XOR_UPDATES, HALF = 1500, 2000, 240
EXPOSED = (150, 200, 240, 270, 300, 350, 400, 600)
LENGTHS = (1, 10, 100, 1000)
XOR_KIND = {
    "hidden recurrence, tanh": Kind("rnn", False, 32, 1e-2),
    "no recurrence": Kind("none", False, 32, 1e-2),
}

COUNT = (0, "a count")
IDENTITY = (1e-12, "two ways to compute one number; only rounding differs")
TRAINED = (
    0.03,
    "500 test sequences; float32 training ends elsewhere on another processor, within the spread "
    "of seeds",
)
HALF_TRAINED = (0.12, "a half-trained network: the spread over seeds is as wide")


def measure_recurrences(say: Callable[[str], None] = print) -> Record:
    """Measure everything chapter 3 says."""
    torch.set_num_threads(1)
    documents = load_corpus()
    record = Record(
        "ch03_recurrence",
        "recurrences",
        {"corpus_sha256": fingerprint(documents), **provenance()},
    )
    record.add("C2/cycles", unfolding.cycles(), *COUNT)
    record.add("C2/copies_gap", unfolding.copies_gap(), *IDENTITY)
    record.add("E1/gap", unfolding.unfolding_gap(), *IDENTITY)
    record.add("C3/gap", unfolding.simple_gap(), *IDENTITY)
    record.add("D2/gap", unfolding.shapes_gap(), *IDENTITY)
    record.add("D1/gap", unfolding.shift_gap(), *IDENTITY)
    record.add("E4/isolation_gap", isolation_gap(), *IDENTITY)
    _kinds(record, say)
    _xor(record, say)
    _exposure(record, say)
    count_waiting(record, say)
    _counts(record, encode_split(documents, 0), say)
    return record


def _kinds(record: Record, say) -> None:
    """Train every kind on every task; score it told, free, and at ten times the length."""
    for task in ("running sum", "echo"):
        for name in COMPARED:
            scores: dict[str, list] = {"told": [], "free": [], "longer": []}
            for seed in SEEDS:
                net = train_kind(KINDS[name], task, UPDATES, seed)
                long = right(net, task, free=True, steps=LONGER)
                scores["told"].append(right(net, task, free=False).mean())
                scores["free"].append(right(net, task, free=True).mean())
                scores["longer"].append(long.mean())
                by_step = long.reshape(20, -1).mean(1)
                record.add(f"by_step/{task}/{name}/{seed}", by_step, *HALF_TRAINED)
            for what, values in scores.items():
                record.add(f"{what}/{task}/{name}", values, *TRAINED)
            medians = {what: float(np.median(values)) for what, values in scores.items()}
            say(f"{task:12s} {name:24s} {medians}")

    def median(what, task, name):
        return float(np.median(record.value(f"{what}/{task}/{name}")))

    alone, hidden, gru, output = COMPARED
    record.add("E3/sum", median("free", "running sum", output), *TRAINED)
    record.add("E3/echo", median("free", "echo", output), *TRAINED)
    record.add("B6/echo_longer", median("longer", "echo", hidden), *TRAINED)
    record.add("B6/sum_trained_length", median("free", "running sum", gru), *TRAINED)
    last = [record.value(f"by_step/running sum/{gru}/{seed}")[-1] for seed in SEEDS]
    record.add("B6/sum_longer", float(np.mean(last)), *HALF_TRAINED)
    record.add("E2/with_context", median("free", "echo", hidden), *TRAINED)
    record.add("E2/without_context", median("free", "echo", alone), *TRAINED)


def _xor(record: Record, say) -> None:
    for name, kind in XOR_KIND.items():
        found = np.median([xor_accuracy(kind, XOR_UPDATES, seed) for seed in SEEDS], axis=0)
        record.add(f"xor/{name}", found, *TRAINED)
        say(f"temporal XOR {name:24s} {found.round(3)}")


def _exposure(record: Record, say) -> None:
    """Train decoders for so many updates, told always or less and less; score them both ways."""
    kind = KINDS["both, GRU"]
    for way, share in (("forced", None), ("scheduled", annealed)):
        for updates in EXPOSED:
            nets = [train_kind(kind, "running sum", updates, seed, share) for seed in SEEDS]
            told = [right(net, "running sum", False) for net in nets]
            free = [right(net, "running sum", True) for net in nets]
            record.add(f"exposure/{way}/{updates}/told", [r.mean() for r in told], *HALF_TRAINED)
            record.add(f"exposure/{way}/{updates}/free", [r.mean() for r in free], *HALF_TRAINED)
            if updates == HALF:
                for name, hits in (("told", told), ("free", free)):
                    steps = np.mean([r.mean(1) for r in hits], axis=0)
                    record.add(f"exposure/{way}/by_step/{name}", steps, *HALF_TRAINED)
                    exact = [r.all(0).mean() for r in hits]
                    record.add(f"exposure/{way}/exact/{name}", exact, 0.3, HALF_TRAINED[1])
            say(
                f"{way:10s} {updates:4d} told {np.mean([r.mean() for r in told]):.3f} "
                f"free {np.mean([r.mean() for r in free]):.3f}"
            )
    gaps = [
        np.subtract(*(record.value(f"exposure/forced/{updates}/{n}") for n in ("told", "free")))
        for updates in EXPOSED
    ]
    record.add("E4/gap", float(np.median(np.max(gaps, axis=0))), *HALF_TRAINED)
    record.add("E4/gap_at_the_end", float(np.median(gaps[-1])), *TRAINED)


def count_waiting(record: Record, say: Callable[[str], None] = print) -> None:
    """Count the matrix products that must wait for one another, for every kind and length.

    Args:
        record: Where the counts go.
        say: Told what was found.
    """
    for way in WAYS:
        forward, both = np.transpose([chains(way, steps) for steps in LENGTHS])
        record.add(f"waiting/{way}/forward", forward, *COUNT)
        record.add(f"waiting/{way}/both", both, *COUNT)
        say(f"{way:8s} products one after the other {forward}, with the gradients {both}")
    both = record.value("waiting/told/both")
    record.add("E3/told_waits", both[-1] - both[0], *COUNT)
    record.add("E3/free_waits", record.value("waiting/free/forward")[-1] / LENGTHS[-1], *COUNT)


def _counts(record: Record, data, say) -> None:
    counts = count_orders(data.train, MAX_ORDER)
    stored = np.cumsum([len(c.grams) for c in counts])
    record.add("stored", stored, 0, "exact counts")
    models = Record.load("ch02_language")
    share = models.value("weights/page") / stored[-1]
    record.add("E6/weights_share", share, 1e-9, "a ratio of counts")
    full = float(unfolding.parameter_counts(len(data.vocabulary), MAX_ORDER))
    record.add("E6/table_share", models.value("weights/page") / full, 1e-18, "a ratio of counts")
    record.add("E6/bits_saved", bits_saved(models), 0.01, "as the record it comes from")
    say(f"stored {stored}  weights {models.value('weights/page')}  share {share:.3f}")


def bits_saved(models: Record) -> float:
    """Return the bits per character that networks need less than counts, the worse of two."""
    return min(
        models.value(f"bits/modified Kneser-Ney/{split}")[-1] - models.value(f"bits/{name}")
        for split, name in ((0, "page"), (1, "page-1"))
    )


EXPERIMENTS = {"recurrences": measure_recurrences}
"""What `make measure` runs: by section of the record."""
