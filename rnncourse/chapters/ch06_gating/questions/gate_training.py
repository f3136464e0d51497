"""A single unit with one gate, trained by the student: it keeps what two flags together mark."""

import itertools

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.fitting import TRAINED, add_ascent_mistake, add_untrained_mistake, fit
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, TRAIN_STEPS, TEST_STEPS = 800, 32, 20, 60
VALUES, FLAGS, FLAG_RATE, MAX_VALUE, VALUE_TOLERANCE = 3, 8, 0.25, 2.0, 0.25
POINTS_BY_SHARE = (0.4, 1), (0.55, 2), (0.7, 3)
MIN_OPEN, MAX_SHUT = 0.99, 0.001
"""Of a gate that was set by hand: the least where both flags are on, and the most elsewhere."""


@question("06-gate", 9, "A gate, by hand and trained", returns="w_v w_z b_z losses gate", **TRAINED)
def train_gate(xs, answers, both, K):
    """Return w_v, w_z, b_z, the loss of each update, and a gate set by hand."""
    import torch

    torch.manual_seed(1)
    D = xs.shape[3]
    w = [0.1 * torch.randn(D), 0.1 * torch.randn(D), torch.zeros(())]
    w = [p.requires_grad_() for p in w]
    w_v, w_z, b_z = w

    def compute_loss(batch, targets):
        batch = batch.float()
        zs, h = torch.sigmoid(batch @ w_z + b_z), torch.zeros(batch.shape[1])
        for v, z in zip(batch @ w_v, zs, strict=True):
            h = (1 - z) * h + z * v
        return ((h - targets.float()) ** 2).mean()

    outputs = fit(w, compute_loss, xs, answers, rate=0.05, anneal=False, max_norm=np.inf)
    return *outputs, _make_and_gate(both, K)


def _make_and_gate(flag_pair, K):
    """Return the K weights and the bias of a gate that opens where both flags are on."""
    gate = np.zeros(K + 1)
    gate[flag_pair], gate[K] = 20.0, -30.0
    return gate


# --- The task, and what the judge looks at ---


@train_gate.inputs
def _sample_tasks(rng):
    """Draw `xs`, `(N, T, B, D)`, values, then flags; `answers`, `(N, B)`; and two flags."""
    mixture = rng.normal(size=VALUES)
    rule = mixture / np.linalg.norm(mixture), rng.choice(FLAGS, size=2, replace=False)
    xs = _sample_rows(rng, rule[1], TRAIN_STEPS, UPDATES * BATCH)
    answers = _compute_targets(xs, *rule).reshape(UPDATES, BATCH)
    xs = xs.reshape(TRAIN_STEPS, UPDATES, BATCH, -1).swapaxes(0, 1)
    gate_flags = rng.choice(FLAGS, size=2, replace=False)
    test_xs = _sample_rows(rng, rule[1], TEST_STEPS, 1000)
    yield HeldOutCase((xs, answers, gate_flags, FLAGS), (test_xs, rule))


def _sample_rows(rng, flag_pair, T, n):
    """Return `(T, n, D)`; both flags of the pair are on at least once in each column."""
    values = MAX_VALUE * rng.uniform(-1, 1, size=(T, n, VALUES)).round(2)
    flags = rng.random((T, n, FLAGS)) < FLAG_RATE
    xs = np.concatenate([values, flags], axis=2)
    marked_steps = rng.integers(T, size=n)
    for flag in flag_pair:
        xs[marked_steps, np.arange(n), VALUES + flag] = 1
    return xs


def _compute_targets(xs, mixture, flags):
    """Return the mixture of the values of the last step at which all these flags are on, `(n,)`."""
    last_steps = _find_last_step(xs, flags)
    return xs[last_steps, np.arange(xs.shape[1]), :VALUES] @ mixture


def _find_last_step(xs, flags):
    is_on = xs[:, :, VALUES + np.array(flags)].all(axis=2)
    return len(xs) - 1 - is_on[::-1].argmax(axis=0)


def _make_zero_outputs(xs, answers, flag_pair, K):
    D = xs.shape[3]
    return tuple(map(np.zeros, ((D,), (D,), (), (len(xs),), (K + 1,))))


def _run_unit(w, xs):
    """Return the state after the last step, `(n,)`."""
    w_v, w_z, b_z = w
    h = np.zeros(xs.shape[1])
    for v, z in zip(xs @ w_v, sigmoid(xs @ w_z + b_z), strict=True):
        h = (1 - z) * h + z * v
    return h


def _measure_accuracy(states, targets):
    return (np.abs(states - targets) < VALUE_TOLERANCE).mean()


