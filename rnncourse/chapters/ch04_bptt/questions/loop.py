"""Backpropagation through time: the whole loop."""

import numpy as np

from rnncourse.core.arithmetic import states
from rnncourse.grading.questions import DERIVE, LARGE
from rnncourse.grading.writing import question


@question(
    "04-bptt",
    number=4,
    level="build",
    points=4,
    returns="dW_xh dW_hh dW_hy db_h db_y dh",
    late=DERIVE,
)
def bptt(dys, xs, hs, h, W_hh, W_hy):
    """Backpropagation through time."""
    before = np.concatenate([h[None], hs[:-1]])
    dW_xh, dW_hh, dW_hy, db_h, dh = 0, 0, 0, 0, 0
    for t in reversed(range(len(xs))):
        da = (dh + dys[t] @ W_hy.T) * (1 - hs[t] ** 2)
        dW_xh = dW_xh + xs[t].T @ da
        dW_hh = dW_hh + before[t].T @ da
        dW_hy = dW_hy + hs[t].T @ dys[t]
        db_h = db_h + da.sum(axis=0)
        dh = da @ W_hh.T
    return dW_xh, dW_hh, dW_hy, db_h, dys.sum(axis=(0, 1)), dh


@bptt.inputs
def _runs(rng):
    dys, hs = (np.reshape(numbers, (2, 1, 1)) for numbers in ([0.1, 0.2], [0.6, 0.8]))
    one = np.ones((1, 1))
    yield dys, np.ones((2, 1, 1)), hs, 0.5 * one, 2 * one, one
    yield _run(rng, T=1, B=2, D=2, H=3, V=2)
    yield _run(rng, T=2, B=1, D=2, H=2, V=3)
    yield _run(rng, T=3, B=3, D=3, H=3, V=3)
    yield _run(rng, T=20, B=2, D=3, H=10, V=5)  # longer than a window of 10 steps
    yield _run(rng, *rng.integers(2, 8, size=5))
    yield _run(rng, T=6, B=2, D=LARGE, H=LARGE, V=LARGE, scale=0.04)


def _run(rng, T, B, D, H, V, scale=0.7):
    """Run a network forward from a start state that is not 0."""
    W_xh, W_hh, W_hy = (scale * rng.normal(size=shape) for shape in ((D, H), (H, H), (H, V)))
    b_h, xs = rng.normal(size=H), rng.normal(size=(T, B, D))
    h, dys = np.tanh(rng.normal(size=(B, H))), rng.normal(size=(T, B, V)) / (T * B)
    return dys, xs, states(xs, h, W_xh, W_hh, b_h), h, W_hh, W_hy


# --- What goes wrong: other errors `das`, other states before, other steps that count ---


def _before(h, hs):
    return np.concatenate([h[None], hs[:-1]])


def _hand_on(da, dh, W_hh):
    return da @ W_hh.T


def _das(dys, hs, W_hh, W_hy, handed=_hand_on, order=-1, own=lambda t, T: True):
    """Return the gradient by the sum in front of tanh at every step, and what is handed on last.

    `handed` makes of `da`, `dh` and `W_hh` what the next step of the walk gets; an `order` of 1
    walks forward in time; `own` says of t and T whether the logits of a step count.
    """
    T = len(hs)
    das, dh = np.zeros_like(hs), np.zeros_like(hs[0])
    for t in range(T)[::order]:
        dh = dh + dys[t] @ W_hy.T if own(t, T) else dh
        das[t] = dh * (1 - hs[t] ** 2)
        dh = handed(das[t], dh, W_hh)
    return das, dh


def _summed(das, dh, dys, xs, hs, before, kept=slice(None)):
    """Add the shares of the steps that are kept."""
    das, dys, xs, hs, before = (array[kept] for array in (das, dys, xs, hs, before))
    pairs = ((xs, das), (before, das), (hs, dys))
    weights = [np.einsum("tbi,tbj->ij", left, right) for left, right in pairs]
    return *weights, das.sum(axis=(0, 1)), dys.sum(axis=(0, 1)), dh


def _wrong(handed=_hand_on, order=-1, own=lambda t, T: True, before=_before, kept=slice(None)):
    """Make a wrong answer of one slip in the loop."""

    def answer(dys, xs, hs, h, W_hh, W_hy):
        das, dh = _das(dys, hs, W_hh, W_hy, handed, order, own)
        return _summed(das, dh, dys, xs, hs, before(h, hs), kept)

    return answer


bptt.mistake("Overwritten, not added up", _wrong(kept=slice(0, 1)))(
    "Your `dh` is right, but of the gradients of the parameters only one step's share is left: "
    "the one that the walk reaches last. Every step uses the same parameters; what has to be done "
    "with the shares?"
)


