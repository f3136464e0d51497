"""Answers that were met without the idea, or with a slip that had no name; none is the grader's."""

import numpy as np
import pytest

from rnncourse.grading.checks import grade
from rnncourse.grading.registry import find_question

from ..handed_in import read_cases

UNPAID = read_cases("""
=== forty characters at most: 02-nucleus
def nucleus(probs, p):
    out, rest = np.zeros(len(probs)), probs.copy()
    for _ in range(40):
        if out.sum() < p - 1e-12:
            out[rest.argmax()], rest[rest.argmax()] = rest.max(), -1
    return out / out.sum()
=== no threshold nearer than a thousandth: 02-nucleus
def nucleus(probs, p):
    cuts = [np.where(probs > t, probs, 0) for t in np.linspace(0, 1, 1001)]
    best = [cut for cut in cuts if cut.sum() >= p] or [probs]
    return best[-1] / best[-1].sum()
=== told for twelve steps, free after them: 03-forced
def forced_logits(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
    ys, back = [], 0 * targets[0]
    for t, x in enumerate(xs):
        ys.append(np.tanh(x @ W_xh + W_yh[back] + b_h) @ W_hy + b_y)
        back = targets[t] if t < 12 else ys[-1].argmax(1)
    return np.stack(ys)
""")
NAMED = read_cases("""
=== A mask in another order: 02-nucleus
def nucleus(probs, p):
    order = np.argsort(probs)[::-1]
    out = probs * (np.cumsum(probs[order]) - probs[order] < p)
    return out / out.sum()
=== Not sorted: 02-nucleus
def nucleus(probs, p):
    out, mass = np.zeros_like(probs), 0
    for i, q in enumerate(probs):
        if mass < p:
            out[i], mass = q, mass + q
    return out / out.sum()
=== Not renormalized: 02-nucleus
def nucleus(probs, p):
    order = np.argsort(-probs)
    kept = order[np.cumsum(probs[order]) - probs[order] < p]
    out = np.zeros(len(probs))
    out[kept] = probs[kept] / p
    return out
=== A softmax of probabilities: 02-nucleus
def nucleus(probs, p):
    order = np.argsort(-probs)
    kept = order[np.cumsum(probs[order]) - probs[order] < p]
    out = np.full(len(probs), -np.inf)
    out[kept] = probs[kept]
    return np.exp(out) / np.exp(out).sum()
=== The answers of the row before: 03-forced
def forced_logits(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
    before = np.roll(targets, 1)
    before[0] = 0
    return np.tanh(xs @ W_xh + W_yh[before] + b_h) @ W_hy + b_y
=== A bias left out: 03-forced
def forced_logits(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
    before = np.roll(targets, 1, axis=0)
    before[0] = 0
    return np.tanh(xs @ W_xh + W_yh[before]) @ W_hy + b_y
=== Probabilities for logits: 03-forced
def forced_logits(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
    before = np.pad(targets, ((1, 0), (0, 0)))[:-1]
    e = np.exp(np.tanh(xs @ W_xh + W_yh[before] + b_h) @ W_hy + b_y)
    return e / e.sum(-1, keepdims=True)
=== The signs of another diagonal: 05-start
def start_weights(A, radius):
    Q, _ = np.linalg.qr(A)
    return A * radius / abs(np.linalg.eigvals(A)).max(), Q * np.sign(Q.diagonal())
=== The eigenvalues of a symmetric matrix: 05-start
def start_weights(A, radius):
    Q, R = np.linalg.qr(A)
    return A * radius / abs(np.linalg.eigh(A)[0]).max(), Q * np.sign(R.diagonal())
=== Half open where something is flagged: 06-hand
def set_unit(k, scale):
    W = [[0, 0, scale, 0], [2 * k, 0, 0, 0], [0, -k, 0, 0], [0, 0, 0, 2 * k]]
    return W, np.zeros((1, 4)), [-k, k, 0, -k], 1 / scale
=== Half open where nothing is flagged: 06-hand
def set_unit(k, scale):
    W = [[0, 0, scale, 0], [2 * k, 0, 0, 0], [0, -2 * k, 0, 0], [0, 0, 0, k]]
    return W, np.zeros((1, 4)), [-k, k, 0, 0], 1 / scale
=== The direction the wrong way round: 07-score
def score_cells(cs, truth, cs_new, truth_new):
    agreement = np.sign(cs[truth][:, None] - cs[~truth]).mean((0, 1))
    cell = abs(agreement).argmax()
    new = np.sign(cs_new[truth_new][:, None, cell] - cs_new[~truth_new, cell]).mean()
    return cell, (1 - np.sign(agreement[cell]) * new) / 2
=== Chosen on the new text: 07-score
def score_cells(cs, truth, cs_new, truth_new):
    both, inside = np.concatenate([cs, cs_new]), np.concatenate([truth, truth_new])
    agreement = np.sign(both[inside][:, None] - both[~inside]).mean((0, 1))
    cell = abs(agreement).argmax()
    new = np.sign(cs_new[truth_new][:, None, cell] - cs_new[~truth_new, cell]).mean()
    return cell, (1 + np.sign(agreement[cell]) * new) / 2
=== One array for all steps: 08-recurrent
def recurrent_gates(a, R):
    q, out = np.zeros(a.shape[1:]), []
    for x in a:
        q[:] = 1 / (1 + np.exp(-x - q @ R))
        out.append(q)
    return out
=== One step back and no further: 08-recurrent
def recurrent_gates(a, R):
    q = 1 / (1 + np.exp(-a))
    return np.stack([q[0], *(1 / (1 + np.exp(-x - before @ R)) for x, before in zip(a[1:], q))])
=== Along the batch: 08-recurrent
def recurrent_gates(a, R):
    q, out = 0 * a[:, 0], []
    for b in range(a.shape[1]):
        q = 1 / (1 + np.exp(-a[:, b] - q @ R))
        out.append(q)
    return np.stack(out, axis=1)
=== The sign in the sigmoid: 08-recurrent
def recurrent_gates(a, R):
    q, out = 0 * a[0], []
    for x in a:
        q = 1 / (1 + np.exp(x + q @ R))
        out.append(q)
    return np.stack(out)
=== Scaled by a root: 12-additive
def attend(s, hs, W_a, U_a, v_a):
    e = np.exp(np.tanh(s @ W_a + hs @ U_a) @ v_a / len(v_a) ** 0.5)
    return e / e.sum(), e / e.sum() @ hs
=== The hidden layer summed: 12-additive
def attend(s, hs, W_a, U_a, v_a):
    e = np.exp(np.tanh(s @ W_a + hs @ U_a).sum(-1))
    return e / e.sum(), e / e.sum() @ hs
=== A product for a score: 12-additive
def attend(s, hs, W_a, U_a, v_a):
    e = np.exp(hs @ s)
    return e / e.sum(), e / e.sum() @ hs
""")
TOLD = read_cases("""
=== The sigmoid comes last: 08-recurrent
def recurrent_gates(a, R):
    q, out = 0 * a[0], []
    for x in a:
        out.append(x + q @ R)
        q = 1 / (1 + np.exp(-out[-1]))
    return np.stack(out)
=== what a gate sees of the other gates is in the sum: 08-recurrent
def recurrent_gates(a, R):
    q, out = 0 * a[0], []
    for x in a:
        q = 1 / (1 + np.exp(-x)) + q @ R
        out.append(q)
    return np.stack(out)
=== no threshold is chosen: 07-score
def score_cells(cs, truth, cs_new, truth_new):
    def right(c, inside):
        shares = [np.mean((c > cut) == inside) for cut in c]
        return max(*shares, 1 - min(shares))

    cell = np.argmax([right(c, truth) for c in cs.T])
    return cell, right(cs_new[:, cell], truth_new)
""")