@train_gate.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    xs, answers, flag_pair, K = arguments
    new_xs, rule = arguments.held_out
    targets = _compute_targets(new_xs, *rule)
    *w, losses, gate = values
    states = _run_unit(w, new_xs)
    inverted_w = w[0], -w[1], -w[2]
    one_flag_accuracy = max(
        _measure_accuracy(_compute_targets(new_xs, rule[0], [k]), targets) for k in range(K)
    )
    is_gate, explanation = _check_and_gate(gate, flag_pair)
    return Evaluation(
        score=_measure_accuracy(states, targets),
        baseline=one_flag_accuracy,
        templates=("one flag alone {:.0%} are right", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=_describe_error(new_xs, targets, states, rule),
        is_prediction_right=is_gate,
        hint=f"Your gate by hand is not yet right: {explanation}",
        facts={
            "on_first": _measure_accuracy(_run_unit(w, xs[0]), answers[0]),
            "on_last": _measure_accuracy(
                np.concatenate([_run_unit(w, x) for x in xs[-20:]]), answers[-20:].ravel()
            ),
            "zero_loss": (answers**2).mean(),
            "inverted_accuracy": _measure_accuracy(_run_unit(inverted_w, new_xs), targets),
        },
    )


def _check_and_gate(gate, flag_pair):
    """Say whether a gate opens where both flags are on and nowhere else, and where it does not."""
    for flags in itertools.product((0, 1), repeat=len(gate) - 1):
        z = sigmoid(gate[:-1] @ flags + gate[-1])
        must_open = all(flags[k] for k in flag_pair)
        if not (z >= MIN_OPEN if must_open else z <= MAX_SHUT):
            return False, f"for the flags `{list(flags)}` it is {z:.3g}."
    return True, ""


def _describe_error(xs, targets, states, rule):
    wrong_rows = np.flatnonzero(~(np.abs(states - targets) < VALUE_TOLERANCE))
    if not len(wrong_rows):
        return ""
    n = wrong_rows[0]
    lag = int(len(xs) - 1 - _find_last_step(xs, rule[1])[n])
    return (
        f"In one sequence the sum to keep came {lag} step{'s' * (lag != 1)} before the end: it was "
        f"{targets[n]:.2f}, and the state is {states[n]:.3g}."
    )


add_ascent_mistake(train_gate, lambda s: s.last_loss > s.facts["zero_loss"] + 1.0)

train_gate.mistake("z and 1 − z exchanged")(
    "Your unit is right when its gate is turned around: you trained one that keeps its state where "
    "z is 1. Here z is the share of what is new: h becomes (1 − z) h + z v.",
    {"(1 - z) * h + z * v": "z * h + (1 - z) * v"},
    symptom=lambda s: s.facts["inverted_accuracy"] > s.score + 0.3,
)

train_gate.mistake("The loss does not fall")(
    "Your loss is that of a unit that always says 0, or more. Does each step take the state of the "
    "one before, does the gate have a bias that is learned, does the optimizer hold the very "
    "tensors that the forward pass uses, are gradients cleared, and is the rate the one that is "
    "named?",
    {"rate=0.05": "rate=0.0"},
    {"rate=0.05": "rate=1e-6"},
    {"b_z)": "0 * b_z)"},
    symptom=lambda s: s.lowest_loss > s.facts["zero_loss"] - 0.3,
)

add_untrained_mistake(
    train_gate,
    lambda s: (
        s.last_loss < 0.15 * s.facts["zero_loss"]
        and max(s.facts["on_first"], s.facts["on_last"]) < 0.3
    ),
)

train_gate.mistake("Fits the training set only")(
    "The unit knows one batch by heart and fails on others. Each update should take the next "
    "batch.",
    {"rate=": "select=lambda data: data[[0] * len(data)], rate="},
    symptom=lambda s: s.facts["on_first"] > s.facts["on_last"] + 0.3,
)

train_gate.mistake("The gate does not shut")(
    "Your unit does better over 20 steps than over 60: a gate that is not quite shut lets in a "
    "little at each step, and over many steps it adds up. Longer training drives it further shut; "
    "take all batches, or a larger rate.",
    {"rate=": "select=lambda data: data[:150], rate="},
    symptom=lambda s: s.facts["on_last"] > max(s.score + 0.04, 0.5),
)

train_gate.mistake("The loss falls too little")(
    "Your loss falls, and stays high. Does your unit take the share z of the new value and 1 − z "
    "of its old state, is z a sigmoid, is v not squashed, and is there an update for each of the "
    "batches, at the rate that is named?",
    {"(1 - z) * h + z * v": "h + z * v"},
    {"rate=0.05": "rate=0.005"},
    symptom=lambda s: (
        0.15 * s.facts["zero_loss"] < s.last_loss < min(s.facts["zero_loss"], s.first_loss) - 0.1
    ),
)