@bptt.mistake("The last step alone")
def _last_step_alone(dys, xs, hs, h, W_hh, W_hy):
    """Your gradients hold the share of the last step alone, and `dh` has gone one step back. The
    walk has to go on to the first step."""
    das, _ = _das(dys, hs, W_hh, W_hy)
    return _summed(das, das[-1] @ W_hh.T, dys, xs, hs, _before(h, hs), slice(-1, None))


@bptt.mistake("Nothing handed on to the step before")
def _logits_alone(dys, xs, hs, h, W_hh, W_hy):
    """Each state gets the gradient of its own logits only. A state also works through all later
    steps: what comes back from the step after it has to be added."""
    das = dys @ W_hy.T * (1 - hs**2)
    return _summed(das, das[0] @ W_hh.T, dys, xs, hs, _before(h, hs))


bptt.mistake("Only the last logits count", _wrong(own=lambda t, T: t == T - 1))(
    "The gradient of a state's own logits enters at the last step only. Every step has logits, "
    "and on the way back each adds what it has to say."
)

bptt.mistake("Forward in time", _wrong(order=1))(
    "You walk through time forward. What a state feels is known only when all later steps are "
    "done: where does the walk have to begin?"
)

bptt.mistake("The state paired with itself", _wrong(before=lambda h, hs: hs))(
    "Your `dW_hh` pairs the gradient of a step with the state that the step makes. Which state "
    "does `W_hh` multiply in that step?"
)

bptt.mistake("Before the first state comes the last")(
    "Your `dW_hh` is right but for one step: at the first one `hs[t - 1]` is `hs[-1]`, the last "
    "state. Which state stands before the first step?",
    _wrong(before=lambda h, hs: np.concatenate([hs[-1:], hs[:-1]])),
)

bptt.mistake("The start state taken for 0")(
    "Your `dW_hh` leaves out the first step, as if the state before it were 0. It was given to "
    "you.",
    _wrong(before=lambda h, hs: np.concatenate([0 * hs[:1], hs[:-1]])),
)

bptt.mistake("W_hh not transposed", _wrong(handed=lambda da, dh, W_hh: da @ W_hh))(
    "You hand the gradient back through `W_hh` in its forward direction. The matrix is square, so "
    "no shape complains: which of its axes belongs to the state before?"
)

bptt.mistake("Handed on past tanh", _wrong(handed=lambda da, dh, W_hh: dh @ W_hh.T))(
    "What you hand on to the step before has not passed the tanh of this step. The way from a "
    "state to the one before leads through both, tanh and `W_hh`."
)

bptt.mistake("Handed on without W_hh", _wrong(handed=lambda da, dh, W_hh: da))(
    "What you hand on is the gradient by the sum in front of tanh. The state before enters that "
    "sum through `W_hh`, so its gradient leaves through it."
)


@bptt.mistake("One state short")
def _one_state_short(dys, xs, hs, h, W_hh, W_hy):
    """The gradients of all parameters are right, but your `dh` belongs to the state after the first
    step. Asked for is the one before it."""
    das, _ = _das(dys, hs, W_hh, W_hy)
    return *bptt(dys, xs, hs, h, W_hh, W_hy)[:-1], das[0] / (1 - hs[0] ** 2)


def _stopped_early(plain, every):
    """Make a wrong answer without step 0, its first sums a plain 0 where nothing is added.

    `plain` is how many of the results begin as a plain 0; `every` says that `db_y` is of all steps.
    """

    def answer(dys, xs, hs, h, W_hh, W_hy):
        das, _ = _das(dys, hs, W_hh, W_hy)
        dh = das[1] @ W_hh.T if len(das) > 1 else 0 * h
        found = [*_summed(das, dh, dys, xs, hs, _before(h, hs), slice(1, None))]
        if len(das) == 1:
            found[:plain] = [0.0] * plain
        if every:
            found[4] = dys.sum(axis=(0, 1))
        return tuple(found)

    return answer


bptt.mistake("The first step left out")(
    "Your walk stops one step early: the share of step 0 is missing, and `dh` has not passed it. "
    "`range` leaves out the number at which it ends: which end makes the walk reach 0?",
    *(_stopped_early(plain, every) for plain in (5, 0, 6) for every in (False, True)),
)


@bptt.mistake("The mean over the steps")
def _mean_over_steps(dys, xs, hs, h, W_hh, W_hy):
    """You divided by the number of steps. If the loss is a mean, `dys` has been divided already:
    the shares of the steps are only added."""
    *gradients, dh = bptt(dys, xs, hs, h, W_hh, W_hy)
    return *(gradient / len(xs) for gradient in gradients), dh
