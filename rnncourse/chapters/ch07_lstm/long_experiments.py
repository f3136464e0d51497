"""What is left of a review's first sentence at its end: by answers, and by linear readers."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from rnncourse.chapters.ch07_lstm.long_reviews import (
    ASKED,
    KINDS,
    KNOWN,
    LONGEST,
    Long,
    Readers,
    draw_long,
    fit,
)
from rnncourse.core.records import Record, provenance
from rnncourse.data.reviews import WORDS
from rnncourse.models import weights
from rnncourse.training.lr_search import best_rate

DISTANCES = (0, 10, 25, 50, 100, 200, 400)
RATES = (1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2)
SEARCH_SEEDS, SEEDS = (0, 1), range(20, 30)
FITTED, SCORED, AT_ONCE = 1000, 500, 100
"""Reviews that a reader is fitted on, that it is scored on, and that networks read at a time."""
AT_50 = DISTANCES.index(LONGEST)
LEARNED = 0.95  # of the labels right, 50 words after the sentence: learned
WEIGHTS = Path(__file__).with_name("weights")

RUN = (
    0.5,
    "float32 training with fixed seeds: sums in another order differ by 1e-7, and thousands of "
    "updates enlarge that; a run near the edge may learn or not",
)
LEARNED_TOLERANCE = (
    1.0,
    "learned or not: a single run near the edge may cross it on another processor",
)
READ = (0.03, "fixed weights read again: float32 sums in another order turn a review near the edge")
READ_OUT = (0.03, "least squares on float32 states, whose last digits may differ")


@torch.no_grad()
def read_all(
    ensemble: Readers, given: Sequence[Long], distances: Sequence[int] = DISTANCES
) -> Float[np.ndarray, "K S N P"]:
    """Return the states at the end of many reviews, for each distance."""
    N = len(given[0].labels)
    found = [
        ensemble.after([long.some(slice(n, n + AT_ONCE)) for long in given], distances)
        for n in range(0, N, AT_ONCE)
    ]
    return torch.cat(found, 2).numpy()


def right(
    ensemble: Readers, states: Float[np.ndarray, "K S N P"], given: Sequence[Long]
) -> Float[np.ndarray, "K S"]:
    """Return the share of labels that each network names, for each distance."""
    labels = np.stack([long.labels for long in given])
    with torch.no_grad():
        named = [ensemble.answers(torch.tensor(s)).argmax(-1).numpy() for s in states]
    return np.mean(np.stack(named) == labels, -1)


def readable(
    states: Float[np.ndarray, "K S N P"],
    labels: Sequence[Int[np.ndarray, " N"]],
    fitted: int = FITTED,
) -> Float[np.ndarray, "K S"]:
    """Tell how often a fresh linear reader names something, by distance and network.

        W minimizes sum_n |[state_n, 1] W - onehot(told_n)|^2

    Args:
        states: At the end of reviews.
        labels: What is to be named, for each network.
        fitted: The reader is fitted on so many of the reviews, and scored on the others.
    """
    found = np.empty(states.shape[:2])
    for k, s in np.ndindex(found.shape):
        x = np.hstack([states[k, s], np.ones((len(labels[s]), 1))]).astype(float)
        goal = np.eye(labels[s].max() + 1)[labels[s][:fitted]]
        W = np.linalg.lstsq(x[:fitted], goal, rcond=None)[0]
        found[k, s] = ((x[fitted:] @ W).argmax(1) == labels[s][fitted:]).mean()
    return found


def to_read(seeds: Sequence[int]) -> list[Long]:
    """Draw reviews for readers: new ones, with clauses that the networks were trained on."""
    n = FITTED + SCORED
    return [draw_long(seed, "training", DISTANCES[-1], n, draw=1) for seed in seeds]


def search(name: str, short_first: bool) -> Float[np.ndarray, "R S"]:
    """Train with each rate; return the share of right answers 50 words after, on validation."""
    rates, seeds = np.repeat(RATES, len(SEARCH_SEEDS)), list(SEARCH_SEEDS) * len(RATES)
    ensemble = fit(KINDS[name], list(rates), seeds, short_first)
    given = [draw_long(seed, "validation", LONGEST, SCORED) for seed in seeds]
    states = read_all(ensemble, given, [LONGEST])
    return right(ensemble, states, given).reshape(len(RATES), -1)


def store(name: str, ensemble: Readers) -> None:
    """Write the first network's weights for the page."""
    arrays = {what: p[0].detach().numpy() for what, p in ensemble.named.items()}
    facts = {"cell": ensemble.kind.cell, "vocabulary": list(WORDS), "seed": SEEDS[0]}
    weights.save(f"reviews-{name}", arrays, facts, WEIGHTS)


def stored(name: str) -> Readers:
    """Return the first of the ten trained networks of a kind."""
    arrays, _ = weights.load(f"reviews-{name}", WEIGHTS)
    ensemble = Readers(KINDS[name], SEEDS[:1])
    with torch.no_grad():
        for what, p in ensemble.named.items():
            p.copy_(torch.tensor(arrays[what])[None])
    return ensemble


def read_out(record: Record, key: str, ensemble: Readers, log: Callable[[str], None]) -> None:
    """Enter how often linear readers name the thing, and the label, from the states."""
    others = to_read(SEEDS)
    states = read_all(ensemble, others)
    for what in ASKED:
        found = readable(states, [getattr(long, what) for long in others])
        for distance, row in zip(DISTANCES, found, strict=True):
            record.add(f"reviews/{what}/{key}/{distance}", row, *READ_OUT)
        log(f"{key} {what}: {found.mean(1).round(3)}")


