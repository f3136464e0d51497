"""A gated unit whose weights are set by hand, for a task that needs all three gates."""

import numpy as np

from rnncourse.grading.writing import question


@question("06-hand", 4, "One unit, set by hand", "build", returns="W_xh W_hh b_h W_y")
def set_unit(strength, scale):
    """Return W_xh, `(4, 4)`, W_hh, b_h and W_y, with which one unit does the task."""
    W_xh, b_h = np.zeros((4, 4)), np.zeros(4)
    W_xh[1, 0], b_h[0] = 2 * strength, -strength
    W_xh[2, 1], b_h[1] = -2 * strength, strength
    W_xh[0, 2] = scale
    W_xh[3, 3], b_h[3] = 2 * strength, -strength
    return W_xh, np.zeros((1, 4)), b_h, 1 / scale


@set_unit.inputs
def _sample_inputs(rng):
    yield 20.0, 0.125
    yield 9.0, 0.5
    yield rng.uniform(3, 30), rng.uniform(0.01, 0.2)
    yield rng.uniform(3, 30), rng.uniform(0.01, 0.2)


@set_unit.property("each of the four sums sees one of the four inputs")
def _gives_each_sum_one_input(arguments, W_xh, W_hh, b_h, W_y):
    """Which input does each gate need to know, and which the candidate? No other one."""
    is_used = np.abs(W_xh) > 1e-6
    return np.all(is_used.sum(0) == 1) and np.all(is_used.sum(1) == 1)


@set_unit.property("the unit needs nothing from the step before but its memory")
def _has_no_recurrent_weights(arguments, W_xh, W_hh, b_h, W_y):
    """The carry is in the cell already, with no weight: what would `W_hh` be for?"""
    return np.all(np.abs(W_hh) < 1e-5)


set_unit.mistake("Forget and input exchanged")(
    "Input and forget gate have changed places. The blocks of columns are in the order i, f, g, o.",
    {"[1, 0], b_h[0]": "[1, 1], b_h[1]", "[2, 1], b_h[1]": "[2, 0], b_h[0]"},
)

set_unit.mistake("The blocks in another order")(
    "Your gates are right, and stand in other columns than the order i, f, g, o asks for.",
    {"[0, 2]": "[0, 3]", "[3, 3], b_h[3]": "[3, 2], b_h[2]"},
    {"[2, 1], b_h[1]": "[2, 2], b_h[2]", "[1, 0], b_h[0]": "[1, 1], b_h[1]", "[0, 2]": "[0, 0]"},
    {
        "[1, 0], b_h[0]": "[1, 1], b_h[1]",
        "[2, 1], b_h[1]": "[2, 0], b_h[0]",
        "[0, 2]": "[0, 3]",
        "[3, 3], b_h[3]": "[3, 2], b_h[2]",
    },
)

set_unit.mistake("Inputs in the columns", {"return W_xh": "return W_xh.T"})(
    "Your matrix is transposed. An input has a row of `W_xh`, a gate a column."
)

set_unit.mistake("A reset that opens the forget gate")(
    "Your forget gate opens at a reset, and is shut else. Where should it be 1, so that the memory "
    "stays?",
    {"-2 * strength, strength": "2 * strength, -strength"},
)

GATE_LINES = (
    "b_h[0] = 2 * strength, -strength",
    "b_h[1] = -2 * strength, strength",
    "b_h[3] = 2 * strength, -strength",
)
"""How the right answer sets each of them."""

set_unit.mistake("Half open where nothing is flagged")(
    "Without its flag a gate of yours is half open: the sigmoid of 0 is a half. A bias has to shut "
    "it, and in the case of the forget gate to open it.",
    {"2 * strength, -strength": ("strength, 0", 2), "2 * strength, strength": "strength, 0"},
    {"strength, -strength": ("strength, 0", 2), "strength, strength": "strength, 0"},
    *({gate: gate.split(",")[0].replace("2 * ", "") + ", 0"} for gate in GATE_LINES),
    *({gate: gate.split(",")[0] + ", 0"} for gate in GATE_LINES),
)

set_unit.mistake("Half open where something is flagged")(
    "With its flag a gate of yours gets a sum of 0, and is half open. The weight has to outdo the "
    "bias and leave the full strength on the other side.",
    {"2 * strength": ("strength", 3)},
    *({gate: gate.replace("2 * ", "")} for gate in GATE_LINES),
)

set_unit.mistake("Half of the strength")(
    "The sums of your gates are half as strong as asked for.",
    {"W_xh, b_h =": "strength = strength / 2\n    W_xh, b_h ="},
)

set_unit.mistake("An output gate that is always open")(
    "Your unit answers whether it is asked or not.",
    {"b_h[3] = 2 * strength, -strength": "b_h[3] = 0, strength"},
    {"b_h[3] = 2 * strength, -strength": "b_h[3] = 0, 0"},
)

set_unit.mistake("An input gate that is always open")(
    "Your unit writes noise as well: the values without a mark have to stay outside.",
    {"b_h[0] = 2 * strength, -strength": "b_h[0] = 0, strength"},
    {"b_h[0] = 2 * strength, -strength": "b_h[0] = 0, 0"},
)

set_unit.mistake("A forget gate that is always open")(
    "Your unit never begins anew.",
    {"b_h[1] = -2 * strength, strength": "b_h[1] = 0, strength"},
    {"b_h[1] = -2 * strength, strength": "b_h[1] = 0, 0"},
)

set_unit.mistake("Mark and reset exchanged", {"[1, 0]": "[2, 0]", "[2, 1]": "[1, 1]"})(
    "Your input gate waits for a reset, and your forget gate for a mark."
)

set_unit.mistake("The scale not undone", {"1 / scale": "1.0"}, {"1 / scale": "scale"})(
    "The memory holds `scale` times the sum. What has the readout to multiply by?"
)

set_unit.mistake("Values that are not made small")(
    "Your candidate gets the value itself. There tanh is no straight line: it needs `scale`.",
    {"= scale": "= 1.0", "1 / scale": "1.0"},
    {"= scale": "= 1.0"},
)

set_unit.mistake("The carry as a weight")(
    "You gave the unit a weight from itself to itself, so that it keeps its state. The forget gate "
    "keeps the memory; with `W_hh` the state would be written once more.",
    {"np.zeros((1, 4))": "np.array([[0.0, 0, 1, 0]])"},
    {"zeros((1, 4))": "ones((1, 4))"},
)
