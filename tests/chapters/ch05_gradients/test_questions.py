"""The questions of chapter 5: references against autograd, and what the project pays for."""

import math

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch05_gradients.questions import QUESTIONS, stable_weights
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import IN_PART, WRONG

from ...grading.in_process import make_cases
from ...page_code import read_cells

BY_ID = {q.id: q for q in QUESTIONS}
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


# --- References against an independent computation ---


@pytest.mark.parametrize(("arguments", "left"), make_cases("05-left"))
def test_the_gradient_left_equals_autograd(arguments, left):
    w, ks = arguments
    for k, share in zip(ks, left, strict=True):
        start = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
        h = start
        for _ in range(k):
            h = w * h + 0.3
        h.backward()
        assert math.isclose(share, start.grad, rel_tol=1e-12)


@pytest.mark.parametrize(("arguments", "clipped"), make_cases("05-clip"))
def test_clipping_by_norm_against_torch(arguments, clipped):
    *grads, threshold = arguments
    leaves = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for leaf, grad in zip(leaves, grads, strict=True):
        leaf.grad = torch.from_numpy(grad.copy())
    torch.nn.utils.clip_grad_norm_(leaves, threshold)
    for gradient, leaf in zip(clipped, leaves, strict=True):
        assert np.allclose(gradient, leaf.grad, rtol=5e-6)  # torch adds 1e-6 to the norm


@pytest.mark.parametrize(("arguments", "result"), make_cases("05-value"))
def test_clipping_by_value_against_torch(arguments, result):
    dW, threshold = (torch.as_tensor(a) for a in arguments)
    leaf = torch.zeros_like(dW, requires_grad=True)
    leaf.grad = dW.clone()
    torch.nn.utils.clip_grad_value_(leaf, float(threshold))
    cosine = torch.nn.functional.cosine_similarity(dW.ravel(), leaf.grad.ravel(), dim=0)
    assert np.allclose(result[0], leaf.grad, **CLOSE)
    assert np.isclose(result[1], cosine, **CLOSE)


@pytest.mark.parametrize(("arguments", "J"), make_cases("05-jacobian"))
def test_the_jacobian_against_autograd(arguments, J):
    x, h, W_xh, W_hh, b_h = map(torch.from_numpy, arguments)
    expected = torch.autograd.functional.jacobian(
        lambda h: torch.tanh(x @ W_xh + h @ W_hh + b_h), h
    )
    assert np.allclose(J, expected, **CLOSE)


def test_the_lags_against_autograd():
    for (hs, W_hh), norms in make_cases("05-lags"):
        sums, weights = torch.atanh(torch.from_numpy(hs)), torch.from_numpy(W_hh)
        zeros = torch.zeros(len(W_hh), dtype=torch.float64)
        assert norms[0] == 1
        for k in range(1, len(hs) + 1):
            late = sums[len(hs) - k :]

            def propagate_change(change, late=late, weights=weights):
                """Return what a change of one state makes of the last one."""
                for a in late:
                    change = torch.tanh(a + change @ weights) - torch.tanh(a)
                return change

            J = torch.autograd.functional.jacobian(propagate_change, zeros)
            assert np.isclose(norms[k], torch.linalg.matrix_norm(J, 2), rtol=1e-8)


@pytest.mark.parametrize(("arguments", "result"), make_cases("05-start"))
def test_starts_have_the_radius_and_are_orthogonal(arguments, result):
    (A, radius), (W, Q) = arguments, result
    powers = np.linalg.matrix_power(W / radius, 4096)
    assert abs(np.log(np.linalg.norm(powers)) / 4096) < 2e-3  # Gelfand's formula
    largest = np.argmax(np.abs(A))
    assert np.allclose(W, A * W.flat[largest] / A.flat[largest], **CLOSE)
    assert W.flat[largest] / A.flat[largest] > 0
    assert np.allclose(Q.T @ Q, np.eye(len(Q)), atol=1e-12)
    R = Q.T @ A
    assert np.allclose(R, np.triu(R), atol=1e-12)
    assert (np.diag(R) > 0).all()


