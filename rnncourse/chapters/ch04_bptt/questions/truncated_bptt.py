"""Truncated backpropagation through time, by hand."""

import numpy as np

from rnncourse.core.arithmetic import run_recurrence
from rnncourse.grading.questions import DERIVE_HINT, LARGE_SIZE, Tolerance
from rnncourse.grading.writing import question


@question("04-truncated", 6, "The cut", "build", returns="dW_hh", timeout_hint=DERIVE_HINT)
def truncated_gradient(dhs, hs, h, W_hh, k):
    """Return dW_hh, `(H, H)`, cut at the borders of windows of k steps."""
    hs_before = np.concatenate([h[None], hs[:-1]])
    dW_hh, dh = 0, 0
    for t in reversed(range(len(hs))):
        da = (dhs[t] + dh) * (1 - hs[t] ** 2)
        dW_hh = dW_hh + hs_before[t].T @ da
        dh = da @ W_hh.T if t % k else 0
    return dW_hh


@truncated_gradient.inputs
def _sample_inputs(rng):
    dhs, hs = (np.reshape(numbers, (2, 1, 1)) for numbers in ([0.1, 0.2], [0.6, 0.8]))
    yield dhs, hs, np.array([[0.5]]), np.array([[2.0]]), 1
    yield *_sample_run(rng, T=6, B=2, H=3), 3
    yield *_sample_run(rng, T=7, B=2, H=3), 3
    yield *_sample_run(rng, T=8, B=1, H=2), 5
    yield *_sample_run(rng, T=1, B=3, H=2), 1
    yield *_sample_run(rng, T=5, B=3, H=2), 1
    yield *_sample_run(rng, T=4, B=2, H=2), 4
    yield *_sample_run(rng, T=3, B=2, H=4), 8
    yield *_sample_run(rng, *rng.integers((13, 2, 2), (16, 9, 9))), int(rng.integers(2, 9))
    yield *_sample_run(rng, T=16, B=2, H=LARGE_SIZE, scale=0.06), 7


def _sample_run(rng, T, B, H, scale=0.8):
    """Run a network forward from a start state that is not 0."""
    W_hh, h = scale * rng.normal(size=(H, H)), np.tanh(rng.normal(size=(B, H)))
    hs = run_recurrence(rng.normal(size=(T, B, H)), h, np.eye(H), W_hh)
    return rng.normal(size=(T, B, H)), hs, h, W_hh


@truncated_gradient.property(
    "with one window over all steps (k ≥ T) nothing is cut: this is the full gradient"
)
def _is_full_in_one_window(arguments, dW_hh):
    """Your gradient through a single window is not right yet."""
    dhs, *network, k = arguments
    return k < len(dhs) or Tolerance().agree(dW_hh, truncated_gradient(dhs, *network, len(dhs)))


truncated_gradient.mistake("Not cut at all", {" if t % k else 0": ""})(
    "This is the full gradient: what you hand back goes on from window to window. Between two "
    "windows the state is carried forward, and nothing goes back."
)

truncated_gradient.mistake("Cut at every step", {"da @ W_hh.T if t % k else 0": "0"})(
    "Nothing is handed back at all, as if every window had one step. Within a window the gradient "
    "goes back as in the full loop."
)

truncated_gradient.mistake("The border one step early", {"if t % k": "if t % k < k - 1"})(
    "You cut before the last step of a window has handed anything on: your windows end one step "
    "too early. Which step is the first one of a window?"
)

truncated_gradient.mistake("The border one step late", {"t % k": "(t - 1) % k"})(
    "You cut before the walk reaches the first step of a window: that step is added to the window "
    "before. Python counts from 0; which steps are the first of their windows?"
)

truncated_gradient.mistake("Windows counted from the end", {"t % k": "(len(hs) - t) % k"})(
    "You counted the windows from the end, since the walk begins there. A sequence is cut as it "
    "is read, from its beginning: the window that may be shorter is the last."
)

truncated_gradient.mistake("The state reset to 0 at each window")(
    "You cut the state along with the gradient: before the first step of a window you take a "
    "state of 0. The state is carried on; only the way back is cut.",
    {"hs_before[t]": "(hs_before[t] if t % k or not t else 0 * h)"},
)

truncated_gradient.mistake("The start state again at each window")(
    "Before the first step of each window you take the start state. That is right for the first "
    "window only; which state do the others go on from?",
    {"hs_before[t]": "(hs_before[t] if t % k else h)"},
)

truncated_gradient.mistake("The last window only", {"range(": "range((len(hs) - 1) // k * k, "})(
    "Your gradient is that of the last window. All windows use the same weights; what has to be "
    "done with their shares?"
)

truncated_gradient.mistake("The rest dropped")(
    "Right where k divides T. Otherwise some steps are left for a last, shorter window, and yours "
    "are lost.",
    {"range(len(hs))": "range(len(hs) // k * k)", "0, 0": "0 * W_hh, 0"},
)

truncated_gradient.mistake("The mean over the windows")(
    "You divided by the number of windows. Their shares are added, as those of the steps are.",
    {"return dW_hh": "return dW_hh / -(-len(hs) // k)"},
)


@truncated_gradient.mistake("k steps back from every step")
def _go_back_from_each_step(dhs, hs, h, W_hh, k):
    """You go k steps back from every step. That is truncation, too, and it costs k times as much.
    Here the sequence is cut into windows, and from its first steps a window goes back less than k
    steps."""
    hs_before = np.concatenate([h[None], hs[:-1]])
    dW_hh = np.zeros_like(W_hh)
    for t in range(len(hs)):
        dh = dhs[t]
        for s in range(t, max(t - k, -1), -1):
            da = dh * (1 - hs[s] ** 2)
            dW_hh += hs_before[s].T @ da
            dh = da @ W_hh.T
    return dW_hh


truncated_gradient.mistake("The slope of tanh left out", {" * (1 - hs[t] ** 2)": ""})(
    "The slope of tanh is missing: at each step the gradient passes a tanh."
)

truncated_gradient.mistake("W_hh not transposed", {"W_hh.T": "W_hh"})(
    "What you hand back goes through `W_hh` in the forward direction. It is square, so no shape "
    "complains: which of its axes belongs to the state before?"
)

truncated_gradient.mistake("Carried over the border", {"if t % k else 0": "if t % k else dh"})(
    "At a border you hand on what came in there. Nothing goes back over it: begin each window with "
    "0."
)

truncated_gradient.mistake("The first step not reached", {"range(len(hs))": "range(1, len(hs))"})(
    "Your walk ends at step 1. Step 0 uses the weights, too: `range(T - 1, -1, -1)` reaches it.",
    {"range(len(hs))": "range(1, len(hs))", "0, 0": "0 * W_hh, 0"},
)

truncated_gradient.mistake("The last step before the first")(
    "Before step 0 you take the last state: `hs[-1]` is what `hs[t - 1]` gives there. It is `h`.",
    {"hs_before[t]": "hs[t - 1]"},
)

truncated_gradient.mistake("The state after the step", {"hs_before[t]": "hs[t]"})(
    "You pair the gradient with the state that the step has made. `W_hh` meets the one before."
)
