"""A decoder that looks before each step."""

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.writing import question, slips_of


@question("12-decoder", number=5, level="build", points=3, returns="states looks")
def decode(s, es, hs, W_a, W_e, W_c, W_s):
    """A decoder that looks before each step."""
    states, attention = [], []
    for e in es:
        p = np.exp((s @ W_a) @ hs.T)
        weights = p / p.sum()
        s = np.tanh(e @ W_e + (weights @ hs) @ W_c + s @ W_s)
        states.append(s)
        attention.append(weights)
    return np.array(states), np.array(attention)


@decode.inputs
def _(rng):
    S, E = rng.integers(3, 30, size=2)
    drawn = 3, S, 3, E  # few steps and units: what is rounded does not grow
    for sizes in ((1, 2, 2, 1), (3, 4, 3, 2), (5, 3, 4, 3), (4, 6, 3, 3), (6, 6, 2, 2), drawn):
        yield _made(rng, *sizes)
    s, es, hs, W_a, W_e, W_c, _ = _made(rng, rng.integers(30, 40), 4, 3, 2)
    yield s, es / 10, hs, W_a, W_e, W_c / 20, rng.permutation(np.eye(3))  # it keeps for long


def _made(rng, T, S, H, E):
    return (
        rng.normal(size=H),
        rng.normal(size=(T, E)),
        rng.normal(0, 1.2, (S, H)),
        rng.normal(0, 1.2, (H, H)),
        rng.normal(size=(E, H)),
        rng.normal(0, 0.7, (H, H)),
        rng.normal(0, 0.6, (H, H)),  # small: what is rounded does not grow
    )


@decode.truth("the weights of each step sum to 1")
def _(arguments, states, attention):
    """A softmax over the source, in every step."""
    return np.allclose(attention.sum(axis=1), 1)


@decode.truth("a state follows from the one before, its input and its context")
def _(arguments, states, attention):
    """Each step: tanh of three products."""
    s, es, hs, _, W_e, W_c, W_s = arguments
    before = np.concatenate([s[None], states[:-1]])
    return np.allclose(states, np.tanh(es @ W_e + attention @ hs @ W_c + before @ W_s), atol=1e-5)


def _run(
    s,
    es,
    hs,
    *weights,
    attend=lambda s, hs, W_a: softmax((s @ W_a) @ hs.T),
    changed=lambda W_a, W_e, W_c, W_s: (W_a, W_e, W_c, W_s),
    used=lambda looks: looks[-1],
    kept=0.0,
):
    """Decode with other looks, weights or use of the looks, or with a share of the state kept."""
    W_a, W_e, W_c, W_s = changed(*weights)
    states, looks = [], []
    for e in es:
        looks.append(attend(s, hs, W_a))
        s = kept * s + np.tanh(e @ W_e + used(looks) @ hs @ W_c + s @ W_s)
        states.append(s)
    return np.array(states), np.array(looks)


_with = slips_of(_run)


@decode.mistake("Looked with the new state")
def _(s, es, hs, W_a, W_e, W_c, W_s):
    """Your weights come from the state after the step. Here the decoder looks first: the query is
    the state before, and the context is of use in the step itself."""
    states, _ = decode(s, es, hs, W_a, W_e, W_c, W_s)
    return states, np.array([softmax((s @ W_a) @ hs.T) for s in states])


@decode.mistake("The states before the steps")
def _(s, es, hs, W_a, W_e, W_c, W_s):
    """Your states come one step late: you kept each before its update. The first row is the state
    after the first step."""
    states, attention = decode(s, es, hs, W_a, W_e, W_c, W_s)
    return np.concatenate([s[None], states[:-1]]), attention


decode.mistake("The context of the step before")(
    "Each step uses the context that was looked up one step earlier.",
    _with(used=lambda looks: looks[-2] if len(looks) > 1 else 0 * looks[-1]),
)


@decode.mistake("Looked once")
def _(s, es, hs, W_a, W_e, W_c, W_s):
    """You looked once, before the first step, and kept the context. Then it is one vector again."""
    weights = softmax((s @ W_a) @ hs.T)
    return _run(s, es, hs, W_a, W_e, W_c, W_s, attend=lambda *_: weights)


decode.mistake("The matrix left out")(
    "Your scores are plain dot products: W_a is missing.",
    _with(changed=lambda W_a, *others: (np.eye(len(W_a)), *others)),
)

decode.mistake("The matrix transposed", _with(changed=lambda W_a, *others: (W_a.T, *others)))(
    "Your W_a is turned around. It multiplies the query: `s @ W_a`, and then the states."
)

decode.mistake("Scaled scores")(
    "You divided the scores by a root. Here the formula has no such factor.",
    _with(changed=lambda W_a, *others: (W_a / np.sqrt(len(W_a)), *others)),
)

decode.mistake("No softmax", _with(attend=lambda s, hs, W_a: (s @ W_a) @ hs.T))(
    "You used scores as weights."
)

decode.mistake("The state not handed on")(
    "Every step of yours begins at the first state. What a step returns is where the next begins.",
    lambda s, es, *rest: tuple(
        map(np.concatenate, zip(*(decode(s, e[None], *rest) for e in es), strict=True))
    ),
)

decode.mistake("The context left out")(
    "Your steps do not use the context.",
    _with(changed=lambda W_a, W_e, W_c, W_s: (W_a, W_e, 0 * W_c, W_s)),
)

decode.mistake("The state left out")(
    "Your steps do not use the state before: W_s is missing.",
    _with(changed=lambda W_a, W_e, W_c, W_s: (W_a, W_e, W_c, 0 * W_s)),
)

decode.mistake("States added", _with(kept=1.0))(
    "You added each step to the state before it. Here the tanh is the new state."
)
