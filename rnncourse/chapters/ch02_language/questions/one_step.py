"""One step of a recurrent network, and the loss that it learns from."""

import numpy as np

from rnncourse.grading.questions import DERIVE_HINT, Tolerance
from rnncourse.grading.writing import question

# --- 5. One step ---


@question("02-step", 5, "One step, and sequences that have ended", "apply", returns="y h_next")
def rnn_step(x, h, W_xh, W_hh, W_hy, b_h, b_y):
    """Return the logits, `(B, V)`, and the new states of a batch, `(B, H)`."""
    h_next = _hold_ended_rows(x, h, np.tanh(x @ W_xh + h @ W_hh + b_h))
    return h_next @ W_hy + b_y, h_next


def _hold_ended_rows(x, h, h_next):
    return np.where(x.any(axis=1, keepdims=True), h_next, h)


@rnn_step.inputs
def _sample_steps(rng):
    yield _sample_step(rng, B=1, D=1, H=2, V=1)
    yield _sample_step(rng, B=3, D=3, H=3, V=3, ended=[1])
    yield _sample_step(rng, B=2, D=3, H=4, V=5)
    x, h, *weights = _sample_step(rng, B=4, D=6, H=5, V=2, ended=[0, 3])
    x[1, 0] = 0  # and goes on
    x[2] = 1.5, -1.5, 0.5, 0.25, -0.5, -0.25  # sums to 0, and goes on
    yield x, h, *weights
    x, h, *weights = _sample_step(rng, B=4, D=6, H=5, V=2)
    yield x, np.zeros_like(h), *weights
    yield _sample_step(rng, *rng.integers((13, 2, 2, 2), (20, 8, 8, 8)))


def _sample_step(rng, B, D, H, V, ended=()):
    shapes = (B, D), (B, H), (D, H), (H, H), (H, V), (H,), (V,)
    x, h, *weights = (rng.normal(size=shape) for shape in shapes)
    x[list(ended)] = 0
    return x, np.tanh(h), *weights


rnn_step.property(
    "every entry of the new state lies between −1 and 1",
    predicate=lambda _, y, h_next: np.all(np.abs(h_next) <= 1),
)

rnn_step.property(
    "the logits are the new state times W_hy, plus b_y",
    predicate=lambda args, y, h_next: Tolerance().agree(y, h_next @ args[4] + args[6]),
)

rnn_step.mistake("Ended sequences go on", {"_hold_ended_rows(x, h,": "("})(
    "Right where something is read. But where a row of `x` is all 0 the sequence has ended, and "
    "its state must stay `h`: your step adds `b_h` and takes another tanh."
)

rnn_step.mistake(
    "Ended sequences forget", {"_hold_ended_rows(x, h,": "_hold_ended_rows(x, 0 * h,"}
)(
    "You set the state to 0 where a sequence has ended. It must stay `h`: what was read is still "
    "wanted at the end of the batch."
)

rnn_step.mistake("A single 0 taken for the end")(
    "In your function one 0 in a row of `x` is enough for the end. A sequence has ended where the "
    "*whole* row is 0.",
    {"_hold_ended_rows(x, h,": "np.where(x[:, :1] == 0, h,"},
)

rnn_step.mistake("A sum of 0 taken for the end")(
    "You asked whether the row of `x` sums to 0. So does a row of 1 and −1, in which something is "
    "read. A sequence has ended where *every* entry is 0.",
    {"_hold_ended_rows(x, h,": "np.where(x.sum(axis=1, keepdims=True) == 0, h,"},
)

rnn_step.mistake("Logits of a step that was not made")(
    "The states are right. But where a sequence has ended, your logits come from the tanh that was "
    "not taken; they too must come from the state that stays.",
    {"_hold_ended_rows(x, h,": "(", "b_y, h_next": "b_y, _hold_ended_rows(x, h, h_next)"},
)

rnn_step.mistake("No bias in the state", {" + b_h": ""})("Your state leaves out the bias `b_h`.")

rnn_step.mistake("No bias in the logits", {" + b_y": ""})("Your logits leave out the bias `b_y`.")

rnn_step.mistake("W_hh transposed", {"W_hh": "W_hh.T"})(
    "You transposed `W_hh`. It is square, so no shape complains. With row vectors it is `h @ W_hh`."
)

rnn_step.mistake("All weights transposed", raises="ValueError")(
    "You transposed the weights, as one does for column vectors and for PyTorch's way of storing "
    "them. It only runs where all sizes are equal. Here vectors are rows: `x @ W_xh`.",
    {"W_xh": "W_xh.T", "W_hh": "W_hh.T", "W_hy": "W_hy.T"},
)

rnn_step.mistake("Logits from the old state", {"h_next @": "h @"})(
    "Your logits come from the old state. Then `x` has no say in them: compute them from the state "
    "that you return."
)

rnn_step.mistake("Sigmoid in the place of tanh")(
    "You used the sigmoid. This network squashes with tanh, whose values lie between −1 and 1.",
    {"np.tanh(x @ W_xh + h @ W_hh + b_h)": "1 / (1 + np.exp(-x @ W_xh - h @ W_hh - b_h))"},
)

rnn_step.mistake("No tanh", {"np.tanh": ""})(
    "Your state is the sum before the tanh. Without it the network stays linear, however many "
    "steps it takes."
)

