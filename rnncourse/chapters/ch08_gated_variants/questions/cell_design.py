"""A cell that the student designs and trains: a table of its parts comes back, with its weights.

The judge builds the cell from the table and runs it in NumPy. Only reference and wrong answers need
PyTorch. No forget gate, nothing that squashes: the best design does without what is critical
elsewhere, since the task is a sum that nothing resets.
"""

import numpy as np

from rnncourse.grading.fitting import (
    ASCENT_WORDS,
    TRAINED,
    add_ascent_mistake,
    describe_first_wrong,
    fit,
)
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, TRAIN_STEPS, TEST_STEPS = 800, 32, 20, 60
VALUES, FLAGS, BUDGET, VALUE_TOLERANCE, SUM_OFFSET, STUCK_LOSS = 3, 8, 120, 1.0, 0.5, 0.03
LSTM_SHARE = 0.05
"""Share of right sums of a plain LSTM of 2 units, 115 weights, trained alike: about."""
POINTS_BY_SHARE = (0.3, 1), (0.6, 2), (0.85, 3)
PARTS = ["input", "forget", "output", "coupled", "squash_in", "squash_out"]
INPUT_GATE = (1, 1, 0, 0, 0, 0, 0)
"""One unit with an input gate, and nothing else."""
LSTM_PARTS = (2, 1, 1, 1, 0, 1, 1)
"""An LSTM."""


@question("08-cell", 7, "A cell of your own", returns="parts w losses bounds", **TRAINED)
def train_cell(xs, sums, N, w_y):
    """Return the cell's parts, `(7,)`, a row of N weights, the losses, and two bounds."""
    import torch

    for seed in range(4):  # about one training in forty is stuck, and its loss shows it
        torch.manual_seed(seed)
        H, D, block_names = INPUT_GATE[0], xs.shape[3], _list_blocks(INPUT_GATE)
        W = 0.1 * torch.randn(D + H + 1, len(block_names) * H)
        if "f" in block_names:  # in other designs
            start = block_names.index("f") * H
            W[-1, start : start + H] = 3
        weights = [p.requires_grad_() for p in (W, torch.ones(H) / H, torch.zeros(1))]

        def compute_loss(batch, targets, weights=weights):
            ys = _run_cell(INPUT_GATE, *weights, batch.float(), torch)
            return ((ys - targets.float()) ** 2).mean()

        *outputs, losses = fit(weights, compute_loss, xs, sums, rate=0.1, max_norm=0.3)
        if losses[-50:].mean() < STUCK_LOSS:
            break
    row = np.concatenate([p.ravel() for p in outputs])
    row = np.pad(row, (0, max(N - len(row), 0)))
    return np.array(INPUT_GATE, float), row, losses, _find_bounds(w_y)


def _find_bounds(w_y):
    """Return what an LSTM's answer stays below, and one's without forget gate and output tanh."""
    l1_norm = np.abs(w_y).sum()
    return np.array([np.tanh(TEST_STEPS) * l1_norm, TEST_STEPS * l1_norm])


# --- The cell, from the table of its parts ---


def _list_blocks(parts):
    """Return the letters of the blocks that have weights, in the order i f g o."""
    _, i, f, o, coupled, *_ = parts
    has_weights = {"i": i and not coupled, "f": f, "g": True, "o": o}
    return [k for k in "ifgo" if has_weights[k]]


def _count_weights(parts, D):
    H = int(parts[0])
    return (D + H + 1) * len(_list_blocks(parts)) * H + H + 1


def _run_cell(parts, W, w_y, b_y, xs, lib=np):
    """Return the answers after each step, `(T, B)`; `lib` is NumPy or PyTorch."""
    H, _, _, _, coupled, squash_in, squash_out = map(int, parts)
    block_names, D, ys = _list_blocks(parts), xs.shape[2], []
    h = c = lib.zeros((xs.shape[1], H))
    for a_x in xs @ W[:D] + W[-1]:
        a = a_x + h @ W[D:-1]
        blocks = {k: a[:, n * H : (n + 1) * H] for n, k in enumerate(block_names)}
        gates = {k: (1 + lib.tanh(blocks[k] / 2)) / 2 for k in block_names if k != "g"}
        f = gates.get("f", 1.0)
        i = 1 - f if coupled else gates.get("i", 1.0)
        c = f * c + i * (lib.tanh(blocks["g"]) if squash_in else blocks["g"])
        h = gates.get("o", 1.0) * (lib.tanh(c) if squash_out else c)
        ys.append(h @ w_y + b_y)
    return lib.stack(ys)


def _describe_fault(parts, w, D):
    """Say what is wrong with a table of parts, or return ''."""
    H, *flags = parts
    if not (1 <= H < np.inf and int(H) == H and set(flags) <= {0, 1}):
        return "`parts` should be a number of units, from 1 on, and six numbers that are 0 or 1."
    if parts[4] and not parts[2]:
        return "Coupled gates need a forget gate: the input gate is 1 minus it."
    if (n_weights := _count_weights(parts, D)) > len(w):
        return f"This cell needs {n_weights} weights with its readout, and may have {len(w)}."
    return ""


def _split_row(parts, w, D):
    """Return W, w_y and b_y out of the row."""
    H, n = int(parts[0]), _count_weights(parts, D)
    width = len(_list_blocks(parts)) * H
    return w[: n - H - 1].reshape(D + H + 1, width), w[n - H - 1 : n - 1], w[n - 1]


# --- The task, and what the judge looks at ---


