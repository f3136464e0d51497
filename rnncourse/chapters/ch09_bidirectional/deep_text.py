"""Deep networks that tell the next character of a text, with as many parameters, and their time."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.chapters.ch09_bidirectional.deep import KINDS, Deep, Kind, size
from rnncourse.data.text import Vocabulary
from rnncourse.training.fit import fit

COMPARED = {
    "shallow": KINDS["shallow"],
    "transition": KINDS["transition"],
    "two layers": KINDS["two layers"],
    "four layers": Kind(layers=4),
}
"""By name."""
PARAMETERS = 30_000
T, B = 50, 16
"""Characters of a piece, and pieces of an update. Every piece starts with a state of zeros."""
EVERY = 50
"""Updates from one mark to the next."""
HELD = 20_000
"""Characters of held-out text that are scored, from its beginning."""


@dataclass(frozen=True)
class LearningCurve:
    """What became of networks on their way.

    Args:
        bits: Of a character of held-out text, by seed, at every mark.
        seconds: Of the processor until then, scoring left out, for all seeds together.
    """

    bits: Float[np.ndarray, "S marks"]
    seconds: Float[np.ndarray, " marks"]


def network(kind: Kind, seeds: Sequence[int], parameters: int = PARAMETERS) -> Deep:
    """Make networks of about so many parameters, that read and tell characters."""
    V = len(Vocabulary())
    return Deep(kind, V, size(kind, V, V, parameters), V, tuple(seeds))


def one_hot(ids: Int[Tensor, "*n"]) -> Float[Tensor, "*n V"]:
    """Turn characters into the inputs of the networks."""
    return nn.functional.one_hot(ids, len(Vocabulary())).float()


@torch.no_grad()
def bits(net: Deep, ids: Int[np.ndarray, " N"]) -> Float[np.ndarray, " S"]:
    """Return what each network needs for a character of a text, in bits.

    The text is cut into pieces of T characters; the first of a piece is given.
    """
    pieces = torch.from_numpy(ids[: len(ids) // T * T]).view(-1, T).T
    xs = one_hot(pieces[:-1]).expand(net.S, -1, -1, -1)
    log_probs = net(xs).log_softmax(-1)
    targets = pieces[1:].expand(net.S, -1, -1)[..., None]
    return (-log_probs.gather(-1, targets).mean((1, 2, 3)) / math.log(2)).numpy()


def taught(
    net: Deep,
    seeds: Sequence[int],
    text: Int[np.ndarray, " N"],
    held: Int[np.ndarray, " M"],
    rate: float,
    updates: int,
    clock: Callable[[], float] = time.process_time,
) -> LearningCurve:
    """Train networks on pieces of a text, drawn at random, and score them on their way.

    Args:
        net: Changed in place.
        seeds: Of the pieces, one a network.
        text: Characters to train on.
        held: Characters to score.
        rate: Adam's; it stays as it is.
        updates: How many.
        clock: Seconds that were used so far.
    """
    draws = [np.random.default_rng(seed) for seed in seeds]
    steps = np.arange(T)[:, None]
    found, seconds, scoring, start = [], [], 0.0, clock()

    def loss(_: int) -> Tensor:
        at = np.stack([rng.integers(len(text) - T, size=B) for rng in draws])
        ids = torch.from_numpy(text[at[:, None] + steps])
        logits = net(one_hot(ids[:, :-1]))
        targets = ids[:, 1:].flatten()
        return nn.functional.cross_entropy(logits.flatten(0, 2), targets) * net.S

    def report(update: int, _: float) -> None:
        nonlocal scoring
        if update % EVERY == 0:
            before = clock()
            seconds.append(before - start - scoring)
            found.append(bits(net, held))
            scoring += clock() - before

    fit(net.parameters(), loss, updates, rate, clip=math.sqrt(net.S), report=report)
    return LearningCurve(np.array(found).T, np.array(seconds))


def at_time(course: LearningCurve, seconds: float) -> Float[np.ndarray, " S"]:
    """Return the bits that were needed after so many seconds, on a line between two marks."""
    return np.array([np.interp(seconds, course.seconds, row) for row in course.bits])
