"""A linear probe: what can be read from states, and on which sequences that is counted."""

import numpy as np

from rnncourse.grading.writing import question


@question("05-probe", 7, "A linear probe", "build", returns="ys accuracy")
def probe(hs, labels, hs_new, labels_new, V, strength):
    """Return the scores of the new states, `(N, V)`, and the accuracy."""
    mean, targets = hs.mean(axis=0), np.eye(V)[labels]
    centered_hs = hs - mean
    gram = centered_hs.T @ centered_hs + strength * np.eye(hs.shape[1])
    W = np.linalg.solve(gram, centered_hs.T @ targets)
    ys = (hs_new - mean) @ W + targets.mean(axis=0)
    return ys, np.mean(ys.argmax(axis=1) == labels_new)


@probe.inputs
def _sample_inputs(rng):
    yield (
        *(np.array([[0.0], [1.0]]), np.array([0, 1])),
        *(np.array([[0.25], [-1.0], [0.8], [0.9]]), np.array([0, 0, 1, 0]), 2, 0.5),
    )
    yield (  # scores far below 0, far above 1, and a winner below one half
        *(np.array([[-1.0], [-1.2], [1.0], [1.1], [1.3]]), np.array([0, 0, 1, 2, 2])),
        *(np.array([[9.0], [-6.0], [0.1], [5.0], [-0.2]]), np.array([2, 0, 0, 2, 1]), 3, 0.5),
    )
    yield *_sample_states(rng, N=12, M=10, H=8, V=3), 3, 0.1
    yield *_sample_states(rng, N=30, M=15, H=3, V=4, signal=2.0), 4, 1.0
    yield *_sample_states(rng, N=24, M=20, H=5, V=3, signal=1.0), 5, 2.0
    yield *_sample_states(rng, N=6, M=9, H=10, V=2, signal=1.0), 2, 0.5
    yield *_sample_states(rng, *rng.integers(8, 30, size=3), V=3, signal=1.0), 3, 0.5


