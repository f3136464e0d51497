"""What chapter 13 measures.

The learning rate of each way is searched on validation combinations, with a seed of its own; then
new seeds are scored on held-out combinations and typefaces that nothing was chosen on.
"""

from collections.abc import Callable

from rnncourse.chapters.ch13_captioning import (
    attending_experiments,
    baselines,
    emoji_experiments,
    further_experiments,
)
from rnncourse.chapters.ch13_captioning.attending_experiments import (
    TESTS,
    add_each,
    add_scores,
    record_of,
)
from rnncourse.chapters.ch13_captioning.captioning import (
    Kind,
    fitted,
    scores,
)
from rnncourse.core.records import Record

SEEDS, TUNING_SEED = (0, 1, 2), 1000
RATES = (4e-3, 8e-3, 16e-3)
WAYS = ("each", "first", "merge")
SHORT = 400
"""Updates of each captioner of the search."""
ACCURACY = (0.3, "float32: another processor trains another network; seeds differ by less")
EXACT = (1e-9, "sums in another order")
POINTING = (0.5, "float32: another processor trains another network, which may look elsewhere")

Log = Callable[[str], None]


def chosen(name: str) -> Kind:
    """Return a way with the best rate of the search; merge, not searched, has that of each."""
    record, searched = Record.load("ch13_captioning"), "each" if name == "merge" else name
    best = max(RATES, key=lambda rate: record.value(f"rates/{searched}/{rate:g}"))
    return Kind(name, rate=best)


def measure_rates(log: Log = print) -> Record:
    """Search the learning rate of every way, on validation combinations (four minutes)."""
    record = record_of("rates")
    for name in ("each", "first", "attention"):
        for rate in RATES:
            kind = Kind(name, rate=rate, updates=SHORT)
            found = scores(fitted(kind, TUNING_SEED), "valid")["exact"]
            record.add(f"rates/{name}/{rate:g}", found, *ACCURACY)
            log(f"{name} {rate:g}: {found:.3f}")
    return record


def measure_baselines(log: Log = print) -> Record:
    """Score the most frequent caption, the nearest picture, a classifier (half a minute)."""
    record = record_of("baselines")
    for name, write in baselines.WRITERS.items():
        for part, found in baselines.score(write, TESTS).items():
            for key, value in found.items():
                tolerance = ACCURACY if name == "classifier" else EXACT
                record.add(f"{name}/{part}/{key}", value, *tolerance)
            log(f"{name}, {part}: {found}")
    return record


def measure_ways(log: Log = print) -> Record:
    """Train with the image at each step, at the first, and merged (five minutes)."""
    record = record_of("ways")
    for name in WAYS:
        models = [fitted(chosen(name), seed) for seed in SEEDS]
        for part in TESTS:
            found = [scores(model, part) for model in models]
            add_each(record, f"{name}/{part}", found, ACCURACY)
            log(f"{name}, {part}: {[round(one['exact'], 3) for one in found]}")
        record.add(f"parameters/{name}", sum(p.numel() for p in models[0].parameters()), 0, "count")
    return record


def measure_attention(log: Log = print) -> Record:
    """Train with the first edition's attention, and score where it looks (two minutes)."""
    record = record_of("attention")
    models = [fitted(chosen("attention"), seed) for seed in SEEDS]
    add_scores(record, "attention", models, log, ACCURACY, POINTING)
    size = sum(p.numel() for p in models[0].parameters())
    record.add("parameters/attention", size, 0, "count")
    return record


EXPERIMENTS = {
    "rates": measure_rates,
    "ways": measure_ways,
    "attention": measure_attention,
    "baselines": measure_baselines,
    **attending_experiments.EXPERIMENTS,
    **further_experiments.EXPERIMENTS,
    **emoji_experiments.EXPERIMENTS,
}
"""What `make measure` runs: by section of the record."""
