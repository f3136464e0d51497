"""The Jacobian of one step of a tanh network."""

import numpy as np

from rnncourse.grading.writing import question

ONE_WAY = np.array([[0.0, 0.0], [1.0, 2.0]])  # unit 0 has no influence, unit 1 on both


@question("05-jacobian", 4, "The Jacobian of a step", "apply", returns="J")
def step_jacobian(x, h, W_xh, W_hh, b_h):
    """Return the derivatives of the new state by the old one, `(H, H)`."""
    h_new = np.tanh(x @ W_xh + h @ W_hh + b_h)
    return (1 - h_new**2)[:, None] * W_hh.T


@step_jacobian.inputs
def _sample_inputs(rng):
    yield np.zeros(1), np.array([0.5]), np.ones((1, 1)), np.array([[2.0]]), np.array([0.25])
    yield np.array([1.0]), np.zeros(2), np.array([[0.0, 1.0]]), ONE_WAY, np.zeros(2)
    yield _sample_step(rng, D=2, H=2)
    yield _sample_step(rng, D=4, H=3)
    yield _sample_step(rng, D=1, H=5)
    yield _sample_step(rng, *rng.integers((2, 13), 20))


def _sample_step(rng, D, H):
    shapes = (D, H), (H, H), (H,)
    W_xh, W_hh, b_h = (0.7 * rng.normal(size=shape) for shape in shapes)
    return rng.normal(size=D), np.tanh(rng.normal(size=H)), W_xh, W_hh, b_h


@step_jacobian.property(
    "the entries by a unit without influence (a row of zeros in `W_hh`) are zeros"
)
def _is_zero_without_influence(arguments, J):
    """Row i of `W_hh` says where unit i has its influence. In J that is a column."""
    return np.allclose(J[:, np.all(arguments[3] == 0, axis=1)], 0)


@step_jacobian.property("no entry is larger than the weight it goes through")
def _is_within_weights(arguments, J):
    """The slope of tanh is at most 1. Which weight leads from unit j to unit i?"""
    return np.all(np.abs(J) <= np.abs(arguments[3].T) * (1 + 1e-6) + 1e-9)


step_jacobian.mistake("Transposed", {"[:, None] * W_hh.T": " * W_hh"})(
    "Your Jacobian is transposed. Being square, it has the right shape all the same. Row i belongs "
    "to unit i of the new state, column j to unit j of the state before."
)

step_jacobian.mistake("The slope on the wrong side", {"[:, None]": ""})(
    "Your slopes multiply the columns, so the derivative by unit j gets the slope of unit j. It is "
    "the new state, unit i, that comes out of tanh."
)

step_jacobian.mistake("The weights not transposed", {"W_hh.T": "W_hh"})(
    "Your slopes are at the rows, as they should be, but the weights are not: `W_hh[i, j]` leads "
    "from unit i to unit j, and asked for is the way from unit j to unit i."
)

step_jacobian.mistake("The state in the place of the slope")(
    "You multiplied by the new state. The slope of tanh follows from it, but it is another number: "
    "where the state is 0, tanh is steepest.",
    {"(1 - h_new**2)": "h_new"},
    {"1 - h_new**2": "h_new**2"},
    {"h_new**2": "h_new"},
)

step_jacobian.mistake("What stands in front of tanh for what comes out", {"np.tanh": ""})(
    "You took 1 − a², with a the sum in front of tanh. The slope at a is 1 − tanh(a)²."
)

step_jacobian.mistake("The slope at the state before")(
    "You took the slope from `h`, the state before the step. It belongs to the state that comes "
    "out of this step's tanh.",
    {"h_new**2": "h**2"},
    {"h_new**2": "np.tanh(h) ** 2"},
    {"(1 - h_new**2)[:, None]": "(1 - h**2)"},
    {"(1 - h_new**2)[:, None] * W_hh.T": "(1 - h**2) * W_hh"},
)

step_jacobian.mistake("tanh taken twice", {"h_new**2": "np.tanh(h_new) ** 2"})(
    "You applied tanh twice before you took the slope. The new state is a value of tanh already."
)

step_jacobian.mistake("The slope of the logistic function")(
    "h (1 − h) is the slope of the logistic function. The step uses tanh.",
    {"1 - h_new**2": "h_new * (1 - h_new)"},
)

step_jacobian.mistake("The slope left out")(
    "This is the Jacobian of a step without tanh. Each row has to be multiplied by a slope.",
    {"(1 - h_new**2)[:, None] * ": ""},
    {"(1 - h_new**2)[:, None] * W_hh.T": "W_hh"},
)

step_jacobian.mistake("The input and the bias forgotten")(
    "You left the input or the bias out of the sum in front of tanh. They have no weight on this "
    "way, but they decide where on tanh the unit is, and so its slope.",
    {"x @ W_xh + h @ W_hh + b_h": "h @ W_hh"},
    {" + b_h": ""},
    {"x @ W_xh + ": ""},
)

step_jacobian.mistake("The state on the other side")(
    "You multiplied `W_hh @ h`. Here a state is a row and stands on the left: `h @ W_hh`. The sum "
    "in front of tanh decides the slopes.",
    {"h @ W_hh +": "W_hh @ h +"},
    {"h @ W_hh +": "W_hh @ h +", "W_hh.T": "W_hh"},
)

step_jacobian.mistake("The derivative by the input")(
    "You differentiated by the input, x. Asked for is the derivative by the state before the step.",
    {"W_hh.T": "W_xh.T"},
    {"[:, None] * W_hh.T": " * W_xh"},
)

step_jacobian.mistake("A vector, not a matrix")(
    "You multiplied the slopes into the matrix and summed. Each of the H units depends on each of "
    "the H before it: that makes H times H numbers.",
    {"[:, None] * W_hh.T": " @ W_hh.T"},
    {"[:, None] * W_hh.T": " @ W_hh"},
)

step_jacobian.mistake("Multiplied entry by entry")(
    "You multiplied two matrices entry by entry, so only the diagonal is left. `*` does that; the "
    "product of matrices is `@`.",
    {"(1 - h_new**2)[:, None]": "np.diag(1 - h_new**2)"},
)
