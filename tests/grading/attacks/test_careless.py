"""Answers that were met without the idea, or with a slip that has no name."""

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
