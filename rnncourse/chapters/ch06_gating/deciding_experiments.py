"""The confirming runs that judge the claims of this chapter, at rates that were found before."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from rnncourse.chapters.ch06_gating.flow import changed
from rnncourse.chapters.ch06_gating.subset_experiments import LEFT as MOVED
from rnncourse.chapters.ch06_gating.subset_experiments import RATES, SEARCH, TEST, learn, lr_search
from rnncourse.chapters.ch06_gating.subsets import error
from rnncourse.chapters.ch06_gating.tasks import TASKS
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, PILOT, confirming, pilot

BIASES = (0, 1, 2, 3, 4, 5)
"""First biases of the gate that keeps, in `measure_opened`."""
SIZES = (1, 2, 4, 8, 16)
"""Units of a cell, in `measure_needs`."""
MISSED = {"reset": "io", "marked": "fo", "asked": "if"}
"""By task, the gates that are left when the one that the task needs is taken out."""
CHOSEN = {
    **dict.fromkeys([("reset", 4), ("reset", 16), ("asked", 4)], (0.1, 0.1)),
    **dict.fromkeys([("marked", 4), ("marked", 16), ("asked", 16)], (0.1, 0.03)),
}
"""By task and units: the best of six rates of the full cell, and of the one without its gate, from
a search with two seeds of a trial."""
UNTRAINED = (1e-6, "float64, untrained")


def begin(section: str, seeds: Sequence[int]) -> tuple[Record, tuple[int, ...]]:
    """Start a section of the record, with the seeds that judge."""
    torch.set_num_threads(1)
    seeds = confirming(seeds)
    about = {"data": "drawn at random", "seeds": [*seeds], **provenance()}
    return Record("ch06_gating", section, about), seeds


def measure_opened(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Send gradients back 50 steps, by the first bias of the gate that keeps: D12 (seconds).

    Untrained: a GRU of 18 units, an LSTM of 16, a plain network of 33 with the usual weights; all
    read numbers between -1 and 1. A random direction goes back from the last h to the whole state.
    """
    record, seeds = begin("opened", seeds)
    plain = changed("tanh", 33, 0.0, seeds)
    record.add("opened/plain", plain, *UNTRAINED)
    log(f"plain {np.round(plain, 1)}")
    for bias in BIASES:
        for cell, H in (("gru", 18), ("lstm", 16)):
            found = changed(cell, H, float(bias), seeds)
            record.add(f"opened/{cell}/{bias}", found, *UNTRAINED)
            log(f"bias {bias} {cell} {np.round(found, 1)}")
    return record


def measure_selecting(
    log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Train cells of four units on two memories, and a plain network of ten: B10 (a minute).

    600 updates of 16 sequences of 40 steps with Adam, each kind at the best of six rates, 0.003 to
    1; errors are on 400 other sequences, as a share of that of a constant answer. The plain network
    has 171 weights, the full cell 165. `fewer` is, of each seed, the least error that is left by a
    cell that lacks one of the three gates.
    """
    record, seeds = begin("selecting", seeds)
    known, left = Record.load("ch06_gating"), {}
    for H, name in ((4, "ifo"), (4, "io"), (4, "fo"), (4, "if"), (10, "plain")):
        rate = known.value(f"rate/two/{H}/{name}")
        left[name] = error(learn("two", H, [name], [rate], seeds), TASKS["two"], TEST)
        record.add(f"selecting/{name}", left[name], *MOVED)
        log(f"two {H} {name} rate {rate:g} {np.round(left[name], 3)}")
    least = np.min([left[name] for name in ("io", "fo", "if")], axis=0)
    record.add("selecting/fewer", least, *MOVED)
    return record


def measure_needed(
    task: str, log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Train cells with all gates, and without the one that a task needs, in five sizes (minutes).

    600 updates of 16 sequences of 40 steps with Adam, each kind and size at the best of six rates,
    0.003 to 1; where no rate was found before it is searched with two seeds of a trial. Errors are
    on 400 other sequences, as a share of that of a constant answer.
    """
    record, seeds = begin(f"needed_{task}", seeds)
    known, names = Record.load("ch06_gating"), ("ifo", MISSED[task])
    for H in SIZES:
        if H == 1:
            rates = [known.value(f"rate/{task}/{H}/{name}") for name in names]
        elif (task, H) in CHOSEN:
            rates = CHOSEN[task, H]
        else:
            decades = lr_search(task, H, names, pilot(PILOT[:2]))
            rates = [RATES[int(best)] for best in decades.argmin(1)]
            for name, rate, tried in zip(names, rates, decades, strict=True):
                record.add(f"needed/search/{task}/{name}/{H}", tried, *SEARCH)
                record.add(f"needed/rate/{task}/{name}/{H}", rate, 0, "chosen from the search")
        found = error(learn(task, H, names, rates, seeds), TASKS[task], TEST).reshape(2, -1)
        for name, rate, left in zip(names, rates, found, strict=True):
            record.add(f"needed/{task}/{name}/{H}", left, *MOVED)
            log(f"{task} {H} {name} rate {rate:g} {np.round(left, 3)}")
    return record


def measure_needed_reset(log: Callable[[str], None] = print) -> Record:
    """Measure the forget gate on sums since a reset, by size (two minutes)."""
    return measure_needed("reset", log)


def measure_needed_marked(log: Callable[[str], None] = print) -> Record:
    """Measure the input gate on sums of marked values, by size (two minutes)."""
    return measure_needed("marked", log)


def measure_needed_asked(log: Callable[[str], None] = print) -> Record:
    """Measure the output gate on sums that are asked for, by size (two minutes)."""
    return measure_needed("asked", log)


def measure_needs(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Put the three `needed_` sections together: A13 (an instant).

    Of the three gates each seed counts with the one whose task misses it least: the error without
    it, and the error of the full cell on the same task.
    """
    record, seeds = begin("needs", seeds)
    known = Record.load("ch06_gating")
    for H in SIZES:
        without, full = (
            np.array(
                [known.value(f"needed/{task}/{name or own}/{H}") for task, own in MISSED.items()]
            )
            for name in ("", "ifo")
        )
        least, column = (without - full).argmin(0), np.arange(len(seeds))
        record.add(f"needs/without/{H}", without[least, column], *MOVED)
        record.add(f"needs/full/{H}", full[least, column], *MOVED)
        log(f"{H} units, least missed: {np.round((without - full).min(0), 3)}")
    return record


EXPERIMENTS = {
    "opened": measure_opened,
    "selecting": measure_selecting,
    "needed_reset": measure_needed_reset,
    "needed_marked": measure_needed_marked,
    "needed_asked": measure_needed_asked,
    "needs": measure_needs,
}
"""What `make measure` runs of these: by section of the record."""
