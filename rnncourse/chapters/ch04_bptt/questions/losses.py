"""The loss of a batch with padding, and its gradient by the logits."""

import numpy as np

from rnncourse.grading.questions import Mistake, Property, Question


def _masked_loss(ys, targets, mask):
    probs = np.exp(ys) / np.exp(ys).sum(axis=2, keepdims=True)
    right = np.eye(ys.shape[2])[targets]
    share = mask / mask.sum()
    surprise = -np.log((probs * right).sum(axis=2))
    return (share * surprise).sum(), share[:, :, None] * (probs - right)


def _batches(rng):
    yield np.zeros((2, 1, 2)), np.array([[0], [1]]), np.array([[True], [False]])
    yield _batch(rng, 3, [3])
    yield _batch(rng, 3, [2, 4, 1])
    yield _batch(rng, 3, [3, 1, 2])
    yield _batch(rng, 5, [3, 3])
    yield _batch(rng, 4, [6, 2, 5, 1])


def _batch(rng, V, lengths):
    """Return logits, targets and mask of sequences of these lengths, with anything at padding."""
    mask = np.arange(max(lengths))[:, None] < np.array(lengths)
    targets = rng.integers(V, size=mask.shape)
    return 2 * rng.normal(size=(*mask.shape, V)), targets, mask


def _weighed(share, share_of_gradient=None, axis=2, minus=1):
    """Make a wrong answer: other shares of the tokens, a softmax over another axis, no minus."""

    def answer(ys, targets, mask):
        probs = np.exp(ys) / np.exp(ys).sum(axis=axis, keepdims=True)
        right = np.eye(ys.shape[2])[targets]
        own = share(mask) * np.ones(mask.shape)
        of_gradient = (share_of_gradient or share)(mask) * np.ones(mask.shape)
        loss = -(own * np.log((probs * right).sum(axis=2))).sum()
        return loss, of_gradient[:, :, None] * (probs - minus * right)

    return answer


def _mean(mask):
    return mask / mask.sum()


LOSS = Question(
    id="04-loss",
    title="The loss of a batch with padding",
    level="apply",
    points=2,
    function="masked_loss",
    reference=_masked_loss,
    returns=("loss", "dys"),
    inputs=_batches,
    properties=(
        Property("the loss is at least 0", lambda a, loss, dys: bool(loss >= 0)),
        Property(
            "the gradient at padding is 0",
            lambda a, loss, dys: not np.any(dys[~a[2]]),
            hint="Nobody may learn from what is not there.",
        ),
        Property(
            "the gradient by the logits of one token sums to 0",
            lambda a, loss, dys: bool(np.allclose(dys.sum(axis=2), 0, atol=1e-6)),
            hint="Adding one number to all logits of a token changes no probability.",
        ),
    ),
    mistakes=(
        Mistake(
            "The sum over the tokens",
            _weighed(lambda mask: mask),
            "You added the surprises of the real tokens. Asked for is their mean: otherwise a "
            "longer batch would take longer steps.",
        ),
        Mistake(
            "The gradient of the sum",
            _weighed(_mean, lambda mask: mask),
            "Your loss is the mean, but your gradient belongs to the sum: what divides the one "
            "divides the other.",
        ),
        Mistake(
            "Divided by T B",
            _weighed(lambda mask: mask / mask.size),
            "You left the padding out of the sum, and counted it in what you divide by. Then the "
            "loss looks smaller the more padding there is.",
        ),
        Mistake(
            "Divided by B",
            _weighed(lambda mask: mask / mask.shape[1]),
            "You divided by the number of sequences. Then the loss is that of a whole sequence; "
            "asked for is a mean over tokens.",
        ),
        Mistake(
            "Divided by T",
            _weighed(lambda mask: mask / mask.shape[0]),
            "You divided by the number of steps. A step has a token for each sequence that still "
            "goes on: how many tokens are there in all?",
        ),
        Mistake(
            "A mean of each sequence, then their mean",
            _weighed(lambda mask: mask / mask.sum(axis=0) / mask.shape[1]),
            "You took the mean of each sequence, and then the mean of these. So a token of a short "
            "sequence counts more than one of a long sequence; here all real tokens count alike.",
        ),
        Mistake(
            "A mean of each step, then their mean",
            _weighed(lambda mask: mask / mask.sum(axis=1, keepdims=True) / mask.shape[0]),
            "You took the mean of each step, and then the mean of these. Late steps have fewer "
            "real tokens, and these count more then; here all real tokens count alike.",
        ),
        Mistake(
            "The mask forgotten",
            _weighed(lambda mask: 1 / mask.size),
            "You never used the mask: padding adds to your loss and has a gradient.",
        ),
        Mistake(
            "A gradient at padding",
            _weighed(_mean, lambda mask: 1 / mask.sum()),
            "Your loss is right, but the gradient at padding is not 0. What does not enter the "
            "loss cannot change it.",
        ),
        Mistake(
            "The sign of the gradient",
            lambda ys, targets, mask: (
                _masked_loss(ys, targets, mask)[0],
                -_masked_loss(ys, targets, mask)[1],
            ),
            "Your gradient points the other way: descending along it makes the right symbols less "
            "likely. Which of the two is subtracted from which?",
        ),
        Mistake(
            "The one-hot forgotten",
            _weighed(_mean, minus=0),
            "Your gradient is the probabilities alone: it pushes every logit down, the right one "
            "too. The target has to appear in it.",
        ),
        Mistake(
            "Softmax over the batch",
            _weighed(_mean, axis=1),
            "Your probabilities sum to 1 over the sequences of the batch. Each token is one "
            "prediction: over which axis do its alternatives lie?",
        ),
        Mistake(
            "Softmax over time",
            _weighed(_mean, axis=0),
            "Your probabilities sum to 1 over the steps. Each token is one prediction: over which "
            "axis do its alternatives lie?",
        ),
    ),
)

QUESTIONS = (LOSS,)
