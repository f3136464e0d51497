"""The open question: find the cell that tracks the brackets, and that is used.

The networks are small and made by hand around random weights. In each of them two cells know
whether a bracket is open. One of the two reaches nothing, neither the gates nor what is predicted:
another cell, the toggle, keeps its output gate closed, and opens the other's. Which of the two it
closes is no matter of the weights: two of the four letters turn the toggle over, until the first
bracket is read; so the letters before it decide, and they are drawn so that the cell that is used
tells better in half of the networks. Who does not follow the text through the network, letter by
letter, has to guess.
Four more cells know nothing of brackets, and look as if they were used: one shows the last letter,
one is nearly constant and far from 0, one has the largest weight, behind a closed output gate, and
one varies most, since it adds up letters.
"""

import numpy as np

from rnncourse.grading.writing import question

POINTS_BY_SCORE = ((0.8, 1), (0.9, 2), (0.99, 4))  # share of networks
V, H, T, NETWORKS = 6, 9, 80, 20
OPEN, CLOSE = 4, 5
N_LETTERS = 5, 10  # before the first bracket, from and below


def run_clamped(ids, W_xh, W_hh, b_h, W_hy, b_y, clamped=None):
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
        for cell, value in (clamped or {}).items():
            c[cell] = value
        h = o * np.tanh(c)
        cs.append(c)
        hs.append(h)
    ys = np.array(hs) @ W_hy + b_y
    ys -= ys.max(1, keepdims=True)
    return np.array(cs), ys[:, CLOSE] - np.log(np.exp(ys).sum(1))


def mark_open(ids):
    """Say after each character whether a bracket is open."""
    last_bracket = np.array([t if v in (OPEN, CLOSE) else 0 for t, v in enumerate(ids)])
    return np.asarray(ids)[np.maximum.accumulate(last_bracket)] == OPEN


@question(
    "07-prove",
    7,
    "The cell that knows, and is used",
    "project",
    returns="cell",
    shortcuts={"without b_y": "It is the same whichever cell is held."},
)
def used_cell(ids, W_xh, W_hh, b_h, W_hy, b_y):
    """Return the number of the cell that knows of the bracket, and is used."""
    is_open = mark_open(ids)
    cs, log_probs = run_clamped(ids, W_xh, W_hh, b_h, W_hy, b_y)
    effects = []
    for cell in range(cs.shape[1]):
        open_values, closed_values = cs[is_open, cell], cs[~is_open, cell]
        auc = np.mean(open_values[:, None] > closed_values[None])
        _, clamped_log_probs = run_clamped(
            ids, W_xh, W_hh, b_h, W_hy, b_y, {cell: closed_values.mean()}
        )
        effect = np.mean(log_probs[is_open] - clamped_log_probs[is_open])
        effects.append(effect if abs(auc - 0.5) > 0.35 else -1.0)
    return int(np.argmax(effects))


@used_cell.inputs
def _sample_inputs(rng):
    for is_sharp in rng.permutation(np.arange(NETWORKS) % 2 == 0):
        yield sample_text_and_network(rng, is_sharp)[:-2]


def sample_text_and_network(rng, is_sharp=False):
    """Draw a text and a network; the last value is the cell that is idle, before it the used one.

    Both tell well whether a bracket is open. Letters disturb one of them: the idle one, if the
    other is to be sharp. The others tell little.
    """
    while True:
        weights, sharp, noisy, toggle_letters, opened_by_odd = _sample_weights(rng)
        used, decoy = (sharp, noisy) if is_sharp else (noisy, sharp)
        ids = _sample_text(rng, toggle_letters, is_odd=used == opened_by_odd)
        aucs = np.abs(_compute_aucs(run_clamped(ids, *weights)[0], mark_open(ids)) - 0.5)
        other_aucs = np.delete(aucs, [used, decoy])
        if 0.41 < aucs[noisy] < 0.49 < aucs[sharp] and other_aucs.max() < 0.3:
            return ids, *weights, used, decoy


