"""Backpropagation through time: the whole loop."""

import numpy as np

from rnncourse.core.arithmetic import run_recurrence
from rnncourse.grading.questions import DERIVE_HINT, LARGE_SIZE
from rnncourse.grading.writing import question


@question(
    "04-bptt",
    4,
    "Backpropagation through time",
    "build",
    points=4,
    returns="dW_xh dW_hh dW_hy db_h db_y dh",
    timeout_hint=DERIVE_HINT,
)
def bptt(dys, xs, hs, h, W_hh, W_hy):
    """Return dW_xh, dW_hh, dW_hy, db_h, db_y, and dh by the state before the first, `(B, H)`."""
    hs_before = np.concatenate([h[None], hs[:-1]])
    dW_xh, dW_hh, dW_hy, db_h, dh = 0, 0, 0, 0, 0
    for t in reversed(range(len(xs))):
        da = (dh + dys[t] @ W_hy.T) * (1 - hs[t] ** 2)
        dW_xh = dW_xh + xs[t].T @ da
        dW_hh = dW_hh + hs_before[t].T @ da
        dW_hy = dW_hy + hs[t].T @ dys[t]
        db_h = db_h + da.sum(axis=0)
        dh = da @ W_hh.T
    return dW_xh, dW_hh, dW_hy, db_h, dys.sum(axis=(0, 1)), dh


@bptt.inputs
def _sample_inputs(rng):
    dys, hs = (np.reshape(numbers, (2, 1, 1)) for numbers in ([0.1, 0.2], [0.6, 0.8]))
    ones = np.ones((1, 1))
    yield dys, np.ones((2, 1, 1)), hs, 0.5 * ones, 2 * ones, ones
    yield _sample_run(rng, T=1, B=2, D=2, H=3, V=2)
    yield _sample_run(rng, T=2, B=1, D=2, H=2, V=3)
    yield _sample_run(rng, T=3, B=3, D=3, H=3, V=3)
    yield _sample_run(rng, T=20, B=2, D=3, H=10, V=5)  # longer than a window of 10 steps
    yield _sample_run(rng, *rng.integers(2, 8, size=5))
    yield _sample_run(rng, T=6, B=2, D=LARGE_SIZE, H=LARGE_SIZE, V=LARGE_SIZE, scale=0.04)


def _sample_run(rng, T, B, D, H, V, scale=0.7):
    """Run a network forward from a start state that is not 0."""
    W_xh, W_hh, W_hy = (scale * rng.normal(size=shape) for shape in ((D, H), (H, H), (H, V)))
    b_h, xs = rng.normal(size=H), rng.normal(size=(T, B, D))
    h, dys = np.tanh(rng.normal(size=(B, H))), rng.normal(size=(T, B, V)) / (T * B)
    return dys, xs, run_recurrence(xs, h, W_xh, W_hh, b_h), h, W_hh, W_hy


bptt.mistake("Overwritten, not added up")(
    "Your `dh` is right, but of the gradients of the parameters only one step's share is left: "
    "the one that the walk reaches last. Every step uses the same parameters; what has to be done "
    "with the shares?",
    {
        **{f"{name} + ": "" for name in ("dW_xh", "dW_hh", "dW_hy", "db_h")},
        "dys.sum(axis=(0, 1))": "dys[0].sum(axis=0)",
    },
)

bptt.mistake("The last step alone")(
    "Your gradients hold the share of the last step alone, and `dh` has gone one step back. The "
    "walk has to go on to the first step.",
    {"reversed(range(len(xs)))": "[-1]", "dys.sum(axis=(0, 1))": "dys[-1].sum(axis=0)"},
)

bptt.mistake("Nothing handed on to the step before", {"dh + dys": "dys"})(
    "Each state gets the gradient of its own logits only. A state also works through all later "
    "steps: what comes back from the step after it has to be added."
)

bptt.mistake("Only the last logits count", {"dh + dys[t]": "dh + (t == len(xs) - 1) * dys[t]"})(
    "The gradient of a state's own logits enters at the last step only. Every step has logits, "
    "and on the way back each adds what it has to say."
)

