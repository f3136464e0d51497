"""The loss of a batch of targets: real symbols alone count."""

import numpy as np

from rnncourse.core.arithmetic import picked, surprises
from rnncourse.grading.writing import question


@question("11-loss", number=3, level="apply", points=2, returns="loss")
def mean_nll(logits, target, lengths):
    """The loss without padding."""
    logs = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
    T, B = target.shape
    each = -logs[np.arange(T)[:, None], np.arange(B), target]
    return each[np.arange(T)[:, None] < lengths].mean()


@mean_nll.inputs
def _(rng):
    yield np.log([[[1.0, 3.0]], [[1.0, 1.0]]]), np.array([[1], [0]]), np.array([1])
    yield _batch(rng, 3, 2, 3, [3, 1])
    yield _batch(rng, 5, 3, 4, [2, 5, 3])
    yield _batch(rng, 4, 4, 6, [4, 1, 2, 2])
    yield _batch(rng, 6, 2, 5, [6, 3])
    T, B, V = rng.integers((13, 3, 3), (20, 12, 12))
    yield _batch(rng, T, B, V, rng.integers(1, T + 1, size=B))


def _batch(rng, T, B, V, lengths):
    lengths = np.array(lengths)
    target = rng.integers(0, V, (T, B))
    target[np.arange(T)[:, None] >= lengths] = 0
    target[0, 0] = 0  # a symbol like any other: lengths say what is real
    return 2 * rng.normal(size=(T, B, V)), target, lengths


@mean_nll.truth("a surprise is never negative")
def _(arguments, loss):
    """No probability is above 1, so its logarithm is at most 0. Which sign has the loss?"""
    return loss >= 0


def _real(target, lengths):
    return np.arange(len(target))[:, None] < lengths


def _of(told):
    """Make a wrong answer: from the surprises of the real symbols to the loss."""
    return lambda logits, target, lengths: told(surprises(logits, target)[_real(target, lengths)])


mean_nll.mistake("Padding counted")(
    "You averaged over all places. Behind the end of a text stands padding, which nobody should "
    "learn to predict.",
    lambda logits, target, lengths: surprises(logits, target).mean(),
)


@mean_nll.mistake("Every 0 taken for padding")
def _(logits, target, lengths):
    """You left out every symbol 0. Here 0 may be a real symbol: `lengths` says what is real."""
    return surprises(logits, target)[target != 0].sum() / max((target != 0).sum(), 1)


mean_nll.mistake("Padding set to 0, and counted")(
    "Padding adds nothing to your sum, but you divide by all places. Divide by the real ones.",
    lambda logits, target, lengths: (surprises(logits, target) * _real(target, lengths)).mean(),
)


@mean_nll.mistake("The stop symbol left out")
def _(logits, target, lengths):
    """You left out the last real symbol of each text. It is the stop symbol, and must be learned:
    else the decoder never ends."""
    real = _real(target, lengths - 1)
    return surprises(logits, target)[real].sum() / max(real.sum(), 1)


@mean_nll.mistake("A mean of means")
def _(logits, target, lengths):
    """You averaged each text first, and then the texts. So a symbol of a short text weighs more
    than one of a long text. Asked for is the mean over symbols."""
    return ((surprises(logits, target) * _real(target, lengths)).sum(0) / lengths).mean()


mean_nll.mistake("A sum", _of(np.sum))(
    "You added the surprises up, or divided by the number of texts. Divide by the number of real "
    "symbols."
)


@mean_nll.mistake("A sum for each text")
def _(logits, target, lengths):
    """You divided by the number of texts. Divide by the number of real symbols."""
    return surprises(logits, target)[_real(target, lengths)].sum() / len(lengths)


mean_nll.mistake("The sign", _of(lambda nll: -nll.mean()))(
    "Right but for the sign: a loss is to become smaller, a log-probability larger."
)

mean_nll.mistake("Bits", _of(lambda nll: nll.mean() / np.log(2)))(
    "You took the logarithm to the base 2. Nats are asked for: the natural logarithm."
)

mean_nll.mistake("The logit for the log-probability")(
    "You took the logits as they are. They become log-probabilities when the logarithm of the sum "
    "of their exponentials is taken away.",
    lambda logits, target, lengths: -picked(logits, target)[_real(target, lengths)].mean(),
)

mean_nll.mistake("The logarithm of the mean", _of(lambda nll: -np.log(np.exp(-nll).mean())))(
    "You averaged probabilities, and took the logarithm then. Each symbol has a surprise of its "
    "own; average these."
)


@mean_nll.mistake("The likeliest symbol")
def _(logits, target, lengths):
    """You took the surprise of the likeliest symbol. That of the right one counts."""
    return surprises(logits, logits.argmax(2))[_real(target, lengths)].mean()
