"""A GRU in the form of torch, over sequences of different lengths that stand side by side."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("06-gru", 6, "Sequences that end early", "build", returns="h")
def read_padded(xs, lengths, W_xh, W_hh, b_h, b_hn):
    """Return the state of each sequence after its own last step, `(B, H)`."""
    H = len(b_hn)
    h = np.zeros((xs.shape[1], H))
    for t, x in enumerate(xs):
        a_x, a_h = x @ W_xh + b_h, h @ W_hh
        r = sigmoid(a_x[:, :H] + a_h[:, :H])
        z = sigmoid(a_x[:, H : 2 * H] + a_h[:, H : 2 * H])
        n = np.tanh(a_x[:, 2 * H :] + r * (a_h[:, 2 * H :] + b_hn))
        z = np.where((t < lengths)[:, None], z, 1.0)
        h = (1 - z) * n + z * h
    return h


@read_padded.inputs
def _sample_inputs(rng):
    yield (
        *(np.array([[[1.0]], [[0.5]], [[9.0]]]), np.array([2])),
        *(np.array([[0.3, -0.4, 0.8]]), np.array([[1.0, 0.6, -2.0]])),
        *(np.array([0.1, 0.5, -0.3]), np.array([0.7])),
    )
    yield _sample_batch(rng, [1, 1], 1, 2, 2)
    yield _sample_batch(rng, [4, 4], 4, 1, 3)
    yield _sample_batch(rng, [3, 0, 1], 3, 4, 2)
    yield _sample_batch(rng, [2, 5, 4], 5, 3, 3)
    yield _sample_batch(rng, [1, 2, 3, 6, 3], 6, 2, 4)
    T, D, H = rng.integers((13, 2, 2), (16, 7, 7))
    yield _sample_batch(rng, rng.integers(0, T + 1, size=4), T, D, H)


def _sample_batch(rng, lengths, T, D, H):
    lengths = np.array(lengths)
    xs = rng.normal(size=(T, len(lengths), D))
    shapes = (D, 3 * H), (H, 3 * H), (3 * H,), (H,)
    return xs, lengths, *(rng.normal(size=shape) for shape in shapes)


@read_padded.property("a state that starts at 0 stays between -1 and 1")
def _stays_in_range(arguments, h):
    """Each unit is an average of its old value and of a candidate between -1 and 1."""
    return np.all(np.abs(h) <= 1 + 1e-6)


@read_padded.property("a sequence of length 0 has the first state, 0")
def _is_zero_without_steps(arguments, h):
    """Nothing of it is read."""
    return np.allclose(h[arguments[1] == 0], 0)


def _make_reordering_answer(*gate_order):
    """Make a wrong answer that takes the three blocks in this order."""

    def read_reordered(xs, lengths, W_xh, W_hh, b_h, b_hn):
        order = np.arange(len(b_h)).reshape(3, -1)[list(gate_order)].ravel()
        return read_padded(xs, lengths, W_xh[:, order], W_hh[:, order], b_h[order], b_hn)

    return read_reordered


read_padded.mistake("The padding is read", {"np.where((t < lengths)[:, None], z, 1.0)": "z"})(
    "Your network reads on when a sequence is over, and its state changes. What must the update "
    "gate be there, so that it stays?"
)

read_padded.mistake("An update gate of 0 where it is over", {"z, 1.0": "z, 0.0"})(
    "You set the update gate to 0 where a sequence is over. There the state is replaced by the "
    "candidate. Here z is the share of the old state that stays."
)

read_padded.mistake("The padding set to 0, and read")(
    "You set the inputs to 0 where a sequence is over, and read on. Biases and the state before "
    "still change the state. What must the update gate be there?",
    {
        "x @ W_xh + b_h": "((t < lengths)[:, None] * x) @ W_xh + b_h",
        "np.where((t < lengths)[:, None], z, 1.0)": "z",
    },
)

read_padded.mistake("The mask the wrong way round", {"t < lengths": "t >= lengths"})(
    "Your sequences move where they are over, and stand still where they are not. A step counts "
    "where t is smaller than the length."
)


@read_padded.mistake("The state is carried over")
def _carry_state_over(xs, lengths, *weights):
    """Your second sequence begins with the state that the first one left. Each begins at 0."""
    joined_xs = np.concatenate([xs[:n, b] for b, n in enumerate(lengths)])
    return read_padded(np.stack([joined_xs] * len(lengths), 1), np.cumsum(lengths), *weights)


read_padded.mistake("Cleared at the end")(
    "The state of a sequence that is over is 0 in your answer. It should stay what it was after "
    "the last step.",
    {"(1 - z) * n + z * h": "(t < lengths)[:, None] * ((1 - z) * n + z * h)"},
)

read_padded.mistake("One step too many, or too few")(
    "You stop a step too late or too early. A sequence of length 3 has the steps 0, 1 and 2.",
    {"t < lengths": "t <= lengths"},
    {"t < lengths": "t < lengths - 1"},
)

read_padded.mistake("All stop with the shortest")(
    "In your answer all sequences end together. Each has a length of its own.",
    {"t < lengths": "t < lengths.min() + 0 * lengths"},
)

read_padded.mistake("z and 1 - z exchanged", {"z, 1.0": "1 - z, 1.0"})(
    "You exchanged z and 1 - z. Here, as in torch, z = 1 keeps the past; in decks B and D it "
    "replaces it."
)

read_padded.mistake("The reset before the product")(
    "Your reset gate multiplies the state before the product with `W_hh`. That is the other GRU. "
    "Here it multiplies the result.",
    {"r * (a_h[:, 2 * H :] + b_hn)": "(r * h) @ W_hh[:, 2 * H :] + b_hn"},
    {"r * (a_h[:, 2 * H :] + b_hn)": "(r * h) @ W_hh[:, 2 * H :] + r * b_hn"},
    {"r * (a_h[:, 2 * H :] + b_hn)": "(r * h) @ W_hh[:, 2 * H :]"},
)

read_padded.mistake("No reset", {"r * (": "("})(
    "Your candidate sees all of the old state: the reset gate does nothing."
)

read_padded.mistake("The second bias outside the reset")(
    "`b_hn` belongs to what the reset gate multiplies. Outside it could be added to `b_h`, and "
    "there would be no need for it.",
    {"r * (a_h[:, 2 * H :] + b_hn)": "r * a_h[:, 2 * H :] + b_hn"},
)

read_padded.mistake("The second bias forgotten", {" + b_hn": ""})("`b_hn` does not enter.")

read_padded.mistake("The input is reset, too")(
    "Your reset gate multiplies what comes from the input as well. It decides only how much of the "
    "old state the candidate sees.",
    {"a_x[:, 2 * H :] + r * (a_h": "r * (a_x[:, 2 * H :] + a_h"},
    {"a_x[:, 2 * H :] + r * (a_h": "r * a_x[:, 2 * H :] + (a_h"},
)

read_padded.mistake("The reset the wrong way round", {"r * (": "(1 - r) * ("})(
    "Where your reset gate is 1 the state is forgotten. With r = 1 the candidate sees all of it."
)

read_padded.mistake("The order of Keras")(
    "You took the blocks in another order. Here they are r, z, n; Keras has z, r, h.",
    _make_reordering_answer(1, 0, 2),
    _make_reordering_answer(1, 2, 0),
    _make_reordering_answer(2, 1, 0),
    _make_reordering_answer(2, 0, 1),
    _make_reordering_answer(0, 2, 1),
)

read_padded.mistake("The candidate alone", {"z, 1.0": "0.0, 1.0"})(
    "You return the candidate. The new state is made of it and of the old one, as z says."
)

read_padded.mistake("Added, not averaged")(
    "You add the candidate, or the kept state, with its full weight. The two shares are z and "
    "1 - z: what is written is as much as what is cleared.",
    {"(1 - z) * n": "(t < lengths)[:, None] * n"},
    {"z * h": "h"},
    {"(1 - z) * n": "(t < lengths)[:, None] * z * n"},
)

read_padded.mistake(
    "A gate without its sigmoid", {"sigmoid": ("", 2)}, {"sigmoid": ("np.tanh", 2)}
)("Your gates are not between 0 and 1: each is a sigmoid.")

read_padded.mistake("The sign in the sigmoid", {"sigmoid": ("1 - sigmoid", 2)})(
    "Your sigmoid falls: it is 1 / (1 + exp(−a)), with a minus in the exponent."
)

read_padded.mistake("The candidate without its tanh", {"np.tanh": ""}, {"np.tanh": "sigmoid"})(
    "Your candidate is not a tanh."
)