@train_cell.inputs
def _sample_tasks(rng):
    """Draw `xs`, `(N, T, B, D)`, values, then flags; `sums`, `(N, T, B)`; a readout to predict."""
    mixture = rng.normal(size=VALUES)
    rule = mixture / np.linalg.norm(mixture), rng.integers(FLAGS)
    xs, sums = _sample_rows(rng, rule, TRAIN_STEPS, UPDATES * BATCH)
    xs = xs.reshape(TRAIN_STEPS, UPDATES, BATCH, -1).swapaxes(0, 1)
    sums = sums.reshape(TRAIN_STEPS, UPDATES, BATCH).swapaxes(0, 1)
    w_y = rng.normal(size=3).round(2)
    yield HeldOutCase((xs, sums, BUDGET, w_y), _sample_rows(rng, rule, TEST_STEPS, 500))


def _sample_rows(rng, rule, T, n):
    """Return `(T, n, D)`, and the sums after each step, `(T, n)`."""
    mixture, counted_flag = rule
    values, flags = rng.uniform(-1, 1, (T, n, VALUES)), rng.random((T, n, FLAGS)) < 0.5
    xs = np.concatenate([values, flags], axis=2)
    return xs, np.cumsum((values @ mixture + SUM_OFFSET) * flags[:, :, counted_flag], axis=0)


def _make_zero_outputs(xs, sums, N, w_y):
    return tuple(map(np.zeros, ((len(PARTS) + 1,), (N,), (len(xs),), (2,))))


@train_cell.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, parts, w, losses, bounds):
    xs, sums, _, w_y = arguments
    new_xs, targets = arguments.held_out
    fault = _describe_fault(parts, w, xs.shape[3])
    parts, w = (INPUT_GATE, 0 * w) if fault else (parts, w)
    cell = parts, *_split_row(parts, w, xs.shape[3])
    ys = _run_cell(*cell, new_xs)[-1]
    return Evaluation(
        score=_measure_accuracy(ys, targets[-1]),
        baseline=LSTM_SHARE,
        templates=("an LSTM {:.0%} of the sums right", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=fault
        or describe_first_wrong(
            ~(np.abs(ys - targets[-1]) < VALUE_TOLERANCE),
            lambda n: (
                f"One sum after 60 steps was {targets[-1][n]:.1f}, and the answer {ys[n]:.3g}."
            ),
        ),
        is_prediction_right=bool(np.allclose(bounds, _find_bounds(w_y), rtol=0.01)),
        hint="Your bounds are not yet right. How far from 0 can each unit of such a cell be "
        "after 60 steps, and how far the sum of three, each times its weight of `w_y`?",
        facts={
            "is_faulty": bool(fault),
            **dict(zip(PARTS, parts[1:], strict=True)),
            "on_last": _measure_accuracy(_run_cell(*cell, xs[-1])[-1], sums[-1][-1]),
            "zero_loss": (sums**2).mean(),
        },
    )


def _measure_accuracy(ys, targets):
    return (np.abs(ys - targets) < VALUE_TOLERANCE).mean()


ONE_SEED = {"range(4)": "range(1)"}
"""For answers that are stuck, whatever they begin with."""

train_cell.mistake("A table that is no cell")(
    "No cell can be built of what you return.",
    ONE_SEED | {"np.array(INPUT_GATE, float)": "np.array([9.0, *INPUT_GATE[1:]])"},
    symptom=lambda s: s.facts["is_faulty"],
)

add_ascent_mistake(
    train_cell, lambda s: s.last_loss > 2 * s.facts["zero_loss"], ONE_SEED | ASCENT_WORDS
)

train_cell.mistake("The loss does not fall")(
    "Your loss stays where it began. Does each step take the cell and the state of the one before, "
    "does the optimizer hold the very tensors that the forward pass uses, and is its rate the one "
    "that is named? Adam with 0.1 will do.",
    ONE_SEED | {"rate=0.1": "rate=0.0"},
    ONE_SEED | {"rate=0.1": "rate=1e-6"},
    symptom=lambda s: s.lowest_loss > 0.4 * s.facts["zero_loss"],
)

train_cell.mistake("The start weights come back")(
    "Your losses fall, and what you return does not know the task. Are these the arrays that were "
    "trained, taken after the last update, in the order that is asked for?",
    ONE_SEED | {"rate=": "return_start=True, rate="},
    symptom=lambda s: (
        s.score < 0.2 and s.last_loss < 0.2 * s.facts["zero_loss"] and s.facts["on_last"] < 0.5
    ),
)

train_cell.mistake("A mean in the place of a sum")(
    "Your gates are coupled: a cell that keeps all of what it has cannot write. That makes means, "
    "and asked for is a sum.",
    ONE_SEED | {"INPUT_GATE": ("(2, 1, 1, 0, 1, 1, 0)", 4)},
    symptom=lambda s: s.facts["coupled"],
)

train_cell.mistake("An answer that is bounded")(
    "Your cell shows its tanh, which never exceeds 1; so its answers have a bound, and over 60 "
    "steps the sums are larger than any in the training. Which part is that?",
    ONE_SEED | {"INPUT_GATE": ("LSTM_PARTS", 4)},
    ONE_SEED | {"INPUT_GATE": ("(2, 1, 0, 1, 0, 1, 1)", 4)},
    symptom=lambda s: s.facts["squash_out"],
)

train_cell.mistake("Everything counts")(
    "Without an input gate your cell writes at each step, marked or not.",
    ONE_SEED | {"INPUT_GATE": ("(2, 0, 1, 1, 0, 1, 0)", 4)},
    symptom=lambda s: not s.facts["input"],
)
