"""Reviews whose first sentence decides, and networks that read them to the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from rnncourse.chapters.ch07_lstm.ensemble import Ensemble, Kind
from rnncourse.data.reviews import ASIDES, LABELS, THINGS, WORDS, clauses, draw_reviews
from rnncourse.training.ensemble import fit_ensemble

H, E, B = 32, 16, 32
LONGEST, UPDATES, GROWS = 50, 2000, 0.6
"""Words of asides in training, at most; updates; the share of them in which reviews grow."""
ASKED = {"labels": len(LABELS), "things": len(THINGS)}
"""What may be asked at the end, and how many answers there are."""
PARTS = ("training", "validation", "test")
KNOWN = 4000
"""Reviews that a network is trained on; each time it sees one, it stops somewhere else."""
STREAM = 2000
OWN = 19
"""Words that the writer's sentence has at most."""
STOP = WORDS.index(".")
KINDS = {
    "tanh": Kind("tanh"),
    "gru": Kind("gru", 0.0),
    "lstm": Kind("lstm", 0.0, reads="both"),
    "lstm-chrono": Kind("lstm", "chrono", reads="both"),
}
"""As they start by default, but that biases are 0; and an LSTM with chrono biases for 50 words."""


@dataclass(frozen=True)
class Long:
    """Reviews that begin with the writer's own sentence; then only asides follow.

    Args:
        ids: Words, by their place in `WORDS`.
        decided: How many words the writer's sentence has.
        labels: What the writer thought.
        things: Which of `THINGS` is named first.
    """

    ids: Int[np.ndarray, "T B"]
    decided: Int[np.ndarray, " B"]
    labels: Int[np.ndarray, " B"]
    things: Int[np.ndarray, " B"]

    def ends(self, distance: int) -> Int[np.ndarray, " B"]:
        """Return where each review ends, if it stops after so many words of asides.

        The sentence in which the number is reached is completed.
        """
        late = np.arange(len(self.ids))[:, None] >= self.decided + distance - 1
        return np.argmax(late & (self.ids == STOP), axis=0)

    def some(self, chosen: Int[np.ndarray, " N"] | slice) -> "Long":
        """Choose some of them."""
        rest = (a[chosen] for a in (self.decided, self.labels, self.things))
        return Long(self.ids[:, chosen], *rest)


@cache
def asides(draw: int) -> Int[np.ndarray, " N"]:
    """Write one long text of asides: facts, and what others said."""
    drawn = draw_reviews(np.random.default_rng([11, draw]), clauses()[0], STREAM, 100, before=0)
    words = [word for review in drawn for word in review.words[review.decided :]]
    return np.array([WORDS.index(word) for word in words])


def draw_long(seed: int, part: str, words: int, n: int, draw: int = 0) -> Long:
    """Draw reviews that go on for at least so many words after the writer's own sentence.

    What follows is a piece of the same long text of asides, from a sentence drawn at random.

    Args:
        seed: Of the division of the clauses, and of the draw.
        part: One of `PARTS`; no clause is in two of them.
        words: That follow.
        n: How many reviews.
        draw: Which draw of them; each has its own asides.

    >>> review = draw_long(0, "training", words=5, n=1)
    >>> end = review.ends(5)[0]
    >>> print(" ".join(WORDS[i] for i in review.ids[: end + 1, 0]))
    i like the cast but the music was never funny . the cinema was full .
    """
    which = PARTS.index(part)
    rng = np.random.default_rng([seed, which, draw, 5])
    own = draw_reviews(rng, clauses(seed)[which], n, distance=0, before=0)
    text = asides(3 * draw + which)
    decided = np.array([review.decided for review in own])
    T = OWN + words + max(len(aside.split()) for aside in ASIDES)
    starts = np.flatnonzero(text[:-T] == STOP) + 1
    places = rng.choice(starts, n) - decided + np.arange(T)[:, None]
    ids = text[np.maximum(places, 0)]
    for b, review in enumerate(own):
        ids[: decided[b], b] = [WORDS.index(word) for word in review.words]
    first = [next(word for word in review.words if word in THINGS) for review in own]
    things = np.array([THINGS.index(word) for word in first])
    return Long(ids, decided, np.array([review.label for review in own]), things)


