"""An alignment learned by counting: which word of the source each word of the target goes with.

    p(target | source) = product over t of the sum over s of  p(s | t, S, T) p(y_t | x_s)
    p(s | t, S, T) proportional to exp(-tension distance),
    distance = the absolute value of (s + 1/2) / S - (t + 1/2) / T

Every target token comes from one source token. The lexicon p(y | x) starts without any opinion,
and is learned by expectation-maximization: what stands together in many pairs goes together.
With tension 0 all places are alike, and it is the first of the models of IBM; with more it
leans toward the diagonal.

Source: P. F. Brown and others, "The mathematics of statistical machine translation: parameter
estimation", Computational Linguistics 19 (1993), 263-311, Model 1; C. Dyer, V. Chahuneau and N. A.
Smith, "A simple, fast, and effective reparameterization of IBM Model 2", NAACL 2013 (tension).
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float


class Lexicon:
    """Learns p(y | x), and aligns with it.

    Args:
        rounds: Of expectation-maximization.
        tension: How much likelier places near the diagonal are; 0 for none.

    Raises:
        ValueError: If there is no round, or the tension is negative.

    >>> lexicon = Lexicon().fit(["ab", "ac", "b"], ["xy", "zx", "y"])
    >>> lexicon.weights("bac", "xyz").argmax(axis=1)  # x is a, y is b, z is c
    array([1, 0, 2])
    """

    def __init__(self, rounds: int = 8, tension: float = 0.0):
        if rounds < 1 or tension < 0:
            raise ValueError(
                f"rounds must be at least 1 and tension at least 0; got {rounds} and {tension}."
            )
        self.rounds, self.tension = rounds, tension
        self.sources: dict[str, int] = {}
        self.targets: dict[str, int] = {}
        self.table: Float[np.ndarray, "X Y"] = np.ones((0, 0))

    def fit(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> "Lexicon":
        """Learn the lexicon of some pairs.

        Args:
            sources: Training sources.
            targets: Their targets.

        Returns:
            Itself.
        """
        self.sources, self.targets = _number(sources), _number(targets)
        ids = [self._ids(x, y) for x, y in zip(sources, targets, strict=True)]
        self.table = np.full((len(self.sources), len(self.targets)), 1 / len(self.targets))
        for _ in range(self.rounds):
            counts = np.zeros_like(self.table)
            for xs, ys in ids:
                np.add.at(counts, (xs[None], ys[:, None]), self._expect(xs, ys)[0])
            self.table = counts / counts.sum(axis=1, keepdims=True)
        return self

    def weights(self, source: Sequence[str], target: Sequence[str]) -> Float[np.ndarray, "T S"]:
        """Say where each target token came from.

        Args:
            source: Tokens.
            target: Tokens.

        Returns:
            p(s | t, source, target): rows that sum to 1, as those of attention do. A token that
            the lexicon has nowhere in this source goes by place alone.

        Raises:
            KeyError: If a token was in no training pair.
        """
        return self._expect(*self._ids(source, target))[0]

    def log_prob(self, source: Sequence[str], target: Sequence[str]) -> float:
        """Return ln p(target | source), by which settings can be chosen without any truth."""
        with np.errstate(divide="ignore"):
            return float(np.log(self._expect(*self._ids(source, target))[1]).sum())

    def _expect(self, xs, ys):
        """Return the weights of a pair, and the probability of each of its target tokens."""
        S, T = len(xs), len(ys)
        distance = np.abs((np.arange(S) + 0.5) / S - (np.arange(T)[:, None] + 0.5) / T)
        places = np.exp(-self.tension * distance)
        places /= places.sum(axis=1, keepdims=True)
        joint = places * self.table[xs[None], ys[:, None]]
        probs = joint.sum(axis=1)
        known = probs > 0
        return np.where(known[:, None], joint, places) / np.where(known, probs, 1)[:, None], probs

    def _ids(self, source, target):
        xs = np.array([self.sources[token] for token in source], dtype=int)
        return xs, np.array([self.targets[token] for token in target], dtype=int)


def _number(texts: Sequence[Sequence[str]]) -> dict[str, int]:
    tokens: dict[str, int] = {}
    for text in texts:
        for token in text:
            tokens.setdefault(token, len(tokens))
    return tokens
