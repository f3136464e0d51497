"""A small transformer that has to use order: one block of attention, trained by the student."""

from collections.abc import Callable

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.fitting import (
    TRAINED,
    add_ascent_mistake,
    add_formula_mistakes,
    add_untrained_mistake,
    describe_first_wrong,
    fit,
)
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, SYMBOLS, PLACES, SIZE = 300, 32, 6, 8, 16
POINTS_BY_SHARE = (0.6, 1), (0.75, 2), (0.9, 3)
PREDICTION_TOLERANCE = 0.001
"""How near a prediction has to be, as a share: it is counted in one batch, and others differ."""


@question(
    "14-order",
    8,
    "Order has to be used",
    returns="E P W_q W_k W_v W_y losses prediction",
    **TRAINED,
)
def train_block(batches, answers, V, D):
    """Return the trained weights, the loss of each update, and the accuracy without order."""
    import torch

    torch.manual_seed(1)
    shapes = [v.shape for v in _make_zero_outputs(batches, answers, V, D)[:6]]
    w = [(torch.randn(shape) / D**0.5).requires_grad_() for shape in shapes]
    E, P, W_q, W_k, W_v, W_y = w

    def compute_loss(ids, answer):
        x = E[ids] + P
        scores = (x[:, -1:] @ W_q) @ (x @ W_k).transpose(1, 2) / D**0.5
        context = (scores.softmax(dim=2) @ (x @ W_v))[:, 0]
        return torch.nn.functional.cross_entropy((context + x[:, -1]) @ W_y, answer)

    outputs = fit(w, compute_loss, batches, answers, rate=0.02, anneal=False, max_norm=np.inf)
    return *outputs, _score_without_order(batches[-1:])


def _score_without_order(batches):
    """Return how often who knows only which symbols stand there, and not where, is right."""
    rows = batches[..., :-1].reshape(-1, batches.shape[2] - 1)
    counts = (rows[:, :, None] == np.arange(rows.max() + 1)).sum(axis=1)
    return counts.max(axis=1).mean() / rows.shape[1]


# --- The task, and what the judge looks at ---


@train_block.inputs
def _sample_tasks(rng):
    """Draw rows, `(N, B, T + 1)`: symbols and which place is asked for; and answers, `(N, B)`."""
    rule = rng.permutation(SYMBOLS)
    batches, answers = _sample_rows(rng, rule, UPDATES * BATCH)
    shape = UPDATES, BATCH
    inputs = batches.reshape(*shape, -1), answers.reshape(shape), SYMBOLS, SIZE
    yield HeldOutCase(inputs, _sample_rows(rng, rule, 500))


def _sample_rows(rng, rule, n):
    symbols, queries = rng.integers(SYMBOLS, size=(n, PLACES)), rng.integers(PLACES, size=n)
    return np.column_stack([symbols, SYMBOLS + queries]), rule[symbols[np.arange(n), queries]]


def _make_zero_outputs(batches, answers, V, D):
    T = batches.shape[2] - 1
    shapes = (V + T, D), (T + 1, D), (D, D), (D, D), (D, D), (D, V), (len(batches),), ()
    return tuple(map(np.zeros, shapes))


def _predict(w, ids, has_order=True):
    """Run the block: which symbol it names for each row."""
    E, P, W_q, W_k, W_v, W_y = w
    x = E[ids] + has_order * P
    scores = np.einsum("nd,ntd->nt", x[:, -1] @ W_q, x @ W_k) / len(W_q) ** 0.5
    context = np.einsum("nt,ntd->nd", softmax(scores), x @ W_v)
    return ((context + x[:, -1]) @ W_y).argmax(axis=1)


def _exchange(E, P, W_q, W_k, W_v, W_y):
    return E, P, W_k, W_q, W_v, W_y


def _transpose(E, P, W_q, W_k, W_v, W_y):
    return E, P, W_q.T, W_k.T, W_v.T, W_y


