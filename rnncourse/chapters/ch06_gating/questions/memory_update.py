"""One update of a gated memory, from what its gates and its candidate get."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("06-update", 1, "A memory is cleared, and written to", "recall", returns="c_new")
def update_memory(c, a_i, a_f, a_g):
    """Return the memory after one step, in c's shape."""
    i, f = sigmoid(a_i), sigmoid(a_f)
    return f * c + i * np.tanh(a_g)


@update_memory.inputs
def _sample_inputs(rng):
    yield np.array([[2.0]]), np.array([[0.5]]), np.array([[-1.0]]), np.array([[1.5]])
    forget_sums = np.array([[30.0, -30.0]])
    yield np.array([[3.0, -3.0]]), np.full((1, 2), -30.0), forget_sums, np.ones((1, 2))
    yield tuple(2 * rng.normal(size=(4, 2, 3)))
    yield tuple(rng.normal(size=(4, 5, 1)))
    yield tuple(rng.normal(size=(4, *rng.integers((13, 2), 30))))


@update_memory.property("where input and forget gate are shut, nothing is left")
def _is_zero_with_shut_gates(arguments, c_new):
    """A gate is near 0 where its sum is far below 0."""
    _, a_i, a_f, _ = arguments
    return np.allclose(c_new[(a_i < -25) & (a_f < -25)], 0, atol=1e-5)


@update_memory.property("where the forget gate is open and the input gate shut, the memory stays")
def _keeps_memory(arguments, c_new):
    """A memory that is neither cleared nor written to is what it was."""
    c, a_i, a_f, _ = arguments
    is_kept = (a_i < -25) & (a_f > 25)
    return np.allclose(c_new[is_kept], c[is_kept], rtol=1e-5)


update_memory.mistake("Forget and input exchanged", {"f * c + i": "i * c + f"})(
    "The two gates have changed places. The forget gate multiplies what is in the memory, the "
    "input gate what is new."
)

update_memory.mistake("A gate of 1 that clears", {"f * c": "(1 - f) * c"})(
    "Your forget gate clears the memory where it is 1. The name misleads: it says how much stays."
)

update_memory.mistake("One gate for both parts", {"+ i": "+ (1 - f)"}, {"f * c": "(1 - i) * c"})(
    "You have used one gate twice: what is kept and what is written then add up to 1. Here the two "
    "gates are free of each other."
)

update_memory.mistake("The candidate not squashed", {"np.tanh": ""})(
    "Right but for the candidate: what is written goes through tanh before the gate."
)

update_memory.mistake("The candidate through a sigmoid")(
    "Your candidate is never negative, so the memory could only be added to. Which of the three "
    "sums is no gate?",
    {"np.tanh(a_g)": "sigmoid(a_g)"},
)

update_memory.mistake("The gates not squashed")(
    "You multiplied by the sums themselves. A gate lies between 0 and 1.",
    {"sigmoid(a_i), sigmoid(a_f)": "a_i, a_f"},
)

update_memory.mistake("The gates through tanh")(
    "Your gates lie between -1 and 1, so they can turn the sign of the memory around. Which "
    "function gives numbers between 0 and 1?",
    {"sigmoid(a_i), sigmoid(a_f)": "np.tanh(a_i), np.tanh(a_f)"},
)

update_memory.mistake("Written first, then cleared")(
    "You cleared after you had written, so that what is new is cleared as well. In which order?",
    {"f * c + i * np.tanh(a_g)": "f * (c + i * np.tanh(a_g))"},
)

update_memory.mistake("A product in the place of the sum", {"c + i": "c * i"})(
    "You multiplied the two parts. What is kept and what is written are added."
)

update_memory.mistake("The new memory squashed")(
    "Right up to the last step: you squashed the sum. The memory is handed on as it is; only what "
    "is shown of it is squashed.",
    {"f * c + i * np.tanh(a_g)": "np.tanh(f * c + i * np.tanh(a_g))"},
)

update_memory.mistake("Nothing cleared", {"f * c": "c"})(
    "Your memory only grows: you left out the gate in front of the old one."
)

update_memory.mistake("All that is new is written", {"+ i *": "+"})(
    "You left out the gate in front of the candidate."
)
