"""The loss of a batch with padding, and its gradient by the logits."""

import numpy as np

from rnncourse.grading.questions import DERIVE_HINT
from rnncourse.grading.writing import question


@question(
    "04-loss",
    3,
    "The loss of a batch with padding",
    "apply",
    returns="loss dys",
    timeout_hint=DERIVE_HINT,
)
def masked_loss(ys, targets, mask):
    """Return the mean loss over the real tokens, in nats, and its gradient, `(T, B, V)`."""
    probs = np.exp(ys) / np.exp(ys).sum(axis=2, keepdims=True)
    one_hot = targets[:, :, None] == np.arange(ys.shape[2])
    weights = mask / mask.sum()
    nll = -np.log((probs * one_hot).sum(axis=2))
    return (weights * nll).sum(), weights[:, :, None] * (probs - one_hot)


@masked_loss.inputs
def _sample_inputs(rng):
    yield np.zeros((2, 1, 2)), np.array([[0], [1]]), np.array([[True], [False]])
    yield _sample_batch(rng, 3, [3])
    yield _sample_batch(rng, 3, [2, 4, 1])
    yield _sample_batch(rng, 3, [3, 1, 2])
    yield _sample_batch(rng, 5, [3, 3])
    yield _sample_batch(rng, 4, [6, 2, 5, 1])
    yield _sample_batch(
        rng, rng.integers(3, 12), [*rng.integers(1, 12, size=rng.integers(3, 12)), 13]
    )
    yield _sample_batch(rng, 4000, [12, 5, 9, 12])


def _sample_batch(rng, V, lengths):
    """Return logits, targets and mask of sequences of these lengths, with anything at padding."""
    mask = np.arange(max(lengths))[:, None] < np.array(lengths)
    targets = rng.integers(V, size=mask.shape)
    return 2 * rng.normal(size=(*mask.shape, V)), targets, mask


masked_loss.property("the loss is at least 0", predicate=lambda _, loss, dys: loss >= 0)


@masked_loss.property("the gradient at padding is 0")
def _is_zero_at_padding(arguments, loss, dys):
    """Nobody may learn from what is not there."""
    return not np.any(dys[~arguments[2]])


@masked_loss.property("the gradient by the logits of one token sums to 0")
def _sums_to_zero(arguments, loss, dys):
    """Adding one number to all logits of a token changes no probability."""
    return np.allclose(dys.sum(axis=2), 0, atol=1e-6)


masked_loss.mistake("The sum over the tokens", {"mask / mask.sum()": "mask"})(
    "You added the surprises of the real tokens. Asked for is their mean: otherwise a longer "
    "batch would take longer steps."
)

masked_loss.mistake("The gradient of the sum", {"weights[:, :, None]": "mask[:, :, None]"})(
    "Your loss is the mean, but your gradient belongs to the sum: what divides the one divides "
    "the other."
)

masked_loss.mistake("Divided by T B", {"mask.sum()": "mask.size"})(
    "You left the padding out of the sum, and counted it in what you divide by. Then the loss "
    "looks smaller the more padding there is."
)

masked_loss.mistake("Divided by B", {"mask.sum()": "mask.shape[1]"})(
    "You divided by the number of sequences. Then the loss is that of a whole sequence; asked for "
    "is a mean over tokens."
)

masked_loss.mistake("Divided by T", {"mask.sum()": "len(mask)"})(
    "You divided by the number of steps. A step has a token for each sequence that still goes on: "
    "how many tokens are there in all?"
)

masked_loss.mistake("A mean of each sequence, then their mean")(
    "You took the mean of each sequence, and then the mean of these. So a token of a short "
    "sequence counts more than one of a long sequence; here all real tokens count alike.",
    {"mask.sum()": "mask.sum(axis=0) / mask.shape[1]"},
)

masked_loss.mistake("A mean of each step, then their mean")(
    "You took the mean of each step, and then the mean of these. Late steps have fewer real "
    "tokens, and these count more then; here all real tokens count alike.",
    {"mask.sum()": "mask.sum(axis=1, keepdims=True) / len(mask)"},
)

masked_loss.mistake("The mask forgotten")(
    "You never used the mask: padding adds to your loss and has a gradient.",
    {"mask / mask.sum()": "np.full(mask.shape, 1 / mask.size)"},
)

masked_loss.mistake("A gradient at padding", {"weights[:, :, None]": "1 / mask.sum()"})(
    "Your loss is right, but the gradient at padding is not 0. What does not enter the loss "
    "cannot change it."
)

masked_loss.mistake("The sign of the gradient", {"probs - one_hot": "one_hot - probs"})(
    "Your gradient points the other way: descending along it makes the right symbols less likely. "
    "Which of the two is subtracted from which?"
)

masked_loss.mistake("The one-hot forgotten", {"probs - one_hot": "probs"})(
    "Your gradient is the probabilities alone: it pushes every logit down, the right one too. The "
    "target has to appear in it."
)

masked_loss.mistake("Softmax over the batch, or over time")(
    "Your probabilities sum to 1 over the sequences of the batch, or over the steps. Each token is "
    "one prediction: over which axis do its alternatives lie?",
    {"axis=2, keepdims": "axis=1, keepdims"},
    {"axis=2, keepdims": "axis=0, keepdims"},
)
