"""An LSTM one of whose cells is held at a value."""

import numpy as np

from rnncourse.core.arithmetic import sigmoid
from rnncourse.grading.writing import question


@question("07-hold", number=6, level="build", points=3, returns="hs")
def hold(xs, W_xh, W_hh, b_h, cell, value):
    """One cell held at a value."""
    h = c = np.zeros(W_hh.shape[0])
    hs = []
    for x in xs:
        i, f, g, o = np.split(x @ W_xh + h @ W_hh + b_h, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        c[cell] = value
        h = sigmoid(o) * np.tanh(c)
        hs.append(h)
    return np.array(hs)


@hold.inputs
def _(rng):
    sizes = (1, 1, 2, 0.7), (3, 2, 2, -1.2), (6, 3, 4, 2.0), (9, 2, 5, 0.4)
    for T, D, H, value in (*sizes, (*rng.integers(3, 12, size=3), 0.9)):
        weights = (rng.normal(size=s) for s in ((D, 4 * H), (H, 4 * H), 4 * H))
        cell = int(rng.integers(3 if H == 5 else 0, H))
        yield rng.normal(size=(T, D)), *weights, cell, value


@hold.truth("with an open output gate the held cell shows tanh of its value, times the gate")
def _(arguments, hs):
    """The held cell's entry of h has the sign of the value at every step, and is smaller than
    tanh of it: the output gate still acts."""
    *_, cell, value = arguments
    shown = hs[:, cell] * np.sign(value)
    return np.all(shown >= -1e-9) and np.all(shown <= abs(np.tanh(value)) + 1e-9)


# --- What goes wrong: what is held, when, and at what ---


def _set(a, cell, value):
    """Return a copy with this value in one cell, or in some."""
    a = np.array(a)
    a[cell] = value
    return a


def _same(a, cell, value):
    return a


def _held(after=_same, before=_same, shown=_same, which=lambda t, T: True, order="ifgo"):
    """Make a wrong answer: what is done to c before a step, after it, and to h.

    Args:
        after: From c after the step, cell and value to the c that is kept.
        before: The same before the step.
        shown: The same of h.
        which: At which steps, of t and T.
        order: Of the blocks.
    """

    def answer(xs, W_xh, W_hh, b_h, cell, value):
        h = c = np.zeros(W_hh.shape[0])
        hs = []
        for t, x in enumerate(xs):
            now = which(t, len(xs))
            c = before(c, cell, value) if now else c
            blocks = np.split(x @ W_xh + h @ W_hh + b_h, 4)
            a = dict(zip(order, blocks, strict=True))
            c = sigmoid(a["f"]) * c + sigmoid(a["i"]) * np.tanh(a["g"])
            c = after(c, cell, value) if now else c
            h = sigmoid(a["o"]) * np.tanh(c)
            h = shown(h, cell, value) if now else h
            hs.append(h)
        return np.array(hs)

    return answer


hold.mistake("Not held at all", _held())("This is the LSTM as it is: the cell is not held.")

hold.mistake("The hidden state, not the cell")(
    "You set an entry of h. The cell goes on as before, and the output gate has no say. Set the "
    "entry of c, and let h follow from it.",
    _held(shown=_set),
    _held(shown=lambda h, cell, value: _set(h, cell, np.tanh(value))),
)

hold.mistake("Held too late to be seen", _held(before=_set, which=lambda t, T: t > 0))(
    "You set the cell after h was computed. Then h does not show the value at this step. Set it "
    "before."
)

hold.mistake("Held before the step", _held(before=_set))(
    "You set the cell before the step: the forget gate then shrinks the value, and the input gate "
    "adds to it. After the update of c it must be exactly the value."
)

hold.mistake("Zero in the place of the value")(
    "You set the cell to 0. Zero is a value like any other, and may be one that the cell never "
    "has. Set it to `value`.",
    _held(after=lambda c, cell, value: _set(c, cell, 0)),
)

hold.mistake("The value added", _held(after=lambda c, cell, value: _set(c, cell, c[cell] + value)))(
    "You add the value to the cell. It should be the value."
)

hold.mistake("Only at the first step, or at the last")(
    "You hold the cell at one step only. Hold it at every step: what it was before must not come "
    "back.",
    _held(after=_set, which=lambda t, T: t == 0),
    _held(after=_set, which=lambda t, T: t == T - 1),
)

hold.mistake("The wrong cell")(
    "You hold another cell, or all of them. Cells are counted from 0.",
    _held(after=lambda c, cell, value: _set(c, (cell + 1) % len(c), value)),
    _held(after=lambda c, cell, value: _set(c, slice(None), value)),
)

hold.mistake("The gates in another order")(
    "Your gates stand in another order. It is i f g o: input, forget, candidate, output.",
    _held(after=_set, order="ifog"),
    _held(after=_set, order="figo"),
)


@hold.mistake("Left out of the readout only")
def _(xs, W_xh, W_hh, b_h, cell, value):
    """You run the LSTM as it is, and change what it shows afterwards. The gates of the next step
    see h, too: the change has to be made as it runs."""
    i = np.array(_held()(xs, W_xh, W_hh, b_h, cell, value))
    h = c = np.zeros(W_hh.shape[0])
    for t, x in enumerate(xs):
        a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4)
        c = sigmoid(a_f) * c + sigmoid(a_i) * np.tanh(a_g)
        h = sigmoid(a_o) * np.tanh(c)
        i[t, cell] = sigmoid(a_o)[cell] * np.tanh(value)
    return i