def _sample_text(rng, toggle_letters, is_odd):
    """Draw a text; before the first bracket it turns the toggle an odd number of times, or not."""
    letters = np.zeros(1, int)
    while not (n_toggles := np.isin(letters, toggle_letters).sum()) or n_toggles % 2 != is_odd:
        letters = rng.integers(OPEN, size=rng.integers(*N_LETTERS))
    ids = np.array([*letters, OPEN, CLOSE, *(T - 2 - len(letters)) * [0]])
    is_open = False
    for t in range(len(letters) + 2, T):
        if rng.random() < 0.18:
            ids[t], is_open = (CLOSE, False) if is_open else (OPEN, True)
        else:
            ids[t] = rng.integers(OPEN)
    return ids


def _sample_weights(rng):
    """Draw the weights; also the two cells that know, the letters that turn the toggle, and which
    of the two cells it opens when it was turned an odd number of times.
    """
    W_xh = 0.8 * rng.normal(size=(V, 4, H))
    W_hh = 0.4 * rng.normal(size=(H, 4, H))
    b_h = 0.3 * rng.normal(size=(4, H))
    W_hy = 0.3 * rng.normal(size=(H, V))
    sharp, noisy, echo, steady, closed, summing, toggle, latch, _ = map(int, rng.permutation(H))
    for cell in (sharp, noisy):
        sign = rng.choice([-1.0, 1.0])
        W_hh[:, :, cell], W_xh[:, :, cell] = 0.0, 0.0
        b_h[:, cell] = rng.normal([-6.0, 6.0, 0.0, 3.0], [0.5, 0.5, 0.0, 0.5])
        W_xh[[OPEN, CLOSE], 0, cell] = rng.uniform(10, 14, 2)
        W_xh[[OPEN, CLOSE], 1, cell] = -rng.uniform(10, 14, 2)
        size = 2.0 * sign if cell == sharp else 0.6 * sign
        W_xh[OPEN, 2, cell], W_xh[CLOSE, 2, cell] = size, -size
        W_hy[cell, CLOSE] = rng.uniform(3.5, 4.5) * sign
        W_xh[:OPEN, 0, cell] = rng.normal(5.0, 0.5, OPEN)
        noise = rng.normal(0, 0.15, OPEN) if cell == sharp else np.linspace(-1.5, 1.5, OPEN)
        W_xh[:OPEN, 2, cell] = noise  # letters disturb one of the two
    toggle_letters, toggle_sign, latch_sign = rng.permutation(OPEN)[:2], *rng.choice([-1.0, 1.0], 2)
    W_hh[:, :, toggle], W_xh[:, :, toggle] = 0.0, 0.0  # it turns over, and over
    W_xh[toggle_letters, 0, toggle], W_xh[toggle_letters, 1, toggle] = 20.0, -20.0
    b_h[:, toggle] = -10.0, 10.0, 0.6 * toggle_sign, 4.0
    W_hh[toggle, 2, toggle] = -6.0
    W_hh[latch, :2, toggle] = -40.0 * latch_sign, 40.0 * latch_sign  # until the latch is set
    W_hh[:, :, latch], W_xh[:, :, latch] = 0.0, 0.0  # it is, from the first bracket on
    W_xh[[OPEN, CLOSE], 0, latch], W_xh[[OPEN, CLOSE], 1, latch] = 20.0, -20.0
    b_h[:, latch] = -10.0, 10.0, 1.5 * latch_sign, 4.0
    open_sign = rng.choice([-1.0, 1.0])
    W_hh[toggle, 3, [sharp, noisy]] = 20.0 * open_sign, -20.0 * open_sign
    W_hy[echo], b_h[3, echo] = 0.0, 3.0  # a cell that shows the last letter, loudly
    W_hh[:, :, echo], W_xh[:, :, echo] = 0.0, 0.0
    W_xh[:, 0, echo], b_h[1, echo] = 8.0, -8.0
    W_xh[:, 2, echo] = [3.0, 3.0, 3.0, -0.2, 3.0, 3.0]
    W_hy[echo, CLOSE] = 6.0
    W_hy[steady], b_h[:, steady] = 0.0, [8.0, -8.0, 1.2, 3.0]  # always near 0.8
    W_hh[:, :, steady], W_xh[:, :, steady] = 0.0, 0.0
    W_xh[:OPEN, 2, steady] = rng.permutation(np.linspace(-0.2, 0.2, OPEN))
    W_hy[steady, CLOSE] = 9.0
    W_hh[:, 3, closed], W_xh[:, 3, closed], b_h[3, closed] = 0.0, 0.0, -6.0  # never shown
    W_hy[closed, CLOSE] = 12.0
    W_hh[:, :, summing], W_xh[:, :2, summing], b_h[:, summing] = 0.0, 0.0, [6.0, 6.0, 0.0, 0.0]
    W_xh[:OPEN, 2, summing] = [-2.0, 2.0, -1.0, 1.0]  # adds up letters
    shift = rng.normal(0, 6, (4, H))  # one row is read at each step: it may hold part of the bias
    W_xh, b_h = W_xh + shift, b_h - shift
    flat_weights = W_xh.reshape(V, -1), W_hh.reshape(H, -1), b_h.reshape(-1)
    b_y = 0.3 * rng.normal(size=V)
    b_y[CLOSE] -= 5.6  # what the steady cell adds
    opened_by_odd = sharp if toggle_sign == open_sign else noisy
    return (*flat_weights, W_hy, b_y), sharp, noisy, toggle_letters, opened_by_odd


