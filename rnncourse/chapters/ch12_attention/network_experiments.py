"""What is recorded of networks that translate lists of numbers.

Every kind of network has about as many parameters and gets the same search for its learning rate,
on validation lists and with a seed of its own; then new seeds are scored on test lists.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from rnncourse.analysis.translations import (
    LENGTHS,
    LONGEST,
    TRAINED,
    batch,
    lists,
    of_length,
    store,
)
from rnncourse.chapters.ch12_attention import explaining, scoring
from rnncourse.chapters.ch12_attention.stored import FOLDER, STORED
from rnncourse.chapters.ch12_attention.tolerances import tolerance
from rnncourse.chapters.ch12_attention.translating import (
    KINDS,
    attention_of,
    exact,
    fitted,
    varied,
)
from rnncourse.core.records import Record, provenance
from rnncourse.data.pairs import Pair, PairData
from rnncourse.models.translation import EncoderDecoder

SEEDS, TUNING_SEED = (0, 1, 2, 3, 4), 1000
RATES, BEYOND = (5e-3, 10e-3, 20e-3), (2.5e-3, 40e-3)
"""Those beyond are tried where the best of the first three stands at the edge."""
ATTENDED = 4
"""Numbers of the lists whose looks are scored, and from which symbols are taken away."""
LONGER = 2
"""How many times as many updates: an update of deck A's decoder takes about so many times as
long as one without attention (section `speeds`)."""
OTHERS = ("dot", "additive", "general, before", "dot, before", "additive, before")
EXACT = (1e-9, "sums in another order")
NUDGE = 1e-6
"""By which share of itself each first weight is moved, to see what only chance decides."""

Log = Callable[[str], None]


def record_of(section: str) -> Record:
    """Begin a record."""
    data = "20,000 lists of 1 to 6 numbers, English to German"
    return Record("ch12_attention", section, {"data": data, **provenance()})


def measure_rates(log: Log = print) -> Record:
    """Search the learning rate of every kind, on validation lists (seven minutes)."""
    return _search("rates", RATES, log)


def measure_rates_beyond(log: Log = print) -> Record:
    """Go on with the search beyond both edges (five minutes)."""
    return _search("rates_beyond", BEYOND, log)


def _search(section: str, rates: Sequence[float], log: Log) -> Record:
    record, data = record_of(section), lists()
    for name, kind in KINDS.items():
        for rate in rates:
            found = exact(fitted(replace(kind, rate=rate), TUNING_SEED), data, data.valid)
            record.add(f"rates/{name}/{rate:g}", found, *tolerance(f"rates/{name}/{LONGEST}"))
            log(f"{name} {rate:g}: {found.round(2)}, mean {found[TRAINED].mean():.3f}")
    return record


def add_exact(record: Record, name: str, found: Sequence) -> None:
    """Record shares, `seeds x lengths`, and their mean over the lengths of the training."""
    shares = np.array(found)
    for k, column in zip(LENGTHS, shares.T, strict=True):
        add(record, f"exact/{name}/{k}", column)
    add(record, f"exact/{name}/trained", shares[:, TRAINED].mean(1))


def measure_without(log: Log = print) -> Record:
    """Train without attention, as many updates (a minute and a half)."""
    record, data = record_of("without"), lists()
    found = [exact(fitted(KINDS["none"], seed), data, data.test) for seed in SEEDS]
    add_exact(record, "none", found)
    log(f"{np.mean(found, 0).round(2)}")
    return record


def measure_longer(log: Log = print) -> Record:
    """Train without attention twice as long; its rate is searched again (four minutes)."""
    record, data, kind = record_of("longer"), lists(), KINDS["none"]
    longer = replace(kind, updates=LONGER * kind.updates)
    means = {}
    for rate in RATES:
        found = exact(fitted(replace(longer, rate=rate), TUNING_SEED), data, data.valid)
        add(record, f"rates/none, longer/{rate:g}", found)
        means[rate] = found[TRAINED].mean()
        log(f"{rate:g}: {found.round(2)}, mean {means[rate]:.3f}")
    best = max(means, key=means.get)
    record.add("rate/none, longer", best, EXACT[0], "the best of those searched")
    longer = replace(longer, rate=best)
    add_exact(record, "none, longer", [exact(fitted(longer, s), data, data.test) for s in SEEDS])
    log(f"{best:g}: {record.value('exact/none, longer/trained')}")
    return record


def measure_kinds(log: Log = print) -> Record:
    """Train every other attention, and score its looks (six minutes)."""
    record, data = record_of("kinds"), lists()
    four = of_length(data.test, ATTENDED)
    for name in OTHERS:
        found, attention = [], []
        for seed in SEEDS[:3]:
            model = fitted(KINDS[name], seed)
            found.append(exact(model, data, data.test))
            attention.append(scoring.by_kind(attention_of(model, data, four), four))
        add_exact(record, name, found)
        add_all(record, f"attention/{name}", attention)
        log(f"{name}: {np.mean(found, 0).round(2)} {attention[0]}")
    return record


def add_all(record: Record, prefix: str, found: Sequence[dict[str, float]]) -> None:
    """Record what every seed has found, by its name."""
    for key in found[0]:
        add(record, f"{prefix}/{key}", [one[key] for one in found])


def add(record: Record, key: str, found: Sequence) -> None:
    """Record what networks have found, with the tolerance that belongs to it."""
    record.add(key, found, *tolerance(key))


def measure_chance(log: Log = print) -> Record:
    """Score what reads nothing, and the aligner that counts (seconds)."""
    record, data = record_of("chance"), lists()
    four = of_length(data.test, ATTENDED)
    for key, value in scoring.chances(data.train, four).items():
        record.add(f"chance/{key}", value, *EXACT)
        log(f"{key} {value:.3f}")
    lexicon = scoring.counting(data.train, data.valid)
    weights = scoring.aligned(lexicon, four)
    for key, value in {**scoring.by_kind(weights, four), **scoring.crossed(weights, four)}.items():
        record.add(f"counting/{key}", value, *EXACT)
        log(f"counting, tension {lexicon.tension}: {key} {value:.3f}")
    return record


def measure_attending(log: Log = print) -> Record:
    """Train the network of the page, and look at it in every way (four minutes)."""
    record, data = record_of("attending"), lists()
    four = of_length(data.test, ATTENDED)
    found, attention, taken = [], [], []
    for seed in SEEDS:
        model = fitted(KINDS["general"], seed)
        if seed == SEEDS[0]:
            store("lists", model, data, {"kind": STORED, "seed": seed}, FOLDER)
        found.append(exact(model, data, data.test))
        weights = attention_of(model, data, four)
        ways = scoring.by_kind, scoring.sure, scoring.crossed
        attention.append({key: x for way in ways for key, x in way(weights, four).items()})
        taken.append(removed(model, four, np.random.default_rng(seed)))
        log(f"seed {seed}: {found[-1].round(2)} {attention[-1]} {taken[-1]}")
    add_exact(record, "general", found)
    add_all(record, "attention/general", attention)
    add_all(record, "taken", taken)
    return record


def measure_commas(log: Log = print) -> Record:
    """Train the same networks, and say on which comma their looks are (a minute and a half)."""
    record, data = record_of("commas"), lists()
    four = of_length(data.test, ATTENDED)
    found = []
    for seed in SEEDS:
        attention = attention_of(fitted(KINDS["general"], seed), data, four)
        found.append(scoring.on_commas(attention, four))
        log(f"seed {seed}: {found[-1]}")
    add_all(record, "commas/general", found)
    return record


def measure_nudged(log: Log = print) -> Record:
    """Train the same networks again; first weights differ by a millionth (a minute and a half)."""
    return _attention("nudged", lists(), log, NUDGE)


def measure_varied(log: Log = print) -> Record:
    """Train where the marks between numbers vary, and score the looks (a minute and a half)."""
    return _attention("varied", varied(), log)


def _attention(section: str, data: PairData, log: Log, nudge: float = 0.0) -> Record:
    record, four = record_of(section), of_length(data.test, ATTENDED)
    found, attention = [], []
    for seed in SEEDS:
        model = fitted(KINDS["general"], seed, data, nudge)
        found.append(exact(model, data, data.test))
        attention.append(scoring.by_kind(attention_of(model, data, four), four))
        log(f"seed {seed}: {found[-1].round(2)} {attention[-1]}")
    add_exact(record, section, found)
    add_all(record, f"attention/{section}", attention)
    return record


def removed(
    model: EncoderDecoder, pairs: Sequence[Pair], rng: np.random.Generator
) -> dict[str, float]:
    """Take symbols away, and say what is lost, by kind of the target symbol.

    Returns:
        By `WAY/WHICH/GROUP/changed` and `.../nats`, where `which` is attended, least (attended),
        other (any but the attended), slope or truth; by `agree/GROUP` how often the look and the
        largest slope agree; and by `slope/GROUP` how often the slope points at the truth.
    """
    some = batch(lists(), pairs)
    lengths = some.source_lengths.numpy()
    given = some.source, some.source_lengths, some.target
    weights = model.teacher_forced(*given)[1].detach().numpy()
    slopes = np.abs(explaining.gradient_times_input(model, some))
    truth = np.zeros(some.target.shape, int)
    kinds = np.full(some.target.shape, "", dtype=object)
    for b, pair in enumerate(pairs):
        for t, links in enumerate(pair.links):
            if links:
                truth[t, b], kinds[t, b] = links[0], pair.kinds[t]
    places = {
        "attended": explaining.strongest(weights, lengths),
        "least": explaining.strongest(-weights, lengths),
        "slope": explaining.strongest(slopes, lengths),
        "truth": truth,
    }
    places["other"] = explaining.another(places["attended"], lengths, rng)
    scored = {name: np.isin(kinds, group) for name, group in scoring.LISTS.items()}
    found = {}
    for way in explaining.WAYS:
        for which, where in places.items():
            lost = explaining.without(model, some, where, way)
            for name, there in scored.items():
                found[f"{way}/{which}/{name}/changed"] = float(lost.changed[there].mean())
                found[f"{way}/{which}/{name}/nats"] = float(lost.nats[there].mean())
    for name, there in scored.items():
        agree = places["attended"] == places["slope"]
        found[f"agree/{name}"] = float(agree[there].mean())
        found[f"slope/{name}"] = float((places["slope"] == truth)[there].mean())
    return found
