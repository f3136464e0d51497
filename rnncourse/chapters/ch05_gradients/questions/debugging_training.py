"""A training run that is broken: read its log, mend it, and let a network remember."""

import numpy as np

from rnncourse.core.arithmetic import run_recurrence
from rnncourse.grading.fitting import (
    TRAINED,
    TRANSPOSED,
    add_ascent_mistake,
    add_formula_mistakes,
    add_untrained_mistake,
    describe_first_forgotten,
    fit,
    sample_recall_rows,
)
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, SYMBOLS, LAG, UNITS = 250, 32, 6, 15, 24
LOGS = 6
POINTS_BY_SHARE = (0.7, 1), (0.8, 2), (0.9, 3)
VANISH, EXPLODE, NEITHER = 0, 1, 2


@question(
    "05-mend", 10, "A broken run, mended", returns="W_xh W_hh W_hy b_h b_y losses causes", **TRAINED
)
def mend(logs, xs, answers, H):
    """Return the trained weights, the loss of each update, and the cause in each log."""
    import torch

    rng = np.random.default_rng(1)
    shapes = [v.shape for v in _make_zero_outputs(logs, xs, answers, H)[:5]]
    w = [rng.normal(size=s) / s[0] ** 0.5 * (len(s) == 2) for s in shapes]
    w[1] = np.linalg.qr(w[1])[0]
    w = [torch.tensor(W, dtype=torch.float32, requires_grad=True) for W in w]
    W_xh, W_hh, W_hy, b_h, b_y = w

    def compute_loss(batch, targets):
        h, states = torch.zeros(batch.shape[1], H), []
        for a_x in batch.float() @ W_xh + b_h:
            h = torch.tanh(a_x + h @ W_hh)
            states.append(h)
        return torch.nn.functional.cross_entropy(states[-1] @ W_hy + b_y, targets)

    return *fit(w, compute_loss, xs, answers, rate=0.005, anneal=False), _find_causes(logs)


def _find_causes(logs):
    """Tell by how the norm changes from the last step back to the first."""
    ratio = np.exp(np.log(logs[:, :, 0] / logs[:, :, -1]).mean(axis=1))
    return np.where(ratio < 1e-3, VANISH, np.where(ratio > 10, EXPLODE, NEITHER))


# --- The task, and what the judge looks at ---


@mend.inputs
def _sample_inputs(rng):
    """Draw `logs`, `(L, U, T)`, norms by state, `xs`, `(N, T, B, D)`, and `answers`, `(N, B)`."""
    rule = rng.permutation(SYMBOLS)
    xs, answers = sample_recall_rows(rng, rule, LAG, UPDATES * BATCH)
    xs = xs.reshape(LAG, UPDATES, BATCH, SYMBOLS).swapaxes(0, 1)
    causes = rng.permutation(np.arange(LOGS) % 3)
    logs = np.array([_sample_norms(rng, cause) for cause in causes])
    held_out = *sample_recall_rows(rng, rule, LAG, 500), causes
    yield HeldOutCase((logs, xs, answers.reshape(UPDATES, BATCH), UNITS), held_out)


def _sample_norms(rng, cause):
    """Return `(8, T)`, the norms of a gradient that goes back through products of matrices."""
    growth_range = {VANISH: (0.3, 0.6), EXPLODE: (1.3, 2.0), NEITHER: (0.97, 1.02)}[cause]
    rate = np.log(rng.uniform(*growth_range))
    log_norms = rate * np.arange(LAG)[::-1] + 0.1 * rng.normal(size=(8, LAG))
    return rng.uniform(0.01, 0.1) * np.exp(log_norms)


def _make_zero_outputs(logs, xs, answers, H):
    D, V = xs.shape[3], SYMBOLS
    shapes = (D, H), (H, H), (H, V), (H,), (V,), (len(xs),), (len(logs),)
    return tuple(map(np.zeros, shapes))


def _compute_logits(w, xs):
    """Return the logits after each step, `(T, B, V)`."""
    W_xh, W_hh, W_hy, b_h, b_y = w
    h = np.zeros((xs.shape[1], len(W_hh)))
    return run_recurrence(xs, h, W_xh, W_hh, b_h) @ W_hy + b_y


