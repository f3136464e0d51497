"""One step of an LSTM, backward."""

import numpy as np

from rnncourse.chapters.ch07_lstm.questions.stepping import _drawn, _one
from rnncourse.grading.questions import DERIVE, WIDE
from rnncourse.grading.writing import question


@question("07-backward", number=4, level="build", points=3, returns="dx dh_old dc_old", late=DERIVE)
def lstm_step_backward(dh, dc, x, h, c, W_xh, W_hh, b_h):
    """A step backward."""
    a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1)
    i, f, o = (1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o))
    g = np.tanh(a_g)
    tanh_c = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - tanh_c**2)
    da_i = dc * g * i * (1 - i)
    da_f = dc * c * f * (1 - f)
    da_g = dc * i * (1 - g**2)
    da_o = dh * tanh_c * o * (1 - o)
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    return da @ W_xh.T, da @ W_hh.T, dc * f


@lstm_step_backward.inputs
def _(rng):
    yield np.array([[1.0]]), np.array([[0.5]]), *_one(D=1, H=1)
    for B, D, H in ((1, 2, 2), (3, 4, 2), (2, 1, 3), rng.integers(3, 12, size=3)):
        yield rng.normal(size=(B, H)), rng.normal(size=(B, H)), *_drawn(rng, B, D, H)
    yield np.zeros((2, 2)), rng.normal(size=(2, 2)), *_drawn(rng, 2, 3, 2)
    dh, dc = rng.normal(size=(2, 2, 10))
    yield dh, dc, *_drawn(rng, B=2, D=WIDE, H=10, scale=0.005)


@lstm_step_backward.truth("where `dh` is 0, `dc_old` lies between 0 and `dc`")
def _(arguments, dx, dh_old, dc_old):
    """Then all that comes to the old cell has come from the new one, and passed the forget gate:
    a number between 0 and 1."""
    dh, dc, *_ = arguments
    return np.any(dh) or np.all((dc_old * dc >= 0) & (np.abs(dc_old) <= np.abs(dc)))


# --- What goes wrong: one line of the way back is another ---


def _changed(change):
    """Make a wrong answer by a change to the parts, before they are multiplied together."""

    def answer(dh, dc, x, h, c, W_xh, W_hh, b_h):
        a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o))
        g = np.tanh(a_g)
        p = {"dh": dh, "dc_in": dc, "c": c, "i": i, "f": f, "g": g, "o": o, "a_g": a_g}
        p |= {"x": x, "h": h, "W_xh": W_xh, "W_hh": W_hh}
        p["c_new"] = f * c + i * g
        p["tanh_c"] = np.tanh(p["c_new"])
        p["dc"] = dc + dh * o * (1 - p["tanh_c"] ** 2)
        p |= change.get("before", lambda p: {})(p)
        p["di"], p["df"], p["dg"] = p["dc"] * g, p["dc"] * c, p["dc"] * i
        p["do"] = dh * p["tanh_c"]
        p["si"], p["sf"], p["so"], p["sg"] = i * (1 - i), f * (1 - f), o * (1 - o), 1 - g**2
        p["dc_old"] = p["dc"] * f
        p |= change.get("gates", lambda p: {})(p)
        da = np.concatenate([p[f"d{k}"] * p[f"s{k}"] for k in change.get("order", "ifgo")], axis=1)
        return da @ W_xh.T, da @ W_hh.T, p["dc_old"]

    return answer


def _before(made):
    return _changed({"before": made})


def _gates(made):
    return _changed({"gates": made})


lstm_step_backward.mistake(
    "The cell without its way through h",
    "Your cell gets only what comes from the next cell. It is also shown in h: a part of `dh` "
    "comes through the tanh to the cell.",
    _before(lambda p: {"dc": p["dc_in"]}),
)

lstm_step_backward.mistake(
    "The cell without what comes from the next step",
    "Your cell gets only what comes through h. `dc` comes from the next step, and is added.",
    _before(lambda p: {"dc": p["dc"] - p["dc_in"]}),
)

lstm_step_backward.mistake(
    "tanh forgotten on the cell",
    "The cell is shown as tanh(c): on the way back comes its slope, 1 − tanh(c)².",
    _before(lambda p: {"dc": p["dc_in"] + p["dh"] * p["o"]}),
    _before(lambda p: {"dc": p["dc_in"] + p["dh"] * p["o"] * (1 - p["c_new"] ** 2)}),
    _gates(lambda p: {"do": p["dh"] * p["c_new"]}),
)

lstm_step_backward.mistake(
    "The output gate forgotten on the way to the cell",
    "What comes through h to the cell has passed the output gate: it multiplies on the way back "
    "as well.",
    _before(lambda p: {"dc": p["dc_in"] + p["dh"] * (1 - p["tanh_c"] ** 2)}),
)

lstm_step_backward.mistake(
    "Forget and input gate exchanged",
    "Forget and input gate are exchanged on the way back: the forget gate multiplied the old cell, "
    "the input gate the candidate.",
    _gates(lambda p: {"di": p["df"], "df": p["di"]}),
    _gates(lambda p: {"dc_old": p["dc"] * p["i"]}),
    _changed({"order": "figo"}),
)

lstm_step_backward.mistake(
    "Nothing forgotten",
    "You hand the gradient of the cell on as it is. The forget gate multiplied the old cell.",
    _gates(lambda p: {"dc_old": p["dc"]}),
)

lstm_step_backward.mistake(
    "The old cell without the way through h",
    "Your gates are right. The gradient of the old cell takes all that has come to the new one, "
    "also what came through h.",
    _gates(lambda p: {"dc_old": p["dc_in"] * p["f"]}),
)

lstm_step_backward.mistake(
    "The gates' slopes forgotten",
    "A slope is missing: a gradient by a gate, or by the candidate, is not yet one by the sum that "
    "its sigmoid or tanh took. Multiply by s (1 − s) for a gate s, by 1 − g² for the candidate.",
    _gates(lambda p: {"si": 1.0, "sf": 1.0, "so": 1.0}),
    _gates(lambda p: {"sg": 1.0}),
    _gates(lambda p: {"si": 1.0, "sf": 1.0, "so": 1.0, "sg": 1.0}),
)

lstm_step_backward.mistake(
    "A sigmoid's slope for the candidate",
    "The candidate has passed tanh: its slope is 1 − g².",
    _gates(lambda p: {"sg": p["g"] * (1 - p["g"])}),
    _gates(lambda p: {"sg": 1 - p["g"]}),
    _gates(lambda p: {"sg": 1 - p["a_g"] ** 2}),
)

lstm_step_backward.mistake(
    "The new cell at the forget gate",
    "The forget gate multiplied the cell before the step, not the new one.",
    _gates(lambda p: {"df": p["dc"] * p["c_new"]}),
    _gates(lambda p: {"df": p["dc"] * np.tanh(p["c"])}),
)

lstm_step_backward.mistake(
    "The blocks in another order",
    "Each block is right, but they stand in another order than in the weights: i f g o.",
    _changed({"order": "ifog"}),
    _changed({"order": "fiog"}),
    _changed({"order": "ofig"}),
)

lstm_step_backward.mistake(
    "The output gate forgotten",
    "Your output gate gets nothing. It multiplied tanh(c) on the way to h.",
    _gates(lambda p: {"do": 0 * p["do"]}),
)

lstm_step_backward.mistake(
    "Only through the cell",
    "You left the ways through the gates out of `dh_old`: the state before the step enters all "
    "four.",
    lambda *a: (lambda dx, dh, dc: (dx, 0 * dh, dc))(*lstm_step_backward(*a)),
)
