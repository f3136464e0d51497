"""Weights of a Keras GRU, in the course's convention."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("06-keras", 7, "Weights from Keras", "build", returns="W_xh W_hh b_h b_hn")
def from_keras(kernel, recurrent, bias):
    """Return W_xh, W_hh, b_h and b_hn, in the order of blocks of the course."""
    H = len(recurrent)
    order = np.arange(3 * H).reshape(3, H)[[1, 0, 2]].ravel()
    b_ih, b_hh = bias[0][order], bias[1][order]
    b_h = np.concatenate([b_ih[: 2 * H] + b_hh[: 2 * H], b_ih[2 * H :]])
    return kernel[:, order], recurrent[:, order], b_h, b_hh[2 * H :]


@from_keras.inputs
def _sample_inputs(rng):
    yield np.array([[1.0, 2, 3]]), np.array([[4.0, 5, 6]]), np.array([[7.0, 8, 9], [10, 11, 12]])
    for D, H in ((1, 2), (2, 1), (3, 2), (2, 3), (4, 4), rng.integers(13, 30, size=2)):
        yield rng.normal(size=(D, 3 * H)), rng.normal(size=(H, 3 * H)), rng.normal(size=(2, 3 * H))


@from_keras.property("a step with your weights and one of Keras give the same state")
def _steps_as_in_keras(arguments, W_xh, W_hh, b_h, b_hn):
    """Take a step with both, by hand, and compare r, z and the candidate one after another."""
    kernel, recurrent, bias = arguments
    rng, (D, H) = np.random.default_rng(5), (len(kernel), len(recurrent))
    x, h = rng.normal(size=(4, D)), rng.normal(size=(4, H))
    x_z, x_r, x_n = np.split(x @ kernel + bias[0], 3, axis=1)
    h_z, h_r, h_n = np.split(h @ recurrent + bias[1], 3, axis=1)
    z = sigmoid(x_z + h_z)
    h_keras = z * h + (1 - z) * np.tanh(x_n + sigmoid(x_r + h_r) * h_n)
    x_r, x_z, x_n = np.split(x @ W_xh + b_h, 3, axis=1)
    h_r, h_z, h_n = np.split(h @ W_hh, 3, axis=1)
    z = sigmoid(x_z + h_z)
    h_course = z * h + (1 - z) * np.tanh(x_n + sigmoid(x_r + h_r) * (h_n + b_hn))
    return np.allclose(h_course, h_keras, atol=1e-4)


from_keras.mistake("The blocks as they come", {"[1, 0, 2]": "[0, 1, 2]"})(
    "You left the blocks in the order of Keras: z, r, h. Here the reset gate comes first."
)

from_keras.mistake("Another order of the blocks")(
    "You moved blocks, but to other places. Keras has z, r, h; here it is r, z, n, and n is their "
    "h.",
    {"[1, 0, 2]": "[2, 1, 0]"},
    {"[1, 0, 2]": "[1, 2, 0]"},
    {"[1, 0, 2]": "[0, 2, 1]"},
    {"[1, 0, 2]": "[2, 0, 1]"},
)

from_keras.mistake("Some arrays in the old order")(
    "You changed the order in some of the arrays only. All of them have the three blocks side by "
    "side.",
    {"recurrent[:, order]": "recurrent"},
    {"kernel[:, order]": "kernel"},
    {"][order]": ("]", 2)},
    {"[:, order]": ("", 2)},
    {"bias[0][order]": "bias[0]"},
    {"bias[1][order]": "bias[1]"},
)

from_keras.mistake("Both biases of the candidate added")(
    "The matrices and the gates are right. The two biases of the candidate must stay apart: the "
    "reset gate multiplies only the second one.",
    {"b_ih[2 * H :]]": "b_ih[2 * H :] + b_hh[2 * H :]]"},
    {"b_ih[2 * H :]]": "b_ih[2 * H :] + b_hh[2 * H :]]", "b_h, b_hh": "b_h, 0 * b_hh"},
)

from_keras.mistake("The second bias of the gates lost", {" + b_hh[: 2 * H]": ""})(
    "You dropped the second bias of r and z. Both are added before the sigmoid, so their sum "
    "counts."
)

from_keras.mistake("The second bias of the candidate lost", {"b_h, b_hh": "b_h, 0 * b_hh"})(
    "All is right but `b_hn`, which is 0. The candidate has a second bias as well, and the reset "
    "gate multiplies it."
)

from_keras.mistake("The second row of the bias alone")(
    "You dropped the first bias, which belongs to the input. The gates r and z need both, and the "
    "candidate's part of `b_h` is the first.",
    {"b_ih[: 2 * H] + ": "", "b_ih[2 * H :]]": "b_hh[2 * H :]]"},
    {"b_ih[: 2 * H] + ": "", "b_ih[2 * H :]]": "b_hh[2 * H :]]", "b_h, b_hh": "b_h, 0 * b_hh"},
    {"b_ih[: 2 * H] + ": ""},
)

from_keras.mistake("The first row of the bias alone")(
    "You dropped the second bias. The gates r and z need both, and `b_hn` is what it has for the "
    "candidate.",
    {" + b_hh[: 2 * H]": "", "b_h, b_hh": "b_h, 0 * b_hh"},
)

from_keras.mistake("The two rows of the bias exchanged")(
    "You exchanged the two biases of the candidate. The first row belongs to the input, the second "
    "to what comes from the state.",
    {"b_ih[2 * H :]]": "b_hh[2 * H :]]", "b_h, b_hh": "b_h, b_ih"},
)

from_keras.mistake("The update gate turned around")(
    "You negated the weights of z. But in Keras, too, z = 1 keeps the past: nothing needs to be "
    "turned around. (Decks B and D are the other way round.)",
    {
        "return": "sign = np.repeat([1, -1, 1], H)\n    return",
        "kernel[": "sign * kernel[",
        "recurrent[": "sign * recurrent[",
        ", b_h": ", sign * b_h",
    },
)

from_keras.mistake("The wrong third of the bias")(
    "For `b_hn` you took the block of a gate.",
    {"b_h, b_hh[2 * H :]": "b_h, b_hh[:H]"},
    {"b_h, b_hh[2 * H :]": "b_h, b_hh[H : 2 * H]"},
)

from_keras.mistake("The candidate's bias left with the gates")(
    "Your `b_hn` is right, but the candidate's part of `b_h` is not: it is the first bias alone.",
    {"b_ih[2 * H :]]": "b_hh[2 * H :]]"},
    {"b_ih[2 * H :]]": "0 * b_ih[2 * H :]]"},
)