bptt.mistake("Forward in time", {"reversed(range(len(xs)))": "range(len(xs))"})(
    "You walk through time forward. What a state feels is known only when all later steps are "
    "done: where does the walk have to begin?"
)

bptt.mistake("The state paired with itself", {"hs_before[t]": "hs[t]"})(
    "Your `dW_hh` pairs the gradient of a step with the state that the step makes. Which state "
    "does `W_hh` multiply in that step?"
)

bptt.mistake("Before the first state comes the last", {"h[None]": "hs[-1:]"})(
    "Your `dW_hh` is right but for one step: at the first one `hs[t - 1]` is `hs[-1]`, the last "
    "state. Which state stands before the first step?"
)

bptt.mistake("The start state taken for 0", {"h[None]": "0 * h[None]"})(
    "Your `dW_hh` leaves out the first step, as if the state before it were 0. It was given to you."
)

bptt.mistake("W_hh not transposed", {"W_hh.T": "W_hh"})(
    "You hand the gradient back through `W_hh` in its forward direction. The matrix is square, so "
    "no shape complains: which of its axes belongs to the state before?"
)

bptt.mistake("Handed on past tanh", {"da @ W_hh.T": "(dh + dys[t] @ W_hy.T) @ W_hh.T"})(
    "What you hand on to the step before has not passed the tanh of this step. The way from a "
    "state to the one before leads through both, tanh and `W_hh`."
)

bptt.mistake("Handed on without W_hh", {"da @ W_hh.T": "da"})(
    "What you hand on is the gradient by the sum in front of tanh. The state before enters that "
    "sum through `W_hh`, so its gradient leaves through it."
)

bptt.mistake("One state short", {"da @ W_hh.T": "da @ W_hh.T if t else da / (1 - hs[0] ** 2)"})(
    "The gradients of all parameters are right, but your `dh` belongs to the state after the first "
    "step. Asked for is the one before it."
)


def _skip_first_step(dys, xs, hs, h, W_hh, W_hy):
    """Walk to step 1; where there is no such step, the sums stay what they were: plain zeros."""
    *sums, db_y, dh = bptt(dys[1:], xs[1:], hs[1:], hs[0], W_hh, W_hy)
    return *sums, db_y if len(xs) > 1 else 0, dh


def _skip_with_dh_array(*args):
    """Walk so, and begin with an array for `dh`."""
    *sums, dh = _skip_first_step(*args)
    return *sums, dh + np.zeros_like(args[3])


def _skip_with_arrays(*args):
    """Walk so, and begin with an array for each sum."""
    pairs = zip(_skip_first_step(*args), bptt(*args), strict=True)
    return tuple(total + np.zeros_like(gradient) for total, gradient in pairs)


def _correct_db_y(wrong_answer):
    """Make a wrong answer that walks so, and has `db_y` right."""

    def answer(dys, *network):
        *sums, _, dh = wrong_answer(dys, *network)
        return *sums, dys.sum(axis=(0, 1)), dh

    return answer


_SKIPPING_ANSWERS = _skip_first_step, _skip_with_dh_array, _skip_with_arrays

bptt.mistake("The first step left out", *_SKIPPING_ANSWERS, *map(_correct_db_y, _SKIPPING_ANSWERS))(
    "Your walk stops one step early: the share of step 0 is missing, and `dh` has not passed it. "
    "`range` leaves out the number at which it ends: which end makes the walk reach 0?"
)


@bptt.mistake("The mean over the steps")
def _average_over_steps(dys, xs, hs, h, W_hh, W_hy):
    """You divided by the number of steps. If the loss is a mean, `dys` has been divided already:
    the shares of the steps are only added."""
    *gradients, dh = bptt(dys, xs, hs, h, W_hh, W_hy)
    return *(gradient / len(xs) for gradient in gradients), dh


bptt.mistake("The slope of tanh left out", {" * (1 - hs[t] ** 2)": ""})(
    "The slope of tanh is missing: at each step the gradient passes a tanh."
)
