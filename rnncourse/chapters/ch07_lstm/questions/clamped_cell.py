"""An LSTM one of whose cells is held at a value."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("07-hold", 6, "One cell held at a value", "build", returns="hs")
def hold(xs, W_xh, W_hh, b_h, cell, value):
    """Return the states of an LSTM one of whose cells is held, `(T, H)`."""
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
def _sample_inputs(rng):
    sizes = (1, 1, 2, 0.7), (3, 2, 2, -1.2), (6, 3, 4, 2.0), (9, 2, 5, 0.4)
    for T, D, H, value in (*sizes, (*rng.integers(3, 12, size=3), 0.9)):
        weights = (rng.normal(size=s) for s in ((D, 4 * H), (H, 4 * H), 4 * H))
        cell = int(rng.integers(3 if H == 5 else 0, H))
        yield rng.normal(size=(T, D)), *weights, cell, value


@hold.property("with an open output gate the held cell shows tanh of its value, times the gate")
def _shows_held_value(arguments, hs):
    """The held cell's entry of h has the sign of the value at every step, and is smaller than
    tanh of it: the output gate still acts."""
    *_, cell, value = arguments
    outputs = hs[:, cell] * np.sign(value)
    return np.all(outputs >= -1e-9) and np.all(outputs <= abs(np.tanh(value)) + 1e-9)


hold.mistake("Not held at all", {"c[cell] = value": "pass"})(
    "This is the LSTM as it is: the cell is not held."
)

hold.mistake("The hidden state, not the cell")(
    "You set an entry of h. The cell goes on as before, and the output gate has no say. Set the "
    "entry of c, and let h follow from it.",
    {"c[cell] = value": "pass", "hs.append": "h[cell] = value\n        hs.append"},
    {"c[cell] = value": "pass", "hs.append": "h[cell] = np.tanh(value)\n        hs.append"},
)

hold.mistake("Held too late to be seen")(
    "You set the cell after h was computed. Then h does not show the value at this step. Set it "
    "before.",
    {"c[cell] = value": "pass", "hs.append(h)": "hs.append(h)\n        c[cell] = value"},
)

hold.mistake("Held before the step")(
    "You set the cell before the step: the forget gate then shrinks the value, and the input gate "
    "adds to it. After the update of c it must be exactly the value.",
    {"* c +": "* np.where(np.arange(len(c)) == cell, value, c) +", "c[cell] = value": "pass"},
)

hold.mistake("Zero in the place of the value", {"= value": "= 0"})(
    "You set the cell to 0. Zero is a value like any other, and may be one that the cell never "
    "has. Set it to `value`."
)

hold.mistake("The value added", {"= value": "+= value"})(
    "You add the value to the cell. It should be the value."
)

hold.mistake("Only at the first step, or at the last")(
    "You hold the cell at one step only. Hold it at every step: what it was before must not come "
    "back.",
    {"x in xs": "t, x in enumerate(xs)", "= value": "= c[cell] if t else value"},
    {"x in xs": "t, x in enumerate(xs, 1)", "= value": "= c[cell] if t < len(xs) else value"},
)

hold.mistake("The wrong cell", {"[cell]": "[(cell + 1) % len(c)]"}, {"[cell]": "[:]"})(
    "You hold another cell, or all of them. Cells are counted from 0."
)

hold.mistake("The gates in another order")(
    "Your gates stand in another order. It is i f g o: input, forget, candidate, output.",
    {"i, f, g, o": "i, f, o, g"},
    {"i, f, g, o": "f, i, g, o"},
)

hold.mistake("Left out of the readout only")(
    "You run the LSTM as it is, and change what it shows afterwards. The gates of the next step "
    "see h, too: the change has to be made as it runs.",
    {
        "c[cell] = value": "pass",
        "append(h)": "append(np.where(np.arange(len(h)) == cell, sigmoid(o) * np.tanh(value), h))",
    },
)

hold.mistake("Set before the first step alone")(
    "You set the cell once, before the first step. It is set anew at every step, after the update.",
    {
        "        c[cell] = value\n": "",
        "hs = []": "hs, c = [], np.where(np.arange(len(h)) == cell, value, c)",
    },
)

hold.mistake("No tanh on the cell", {"np.tanh(c)": "c"})(
    "Your h is the output gate times the cell. The cell goes through tanh first."
)

hold.mistake("The cells returned", {"append(h)": "append(c)"})(
    "You return the cells. Asked for are the states, `h`."
)

hold.mistake("Cells counted from 1", {"c[cell]": "c[cell - 1]"})(
    "You hold the cell before the one that is asked for. They are counted from 0."
)

hold.mistake("No state in the gates", {" + h @ W_hh": ""})(
    "Your gates do not see the state of the step before: `h @ W_hh` is missing."
)

hold.mistake("Held behind the state, and shown late")(
    "You computed `h` before the cell was held, and handed on one that was computed after. The "
    "state that you return is the one that the next step reads.",
    {
        "        c[cell] = value\n": "",
        "hs.append(h)": "hs.append(h)\n        c[cell] = value\n"
        "        h = sigmoid(o) * np.tanh(c)",
    },
)
