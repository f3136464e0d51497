"""What chapter 13 measures of more captioners that look, and of what may replace a look.

The networks are those of section `attending` of the record, with seeds that it has not. Every weight
and rate was chosen on validation combinations, with a seed of its own.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn

from rnncourse.chapters.ch13_captioning.attending_experiments import (
    ACCURACY,
    POINTING,
    RATES,
    SHORT,
    TUNING_SEED,
    UPDATES,
    WHOLE,
    add_each,
    add_scores,
    chosen,
    freed,
    record_of,
)
from rnncourse.chapters.ch13_captioning.captioning import (
    FEATURES,
    Kind,
    fitted,
    scores,
)
from rnncourse.chapters.ch13_captioning.encoders import encoder
from rnncourse.chapters.ch13_captioning.pointing import pointing
from rnncourse.chapters.ch13_captioning.rows import (
    attention_on_rows,
    drawn,
    encoded,
    exact,
    row_captions,
    train_on,
)
from rnncourse.core.records import Record
from rnncourse.data.glyphs import vocabulary
from rnncourse.models.captioner import Captioner, Placed

Log = Callable[[str], None]
NEW_SEEDS = (3, 4, 5, 6, 7)
"""Section `attending` has 0, 1 and 2."""
MORE_SEEDS = tuple(range(8, 38))
"""After three and five had not settled how often marks are found."""
SPREADS = (0.01, 0.1, 1.0)
PENALTY_SEEDS = (3, 4, 5)
ROWS_LEARNT, ROWS_SCORED = 3000, 1000
MORE_ROW_SEEDS, BLIND_ROW_SEEDS = tuple(range(6, 14)), tuple(range(6, 11))
ROW_SEEDS, ROWS_ALONE = (3, 4, 5), replace(WHOLE, rate=8e-3, updates=1000, B=24)


def measure_seeds(log: Log = print) -> Record:
    """Train five captioners that look, on new seeds; score captions and looks."""
    record = record_of("seeds")
    models = [freed(chosen(), seed) for seed in NEW_SEEDS]
    add_scores(record, "new", models, log)
    return record


def measure_marks(log: Log = print) -> Record:
    """Train thirty captioners that look, on seeds after those of `seeds` (a quarter of an hour)."""
    record = record_of("marks")
    models = [freed(chosen(), seed) for seed in MORE_SEEDS]
    add_scores(record, "more", models, log)
    return record


def measure_penalty(log: Log = print) -> Record:
    """Search the weight of the penalty, then train with it, on seeds that `seeds` has without."""
    record, found = record_of("penalty"), {}
    for spread in SPREADS:
        kind = replace(chosen(), spread=spread, updates=SHORT)
        found[spread] = scores(fitted(kind, TUNING_SEED), "valid")["exact"]
        record.add(f"penalty/search/{spread:g}", found[spread], *ACCURACY)
        log(f"{spread:g}: {found[spread]:.3f}")
    best = max(SPREADS, key=found.__getitem__)
    kind = replace(chosen(), spread=best)
    add_scores(record, "penalty", [freed(kind, seed) for seed in PENALTY_SEEDS], log)
    return record


def measure_whole(log: Log = print) -> Record:
    """Give an LSTM the whole map at each step, tuned as attention was, its encoder freed too."""
    record, found = record_of("whole"), {}
    whole = Kind("each", cell="lstm", updates=UPDATES)
    for rate in RATES:
        kind = replace(whole, rate=rate, updates=SHORT)
        found[rate] = scores(fitted(kind, TUNING_SEED), "valid")["exact"]
        record.add(f"whole/search/{rate:g}", found[rate], *ACCURACY)
        log(f"{rate:g}: {found[rate]:.3f}")
    kind = replace(whole, rate=max(RATES, key=found.__getitem__))
    models = [freed(kind, seed) for seed in NEW_SEEDS]
    for part in ("combos", "faces"):
        each = [scores(model, part) for model in models]
        add_each(record, f"whole/{part}", each, ACCURACY)
        log(f"whole, {part}: {[round(one['exact'], 3) for one in each]}")
    record.add("parameters/whole", sum(p.numel() for p in models[0].parameters()), 0, "count")
    return record


def alone(placed: bool, seed: int, kind: Kind = ROWS_ALONE, learnt: int = ROWS_LEARNT) -> Captioner:
    """Train a captioner on rows of two letters alone, its encoder as it is.

    Args:
        placed: Whether each place also says where it lies.
        seed: Of its first weights, and of the batches.
        kind: Its training.
        learnt: Rows to learn from.
    """
    eyes = nn.Sequential(encoder(), Placed()).eval() if placed else encoder()
    torch.manual_seed(seed)
    way = {"cell": kind.cell, "score": kind.score}
    C, V = FEATURES + 2 * placed, len(vocabulary())
    model = Captioner(eyes, C, V, start=1, stop=2, **way)
    rows = drawn("train", learnt, noise=0.05)
    return train_on(model, kind, seed, encoded(eyes, rows), row_captions(rows))


def attention_in_rows(
    record: Record, name: str, placed: bool, seeds: tuple[int, ...], log: Log
) -> None:
    """Train captioners on rows alone, score new rows and looks, and record them."""
    new, scored = drawn("combos", ROWS_SCORED, 1), []
    for seed in seeds:
        model = alone(placed, seed)
        scored.append({"exact": exact(model, new), **pointing(attention_on_rows(model, new))})
        log(f"{name}, {seed}: { {key: round(x, 3) for key, x in scored[-1].items()} }")
    add_each(record, name, scored, POINTING)


def measure_placed(log: Log = print) -> Record:
    """Train captioners on rows alone, with where each place lies."""
    record = record_of("rows_placed")
    attention_in_rows(record, "alone/placed", True, ROW_SEEDS, log)
    return record


def measure_more_rows(log: Log = print) -> Record:
    """Do the same with eight more seeds, and with five of them without (a quarter of an hour)."""
    record = record_of("rows_more")
    attention_in_rows(record, "more/placed", True, MORE_ROW_SEEDS, log)
    attention_in_rows(record, "more/unplaced", False, BLIND_ROW_SEEDS, log)
    return record


def measure_edges(log: Log = print) -> Record:
    """Go one rate further where the best of a search was the last (half a minute)."""
    record = record_of("edges")
    beyond = {
        "attention": replace(chosen(), rate=32e-3, updates=SHORT),
        "first": Kind("first", rate=2e-3, updates=400),
    }
    for name, kind in beyond.items():
        found = scores(fitted(kind, TUNING_SEED), "valid")["exact"]
        record.add(f"edges/{name}/{kind.rate:g}", found, *ACCURACY)
        log(f"{name} {kind.rate:g}: {found:.3f}")
    return record


EXPERIMENTS = {
    "seeds": measure_seeds,
    "marks": measure_marks,
    "penalty": measure_penalty,
    "whole": measure_whole,
    "rows_placed": measure_placed,
    "rows_more": measure_more_rows,
    "edges": measure_edges,
}
