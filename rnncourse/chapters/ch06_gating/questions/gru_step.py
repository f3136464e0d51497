"""A step of the GRU, in the form of torch: the reset gate acts after the product."""

import numpy as np

from rnncourse.grading.writing import question


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


@question("06-gru", number=6, level="build", points=3, returns="h_new")
def gru_step(x, h, W_xh, W_hh, b_h, b_hn):
    """A step of a GRU."""
    H = h.shape[1]
    into, back = x @ W_xh + b_h, h @ W_hh
    r = _sigmoid(into[:, :H] + back[:, :H])
    z = _sigmoid(into[:, H : 2 * H] + back[:, H : 2 * H])
    n = np.tanh(into[:, 2 * H :] + r * (back[:, 2 * H :] + b_hn))
    return (1 - z) * n + z * h


@gru_step.inputs
def _(rng):
    yield (
        *(np.array([[1.0]]), np.array([[0.5]])),
        *(np.array([[0.3, -0.4, 0.8]]), np.array([[1.0, 0.6, -2.0]])),
        *(np.array([0.1, 0.5, -0.3]), np.array([0.7])),
    )
    yield _drawn(rng, 1, 2, 2)
    yield _drawn(rng, 2, 1, 3)
    yield _drawn(rng, 3, 4, 2)
    yield _drawn(rng, 2, 3, 3)
    yield _drawn(rng, 5, 2, 4)
    yield _drawn(rng, *rng.integers(2, 9, size=3))


def _drawn(rng, B, D, H):
    shapes = (B, D), (B, H), (D, 3 * H), (H, 3 * H), (3 * H,), (H,)
    return tuple(rng.normal(size=shape) for shape in shapes)


@gru_step.truth("the new state lies between the old state and 1 or -1, whichever is farther")
def _(arguments, h_new):
    """Each unit is an average of its old value and of a candidate between -1 and 1."""
    h = arguments[1]
    low, high = np.minimum(h, -1), np.maximum(h, 1)
    return np.all((h_new >= low - 1e-6) & (h_new <= high + 1e-6))


# --- What goes wrong: who keeps, where the reset acts, which block is whose ---


def _stepped(
    order="rzn",
    mix=lambda z, n, h: (1 - z) * n + z * h,
    inside=lambda x_n, h_n, r, b, h, W: x_n + r * (h_n + b),
    gate=_sigmoid,
    squashed=np.tanh,
):
    """Make a wrong answer.

    Args:
        order: Of the three blocks.
        mix: Of update gate, candidate and old state: the new state.
        inside: Of the two products for n, the reset gate, b_hn, the old state and W_hn: what the
            candidate is the tanh of.
        gate: In the place of the sigmoid.
        squashed: In the place of the tanh.
    """

    def answer(x, h, W_xh, W_hh, b_h, b_hn):
        into = dict(zip(order, np.split(x @ W_xh + b_h, 3, axis=1), strict=True))
        weights = dict(zip(order, np.split(W_hh, 3, axis=1), strict=True))
        r, z = (gate(into[k] + h @ weights[k]) for k in "rz")
        n = inside(into["n"], h @ weights["n"], r, b_hn, h, weights["n"])
        return mix(z, squashed(n), h)

    return answer


gru_step.mistake(
    "z and 1 - z exchanged",
    "You exchanged z and 1 - z. Here, as in torch, z = 1 keeps the past; in decks B and D it "
    "replaces it.",
    _stepped(mix=lambda z, n, h: z * n + (1 - z) * h),
)

gru_step.mistake(
    "The reset before the product",
    "Your reset gate multiplies the state before the product with `W_hh`. That is the other GRU. "
    "Here it multiplies the result.",
    _stepped(inside=lambda x_n, h_n, r, b, h, W: x_n + (r * h) @ W + b),
    _stepped(inside=lambda x_n, h_n, r, b, h, W: x_n + (r * h) @ W + r * b),
    _stepped(inside=lambda x_n, h_n, r, b, h, W: x_n + (r * h) @ W),
)

gru_step.mistake(
    "No reset",
    "Your candidate sees all of the old state: the reset gate does nothing.",
    _stepped(inside=lambda x_n, h_n, r, b, h, W: x_n + h_n + b),
)

gru_step.mistake(
    "The second bias outside the reset",
    "`b_hn` belongs to what the reset gate multiplies. Outside it could be added to `b_h`, and "
    "there would be no need for it.",
    _stepped(inside=lambda x_n, h_n, r, b, h, W: x_n + r * h_n + b),
)

gru_step.mistake(
    "The second bias forgotten",
    "`b_hn` does not enter.",
    _stepped(inside=lambda x_n, h_n, r, b, h, W: x_n + r * h_n),
)

gru_step.mistake(
    "The input is reset, too",
    "Your reset gate multiplies what comes from the input as well. It decides only how much of the "
    "old state the candidate sees.",
    _stepped(inside=lambda x_n, h_n, r, b, h, W: r * (x_n + h_n + b)),
    _stepped(inside=lambda x_n, h_n, r, b, h, W: r * x_n + h_n + b),
)

gru_step.mistake(
    "The reset the wrong way round",
    "Where your reset gate is 1 the state is forgotten. With r = 1 the candidate sees all of it.",
    _stepped(inside=lambda x_n, h_n, r, b, h, W: x_n + (1 - r) * (h_n + b)),
)

gru_step.mistake(
    "The order of Keras",
    "You took the blocks in another order. Here they are r, z, n; Keras has z, r, h.",
    _stepped(order="zrn"),
    _stepped(order="nrz"),
    _stepped(order="nzr"),
    _stepped(order="znr"),
    _stepped(order="rnz"),
)

gru_step.mistake(
    "The candidate alone",
    "You return the candidate. The new state is made of it and of the old one, as z says.",
    _stepped(mix=lambda z, n, h: n),
)

gru_step.mistake(
    "Added, not averaged",
    "You add the candidate, or the kept state, with its full weight. The two shares are z and "
    "1 - z: what is written is as much as what is cleared.",
    _stepped(mix=lambda z, n, h: n + z * h),
    _stepped(mix=lambda z, n, h: (1 - z) * n + h),
    _stepped(mix=lambda z, n, h: z * n + z * h),
)

gru_step.mistake(
    "A gate without its sigmoid",
    "Your gates are not between 0 and 1: each is a sigmoid.",
    _stepped(gate=lambda a: a),
    _stepped(gate=np.tanh),
)

gru_step.mistake(
    "The candidate without its tanh",
    "Your candidate is not a tanh.",
    _stepped(squashed=lambda a: a),
    _stepped(squashed=_sigmoid),
)
