"""The loss of texts of different lengths."""

import numpy as np

from rnncourse.core.arithmetic import picked, softmax, surprises
from rnncourse.grading.writing import question


@question("14-loss", number=5, level="apply", points=2, returns="loss")
def padded_loss(logits, targets, lengths):
    """A loss without padding."""
    log_probs = logits - np.logaddexp.reduce(logits, axis=2)[..., None]
    mask = np.arange(len(targets))[:, None] < lengths
    came = np.eye(logits.shape[2])[targets[mask]]
    return -(log_probs[mask] * came).sum() / lengths.sum()


@padded_loss.inputs
def _(rng):
    logits = np.log([[[1.0, 3.0], [1.0, 1.0]], [[2.0, 6.0], [9.0, 1.0]]])
    yield logits, np.array([[1, 0], [0, 0]]), np.array([2, 1])
    drawn = rng.integers((13, 3, 3), (20, 12, 12))
    for T, B, V in ((3, 4, 3), (5, 2, 4), (4, 3, 6), (6, 4, 2), drawn):
        lengths = rng.integers(1, T, B)
        lengths[0] = T
        targets = rng.integers(V, size=(T, B))
        targets[np.arange(T)[:, None] >= lengths] = 0
        targets[T - 1, 0] = 0  # a real one, and the last of its text
        logits = rng.normal(0, 1.5, (T, B, V))
        logits[T - 1, 0, 0] -= 4  # so that it counts among many
        yield logits, targets, lengths


@padded_loss.truth("a surprise is not negative")
def _(arguments, loss):
    """No probability is above 1."""
    return loss >= 0


def _real(targets, lengths):
    return np.arange(len(targets))[:, None] < lengths


def _by(change):
    """Make a wrong answer: from the surprises, and where they count, to the loss."""
    return lambda logits, targets, lengths: change(
        surprises(logits, targets), _real(targets, lengths)
    )


def _of(values):
    """Make a wrong answer: the mean of something else where it counts."""
    return lambda logits, targets, lengths: values(logits, targets)[_real(targets, lengths)].mean()


def _counted(real):
    """Make a wrong answer: the mean surprise of other places."""
    return lambda logits, targets, lengths: surprises(logits, targets)[
        real(targets, lengths)
    ].mean()


padded_loss.mistake("Padding counted", _by(lambda nll, real: nll.mean()))(
    "You averaged over padding, too. What is easy to learn there makes the loss look good."
)

padded_loss.mistake("Divided by all places", _by(lambda nll, real: (nll * real).mean()))(
    "Padding adds nothing to your sum, but you divided by all places."
)

padded_loss.mistake("The mean of the texts' means")(
    "You took a mean for each text, and then their mean: symbols of short texts weigh more.",
    _by(lambda nll, real: ((nll * real).sum(axis=0) / real.sum(axis=0)).mean()),
)

padded_loss.mistake("A sum", _by(lambda nll, real: nll[real].sum()))(
    "You did not divide: the loss grows with the batch."
)

padded_loss.mistake("In bits", _by(lambda nll, real: nll[real].mean() / np.log(2)))(
    "That is in bits. Asked for are nats: the natural logarithm."
)

padded_loss.mistake("Symbol 0 left out")(
    "You left out every symbol 0. A padded place is told by the lengths; 0 may be a symbol, too.",
    lambda logits, targets, lengths: (
        (surprises(logits, targets) * (targets != 0)).sum() / np.maximum((targets != 0).sum(), 1)
    ),
    _counted(lambda targets, lengths: np.cumsum(targets[::-1], axis=0)[::-1] > 0),
)

padded_loss.mistake("One place too many")(
    "You counted the first padded place of each text. A text of length n has places 0 to n - 1.",
    _counted(lambda targets, lengths: _real(targets, lengths + 1)),
)

padded_loss.mistake("A mean for each step")(
    "You took a mean for each step, and then their mean: late symbols, of few texts, weigh more.",
    _by(lambda nll, real: ((nll * real).sum(axis=1) / real.sum(axis=1)).mean()),
)

padded_loss.mistake("Divided by the texts", _by(lambda nll, real: nll[real].sum() / real.shape[1]))(
    "You divided by how many texts there are. Each symbol weighs as much as any other."
)

padded_loss.mistake("The other sign", _by(lambda nll, real: -nll[real].mean()))(
    "A surprise is -ln p. You left out the minus."
)

padded_loss.mistake("Without a softmax", _of(lambda logits, targets: -picked(logits, targets)))(
    "You took the logits for logarithms of probabilities. First they need a softmax."
)

padded_loss.mistake("A softmax twice")(
    "You took the softmax, and then once more, inside of the loss.",
    _of(lambda logits, targets: surprises(softmax(logits), targets)),
)

padded_loss.mistake("Over the texts")(
    "Your softmax runs over the texts. The symbols of the vocabulary, the last axis, compete.",
    _of(lambda logits, targets: -picked(np.log(softmax(logits, axis=1)), targets)),
)

padded_loss.mistake("The surprise of a mean")(
    "You took the logarithm of the mean probability. Asked for is the mean of the logarithms.",
    _by(lambda nll, real: -np.log(np.exp(-nll[real]).mean())),
)

padded_loss.mistake("One place too few")(
    "You left out the last symbol of each text. A text of length n has places 0 to n - 1.",
    _counted(lambda targets, lengths: _real(targets, np.maximum(lengths - 1, 1))),
)

padded_loss.mistake("The perplexity", _by(lambda nll, real: np.exp(nll[real].mean())))(
    "That is the perplexity. Asked for is its logarithm."
)
