"""Deck D's recurrence with an image: one more term in every step."""

import numpy as np

from rnncourse.grading.writing import question


@question("13-inject", 1, "The image in every step", "recall", points=2, returns="states")
def inject(xs, v, W_xh, W_hh, W_ih):
    """Return the state after each step, `(T, H)`."""
    h, states = np.zeros(len(W_hh)), []
    for x in xs:
        h = np.tanh(x @ W_xh + h @ W_hh + v @ W_ih)
        states.append(h)
    return np.array(states)


@inject.inputs
def _sample_inputs(rng):
    random_sizes = rng.integers(2, 9, size=4)
    for sizes in (
        (1, 1, 1, 1),
        (2, 2, 3, 2),
        (4, 3, 2, 3),
        (5, 2, 4, 4),
        (3, 4, 4, 4),
        random_sizes,
    ):
        yield _sample_arguments(rng, *sizes)
    xs, v, W_xh, _, W_ih = _sample_arguments(rng, rng.integers(30, 40), 3, 2, 3)
    yield xs / 10, v, W_xh, rng.permutation(np.eye(3)), W_ih / 50  # it keeps for long


def _sample_arguments(rng, T, E, C, H):
    return (
        rng.normal(size=(T, E)),
        rng.normal(size=C),
        rng.normal(size=(E, H)),
        rng.normal(0, 0.7, (H, H)),
        rng.normal(size=(C, H)),
    )


@inject.property("a state follows from the word, the state before, and the image")
def _follows_from_previous_state(arguments, states):
    """Three terms within the tanh, in every step."""
    xs, v, W_xh, W_hh, W_ih = arguments
    h_before = np.concatenate([np.zeros((1, len(W_hh))), states[:-1]])
    return np.allclose(states, np.tanh(xs @ W_xh + h_before @ W_hh + v @ W_ih), atol=1e-5)


inject.mistake("At the first step alone", {"v @ W_ih": "(not states) * v @ W_ih"})(
    "Your image enters once, at the first step. The deck's formula has the term in every step."
)

inject.mistake("At the last step alone", {"v @ W_ih": "(len(states) == len(xs) - 1) * v @ W_ih"})(
    "Your image enters at the last step: all words but one are written blind."
)

inject.mistake("Outside the tanh", {" + v @ W_ih)": ") + v @ W_ih"})(
    "You added the image after the tanh. It is one more term of the sum within."
)

inject.mistake("The image left out", {" + v @ W_ih": ""})("Your states do not depend on the image.")

inject.mistake("The state left out", {" + h @ W_hh": ""})(
    "Your states do not depend on the state before: W_hh is missing."
)

inject.mistake("The image as the first state")(
    "You began with the image as the state, and then left it. The first state is 0 here.",
    {" + v @ W_ih": "", "np.zeros(len(W_hh))": "np.tanh(v @ W_ih)"},
)

inject.mistake("The image as the first state, too", {"np.zeros(len(W_hh))": "v @ W_ih"})(
    "Your image enters in every step, and once more before the first: there the state is 0."
)

inject.mistake("From the second step on", {"v @ W_ih": "bool(states) * v @ W_ih"})(
    "The first step of yours does not see the image. The term stands in every step."
)

inject.mistake("The last state alone", lambda *args: inject(*args)[-1])(
    "You returned the last state. A caption needs a state for each word."
)

inject.mistake("W_hh turned", {"h @ W_hh": "W_hh @ h"})(
    "You multiplied `W_hh @ h`. It is square, so no shape complains. Vectors are rows: `h @ W_hh`."
)

inject.mistake("No tanh", {"np.tanh": ""})("Your states are the sums, without the tanh.")

inject.mistake(
    "The states before the steps",
    lambda *args: np.vstack([np.zeros((1, len(args[3]))), inject(*args)[:-1]]),
)("Your rows are the states before each step: the first is h_0, and the last state is missing.")
