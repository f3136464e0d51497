"""Gradients by complex steps, with nothing derived, are right, and too slow for one large input."""

import re
from dataclasses import replace
from functools import partial

import nbformat
import numpy as np
import pytest

from rnncourse.core.gradcheck import STEP, complex_step
from rnncourse.grading.authoring.shortcuts import make_quick_cases
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import PASSED, TIMEOUT
from rnncourse.grading.questions import DERIVE_HINT
from rnncourse.grading.registry import ASSIGNMENTS, find_question, load_questions
from scripts import ROOT


def differentiate_by_entry(loss, *arrays):
    """Differentiate a loss by every entry of several arrays, one run for each."""
    return [
        complex_step(lambda a, n=n: loss(*arrays[:n], a, *arrays[n + 1 :]), array)
        for n, array in enumerate(arrays)
    ]


def shift_states(h, hs):
    return np.concatenate([h[None], hs[:-1]])


def backpropagate_through_time(dys, xs, hs, h, W_hh, W_hy):
    rest = np.arctanh(hs) - shift_states(h, hs) @ W_hh

    def loss(W_xh, W_hh, W_hy, b_h, b_y, h):
        total = 0.0
        for known, x, dy in zip(rest, xs, dys, strict=True):
            h = np.tanh(known + x @ W_xh + h @ W_hh + b_h)
            total = total + np.sum(dy * (h @ W_hy + b_y))
        return total

    D, (H, V) = xs.shape[2], W_hy.shape
    return differentiate_by_entry(loss, np.zeros((D, H)), W_hh, W_hy, np.zeros(H), np.zeros(V), h)


def compute_truncated_gradient(dhs, hs, h, W_hh, k):
    before = shift_states(h, hs)
    rest = np.arctanh(hs) - before @ W_hh

    def loss(W_hh):
        total, h = 0.0, None
        for t, dh in enumerate(dhs):
            h = np.tanh(rest[t] + (h if t % k else before[t]) @ W_hh)
            total = total + np.sum(dh * h)
        return total

    return complex_step(loss, W_hh)


def pass_window(xs, targets, h, W_xh, W_hh, W_hy, k):
    hs = [h]
    for x in xs:
        hs.append(np.tanh(x @ W_xh + hs[-1] @ W_hh))

    def loss(W_xh, W_hh, W_hy):
        total, h = 0.0, None
        for t, x in enumerate(xs):
            h = np.tanh(x @ W_xh + (h if t % k else hs[t]) @ W_hh)
            total = total + compute_mean_nll(h @ W_hy, targets[t])
        return total / len(xs)

    return *differentiate_by_entry(loss, W_xh, W_hh, W_hy), hs[-1]


def compute_mean_nll(y, targets):
    """Return the mean surprise of rows of logits."""
    y = y - y.real.max(axis=1, keepdims=True)
    log_probs = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
    return -log_probs[np.arange(len(y)), targets].mean()


def backpropagate_tree(left, right, hs, W_l, W_r, dh):
    rest = np.zeros(hs.shape)
    for n in np.flatnonzero(left >= 0):
        rest[n] = np.arctanh(hs[n]) - hs[left[n]] @ W_l - hs[right[n]] @ W_r

    def loss(xs, W_l, W_r, b):
        made = []
        for x, known, a, c in zip(xs, rest, left, right, strict=True):
            made.append(x if a < 0 else np.tanh(known + made[a] @ W_l + made[c] @ W_r + b))
        return np.sum(dh * made[-1])

    leaves = np.where((left < 0)[:, None], hs, 0)
    return differentiate_by_entry(loss, leaves, W_l, W_r, np.zeros(len(dh)))


def differentiate_rows(of_rows, *arrays):
    """Differentiate a loss of each row by what stands in the row: a run for each column."""
    result = []
    for n, array in enumerate(arrays):
        result.append(np.empty(array.shape))
        changed = [a.astype(complex) for a in arrays]
        for j in range(array.shape[-1]):
            changed[n][..., j] += STEP * 1j
            result[n][..., j] = of_rows(*changed).imag / STEP
            changed[n][..., j] = array[..., j]
    return result


def step_back_in_rows(dh, x, h, h_new, W_xh, W_hh):
    rest = np.arctanh(h_new) - x @ W_xh - h @ W_hh
    da = differentiate_rows(lambda a: np.sum(dh * np.tanh(a), axis=1), np.arctanh(h_new))[0]

    def loss(x, h):
        return np.sum(dh * np.tanh(rest + x @ W_xh + h @ W_hh), axis=1)

    return *differentiate_rows(loss, x, h), x.T @ da, h.T @ da, da.sum(axis=0)


def compute_masked_loss_rows(ys, targets, mask):
    def loss(ys):
        log_probs = ys - np.log(np.exp(ys).sum(axis=-1, keepdims=True))
        return np.take_along_axis(-log_probs, targets[..., None], axis=-1)[..., 0]

    share = mask / mask.sum()
    return np.sum(share * loss(ys)), share[..., None] * differentiate_rows(loss, ys)[0]


