"""An LSTM that has to remember over 24 steps, trained by the student: the forget bias decides."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.fitting import (
    TRAINED,
    add_gate_order_mistake,
    add_usual_mistakes,
    describe_first_forgotten,
    fit,
    measure_reordered_accuracy,
    sample_recall_rows,
)
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, SYMBOLS, LAG, UNITS = 600, 32, 4, 24, 24
POINTS_BY_SHARE = (0.4, 1), (0.7, 2), (0.9, 3)
START_BIAS = 3.5
"""The forget bias that the reference begins with."""
PREDICTION_TOLERANCE = 0.05
"""How near a predicted bias has to be."""


@question("07-lag", 8, "Twenty-four steps to keep", returns="W b W_y b_y losses bias", **TRAINED)
def train_lstm(xs, answers, share, H):
    """Return W, b, W_y and b_y, the loss of each update, and the bias for that share."""
    import torch

    torch.manual_seed(1)
    lstm, output = torch.nn.LSTM(xs.shape[3], H), torch.nn.Linear(H, SYMBOLS)
    with torch.no_grad():
        lstm.bias_ih_l0[H : 2 * H] = START_BIAS

    def compute_loss(batch, targets):
        return torch.nn.functional.cross_entropy(output(lstm(batch.float())[0][-1]), targets)

    w = [*lstm.parameters(), *output.parameters()]
    W_ih, W_hh, b_ih, b_hh, W_y, b_y, losses = fit(w, compute_loss, xs, answers, rate=0.01)
    return np.vstack([W_ih.T, W_hh.T]), b_ih + b_hh, W_y.T, b_y, losses, _find_bias(xs, share)


def _find_bias(xs, share):
    """Return the b for which σ(b)ᵀ is `share`."""
    f = share ** (1 / xs.shape[1])
    return np.log(f / (1 - f))


# --- The task, and what the judge looks at ---


@train_lstm.inputs
def _sample_tasks(rng):
    """Draw `xs`, `(N, T, B, D)`, `answers`, `(N, B)`, and what share of a cell should be left."""
    rule = rng.permutation(SYMBOLS)
    xs, answers = sample_recall_rows(rng, rule, LAG, UPDATES * BATCH)
    xs = xs.reshape(LAG, UPDATES, BATCH, SYMBOLS).swapaxes(0, 1)
    share = rng.uniform(0.1, 0.9)
    yield HeldOutCase(
        (xs, answers.reshape(UPDATES, BATCH), share, UNITS), sample_recall_rows(rng, rule, LAG, 500)
    )


def _make_zero_outputs(xs, answers, share, H):
    D, V = xs.shape[3], SYMBOLS
    shapes = (D + H, 4 * H), (4 * H,), (H, V), (V,), (len(xs),), ()
    return tuple(map(np.zeros, shapes))


def _compute_logits(w, xs):
    """Return the logits after each step, `(T, B, V)`."""
    W, b, W_y, b_y = w
    D, H = xs.shape[2], len(W_y)
    h, c = np.zeros((2, xs.shape[1], H))
    hs = []
    for x in xs:
        i, f, g, o = np.split(x @ W[:D] + h @ W[D:] + b, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hs.append(h)
    return np.array(hs) @ W_y + b_y


@train_lstm.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    xs, answers, share, H = arguments
    new_xs, targets = arguments.held_out
    *w, losses, bias = values
    predicted, true_bias = _compute_logits(w, new_xs)[-1].argmax(axis=1), _find_bias(xs, share)
    accuracy, biases = (predicted == targets).mean(), w[1].reshape(4, H).mean(axis=1)

    def measure(w):
        return (_compute_logits(w, new_xs[:, :200])[-1].argmax(axis=1) == targets[:200]).mean()

    facts = {
        "forget_bias": biases[1],
        "other_bias": biases[[0, 2, 3]].max(),
        "reordered_accuracy": measure_reordered_accuracy(w, measure, accuracy),
        "raised_accuracy": measure((w[0], w[1] + np.repeat([0, START_BIAS, 0, 0], H), *w[2:])),
        "on_first": (_compute_logits(w, xs[0])[-1].argmax(axis=1) == answers[0]).mean(),
        "on_last": (_compute_logits(w, xs[-1])[-1].argmax(axis=1) == answers[-1]).mean(),
    }
    return Evaluation(
        score=accuracy,
        baseline=1 / SYMBOLS,
        templates=("a guess {:.0%}", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=describe_first_forgotten(new_xs, predicted, targets),
        is_prediction_right=bool(abs(bias - true_bias) < PREDICTION_TOLERANCE),
        hint=f"Your bias, {bias:.3g}, is not yet right. In each step a cell keeps the share "
        f"σ(b) of itself: which b leaves {share:.3g} after {xs.shape[1]} steps?",
        facts=facts,
    )


add_gate_order_mistake(train_lstm, [0, 1, 3, 2])

train_lstm.mistake("The forget bias in another block")(
    "Another gate than the forget gate has a large bias: the blocks come in the order i, f, g, o, "
    "so the forget gate's are `b[H : 2 * H]`.",
    {"[H : 2 * H]": "[:H]"},
    {"[H : 2 * H]": "[2 * H : 3 * H]"},
    symptom=lambda s: (
        s.facts["other_bias"] > max(1.0, s.facts["forget_bias"] + 1.0) and s.score < 0.7
    ),
)

train_lstm.mistake("One of two biases")(
    f"With {START_BIAS} added to its forget bias your network is right far more often: it was "
    "trained with more than comes back. PyTorch's LSTM has two biases, and `b` is their sum.",
    {"b_ih + b_hh": "b_hh"},
    symptom=lambda s: s.facts["raised_accuracy"] > s.score + 0.25 and s.last_loss < 0.3,
)

train_lstm.mistake("The cell forgets")(
    "Most of your answers are not yet right: with the forget bias that you begin with, little of "
    "the first symbol is left after 24 steps, and so little comes back. Begin with one that keeps "
    "half of it.",
    {"START_BIAS": "0.0"},
    symptom=lambda s: s.facts["forget_bias"] < 2.5 and s.score < 0.6,
)

add_usual_mistakes(train_lstm, memorizes=False, few=0)
