"""Is an answer after the last word enough, or does it help to ask after every word?

The same reviews, alone and with words after the writer's sentence. The same network is trained to
give its verdict after the last word only, and after every word; both are judged by their verdict
after the last. Claim B5.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse.chapters.ch01_sequences.tasks import task
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming, pilot
from rnncourse.data import reviews
from rnncourse.models.sequence import SequenceModel, Task
from rnncourse.training.lr_search import best_rate
from rnncourse.training.sequence import Settings, accuracy, train

AFTER = (0, 12)
"""Words of asides after the writer's sentence, at most."""
SIZES = (400, 1000, 1000)
"""Reviews for training, validation and test."""
UPDATES = 400
TRAINED = (0.03, "float32 training ends elsewhere on another processor; of the mean over seeds")
RATES = (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)
"""Of which each way of asking gets the best one, for each number of words after the sentence."""
SEARCH_SEEDS = (0, 1)
"""The pilot seeds that choose."""
SEARCH_TOLERANCE = (1.0, "two seeds a rate, to choose by")


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


WAYS = {"end": Way(0.04), "always": Way(0.04, early=1.0)}
"""With the rates that are best where nothing follows the sentence."""


def draw(after: int, seed: int) -> list[list[reviews.Review]]:
    """Draw reviews for training, validation and test; the parts share no clause.

    Args:
        after: Words of asides after the writer's sentence, at most.
        seed: Of the division of the clauses, and of the draws.
    """
    return [
        reviews.draw_reviews(np.random.default_rng([seed, part]), kinds, size, after, 0)
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


def fit_reviews(given: Sequence[reviews.Review], way: Way, seed: int) -> SequenceModel:
    """Train a GRU of 32 units on reviews."""
    settings = Settings(UPDATES, learning_rate=way.learning_rate, seed=seed)
    return train(
        lambda: SequenceModel(len(reviews.WORDS), len(reviews.LABELS), H=32),
        review_task(given, always=way.early > 0),
        settings,
        cost=weighted(way.early),
    )


def right(after: int, kind: str, seed: int, rate: float | None = None, part: int = 2) -> float:
    """Train a network on reviews, and return its accuracy after the last word of others.

    Args:
        after: Words after the writer's sentence, at most.
        kind: How it is asked, one of `WAYS`.
        seed: Of the reviews and of the training.
        rate: The highest learning rate; by default that of `WAYS`.
        part: Of the reviews that judge: 2, test; 1, validation.
    """
    drawn = draw(after, seed)
    way = WAYS[kind] if rate is None else replace(WAYS[kind], learning_rate=rate)
    return accuracy(fit_reviews(drawn[0], way, seed), review_task(drawn[part]))


def measure_sentiment(
    after: int, log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Measure what claim B5 says, with so many words after the sentence at most.

    GRUs of 32 units. 400 reviews for training and 1,000 each for the search and for the test; 400
    updates of Adam on batches of 64, the rate warming up over 40 updates and falling to 0 along a
    cosine, the gradient clipped at a norm of 1. For each way of asking the rate is the best of
    eight, 0.0025 to 0.32, on the validation reviews of two pilot seeds, here, with as many words
    after the sentence.

    Args:
        after: One of `AFTER`.
        log: Told what comes out.
        seeds: The confirming ones.
    """
    torch.set_num_threads(1)
    seeds = confirming(seeds)
    about = {"data": "drawn at random", "seeds": [*seeds], **provenance()}
    record = Record("ch01_sequences", f"sentiment_{after}", about)
    for kind in WAYS:
        found = [
            float(np.mean([right(after, kind, s, rate=rate, part=1) for s in pilot(SEARCH_SEEDS)]))
            for rate in RATES
        ]
        rate = best_rate(RATES, found)
        record.add(f"B5/rate/{kind}/{after}", rate, 0, "chosen from the search")
        record.add(f"B5/search/{kind}/{after}", found, *SEARCH_TOLERANCE)
        values = [right(after, kind, seed, rate=rate) for seed in seeds]
        record.add(f"B5/{kind}/{after}", values, *TRAINED)
        log(f"{after} words after, asked {kind}: rate {rate:g} {np.round(values, 3)}")
        log(f"  search {np.round(found, 3)}")
    return record


def measure_alone(log: Callable[[str], None] = print) -> Record:
    """Ask for the verdict on a sentence alone (three minutes)."""
    return measure_sentiment(0, log)


def measure_twelve(log: Callable[[str], None] = print) -> Record:
    """Ask where up to twelve words follow (four minutes)."""
    return measure_sentiment(12, log)
