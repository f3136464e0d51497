"""A gated unit whose weights are set by hand, for a task that needs all three gates."""

import numpy as np

from rnncourse.grading.writing import question


@question("06-hand", number=4, level="build", points=3, returns="W_xh W_hh b_h W_y")
def set_unit(strength, scale):
    """One unit, set by hand."""
    W_xh, b_h = np.zeros((4, 4)), np.zeros(4)
    W_xh[1, 0], b_h[0] = 2 * strength, -strength
    W_xh[2, 1], b_h[1] = -2 * strength, strength
    W_xh[0, 2] = scale
    W_xh[3, 3], b_h[3] = 2 * strength, -strength
    return W_xh, np.zeros((1, 4)), b_h, 1 / scale


@set_unit.inputs
def _(rng):
    yield 20.0, 0.125
    yield 9.0, 0.5
    yield rng.uniform(3, 30), rng.uniform(0.01, 0.2)
    yield rng.uniform(3, 30), rng.uniform(0.01, 0.2)


@set_unit.truth("each of the four sums sees one of the four inputs")
def _(arguments, W_xh, W_hh, b_h, W_y):
    """Which input does each gate need to know, and which the candidate? No other one."""
    used = np.abs(W_xh) > 1e-6
    return np.all(used.sum(0) == 1) and np.all(used.sum(1) == 1)


@set_unit.truth("the unit needs nothing from the step before but its memory")
def _(arguments, W_xh, W_hh, b_h, W_y):
    """The carry is in the cell already, with no weight: what would `W_hh` be for?"""
    return np.all(np.abs(W_hh) < 1e-5)


def _changed(change):
    """Make a wrong answer: what changes the four right arrays, of strength and scale."""

    def answer(strength, scale):
        W_xh, W_hh, b_h, W_y = set_unit(strength, scale)
        return change(W_xh.copy(), W_hh.copy(), b_h.copy(), W_y, strength, scale)

    return answer


def _columns(order):
    return _changed(lambda W, U, b, y, k, s: (W[:, order], U, b[list(order)], y))


def _set(W=(), b=(), U=()):
    """Make a wrong answer in which single entries are other multiples of the strength."""

    def change(W_xh, W_hh, b_h, W_y, strength, scale):
        for array, entries in ((W_xh, W), (b_h, b), (W_hh, U)):
            for place, value in entries:
                array[place] = value * strength
        return W_xh, W_hh, b_h, W_y

    return _changed(change)


set_unit.mistake("Forget and input exchanged", _columns([1, 0, 2, 3]))(
    "Input and forget gate have changed places. The blocks of columns are in the order i, f, g, o."
)

set_unit.mistake("The blocks in another order")(
    "Your gates are right, and stand in other columns than the order i, f, g, o asks for.",
    _columns([0, 1, 3, 2]),
    _columns([2, 0, 1, 3]),
    _columns([1, 0, 3, 2]),
)

set_unit.mistake("Inputs in the columns", _changed(lambda W, U, b, y, k, s: (W.T, U, b, y)))(
    "Your matrix is transposed. An input has a row of `W_xh`, a gate a column."
)

set_unit.mistake("A reset that opens the forget gate", _set(W=[((2, 1), 2)], b=[(1, -1)]))(
    "Your forget gate opens at a reset, and is shut else. Where should it be 1, so that the memory "
    "stays?"
)

_HALVES = ((1, 0), 1), ((2, 1), -1), ((3, 3), 1)
"""Where the weights of the gates stand, with half of what each should be."""

set_unit.mistake("Half open where nothing is flagged")(
    "Without its flag a gate of yours is half open: the sigmoid of 0 is a half. A bias has to shut "
    "it, and in the case of the forget gate to open it.",
    _set(W=_HALVES, b=[(0, 0), (1, 0), (3, 0)]),
    _set(b=[(0, 0), (1, 0), (3, 0)]),
    *(_set(W=[(place, half)], b=[(place[1], 0)]) for place, half in _HALVES),
    *(_set(b=[(place[1], 0)]) for place, _ in _HALVES),
)

set_unit.mistake("Half open where something is flagged")(
    "With its flag a gate of yours gets a sum of 0, and is half open. The weight has to outdo the "
    "bias and leave the full strength on the other side.",
    _set(W=_HALVES),
    *(_set(W=[one]) for one in _HALVES),
)

set_unit.mistake("Half of the strength")(
    "The sums of your gates are half as strong as asked for.",
    _changed(
        lambda W, U, b, y, k, s: (W * np.array([0.5, 0.5, 1, 0.5]), U, b / 2, y),
    ),
)

set_unit.mistake("An output gate that is always open")(
    "Your unit answers whether it is asked or not.",
    _set(W=[((3, 3), 0)], b=[(3, 1)]),
    _set(W=[((3, 3), 0)], b=[(3, 0)]),
)

set_unit.mistake("An input gate that is always open")(
    "Your unit writes noise as well: the values without a mark have to stay outside.",
    _set(W=[((1, 0), 0)], b=[(0, 1)]),
    _set(W=[((1, 0), 0)], b=[(0, 0)]),
)

set_unit.mistake("A forget gate that is always open")(
    "Your unit never begins anew.",
    _set(W=[((2, 1), 0)], b=[(1, 1)]),
    _set(W=[((2, 1), 0)], b=[(1, 0)]),
)

set_unit.mistake("Mark and reset exchanged")(
    "Your input gate waits for a reset, and your forget gate for a mark.",
    _changed(lambda W, U, b, y, k, s: (W[[0, 2, 1, 3]], U, b, y)),
)

set_unit.mistake("The scale not undone")(
    "The memory holds `scale` times the sum. What has the readout to multiply by?",
    _changed(lambda W, U, b, y, k, s: (W, U, b, 1.0)),
    _changed(lambda W, U, b, y, k, s: (W, U, b, s)),
)

set_unit.mistake("Values that are not made small")(
    "Your candidate gets the value itself. There tanh is no straight line: it needs `scale`.",
    _changed(lambda W, U, b, y, k, s: (np.where(s == W, 1.0, W), U, b, 1.0)),
    _changed(lambda W, U, b, y, k, s: (np.where(s == W, 1.0, W), U, b, y)),
)

set_unit.mistake("The carry as a weight")(
    "You gave the unit a weight from itself to itself, so that it keeps its state. The forget gate "
    "keeps the memory; with `W_hh` the state would be written once more.",
    _changed(lambda W, U, b, y, k, s: (W, np.array([[0.0, 0, 1, 0]]), b, y)),
    _changed(lambda W, U, b, y, k, s: (W, np.ones((1, 4)), b, y)),
)
