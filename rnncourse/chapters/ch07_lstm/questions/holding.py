"""An LSTM one of whose cells is held at a value."""

import numpy as np

from rnncourse.grading.writing import question


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


@question("07-hold", number=6, level="build", points=3, returns="hs")
def hold(xs, W_xh, W_hh, b_h, cell, value):
    """One cell held at a value."""
    h = c = np.zeros(W_hh.shape[0])
    hs = []
    for x in xs:
        i, f, g, o = np.split(x @ W_xh + h @ W_hh + b_h, 4)
        c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
        c[cell] = value
        h = _sigmoid(o) * np.tanh(c)
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


def _held(after=None, before=None, shown=None, which=lambda t, T: True, order=(0, 1, 2, 3)):
    """Make a wrong answer: what is done to c before a step, after it, and to h.

    Args:
        after: Changes c after the step, given c, cell and value.
        before: Changes c before the step.
        shown: Changes h.
        which: At which steps, of t and T.
        order: Where i, f, g and o stand.
    """

    def answer(xs, W_xh, W_hh, b_h, cell, value):
        h = c = np.zeros(W_hh.shape[0])
        hs = []
        for t, x in enumerate(xs):
            now = which(t, len(xs))
            c = np.array(c)
            if before and now:
                before(c, cell, value)
            blocks = np.split(x @ W_xh + h @ W_hh + b_h, 4)
            i, f, g, o = (blocks[n] for n in order)
            c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
            if after and now:
                after(c, cell, value)
            h = _sigmoid(o) * np.tanh(c)
            if shown and now:
                shown(h, cell, value)
            hs.append(h)
        return np.array(hs)

    return answer


def _set(a, cell, value):
    a[cell] = value


def _zero(a, cell, value):
    a[cell] = 0


def _add(a, cell, value):
    a[cell] += value


def _next(a, cell, value):
    a[(cell + 1) % len(a)] = value


def _all(a, cell, value):
    a[:] = value


def _free(*given):
    """The LSTM as it is."""
    return _held()(*given)


hold.mistake(
    "Not held at all",
    "This is the LSTM as it is: the cell is not held.",
    _held(),
)

hold.mistake(
    "The hidden state, not the cell",
    "You set an entry of h. The cell goes on as before, and the output gate has no say. Set the "
    "entry of c, and let h follow from it.",
    _held(shown=_set),
    _held(shown=lambda h, cell, value: _set(h, cell, np.tanh(value))),
)

hold.mistake(
    "Held too late to be seen",
    "You set the cell after h was computed. Then h does not show the value at this step. Set it "
    "before.",
    _held(before=_set, which=lambda t, T: t > 0),
)

hold.mistake(
    "Held before the step",
    "You set the cell before the step: the forget gate then shrinks the value, and the input gate "
    "adds to it. After the update of c it must be exactly the value.",
    _held(before=_set),
)

hold.mistake(
    "Zero in the place of the value",
    "You set the cell to 0. Zero is a value like any other, and may be one that the cell never "
    "has. Set it to `value`.",
    _held(after=_zero),
)

hold.mistake(
    "The value added",
    "You add the value to the cell. It should be the value.",
    _held(after=_add),
)

hold.mistake(
    "Only at the first step, or at the last",
    "You hold the cell at one step only. Hold it at every step: what it was before must not come "
    "back.",
    _held(after=_set, which=lambda t, T: t == 0),
    _held(after=_set, which=lambda t, T: t == T - 1),
)

hold.mistake(
    "The wrong cell",
    "You hold another cell, or all of them. Cells are counted from 0.",
    _held(after=_next),
    _held(after=_all),
)

hold.mistake(
    "The gates in another order",
    "Your gates stand in another order. It is i f g o: input, forget, candidate, output.",
    _held(after=_set, order=(0, 1, 3, 2)),
    _held(after=_set, order=(1, 0, 2, 3)),
)


@hold.mistake("Left out of the readout only")
def _(xs, W_xh, W_hh, b_h, cell, value):
    """You run the LSTM as it is, and change what it shows afterwards. The gates of the next step
    see h, too: the change has to be made as it runs."""
    i = np.array(_free(xs, W_xh, W_hh, b_h, cell, value))
    h = c = np.zeros(W_hh.shape[0])
    for t, x in enumerate(xs):
        a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4)
        c = _sigmoid(a_f) * c + _sigmoid(a_i) * np.tanh(a_g)
        h = _sigmoid(a_o) * np.tanh(c)
        i[t, cell] = _sigmoid(a_o)[cell] * np.tanh(value)
    return i