@mend.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    _, xs, answers, _ = arguments
    new_xs, targets, true_causes = arguments.held_out
    *w, losses, causes = values
    ys = _compute_logits(w, new_xs)
    predicted = ys[-1].argmax(axis=1)
    transposed_w = w[0], w[1].T, *w[2:]
    swapped_xs = new_xs.copy()
    swapped_xs[0] = np.roll(new_xs[0], 1, axis=1)
    facts = {
        "first_step_accuracy": (ys[0].argmax(axis=1) == targets).mean(),
        "influence": np.abs(ys[-1] - _compute_logits(w, swapped_xs)[-1]).max(),
        "W_hh transposed": (
            _compute_logits(transposed_w, new_xs)[-1].argmax(axis=1) == targets
        ).mean(),
        "on_first": (_compute_logits(w, xs[0])[-1].argmax(axis=1) == answers[0]).mean(),
        "on_last": (_compute_logits(w, xs[-1])[-1].argmax(axis=1) == answers[-1]).mean(),
    }
    wrong_logs = np.flatnonzero(causes != true_causes)
    return Evaluation(
        score=(predicted == targets).mean(),
        baseline=1 / SYMBOLS,
        templates=("a guess {:.0%}", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=describe_first_forgotten(new_xs, predicted, targets),
        is_prediction_right=not len(wrong_logs),
        hint=f"Your diagnosis of `logs[{wrong_logs[0]}]` is not right: how does the norm "
        "at the first step compare with that at the last?"
        if len(wrong_logs)
        else "",
        facts=facts,
    )


mend.mistake("State not detached", raises="RuntimeError")(
    "Your batches hang together: each begins with the last state of the one before, and the "
    "gradient wants to go back into a graph that is gone. These sequences have nothing to do with "
    "each other: begin each with a state of 0. (Where they do belong together, `h.detach()`.)",
    {
        "    def compute_loss": "    h = torch.zeros(xs.shape[2], H)\n\n    def compute_loss",
        "h, states = torch.zeros(batch.shape[1], H), []": "nonlocal h\n        states = []",
    },
    symptom="backward through the graph a second time",
)

add_formula_mistakes(
    mend,
    {"W_hh transposed": (TRANSPOSED.format("W_hh"), {"h @ W_hh": "h @ W_hh.T"})},
)

add_ascent_mistake(mend, lambda s: s.lowest_loss > s.first_loss + 0.1)

mend.mistake("The gradient still vanishes")(
    "When the first symbol changes, your answer does not: nothing of it is left after 15 steps, "
    "and so nothing comes back either. Which start for `W_hh` keeps the length of a vector? (If "
    "yours does: is the state cut off on its way, or another answer asked for than its own?)",
    {"np.linalg.qr(w[1])[0]": "0.4 * w[1]"},
    {"= np.linalg.qr": "= 0.4 * np.linalg.qr"},
    symptom=lambda s: s.score < 0.6 and s.facts["influence"] < 0.05,
)

mend.mistake("The loss does not fall")(
    "Your loss stays where it began, though the first symbol is still felt at the end. Does the "
    "optimizer hold the very tensors that the forward pass uses, and is its rate one that learns?",
    {"rate=0.005": "rate=0.0"},
    {"rate=0.005": "rate=1e-6"},
    symptom=lambda s: (
        abs(s.last_loss - s.first_loss) < 0.2
        and s.lowest_loss > s.first_loss - 0.3
        and s.score < 0.6
    ),
)

add_untrained_mistake(
    mend,
    lambda s: (
        s.last_loss < 0.5
        and max(s.facts["on_first"], s.facts["on_last"], s.facts["first_step_accuracy"]) < 0.6
    ),
)

mend.mistake("Read after the first step")(
    "Your network answers right after its first step, while the symbol is still there. Asked for "
    "is the answer after the last.",
    {"states[-1]": "states[0]"},
    symptom=lambda s: s.facts["first_step_accuracy"] > s.score + 0.2 and s.last_loss < 0.5,
)
