"""What an error keeps on its way back through an LSTM, and the biases that decide it."""

import numpy as np
from jaxtyping import Float

from rnncourse.cells.initial import Draws, initial_weights
from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_gates, lstm_step_backward
from rnncourse.cells.rnn import HiddenWeights

H, D, STEPS = 32, 8, 200
STARTS = ("bias-0", "bias-1", "chrono", "open")
"""Forget bias 0 and 1, chrono biases, and a forget gate that is 1."""
OPEN = 50.0  # the sigmoid of this bias is 1 to the last bit


def time_constant(f: Float[np.ndarray, "..."] | float) -> Float[np.ndarray, "..."] | float:
    """Return after how many steps a forget gate has left 1/e of a cell.

        f^t = exp(-t / tau),   tau = -1 / ln f

    Args:
        f: The gate, between 0 and 1.

    >>> round(float(time_constant(0.99)))
    99
    """
    return -1 / np.log(f)


def chrono_biases(T: int, H: int, rng: Draws) -> Float[np.ndarray, " H"]:
    """Draw forget biases whose times lie between 2 steps and T.

        b_f = ln u,   u uniform between 1 and T - 1,   b_i = -b_f

    As sigma(ln u) = 1 - 1 / (u + 1), a unit forgets one part in u + 1 at each step.

    Args:
        T: The longest time that should be kept, in steps; at least 2.
        H: Number of units.
        rng: Where they come from.

    Source: C. Tallec and Y. Ollivier, "Can recurrent neural networks warp time?", ICLR (2018),
    arXiv:1804.11188.

    >>> chrono_biases(2, 3, np.random.default_rng(0))
    array([0., 0., 0.])
    """
    return np.log(rng.uniform(1, T - 1, H))


def started(start: str, seed: int, steps: int = STEPS) -> LSTMWeights:
    """Draw an LSTM of 32 units; those of one seed differ in their biases alone.

    Args:
        start: One of `STARTS`, or with another forget bias.
        seed: Of the weights.
        steps: For `"chrono"`: the longest time that should be kept.
    """
    rng = np.random.default_rng([seed, 0])
    w = initial_weights(LSTMWeights, D, H, rng)
    w.b_h[:] = 0
    if start == "chrono":
        bias = chrono_biases(steps, H, rng)
        w.b_h[:H], w.b_h[H : 2 * H] = -bias, bias
    else:
        w.b_h[H : 2 * H] = OPEN if start == "open" else float(start.removeprefix("bias-"))
    return w


def inputs(seed: int, steps: int = STEPS) -> Float[np.ndarray, "T 1 D"]:
    """Draw a sequence of random symbols."""
    return np.eye(D)[np.random.default_rng([seed, 1]).integers(D, size=(steps, 1))]


def sent(seed: int) -> Float[np.ndarray, "1 H"]:
    """Draw the direction of the error that is sent back, of length 1."""
    v = np.random.default_rng([seed, 2]).normal(size=(1, H))
    return v / np.linalg.norm(v)


def carried(
    w: LSTMWeights,
    xs: Float[np.ndarray, "T 1 D"],
    dc: Float[np.ndarray, "1 H"],
    through_h: bool = True,
) -> Float[np.ndarray, " K"]:
    """Send an error at the last cell back, and return its length at every cell before.

    Args:
        w: The network.
        xs: What it reads, from a zero state.
        dc: The error at the last cell.
        through_h: Whether it also takes the paths through h, by which a cell changes the later
            gates. Without them each step multiplies it by f alone.

    Returns:
        `T` lengths, the first of which is that of `dc`; the last is after `T - 1` steps back.
    """
    zero = np.zeros((1, len(w.W_hh)))
    state, states, forgets, opens = LSTMState(zero, zero), [], [], []
    for x in xs:
        _, f, _, o, c = lstm_gates(x, state, w)
        states.append(state)
        forgets.append(f)
        opens.append(o * (1 - np.tanh(c) ** 2))  # by how much h changes with its own cell
        state = LSTMState(o * np.tanh(c), c)
    back, lengths = LSTMState(zero, dc), [np.linalg.norm(dc)]
    for t in range(len(xs) - 1, 0, -1):
        if through_h:
            _, back, _ = lstm_step_backward(back, xs[t], states[t], w)
            lengths.append(np.linalg.norm(back.c + back.h * opens[t - 1]))
        else:
            back = LSTMState(zero, back.c * forgets[t])
            lengths.append(np.linalg.norm(back.c))
    return np.array(lengths)


def carried_plain(
    w: HiddenWeights, xs: Float[np.ndarray, "T 1 D"], dh: Float[np.ndarray, "1 H"]
) -> Float[np.ndarray, " K"]:
    """Send an error at the last state of a tanh network back; see `carried`."""
    h, states = np.zeros((1, len(w.W_hh))), []
    for x in xs:
        h = np.tanh(x @ w.W_xh + h @ w.W_hh + w.b_h)
        states.append(h)
    lengths = [np.linalg.norm(dh)]
    for h in states[:0:-1]:
        dh = (dh * (1 - h**2)) @ w.W_hh.T
        lengths.append(np.linalg.norm(dh))
    return np.array(lengths)


def decades(start: str, seed: int, through_h: bool = True) -> Float[np.ndarray, " K"]:
    """Return by how many powers of ten an error has changed, by steps back.

    Args:
        start: `"plain"`, a tanh network with the usual weights; or one of `STARTS`.
        seed: Of weights, inputs and error.
        through_h: See `carried`.
    """
    xs, v = inputs(seed, STEPS + 1), sent(seed)
    if start == "plain":
        w = initial_weights(HiddenWeights, D, H, np.random.default_rng([seed, 0]))
        w.b_h[:] = 0
        return np.log10(carried_plain(w, xs, v))
    return np.log10(carried(started(start, seed), xs, v, through_h))
