"""The gradient check finds wrong gradients, names them, and lets right ones pass."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.core.gradcheck import GradientError, check_gradient, complex_step


@dataclass(frozen=True)
class Weights:
    W: np.ndarray
    b: np.ndarray
    none: float = 0.0


class Pair(NamedTuple):
    first: np.ndarray
    second: np.ndarray


X = np.random.default_rng(0).normal(size=(5, 4))


def sample_weights(seed=0, n=4):
    rng = np.random.default_rng(seed)
    return Weights(rng.normal(size=(n, n)), rng.normal(size=n))


def compute_loss(w):
    return (np.tanh(X @ w.W + w.b) ** 2).sum(axis=(-2, -1))


def compute_gradient(w):
    h = np.tanh(X @ w.W + w.b)
    da = 2 * h * (1 - h**2)
    return Weights(X.T @ da, da.sum(axis=0))


@given(seed=st.integers(0, 10**6))
def test_a_right_gradient_is_right_to_rounding(seed):
    w = sample_weights(seed)
    check = check_gradient(compute_loss, w, compute_gradient(w))
    assert check.error < 1e-14
    assert check.entries == 20
    actual = complex_step(compute_loss, w)
    np.testing.assert_allclose(actual.W, compute_gradient(w).W, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(actual.b, compute_gradient(w).b, rtol=1e-12, atol=1e-14)
    assert actual.none == 0.0


@pytest.mark.parametrize("error", [1e-11, 1e-3, 1e3, np.nan, np.inf])
def test_the_worst_entry_is_named(error):
    w = sample_weights()
    wrong = compute_gradient(w)
    wrong.W[2, 1] += error
    wrong.W[0, 0] += np.fmin(error / 2, 1e2)
    with pytest.raises(GradientError, match=r"^W\[2, 1\] is wrong: the gradient says") as caught:
        check_gradient(compute_loss, w, wrong)
    assert "Wrong entries in W: 2 of 16. Right: b." in str(caught.value)


@pytest.mark.parametrize("k", [0, 3, 4, 19])
def test_every_place_has_its_name(k):
    at = {"a": np.zeros(4), "list": [np.ones((3, 2)), "text", (np.ones((2, 2, 2)), np.arange(3))]}
    at["pair"] = Pair(np.ones(1), np.ones(1))
    names = [f"a[{i}]" for i in range(4)]
    names += [f"list.0[{i}, {j}]" for i in range(3) for j in range(2)]
    names += [f"list.2.0[{i}, {j}, {m}]" for i in (0, 1) for j in (0, 1) for m in (0, 1)]
    names += ["pair.first[0]", "pair.second[0]"]

    def f(at):
        arrays = [at["a"], at["list"][0], at["list"][2][0], *at["pair"]]
        return sum(((i + 1) * a).sum() for i, a in enumerate(arrays))

    true_gradient = complex_step(f, at)
    assert true_gradient["list"][1] == "text"
    np.testing.assert_array_equal(true_gradient["list"][2][1], np.arange(3))
    assert isinstance(true_gradient["pair"], Pair)
    arrays = [
        true_gradient["a"],
        true_gradient["list"][0],
        true_gradient["list"][2][0],
        *true_gradient["pair"],
    ]
    flat = np.concatenate([a.ravel() for a in arrays])
    np.testing.assert_array_equal(flat, np.repeat([1.0, 2, 3, 4, 5], [4, 6, 8, 1, 1]))
    n = int(np.searchsorted(np.cumsum([a.size for a in arrays]), k, side="right"))
    arrays[n].reshape(-1)[k - sum(a.size for a in arrays[:n])] += 1
    with pytest.raises(GradientError) as caught:
        check_gradient(f, at, true_gradient)
    assert str(caught.value).startswith(f"{names[k]} is wrong")


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (lambda g: Weights(g.W.T.copy(), g.b), "it is the transpose of the right one"),
        (lambda g: Weights(g.W / 5, g.b), "it is 0.2 times the right one; compare sum and mean"),
        (lambda g: Weights(-g.W, g.b), "it is -1 times the right one"),
        (lambda g: Weights(0 * g.W, g.b), "it is 0 everywhere"),
        (lambda g: Weights(g.W + 1, g.b), "a single step (T = 1) first"),
    ],
)
def test_usual_mistakes_are_recognized(change, hint):
    w = sample_weights()
    with pytest.raises(GradientError, match=r"Right: b\. Try: ") as caught:
        check_gradient(compute_loss, w, change(compute_gradient(w)))
    assert hint in str(caught.value)


def test_large_gradients_are_checked_along_random_directions_and_searched():
    w = sample_weights()
    check = check_gradient(compute_loss, w, compute_gradient(w), max_entries=6)
    assert (check.directions, check.worst, check.entries) == (8, "", 20)
    assert check.error < 1e-13
    assert str(check).startswith("20 entries checked along 8 random directions: largest")
    for place in np.ndindex(4, 4):
        wrong = compute_gradient(w)
        wrong.W[place] += 1e-6
        with pytest.raises(GradientError, match=rf"^W\[{place[0]}, {place[1]}\] is wrong"):
            check_gradient(compute_loss, w, wrong, max_entries=6)


@pytest.mark.parametrize("size", [5, 5001])
def test_a_gradient_of_zeros_may_be_right(size):
    assert check_gradient(lambda a: (0 * a).sum(), np.ones(size), np.zeros(size)).error == 0
    with pytest.raises(GradientError, match="is wrong"):
        check_gradient(lambda a: (0 * a).sum(), np.ones(size), np.ones(size))


def test_only_the_given_directions_are_used():
    calls = []

    def count(a):
        calls.append(a)
        return (a**2).sum()

    a = np.ones(50)
    check_gradient(count, a, 2 * a, max_entries=10, directions=3, rng=np.random.default_rng(1))
    assert len(calls) == 3 + 3  # and three for the comparison with plain differences


def test_functions_that_lose_the_imaginary_part_are_found():
    a, true_gradient = np.array([1.0, -2.0]), np.array([1.0, -1.0])

    def write(a):
        out = np.zeros(2)
        out[:] = a
        return out.sum()

    with pytest.raises(GradientError, match=r"its slope is .* but the complex step says 0"):
        check_gradient(lambda a: np.abs(a).sum(), a, true_gradient)
    with pytest.raises(GradientError, match=r"through: Casting complex .* with dtype=complex"):
        check_gradient(write, a, true_gradient)
    with pytest.raises(GradientError, match=r"complex numbers through: .*Try: no float\(\)"):
        check_gradient(lambda a: float(a[0]), a, true_gradient)
    with pytest.raises(GradientError, match="the complex step says 0"):
        complex_step(lambda a: (a.real**2).sum(), a)


def test_gradients_that_are_no_numbers_raise():
    a = np.ones(3)
    with pytest.raises(GradientError, match=r"one number, .* array \(3,\). Try: sum or mean"):
        check_gradient(lambda a: a**2, a, a)
    with pytest.raises(GradientError, match=r"got None. Try: .* a return at the end"):
        check_gradient(lambda a: None, a, a)


def test_gradients_of_another_form_are_named():
    w = sample_weights()
    g = compute_gradient(w)
    with pytest.raises(GradientError, match=r"gradient of b must be \(4,\), .* got \(5, 4\)"):
        check_gradient(compute_loss, w, Weights(g.W, np.zeros((5, 4))))
    with pytest.raises(GradientError, match=r"gradient of b must be \(4,\), .* got nothing"):
        check_gradient(compute_loss, w, Weights(g.W, 0.0))
    with pytest.raises(GradientError, match=r"^\[1\] is wrong: .* in the array: 1 of 2."):
        check_gradient(lambda a: a.sum(), np.ones(2), np.array([1.0, 2.0]))
    with pytest.raises(GradientError, match=r"gradient of the array must be \(2,\)"):
        check_gradient(lambda a: a.sum(), np.ones(2), np.ones(3))


def test_empty_flat_and_tiny_gradients_are_checked():
    assert check_gradient(lambda a: 1.0, {}, {}).entries == 0
    flat = check_gradient(lambda a: 0 * a.sum(), np.ones(3), np.zeros(3))
    assert flat.error == 0
    small = check_gradient(lambda a: (1e-200 * a).sum(), np.ones(3), np.full(3, 1e-200))
    assert small.error < 1e-15
    with pytest.raises(GradientError, match=r"^\[1\] is wrong: the gradient says 2e-200"):
        check_gradient(lambda a: (1e-200 * a).sum(), np.ones(3), np.array([1, 2, 1]) * 1e-200)
