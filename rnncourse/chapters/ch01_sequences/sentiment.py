"""Is an answer after the last word enough, or does it help to ask after every word?

The same reviews, written in three ways: the writer's sentence alone, after asides, and before
them. The same network is trained to give its verdict after the last word only, and after every
word; both are judged by their verdict after the last. Claim B5.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from torch import Tensor, nn

from rnncourse.chapters.ch01_sequences.tasks import task
from rnncourse.core.records import Record, provenance
from rnncourse.data import reviews
from rnncourse.models.sequence import SequenceModel, Task
from rnncourse.training.sequence import Settings, accuracy, train

CASES = {"alone": (0, 0), "last": (24, 0), "first": (0, 24)}
"""By place of the writer's sentence: words of asides before it at most, and after it."""
SEEDS = tuple(range(10))
TUNED = (20, 21)
"""Seeds of the divisions on whose validation reviews the settings are chosen."""
SIZES = (400, 1000, 1000)
"""Reviews for training, validation and test."""
UPDATES = 400
MORE = {"longer": (4, 4 * UPDATES), "more reviews": (4, UPDATES), "more updates": (1, 4 * UPDATES)}
"""So many times more reviews, and so many updates, at a rate that was not tuned."""


@dataclass(frozen=True)
class Way:
    """How a network is asked.

    Args:
        learning_rate: The highest of the training.
        early: Share of a review's weight in the loss that is spread over all of its words; the
            rest lies on the last. 0: it is asked at the end only.
    """

    learning_rate: float
    early: float = 0.0


WAYS = {
    "end": tuple(Way(rate) for rate in (0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.16)),
    "always": tuple(Way(rate, early) for early in (1.0, 0.5) for rate in (0.005, 0.02, 0.08, 0.16)),
}
"""What is tried: eight ways of each kind, so that neither is tuned with more effort."""
ALONE = {"end": Way(0.04), "always": Way(0.02, early=0.5)}
"""What was chosen for reviews of one sentence; the record says so too."""


def draw(case: str, seed: int, many: int = 1) -> list[list[reviews.Review]]:
    """Draw reviews for training, validation and test; the parts share no clause.

    Args:
        case: One of `CASES`.
        seed: Of the division of the clauses, and of the draws.
        many: How many times more reviews than usual.
    """
    before, distance = CASES[case]
    return [
        reviews.draw_reviews(
            np.random.default_rng([seed, part]), kinds, size * many, distance, before
        )
        for part, (kinds, size) in enumerate(zip(reviews.clauses(seed), SIZES, strict=True))
    ]


def review_task(given: Sequence[reviews.Review], always: bool = False) -> Task:
    """Many to one: the words of a review go in, its label comes out after the last.

    Args:
        given: The reviews.
        always: Ask for the label after every word instead.
    """
    xs, labels, mask = reviews.review_batch(given)
    last = mask & ~np.concatenate([mask[1:], np.zeros_like(mask[:1])])
    return task(xs, np.broadcast_to(labels, xs.shape).copy(), mask if always else last)


def weighted(early: float) -> Callable[[SequenceModel, Task], Tensor]:
    """Make a loss in which every review weighs the same, however many answers it has.

        L = mean_b ( early mean_t L_tb + (1 - early) L_Tb ),   t over the answers, T the last

    Args:
        early: Share of the weight that is spread over all answers of a review.

    Source: target replication, Z. C. Lipton, D. C. Kale, C. Elkan and R. Wetzel, "Learning to
    diagnose with LSTM recurrent neural networks", ICLR 2016 (arXiv:1511.03677), where the share is
    called alpha; test_sentiment.py sums up the losses one review at a time.
    """

    def cost(model: SequenceModel, given: Task) -> Tensor:
        logits, _ = model(given.inputs)
        losses = nn.functional.cross_entropy(logits.mT, given.targets, reduction="none")
        answers = given.answers
        last = answers & (answers.flip(0).cumsum(0).flip(0) == 1)
        spread = (losses * answers).sum(0) / answers.sum(0)
        return (early * spread + (1 - early) * (losses * last).sum(0)).mean()

    return cost