@used_cell.measured(POINTS_BY_SCORE, "You found the cell in {:.0%} of the networks.".format)
def _measure_score(cases, values, expected):
    """In which share of the networks the cell was found."""
    return float(np.mean([v[0] == e[0] for v, e in zip(values, expected, strict=True)]))


def _compute_aucs(cs, is_open):
    return np.array([np.mean(c[is_open][:, None] > c[~is_open][None]) for c in cs.T])


@used_cell.mistake("It tracks, so it is used")
def _choose_best_tracker(ids, *weights):
    """You return the cell that tells best whether a bracket is open. In each network one knows it
    and is never asked. What happens to the prediction when you hold it?"""
    cs, _ = run_clamped(ids, *weights)
    return int(np.argmax(np.abs(_compute_aucs(cs, mark_open(ids)) - 0.5)))


@used_cell.mistake("Zero in the place of the mean")
def _clamp_at_zero(ids, *weights):
    """You hold cells at 0. For a cell that is never near 0 this is a shock, whatever it tracks.
    Hold each at what it usually is where no bracket is open."""
    _, log_probs = run_clamped(ids, *weights)
    clamped_log_probs = [run_clamped(ids, *weights, {cell: 0.0})[1] for cell in range(H)]
    return int(np.argmax([np.mean(np.abs(log_probs - changed)) for changed in clamped_log_probs]))


used_cell.mistake("The largest weight to the closing bracket")(
    "You look at the weights of the readout only. A cell with a large weight may know nothing of "
    "the bracket, or stay behind a closed output gate. What happens when you hold it?",
    lambda ids, W_xh, W_hh, b_h, W_hy, b_y: int(np.argmax(np.abs(W_hy[:, CLOSE]))),
)

used_cell.mistake("The cell that varies most")(
    "You return the cell that varies most. That is no sign of what it follows.",
    lambda ids, *weights: int(np.argmax(run_clamped(ids, *weights)[0].std(0))),
)


@used_cell.mistake("One place too early")
def _compare_one_place_early(ids, *weights):
    """You compare the cells before a character with what holds after it. After the opening bracket
    is read, a bracket is open: state and truth have the same index."""
    cs, _ = run_clamped(ids, *weights)
    aucs = _compute_aucs(cs[:-1], mark_open(ids)[1:])
    return int(np.argmax(np.abs(aucs - 0.5)))


@used_cell.mistake("A correlation with the prediction")
def _choose_by_correlation(ids, *weights):
    """You return the cell that goes along with the prediction. Cells that know the same go along
    with each other, whether they are used or not. Change one, and see what follows."""
    cs, log_probs = run_clamped(ids, *weights)
    return int(np.argmax([abs(np.corrcoef(c + 1e-9 * log_probs, log_probs)[0, 1]) for c in cs.T]))


used_cell.mistake("Always the same cell", lambda ids, *weights: 0)(
    "You return the same cell for every network. They differ: look into each."
)
