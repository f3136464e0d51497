"""A captioner with attention: look with the old state, then move."""

import numpy as np

from rnncourse.grading.writing import question


@question("13-steps", number=3, level="build", points=3, returns="states looks")
def caption_steps(xs, places, W_a, W_xh, W_hh, W_ih):
    """A captioner that looks."""
    h, states, looks = np.zeros(len(W_hh)), [], []
    for x in xs:
        p = np.exp(places @ (h @ W_a))
        weights = p / p.sum()
        h = np.tanh(x @ W_xh + h @ W_hh + (weights @ places) @ W_ih)
        states.append(h)
        looks.append(weights)
    return np.array(states), np.array(looks)


@caption_steps.inputs
def _(rng):
    sizes = (2, 2, 1, 1, 1), (2, 3, 2, 2, 2), (4, 4, 3, 3, 2), (5, 3, 3, 3, 3)
    for T, K, C, H, E in (*sizes, rng.integers(2, 7, size=5)):
        yield (
            rng.normal(size=(T, E)),
            rng.normal(size=(K, C)),
            rng.normal(0, 1.2, (H, C)),
            rng.normal(size=(E, H)),
            rng.normal(0, 0.7, (H, H)),
            rng.normal(size=(C, H)),
        )


@caption_steps.truth("the first look is even")
def _(arguments, states, looks):
    """The first state is 0, so every place has the score 0."""
    return np.allclose(looks[0], 1 / len(arguments[1]))


@caption_steps.truth("the weights of each step sum to 1")
def _(arguments, states, looks):
    """A softmax over the places, in every step."""
    return np.allclose(looks.sum(axis=1), 1)


# --- What goes wrong ---


def _softmax(scores):
    p = np.exp(scores)
    return p / p.sum()


def _steps(xs, places, W_a, W_xh, W_hh, W_ih, look=None, context=True, state=True):
    """Take the steps, but with other looks, or with a term left out."""
    h, states, looks = np.zeros(len(W_hh)), [], []
    for x in xs:
        weights = _softmax(places @ (h @ W_a)) if look is None else look(h, looks)
        image = (weights @ places) @ W_ih if context else 0.0
        h = np.tanh(x @ W_xh + (h @ W_hh if state else 0.0) + image)
        states.append(h)
        looks.append(weights)
    return np.array(states), np.array(looks)


@caption_steps.mistake("Looked with the new state")
def _(xs, places, W_a, W_xh, W_hh, W_ih):
    """Your weights come from the state after the step. The look comes first: what it finds is part
    of the step."""
    states, _ = _steps(xs, places, W_a, W_xh, W_hh, W_ih)
    return states, np.array([_softmax(places @ (h @ W_a)) for h in states])


@caption_steps.mistake("Looked once")
def _(xs, places, W_a, W_xh, W_hh, W_ih):
    """You looked once, before the first word. Each word has a look of its own."""
    even = np.full(len(places), 1 / len(places))
    return _steps(xs, places, W_a, W_xh, W_hh, W_ih, lambda h, looks: even)


@caption_steps.mistake("The state not handed on")
def _(xs, places, W_a, W_xh, W_hh, W_ih):
    """Your steps leave out the state before: W_hh is missing."""
    return _steps(xs, places, W_a, W_xh, W_hh, W_ih, state=False)


@caption_steps.mistake("What was seen left out")
def _(xs, places, W_a, W_xh, W_hh, W_ih):
    """You look, but what is seen does not enter the step."""
    return _steps(xs, places, W_a, W_xh, W_hh, W_ih, context=False)


@caption_steps.mistake("No softmax")
def _(xs, places, W_a, W_xh, W_hh, W_ih):
    """You used scores as weights."""
    return _steps(xs, places, W_a, W_xh, W_hh, W_ih, lambda h, looks: places @ (h @ W_a))


@caption_steps.mistake("One look ahead of the words")
def _(xs, places, W_a, W_xh, W_hh, W_ih):
    """Each step of yours uses what was seen one step earlier."""
    h, states, looks = np.zeros(len(W_hh)), [], []
    seen = np.zeros(places.shape[1])
    for x in xs:
        looks.append(_softmax(places @ (h @ W_a)))
        h = np.tanh(x @ W_xh + h @ W_hh + seen @ W_ih)
        seen = looks[-1] @ places
        states.append(h)
    return np.array(states), np.array(looks)
