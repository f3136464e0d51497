"""How many answers are right, and how many sequences."""

import numpy as np

from rnncourse.grading.writing import question


@question("01-score", 5, "How many are right?", "build", points=2, returns="accuracy exact")
def score_answers(ys, targets, mask):
    """Return the share of right answers among those that count, and of right sequences."""
    is_correct = ys.argmax(axis=2) == targets
    return is_correct[mask].mean(), (is_correct | ~mask).all(axis=0).mean()


@score_answers.inputs
def _sample_inputs(rng):
    yield _sample_answers(rng, [[1, 1], [0, 1]], [[True, True], [True, False]], V=2)
    mask = np.arange(3)[:, None] < np.array([1, 3])
    yield _sample_answers(rng, np.ones((3, 2)), mask, V=3)
    pattern = np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1], [1, 1, 1]])
    mask = np.arange(4)[:, None] < np.array([3, 4, 1])
    yield _sample_answers(rng, pattern, mask, V=5)
    mask = np.array([[True, False, True], [True, False, False], [True, True, False]])
    yield _sample_answers(rng, [[1, 1, 1], [0, 0, 0], [1, 1, 0]], mask, V=3)
    lengths = rng.permutation([1, 2, 4, 5, 6, 6])
    mask = (np.arange(6)[:, None] < lengths) & (np.arange(6)[:, None] >= lengths - 4)
    yield _sample_answers(rng, rng.random((6, 6)) < 0.8, mask, V=4)
    T, B, V = rng.integers((13, 3, 3), (20, 12, 12))
    mask = rng.random((T, B)) < np.linspace(1, 0.5, T)[:, None]
    yield _sample_answers(rng, rng.random((T, B)) < 0.8, mask, V)


def _sample_answers(rng, is_correct, mask, V):
    """Return logits whose largest is at the target where `is_correct`, and elsewhere else."""
    shape = np.shape(is_correct)
    ys, targets = rng.uniform(-1, 1, size=(*shape, V)), rng.integers(V, size=shape)
    predicted = np.where(is_correct, targets, (targets + rng.integers(1, V, size=shape)) % V)
    np.put_along_axis(ys, predicted[:, :, None], rng.uniform(1, 2, size=(*shape, 1)), axis=2)
    return ys, targets, np.array(mask)


score_answers.property(
    "both are shares, from 0 to 1",
    predicate=lambda _, accuracy, exact: 0 <= accuracy <= 1 and 0 <= exact <= 1,
)

score_answers.mistake(
    "Padding counted", {"is_correct[mask]": "is_correct", "(is_correct | ~mask)": "is_correct"}
)("You never used the mask: what stands at padding counts in both of your numbers.")

score_answers.mistake("Padding counted in the accuracy", {"is_correct[mask]": "is_correct"})(
    "Your `exact` is right, but padding counts in your accuracy."
)

score_answers.mistake("Padding counted in the exact match", {"(is_correct | ~mask)": "is_correct"})(
    "Your accuracy is right, but for `exact` you ask that what stands at padding be right, too."
)

score_answers.mistake("Padding counted as right", {"is_correct[mask]": "(is_correct | ~mask)"})(
    "Padding counts as right in your accuracy, so it looks better the more padding there is."
)

score_answers.mistake("Divided by all steps", {"is_correct[mask]": "(is_correct & mask)"})(
    "You counted the right answers among those that count, and divided by all T B. How many could "
    "there have been?"
)

score_answers.mistake("A mean of each sequence, then their mean")(
    "You took the share of each sequence, and then the mean of these. So an answer of a short "
    "sequence counts more than one of a long sequence; here all count alike.",
    {"is_correct[mask]": "((is_correct & mask).sum(axis=0) / mask.sum(axis=0))"},
)

score_answers.mistake("A mean of each step, then their mean")(
    "You took the share of each step, and then the mean of these. So an answer counts more where "
    "few sequences have one; here all count alike.",
    {"is_correct[mask]": "((is_correct & mask).sum(axis=1) / mask.sum(axis=1))"},
)

score_answers.mistake("The first for the second")(
    "Your two numbers are the same: the share of the answers. `exact` counts sequences.",
    {"(is_correct | ~mask).all(axis=0)": "is_correct[mask]"},
)

score_answers.mistake("One right answer taken for all")(
    "Your `exact` takes a sequence for right if one of its answers is. All of them have to be.",
    {"(is_correct | ~mask).all": "(is_correct & mask).any"},
)

score_answers.mistake("Only full sequences exact", {"is_correct | ~mask": "is_correct & mask"})(
    "Your `exact` takes a sequence for wrong where an answer does not count. What does not count "
    "can spoil nothing."
)

score_answers.mistake("Right where nothing counts taken for wrong")(
    "Your `exact` asks that `right` and `mask` be the same. Where an answer does not count, one "
    "that happens to be right spoils nothing.",
    {"is_correct | ~mask": "is_correct == mask"},
)

score_answers.mistake("Steps for sequences", {"all(axis=0)": "all(axis=1)"})(
    "Your `exact` is the share of steps at which all sequences are right. Which axis is time, and "
    "along which do the answers of one sequence lie?"
)

score_answers.mistake("The last answer alone")(
    "Your `exact` looks at the last answer of each sequence only.",
    {
        "(is_correct | ~mask).all(axis=0)": (
            "is_correct[len(mask) - 1 - mask[::-1].argmax(axis=0), range(len(mask.T))]"
        )
    },
)

score_answers.mistake("All sequences or none", {"all(axis=0)": "all()"})(
    "Your `exact` says whether all sequences are right. Asked for is the share of them that are."
)

score_answers.mistake("Numbers, not shares", {"mean": ("sum", 2)})(
    "You counted right answers and right sequences. Asked for are their shares."
)

score_answers.mistake("Errors, not right answers")(
    "Your numbers are the shares of what is wrong.",
    {"is_correct[mask].mean(), ": "1 - is_correct[mask].mean(), 1 - "},
)

score_answers.mistake("The answer taken over the batch, or over time", raises="ValueError")(
    "You look for the largest logit along the batch, or along time. Over which axis do the classes "
    "lie?",
    {"argmax(axis=2)": "argmax(axis=1)"},
    {"argmax(axis=2)": "argmax(axis=0)"},
)

score_answers.mistake("The smallest logit", {"argmax": "argmin"})(
    "You take the class with the smallest logit. Which one is the network's answer?"
)