def fit_reviews(
    given: Sequence[reviews.Review], way: Way, seed: int, updates: int = UPDATES
) -> SequenceModel:
    """Train a GRU of 32 units on reviews."""
    settings = Settings(updates, learning_rate=way.learning_rate, seed=seed)
    return train(
        lambda: SequenceModel(len(reviews.WORDS), len(reviews.LABELS), H=32),
        review_task(given, always=way.early > 0),
        settings,
        cost=weighted(way.early),
    )


def best_way(case: str, ways: Sequence[Way], say: Callable[[str], None] = print) -> Way:
    """Choose the way that is best, on average, on the validation reviews of the `TUNED` seeds."""
    parts = {seed: draw(case, seed) for seed in TUNED}
    found = []
    for way in ways:
        scores = [
            accuracy(fit_reviews(fitted, way, seed), review_task(valid))
            for seed, (fitted, valid, _) in parts.items()
        ]
        found.append(float(np.mean(scores)))
        say(f"{case} {way} {np.round(scores, 3)}")
    return ways[int(np.argmax(found))]


def counted(fitted: Sequence[reviews.Review], tested: Sequence[reviews.Review]) -> float:
    """Return the accuracy of naive Bayes on runs of 1 to 3 words, in whatever order they come."""
    judge = make_pipeline(
        CountVectorizer(analyzer=lambda review: _runs(review.words)), MultinomialNB()
    )
    judge.fit(fitted, [review.label for review in fitted])
    return float(np.mean(judge.predict(tested) == [review.label for review in tested]))


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)]


def measure_sentiment(say: Callable[[str], None] = print) -> Record:
    """Measure what claim B5 says (ten minutes)."""
    torch.set_num_threads(1)
    record = Record("ch01_sequences", "sentiment", {"data": "drawn at random", **provenance()})
    evidence = "float32 training ends elsewhere on another processor; of the mean over seeds"
    for case in CASES:
        chosen = {kind: best_way(case, ways, say) for kind, ways in WAYS.items()}
        right: dict[str, list[float]] = {"end": [], "always": [], "counts": []}
        for seed in SEEDS:
            fitted, _, tested = draw(case, seed)
            for kind, way in chosen.items():
                model = fit_reviews(fitted, way, seed)
                right[kind].append(accuracy(model, review_task(tested)))
            right["counts"].append(counted(fitted, tested))
            say(f"{case} seed {seed} { {kind: row[-1] for kind, row in right.items()} }")
        for kind, row in right.items():
            record.add(f"B5/{case}/{kind}", row, 0.03, evidence)
        gains = np.subtract(right["end"], right["always"])
        record.add(f"B5/{case}/end_minus_always", gains, 0.03, evidence)
        for kind, way in chosen.items():
            values = [way.learning_rate, way.early]
            record.add(f"B5/{case}/{kind}/rate, early", values, 0, "chosen from a grid")
    return record


def measure_longer(say: Callable[[str], None] = print) -> Record:
    """Ask at the end where the sentence comes first: more reviews, updates, both (five minutes)."""
    torch.set_num_threads(1)
    record = Record("ch01_sequences", "longer", {"data": "drawn at random", **provenance()})
    evidence = "float32 training ends elsewhere on another processor; of the mean over seeds"
    for name, (many, updates) in MORE.items():
        right = []
        for seed in SEEDS[:5]:
            fitted, _, tested = draw("first", seed, many)
            model = fit_reviews(fitted, Way(0.01), seed, updates)
            right.append(accuracy(model, review_task(tested)))
            say(f"first, {name}, seed {seed}: {right[-1]:.3f}")
        record.add(f"B5/first/{name}", right, 0.03, evidence)
    return record