class Readers(Ensemble):
    """Networks that read words: an embedding, a cell, and one output for each answer.

        x_t = E[word_t],   state_t = cell(x_t, state_(t-1)),   y = h_T W_y + b_y

    Args:
        kind: Of cell.
        seeds: One for each network.
        asked: What they answer: one of `ASKED`.
    """

    def __init__(self, kind: Kind, seeds: Sequence[int], asked: str = "labels"):
        super().__init__(kind, E, H, ASKED[asked], seeds, LONGEST)
        drawn = [np.random.default_rng([seed, 3]).normal(size=(len(WORDS), E)) for seed in seeds]
        self.E = torch.tensor(np.stack(drawn), dtype=torch.float32, requires_grad=True)
        self.parameters.append(self.E)

    @property
    def named(self) -> dict[str, Tensor]:
        """Return the parameters by name."""
        names = ("W_xh", "W_hh", "b_h", "W_y", "b_y", "E")
        extra = {"b_hn": self.b_hn} if self.kind.cell == "gru" else {}
        return {name: getattr(self, name) for name in names} | extra

    def states(self, ids: Int[Tensor, "T S B"]) -> list[Float[Tensor, "S B N"]]:
        """Return the state after every word: h, and of an LSTM h beside c."""
        S, V, _ = self.E.shape
        # what a word adds to a step is the same wherever it stands
        adds = torch.baddbmm(self.b_h, self.E, self.W_xh).flatten(0, 1)
        rows = ids + V * torch.arange(S).view(1, S, 1)
        return self.follow(functional.embedding(rows, adds).unbind(0))

    def answers(self, states: Float[Tensor, "S B N"]) -> Float[Tensor, "S B V"]:
        """Return the outputs; they see h alone."""
        return self.outputs(states[..., :H])

    def after(self, given: Sequence[Long], distances: Sequence[int]) -> Float[Tensor, "K S B N"]:
        """Return the state at the end of each review, for each distance at which it may stop.

        Args:
            given: Reviews for each network, as many for each.
            distances: Words of asides after the writer's sentence.
        """
        ends = np.stack([[long.ends(d) for long in given] for d in distances])
        ids = np.stack([long.ids[: ends.max() + 1] for long in given], 1)
        states = torch.stack(self.states(torch.tensor(ids)))
        S, N = ends.shape[1:]
        return states[torch.tensor(ends), torch.arange(S)[:, None], torch.arange(N)]


def fit(
    kind: Kind,
    rates: Sequence[float],
    seeds: Sequence[int],
    short_first: bool = True,
    updates: int = UPDATES,
    asked: str = "labels",
) -> Readers:
    """Train networks side by side, each with reviews of its own.

    In each update all reviews stop after about the same number of words, drawn anew.

    Args:
        kind: Of network.
        rates: A learning rate for each.
        seeds: One for each: of weights, clauses and reviews.
        short_first: Whether the most words that follow grow from 0, with the third power of the
            update, until 60 % of the updates are made; or whether it is 50 from the beginning.
        updates: How many.
        asked: What they are asked at the end.
    """
    torch.set_num_threads(1)
    ensemble = Readers(kind, seeds, asked)
    known = {seed: draw_long(seed, "training", LONGEST, KNOWN) for seed in set(seeds)}
    rngs = [np.random.default_rng([seed, 2]) for seed in seeds]
    stops = np.random.default_rng(2)

    def losses(update: int) -> Float[Tensor, " S"]:
        grown = min(1.0, update / (GROWS * updates)) ** 3 if short_first else 1.0
        distance = int(stops.integers(int(LONGEST * grown) + 1))
        batch = [
            known[seed].some(rng.integers(KNOWN, size=B))
            for seed, rng in zip(seeds, rngs, strict=True)
        ]
        out = ensemble.answers(ensemble.after(batch, [distance])[0])
        wanted = torch.tensor(np.stack([getattr(long, asked) for long in batch]))
        nats = functional.cross_entropy(out.flatten(0, 1), wanted.flatten(), reduction="none")
        return nats.view(wanted.shape).mean(1)

    fit_ensemble(ensemble.parameters, losses, updates, rates)
    with torch.no_grad():
        for p in ensemble.parameters:  # as the page keeps them
            p.copy_(p.half().float())
    return ensemble
