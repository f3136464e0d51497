"""Which of the texts that a beam has ended is the best."""

import numpy as np

from rnncourse.grading.writing import question


@question("11-rank", 4, "Texts of different lengths", "apply", returns="scores best")
def rank(log_probs, symbols, alpha):
    """Return the score of every text, and the place of the best."""
    scores = log_probs / (symbols + 1) ** alpha
    return scores, np.argmax(scores)


@rank.inputs
def _sample_inputs(rng):
    yield np.array([-2.0, -3.0]), np.array([0, 2]), 1.0
    yield np.array([-1.6, -2.0]), np.array([0, 5]), 0.0
    yield np.array([-4.0, -4.5, -3.9]), np.array([4, 8, 2]), 0.6
    yield -rng.uniform(4, 5, 5), rng.permutation(5), 1.0
    yield -rng.uniform(3, 5, 6), rng.permutation(9)[:6], 0.5
    yield -rng.uniform(3, 5, 4), rng.permutation(6)[:4], 2.0
    for n in rng.integers(13, 40, size=2):
        yield -rng.uniform(3, 5, n), rng.permutation(n), 0.7


@rank.property("`best` is the place of the highest score")
def _is_place_of_maximum(arguments, scores, best):
    """Scores are negative. The best one is the highest: that which is nearest to 0."""
    return np.any(np.flatnonzero(scores == np.max(scores)) == best)


rank.mistake("The stop symbol left out of the length")(
    "You divide by the symbols without the stop symbol. Its probability is in the sum, so it is "
    "one of the L; and the empty text would be divided by 0.",
    {"(symbols + 1)": "symbols"},
    {"(symbols + 1)": "np.maximum(symbols, 1)"},
)

rank.mistake("Multiplied by the length", {"/": "*"})(
    "You multiplied by the length. Then long texts, whose log-probabilities are lower anyway, are "
    "punished twice."
)

rank.mistake("Alpha as a factor")(
    "You multiplied the length by alpha. It is an exponent: at 0 the length does not count at all.",
    {"(symbols + 1) ** alpha": "(alpha * (symbols + 1))"},
    {"(symbols + 1) ** alpha": "(1 + alpha * (symbols + 1))"},
)

rank.mistake("Another formula")(
    "You divided by ((5 + L) / 6) to the power of alpha, as others do. Here it is L to the power "
    "of alpha.",
    {"(symbols + 1)": "((5 + symbols + 1) / 6)"},
    {"(symbols + 1)": "((5 + symbols) / 6)"},
)

rank.mistake("Alpha forgotten", {" ** alpha": ""}, {" / (symbols + 1) ** alpha": ""})(
    "Alpha changes nothing in your scores: is it missing, or the power of 1 alone? In `n + 1 ** a` "
    "brackets are missing. At 0 the log-probability itself decides, at 1 the mean of a symbol."
)

rank.mistake("The lowest score", {"argmax": "argmin"})(
    "Your scores are right, but you chose the lowest. Scores are negative: the one nearest to 0 is "
    "the best."
)

rank.mistake("Counted from 1", {"argmax(scores)": "argmax(scores) + 1"})(
    "Your scores are right. Places count from 0."
)

rank.mistake("Probabilities divided", {"log_probs": "np.exp(log_probs)"})(
    "You divided probabilities. Take the logarithms as they are given, and divide these."
)

rank.mistake("The score turned positive")(
    "You lost the sign. The score of a text is negative.",
    {"log_probs": "-log_probs", "argmax": "argmin"},
    {"log_probs": "-log_probs"},
)

rank.mistake("One too many", {"+ 1": "+ 2"})(
    "Your lengths are too long by one: the begin symbol was told to the decoder, not written."
)

rank.mistake("The likeliest, not the best", {"argmax(scores)": "argmax(log_probs)"})(
    "Your scores are right, but you chose by the log-probability."
)

rank.mistake("The quotient to the power")(
    "You raised the whole quotient to the power of alpha; it is negative, so that gives no number, "
    "or one of another size. Only the number of symbols has the exponent.",
    {"log_probs / (symbols + 1) ** alpha": "(log_probs / (symbols + 1)) ** alpha"},
)