FORMULAS: dict[str, tuple[str, dict, Callable]] = {
    "Query and key exchanged": (
        "`W_q` and `W_k` change places. Here the last place asks with `W_q`, and all are found by "
        "their `W_k`.",
        {"@ W_q) @ (x @ W_k)": "@ W_k) @ (x @ W_q)"},
        _exchange,
    ),
    "Matrices transposed": (
        "`W_q`, `W_k` and `W_v` are transposed. Here a vector stands to the left of its matrix.",
        {"@ W_q) @ (x @ W_k)": "@ W_q.T) @ (x @ W_k.T)", "@ (x @ W_v)": "@ (x @ W_v.T)"},
        _transpose,
    ),
}
"""Other formulas: words, what they are in PyTorch, and which weights `_predict` takes for them."""


@train_block.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    batches, answers, _, _ = arguments
    ids, targets = arguments.held_out
    *w, losses, prediction = values
    predicted, true_prediction = _predict(w, ids), _score_without_order(batches[-1:])
    facts = {
        "unordered_accuracy": (_predict(w, ids, has_order=False) == targets).mean(),
        "on_first": (_predict(w, batches[0]) == answers[0]).mean(),
        "on_last": (_predict(w, batches[-1]) == answers[-1]).mean(),
        "updates": len(losses) / len(batches),
        **{
            title: (_predict(change(*w), ids) == targets).mean()
            for title, (_, _, change) in FORMULAS.items()
        },
    }
    return Evaluation(
        score=(predicted == targets).mean(),
        baseline=_score_without_order(batches),
        templates=("without order {:.0%} are right", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=describe_first_wrong(
            predicted != targets,
            lambda n: (
                f"In `{ids[n, :-1].tolist()}` place {ids[n, -1] - SYMBOLS} is asked for; "
                f"it answers {predicted[n]}, and right is {targets[n]}."
            ),
        ),
        is_prediction_right=bool(abs(prediction - true_prediction) < PREDICTION_TOLERANCE),
        hint=f"Your prediction, {prediction:.3g}, is not yet right. Who knows which symbols "
        "stand there, but not where, names the one that stands there most often: how often is "
        "that right in the last batch?",
        facts=facts,
    )


add_ascent_mistake(train_block, lambda s: s.lowest_loss > s.first_loss + 0.5)

train_block.mistake("A start that is too large")(
    "Your first loss is more than twice that of a guess, log 6: the weights start too large. What "
    "is drawn with a spread of 1 is divided by the square root of `D`.",
    {"torch.randn(shape)": "2 * D**0.5 * torch.randn(shape)"},
    symptom=lambda s: s.first_loss > 2 * np.log(SYMBOLS) and s.score < 0.9,
)

add_formula_mistakes(train_block, {title: rest[:2] for title, rest in FORMULAS.items()})

train_block.mistake("No places")(
    "Your network does as well when the vectors of places are taken away: it cannot tell where a "
    "symbol stands, and stops where everybody does who has no order. Add `P` to the vectors of "
    "the symbols, before queries, keys and values are made.",
    {"+ P": "+ 0 * P"},
    symptom=lambda s: (
        0.27 < s.score < 0.6
        and s.facts["unordered_accuracy"] > s.score - 0.02
        and s.facts["updates"] > 0.5
    ),
)

train_block.mistake("The loss does not fall")(
    "Your loss stays where it began. Does the optimizer hold the very tensors that the forward "
    "pass uses, does each row meet its own answer, is there an update for each batch, and is the "
    "rate the one that is named? Adam with 0.02 will do.",
    {"rate=0.02": "rate=0.0"},
    {"rate=0.02": "rate=1e-6"},
    symptom=lambda s: abs(s.last_loss - s.first_loss) < 0.2 and s.lowest_loss > s.first_loss - 0.3,
)

add_untrained_mistake(
    train_block, lambda s: s.last_loss < 0.5 and max(s.facts["on_first"], s.facts["on_last"]) < 0.5
)

train_block.mistake("Fits the training set only")(
    "The network knows one batch by heart and fails on rows that it has not seen. Each update "
    "should take the next batch.",
    {"rate=": "select=lambda data: data[[0] * len(data)], rate="},
    symptom=lambda s: s.facts["on_first"] > s.score + 0.25,
)

train_block.mistake("Gradient not cleared")(
    "Your loss falls and then climbs again, or swings. That is what happens where the gradients of "
    "earlier updates are not cleared: call `zero_grad` before each `backward`. (A rate that is "
    "much too large looks the same.)",
    {"rate=": "zero_grad=False, rate="},
    symptom=lambda s: s.last_loss > s.lowest_loss + 0.3,
)