def measure_kind(name: str, log: Callable[[str], None] = print) -> Record:
    """Search the rate of a kind of network, train ten, and read what is left in their states."""
    about = {"data": "written by a grammar", **provenance()}
    record = Record("ch07_lstm", f"reviews_{name}", about)
    tried = search(name, short_first=True)
    rate = best_rate(RATES, tried)
    log(f"{name} rate {rate:g}: {tried.round(2).tolist()}")
    record.add(f"reviews/search/{name}", tried.ravel(), *RUN)
    record.add(f"reviews/rate/{name}", rate, 0, "chosen from the search")
    given = [draw_long(seed, "test", DISTANCES[-1], SCORED) for seed in SEEDS]
    ensemble = fit(KINDS[name], [rate] * len(SEEDS), SEEDS)
    accuracies = right(ensemble, read_all(ensemble, given), given)
    for distance, row in zip(DISTANCES, accuracies, strict=True):
        record.add(f"reviews/right/{name}/{distance}", row, *READ)
        log(f"{name} {distance:3d} words after: {row.round(3)}")
    record.add(
        f"reviews/learned/{name}", (accuracies[AT_50] >= LEARNED).astype(float), *LEARNED_TOLERANCE
    )
    store(name, ensemble)
    read_out(record, f"{name}/trained", ensemble, log)
    read_out(record, f"{name}/untrained", Readers(KINDS[name], SEEDS), log)
    return record


def measure_tanh(log: Callable[[str], None] = print) -> Record:
    """Measure plain networks (two minutes)."""
    return measure_kind("tanh", log)


def measure_gru(log: Callable[[str], None] = print) -> Record:
    """Measure GRUs (three minutes)."""
    return measure_kind("gru", log)


def measure_lstm(log: Callable[[str], None] = print) -> Record:
    """Measure LSTMs with biases of 0 (four minutes)."""
    return measure_kind("lstm", log)


def measure_mixed(log: Callable[[str], None] = print) -> Record:
    """Measure who learns from reviews of all lengths from the first update on (five minutes).

    The same networks as in the search; and the LSTM with chrono biases in both ways.
    """
    record = Record("ch07_lstm", "reviews_mixed", {"data": "written by a grammar", **provenance()})
    ways = [("mixed", name) for name in KINDS]
    for way, name in [*ways, ("search", "lstm-chrono")]:
        tried = search(name, short_first=way == "search")
        record.add(f"reviews/{way}/{name}", tried.ravel(), *RUN)
        log(f"{way} {name} {tried.round(2).tolist()}")
    return record


def guessed(long: Long, fitted: int = FITTED) -> float:
    """Return how often the thing is named by who knows the label, and no state."""
    labels, scored = long.some(slice(fitted)), long.some(slice(fitted, None))
    often = [np.bincount(labels.things[labels.labels == label]).argmax() for label in (0, 1)]
    return float((np.array(often)[scored.labels] == scored.things).mean())


def by_words(seed: int) -> list[float]:
    """Return the share of labels that counted words name, for each distance."""
    rng = np.random.default_rng([seed, 9])
    known = draw_long(seed, "training", LONGEST, KNOWN)
    stops = rng.integers(LONGEST + 1, size=KNOWN)
    texts = [text_of(known, b, known.ends(stops[b])[b]) for b in range(KNOWN)]
    model = make_pipeline(CountVectorizer(token_pattern=r"\S+"), LogisticRegression(max_iter=1000))
    model.fit(texts, known.labels)
    test = draw_long(seed, "test", DISTANCES[-1], SCORED)
    found = []
    for distance in DISTANCES:
        ends = test.ends(distance)
        texts = [text_of(test, b, ends[b]) for b in range(SCORED)]
        found.append(float((model.predict(texts) == test.labels).mean()))
    return found


def text_of(long: Long, b: int, end: int) -> str:
    """Write a review out, to its end."""
    return " ".join(WORDS[i] for i in long.ids[: end + 1, b])


def measure_words(log: Callable[[str], None] = print) -> Record:
    """Measure what counted words know, a guess, and untrained chrono LSTMs (a minute)."""
    record = Record("ch07_lstm", "reviews_words", {"data": "written by a grammar", **provenance()})
    accuracies = np.array([by_words(seed) for seed in SEEDS]).T
    for distance, row in zip(DISTANCES, accuracies, strict=True):
        record.add(f"reviews/words/{distance}", row, 0.02, "scikit-learn, float64")
        log(f"words {distance:3d}: {row.round(3)}")
    read_out(record, "lstm-chrono/untrained", Readers(KINDS["lstm-chrono"], SEEDS), log)
    guesses = [guessed(long) for long in to_read(SEEDS)]
    record.add("reviews/guess", guesses, 0, "counts")
    log(f"guess {np.round(guesses, 3)}")
    return record


def measure_asked(log: Callable[[str], None] = print) -> Record:
    """Measure plain networks asked for the thing, with the rate found for labels (a minute)."""
    record = Record("ch07_lstm", "reviews_asked", {"data": "written by a grammar", **provenance()})
    rate = float(Record.load("ch07_lstm").value("reviews/rate/tanh"))
    ensemble = fit(KINDS["tanh"], [rate] * len(SEEDS), SEEDS, asked="things")
    read_out(record, "tanh/asked", ensemble, log)
    return record


EXPERIMENTS = {
    "reviews_words": measure_words,
    "reviews_tanh": measure_tanh,
    "reviews_gru": measure_gru,
    "reviews_lstm": measure_lstm,
    "reviews_asked": measure_asked,
    "reviews_mixed": measure_mixed,
}
"""What `make measure` runs of it: by section of the record."""
