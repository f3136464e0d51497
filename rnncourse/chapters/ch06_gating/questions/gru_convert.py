"""Weights of a Keras GRU, in the course's convention."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("06-keras", number=7, level="build", points=3, returns="W_xh W_hh b_h b_hn")
def from_keras(kernel, recurrent, bias):
    """Weights from Keras."""
    H = len(recurrent)
    order = np.concatenate([np.arange(H, 2 * H), np.arange(H), np.arange(2 * H, 3 * H)])
    first, second = bias[0][order], bias[1][order]
    b_h = np.concatenate([first[: 2 * H] + second[: 2 * H], first[2 * H :]])
    return kernel[:, order], recurrent[:, order], b_h, second[2 * H :]


@from_keras.inputs
def _(rng):
    yield np.array([[1.0, 2, 3]]), np.array([[4.0, 5, 6]]), np.array([[7.0, 8, 9], [10, 11, 12]])
    for D, H in ((1, 2), (2, 1), (3, 2), (2, 3), (4, 4), rng.integers(13, 30, size=2)):
        yield rng.normal(size=(D, 3 * H)), rng.normal(size=(H, 3 * H)), rng.normal(size=(2, 3 * H))


@from_keras.truth("a step with your weights and one of Keras give the same state")
def _(arguments, W_xh, W_hh, b_h, b_hn):
    """Take a step with both, by hand, and compare r, z and the candidate one after another."""
    kernel, recurrent, bias = arguments
    rng, (D, H) = np.random.default_rng(5), (len(kernel), len(recurrent))
    x, h = rng.normal(size=(4, D)), rng.normal(size=(4, H))
    x_z, x_r, x_n = np.split(x @ kernel + bias[0], 3, axis=1)
    h_z, h_r, h_n = np.split(h @ recurrent + bias[1], 3, axis=1)
    z = sigmoid(x_z + h_z)
    theirs = z * h + (1 - z) * np.tanh(x_n + sigmoid(x_r + h_r) * h_n)
    x_r, x_z, x_n = np.split(x @ W_xh + b_h, 3, axis=1)
    h_r, h_z, h_n = np.split(h @ W_hh, 3, axis=1)
    z = sigmoid(x_z + h_z)
    ours = z * h + (1 - z) * np.tanh(x_n + sigmoid(x_r + h_r) * (h_n + b_hn))
    return np.allclose(ours, theirs, atol=1e-4)


# --- What goes wrong: the order of the blocks, and the two biases ---


def _blocks(array, order):
    """Put the three blocks of an array in another order."""
    parts = np.split(array, 3, axis=-1)
    return np.concatenate([parts[n] for n in order], axis=-1)


RIGHT = (1, 0, 2)


def _converted(
    kernel=RIGHT,
    recurrent=RIGHT,
    biases=(RIGHT, RIGHT),
    joined=lambda f, n, g, m: (f + g, n, m),
    turn=False,
):
    """Make a wrong answer.

    Args:
        kernel: The order in which the blocks of the kernel are taken.
        recurrent: The same of the recurrent kernel.
        biases: The same of the two biases.
        joined: Of the first biases of gates and candidate, f and n, and the second ones, g and m:
            `b_h` of gates and candidate, and `b_hn`.
        turn: Whether the weights of z are negated.
    """

    def answer(W, U, bias):
        first, second = (_blocks(b, order) for b, order in zip(bias, biases, strict=True))
        H, sign = len(U), np.ones(3 * len(U))
        gates, candidate, b_hn = joined(
            first[: 2 * H], first[2 * H :], second[: 2 * H], second[2 * H :]
        )
        if turn:
            sign[H : 2 * H] = -1
        b_h = np.concatenate([gates, candidate]) * sign
        return _blocks(W, kernel) * sign, _blocks(U, recurrent) * sign, b_h, b_hn

    return answer


SAME = (0, 1, 2)

from_keras.mistake("The blocks as they come", _converted(SAME, SAME, (SAME, SAME)))(
    "You left the blocks in the order of Keras: z, r, h. Here the reset gate comes first."
)

from_keras.mistake("Another order of the blocks")(
    "You moved blocks, but to other places. Keras has z, r, h; here it is r, z, n, and n is their "
    "h.",
    _converted((2, 1, 0), (2, 1, 0), ((2, 1, 0),) * 2),
    _converted((1, 2, 0), (1, 2, 0), ((1, 2, 0),) * 2),
    _converted((0, 2, 1), (0, 2, 1), ((0, 2, 1),) * 2),
    _converted((2, 0, 1), (2, 0, 1), ((2, 0, 1),) * 2),
)

from_keras.mistake("Some arrays in the old order")(
    "You changed the order in some of the arrays only. All of them have the three blocks side by "
    "side.",
    _converted(recurrent=SAME),
    _converted(kernel=SAME),
    _converted(biases=(SAME, SAME)),
    _converted(kernel=SAME, recurrent=SAME),
    _converted(biases=(SAME, RIGHT)),
    _converted(biases=(RIGHT, SAME)),
)

from_keras.mistake("Both biases of the candidate added")(
    "The matrices and the gates are right. The two biases of the candidate must stay apart: the "
    "reset gate multiplies only the second one.",
    _converted(joined=lambda f, n, g, m: (f + g, n + m, m)),
    _converted(joined=lambda f, n, g, m: (f + g, n + m, 0 * m)),
)

from_keras.mistake("The second bias of the gates lost")(
    "You dropped the second bias of r and z. Both are added before the sigmoid, so their sum "
    "counts.",
    _converted(joined=lambda f, n, g, m: (f, n, m)),
)

from_keras.mistake("The second bias of the candidate lost")(
    "All is right but `b_hn`, which is 0. The candidate has a second bias as well, and the reset "
    "gate multiplies it.",
    _converted(joined=lambda f, n, g, m: (f + g, n, 0 * m)),
)

from_keras.mistake("The second row of the bias alone")(
    "You dropped the first bias, which belongs to the input. The gates r and z need both, and the "
    "candidate's part of `b_h` is the first.",
    _converted(joined=lambda f, n, g, m: (g, m, m)),
    _converted(joined=lambda f, n, g, m: (g, m, 0 * m)),
    _converted(joined=lambda f, n, g, m: (g, n, m)),
)

from_keras.mistake("The first row of the bias alone")(
    "You dropped the second bias. The gates r and z need both, and `b_hn` is what it has for the "
    "candidate.",
    _converted(joined=lambda f, n, g, m: (f, n, 0 * m)),
)

from_keras.mistake("The two rows of the bias exchanged")(
    "You exchanged the two biases of the candidate. The first row belongs to the input, the second "
    "to what comes from the state.",
    _converted(joined=lambda f, n, g, m: (f + g, m, n)),
)

from_keras.mistake("The update gate turned around", _converted(turn=True))(
    "You negated the weights of z. But in Keras, too, z = 1 keeps the past: nothing needs to be "
    "turned around. (Decks B and D are the other way round.)"
)

from_keras.mistake("The wrong third of the bias")(
    "For `b_hn` you took the block of a gate.",
    _converted(joined=lambda f, n, g, m: (f + g, n, g[: len(n)])),
    _converted(joined=lambda f, n, g, m: (f + g, n, g[len(n) :])),
)

from_keras.mistake("The candidate's bias left with the gates")(
    "Your `b_hn` is right, but the candidate's part of `b_h` is not: it is the first bias alone.",
    _converted(joined=lambda f, n, g, m: (f + g, m, m)),
    _converted(joined=lambda f, n, g, m: (f + g, 0 * m, m)),
)
