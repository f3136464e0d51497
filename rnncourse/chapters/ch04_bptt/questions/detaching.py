"""Truncated backpropagation through time as a training loop does it, in PyTorch.

Reference and wrong answers are NumPy: an independent computation, and no judge needs PyTorch.
"""

import numpy as np

from rnncourse.grading.questions import DERIVE_HINT, LARGE_SIZE
from rnncourse.grading.writing import question


@question(
    "04-detach",
    7,
    "The cut in PyTorch",
    "build",
    returns="dW_xh dW_hh dW_hy h",
    packages=("numpy", "torch"),
    timeout_hint=DERIVE_HINT,
)
def window_pass(xs, targets, h, W_xh, W_hh, W_hy, k):
    """Return dW_xh, dW_hh, dW_hy, and the states after the last step, `(B, H)`."""
    dW_xh, dW_hh, dW_hy = 0, 0, 0
    for start in range(0, len(xs), k):
        window = slice(start, start + k)
        dWs, h = _train_window(xs[window], targets[window], h, (W_xh, W_hh, W_hy), targets.size)
        dW_xh, dW_hh, dW_hy = dW_xh + dWs[0], dW_hh + dWs[1], dW_hy + dWs[2]
    return dW_xh, dW_hh, dW_hy, h


def _train_window(xs, targets, h, weights, N):
    """Return the gradients of a window's summed surprise over N, and its last state."""
    W_xh, W_hh, W_hy = weights
    hs = [h]
    for x in xs:
        hs.append(np.tanh(x @ W_xh + hs[-1] @ W_hh))
    dW_xh, dW_hh, dW_hy, dh = 0, 0, 0, 0
    for t in reversed(range(len(xs))):
        p = np.exp(hs[t + 1] @ W_hy)
        dy = (p / p.sum(axis=1, keepdims=True) - np.eye(p.shape[1])[targets[t]]) / N
        da = (dh + dy @ W_hy.T) * (1 - hs[t + 1] ** 2)
        dW_xh, dW_hh = dW_xh + xs[t].T @ da, dW_hh + hs[t].T @ da
        dW_hy = dW_hy + hs[t + 1].T @ dy
        dh = da @ W_hh.T
    return (dW_xh, dW_hh, dW_hy), hs[-1]


@window_pass.inputs
def _sample_inputs(rng):
    ones = np.ones((1, 1))
    xs, targets = np.zeros((2, 1, 1)), np.zeros((2, 1), int)
    yield xs, targets, 0.5 * ones, ones, ones, np.array([[1.0, -1.0]]), 1
    yield *_sample_sequence(rng, T=4, B=1, D=1, H=2, V=2), 2
    yield *_sample_sequence(rng, T=6, B=2, D=2, H=3, V=4), 3
    yield *_sample_sequence(rng, T=7, B=3, D=2, H=3, V=3), 3
    yield *_sample_sequence(rng, T=3, B=2, D=3, H=2, V=3), 5
    yield (
        *_sample_sequence(rng, *rng.integers((13, 2, 2, 2, 2), (16, 7, 7, 7, 7))),
        int(rng.integers(2, 7)),
    )
    yield *_sample_sequence(rng, T=6, B=2, D=LARGE_SIZE, H=LARGE_SIZE, V=LARGE_SIZE, scale=0.05), 4


def _sample_sequence(rng, T, B, D, H, V, scale=1.0):
    shapes = (T, B, D), (B, H), (D, H), (H, H), (H, V)
    xs, h, *weights = (rng.normal(size=shape) for shape in shapes)
    return xs, rng.integers(V, size=(T, B)), np.tanh(h), *(scale * W for W in weights)


window_pass.mistake("Not detached", lambda *args: window_pass(*args[:-1], len(args[0])))(
    "Your state is right, but this is the gradient without a cut: the graph still reaches from "
    "one window into those before. Cut the state off from its past where a window begins."
)

window_pass.mistake("Detached at every step", lambda *args: window_pass(*args[:-1], 1))(
    "Your state is cut off from its past at every step, so no gradient passes from any step to "
    "the one before. Within a window it should."
)

window_pass.mistake("The state reset to 0", {"h, (W_xh": "0 * h if start else h, (W_xh"})(
    "Your windows begin with a state of 0, so the network forgets at every border. To detach is "
    "to keep the numbers and to drop the graph."
)

window_pass.mistake("The start state again")(
    "Every window of yours begins with the start state, so the network forgets at every border. "
    "Which state does the window before leave behind?",
    {"dWs, h": "dWs, h_last", "dW_hy, h": "dW_hy, h_last"},
)

window_pass.mistake("The gradients zeroed inside the loop")(
    "Only the gradient of the last window is left: those before were zeroed or replaced. PyTorch "
    "adds to `.grad` on its own; when should it begin with zero?",
    {"dW_xh + ": "", "dW_hh + ": "", "dW_hy + ": ""},
)

window_pass.mistake("The mean of each window, added", {"targets.size": "targets[window].size"})(
    "You took the mean loss of each window and added these. The loss is the mean over all T "
    "steps: every token counts 1 / (T B), however long its window is."
)

window_pass.mistake("The mean of each window, then their mean")(
    "Right where k divides T. Otherwise the last window is shorter, and your mean over windows "
    "makes its tokens count more than others.",
    {"targets.size": "targets[window].size * -(-len(xs) // k)"},
)

window_pass.mistake("The sum over the batch", {"targets.size": "len(xs)"})(
    "You divided by the number of steps alone. The loss is a mean over the sequences, too."
)

window_pass.mistake("The sum over everything", {"targets.size": "1"})(
    "You added the surprises of all tokens. Asked for is the gradient of their mean."
)

window_pass.mistake("Earlier windows gone back through again")(
    "Early windows count several times: each `backward` goes through the losses of all windows so "
    "far. Go back through the loss of one window, and begin the next at 0.",
    {"targets.size": "targets.size / (-(-len(xs) // k) - start // k)"},
)

window_pass.mistake("The rest dropped")(
    "Right where k divides T. Otherwise some steps are left for a last, shorter window, and yours "
    "are lost.",
    {"len(xs)": "len(xs) // k * k", "0, 0, 0": "0 * W_xh, 0 * W_hh, 0 * W_hy"},
)

window_pass.equivalent(
    "window_pass: `for start in range(0, len(xs), k):` -> `for start in range(0, len(xs) + 1, k):`",
    "A window without steps adds nothing, and leaves the state as it is.",
)
