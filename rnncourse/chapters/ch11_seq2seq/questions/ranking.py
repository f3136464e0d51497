"""Which of the texts that a beam has ended is the best."""

import numpy as np

from rnncourse.grading.writing import question


@question("11-rank", number=4, level="apply", points=2, returns="scores best")
def rank(log_probs, symbols, alpha):
    """Texts of different lengths."""
    scores = log_probs / (symbols + 1) ** alpha
    return scores, np.argmax(scores)


@rank.inputs
def _(rng):
    yield np.array([-2.0, -3.0]), np.array([0, 2]), 1.0
    yield np.array([-1.6, -2.0]), np.array([0, 5]), 0.0
    yield np.array([-4.0, -4.5, -3.9]), np.array([4, 8, 2]), 0.6
    yield -rng.uniform(4, 5, 5), rng.permutation(5), 1.0
    yield -rng.uniform(3, 5, 6), rng.permutation(9)[:6], 0.5
    yield -rng.uniform(3, 5, 4), rng.permutation(6)[:4], 2.0
    for n in rng.integers(13, 40, size=2):
        yield -rng.uniform(3, 5, n), rng.permutation(n), 0.7


@rank.truth("`best` is the place of the highest score")
def _(arguments, scores, best):
    """Scores are negative. The best one is the highest: that which is nearest to 0."""
    return np.any(np.flatnonzero(scores == np.max(scores)) == best)


def _ranked(score, place=np.argmax):
    """Make a wrong answer of another score, or another choice."""

    def answer(log_probs, symbols, alpha):
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = score(log_probs, symbols, alpha)
        return scores, place(scores)

    return answer


rank.mistake("The stop symbol left out of the length")(
    "You divide by the symbols without the stop symbol. Its probability is in the sum, so it is "
    "one of the L; and the empty text would be divided by 0.",
    _ranked(lambda p, n, alpha: p / n**alpha),
    _ranked(lambda p, n, alpha: p / np.maximum(n, 1) ** alpha),
)

rank.mistake("Multiplied by the length", _ranked(lambda p, n, alpha: p * (n + 1) ** alpha))(
    "You multiplied by the length. Then long texts, whose log-probabilities are lower anyway, are "
    "punished twice."
)

rank.mistake("Alpha as a factor")(
    "You multiplied the length by alpha. It is an exponent: at 0 the length does not count at all.",
    _ranked(lambda p, n, alpha: p / (alpha * (n + 1))),
    _ranked(lambda p, n, alpha: p / (1 + alpha * (n + 1))),
)

rank.mistake("Another formula")(
    "You divided by ((5 + L) / 6) to the power of alpha, as others do. Here it is L to the power "
    "of alpha.",
    _ranked(lambda p, n, alpha: p / ((5 + n + 1) / 6) ** alpha),
    _ranked(lambda p, n, alpha: p / ((5 + n) / 6) ** alpha),
)

rank.mistake("Alpha forgotten")(
    "You do not use alpha. At 0 the log-probability itself decides, at 1 the mean of a symbol.",
    _ranked(lambda p, n, alpha: p / (n + 1)),
    _ranked(lambda p, n, alpha: p * 1.0),
)

rank.mistake("The lowest score", _ranked(lambda p, n, alpha: p / (n + 1) ** alpha, np.argmin))(
    "Your scores are right, but you chose the lowest. Scores are negative: the one nearest to 0 is "
    "the best."
)

rank.mistake("Counted from 1")(
    "Your scores are right. Places count from 0.",
    _ranked(lambda p, n, alpha: p / (n + 1) ** alpha, lambda s: np.argmax(s) + 1),
)

rank.mistake("Probabilities divided", _ranked(lambda p, n, alpha: np.exp(p) / (n + 1) ** alpha))(
    "You divided probabilities. Take the logarithms as they are given, and divide these."
)

rank.mistake("The score turned positive")(
    "You lost the sign. The score of a text is negative.",
    _ranked(lambda p, n, alpha: -p / (n + 1) ** alpha, np.argmin),
    _ranked(lambda p, n, alpha: -p / (n + 1) ** alpha, np.argmax),
)

rank.mistake("One too many", _ranked(lambda p, n, alpha: p / (n + 2) ** alpha))(
    "Your lengths are too long by one: the begin symbol was told to the decoder, not written."
)

rank.mistake("The likeliest, not the best")(
    "Your scores are right, but you chose by the log-probability.",
    lambda log_probs, symbols, alpha: (log_probs / (symbols + 1) ** alpha, np.argmax(log_probs)),
)
