"""The loss of a batch of targets: real symbols alone count."""

import numpy as np

from rnncourse.grading.writing import question


@question("11-loss", 3, "The loss without padding", "apply", returns="loss")
def mean_nll(logits, target, lengths):
    """Return the mean loss at the real symbols, in nats."""
    log_probs = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
    T, B = target.shape
    nlls = -log_probs[np.arange(T)[:, None], np.arange(B), target]
    return nlls[np.arange(T)[:, None] < lengths].mean()


@mean_nll.inputs
def _sample_inputs(rng):
    yield np.log([[[1.0, 3.0]], [[1.0, 1.0]]]), np.array([[1], [0]]), np.array([1])
    yield _sample_batch(rng, 3, 2, 3, [3, 1])
    yield _sample_batch(rng, 5, 3, 4, [2, 5, 3])
    yield _sample_batch(rng, 4, 4, 6, [4, 1, 2, 2])
    yield _sample_batch(rng, 6, 2, 5, [6, 3])
    T, B, V = rng.integers((13, 3, 3), (20, 12, 12))
    yield _sample_batch(rng, T, B, V, rng.integers(1, T + 1, size=B))


def _sample_batch(rng, T, B, V, lengths):
    lengths = np.array(lengths)
    target = rng.integers(0, V, (T, B))
    target[np.arange(T)[:, None] >= lengths] = 0
    target[0, 0] = 0  # a symbol like any other: lengths say what is real
    return 2 * rng.normal(size=(T, B, V)), target, lengths


@mean_nll.property("a surprise is never negative")
def _is_not_negative(arguments, loss):
    """No probability is above 1, so its logarithm is at most 0. Which sign has the loss?"""
    return loss >= 0


mean_nll.mistake("Padding counted", {"nlls[np.arange(T)[:, None] < lengths]": "nlls"})(
    "You averaged over all places. Behind the end of a text stands padding, which nobody should "
    "learn to predict."
)

mean_nll.mistake("Every 0 taken for padding")(
    "You left out every symbol 0. Here 0 may be a real symbol: `lengths` says what is real.",
    {"np.arange(T)[:, None] < lengths].mean()": "target != 0].sum() / max((target != 0).sum(), 1)"},
)

mean_nll.mistake("Padding set to 0, and counted")(
    "Padding adds nothing to your sum, but you divide by all places. Divide by the real ones.",
    {"nlls[np.arange(T)[:, None] < lengths]": "(nlls * (np.arange(T)[:, None] < lengths))"},
)

mean_nll.mistake("The stop symbol left out")(
    "You left out the last real symbol of each text. It is the stop symbol, and must be learned: "
    "else the decoder never ends.",
    {"lengths].mean()": "lengths - 1].sum() / max((lengths - 1).sum(), 1)"},
    {"lengths].mean()": "lengths - 1].mean()"},
)

mean_nll.mistake("A mean of means")(
    "You averaged each text first, and then the texts. So a symbol of a short text weighs more "
    "than one of a long text. Asked for is the mean over symbols.",
    {"nlls[np": "((nlls * (np", "lengths]": "lengths)).sum(0) / lengths)"},
)

mean_nll.mistake("A sum", {"mean": "sum"})(
    "You added the surprises up, or divided by the number of texts. Divide by the number of real "
    "symbols."
)

mean_nll.mistake("A sum for each text", {"mean()": "sum() / B"})(
    "You divided by the number of texts. Divide by the number of real symbols."
)

mean_nll.mistake("The sign", {"-log_probs": "log_probs"})(
    "Right but for the sign: a loss is to become smaller, a log-probability larger."
)

mean_nll.mistake("Bits", {"mean()": "mean() / np.log(2)"})(
    "You took the logarithm to the base 2. Nats are asked for: the natural logarithm."
)

mean_nll.mistake("The logit for the log-probability", {"- np.log(": "- 0 * np.log("})(
    "You took the logits as they are. They become log-probabilities when the logarithm of the sum "
    "of their exponentials is taken away."
)

mean_nll.mistake("The logarithm of the mean")(
    "You averaged probabilities, and took the logarithm then. Each symbol has a surprise of its "
    "own; average these.",
    {"nlls[np": "-np.log(np.exp(-nlls)[np", "mean()": "mean())"},
)

mean_nll.mistake("The likeliest symbol", {", target]": ", logits.argmax(axis=2)]"})(
    "You took the surprise of the likeliest symbol. That of the right one counts."
)

mean_nll.mistake("One place of padding counted", {"None] < lengths": "None] <= lengths"})(
    "You counted a place too many: a text of length 3 has the places 0, 1 and 2."
)

mean_nll.mistake("Softmax over another axis", {"axis=2": "axis=1"}, {"axis=2": "axis=0"})(
    "Your softmax runs over the texts, or over the steps. The probabilities of the V symbols sum "
    "to 1: the last axis."
)
