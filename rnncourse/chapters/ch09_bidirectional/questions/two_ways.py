"""A layer that reads both ways: two sets of weights, states side by side at each step."""

import numpy as np

from rnncourse.core.arithmetic import states
from rnncourse.grading.writing import question


@question("09-both", number=2, level="apply", points=2, returns="states")
def read_both(xs, W_xh, W_hh, b_h, R_xh, R_hh, b_r):
    """Both ways."""
    first, second = _read(xs, W_xh, W_hh, b_h), _read(xs[::-1], R_xh, R_hh, b_r)[::-1]
    return np.concatenate([first, second], axis=1)


def _read(xs, W_xh, W_hh, b_h):
    h, states = np.zeros(len(W_hh)), []
    for x in xs:
        h = np.tanh(x @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.array(states)


@read_both.inputs
def _(rng):
    one = np.array([[1.0]])
    yield np.array([[1.0], [0.0], [-1.0]]), one, one, np.zeros(1), 2 * one, one, np.ones(1)
    drawn = rng.integers((13, 4, 4), (20, 12, 12))
    for T, D, H in ((1, 2, 2), (4, 2, 3), (6, 3, 2), (5, 2, 2), drawn):
        weights = [rng.normal(0, 0.7, shape) for shape in ((D, H), (H, H), (H,)) * 2]
        yield rng.normal(0, 1.0, (T, D)), *weights


@read_both.truth("each state lies between -1 and 1")
def _(arguments, states):
    """A state is a tanh."""
    return np.all(np.abs(states) <= 1)


def _run(xs, W_xh, W_hh, b_h, first=0.0):
    return states(xs, np.full(len(W_hh), first), W_xh, W_hh, b_h)


def _side(*parts):
    return np.concatenate(parts, axis=1)


read_both.mistake("Not turned back")(
    "The backward states stand in the order in which they were computed. At step t belongs the one "
    "that has read from the end down to t.",
    lambda xs, *w: _side(_run(xs, *w[:3]), _run(xs[::-1], *w[3:])),
)

read_both.mistake("One direction's weights used twice")(
    "You ran both directions with the same weights. Each has its own.",
    lambda xs, *w: _side(_run(xs, *w[:3]), _run(xs[::-1], *w[:3])[::-1]),
    lambda xs, *w: _side(_run(xs, *w[3:]), _run(xs[::-1], *w[3:])[::-1]),
)

read_both.mistake("Forward twice", lambda xs, *w: _side(_run(xs, *w[:3]), _run(xs, *w[3:])))(
    "Your second direction reads forward, too. Give it the steps from the last one on."
)

read_both.mistake("The other order")(
    "The forward state stands first, the backward one behind it.",
    lambda xs, *w: _side(_run(xs[::-1], *w[3:])[::-1], _run(xs, *w[:3])),
)

read_both.mistake("Added", lambda xs, *w: _run(xs, *w[:3]) + _run(xs[::-1], *w[3:])[::-1])(
    "You added the states. Side by side, an output can weigh each direction by itself."
)


@read_both.mistake("Going on from the forward state")
def _(xs, W_xh, W_hh, b_h, R_xh, R_hh, b_r):
    """Your backward direction starts from where the forward one ended. It starts from zeros: at
    the last step it has read one symbol."""
    first = _run(xs, W_xh, W_hh, b_h)
    return _side(first, _run(xs[::-1], R_xh, R_hh, b_r, first[-1])[::-1])