def compute_cross_entropy_rows(y, targets):
    def loss(y):
        y = y - y.real.max(axis=1, keepdims=True)
        return np.log(np.exp(y).sum(axis=1)) - y[np.arange(len(y)), targets]

    return loss(y).mean(), differentiate_rows(loss, y)[0] / len(y)


def step_lstm_rows(dh, dc, x, h, c, on, W_xh, W_hh, b_h):
    step = find_question("07-step").reference

    def loss(x, h, c, b_h):
        h_new, c_new = step(x, h, c, on, W_xh, W_hh, b_h)
        return np.sum(dh * h_new + dc * c_new, axis=1)

    dx, dh_old, dc_old, db_h = differentiate_rows(loss, x, h, c, np.tile(b_h, (len(x), 1)))
    return dx, dh_old, dc_old, db_h.sum(axis=0)


def step_jacobian(x, h, W_xh, W_hh, b_h):
    def step(h):
        return np.tanh(x @ W_xh + h @ W_hh + b_h)

    e = 1e-5 * np.eye(len(h))
    return ((step(h + e) - step(h - e)) / 2e-5).T


def score_gradient(weights, values, d_context):
    def context(nudge):
        p = weights * np.exp(nudge)
        return p / p.sum() @ values

    e = 1e-5 * np.eye(len(weights))
    return np.array([(context(n) - context(-n)) @ d_context / 2e-5 for n in e])


def compute_total_derivative(xs, h, u, w):
    def last(w):
        state = h
        for x in xs:
            state = np.tanh(u * x + w * state)
        return state

    return (last(w + 1e-5) - last(w - 1e-5)) / 2e-5


def compute_gradient_by_lag(hs, W_hh):
    e, product, norms = 1e-5, np.eye(len(W_hh)), [1.0]
    for a in np.arctanh(hs[::-1]):
        product = product * (np.tanh(a + e) - np.tanh(a - e)) / (2 * e) @ W_hh.T
        norms.append(np.linalg.norm(product, 2))
    return np.array(norms)


def compute_slope(c, a_i, a_f, a_g, p_i, p_f):
    def compute_new_cell(c):
        i, f = (1 / (1 + np.exp(-(a + p * c))) for a, p in ((a_i, p_i), (a_f, p_f)))
        return f * c + i * np.tanh(a_g)

    return (compute_new_cell(c + 1e-5) - compute_new_cell(c - 1e-5)) / 2e-5


TOO_SLOW = {
    "02-loss": compute_cross_entropy_rows,
    "04-step-back": step_back_in_rows,
    "04-loss": compute_masked_loss_rows,
    "04-bptt": backpropagate_through_time,
    "04-truncated": compute_truncated_gradient,
    "04-detach": pass_window,
    "07-backward": step_lstm_rows,
    "10-backward": backpropagate_tree,
}
"""Where rows do not see each other, a run for all of them; elsewhere one for each entry."""
FREE = {
    "04-total": compute_total_derivative,
    "05-jacobian": step_jacobian,
    "05-lags": compute_gradient_by_lag,
    "08-slope": compute_slope,
    "12-slope": score_gradient,
}
SLOW_NOTE = (
    "One input of the check is large: a run for each number, by differences or by complex steps,"
)
PAID_NOTE = "The check sees numbers only: differences and complex steps are paid, too,"
QUESTIONS = [q for a in ASSIGNMENTS for q in load_questions(a).values()]


def test_these_are_all_the_questions_that_ask_to_derive():
    with_hint = {q.id for q in QUESTIONS if q.timeout_hint}
    assert with_hint == TOO_SLOW.keys()


@pytest.mark.parametrize(("question_id", "answer"), TOO_SLOW.items())
def test_complex_steps_are_right_and_too_slow(question_id, answer):
    question = replace(find_question(question_id), seconds=2.0)
    small = replace(question, inputs=lambda rng: make_quick_cases(question, 0))
    answer = partial(answer)  # no function: nobody looks at what it imports
    assert grade(small, answer).status == PASSED
    late = grade(question, answer)
    assert (late.status, DERIVE_HINT in late.message) == (TIMEOUT, True)
    assert grade(question, question.reference).status == PASSED


@pytest.mark.parametrize("question_id", FREE)
def test_finite_differences_are_paid_where_the_text_says_so(question_id):
    question = find_question(question_id)
    for seed in range(5):
        assert grade(question, partial(FREE[question_id]), seed).status == PASSED
    page = (ROOT / "book" / "grading.md").read_text(encoding="utf-8")
    (paragraph,) = re.findall(
        r"What still earns all points without a derivation.*?\n\n", page, re.S
    )
    assert question.id in paragraph


@pytest.mark.parametrize(("words", "ids"), [(SLOW_NOTE, TOO_SLOW), (PAID_NOTE, FREE)])
def test_the_text_of_each_gradient_says_whether_differences_are_paid(words, ids):
    named_ids = set()
    for assignment in ASSIGNMENTS:
        notebook = nbformat.read(ROOT / "solutions" / f"{assignment}.ipynb", as_version=4)
        headings = [c.source for c in notebook.cells if re.match(r"## \d+\. ", c.source)]
        for question, text in zip(load_questions(assignment).values(), headings, strict=True):
            if words in " ".join(text.split()):
                named_ids.add(question.id)
    assert named_ids == {*ids}
