"""A tree network for an operation that nobody has told, trained by the student."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.chapters.ch10_recursive_networks.questions.random_trees import sample_tree
from rnncourse.grading.fitting import RELU, TRAINED, add_formula_mistakes, add_usual_mistakes, fit
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, SYMBOLS, UNITS, TRAIN_LEAVES, TEST_LEAVES = 400, 64, 4, 24, 5, 12
POINTS_BY_SHARE = (0.4, 1), (0.65, 2), (0.85, 3)
PREDICTION_TOLERANCE = 0.01
"""How near a prediction has to be, as a share."""
ACTIVATIONS = {
    "A ReLU in place of tanh": lambda a: a.clip(min=0),
    "A sigmoid in place of tanh": sigmoid,
}


@question(
    "10-train", 8, "An operation that nobody tells", returns="E W b V losses prediction", **TRAINED
)
def train_composer(symbols, left, right, values, q, H):
    """Return E, W, b and V as arrays, the loss of each update, and the prediction."""
    import torch

    torch.manual_seed(1)
    shapes = [v.shape for v in _make_zero_outputs(symbols, left, right, values, q, H)[:4]]
    w = [(torch.randn(s) / s[0] ** 0.5 * (len(s) == 2)).requires_grad_() for s in shapes]
    (E, W, b, V), rows = w, torch.arange(symbols.shape[1])

    def compute_loss(ids, lefts, rights, target):
        hs = []
        for m in range(ids.shape[1]):
            h = E[ids[:, m]]
            if m:
                nodes = torch.stack(hs)
                children = torch.cat((nodes[lefts[:, m], rows], nodes[rights[:, m], rows]), dim=1)
                h = torch.where(ids[:, m, None] >= 0, h, torch.tanh(children @ W + b))
            hs.append(h)
        ys = torch.stack(hs, dim=1) @ V
        return torch.nn.functional.cross_entropy(ys.flatten(0, 1), target.flatten())

    data = symbols, left, right, values
    return *fit(w, compute_loss, *data, rate=0.02, anneal=False), q ** (TEST_LEAVES - 1)


# --- The task, and what the judge looks at ---


@train_composer.inputs
def _sample_tasks(rng):
    """Draw trees, `(N, B, M)`: symbols at leaves, -1 elsewhere; children, -1 at leaves; values."""
    table = _sample_table(rng)
    trees = _sample_trees(rng, table, TRAIN_LEAVES, UPDATES * BATCH)
    batches = (a.reshape(UPDATES, BATCH, -1) for a in trees)
    q = rng.uniform(0.9, 0.99)
    yield HeldOutCase((*batches, q, UNITS), (_sample_trees(rng, table, TEST_LEAVES, 1000), table))


def _sample_table(rng):
    """Draw what each pair comes to: in each row and each column, every symbol once.

    For half of the pairs at least, a, b and b, a differ, and so do (a, b), c and a, (b, c).
    """
    while True:
        rows, columns, names = (rng.permutation(SYMBOLS) for _ in range(3))
        table = names[(rows[:, None] + columns) % SYMBOLS]
        left, right = table[table], table[:, table]  # (a, b), c and a, (b, c)
        if max((table == table.T).mean(), (left == right).mean()) <= 0.5:
            return table


def _sample_trees(rng, table, L, n):
    """Return symbols, left, right and values of `n` trees with `L` leaves, `(n, 2 L - 1)` each."""
    shapes = [sample_tree(rng, L) for _ in range(min(n, 500))]
    left, right = np.array(shapes)[rng.integers(len(shapes), size=n)].swapaxes(0, 1)
    symbols = np.where(left < 0, rng.integers(SYMBOLS, size=left.shape), -1)
    values, rows = symbols.copy(), np.arange(n)
    for m in range(2 * L - 1):
        combined = table[values[rows, left[:, m]], values[rows, right[:, m]]]
        values[:, m] = np.where(left[:, m] < 0, symbols[:, m], combined)
    return symbols, left, right, values


def _make_zero_outputs(symbols, left, right, values, q, H):
    shapes = (SYMBOLS, H), (2 * H, H), (H,), (H, SYMBOLS), (len(symbols),), ()
    return tuple(map(np.zeros, shapes))


def _predict(w, symbols, left, right, activation=np.tanh):
    """Return what the network says at each node, `(n, M)`."""
    E, W, b, V = w
    hs, rows = np.zeros((*symbols.shape, len(b))), np.arange(len(symbols))
    for m in range(symbols.shape[1]):
        children = np.hstack([hs[rows, left[:, m]], hs[rows, right[:, m]]])
        is_leaf = symbols[:, m, None] >= 0
        hs[:, m] = np.where(is_leaf, E[symbols[:, m]], activation(children @ W + b))
    return (hs @ V).argmax(axis=2)


@train_composer.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    *fields, targets, q, _ = arguments
    (*trees, truth), _ = arguments.held_out
    *w, losses, prediction = values
    predicted, true_prediction = _predict(w, *trees), q ** (TEST_LEAVES - 1)
    swapped_values = _predict(w, trees[0], trees[2], trees[1])
    on_first, on_last = (
        (_predict(w, *(a[n] for a in fields)) == targets[n])[:, -1].mean() for n in (0, -1)
    )
    return Evaluation(
        score=(predicted == truth)[:, -1].mean(),
        baseline=1 / SYMBOLS,
        templates=("a guess {:.0%}", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=_format_example(trees, truth, predicted),
        is_prediction_right=bool(abs(prediction - true_prediction) < PREDICTION_TOLERANCE),
        hint=f"Your prediction, {prediction:.3g}, is not yet right. How many nodes of a tree "
        f"with {TEST_LEAVES} leaves combine two, and how likely is it that all of them are right?",
        facts={
            "on_first": on_first,
            "on_last": on_last,
            "swapped_accuracy": (swapped_values == truth)[:, -1].mean(),
            **{
                title: (_predict(w, *trees, activation) == truth)[:, -1].mean()
                for title, activation in ACTIVATIONS.items()
            },
            "leaf_accuracy": (predicted == truth)[trees[0] >= 0].mean(),
        },
    )


def _format_example(trees, truth, predicted):
    symbols, left, right = trees
    wrong_nodes = np.argwhere((predicted != truth) & (symbols < 0))
    if not len(wrong_nodes):
        return ""
    n, m = wrong_nodes[0]
    return (
        f"A node whose parts come to {truth[n, left[n, m]]} and {truth[n, right[n, m]]} comes to "
        f"{truth[n, m]}; in a tree of {TEST_LEAVES} leaves your network said {predicted[n, m]}."
    )


train_composer.mistake("Left and right exchanged")(
    "Your network is right when left and right are exchanged: the state of the left child comes "
    "first. The operation does not give the same for a, b and for b, a.",
    {"lefts[:, m], rows], nodes[rights": "rights[:, m], rows], nodes[lefts"},
    symptom=lambda s: s.facts["swapped_accuracy"] > s.score + 0.2,
)

train_composer.mistake("The loss at the root alone")(
    "Your loss settles at that of a guess, 1.39, and your network does not even know what a leaf "
    "comes to: its own symbol. Is the loss taken at all nodes, and not at the root alone? And does "
    "each node meet its own value?",
    {"dim=1) @ V": "dim=1)[:, -1:] @ V", "target.flatten": "target[:, -1:].flatten"},
    symptom=lambda s: (
        max(s.score, s.facts["leaf_accuracy"]) < 0.9
        and abs(s.last_loss - np.log(SYMBOLS)) < 0.03
        and s.first_loss > s.last_loss + 0.04
    ),
)

add_formula_mistakes(
    train_composer,
    {
        "A ReLU in place of tanh": (RELU, {"torch.tanh": "torch.relu"}),
        "A sigmoid in place of tanh": (
            RELU.replace("ReLU", "a sigmoid"),
            {"torch.tanh": "torch.sigmoid"},
        ),
    },
)

add_usual_mistakes(train_composer)
