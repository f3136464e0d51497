"""The confirming runs that judge the claims of this chapter, with settings found before."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.chapters.ch08_gated_variants.ensemble import Ensemble, Setting
from rnncourse.chapters.ch08_gated_variants.lags import LAGS, STARTS, UPDATES, learn
from rnncourse.chapters.ch08_gated_variants.tasks import TASKS, scores, trainer
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, PILOT, confirming, pilot
from rnncourse.data.corpus import PINNED_SHA256
from rnncourse.training.ensemble import fit_ensemble

RATES = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64)
"""The learning rates that `measure_long` tries."""
RUN = (
    2.0 * UPDATES,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and hundreds of "
    "updates enlarge that; a run near the edge may learn or not",
)
CHECKED = (
    0.02,
    "first weights larger by a millionth, the same seeds: no score of these cells moved by more "
    "than 0.00001; another processor may do more",
)


def begin(section: str, seeds: Sequence[int]) -> tuple[Record, tuple[int, ...]]:
    """Start a section of the record, with the seeds that judge."""
    torch.set_num_threads(1)
    seeds = confirming(seeds)
    about = {"corpus_sha256": PINNED_SHA256, "seeds": [*seeds], **provenance()}
    return Record("ch08_gated_variants", section, about), seeds


def found(task: str, kind: str, seeds: Sequence[int]) -> Float[np.ndarray, " S"]:
    """Train networks with the units and the setting of the sweep; return their test scores."""
    known, of, at = Record.load("ch08_gated_variants"), TASKS[task], f"{task}/{kind}"
    some = [Setting(known.value(f"rate/{at}"), known.value(f"forget_bias/{at}"))] * len(seeds)
    ensemble = Ensemble(kind, of.D, int(known.value(f"units/{at}")), of.V, seeds, some)
    fit_ensemble(
        ensemble.parameters, trainer(task, ensemble, seeds), of.updates, ensemble.rates, decay=True
    )
    return scores(task, ensemble, "test")


def measure_coupled(
    log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Couple the gates of an LSTM, on text and on sums: C11 (half a minute).

    LSTMs with peepholes, of as many parameters: with 24 units, and with 29 where input and forget
    gate are coupled (8 and 10 on sums). Text: 200 updates of 16 windows of 20 characters, bits a
    character of test text. Sums of marked values since a reset, told when asked for: 150 updates of
    16 sequences of 30 steps; the error as a share of that of a constant answer, which below 0.001
    counts as 0.001, in powers of ten. Rate and first bias of the gate that keeps: the best of six
    drawn, between 0.003 and 0.1 on a logarithmic scale and between 0 and 4 (`settings`), with one
    seed.
    """
    record, seeds = begin("coupled", seeds)
    for kind in ("V", "CIFG"):
        bits, sums = found("text", kind, seeds), np.log10(found("sum", kind, seeds))
        record.add(f"coupled/text/{kind}", bits, *CHECKED)
        record.add(f"coupled/sum/{kind}", sums, *CHECKED)
        log(f"{kind} text {bits.round(3)} sum {sums.round(2)}")
    return record


def measure_mutant(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Compare MUT3 with a GRU on sums: C13 (ten seconds).

    Ten units each, as many parameters; sums, training and search, with its ranges, as in
    `measure_coupled`. Of MUT1
    and MUT3, of sums and text, the search with other seeds put this pair furthest ahead.
    """
    record, seeds = begin("mutant", seeds)
    for kind in ("GRU", "MUT3"):
        sums = np.log10(found("sum", kind, seeds))
        record.add(f"mutant/{kind}", sums, *CHECKED)
        log(f"{kind} sum {sums.round(2)}")
    return record


def measure_long(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Name a symbol of 20, 100 and 400 steps ago: B16's long half (a quarter of an hour).

    LSTM of 16 units without peepholes, once with an output gate that starts open; GRU of 19, as
    many parameters; all with chrono biases for the lag. Updates of 16 sequences until 99 % of 200
    others are right, looked at every two, 300 at most; who is not there by then counts with 600.
    Seven rates, 0.01 to 0.64, are tried alike with three seeds of a trial. What is judged are the
    updates at 400 steps, as a share of the GRUs' mean. With a ratio for each seed, one quick GRU
    would weigh most.
    """
    record, seeds = begin("long", seeds)
    trial, found = pilot(PILOT[:3]), {}
    for lag in LAGS:
        for name in STARTS:
            tried = learn(name, lag, np.repeat(RATES, len(trial)).tolist(), [*trial] * len(RATES))
            rate = RATES[int(tried.reshape(len(RATES), -1).mean(1).argmin())]
            record.add(f"long/search/{lag}/{name}", tried, *RUN)
            record.add(f"long/rate/{lag}/{name}", rate, 0, "chosen from the search")
            when = found[lag, name] = learn(name, lag, [rate] * len(seeds), seeds)
            record.add(f"long/when/{lag}/{name}", when, *RUN)
            log(f"{lag:3d} {name:10s} search {tried} rate {rate:g}: {when}")
    needed = found[LAGS[-1], "GRU"].mean()
    for name in STARTS:
        record.add(f"long/share/{name}", found[LAGS[-1], name] / needed, *RUN)
    return record


EXPERIMENTS = {"coupled": measure_coupled, "mutant": measure_mutant, "long": measure_long}
"""What `make measure` runs of these: by section of the record."""
