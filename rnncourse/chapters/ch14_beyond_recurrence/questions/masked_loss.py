"""The loss of texts of different lengths."""

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.writing import question


@question("14-loss", 5, "A loss without padding", "apply", returns="loss")
def padded_loss(logits, targets, lengths):
    """Return the mean loss at the real symbols, in nats."""
    log_probs = logits - np.logaddexp.reduce(logits, axis=2)[..., None]
    mask = np.arange(len(targets))[:, None] < lengths
    one_hot = np.eye(logits.shape[2])[targets[mask]]
    return -(log_probs[mask] * one_hot).sum() / lengths.sum()


@padded_loss.inputs
def _sample_inputs(rng):
    logits = np.log([[[1.0, 3.0], [1.0, 1.0]], [[2.0, 6.0], [9.0, 1.0]]])
    yield logits, np.array([[1, 0], [0, 0]]), np.array([2, 1])
    sizes = rng.integers((13, 3, 3), (20, 12, 12))
    for T, B, V in ((3, 4, 3), (5, 2, 4), (4, 3, 6), (6, 4, 2), sizes):
        lengths = rng.integers(1, T, B)
        lengths[0] = T
        targets = rng.integers(V, size=(T, B))
        targets[np.arange(T)[:, None] >= lengths] = 0
        targets[T - 1, 0] = 0  # a real one, and the last of its text
        logits = rng.normal(0, 1.5, (T, B, V))
        logits[T - 1, 0, 0] -= 4  # so that it counts among many
        yield logits, targets, lengths


@padded_loss.property("a surprise is not negative")
def _is_not_negative(arguments, loss):
    """No probability is above 1."""
    return loss >= 0


padded_loss.mistake("Padding counted")(
    "You averaged over padding, too. What is easy to learn there makes the loss look good.",
    {"< lengths": "< lengths + np.inf", "lengths.sum()": "mask.sum()"},
)

padded_loss.mistake("Divided by all places", {"lengths.sum()": "mask.size"})(
    "Padding adds nothing to your sum, but you divided by all places."
)

padded_loss.mistake("The mean of the texts' means")(
    "You took a mean for each text, and then their mean: symbols of short texts weigh more.",
    {
        "one_hot)": "one_hot / lengths[np.nonzero(mask)[1]][:, None])",
        "lengths.sum()": "len(lengths)",
    },
)

padded_loss.mistake("A sum", {" / lengths.sum()": ""})(
    "You did not divide: the loss grows with the batch."
)

padded_loss.mistake("In bits", {"lengths.sum()": "lengths.sum() / np.log(2)"})(
    "That is in bits. Asked for are nats: the natural logarithm."
)

padded_loss.mistake("Symbol 0 left out")(
    "You left out every symbol 0. A padded place is told by the lengths; 0 may be a symbol, too.",
    {
        "np.arange(len(targets))[:, None] < lengths": "targets != 0",
        "lengths.sum()": "max(mask.sum(), 1)",
    },
    {
        "np.arange(len(targets))[:, None] < lengths": "np.cumsum(targets[::-1], axis=0)[::-1] > 0",
        "lengths.sum()": "mask.sum()",
    },
)

padded_loss.mistake("One place too many")(
    "You counted the first padded place of each text. A text of length n has places 0 to n - 1.",
    {"< lengths": "<= lengths", "lengths.sum()": "mask.sum()"},
)

padded_loss.mistake("A mean for each step")(
    "You took a mean for each step, and then their mean: late symbols, of few texts, weigh more.",
    {
        "one_hot)": "one_hot / mask.sum(axis=1)[np.nonzero(mask)[0]][:, None])",
        "lengths.sum()": "len(mask)",
    },
)

padded_loss.mistake("Divided by the texts", {"lengths.sum()": "len(lengths)"})(
    "You divided by how many texts there are. Each symbol weighs as much as any other."
)

padded_loss.mistake("The other sign", {"-(log_probs": "(log_probs"})(
    "A surprise is -ln p. You left out the minus."
)

padded_loss.mistake("Without a softmax", {"- np": "- 0 * np"})(
    "You took the logits for logarithms of probabilities. First they need a softmax."
)

padded_loss.mistake("A softmax twice")(
    "You took the softmax, and then once more, inside of the loss.",
    lambda logits, *labels: padded_loss(softmax(logits), *labels),
)

padded_loss.mistake("Over the texts", {"axis=2)[..., None]": "axis=1)[:, None]"})(
    "Your softmax runs over the texts. The symbols of the vocabulary, the last axis, compete."
)

padded_loss.mistake("The surprise of a mean")(
    "You took the logarithm of the mean probability. Asked for is the mean of the logarithms.",
    {"-(log_probs[mask]": "-np.log((np.exp(log_probs[mask])", "lengths.sum()": "lengths.sum())"},
)

padded_loss.mistake("One place too few")(
    "You left out the last symbol of each text. A text of length n has places 0 to n - 1.",
    {"< lengths": "< np.maximum(lengths - 1, 1)", "lengths.sum()": "mask.sum()"},
)

padded_loss.mistake(
    "The perplexity", {"-(log_probs": "np.exp(-(log_probs", "lengths.sum()": "lengths.sum())"}
)("That is the perplexity. Asked for is its logarithm.")

padded_loss.mistake("The probability itself")(
    "You return a mean probability. A surprise is −ln p.",
    lambda logits, targets, lengths: _mean_probability(logits, targets, lengths),
)


def _mean_probability(logits, targets, lengths):
    probs = np.exp(logits - np.logaddexp.reduce(logits, axis=2)[..., None])
    mask = np.arange(len(targets))[:, None] < lengths
    return np.take_along_axis(probs, targets[..., None], 2)[..., 0][mask].mean()


padded_loss.mistake(
    "Over the steps", {"reduce(logits, axis=2)[..., None]": "reduce(logits, axis=0)"}
)("Your softmax runs over the steps. It runs over the symbols, the last axis.")
