"""The open question: find the cell that tracks the brackets, and that is used.

The networks are small and made by hand around random weights. In each of them two cells know
whether a bracket is open. One of the two reaches nothing, neither the gates nor what is predicted:
another cell keeps its output gate closed. In half of the networks it is the one that tells better.
So neither the numbers of the two cells nor what they follow shows which is which. Four more know
nothing of brackets, and look as if they were used: one shows the last letter, one is nearly
constant and far from 0, one has the largest weight, behind a closed output gate, and one varies
most, since it adds up letters.
"""

import numpy as np

from rnncourse.grading.writing import question

STEPS = ((0.75, 1), (0.85, 2), (0.99, 4))  # share of networks, points for that
V, H, T, NETWORKS = 6, 7, 80, 10
OPEN, CLOSE = 4, 5


def run(ids, W_xh, W_hh, b_h, W_hy, b_y, held=None):
    """Read a text, and hold cells at values.

    Returns:
        The cells after each character, and log P of the closing bracket as the next one.
    """
    h = c = np.zeros(W_hh.shape[0])
    cs, hs = [], []
    for a_x in W_xh[ids] + b_h:
        a = (a_x + h @ W_hh).reshape(4, -1)
        i, f, _, o = 0.5 + np.tanh(a / 2) / 2
        c = f * c + i * np.tanh(a[2])
        for cell, value in (held or {}).items():
            c[cell] = value
        h = o * np.tanh(c)
        cs.append(c)
        hs.append(h)
    ys = np.array(hs) @ W_hy + b_y
    ys -= ys.max(1, keepdims=True)
    return np.array(cs), ys[:, CLOSE] - np.log(np.exp(ys).sum(1))


def opened(ids):
    """Say after each character whether a bracket is open."""
    last = np.array([t if v in (OPEN, CLOSE) else 0 for t, v in enumerate(ids)])
    return np.asarray(ids)[np.maximum.accumulate(last)] == OPEN


@question(
    "07-prove",
    number=7,
    level="project",
    points=4,
    returns="cell",
    short_cuts={
        "without ids": "Any text with brackets shows what a cell follows.",
        "without W_hy": "Two cells follow the brackets: a guess between them may be right for "
        "eight networks of ten, which is the first point.",
        "without b_y": "It is the same whichever cell is held.",
    },
)
def used_cell(ids, W_xh, W_hh, b_h, W_hy, b_y):
    """The cell that knows, and is used."""
    inside = opened(ids)
    cs, logs = run(ids, W_xh, W_hh, b_h, W_hy, b_y)
    effects = []
    for cell in range(cs.shape[1]):
        high, low = cs[inside, cell], cs[~inside, cell]
        area = np.mean(high[:, None] > low[None])
        _, turned = run(ids, W_xh, W_hh, b_h, W_hy, b_y, {cell: low.mean()})
        effect = np.mean(logs[inside] - turned[inside])
        effects.append(effect if abs(area - 0.5) > 0.35 else -1.0)
    return int(np.argmax(effects))


@used_cell.inputs
def _networks(rng):
    for is_sharp in rng.permutation(np.arange(NETWORKS) % 2 == 0):
        yield network(rng, is_sharp)[:-1]


def network(rng, is_sharp=False):
    """Draw a text and a network; the last value is the cell that is used.

    Both that cell and the idle one tell well whether a bracket is open. Letters disturb one of
    them: the idle one, if the other is to be sharp.
    """
    while True:
        *given, used, idle = _draw(rng, is_sharp)
        cs, _ = run(*given)
        disturbed, sharp = np.abs(_areas(cs[:, [used, idle]], opened(given[0])) - 0.5)[
            :: -1 if is_sharp else 1
        ]
        if 0.38 < disturbed < 0.49 < sharp:
            return *given, used


