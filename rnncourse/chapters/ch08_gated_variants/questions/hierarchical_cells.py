"""Two questions on what the page draws and does not compute: a cell in a cell, and a peephole."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("08-inside", 3, "A cell inside another", "apply", returns="W_full b_full P_full")
def inside(W, b, P):
    """Return W, b and P of an LSTM that does what coupled gates do."""
    f, g, o = np.split(W, 3, axis=1)
    b_f, b_g, b_o = np.split(b, 3)
    return np.hstack([-f, f, g, o]), np.hstack([-b_f, b_f, b_g, b_o]), np.stack([-P[0], *P])


@inside.inputs
def _sample_inputs(rng):
    for D, H in ((1, 1), (2, 1), (2, 3), rng.integers((4, 9), 30)):
        yield rng.normal(size=(D + H, 3 * H)), rng.normal(size=3 * H), rng.normal(size=(2, H))


@inside.property("input and forget gate add up to 1 for every input")
def _has_coupled_gates(arguments, W, b, P):
    """One is the sigmoid of what the other is, with the sign turned."""
    H = len(b) // 4
    return (
        np.allclose(W[:, :H], -W[:, H : 2 * H], atol=1e-6)
        and np.allclose(b[:H], -b[H : 2 * H], atol=1e-6)
        and np.allclose(P[0], -P[1], atol=1e-6)
    )


inside.mistake("The same gate twice", {"[-": ("[", 3)})(
    "Your input gate is open when the forget gate is. It should be shut then: σ(−a) = 1 − σ(a)."
)

inside.mistake("One minus, before the sigmoid", {"[-b_f": "[1 - b_f"})(
    "You took 1 − a before the sigmoid. What is wanted is 1 − σ(a), and that is σ(−a)."
)

inside.mistake("The bias keeps its sign", {"[-b_f": "[b_f"})(
    "You turned the matrices and not the bias. It is a part of the sum like any other."
)

inside.mistake("The peephole keeps its sign", {"[-P": "[P"}, {"[-P": "[0 * P"})(
    "You turned matrices and bias and not the peephole. It is a part of the sum like any other."
)

inside.mistake("Blocks in another order")(
    "Your blocks stand in another order. Here it is i f g o.",
    {"-f, f": "f, -f", "-b_f, b_f": "b_f, -b_f"},
    {"g, o]": "o, g]", "b_g, b_o]": "b_o, b_g]"},
)


@question("08-slope", 4, "What a peephole does to the carousel", "build", returns="slope")
def slope(c, a_i, a_f, a_g, p_i, p_f):
    """Return how the new cell moves with the old one, unit by unit, in c's shape."""
    i, f, g = sigmoid(a_i + p_i * c), sigmoid(a_f + p_f * c), np.tanh(a_g)
    return f + p_f * c * f * (1 - f) + p_i * g * i * (1 - i)


@slope.inputs
def _sample_cases(rng):
    ones, zeros = np.ones((1, 1)), np.zeros(1)
    yield 2 * ones, 0 * ones, 0 * ones, ones, zeros, zeros
    for B, H in ((1, 1), (1, 2), (2, 3), (4, 2), rng.integers((13, 3), 20)):
        yield *rng.normal(0, 1.5, (4, B, H)), *rng.normal(0, 1.5, (2, H))


@slope.property("without peepholes it is the forget gate")
def _is_forget_gate_without_peepholes(arguments, slope):
    """Where both peepholes are 0, a cell passes on the share that it keeps."""
    _, _, a_f, _, p_i, p_f = arguments
    has_no_peephole = (p_i == 0) & (p_f == 0)
    return np.allclose(slope[:, has_no_peephole], sigmoid(a_f)[:, has_no_peephole], atol=1e-6)


slope.mistake("The forget gate alone", {" + p_f * c * f * (1 - f) + p_i * g * i * (1 - i)": ""})(
    "That is the slope without peepholes. With them the cell moves the gates too, and these move "
    "the next cell."
)

slope.mistake("No slope along the cell", {"return f + ": "return "})(
    "You have what the peepholes add, and not what the cell passes on itself: the forget gate."
)

slope.mistake("One of two gates")(
    "You let one gate move with the cell and not the other. Both have a peephole.",
    {" + p_f * c * f * (1 - f)": ""},
    {" + p_i * g * i * (1 - i)": ""},
)

slope.mistake("Gates that do not look", {"a_i + p_i * c": "a_i", "a_f + p_f * c": "a_f"})(
    "You left the peephole out of the gates themselves: they are σ(a + p c)."
)

slope.mistake("No tanh", {"np.tanh": ""})("The candidate goes through tanh before it is written.")

slope.mistake("The sigmoid's slope", {" * (1 - f)": "", " * (1 - i)": ""})(
    "The slope of σ is σ (1 − σ), not σ."
)

slope.mistake("The peephole's weight left out")(
    "The gate sees the cell times its peephole, so the peephole is a factor of the gate's slope.",
    {"p_f * c * f": "c * f", "p_i * g * i": "g * i"},
    {"p_f * c * f": "c * f"},
    {"p_i * g * i": "g * i"},
)

slope.mistake("What the gate multiplies left out", {"p_f * c * f": "p_f * f"})(
    "A gate that moves changes what it multiplies: the old cell at the forget gate, and the "
    "candidate at the input gate. One of these factors is missing.",
    {"p_i * g * i": "p_i * i"},
)

slope.mistake("The input gate's part subtracted", {"+ p_i * g": "- p_i * g"})(
    "You subtracted what the input gate adds. Here the gates are not coupled."
)

slope.mistake(
    "The slope of tanh for the gates", {"f * (1 - f)": "(1 - f**2)", "i * (1 - i)": "(1 - i**2)"}
)("You took the slope of tanh. The gates are sigmoids: σ (1 − σ).")

slope.mistake("The peepholes exchanged", lambda c, *a: slope(c, *a[:3], a[4], a[3]))(
    "The two peepholes are exchanged.",
    {"p_f * c * f": "p_i * c * f", "p_i * g * i": "p_f * g * i"},
    {"a_i + p_i * c": "a_i + p_f * c", "a_f + p_f * c": "a_f + p_i * c"},
)
