"""Gates that see gates."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("08-recurrent", 5, "Gates that see gates", "build", returns="gates")
def recurrent_gates(a, R):
    """Return the gates of every step, `(T, B, G)`."""
    g, gates = np.zeros_like(sum(a)), []
    for a_t in a:
        g = sigmoid(a_t + g @ R)
        gates.append(g)
    return np.stack(gates)


@recurrent_gates.inputs
def _sample_inputs(rng):
    sizes = rng.integers((13, 2, 2), (16, 9, 9)) * (1, 1, 3)
    for T, B, G in ((2, 1, 3), (4, 2, 6), (3, 3, 3), (5, 2, 9), sizes):
        yield rng.normal(0, 1.5, (T, B, G)), rng.normal(0, 1.5, (G, G))


@recurrent_gates.property("a gate lies between 0 and 1")
def _is_gate(arguments, gates):
    """The sigmoid comes last: what a gate sees of the other gates is in the sum before it."""
    return np.all((gates >= 0) & (gates <= 1))


@recurrent_gates.property("the first gates are sigmoid(a[0])")
def _starts_with_sigmoid(arguments, gates):
    """Before the first step all gates were 0, and 0 @ R is 0."""
    return np.allclose(gates[0], sigmoid(arguments[0][0]), atol=1e-5)


recurrent_gates.mistake("They see what went into the sigmoid")(
    "You hand on the sums, not the gates. A gate sees the other gates, between 0 and 1.",
    {"sigmoid": "", "append(g)": "append(sigmoid(g))"},
)

recurrent_gates.mistake("Open before the first step")(
    "Your gates were open, or half open, before the first step. Here they were 0.",
    {"np.zeros_like": "0.5 + np.zeros_like"},
    {"zeros_like": "ones_like"},
)

recurrent_gates.mistake("The matrix turned", {"@ R": "@ R.T"})(
    "Your matrix is transposed: vectors are rows, and R stands on their right."
)

recurrent_gates.mistake("Each gate sees itself alone", {"@ R": "@ np.diag(np.diag(R))"})(
    "You took the diagonal of R. Each gate sees all gates of all units: nine full matrices."
)

recurrent_gates.mistake("Through tanh")(
    "You hand on tanh of the sums. Gates go through the sigmoid.",
    {"sigmoid": "", "append(g)": "append(sigmoid(g))\n        g = np.tanh(g)"},
)

recurrent_gates.mistake("One step late")(
    "Your gates come one step late: you return those of before each step. The first row is the "
    "gates of the first step.",
    {"g = sigmoid": "gates.append(g)\n        g = sigmoid", "R)\n        gates.append(g)": "R)"},
)

recurrent_gates.mistake("One array for all steps", lambda a, R: 0 * a + recurrent_gates(a, R)[-1])(
    "All your rows are the gates of the last step. If you change one array in place, whatever "
    "holds it changes too: make a new one at each step, or keep a copy."
)


@recurrent_gates.mistake("One step back and no further")
def _see_one_step_back(a, R):
    """Your gates see what those of the step before would be if these saw none themselves. What is
    handed on are the gates with all that they have seen."""
    previous_gates = np.concatenate([0 * a[:1], sigmoid(a[:-1])])
    return sigmoid(a + previous_gates @ R)


recurrent_gates.mistake("Along the batch")(
    "You go along the batch. Time is the first axis: rows of the batch never see each other.",
    lambda a, R: recurrent_gates(a.swapaxes(0, 1), R).swapaxes(0, 1),
)

recurrent_gates.mistake("The sign in the sigmoid", lambda a, R: recurrent_gates(-a, -R))(
    "Your sigmoid falls: it is 1 / (1 + exp(-a)), with a minus."
)

recurrent_gates.mistake("No recurrence", lambda a, R: sigmoid(a + 0 * a @ R))(
    "Your gates see no gates at all."
)

recurrent_gates.mistake("The gates of the same step", lambda a, R: sigmoid(a + sigmoid(a) @ R))(
    "You used what the gates would be in the same step. They see those of the step before."
)

recurrent_gates.mistake("No sigmoid", {"sigmoid": ""})(
    "Your gates are sums. They go through the sigmoid: a gate lies between 0 and 1."
)

recurrent_gates.mistake("A tanh for the sigmoid", {"sigmoid": "np.tanh"})(
    "Your gates go through tanh. A gate lies between 0 and 1: it goes through the sigmoid."
)
