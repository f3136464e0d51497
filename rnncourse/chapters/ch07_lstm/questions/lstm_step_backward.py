"""One step of an LSTM, backward, for sequences that may have ended."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.chapters.ch07_lstm.questions.lstm_step import (
    make_distinct_gates,
    replace_on,
    sample_step,
)
from rnncourse.grading.questions import DERIVE_HINT, LARGE_WIDTH
from rnncourse.grading.writing import question


@question(
    "07-backward",
    4,
    "A step backward",
    "build",
    returns="dx dh_old dc_old db_h",
    timeout_hint=DERIVE_HINT,
)
def lstm_step_backward(dh, dc, x, h, c, on, W_xh, W_hh, b_h):
    """Return the gradients by x, `(B, D)`, the old h and c, `(B, H)`, and b_h, `(4 H,)`."""
    a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1)
    i, f, o = map(sigmoid, (a_i, a_f, a_o))
    g = np.tanh(a_g)
    tanh_c = np.tanh(f * c + i * g)
    dc_new = dc + dh * o * (1 - tanh_c**2)
    da_i = dc_new * g * i * (1 - i)
    da_f = dc_new * c * f * (1 - f)
    da_g = dc_new * i * (1 - g**2)
    da_o = dh * tanh_c * o * (1 - o)
    on = on[:, None]
    da = on * np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    dh_old = np.where(on, da @ W_hh.T, dh)
    return da @ W_xh.T, dh_old, np.where(on, dc_new * f, dc), da.sum(axis=0)


@lstm_step_backward.inputs
def _sample_inputs(rng):
    yield np.array([[1.0]]), np.array([[0.5]]), *replace_on(make_distinct_gates(D=1, H=1), [1])
    sizes = (3, 4, 2), (1, 2, 2), (2, 1, 3), rng.integers((13, 3, 3), (16, 12, 12))
    masks = [1, 0, 1], [1], [0, 1], rng.permutation(np.arange(sizes[3][0]) % 2)
    for (B, D, H), on in zip(sizes, masks, strict=True):
        yield *rng.normal(size=(2, B, H)), *replace_on(sample_step(rng, B, D, H), on)
    yield (
        np.zeros((2, 2)),
        rng.normal(size=(2, 2)),
        *replace_on(sample_step(rng, 2, 3, 2), [1, 1]),
    )
    dh, dc = rng.normal(size=(2, 2, 10))
    yield dh, dc, *replace_on(sample_step(rng, B=2, D=LARGE_WIDTH, H=10, scale=0.005), [1, 1])


@lstm_step_backward.property("where `dh` is 0, `dc_old` lies between 0 and `dc`")
def _is_within_dc(arguments, dx, dh_old, dc_old, db_h):
    """Then all that comes to the old cell has come from the new one, and passed the forget gate:
    a number between 0 and 1."""
    dh, dc, *_ = arguments
    return np.any(dh) or np.all((dc_old * dc >= 0) & (np.abs(dc_old) <= np.abs(dc)))


@lstm_step_backward.property("what has ended hands `dh` and `dc` on, and its `dx` is 0")
def _passes_ended_gradients(arguments, dx, dh_old, dc_old, db_h):
    """Where `on` is 0 the step has copied h and c, and read nothing: their gradients go back as
    they came, and the input gets none."""
    dh, dc, _, _, _, on, *_ = arguments
    is_off = on == 0
    is_kept = np.allclose(dh_old[is_off], dh[is_off]) and np.allclose(dc_old[is_off], dc[is_off])
    return is_kept and not np.any(dx[is_off])


lstm_step_backward.mistake("Back through the padding", {"on[:, None]": "np.ones((len(on), 1))"})(
    "You take the step back for what has ended, too. Where `on` is 0 the step has only copied `h` "
    "and `c`: what goes back through a copy?"
)

lstm_step_backward.mistake("Nothing handed on")(
    "Where a sequence has ended you hand back zeros. Its state and its cell were copied, so "
    "their gradients go back as they came: else nothing would reach its last symbol.",
    {"W_hh.T, dh": "W_hh.T, 0", "f, dc": "f, 0"},
    {"W_hh.T, dh": "W_hh.T, 0"},
    {"f, dc": "f, 0"},
)

lstm_step_backward.mistake("One of two handed on")(
    "Where `on` is 0 both `dh` and `dc` go back as they came: you hand on one of them.",
    {
        "on * np.concatenate": "np.concatenate",
        "np.where(on, da @ W_hh.T, dh)": "da @ W_hh.T\n    da = on * da",
    },
    {"np.where(on, dc_new * f, dc)": "dc_new * f"},
)

lstm_step_backward.mistake("Padding that is learned from")(
    "You hand `dh` and `dc` on where a sequence has ended. But there `x` and the bias had no part "
    "in the step: padding gets a `dx` of 0, and adds nothing to `db_h`.",
    {"on * np.concatenate": "np.concatenate"},
    {"on * np.concatenate": "np.concatenate", "da.sum": "(on * da).sum"},
    {"on * np.concatenate": "np.concatenate", "da @ W_xh": "on * da @ W_xh"},
)

lstm_step_backward.mistake("The mask the other way round", {"on = on": "on = 1 - on"})(
    "You go back through the step where `on` is 0, and hand on where it is 1: the two are "
    "exchanged."
)

lstm_step_backward.mistake("Handed on by all")(
    "You add `dh` or `dc` as they came where a sequence goes on, too. There nothing was copied: "
    "all that comes back has gone through the step.",
    {"np.where(on, da @ W_hh.T, dh)": "dh + da @ W_hh.T"},
    {"np.where(on, dc_new * f, dc)": "dc + on * dc_new * f"},
    {
        "np.where(on, da @ W_hh.T, dh)": "dh + da @ W_hh.T",
        "np.where(on, dc_new * f, dc)": "dc + on * dc_new * f",
    },
)

lstm_step_backward.mistake("A mean for the sum")(
    "Your `db_h` is a mean. All sequences of the batch have the same bias, and the loss is what "
    "`dh` and `dc` say: the rows are added.",
    {"da.sum": "da.mean"},
    {"sum(axis=0)": "sum(axis=0) / max(on.sum(), 1)"},
)

lstm_step_backward.mistake("The cell without its way through h")(
    "Your cell gets only what comes from the next cell. It is also shown in h: a part of `dh` "
    "comes through the tanh to the cell.",
    {"dc + dh * o * (1 - tanh_c**2)": "dc"},
)

lstm_step_backward.mistake("The cell without what comes from the next step", {"dc + dh": "dh"})(
    "Your cell gets only what comes through h. `dc` comes from the next step, and is added."
)

lstm_step_backward.mistake("tanh forgotten on the cell")(
    "The cell is shown as tanh(c): on the way back comes its slope, 1 − tanh(c)².",
    {" * (1 - tanh_c**2)": ""},
    {"tanh_c**2": "(f * c + i * g) ** 2"},
    {"dh * tanh_c": "dh * (f * c + i * g)"},
)

lstm_step_backward.mistake("The output gate forgotten on the way to the cell", {"dh * o": "dh"})(
    "What comes through h to the cell has passed the output gate: it multiplies on the way back "
    "as well."
)

lstm_step_backward.mistake("Forget and input gate exchanged")(
    "Forget and input gate are exchanged on the way back: the forget gate multiplied the old cell, "
    "the input gate the candidate.",
    {"dc_new * g * i": "dc_new * c * i", "dc_new * c * f": "dc_new * g * f"},
    {"dc_new * f, dc": "dc_new * i, dc"},
    {"da_i, da_f": "da_f, da_i"},
)

lstm_step_backward.mistake("Nothing forgotten", {"dc_new * f, dc": "dc_new, dc"})(
    "You hand the gradient of the cell on as it is. The forget gate multiplied the old cell."
)

lstm_step_backward.mistake("The old cell without the way through h")(
    "Your gates are right. The gradient of the old cell takes all that has come to the new one, "
    "also what came through h.",
    {"dc_new * f, dc": "dc * f, dc"},
)

lstm_step_backward.mistake("The gates' slopes forgotten")(
    "A slope is missing: a gradient by a gate, or by the candidate, is not yet one by the sum that "
    "its sigmoid or tanh took. Multiply by s (1 − s) for a gate s, by 1 − g² for the candidate.",
    {" * i * (1 - i)": "", " * f * (1 - f)": "", " * o * (1 - o)": ""},
    {" * (1 - g**2)": ""},
    {" * i * (1 - i)": "", " * f * (1 - f)": "", " * o * (1 - o)": "", " * (1 - g**2)": ""},
)

lstm_step_backward.mistake("A sigmoid's slope for the candidate")(
    "The candidate has passed tanh: its slope is 1 − g².",
    {"(1 - g**2)": "g * (1 - g)"},
    {"g**2": "g"},
    {"g**2": "a_g**2"},
)

lstm_step_backward.mistake("The new cell at the forget gate")(
    "The forget gate multiplied the cell before the step, not the new one.",
    {"dc_new * c": "dc_new * (f * c + i * g)"},
    {"dc_new * c": "dc_new * np.tanh(c)"},
)

lstm_step_backward.mistake("The blocks in another order")(
    "Each block is right, but they stand in another order than in the weights: i f g o.",
    {"da_g, da_o": "da_o, da_g"},
    {"[da_i, da_f, da_g, da_o]": "[da_f, da_i, da_o, da_g]"},
    {"[da_i, da_f, da_g, da_o]": "[da_o, da_f, da_i, da_g]"},
)

lstm_step_backward.mistake("The output gate forgotten", {"dh * tanh_c": "0 * dh"})(
    "Your output gate gets nothing. It multiplied tanh(c) on the way to h."
)

lstm_step_backward.mistake("Only through the cell", {"da @ W_hh.T, dh": "0, dh"})(
    "You left the ways through the gates out of `dh_old`: the state before the step enters all "
    "four."
)

lstm_step_backward.mistake("The tanh not squared", {"1 - tanh_c**2": "1 - tanh_c"})(
    "The slope of tanh is 1 − tanh². You left the square out."
)

lstm_step_backward.mistake("The cell for the gate", {"dc_new * f, dc": "dc_new * f * c, dc"})(
    "You multiplied by the old cell, too. The new cell is f times the old one: what goes back is "
    "multiplied by f.",
    {"dc_new * f, dc": "dc_new * (f * c + i * g), dc"},
)