rnn_step.mistake("A tanh on the logits too")(
    "You put a tanh on the logits. They are scores of any size: squashed to ±1 they could never "
    "express that one character is nearly certain.",
    {"h_next @ W_hy + b_y": "np.tanh(h_next @ W_hy + b_y)"},
)

rnn_step.mistake("The past left out", {" + h @ W_hh": ""})(
    "Your new state does not depend on the old one: the term `h @ W_hh` is missing, and with it "
    "the memory."
)


# --- 6. Loss and gradient ---


@question(
    "02-loss", 6, "The loss and its gradient", "build", returns="loss dy", timeout_hint=DERIVE_HINT
)
def cross_entropy_and_gradient(y, targets):
    """Return the mean loss in nats, and its gradient by the logits, `(B, V)`."""
    log_probs = _log_softmax(y)
    rows = np.arange(len(y))
    dy = np.exp(log_probs)
    dy[rows, targets] -= 1
    return -log_probs[rows, targets].mean(), dy / len(y)


def _log_softmax(y, axis=1):
    shifted = y - y.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


@cross_entropy_and_gradient.inputs
def _sample_batches(rng):
    yield np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([0, 1])
    yield rng.normal(size=(1, 3)), rng.integers(3, size=1)
    yield rng.normal(size=(4, 6)), rng.integers(6, size=4)
    yield rng.normal(size=(5, 5)), rng.integers(5, size=5)
    yield rng.normal([[1000, 0, -1000], [0, 3, 1]]), np.array([1, 0])
    B, V = rng.integers(13, 30, size=2)
    yield rng.normal(size=(B, V)), rng.integers(V, size=B)
    yield rng.normal(size=(40, 4000)), rng.integers(4000, size=40)


cross_entropy_and_gradient.property(
    "the loss is at least 0", predicate=lambda _, loss, dy: loss >= 0
)


@cross_entropy_and_gradient.property("every row of the gradient sums to 0")
def _rows_sum_to_zero(arguments, loss, dy):
    """Adding one number to all logits of a row changes no probability."""
    return np.allclose(dy.sum(axis=1), 0, atol=1e-6)


cross_entropy_and_gradient.mistake("The sum over the batch", {"mean": "sum", "dy / len(y)": "dy"})(
    "You added the losses of the batch. Their mean is asked for, and then the gradient is divided "
    "by B too; else the learning rate would depend on the size of the batch."
)

cross_entropy_and_gradient.mistake("The gradient not divided by B", {"dy / len(y)": "dy"})(
    "Your loss is the mean over the batch, but your gradient is that of the sum: divide it by B "
    "as well."
)

cross_entropy_and_gradient.mistake("The minus one at the target forgotten", {"-= 1": "-= 0"})(
    "Your gradient is the probabilities alone. At the target 1 has to be subtracted: that is what "
    "pushes the right character up."
)

cross_entropy_and_gradient.mistake("Softmax over the batch")(
    "You normalized over the batch, not over the vocabulary. Every row is one prediction: its "
    "probabilities sum to 1 along the last axis.",
    {"_log_softmax(y)": "_log_softmax(y, axis=0)"},
)

cross_entropy_and_gradient.mistake("The sign of the gradient", {"dy / len(y)": "-dy / len(y)"})(
    "Your gradient points the other way. It is probability minus target: descending along yours "
    "would make the loss grow."
)

cross_entropy_and_gradient.mistake("The loss in bits", {"mean()": "mean() / np.log(2)"})(
    "Your loss is in bits, your gradient belongs to a loss in nats. Take the natural logarithm."
)

cross_entropy_and_gradient.mistake("The exponential overflows")(
    "Right for small logits, but the exponential of 1000 is infinite. Subtract the largest logit "
    "of each row first: it changes no probability.",
    {"_log_softmax(y)": "np.log(np.exp(y) / np.exp(y).sum(axis=1, keepdims=True))"},
)

cross_entropy_and_gradient.mistake("The logarithm of a probability that has vanished")(
    "Right for small logits, but a probability of e to the −1000 is rounded to 0, and its "
    "logarithm is infinite. Do not take the logarithm of the softmax: subtract the logarithm of "
    "the sum from the logits.",
    {"-log_probs": "-np.log(np.exp(log_probs))"},
)

cross_entropy_and_gradient.mistake("A tiny number under the logarithm")(
    "You added a tiny number to the probabilities before the logarithm. Where a probability is "
    "rounded to 0, the loss is then that number's logarithm, not the surprise. Subtract the "
    "logarithm of the sum from the logits.",
    *({"-log_probs": f"-np.log(np.exp(log_probs) + 1e-{n})"} for n in (8, 9, 10, 12, 15, 16)),
)

cross_entropy_and_gradient.mistake("The largest logit of the batch")(
    "You subtracted the largest logit of the whole batch. In a row whose logits are far smaller "
    "every exponential is then 0. Subtract the largest of each row.",
    {"_log_softmax(y)": "y - y.max() - np.log(np.exp(y - y.max()).sum(axis=1, keepdims=True))"},
    {
        "_log_softmax(y)": "y - y.max() - np.log(np.exp(y - y.max()).sum(axis=1, keepdims=True))",
        "np.exp(log_probs)": "np.exp(y - y.max()) / np.exp(y - y.max()).sum(axis=1, keepdims=True)",
    },
)
