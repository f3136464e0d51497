"""One step of an LSTM, backward, for sequences that may have ended."""

import numpy as np

from rnncourse.chapters.ch07_lstm.questions.stepping import _drawn, _one, _with
from rnncourse.core.arithmetic import sigmoid
from rnncourse.grading.questions import DERIVE, WIDE
from rnncourse.grading.writing import question


@question(
    "07-backward",
    number=4,
    level="build",
    points=3,
    returns="dx dh_old dc_old db_h",
    late=DERIVE,
)
def lstm_step_backward(dh, dc, x, h, c, on, W_xh, W_hh, b_h):
    """A step backward."""
    a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1)
    i, f, o = (1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o))
    g = np.tanh(a_g)
    tanh_c = np.tanh(f * c + i * g)
    total = dc + dh * o * (1 - tanh_c**2)
    da_i = total * g * i * (1 - i)
    da_f = total * c * f * (1 - f)
    da_g = total * i * (1 - g**2)
    da_o = dh * tanh_c * o * (1 - o)
    on = on[:, None]
    da = on * np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    dh_old = np.where(on, da @ W_hh.T, dh)
    return da @ W_xh.T, dh_old, np.where(on, total * f, dc), da.sum(axis=0)


@lstm_step_backward.inputs
def _(rng):
    yield np.array([[1.0]]), np.array([[0.5]]), *_with(_one(D=1, H=1), [1])
    sizes = (3, 4, 2), (1, 2, 2), (2, 1, 3), rng.integers((13, 3, 3), (16, 12, 12))
    some_on = [1, 0, 1], [1], [0, 1], rng.permutation(np.arange(sizes[3][0]) % 2)
    for (B, D, H), on in zip(sizes, some_on, strict=True):
        yield *rng.normal(size=(2, B, H)), *_with(_drawn(rng, B, D, H), on)
    yield np.zeros((2, 2)), rng.normal(size=(2, 2)), *_with(_drawn(rng, 2, 3, 2), [1, 1])
    dh, dc = rng.normal(size=(2, 2, 10))
    yield dh, dc, *_with(_drawn(rng, B=2, D=WIDE, H=10, scale=0.005), [1, 1])


@lstm_step_backward.truth("where `dh` is 0, `dc_old` lies between 0 and `dc`")
def _(arguments, dx, dh_old, dc_old, db_h):
    """Then all that comes to the old cell has come from the new one, and passed the forget gate:
    a number between 0 and 1."""
    dh, dc, *_ = arguments
    return np.any(dh) or np.all((dc_old * dc >= 0) & (np.abs(dc_old) <= np.abs(dc)))


@lstm_step_backward.truth("what has ended hands `dh` and `dc` on, and its `dx` is 0")
def _(arguments, dx, dh_old, dc_old, db_h):
    """Where `on` is 0 the step has copied h and c, and read nothing: their gradients go back as
    they came, and the input gets none."""
    dh, dc, _, _, _, on, *_ = arguments
    ended = on == 0
    kept = np.allclose(dh_old[ended], dh[ended]) and np.allclose(dc_old[ended], dc[ended])
    return kept and not np.any(dx[ended])


# --- What goes wrong: one line of the way back is another ---


def _end(p):
    """Return what comes out of a dictionary of all parts, as it should."""
    da = np.where(p["on"], p["da"], 0)
    dh_old = np.where(p["on"], p["dh_old"], p["dh"])
    dc_old = np.where(p["on"], p["dc_old"], p["dc_in"])
    return da @ p["W_xh"].T, dh_old, dc_old, da.sum(axis=0)


