"""A decoder that looks before each step."""

import numpy as np

from rnncourse.grading.writing import question


@question(
    "12-decoder", 5, "A decoder that looks before each step", "build", returns="states attention"
)
def decode(s, es, hs, W_a, W_e, W_c, W_s):
    """Return the state after each step, and the weights of each step, `(T, S)`."""
    states, attention = [], []
    for e in es:
        p = np.exp((s @ W_a) @ hs.T)
        weights = p / p.sum()
        s = np.tanh(e @ W_e + (weights @ hs) @ W_c + s @ W_s)
        states.append(s)
        attention.append(weights)
    return np.array(states), np.array(attention)


@decode.inputs
def _sample_inputs(rng):
    S, E = rng.integers(3, 30, size=2)
    random_sizes = 3, S, 3, E  # few steps and units: what is rounded does not grow
    for sizes in (
        (1, 2, 2, 1),
        (3, 4, 3, 2),
        (5, 3, 4, 3),
        (4, 6, 3, 3),
        (6, 6, 2, 2),
        random_sizes,
    ):
        yield _sample_arguments(rng, *sizes)
    s, es, hs, W_a, W_e, W_c, _ = _sample_arguments(rng, rng.integers(30, 40), 4, 3, 2)
    yield s, es / 10, hs, W_a, W_e, W_c / 20, rng.permutation(np.eye(3))  # it keeps for long


def _sample_arguments(rng, T, S, H, E):
    return (
        rng.normal(size=H),
        rng.normal(size=(T, E)),
        rng.normal(0, 1.2, (S, H)),
        rng.normal(0, 1.2, (H, H)),
        rng.normal(size=(E, H)),
        rng.normal(0, 0.7, (H, H)),
        rng.normal(0, 0.6, (H, H)),  # small: what is rounded does not grow
    )


@decode.property("the weights of each step sum to 1")
def _sums_to_one(arguments, states, attention):
    """A softmax over the source, in every step."""
    return np.allclose(attention.sum(axis=1), 1)


@decode.property("a state follows from the one before, its input and its context")
def _follows_from_previous_state(arguments, states, attention):
    """Each step: tanh of three products."""
    s, es, hs, _, W_e, W_c, W_s = arguments
    s_before = np.concatenate([s[None], states[:-1]])
    return np.allclose(states, np.tanh(es @ W_e + attention @ hs @ W_c + s_before @ W_s), atol=1e-5)


decode.mistake("Looked with the new state")(
    "Your weights come from the state after the step. Here the decoder looks first: the query is "
    "the state before, and the context is of use in the step itself.",
    {
        "append(weights)": "append(np.exp((s @ W_a) @ hs.T))",
        "array(attention)": "array([p / p.sum() for p in attention])",
    },
)

decode.mistake("The states before the steps")(
    "Your states come one step late: you kept each before its update. The first row is the state "
    "after the first step.",
    {
        "s = np.tanh": "states.append(s)\n        s = np.tanh",
        "W_s)\n        states.append(s)": "W_s)",
    },
)

decode.mistake("The context of the step before")(
    "Each step uses the context that was looked up one step earlier.",
    {"(weights @ hs)": "(attention[-1] @ hs if attention else 0 * s)"},
)

decode.mistake("Looked once", {"[], []": "[], []\n    s_0 = s", "(s @ W_a)": "(s_0 @ W_a)"})(
    "You looked once, before the first step, and kept the context. Then it is one vector again."
)

decode.mistake("The matrix left out", {"s @ W_a": "s"})(
    "Your scores are plain dot products: W_a is missing."
)

decode.mistake("The matrix transposed", {"W_a": "W_a.T"})(
    "Your W_a is turned around. It multiplies the query: `s @ W_a`, and then the states."
)

decode.mistake("Scaled scores", {"hs.T": "hs.T / np.sqrt(len(W_a))"})(
    "You divided the scores by a root. Here the formula has no such factor."
)

decode.mistake("No softmax", {"p / p.sum()": "(s @ W_a) @ hs.T"})("You used scores as weights.")

decode.mistake("The state not handed on")(
    "Every step of yours begins at the first state. What a step returns is where the next begins.",
    {"s = np.tanh": "s_new = np.tanh", "append(s)": "append(s_new)"},
)

decode.mistake("The context left out", {" + (weights @ hs) @ W_c": ""})(
    "Your steps do not use the context."
)

decode.mistake("The state left out", {" + s @ W_s": ""})(
    "Your steps do not use the state before: W_s is missing."
)

decode.mistake("States added", {"s = np": "s = s + np"})(
    "You added each step to the state before it. Here the tanh is the new state."
)

decode.mistake("The start state ignored", lambda s, *rest: decode(0 * s, *rest))(
    "You begin with a state of 0. The state before the first step is given."
)

decode.mistake("Looked after half a step")(
    "Your decoder reads its input before it looks. It looks with the state of the step before.",
    {"p = np.exp((s @ W_a)": "p = np.exp((np.tanh(e @ W_e + s @ W_s) @ W_a)"},
)

decode.mistake("The plain mean", {"(weights @ hs) @ W_c": "hs.mean(axis=0) @ W_c"})(
    "Your context is the plain mean of the states. Use the weights."
)

decode.mistake("No input", {"e @ W_e + ": "0 * (e @ W_e) + "})(
    "Your steps do not use the symbol that is told: `x_t W_e` is missing."
)

decode.mistake("No tanh", {"np.tanh": ""})("Your steps lack the tanh.")

decode.mistake("A matrix transposed", {"W_c": "W_c.T"}, {"W_s": "W_s.T"})(
    "`W_c` or `W_s` is transposed. Vectors are rows: they stand on the left."
)

decode.mistake("W_c and W_s exchanged", {"W_c": "W_tmp", "W_s": "W_c", "W_tmp": "W_s"})(
    "You exchanged two matrices: `W_c` belongs to the context, and `W_s` to the state."
)
