"""A gradient that is exact to rounding, and needs no derivation: the complex step."""

import numpy as np

from rnncourse.grading.questions import Tolerance
from rnncourse.grading.writing import question

DIGITS = Tolerance(1e-12, 1e-13)
"""What separates a complex step from every difference of real numbers."""


def loss_of(W, xs, h):
    """Return the loss that is differentiated: the sum of the squares of the last state.

    Args:
        W: State to state, `H H`; complex numbers may pass.
        xs: What is added to the state at each step, `T B H`.
        h: Start state, `B H`.

    >>> round(float(loss_of(np.array([[1.0]]), np.zeros((2, 1, 1)), np.array([[0.5]]))), 4)
    0.1865
    """
    for x in xs:
        h = np.tanh(x + h @ W)
    return np.sum(h**2)


@question(
    "04-check", 5, "A gradient without a derivation", "build", returns="dW", comparison=DIGITS
)
def complex_step(W, xs, h):
    """Return the derivative of the loss by each entry of W, in W's shape."""
    dW = np.empty(W.shape)
    for index in np.ndindex(W.shape):
        W_new = W.astype(complex)
        W_new[index] += 1e-30j
        dW[index] = loss_of(W_new, xs, h).imag / 1e-30
    return dW


@complex_step.inputs
def _sample_inputs(rng):
    yield np.array([[1.0]]), np.zeros((2, 1, 1)), np.array([[0.5]])
    yield _sample_loss(rng, T=1, B=1, H=2)
    yield _sample_loss(rng, T=4, B=2, H=3)
    yield _sample_loss(rng, *rng.integers((13, 2, 2), (16, 9, 9)))
    _, xs, h = _sample_loss(rng, T=3, B=2, H=3)
    yield np.array([[1, 0, -1], [0, 1, 1], [1, -1, 0]]), xs, h


def _sample_loss(rng, T, B, H):
    W = rng.normal(size=(H, H)) / np.sqrt(H)
    return W, rng.normal(size=(T, B, H)) / 2, rng.uniform(0.2, 0.9, size=(B, H))


@complex_step.property("every entry is right to 12 digits, not to a few")
def _is_right_to_12_digits(arguments, dW):
    """A difference of two losses loses digits however the step is chosen, and float32 has only 7.
    An imaginary step subtracts nothing, so it can be very small."""
    exact = complex_step(*arguments)
    is_clearly_wrong = np.any(np.abs(dW - exact) > 1e-5 + 1e-3 * np.abs(exact))
    return is_clearly_wrong or DIGITS.agree(dW, exact)


complex_step.mistake("A real difference, to one side")(
    "This is a difference of two losses, right to about 6 digits. A wrong gradient can be that "
    "near, too. Step in the imaginary direction: then nothing is subtracted.",
    {
        "complex": "float",
        "1e-30j": "1e-6",
        "loss_of(W_new, xs, h).imag": "(loss_of(W_new, xs, h) - loss_of(W, xs, h))",
        "1e-30": "1e-6",
    },
)

complex_step.mistake("A real difference, to both sides")(
    "This is a difference of two losses, right to about 9 digits; rounding eats the rest. Step in "
    "the imaginary direction: then nothing is subtracted.",
    {
        "complex": "float",
        "1e-30j": "1e-6",
        "loss_of(W_new, xs, h).imag": "(loss_of(W_new, xs, h) - loss_of(2 * W - W_new, xs, h))",
        "1e-30": "2e-6",
    },
)

complex_step.mistake("An imaginary step that is too large", {"1e-30j": "1e-3j", "1e-30": "1e-3"})(
    "Your step is imaginary, but so large that its square shows. Nothing cancels here, so nothing "
    "keeps you from a step as small as you like."
)

complex_step.mistake("The step left in the array")(
    "Your first entry is right, and each further one has all those before it added: the step of an "
    "entry is still in the array when the next one is tried.",
    {"        W_new = W.astype(complex)\n": "", "dW =": "W_new = W.astype(complex)\n    dW ="},
)

complex_step.mistake("A whole row at once", {"np.ndindex(W.shape)": "range(len(W))"})(
    "All entries of a row are the same: you moved them together, and what you see is the sum of "
    "their derivatives. One number must move at a time."
)

complex_step.mistake("The real part", {".imag": ".real"})(
    "You took the real part: that is the loss itself, not how it changes."
)

complex_step.mistake("Divided by twice the step", {"/ 1e-30": "/ 2e-30"})(
    "All your entries are half of what they should be. Twice the step belongs to a difference "
    "between two sides; here there is one step."
)

complex_step.mistake("Nothing left of the step", {"+= 1e-30j": "+= 0"})(
    "Your derivative is 0 everywhere. Either the step never got into the array, since one of real "
    "numbers drops an imaginary part; or nothing divides by the step at the end."
)

complex_step.mistake("An array of whole numbers for the result")(
    "Right, except where `W` holds whole numbers: then your result is an array of whole numbers, "
    "too, and cuts off the digits. Say what kind of numbers it is for.",
    {"empty(W.shape)": "empty(W.shape, W.dtype)"},
)