def _changed(before=lambda p: {}, gates=lambda p: {}, order="ifgo", end=_end):
    """Make a wrong answer by a change to the parts.

    Args:
        before: From all parts to those that are others, before the gates' gradients are taken.
        gates: The same before these are multiplied by the slopes.
        order: Of the blocks.
        end: From all parts to what comes out.
    """

    def answer(dh, dc, x, h, c, on, W_xh, W_hh, b_h):
        a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1)
        i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
        p = {"dh": dh, "dc_in": dc, "c": c, "i": i, "f": f, "g": g, "o": o, "a_g": a_g}
        p |= {"x": x, "h": h, "on": on[:, None] == 1, "W_xh": W_xh, "W_hh": W_hh}
        p["c_new"] = f * c + i * g
        p["tanh_c"] = np.tanh(p["c_new"])
        p["dc"] = dc + dh * o * (1 - p["tanh_c"] ** 2)
        p |= before(p)
        p["di"], p["df"], p["dg"] = p["dc"] * g, p["dc"] * c, p["dc"] * i
        p["do"] = dh * p["tanh_c"]
        p["si"], p["sf"], p["so"], p["sg"] = i * (1 - i), f * (1 - f), o * (1 - o), 1 - g**2
        p["dc_old"] = p["dc"] * f
        p |= gates(p)
        p["da"] = np.concatenate([p[f"d{k}"] * p[f"s{k}"] for k in order], axis=1)
        p["dh_old"] = p["da"] @ W_hh.T
        return end(p)

    return answer


def _ended(made):
    """Make a wrong answer of some of the four that come out: from all parts to those by name."""

    def end(p):
        names = ("dx", "dh", "dc", "db")
        return tuple((dict(zip(names, _end(p), strict=True)) | made(p)).values())

    return _changed(end=end)


def _through(p):
    """Take every sequence through the step, also what has ended."""
    dx, db = p["da"] @ p["W_xh"].T, p["da"].sum(axis=0)
    return {"dx": dx, "dh": p["dh_old"], "dc": p["dc_old"], "db": db}


def _some(names):
    """Take what has ended through the step, for some of what comes out."""
    return _ended(lambda p: {name: _through(p)[name] for name in names.split()})


lstm_step_backward.mistake("Back through the padding", _some("dx dh dc db"))(
    "You take the step back for what has ended, too. Where `on` is 0 the step has only copied `h` "
    "and `c`: what goes back through a copy?"
)

lstm_step_backward.mistake("Nothing handed on")(
    "Where a sequence has ended you hand back zeros. Its state and its cell were copied, so "
    "their gradients go back as they came: else nothing would reach its last symbol.",
    _ended(lambda p: {"dh": p["on"] * p["dh_old"], "dc": p["on"] * p["dc_old"]}),
    _ended(lambda p: {"dh": p["on"] * p["dh_old"]}),
    _ended(lambda p: {"dc": p["on"] * p["dc_old"]}),
)

lstm_step_backward.mistake("One of two handed on", _some("dh"), _some("dc"))(
    "Where `on` is 0 both `dh` and `dc` go back as they came: you hand on one of them."
)

lstm_step_backward.mistake("Padding that is learned from")(
    "You hand `dh` and `dc` on where a sequence has ended. But there `x` and the bias had no part "
    "in the step: padding gets a `dx` of 0, and adds nothing to `db_h`.",
    _some("dx db"),
    _some("dx"),
    _some("db"),
)

lstm_step_backward.mistake("The mask the other way round")(
    "You go back through the step where `on` is 0, and hand on where it is 1: the two are "
    "exchanged.",
    lambda *a: lstm_step_backward(*a[:5], 1 - a[5], *a[6:]),
)

lstm_step_backward.mistake("Handed on by all")(
    "You add `dh` or `dc` as they came where a sequence goes on, too. There nothing was copied: "
    "all that comes back has gone through the step.",
    _ended(lambda p: {"dh": p["dh"] + p["on"] * p["dh_old"]}),
    _ended(lambda p: {"dc": p["dc_in"] + p["on"] * p["dc_old"]}),
    _ended(
        lambda p: {
            "dh": p["dh"] + p["on"] * p["dh_old"],
            "dc": p["dc_in"] + p["on"] * p["dc_old"],
        }
    ),
)

lstm_step_backward.mistake("A mean for the sum")(
    "Your `db_h` is a mean. All sequences of the batch have the same bias, and the loss is what "
    "`dh` and `dc` say: the rows are added.",
    _ended(lambda p: {"db": _end(p)[3] / len(p["on"])}),
    _ended(lambda p: {"db": _end(p)[3] / max(p["on"].sum(), 1)}),
)

