"""Deck A's attention: one query, one source."""

import numpy as np

from rnncourse.grading.writing import question


@question("12-additive", 2, "Deck A's attention", "apply", points=3, returns="weights context")
def attend(s, hs, W_a, U_a, v_a):
    """Return the weights of all symbols, `(S,)`, and the context, `(H,)`."""
    scores = np.tanh(s @ W_a + hs @ U_a) @ v_a
    p = np.exp(scores)
    weights = p / p.sum()
    return weights, weights @ hs


@attend.inputs
def _sample_inputs(rng):
    sizes = rng.integers((13, 2, 2), (20, 9, 9))
    for S, H, N in ((1, 2, 2), (2, 1, 1), (4, 3, 3), (5, 4, 4), (6, 3, 2), (3, 2, 5), sizes):
        yield (
            rng.normal(size=H),
            rng.normal(0, 1.5, (S, H)),
            rng.normal(size=(H, N)),
            rng.normal(size=(H, N)),
            rng.normal(0, 2, N),
        )


@attend.property("the weights are positive and sum to 1")
def _is_distribution(arguments, weights, context):
    """A softmax over the symbols of the source."""
    return np.all(weights > 0) and np.isclose(weights.sum(), 1)


@attend.property("the context is the mean of the states under the weights")
def _is_weighted_mean(arguments, weights, context):
    """Keys say where to look. What is looked at are the states themselves."""
    return np.allclose(context, weights @ arguments[1])


attend.mistake("No tanh", {"np.tanh": ""})(
    "You left out the tanh. Then the query adds the same to every score, and the softmax does not "
    "see it: every query looks at the same place."
)

attend.mistake("The tanh outside")(
    "You took the tanh of the score. It stands inside, before v_a: each unit of the hidden layer "
    "has its own.",
    {"np.tanh(s @ W_a + hs @ U_a) @ v_a": "np.tanh((s @ W_a + hs @ U_a) @ v_a)"},
)

attend.mistake("The matrices exchanged", {"W_a + hs @ U_a": "U_a + hs @ W_a"})(
    "You multiplied the query by U_a and the states by W_a. W_a belongs to the query."
)

attend.mistake("The query forgotten", {"s @ W_a + ": ""})(
    "Your weights do not depend on the query. What is added to every score alike, the softmax does "
    "not see. Query and key are added inside the tanh."
)

attend.mistake("Scaled by a root")(
    "You divided the scores by a root. That belongs to the scaled product of question 3; here "
    "nothing is divided.",
    {"v_a": "v_a / np.sqrt(len(v_a))"},
    {"v_a": "v_a / np.sqrt(len(s))"},
)

attend.mistake("The hidden layer summed", {" @ v_a": ".sum(axis=1)"})(
    "You added up the hidden layer. Each of its units counts with its own weight, in v_a."
)

attend.mistake("A product for a score")(
    "Your score is a product of query and state, or of query and key. Here both are added, inside "
    "the tanh, and v_a makes one number of them.",
    {"np.tanh(s @ W_a + hs @ U_a) @ v_a": "hs @ s"},
    {"np.tanh(s @ W_a + hs @ U_a) @ v_a": "(hs @ U_a) @ (s @ W_a)"},
)

attend.mistake("The slip of the slide")(
    "You summed over k what has only j in it. The sum runs over the symbols, each state with its "
    "own weight.",
    {"weights @ hs": "len(hs) * weights[-1] * hs[-1]"},
    {"weights @ hs": "len(hs) * weights[0] * hs[0]"},
)

attend.mistake("The best state alone", {"weights @ hs": "hs[weights.argmax()]"})(
    "Your context is the state with the largest weight. It is the mean of all, under the weights."
)

attend.mistake("All states alike", {"weights @ hs": "hs.mean(axis=0)"})(
    "Your context is the plain mean of the states. Use the weights."
)

attend.mistake("Keys in the place of values", {"weights @ hs": "weights @ (hs @ U_a)"})(
    "You summed the keys. They only say where to look; what is summed are the states."
)

attend.mistake("Scores, not weights", {"p / p.sum()": "scores"})(
    "You forgot the softmax: scores may be negative, and do not sum to 1."
)
