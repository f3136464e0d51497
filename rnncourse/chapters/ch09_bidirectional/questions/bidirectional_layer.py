"""A layer that reads both ways: two sets of weights, states side by side at each step."""

import numpy as np

from rnncourse.chapters.ch09_bidirectional.questions.deep_transition import has_tanh_values
from rnncourse.core.arithmetic import run_recurrence
from rnncourse.grading.writing import question


@question("09-both", 2, "Both ways", "apply", returns="states")
def read_both(xs, W_xh, W_hh, b_h, R_xh, R_hh, b_r):
    """Return both states at every step, side by side, `(T, 2 H)`."""
    h = np.zeros(len(W_hh))
    forward_hs = run_recurrence(xs, h, W_xh, W_hh, b_h)
    backward_hs = run_recurrence(xs[::-1], h, R_xh, R_hh, b_r)[::-1]
    return np.concatenate([forward_hs, backward_hs], axis=1)


@read_both.inputs
def _sample_inputs(rng):
    ones = np.array([[1.0]])
    yield np.array([[1.0], [0.0], [-1.0]]), ones, ones, np.zeros(1), 2 * ones, ones, np.ones(1)
    sizes = rng.integers((13, 4, 4), (20, 12, 12))
    for T, D, H in ((1, 2, 2), (4, 2, 3), (6, 3, 2), (5, 2, 2), sizes):
        weights = [rng.normal(0, 0.7, shape) for shape in ((D, H), (H, H), (H,)) * 2]
        yield rng.normal(0, 1.0, (T, D)), *weights


read_both.property("each state lies between -1 and 1", predicate=has_tanh_values)


read_both.mistake("Not turned back", {"b_r)[::-1]": "b_r)"})(
    "The backward states stand in the order in which they were computed. At step t belongs the one "
    "that has read from the end down to t."
)

read_both.mistake("One direction's weights used twice")(
    "You ran both directions with the same weights. Each has its own.",
    {"R_xh, R_hh, b_r": "W_xh, W_hh, b_h"},
    {"W_xh, W_hh, b_h": "R_xh, R_hh, b_r"},
)

read_both.mistake("Forward twice", {"[::-1]": ("", 2)})(
    "Your second direction reads forward, too. Give it the steps from the last one on."
)

read_both.mistake("The other order", {"[forward_hs, backward_hs]": "[backward_hs, forward_hs]"})(
    "The forward state stands first, the backward one behind it."
)

read_both.mistake(
    "Added", {"np.concatenate([forward_hs, backward_hs], axis=1)": "forward_hs + backward_hs"}
)("You added the states. Side by side, an output can weigh each direction by itself.")


@read_both.mistake("Going on from the forward state")
def _continue_from_forward_state(xs, W_xh, W_hh, b_h, R_xh, R_hh, b_r):
    """Your backward direction starts from where the forward one ended. It starts from zeros: at
    the last step it has read one symbol."""
    forward_hs = run_recurrence(xs, np.zeros(len(W_hh)), W_xh, W_hh, b_h)
    backward_hs = run_recurrence(xs[::-1], forward_hs[-1], R_xh, R_hh, b_r)[::-1]
    return np.concatenate([forward_hs, backward_hs], axis=1)


@read_both.mistake("The first step not reached")
def _stop_before_first_step(xs, *weights):
    """Your backward direction stops before the first step. `range` leaves its end out: down to
    step 0 it is `range(T - 1, -1, -1)`."""
    states = read_both(xs, *weights)
    states[0, states.shape[1] // 2 :] = 0
    return states


read_both.mistake("The other direction's bias", {"R_hh, b_r": "R_hh, b_h"})(
    "Your backward direction adds `b_h`. Its bias is `b_r`."
)
