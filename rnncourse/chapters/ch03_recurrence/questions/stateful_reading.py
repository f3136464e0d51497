"""A long sequence in pieces: what one piece leaves, the next one accepts."""

import numpy as np

from rnncourse.chapters.ch03_recurrence.questions.recurrence import sample_inputs_and_weights
from rnncourse.grading.questions import Tolerance
from rnncourse.grading.writing import question


@question("03-pieces", 4, "A long sequence in pieces", "apply", returns="hs handed")
def read_in_pieces(xs, h_0, k, W_xh, W_hh, b_h):
    """Return the states after all steps, `(T, B, H)`, and those at the end of each piece of k."""
    h, hs, handed = h_0, [], []
    for start in range(0, len(xs), k):
        for x in xs[start : start + k]:
            h = np.tanh(x @ W_xh + h @ W_hh + b_h)
            hs.append(h)
        handed.append(h)
    return np.array(hs), np.array(handed)


@read_in_pieces.inputs
def _sample_inputs(rng):
    ones = np.ones((1, 1))
    yield np.array([[[1.0]], [[0.0]], [[0.0]]]), 0.5 * ones, 2, ones, ones, np.zeros(1)
    sizes = rng.integers((3, 13, 3), (12, 20, 12)).tolist()
    for k, T, B in ((2, 6, 2), (3, 7, 3), (5, 3, 2), (1, 4, 2), sizes):
        xs, h_0, *weights = sample_inputs_and_weights(rng, T, B, D=2, H=3)
        yield xs, h_0, k, *weights


read_in_pieces.property(
    "the last state handed on is the last state of all",
    predicate=lambda _, hs, handed: Tolerance().agree(hs[-1], handed[-1]),
)

read_in_pieces.mistake("The start state for every piece")(
    "Each of your pieces begins with `h_0`, as if it were a text of its own. What does the piece "
    "before leave?",
    {"handed.append(h)": "handed.append(h)\n        h = h_0"},
)

read_in_pieces.mistake("A state of 0 for every further piece")(
    "From the second piece on you begin with a state of 0, so the network forgets at every "
    "border. What does the piece before leave?",
    {"handed.append(h)": "handed.append(h)\n        h = 0 * h"},
)

read_in_pieces.mistake("The state of the first step handed on")(
    "You hand on the state after the first step of a piece. Which of its states knows the whole "
    "piece?",
    {"handed.append(h)": "h = hs[start]\n        handed.append(h)"},
)

read_in_pieces.mistake("The state of the last row handed on")(
    "All rows of your next piece begin with one state, that of the last row. The rows of a batch "
    "are different texts: each goes on from its own.",
    {"handed.append(h)": "handed.append(h)\n        h = np.repeat(h[-1:], len(h), axis=0)"},
)

read_in_pieces.mistake("The last state but one handed on")(
    "You hand on the state before the last step of a piece. Then that step is forgotten at the "
    "border.",
    {
        "h = np.tanh": "h_before, h = h, np.tanh",
        "handed.append(h)": "h = h_before\n        handed.append(h)",
    },
)

read_in_pieces.mistake("The mean of the states handed on")(
    "You hand on the mean of a piece's states. Read at once, a step goes on from the state right "
    "before it.",
    {"handed.append(h)": "h = np.mean(hs[start:], axis=0)\n        handed.append(h)"},
)

read_in_pieces.mistake("The state before each piece")(
    "Your states are right, but `handed` holds the states that the pieces begin with. Asked for "
    "is what each of them leaves.",
    {"handed.append(h)": "pass", "for x in": "handed.append(h)\n        for x in"},
)

read_in_pieces.mistake("Not one state for each piece")(
    "Your states are right. `handed` holds one of them for each piece, the last one too, and not "
    "the state before the first.",
    {"np.array(handed)": "handed[-1]"},
    {"np.array(handed)": "np.array(handed)[:-1]"},
    {"[], []": "[], [h_0]"},
)

read_in_pieces.mistake("The rest dropped", {"len(xs)": "len(xs) // k * k"})(
    "Right where k divides T. Otherwise some steps are left for a last, shorter piece, and yours "
    "are lost."
)

read_in_pieces.mistake("k pieces")(
    "You cut the sequence into k pieces. Here k is the number of steps in each.",
    {
        "start in range(0, len(xs), k)": "piece in np.array_split(xs, k)",
        "xs[start : start + k]": "piece",
    },
)

read_in_pieces.mistake("The step at the border read twice", {"start + k]": "start + k + 1]"})(
    "You return too many states: your pieces overlap, and the step at a border is read twice. "
    "Does a slice hold what stands at its end?"
)

read_in_pieces.mistake("The last piece alone", {"np.array(hs)": "np.array(hs[start:])"})(
    "Your `hs` holds the states of the last piece alone. Those of all pieces are asked for, one "
    "after the other."
)

read_in_pieces.mistake("The last piece lost", {"range(0, len(xs), k)": "range(0, len(xs) - k, k)"})(
    "Your loop ends before the last piece begins. `range` leaves its end out by itself: it is "
    "`range(0, T, k)`.",
)
