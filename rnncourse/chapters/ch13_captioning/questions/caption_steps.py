"""A captioner with attention: look with the old state, then move."""

import numpy as np

from rnncourse.grading.writing import question


@question("13-steps", 3, "A captioner that looks", "build", returns="states attention")
def caption_steps(xs, regions, W_a, W_xh, W_hh, W_ih):
    """Return the state after each step, `(T, H)`, and its weights, `(T, K)`."""
    h, states, attention = np.zeros(len(W_hh)), [], []
    for x in xs:
        p = np.exp(regions @ (h @ W_a))
        weights = p / p.sum()
        h = np.tanh(x @ W_xh + h @ W_hh + (weights @ regions) @ W_ih)
        states.append(h)
        attention.append(weights)
    return np.array(states), np.array(attention)


@caption_steps.inputs
def _sample_inputs(rng):
    sizes = (2, 2, 1, 1, 1), (2, 3, 2, 2, 2), (4, 4, 3, 3, 2), (5, 3, 3, 3, 3)
    for T, K, C, H, E in (*sizes, rng.integers(2, 7, size=5)):
        yield _sample_arguments(rng, T, K, C, H, E)
    xs, regions, W_a, W_xh, _, W_ih = _sample_arguments(rng, rng.integers(30, 40), 4, 3, 3, 2)
    yield xs / 10, regions, W_a, W_xh, rng.permutation(np.eye(3)), W_ih / 20  # it keeps for long


def _sample_arguments(rng, T, K, C, H, E):
    return (
        rng.normal(size=(T, E)),
        rng.normal(size=(K, C)),
        rng.normal(0, 1.2, (H, C)),
        rng.normal(size=(E, H)),
        rng.normal(0, 0.7, (H, H)),
        rng.normal(size=(C, H)),
    )


@caption_steps.property("the first look is even")
def _begins_even(arguments, states, attention):
    """The first state is 0, so every place has the score 0."""
    return np.allclose(attention[0], 1 / len(arguments[1]))


@caption_steps.property("the weights of each step sum to 1")
def _sums_to_one(arguments, states, attention):
    """A softmax over the places, in every step."""
    return np.allclose(attention.sum(axis=1), 1)


caption_steps.mistake("Looked with the new state")(
    "Your weights come from the state after the step. The look comes first: what it finds is part "
    "of the step.",
    {
        "append(weights)": "append(np.exp(regions @ (h @ W_a)))",
        "array(attention)": "array([p / p.sum() for p in attention])",
    },
)

caption_steps.mistake("Looked once", {"np.exp(regions @ (h @ W_a))": "np.ones(len(regions))"})(
    "You looked once, before the first word. Each word has a look of its own."
)

caption_steps.mistake("Scaled scores", {"(h @ W_a)": "(h @ W_a) / np.sqrt(W_a.shape[1])"})(
    "You divided the scores by a root. Here the formula has no such factor."
)

caption_steps.mistake("The mean of the places", {"(weights @ regions)": "regions.mean(axis=0)"})(
    "Your weights are computed and not used: each step takes the mean of all places."
)

caption_steps.mistake("The state not handed on", {" + h @ W_hh": ""})(
    "Your steps leave out the state before: W_hh is missing."
)

caption_steps.mistake("What was seen left out", {" + (weights @ regions) @ W_ih": ""})(
    "You look, but what is seen does not enter the step."
)

caption_steps.mistake("No softmax", {"p / p.sum()": "regions @ (h @ W_a)"})(
    "You used scores as weights."
)

caption_steps.mistake("One look ahead of the words")(
    "Each step of yours uses what was seen one step earlier.",
    {"(weights @ regions)": "(attention[-1] if attention else 0 * weights) @ regions"},
)

caption_steps.mistake("A hard look")(
    "You look at the best place alone. A soft look is a mean of all places under their weights.",
    {"(weights @ regions)": "regions[weights.argmax()]"},
    {"weights = p / p.sum()": "weights = np.eye(len(p))[p.argmax()]"},
)