def _sample_states(rng, N, M, H, V, signal=0.0):
    """Draw states that are not centered, with labels of which they tell something, or nothing.

    All labels occur; those of the N sequences to learn from are not equally frequent.
    """
    directions, offset = rng.normal(size=(V, H)), rng.normal(size=H) / 2
    labels = rng.permutation(np.concatenate([np.arange(V), rng.integers((V + 1) // 2, size=N - V)]))
    labels_new = rng.permutation(np.concatenate([np.arange(V), rng.integers(V, size=M - V)]))
    states = [
        np.tanh(offset + signal * directions[targets] / 2 + rng.normal(size=(len(targets), H)) / 2)
        for targets in (labels, labels_new)
    ]
    return states[0], labels, states[1], labels_new


@probe.property("the scores of all V symbols add up to 1")
def _scores_sum_to_one(arguments, ys, accuracy):
    """The targets of each sequence are one 1 and zeros. With a bias that is not penalized, what is
    fitted to them adds up to 1, too."""
    return np.allclose(ys.sum(axis=1), 1, atol=1e-4)


@probe.property("the accuracy is a share of the new sequences")
def _is_share_of_new_sequences(arguments, ys, accuracy):
    """Count the new sequences whose highest score is that of their label, and divide by M."""
    n_correct = accuracy * len(arguments[3])
    return 0 <= accuracy <= 1 and np.isclose(n_correct, np.round(n_correct), atol=1e-4)


def _probe_without_bias(hs, labels, hs_new, labels_new, V, strength):
    gram = hs.T @ hs + strength * np.eye(hs.shape[1])
    ys = hs_new @ np.linalg.solve(gram, hs.T @ np.eye(V)[labels])
    return ys, np.mean(ys.argmax(axis=1) == labels_new)


def _append_ones(hs):
    """Add a column of ones, whose weight is a bias and yet one like the others."""
    return np.insert(hs, 0, 1, axis=1)


probe.mistake("Scored on its training data")(
    "You scored the probe on the sequences that it was fitted to. With many units and few "
    "sequences it then looks as if it knew everything. Score it on the new ones.",
    {"(hs_new - mean)": "centered_hs", "labels_new": "labels"},
)

probe.mistake("The accuracy on its training data")(
    "Your scores are right, but the accuracy is that on the sequences which the probe was fitted "
    "to. It says how well the probe remembers them, not what the states tell.",
    {
        "ys.argmax(axis=1) == labels_new": (
            "(centered_hs @ W + targets.mean(axis=0)).argmax(axis=1) == labels"
        )
    },
)

probe.mistake("The new sequences used to learn")(
    "The probe was fitted to the new sequences, too. Then they are not new to it, and its accuracy "
    "is too good.",
    lambda hs, labels, *args: probe(*args[:2], *args),
    lambda hs, labels, *args: probe(np.r_[hs, args[0]], np.r_[labels, args[1]], *args),
)

probe.mistake("No bias", _probe_without_bias)(
    "Your probe has no bias. States need not be 0 on average, and the symbols need not be equally "
    "frequent."
)


@probe.mistake("The bias penalized")
def _probe_with_penalized_bias(hs, labels, hs_new, *options):
    """You let the strength pull at the bias, too, for instance through a column of ones. Only the
    weights are penalized."""
    return _probe_without_bias(_append_ones(hs), labels, _append_ones(hs_new), *options)


probe.mistake("Centered by their own mean", {"hs_new - mean": "hs_new - hs_new.mean(axis=0)"})(
    "You took the mean of the new states away from the new states. What the probe subtracts is "
    "fixed when it is fitted: the mean of the states that it was fitted to."
)

probe.mistake("The mean of the targets left out", {" + targets.mean(axis=0)": ""})(
    "You centered states and targets, and forgot to add the mean of the targets in the end."
)


@probe.mistake("The strength left out")
def _probe_without_strength(hs, labels, hs_new, labels_new, V, strength):
    """Your probe is plain least squares: the strength has no effect on it. With more units than
    sequences there would be many solutions."""
    W = np.linalg.lstsq(_append_ones(hs), np.eye(V)[labels], rcond=None)[0]
    ys = _append_ones(hs_new) @ W
    return ys, np.mean(ys.argmax(axis=1) == labels_new)


probe.mistake("The strength times or over something")(
    "The strength has another weight in your sum: perhaps the errors are averaged over the "
    "sequences, or the strength is squared. Both sums are plain sums.",
    {"strength *": "strength * len(hs) *"},
    {"strength *": "strength**2 *"},
    {"strength *": "strength**0.5 *"},
    {"strength *": "strength / 2 *"},
    {"strength *": "strength * 2 *"},
)

probe.mistake("The lowest score", {"argmax": "argmin"})(
    "Your scores are right, but you chose the symbol with the lowest one."
)

probe.mistake("The highest score of a symbol, not of a sequence")(
    "Your scores are right, but your `argmax` goes over the wrong axis: each sequence, a row, "
    "chooses one symbol.",
    {"ys.argmax(axis=1)": "np.resize(ys.argmax(axis=0), len(ys))"},
)

probe.mistake("Mistakes counted, or hits not divided")(
    "Your scores are right. The accuracy is the share of the new sequences that the probe gets "
    "right, from 0 to 1.",
    {"==": "!="},
    {"np.mean": "np.sum"},
    {"np.mean": "100 * np.mean"},
)

probe.mistake("How far the scores are off")(
    "Your scores are right. In the place of the accuracy you return how far they are from the "
    "targets, or how high the score of the label is.",
    {"ys.argmax(axis=1) == labels_new": "(ys - np.eye(V)[labels_new]) ** 2"},
    {"ys.argmax(axis=1) == labels_new": "ys[np.arange(len(ys)), labels_new]"},
)

probe.mistake("Labels taken for numbers")(
    "You fitted the labels as if they were sizes: symbol 2 is not twice symbol 1. Give each symbol "
    "a column of targets of its own, with 1 where it is the label and 0 elsewhere.",
    {
        "np.eye(V)[labels]": "labels[:, None].astype(float)",
        "return ys": "return ys[:, 0]",
        "ys.argmax(axis=1)": "np.round(ys[:, 0])",
    },
)

probe.mistake("Probabilities in the place of scores")(
    "Your scores went through a softmax. Asked for are the scores themselves: ridge regression "
    "fits them to 0 and 1, and no softmax comes after.",
    {"return ys": "return np.exp(ys) / np.exp(ys).sum(axis=1, keepdims=True)"},
)


@probe.mistake("Units brought to one scale")
def _probe_scaled_units(hs, labels, hs_new, *options):
    """You divided each unit by its spread. Then the strength pulls at other weights than those of
    the states as they are."""
    return probe(hs / hs.std(axis=0), labels, hs_new / hs.std(axis=0), *options)


probe.mistake("Targets of −1 and 1", {"np.eye(V)[labels]": "2 * np.eye(V)[labels] - 1"})(
    "Your targets are −1 and 1. Asked for are 0 and 1."
)

probe.mistake("Only the symbols that occur", {"np.eye(V)": "np.eye(labels.max() + 1)"})(
    "You made a column for each symbol that occurs in the training labels. One may not occur; V "
    "says how many there are."
)
