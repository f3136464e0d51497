"""How long a forget gate keeps a cell."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("07-keeping", 1, "How long a cell is kept", "recall", returns="steps")
def memory_length(b, share):
    """Return after how many steps that share is left, with a forget bias b."""
    return np.log(share) / np.log(sigmoid(b))


@memory_length.inputs
def _sample_inputs(rng):
    yield np.array([0.0]), 0.5
    yield np.array([0.0, 1.0, 3.0]), 0.25
    yield np.array([-1.0, 3.5]), 0.01
    yield rng.uniform(-2, 3, 4), rng.uniform(0.3, 0.7)
    yield rng.uniform(-1, 3.5, 7), rng.uniform(0.05, 0.2)
    yield rng.uniform(-1, 3.5, rng.integers(8, 400)), rng.uniform(0.05, 0.2)


@memory_length.property("`f ** steps` is the share that is asked for")
def _leaves_the_share(arguments, steps):
    """A gate of f multiplies the cell by f at each step: what is left after `steps` of them?"""
    b, share = arguments
    return np.allclose(sigmoid(b) ** steps, share, rtol=1e-3)


memory_length.mistake("The bias for the gate")(
    "You took the bias itself for the gate. The gate is its sigmoid, a number between 0 and 1.",
    lambda b, share: np.log(share) / np.log(np.abs(b) + 1e-9),
    lambda b, share: np.log(share) / -np.abs(b - 1e-9),
)

memory_length.mistake("The time to 1/e for every share", lambda b, share: -1 / np.log(sigmoid(b)))(
    "You return the time constant, after which 1/e is left. Asked for is the time to `share`."
)

memory_length.mistake("The sign turned around")(
    "Your numbers are right but for their sign. Both logarithms are negative: what of their "
    "quotient?",
    lambda b, share: -np.log(share) / np.log(sigmoid(b)),
)

memory_length.mistake("The fraction upside down")(
    "Your fraction is upside down. A gate near 1 keeps long: which of the two logarithms is then "
    "small, and where must it stand?",
    lambda b, share: np.log(sigmoid(b)) / np.log(share),
)

memory_length.mistake("The same loss at every step")(
    "You let each step take the same amount away. It takes the same share: what is left is "
    "multiplied again.",
    lambda b, share: (1 - share) / (1 - sigmoid(b)),
)

memory_length.mistake("What is lost for what is left")(
    "You asked when `share` is gone. Asked for is when `share` is left.",
    lambda b, share: np.log(1 - share) / np.log(sigmoid(b)),
)

memory_length.mistake("What is left after share steps", lambda b, share: sigmoid(b) ** share)(
    "This is what the gate leaves, not when. The share is given, and the number of steps is asked "
    "for."
)

memory_length.mistake("The gate of the other sign")(
    "Your gate closes where it should open. A large bias makes a gate near 1, and a near-1 gate "
    "keeps.",
    lambda b, share: np.log(share) / np.log(sigmoid(-b)),
)

memory_length.mistake("Whole steps")(
    "You rounded. A fraction of a step is fine here: it is the number with which the formula holds "
    "exactly.",
    lambda b, share: np.ceil(np.log(share) / np.log(sigmoid(b))),
    lambda b, share: np.floor(np.log(share) / np.log(sigmoid(b))),
    lambda b, share: np.round(np.log(share) / np.log(sigmoid(b))),
)

memory_length.mistake("Another squashing function")(
    "You squashed the bias with tanh. A gate is a sigmoid: with a bias of 0 it is a half.",
    lambda b, share: np.log(share) / np.log(np.abs(np.tanh(b)) + 1e-9),
)

memory_length.mistake("The time constant")(
    "That is the time constant of a gate near 1, which is nearly right there. Ask for which number "
    "of steps f to this power is the share.",
    {"np.log(share) / np.log(sigmoid(b))": "1 / (1 - sigmoid(b))"},
    {"np.log(share) / np.log(sigmoid(b))": "-np.log(share) / (1 - sigmoid(b))"},
)

memory_length.mistake("The gate for its logarithm", {"np.log(sigmoid(b))": "sigmoid(b)"})(
    "You divided by the gate, not by its logarithm. The steps stand in the exponent of f.",
    {"np.log(share) / np.log(sigmoid(b))": "np.log(share / sigmoid(b))"},
)

memory_length.mistake("One step too many", {"sigmoid(b))": "sigmoid(b)) + 1"})(
    "Your numbers are one too large. After no step all is left, after one a share of f."
)
