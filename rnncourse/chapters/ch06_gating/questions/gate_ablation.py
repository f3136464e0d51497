"""A cell that has some of the three gates."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("06-without", 3, "A cell that lacks gates", "build", returns="hs cs")
def run_cell(xs, W_xh, W_hh, b_h, gates):
    """Return the states and the memories of a cell with some gates, both `(T, B, H)`."""
    h = c = np.zeros((xs.shape[1], len(W_hh)))
    hs, cs = [], []
    for x in xs:
        a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1)
        i = sigmoid(a_i) if "i" in gates else 1.0
        f = sigmoid(a_f) if "f" in gates else 1.0
        o = sigmoid(a_o) if "o" in gates else 1.0
        c = f * c + i * np.tanh(a_g)
        h = o * np.tanh(c)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@run_cell.inputs
def _sample_inputs(rng):
    yield (*_sample_network(rng, 2, 1, 1, 1), "ifo")
    for gates in ("", "i", "f", "o"):
        yield (*_sample_network(rng, 3, 2, 2, 3), gates)
    for gates in ("if", "fo", "io", "ifo"):
        yield (*_sample_network(rng, 5, 2, 3, 2), gates)
    yield (*_sample_network(rng, *rng.integers((13, 3, 3, 3), 16)), "io")


def _sample_network(rng, T, B, D, H):
    shapes = (T, B, D), (D, 4 * H), (H, 4 * H), (4 * H,)
    return tuple(rng.normal(size=shape) for shape in shapes)


@run_cell.property("with no gate at all, c grows by less than 1 a step, and h is tanh(c)")
def _grows_slowly_without_gates(arguments, hs, cs):
    """A gate that is missing is open: it multiplies by 1."""
    changes = np.abs(np.diff(cs, axis=0, prepend=np.zeros_like(cs[:1])))
    return arguments[-1] != "" or (np.all(changes <= 1 + 1e-6) and np.allclose(hs, np.tanh(cs)))


run_cell.mistake("A missing gate that is shut", {"1.0": ("0.0", 3)})(
    "A gate that is missing lets nothing pass in your cell. Without a gate there is nothing in the "
    "way: by what is multiplied then?"
)

run_cell.mistake("A missing gate that is half open", {"1.0": ("0.5", 3)})(
    "A gate that is missing is half open in your cell, as if its weights were 0. Without the gate "
    "nothing is multiplied at all."
)

run_cell.mistake("All gates, whatever is asked", lambda *args: run_cell(*args[:4], "ifo"))(
    "Your cell has all three gates, whatever `gates` says."
)

run_cell.mistake("The wrong gates left out", {"in gates": ("not in gates", 3)})(
    "`gates` names the gates that are there. You left those out."
)

run_cell.mistake("Forget and input exchanged")(
    "Input and forget gate have changed places: in the columns, in the names, or in the update.",
    {"a_i, a_f": "a_f, a_i"},
    {"f * c + i": "i * c + f"},
)

run_cell.mistake("The blocks in another order")(
    "The blocks of columns are in the order i, f, g, o. Yours are in another one.",
    {"a_i, a_f, a_g, a_o": "a_i, a_f, a_o, a_g"},
    {"a_i, a_f, a_g, a_o": "a_g, a_i, a_f, a_o"},
    {"a_i, a_f, a_g, a_o": "a_f, a_i, a_o, a_g"},
    {"a_i, a_f, a_g, a_o": "a_o, a_i, a_f, a_g"},
)

run_cell.mistake("1 - f in the place of f", {"f * c": "(1 - f) * c"})(
    "Your forget gate clears the memory where it is 1. It says how much stays."
)

run_cell.mistake("The memory shown without tanh", {"np.tanh(c)": "c"})(
    "The memory is right at first, but `hs` is not: what is shown goes through tanh, then through "
    "the output gate."
)

run_cell.mistake("The candidate without tanh", {"np.tanh(a_g)": "a_g"})(
    "What is written has no bound in your cell: the candidate goes through tanh."
)

run_cell.mistake("The candidate through a sigmoid", {"np.tanh(a_g)": "sigmoid(a_g)"})(
    "Your candidate is never negative. Only gates go through the sigmoid."
)

run_cell.mistake("Gates that see the memory")(
    "You multiply the memory by `W_hh`. The next step sees `h`, what the output gate has let out.",
    {"h @ W_hh": "c @ W_hh"},
    {"h @ W_hh": "np.tanh(c) @ W_hh"},
)

run_cell.mistake("Nothing comes back", {" + h @ W_hh": ""})(
    "Your cell does not see its own state: `h` of the step before takes part in every sum."
)

run_cell.mistake("The candidate sees the input only")(
    "Your candidate does not see `h`. It is a sum as those of the gates are.",
    {"tanh(a_g": "tanh(a_g - h @ np.split(W_hh, 4, axis=1)[2]"},
)

run_cell.mistake("Written first, then cleared")(
    "You cleared after you had written, so that what is new is cleared as well.",
    {"f * c + i * np.tanh(a_g)": "f * (c + i * np.tanh(a_g))"},
)

run_cell.mistake("The output gate inside tanh", {"o * np.tanh(c)": "np.tanh(o * c)"})(
    "The output gate multiplies what tanh has made of the memory. You multiplied before tanh."
)

run_cell.mistake("The state of the memory before")(
    "Your state shows the memory of the step before. Update the memory first, and show the new "
    "one.",
    {
        "c = f * c + i * np.tanh(a_g)\n        h = o * np.tanh(c)": "h = o * np.tanh(c)\n"
        "        c = f * c + i * np.tanh(a_g)"
    },
)

run_cell.mistake("The memory is gated as well")(
    "Your output gate changes the memory itself. It changes what is shown; the memory is handed on "
    "as it is.",
    {"f * c + i * np.tanh(a_g)": "o * (f * c + i * np.tanh(a_g))", "o * np.tanh(c)": "np.tanh(c)"},
)
