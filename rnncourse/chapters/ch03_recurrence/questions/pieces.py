"""A long sequence in pieces: what one piece leaves, the next one accepts."""

import numpy as np

from rnncourse.chapters.ch03_recurrence.questions.states import network
from rnncourse.core.arithmetic import states
from rnncourse.grading.questions import Close
from rnncourse.grading.writing import question


@question("03-pieces", number=4, level="apply", points=2, returns="hs handed")
def read_in_pieces(xs, h_0, k, W_xh, W_hh, b_h):
    """A long sequence in pieces."""
    h, hs, handed = h_0, [], []
    for start in range(0, len(xs), k):
        for x in xs[start : start + k]:
            h = np.tanh(x @ W_xh + h @ W_hh + b_h)
            hs.append(h)
        handed.append(h)
    return np.array(hs), np.array(handed)


@read_in_pieces.inputs
def _sequences(rng):
    one = np.ones((1, 1))
    yield np.array([[[1.0]], [[0.0]], [[0.0]]]), 0.5 * one, 2, one, one, np.zeros(1)
    drawn = rng.integers((3, 13, 3), (12, 20, 12)).tolist()
    for k, T, B in ((2, 6, 2), (3, 7, 3), (5, 3, 2), (1, 4, 2), drawn):
        xs, h_0, *weights = network(rng, T, B, D=2, H=3)
        yield xs, h_0, k, *weights


read_in_pieces.truth(
    "the last state handed on is the last state of all",
    holds=lambda a, hs, handed: Close().agree(hs[-1], handed[-1]),
)


def _cut(xs, k):
    return [xs[start : start + k] for start in range(0, len(xs), k)]


def _wrong(
    cut=_cut,
    go_on=lambda hs, h_0: hs[-1],
    answers=lambda hs: hs[-1],
    kept=lambda pieces: [h for hs in pieces for h in hs],
):
    """Make a wrong answer.

    Args:
        cut: From xs and k to the pieces.
        go_on: From the states of a piece, with the one before it, and the start state to the state
            that the next piece begins with.
        answers: From the states of a piece, with the one before it, to what is said to be handed
            on.
        kept: From the states of all pieces to those that are returned.
    """

    def answer(xs, h_0, k, *weights):
        h, pieces, handed = h_0, [], []
        for piece in cut(xs, k):
            hs = [h, *states(piece, h, *weights)]
            pieces.append(hs[1:])
            handed.append(answers(hs))
            h = go_on(hs, h_0)
        return np.array(kept(pieces)), np.array(handed)

    return answer


read_in_pieces.mistake("The start state for every piece", _wrong(go_on=lambda hs, h_0: h_0))(
    "Each of your pieces begins with `h_0`, as if it were a text of its own. What does the piece "
    "before leave?"
)

read_in_pieces.mistake("A state of 0 for every further piece")(
    "From the second piece on you begin with a state of 0, so the network forgets at every "
    "border. What does the piece before leave?",
    _wrong(go_on=lambda hs, h_0: 0 * h_0),
)

read_in_pieces.mistake("The state of the first step handed on")(
    "You hand on the state after the first step of a piece. Which of its states knows the whole "
    "piece?",
    _wrong(go_on=lambda hs, h_0: hs[1], answers=lambda hs: hs[1]),
)

read_in_pieces.mistake("The state of the last row handed on")(
    "All rows of your next piece begin with one state, that of the last row. The rows of a batch "
    "are different texts: each goes on from its own.",
    _wrong(go_on=lambda hs, h_0: np.repeat(hs[-1][-1:], len(h_0), axis=0)),
)

read_in_pieces.mistake("The last state but one handed on")(
    "You hand on the state before the last step of a piece. Then that step is forgotten at the "
    "border.",
    _wrong(go_on=lambda hs, h_0: hs[-2], answers=lambda hs: hs[-2]),
)

read_in_pieces.mistake("The mean of the states handed on")(
    "You hand on the mean of a piece's states. Read at once, a step goes on from the state right "
    "before it.",
    _wrong(
        go_on=lambda hs, h_0: np.mean(hs[1:], axis=0),
        answers=lambda hs: np.mean(hs[1:], axis=0),
    ),
)

read_in_pieces.mistake("The state before each piece", _wrong(answers=lambda hs: hs[0]))(
    "Your states are right, but `handed` holds the states that the pieces begin with. Asked for "
    "is what each of them leaves."
)


def _told(change):
    """Make a wrong answer: another list of what is handed on."""

    def answer(xs, h_0, *more):
        hs, handed = read_in_pieces(xs, h_0, *more)
        return hs, change(handed, h_0)

    return answer


read_in_pieces.mistake("Not one state for each piece")(
    "Your states are right. `handed` holds one of them for each piece, the last one too, and not "
    "the state before the first.",
    _told(lambda handed, h_0: handed[-1]),
    _told(lambda handed, h_0: handed[:-1]),
    _told(lambda handed, h_0: np.concatenate([h_0[None], handed])),
)

read_in_pieces.mistake("The rest dropped")(
    "Right where k divides T. Otherwise some steps are left for a last, shorter piece, and yours "
    "are lost.",
    _wrong(cut=lambda xs, k: _cut(xs[: len(xs) // k * k], k)),
)

read_in_pieces.mistake("k pieces", _wrong(cut=lambda xs, k: np.array_split(xs, k)))(
    "You cut the sequence into k pieces. Here k is the number of steps in each."
)

read_in_pieces.mistake("The step at the border read twice")(
    "You return too many states: your pieces overlap, and the step at a border is read twice. "
    "Does a slice hold what stands at its end?",
    _wrong(cut=lambda xs, k: [xs[s : s + k + 1] for s in range(0, len(xs), k)]),
)

read_in_pieces.mistake("The last piece alone", _wrong(kept=lambda pieces: pieces[-1]))(
    "Your `hs` holds the states of the last piece alone. Those of all pieces are asked for, one "
    "after the other."
)
