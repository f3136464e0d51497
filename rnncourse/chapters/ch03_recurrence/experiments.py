"""The recorded numbers of the chapter on recurrent networks (about 40 minutes)."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from rnncourse.analysis.splits import MAX_ORDER, encode_split
from rnncourse.chapters.ch03_recurrence import forcing
from rnncourse.chapters.ch03_recurrence.drift import measure_drift, sinks
from rnncourse.chapters.ch03_recurrence.exposure import measure_exposure
from rnncourse.chapters.ch03_recurrence.kinds import (
    KINDS,
    LONGER,
    Kind,
    isolation_gap,
    right,
    train_kind,
    xor_accuracy,
)
from rnncourse.chapters.ch03_recurrence.lasting import error_left
from rnncourse.chapters.ch03_recurrence.patience import measure_longer_training
from rnncourse.chapters.ch03_recurrence.waiting import WAYS, chains
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.models.counting import count_orders
from rnncourse.models.recurrences import Recurrence

SEEDS, LASTING_SEEDS = range(40, 50), range(50, 110)
COMPARED = ALONE, HIDDEN, GRU, OUTPUT = (
    "no recurrence",
    "hidden recurrence, tanh",
    "hidden recurrence, GRU",
    "output recurrence",
)
LENGTHENED = {
    "gru_echo": ("echo", GRU),
    "output_sum": ("running sum", OUTPUT),
    "gru_sum": ("running sum", GRU),
}
"""The networks that are followed step by step at ten times the length of their training."""
UPDATES, XOR_UPDATES = 1500, 2000
LENGTHS = (1, 10, 100, 1000)
WIPED = 0.1
"""An error in the state is said to be wiped out when less of it is left after 20 steps."""
PATIENT, PATIENCE = Kind("rnn", False, 32), range(1000, 5001, 1000)
"""A tanh network that is given time to learn the sum modulo 4, and when it is looked at."""
XOR_KIND = {HIDDEN: Kind("rnn", False, 32, 1e-2), ALONE: Kind("none", False, 32, 1e-2)}

DRAWN = {"data": "drawn at random"}
COUNT = (0, "a count")
IDENTITY = (5e-13, "two ways to compute one number; only rounding differs")
TRAINED = (
    0.03,
    "500 test sequences; float32 training ends elsewhere on another processor, within the spread "
    "of seeds",
)
HALF_TRAINED = (0.12, "a half-trained network: the spread over seeds is as wide")
EXACT = (
    0.003,
    "every network gives all answers rightly; with one wrong in a hundred sequences it is less",
)
LONG = (
    0.07,
    "three GRUs of other seeds, trained again on the code path of processors without AVX, had up "
    "to 0.061 more or less",
)
LITTLE = (
    0.05,
    "four such GRUs of other seeds, trained again on the code path of processors without AVX, had "
    "up to 0.042 more or less",
)


def measure_recurrences(say: Callable[[str], None] = print) -> Record:
    """Train every kind on every task; score it told, free, and at ten times the length.

    Also: what is left of an error in the state, and who learns the temporal XOR.
    """
    torch.set_num_threads(1)
    record = Record("ch03_recurrence", "recurrences", DRAWN | provenance())
    for task in ("running sum", "echo"):
        for name in COMPARED:
            _kind(record, task, name, say)
    _xor(record, say)
    for key, source in {
        "E2/with_context": f"free/echo/{HIDDEN}",
        "E2/without_context": f"free/echo/{ALONE}",
        "E2/xor": f"xor/{HIDDEN}/2",
        "E2/xor_without": f"xor/{ALONE}/2",
        "E3/echo": f"free/echo/{OUTPUT}",
        "E3/sum": f"free/running sum/{OUTPUT}",
        "E3/sum_alone": f"free/running sum/{ALONE}",
    }.items():
        record.add(key, record.value(source), *TRAINED)
    return record


def _kind(record: Record, task: str, name: str, say) -> None:
    scores: dict[str, list] = {"told": [], "free": [], "longer": [], "fall": [], "left": []}
    by_step = []
    for seed in SEEDS:
        net = train_kind(KINDS[name], task, UPDATES, seed)
        long = right(net, task, free=True, steps=LONGER)
        scores["told"].append(right(net, task, free=False).mean())
        scores["free"].append(right(net, task, free=True).mean())
        scores["longer"].append(long.mean())
        scores["fall"].append(sinks(long))
        scores["left"].append(float(error_left(net, task)[-1]))
        by_step.append(long.reshape(20, -1).mean(1))
    for what in ("told", "free", "longer"):
        record.add(f"{what}/{task}/{name}", scores[what], *TRAINED)
    for short in [short for short, pair in LENGTHENED.items() if pair == (task, name)]:
        for seed, row in zip(SEEDS, by_step, strict=True):
            record.add(f"by_step/{task}/{name}/{seed}", row, *HALF_TRAINED)
        tolerance = LONG if short == "gru_sum" else EXACT
        record.add(f"B6/fall_{short}", scores["fall"], *tolerance)
        record.add(f"B6/left_{short}", scores["left"], *tolerance)
    say(f"{task:12s} {name:24s} { {what: np.round(v, 4).tolist() for what, v in scores.items()} }")


def _xor(record: Record, say) -> None:
    for name, kind in XOR_KIND.items():
        found = np.array([xor_accuracy(kind, XOR_UPDATES, seed) for seed in SEEDS])
        for place, values in enumerate(found.T, start=1):
            record.add(f"xor/{name}/{place}", values, *TRAINED)
        say(f"temporal XOR {name:24s} {np.median(found, axis=0).round(3)}")


def measure_lasting(say: Callable[[str], None] = print) -> Record:
    """Compare networks that wipe errors out with others of the same cell, on the same task.

    GRUs that keep the running sum in their state; what differs is the seed.
    """
    torch.set_num_threads(1)
    record = Record("ch03_recurrence", "lasting", DRAWN | provenance())
    task, lasted, falls = "running sum", [], []
    for seed in LASTING_SEEDS:
        net = train_kind(KINDS[GRU], task, UPDATES, seed)
        lasted.append(float(error_left(net, task)[-1]))
        falls.append(sinks(right(net, task, free=True, steps=LONGER)))
        say(f"{seed}: {lasted[-1]:.4f} of an error left, accuracy falls by {falls[-1]:.4f}")
    record.add("lasting/left", lasted, *LONG)
    record.add("lasting/fall", falls, *LONG)
    wiped, kept = split(lasted, falls)
    record.add("B6/fall_wiped", wiped, *LITTLE)
    record.add("B6/fall_kept", kept, *LONG)
    return record


def split(lasted: Sequence[float | int], falls: Sequence[float | int]) -> tuple[list, list]:
    """Return the falls of the networks that wipe errors out, and those of the others.

    Args:
        lasted: What is left of an error, network by network.
        falls: By how much their accuracy falls.
    """
    pairs = list(zip(lasted, falls, strict=True))
    return [f for left, f in pairs if left <= WIPED], [f for left, f in pairs if left > WIPED]


def measure_forcing(say: Callable[[str], None] = print) -> Record:
    """Follow trainings with teacher forcing: what running free changes, while they err and after.

    The gap is between the shares of right answers, told and free. The cosine is between the
    gradients of the two losses.
    """
    torch.set_num_threads(1)
    record = Record("ch03_recurrence", "forcing", DRAWN | provenance())
    record.add("E4/isolation_gap", isolation_gap(), *IDENTITY)
    record.add("E4/isolation_gap_state", isolation_gap("both, GRU"), 1e-6, "float64")
    courses = []
    for seed in SEEDS:
        courses.append(one := forcing.course(seed))
        say(f"{seed}: after {one.updates} updates told {one.told[one.errs]:.3f} {one.measured}")
    for name in ("told", "free", "cosine", "other"):
        mean = np.mean([getattr(one, name) for one in courses], axis=0)
        record.add(f"forcing/{name}", mean, *HALF_TRAINED)
    record.add("forcing/updates", [one.updates for one in courses], 40, "two checkpoints")
    for name in courses[0].measured:
        values = [one.measured[name] for one in courses]
        record.add(f"E4/{name}", values, *(TRAINED if name.endswith("_end") else HALF_TRAINED))
    record.add("E4/other", [one.other[one.errs] for one in courses], *HALF_TRAINED)
    return record


def measure_patience(say: Callable[[str], None] = print) -> Record:
    """Give tanh networks time to learn a sum in their state, modulo 4."""
    torch.set_num_threads(1)
    record = Record("ch03_recurrence", "patience", DRAWN | provenance())
    task, found = "sum modulo 4", {updates: [] for updates in PATIENCE}

    def look(update: int, net: Recurrence) -> None:
        if update in found:
            found[update].append(right(net, task, free=True).mean())

    for seed in SEEDS:
        train_kind(PATIENT, task, PATIENCE[-1], seed, report=look)
        say(f"{seed}: { {updates: values[-1].round(3) for updates, values in found.items()} }")
    for updates, values in found.items():
        record.add(f"patience/{updates}", values, *HALF_TRAINED)
    return record


def measure_counts(say: Callable[[str], None] = print) -> Record:
    """Count what needs no training: products that wait, numbers in a model."""
    documents = load_corpus()
    about = {"corpus_sha256": fingerprint(documents), **provenance()}
    record = Record("ch03_recurrence", "counts", about)
    count_waiting(record, say)
    _counts(record, encode_split(documents, 0), say)
    return record


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
    for way in ("told", "free"):
        for what in ("forward", "both"):
            record.add(f"E3/{way}_{what}", per_step(record.value(f"waiting/{way}/{what}")), *COUNT)


def per_step(found: Sequence[float | int]) -> float:
    """Return by how many products every further step makes the longest chain longer.

    Args:
        found: The chains at the `LENGTHS`.
    """
    return (found[-1] - found[0]) / (LENGTHS[-1] - LENGTHS[0])


def _counts(record: Record, data, say) -> None:
    counts = count_orders(data.train, MAX_ORDER)
    stored = np.cumsum([len(c.grams) for c in counts])
    record.add("stored", stored, 0, "exact counts")
    say(f"stored {stored}")


EXPERIMENTS = {
    "recurrences": measure_recurrences,
    "lasting": measure_lasting,
    "exposure": measure_exposure,
    "drift": measure_drift,
    "patience": measure_patience,
    "longer": measure_longer_training,
    "forcing": measure_forcing,
    "counts": measure_counts,
}
"""What `make measure` runs: by section of the record."""
