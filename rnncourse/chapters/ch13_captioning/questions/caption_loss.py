"""The loss of a batch of captions, without the padding."""

import numpy as np

from rnncourse.grading.writing import question


@question("13-loss", 4, "The loss of a batch of captions", "apply", returns="loss")
def caption_loss(logits, captions):
    """Return the mean loss of a word, in nats; padding is no word."""
    target_logits = np.einsum("btv,btv->bt", logits, np.eye(logits.shape[2])[captions])
    return (np.logaddexp.reduce(logits, axis=2) - target_logits)[captions != 0].mean()


@caption_loss.inputs
def _sample_inputs(rng):
    yield (
        np.log([[[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 6.0, 2.0], [5.0, 1.0, 1.0, 1.0]]]),
        (np.array([[3, 2, 0]])),
    )
    sizes = rng.integers((13, 13, 4), (20, 20, 12))
    for B, T, V in ((2, 4, 4), (3, 5, 6), (4, 6, 5), (2, 3, 7), sizes):
        lengths = rng.integers(1, T, B)
        lengths[0], lengths[1] = T, 1 + T // 3
        words = rng.integers(3, V, (B, T))
        steps = np.arange(T)
        words[steps == lengths[:, None] - 1] = 2
        words[steps >= lengths[:, None]] = 0
        yield rng.normal(0, 1.5, (B, T, V)), words


@caption_loss.property("a surprise is not negative")
def _is_not_negative(arguments, loss):
    """It is minus the logarithm of a probability."""
    return loss >= 0


caption_loss.mistake("Padding counted", {"[captions != 0]": ""})(
    "You counted the padding. Nobody wrote it, and the network would learn to write it."
)

caption_loss.mistake("Padding as surprise 0")(
    "You struck out the padding, but divided by all places. Divide by the words.",
    {"(np": "((captions != 0) * (np", "[captions != 0]": ")"},
)

caption_loss.mistake("The end left out")(
    "You left out the stop word, 2. A captioner must learn when to stop.",
    {"captions != 0": "captions > 2"},
)

caption_loss.mistake("A sum", {"mean": "sum"})(
    "That is the sum over the words. Asked for is the mean, so that batches can be compared."
)

caption_loss.mistake("Captions averaged")(
    "You averaged the means of the captions. Every word counts alike.",
    {"[captions != 0]": ".mean(axis=1, where=captions != 0)"},
)

caption_loss.mistake("One word late")(
    "You compare each step with the word before it: that word was told, not written.",
    {"[captions])": "[np.pad(captions[:, :-1], ((0, 0), (1, 0)), constant_values=1)])"},
)

caption_loss.mistake("Bits", {"mean()": "mean() / np.log(2)"})(
    "You took logarithms to the base 2. The loss is in nats."
)

caption_loss.mistake("One word early")(
    "You compare each step with the word after it. Here `logits[:, t]` belongs to "
    "`captions[:, t]`.",
    lambda logits, captions: caption_loss(logits[:, :-1], captions[:, 1:]),
)

caption_loss.mistake("Divided by the captions", {"].mean()": "].sum() / len(captions)"})(
    "You divided by the number of captions. Divide by the number of words."
)


@caption_loss.mistake("Softmax over the steps")
def _normalize_over_steps(logits, captions):
    """Your softmax runs over the steps. The probabilities of the V words sum to 1: the last
    axis."""
    log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    nlls = -np.take_along_axis(log_probs, captions[..., None], axis=2)[..., 0]
    return nlls[captions != 0].mean()
