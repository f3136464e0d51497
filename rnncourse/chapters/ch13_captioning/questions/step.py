"""A captioner with attention: look with the old state, then move."""

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.writing import question, slips_of


@question("13-steps", number=3, level="build", points=3, returns="states looks")
def caption_steps(xs, regions, W_a, W_xh, W_hh, W_ih):
    """A captioner that looks."""
    h, states, attention = np.zeros(len(W_hh)), [], []
    for x in xs:
        p = np.exp(regions @ (h @ W_a))
        weights = p / p.sum()
        h = np.tanh(x @ W_xh + h @ W_hh + (weights @ regions) @ W_ih)
        states.append(h)
        attention.append(weights)
    return np.array(states), np.array(attention)


@caption_steps.inputs
def _(rng):
    sizes = (2, 2, 1, 1, 1), (2, 3, 2, 2, 2), (4, 4, 3, 3, 2), (5, 3, 3, 3, 3)
    for T, K, C, H, E in (*sizes, rng.integers(2, 7, size=5)):
        yield _made(rng, T, K, C, H, E)
    xs, regions, W_a, W_xh, _, W_ih = _made(rng, rng.integers(30, 40), 4, 3, 3, 2)
    yield xs / 10, regions, W_a, W_xh, rng.permutation(np.eye(3)), W_ih / 20  # it keeps for long


def _made(rng, T, K, C, H, E):
    return (
        rng.normal(size=(T, E)),
        rng.normal(size=(K, C)),
        rng.normal(0, 1.2, (H, C)),
        rng.normal(size=(E, H)),
        rng.normal(0, 0.7, (H, H)),
        rng.normal(size=(C, H)),
    )


@caption_steps.truth("the first look is even")
def _(arguments, states, attention):
    """The first state is 0, so every place has the score 0."""
    return np.allclose(attention[0], 1 / len(arguments[1]))


@caption_steps.truth("the weights of each step sum to 1")
def _(arguments, states, attention):
    """A softmax over the places, in every step."""
    return np.allclose(attention.sum(axis=1), 1)


def _run(
    xs,
    regions,
    W_a,
    W_xh,
    W_hh,
    W_ih,
    attend=lambda h, regions, W_a: softmax(regions @ (h @ W_a)),
    used=lambda looks: looks[-1],
    kept=True,
):
    """Take the steps with other looks, with another use of the looks, or without the state."""
    h, states, looks = np.zeros(len(W_hh)), [], []
    for x in xs:
        looks.append(attend(h, regions, W_a))
        h = np.tanh(x @ W_xh + kept * (h @ W_hh) + used(looks) @ regions @ W_ih)
        states.append(h)
    return np.array(states), np.array(looks)


_with = slips_of(_run)


@caption_steps.mistake("Looked with the new state")
def _(xs, regions, W_a, W_xh, W_hh, W_ih):
    """Your weights come from the state after the step. The look comes first: what it finds is part
    of the step."""
    states, _ = caption_steps(xs, regions, W_a, W_xh, W_hh, W_ih)
    return states, np.array([softmax(regions @ (h @ W_a)) for h in states])


caption_steps.mistake("Looked once")(
    "You looked once, before the first word. Each word has a look of its own.",
    _with(attend=lambda h, regions, W_a: np.full(len(regions), 1 / len(regions))),
)

caption_steps.mistake("Scaled scores")(
    "You divided the scores by a root. Here the formula has no such factor.",
    _with(attend=lambda h, regions, W_a: softmax(regions @ (h @ W_a) / np.sqrt(W_a.shape[1]))),
)

caption_steps.mistake("The mean of the places")(
    "Your weights are computed and not used: each step takes the mean of all places.",
    _with(used=lambda looks: np.full(len(looks[0]), 1 / len(looks[0]))),
)

caption_steps.mistake("The state not handed on", _with(kept=False))(
    "Your steps leave out the state before: W_hh is missing."
)

caption_steps.mistake("What was seen left out", _with(used=lambda looks: 0 * looks[-1]))(
    "You look, but what is seen does not enter the step."
)

caption_steps.mistake("No softmax", _with(attend=lambda h, regions, W_a: regions @ (h @ W_a)))(
    "You used scores as weights."
)

caption_steps.mistake("One look ahead of the words")(
    "Each step of yours uses what was seen one step earlier.",
    _with(used=lambda looks: looks[-2] if len(looks) > 1 else 0 * looks[-1]),
)
