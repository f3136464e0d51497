"""How much of the whole gradient cuts by chance leave, on the text of chapter 2."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch04_bptt.cuts import randomized
from rnncourse.chapters.ch04_bptt.truncation import likeness, page_network, streams
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.training.bptt import bptt

BACK = 16
"""Steps of a window."""
KEEP_PROB = 0.75
DRAWS = (1, 64)
"""How many gradients are averaged."""
FIXED = (1e-6, "float64 arithmetic on fixed numbers")


def text_of(data) -> tuple:
    """Return the network of chapter 2 and the text of `experiments.text_gradients`."""
    embedding, net = page_network()
    ids, targets = streams(data.test, 8, 256)
    return net, embedding[ids], targets


def measure_cuts(log: Callable[[str], None] = print) -> Record:
    """Compare means of randomized gradients with the whole one (half a minute)."""
    torch.set_num_threads(1)
    documents = load_corpus()
    about = {"corpus_sha256": fingerprint(documents), **provenance()}
    record = Record("ch04_bptt", "cuts", about)
    net, xs, targets = text_of(encode_split(documents, 0))
    whole = bptt(net, xs, targets)[1].flat()
    means = random_means(net, xs, targets, DRAWS)
    for n, mean in zip(DRAWS, means, strict=True):
        record.add(f"cuts/random/{n}", likeness(mean, whole), *FIXED)
        log(f"mean of {n:2d} random draws: cosine and length {np.round(likeness(mean, whole), 3)}")
    return record


def random_draws(net, xs, targets, n: int) -> Iterator[np.ndarray]:
    """Draw so many randomized gradients; the coins are always the same."""
    rng = np.random.default_rng(0)
    for _ in range(n):
        passes = rng.random(len(xs) // BACK - 1) < KEEP_PROB
        yield randomized(net, xs, targets, passes, KEEP_PROB)


def random_means(net, xs, targets, draws) -> list[np.ndarray]:
    """Return the mean of the first so many randomized gradients, for each of the numbers."""
    total, means = 0.0, []
    for n, drawn in enumerate(random_draws(net, xs, targets, max(draws)), start=1):
        total = total + drawn
        if n in draws:
            means.append(total / n)
    return means


def draws_beside(data, n: int) -> list[tuple[float, float]]:
    """Compare each of the first draws with the whole gradient, for the network of the page.

    Args:
        data: A split.
        n: How many draws.

    Returns:
        For each draw the cosine, and the ratio of lengths.
    """
    net, xs, targets = text_of(data)
    whole = bptt(net, xs, targets)[1].flat()
    return [likeness(drawn, whole) for drawn in random_draws(net, xs, targets, n)]