def _draw(rng, is_sharp):
    ids = np.array([OPEN, CLOSE] + (T - 2) * [0])
    inside = False
    for t in range(2, T):
        if rng.random() < 0.18:
            ids[t], inside = (CLOSE, False) if inside else (OPEN, True)
        else:
            ids[t] = rng.integers(OPEN)
    W_xh = 0.8 * rng.normal(size=(V, 4, H))
    W_hh = 0.4 * rng.normal(size=(H, 4, H))
    b_h = 0.3 * rng.normal(size=(4, H))
    W_hy = 0.3 * rng.normal(size=(H, V))
    used, idle, busy, steady, shut, wild, spare = rng.permutation(H)
    silent = shut if spare % 2 else idle  # neither ever shows anything
    for cell, is_clean, away in ((used, is_sharp, silent), (idle, not is_sharp, steady)):
        side = rng.choice([-1.0, 1.0])
        W_hh[:, :, cell], W_xh[:, :, cell] = 0.0, 0.0
        b_h[:, cell] = rng.normal([-6.0, 6.0, 0.0, 3.0], [0.5, 0.5, 0.0, 0.5])
        W_xh[[OPEN, CLOSE], 0, cell] = rng.uniform(10, 14, 2)
        W_xh[[OPEN, CLOSE], 1, cell] = -rng.uniform(10, 14, 2)
        size = 2.0 * side if is_clean else 0.6 * side
        W_xh[OPEN, 2, cell], W_xh[CLOSE, 2, cell] = size, -size
        W_hy[cell, CLOSE] = rng.uniform(3.5, 4.5) * side
        W_xh[:OPEN, 0, cell] = rng.normal(5.0, 0.5, OPEN)
        noise = rng.normal(0, 0.15, OPEN) if is_clean else np.linspace(-1.5, 1.5, OPEN)
        W_xh[:OPEN, 2, cell] = noise  # letters disturb one of the two
        W_hh[away, 3, cell] = -20.0  # what is always near 0.8 shuts the idle one, 0 the other not
    W_hy[busy], b_h[3, busy] = 0.0, 3.0  # a cell that shows the last letter, loudly
    W_hh[:, :, busy], W_xh[:, :, busy] = 0.0, 0.0
    W_xh[:, 0, busy], b_h[1, busy] = 8.0, -8.0
    W_xh[:, 2, busy] = [3.0, 3.0, 3.0, -0.2, 3.0, 3.0]
    W_hy[busy, CLOSE] = 6.0
    W_hy[steady], b_h[:, steady] = 0.0, [8.0, -8.0, 1.2, 3.0]  # always near 0.8
    W_hh[:, :, steady], W_xh[:, :, steady] = 0.0, 0.0
    W_xh[:OPEN, 2, steady] = rng.permutation(np.linspace(-0.2, 0.2, OPEN))
    W_hy[steady, CLOSE] = 9.0
    W_hh[:, 3, shut], W_xh[:, 3, shut], b_h[3, shut] = 0.0, 0.0, -6.0  # never shown
    W_hy[shut, CLOSE] = 12.0
    W_hh[:, :, wild], W_xh[:, :2, wild], b_h[:, wild] = 0.0, 0.0, [6.0, 6.0, 0.0, 0.0]
    W_xh[:OPEN, 2, wild] = [-2.0, 2.0, -1.0, 1.0]  # adds up letters
    shift = rng.normal(0, 6, (4, H))  # one row is read at each step: it may hold part of the bias
    W_xh, b_h = W_xh + shift, b_h - shift
    flat = W_xh.reshape(V, -1), W_hh.reshape(H, -1), b_h.reshape(-1)
    b_y = 0.3 * rng.normal(size=V)
    b_y[CLOSE] -= 5.6  # what the steady cell adds
    return ids, *flat, W_hy, b_y, int(used), idle


def _tell(score):
    return f"You found the cell in {score:.0%} of the networks."


@used_cell.measured(STEPS, _tell)
def _score(cases, values, expected):
    """In which share of the networks the cell was found."""
    return float(np.mean([v[0] == e[0] for v, e in zip(values, expected, strict=True)]))


# --- What goes wrong ---


def _areas(cs, inside):
    return np.array([np.mean(c[inside][:, None] > c[~inside][None]) for c in cs.T])


@used_cell.mistake("It tracks, so it is used")
def _(ids, *weights):
    """You return the cell that tells best whether a bracket is open. In each network one knows it
    and is never asked. What happens to the prediction when you hold it?"""
    cs, _ = run(ids, *weights)
    return int(np.argmax(np.abs(_areas(cs, opened(ids)) - 0.5)))


@used_cell.mistake("Zero in the place of the mean")
def _(ids, *weights):
    """You hold cells at 0. For a cell that is never near 0 this is a shock, whatever it tracks.
    Hold each at what it usually is where no bracket is open."""
    _, logs = run(ids, *weights)
    turned = [run(ids, *weights, {cell: 0.0})[1] for cell in range(H)]
    return int(np.argmax([np.mean(np.abs(logs - other)) for other in turned]))


@used_cell.mistake("The largest weight to the closing bracket")
def _(ids, W_xh, W_hh, b_h, W_hy, b_y):
    """You look at the weights of the readout only. A cell with a large weight may know nothing of
    the bracket, or stay behind a closed output gate. What happens when you hold it?"""
    return int(np.argmax(np.abs(W_hy[:, CLOSE])))


@used_cell.mistake("The cell that varies most")
def _(ids, *weights):
    """You return the cell that varies most. That is no sign of what it follows."""
    return int(np.argmax(run(ids, *weights)[0].std(0)))


@used_cell.mistake("One place too early")
def _(ids, *weights):
    """You compare the cells before a character with what holds after it. After the opening bracket
    is read, a bracket is open: state and truth have the same index."""
    cs, _ = run(ids, *weights)
    areas = _areas(cs[:-1], opened(ids)[1:])
    return int(np.argmax(np.abs(areas - 0.5)))


@used_cell.mistake("A correlation with the prediction")
def _(ids, *weights):
    """You return the cell that goes along with the prediction. Cells that know the same go along
    with each other, whether they are used or not. Change one, and see what follows."""
    cs, logs = run(ids, *weights)
    return int(np.argmax([abs(np.corrcoef(c + 1e-9 * logs, logs)[0, 1]) for c in cs.T]))


@used_cell.mistake("Always the same cell")
def _(ids, *weights):
    """You return the same cell for every network. They differ: look into each."""
    return 0