def test_the_probe_is_where_the_sum_is_smallest():
    for (hs, labels, hs_new, labels_new, V, strength), (ys, accuracy) in make_cases("05-probe", 1):
        W = torch.zeros(hs.shape[1], V, dtype=torch.float64, requires_grad=True)
        b = torch.zeros(V, dtype=torch.float64, requires_grad=True)
        targets = torch.nn.functional.one_hot(torch.from_numpy(labels), V).double()
        best = torch.optim.LBFGS([W, b], 1, 500, tolerance_grad=1e-11, tolerance_change=0)

        def loss(W=W, b=b, hs=hs, targets=targets, strength=strength, best=best):
            best.zero_grad()
            errors = torch.from_numpy(hs) @ W + b - targets
            total = (errors**2).sum() + strength * (W**2).sum()
            total.backward()
            return total

        best.step(loss)
        expected = (torch.from_numpy(hs_new) @ W + b).detach().numpy()
        assert np.allclose(ys, expected, atol=1e-6)
        guesses = expected.argmax(axis=1)
        assert accuracy == sum(guesses == labels_new) / len(labels_new)


def test_the_exponent_by_numbers_that_are_long_enough():
    """The product itself, in whole numbers of Python: none is too large or too small."""
    scale = 10**60
    for (hs, W_hh, v), exponent in make_cases("05-exponent", 2):
        if len(hs) > 500:
            hs = hs[:60]
            exponent = BY_ID["05-exponent"].reference(hs, W_hh, v)
        H, start = len(v), [round(float(entry) * scale) for entry in v]
        u, weights = start, [[round(float(w) * scale) for w in row] for row in W_hh]
        for h in hs:
            slopes = [round((1 - float(s) ** 2) * scale) for s in h]
            sums = [sum(u[i] * weights[i][j] for i in range(H)) for j in range(H)]
            u = [a * s for a, s in zip(sums, slopes, strict=True)]
        lengths = [math.log(sum(entry**2 for entry in vector)) / 2 for vector in (start, u)]
        grown = lengths[1] - lengths[0] - 2 * len(hs) * math.log(scale)
        assert math.isclose(exponent, grown / len(hs), rel_tol=1e-9, abs_tol=1e-12)


# --- What students read ---


# --- The project ---


def draw_orthogonal(seed, H=24):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(H, H)))[0]


RECIPES = {
    "orthogonal": (lambda a: draw_orthogonal(1), WRONG, {0}),
    "orthogonal, one gain for all": (lambda a: 1.5 * draw_orthogonal(1), IN_PART, {1, 2}),
    "orthogonal, 1 + spread": (lambda a: (1 + a.std()) * draw_orthogonal(1), IN_PART, {1, 2}),
    "orthogonal, fitted to the spread": (
        lambda a: (1 + a.std() ** 0.8) * draw_orthogonal(1),
        IN_PART,
        {1, 2},
    ),
    "uniform, as torch starts": (
        lambda a: np.random.default_rng(1).uniform(-1, 1, (24, 24)) / np.sqrt(24),
        WRONG,
        {0},
    ),
    "much too large": (lambda a: 60 * draw_orthogonal(1), WRONG, {0}),
}


@pytest.mark.parametrize("name", RECIPES)
def test_better_recipes_earn_more(name):
    recipe, status, points = RECIPES[name]
    for seed in range(3):
        result = grade(BY_ID["05-alive"], recipe, seed)
        assert (result.status, result.earned in points) == (status, True), result.message


def test_the_judge_measures_what_question_8_asks_for():
    (a,) = next(BY_ID["05-alive"].cases(4))
    W, of_one = 1.2 * draw_orthogonal(2), BY_ID["05-exponent"].reference
    runs = []
    for b in range(a.shape[1]):
        h, hs = np.zeros(24), []
        for a_t in a[:, b]:
            h = np.tanh(a_t + h @ W)
            hs.append(h)
        v = np.ones(24)
        for h in hs[: stable_weights.SKIPPED]:
            v = (v @ W) * (1 - h**2)
        runs.append(of_one(np.array(hs[stable_weights.SKIPPED :]), W, v))
    assert np.isclose(stable_weights.measure_largest_exponent(a, W)[0], np.mean(runs), **CLOSE)


def test_the_page_says_how_it_is_measured():
    text = " ".join(read_cells("solutions/05-gradients")["05-alive-question"].split())
    assert f"after {stable_weights.SKIPPED} steps" in text
    assert f"e^{{-{stable_weights.SHARPNESS:.0f} " in text