def grade_answer(cell, question, seed):
    names = {"np": np}
    exec(cell, names)
    return grade(question, names[question.function], seed)


@pytest.mark.parametrize("name", UNPAID)
def test_an_answer_that_is_right_by_luck_is_not_paid(name):
    (question,), (cell,) = UNPAID[name]
    earned = [grade_answer(cell, find_question(question), seed).earned for seed in range(200, 210)]
    assert earned == [0] * 10


@pytest.mark.parametrize("name", NAMED)
def test_a_slip_gets_its_name_on_every_seed(name):
    (question,), (cell,) = NAMED[name]
    for seed in range(5):
        result = grade_answer(cell, find_question(question), seed)
        assert (result.earned, result.mistake) == (0, name)
        assert "This was for" in result.message


@pytest.mark.parametrize("phrase", TOLD)
def test_an_unknown_slip_gets_the_property_that_fails(phrase):
    (question,), (cell,) = TOLD[phrase]
    result = grade_answer(cell, find_question(question), 0)
    assert result.earned == 0
    assert phrase in result.message


@pytest.mark.parametrize(
    ("order", "phrase"), [("right first", "the left part comes first"), ("leaves", "right behind")]
)
def test_nodes_in_another_order_get_a_hint_on_the_order(order, phrase):
    question = find_question("10-parser")

    def answer(text):
        left, right, codes = question.reference(text)
        rows = [*zip(left.tolist(), right.tolist(), codes.tolist(), strict=True)]

        def list_subtree(n):
            a, b, _ = rows[n]
            return [n] if a < 0 else [*list_subtree(b), *list_subtree(a), n]

        leaves_first = sorted(range(len(rows)), key=lambda n: rows[n][0] >= 0)
        nodes = leaves_first if order == "leaves" else list_subtree(len(rows) - 1)
        to = {-1: -1} | {n: at for at, n in enumerate(nodes)}
        return zip(*((to[a], to[b], c) for a, b, c in map(rows.__getitem__, nodes)), strict=True)

    result = grade(question, answer)
    assert result.earned == 0
    assert phrase in result.message