lstm_step_backward.mistake("The cell without its way through h")(
    "Your cell gets only what comes from the next cell. It is also shown in h: a part of `dh` "
    "comes through the tanh to the cell.",
    _changed(before=lambda p: {"dc": p["dc_in"]}),
)

lstm_step_backward.mistake("The cell without what comes from the next step")(
    "Your cell gets only what comes through h. `dc` comes from the next step, and is added.",
    _changed(before=lambda p: {"dc": p["dc"] - p["dc_in"]}),
)

lstm_step_backward.mistake("tanh forgotten on the cell")(
    "The cell is shown as tanh(c): on the way back comes its slope, 1 − tanh(c)².",
    _changed(before=lambda p: {"dc": p["dc_in"] + p["dh"] * p["o"]}),
    _changed(before=lambda p: {"dc": p["dc_in"] + p["dh"] * p["o"] * (1 - p["c_new"] ** 2)}),
    _changed(gates=lambda p: {"do": p["dh"] * p["c_new"]}),
)

lstm_step_backward.mistake("The output gate forgotten on the way to the cell")(
    "What comes through h to the cell has passed the output gate: it multiplies on the way back "
    "as well.",
    _changed(before=lambda p: {"dc": p["dc_in"] + p["dh"] * (1 - p["tanh_c"] ** 2)}),
)

lstm_step_backward.mistake("Forget and input gate exchanged")(
    "Forget and input gate are exchanged on the way back: the forget gate multiplied the old cell, "
    "the input gate the candidate.",
    _changed(gates=lambda p: {"di": p["df"], "df": p["di"]}),
    _changed(gates=lambda p: {"dc_old": p["dc"] * p["i"]}),
    _changed(order="figo"),
)

lstm_step_backward.mistake("Nothing forgotten", _changed(gates=lambda p: {"dc_old": p["dc"]}))(
    "You hand the gradient of the cell on as it is. The forget gate multiplied the old cell."
)

lstm_step_backward.mistake("The old cell without the way through h")(
    "Your gates are right. The gradient of the old cell takes all that has come to the new one, "
    "also what came through h.",
    _changed(gates=lambda p: {"dc_old": p["dc_in"] * p["f"]}),
)

lstm_step_backward.mistake("The gates' slopes forgotten")(
    "A slope is missing: a gradient by a gate, or by the candidate, is not yet one by the sum that "
    "its sigmoid or tanh took. Multiply by s (1 − s) for a gate s, by 1 − g² for the candidate.",
    _changed(gates=lambda p: {"si": 1.0, "sf": 1.0, "so": 1.0}),
    _changed(gates=lambda p: {"sg": 1.0}),
    _changed(gates=lambda p: {"si": 1.0, "sf": 1.0, "so": 1.0, "sg": 1.0}),
)

lstm_step_backward.mistake("A sigmoid's slope for the candidate")(
    "The candidate has passed tanh: its slope is 1 − g².",
    _changed(gates=lambda p: {"sg": p["g"] * (1 - p["g"])}),
    _changed(gates=lambda p: {"sg": 1 - p["g"]}),
    _changed(gates=lambda p: {"sg": 1 - p["a_g"] ** 2}),
)

lstm_step_backward.mistake("The new cell at the forget gate")(
    "The forget gate multiplied the cell before the step, not the new one.",
    _changed(gates=lambda p: {"df": p["dc"] * p["c_new"]}),
    _changed(gates=lambda p: {"df": p["dc"] * np.tanh(p["c"])}),
)

lstm_step_backward.mistake("The blocks in another order")(
    "Each block is right, but they stand in another order than in the weights: i f g o.",
    _changed(order="ifog"),
    _changed(order="fiog"),
    _changed(order="ofig"),
)

lstm_step_backward.mistake("The output gate forgotten")(
    "Your output gate gets nothing. It multiplied tanh(c) on the way to h.",
    _changed(gates=lambda p: {"do": 0 * p["do"]}),
)

lstm_step_backward.mistake("Only through the cell")(
    "You left the ways through the gates out of `dh_old`: the state before the step enters all "
    "four.",
    _ended(lambda p: {"dh": np.where(p["on"], 0, p["dh"])}),
)
