"""The questions of chapter 4: hints, and what the open question pays for."""

import math

import numpy as np
import pytest

from rnncourse.chapters.ch04_bptt.questions import checkpointing, complex_step_check
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import IN_PART, PASSED, WRONG
from rnncourse.grading.registry import load_questions

from ...grading.in_process import answer_in_float32
from ...grading.students import define_names
from ...page_code import read_cells

BY_ID = load_questions("04-backpropagation-through-time")


def test_a_walk_of_ten_steps_back_from_each_loss_earns_nothing():
    def walk_ten_steps_back(dys, xs, hs, h, W_hh, W_hy):
        before, das, dh = np.concatenate([h[None], hs[:-1]]), np.zeros_like(hs), 0
        for s in range(len(hs)):
            d = dys[s] @ W_hy.T
            for t in range(s, max(s - 10, -1), -1):
                da = d * (1 - hs[t] ** 2)
                das[t] += da
                d = da @ W_hh.T
            dh = dh + (d if s < 10 else 0)
        products = (xs, das), (before, das), (hs, dys)
        weights = (np.einsum("tbi,tbj->ij", a, b) for a, b in products)
        return *weights, das.sum(axis=(0, 1)), dys.sum(axis=(0, 1)), dh

    for seed in range(5):
        assert grade(BY_ID["04-bptt"], walk_ten_steps_back, seed).earned == 0


# --- Beside the page and the package ---


def test_the_notebook_differentiates_the_same_loss():
    namespace = {"np": np}
    exec(read_cells("solutions/04-backpropagation-through-time")["04-check-loss"], namespace)
    for arguments in BY_ID["04-check"].cases(3):
        assert namespace["loss_of"](*arguments) == complex_step_check.loss_of(*arguments)


# --- Hints beyond the known wrong answers ---


DIFFERENCE = """
def loss_of(W, xs, h):
    for x in xs:
        h = np.tanh(x + h @ W)
    return np.sum(h**2)

def complex_step(W, xs, h):
    dW = np.zeros(W.shape)
    for place in np.ndindex(W.shape):
        ahead, behind = W.astype(float), W.astype(float)
        ahead[place] += {step}
        behind[place] -= {step} * ({sides} - 1)
        dW[place] = (loss_of(ahead, xs, h) - loss_of(behind, xs, h)) / ({sides} * {step})
    return dW
"""


@pytest.mark.parametrize("step", [1e-4, 1e-5, 1e-7, 1e-8])
@pytest.mark.parametrize("sides", [1, 2])
def test_a_difference_quotient_of_any_step_is_reported(step, sides):
    namespace = define_names(DIFFERENCE.format(step=step, sides=sides))
    result = grade(BY_ID["04-check"], namespace["complex_step"])
    assert result.status == WRONG
    assert "An imaginary step subtracts nothing" in result.message


def test_float32_is_reported_in_the_complex_step():
    result = grade(BY_ID["04-check"], answer_in_float32(BY_ID["04-check"]))
    assert (result.status, "float32" in result.message) == (WRONG, True)


def test_a_step_left_in_the_argument_is_reported():
    def answer(W, xs, h):
        if W.dtype != float:
            return BY_ID["04-check"].reference(W, xs, h)
        dW = BY_ID["04-check"].reference(W, xs, h)
        W += 1e-9
        return dW

    result = grade(BY_ID["04-check"], answer)
    assert (result.status, "changes its argument `W`" in result.message) == (WRONG, True)


# --- The open question ---


def count_walk(plan, n, s):
    """Go back through n steps by a plan, with states that are numbers; count the steps forward.

    Returns:
        Steps forward, and the largest number of states stored at a time beside the first.
    """
    done, steps, max_stored = [], 0, 0

    def step_back(start, end, s, stored):
        nonlocal steps, max_stored
        max_stored = max(max_stored, stored)
        if end - start == 1:
            done.append(start)
        elif s == 0:
            for needed in range(end - 1, start - 1, -1):
                steps += needed - start
                done.append(needed)
        else:
            m = plan(end - start, s)
            steps += m
            step_back(start + m, end, s - 1, stored + 1)
            step_back(start, start + m, s, stored)

    step_back(0, n, s, 0)
    assert done == [*reversed(range(n))]
    return steps, max_stored


PLANS = {
    "best": (BY_ID["04-memory"].reference, PASSED, 4),
    "the best with one place, else halves": (
        lambda n, s: BY_ID["04-memory"].reference(n, 1) if s == 1 else n // 2,
        IN_PART,
        2,
    ),
    "halves": (lambda n, s: n // 2, WRONG, 0),
    "even": (lambda n, s: min(-(-n // (s + 1)), n - 1), WRONG, 0),
    "a part for each place": (lambda n, s: max(min(n // s, n - 1), 1), WRONG, 0),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize(("n", "s"), [(2, 1), (5, 0), (9, 2), (30, 3), (41, 7)])
def test_counted_forward_steps_equal_those_of_a_walk(name, n, s):
    plan = PLANS[name][0]
    steps, max_stored = count_walk(plan, n, s)
    assert checkpointing.count_forward_steps(plan, n, s) == steps
    assert max_stored <= s


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("seed", range(10))
def test_better_plans_earn_more(name, seed):
    plan, status, points = PLANS[name]
    result = grade(BY_ID["04-memory"], plan, seed)
    assert (result.status, result.earned) == (status, points), result.message
    assert ("No plan takes fewer steps." in result.message) == (name == "best")


IGNORANT = (
    *(lambda n, s, m=m: min(m, n - 1) for m in range(1, 55)),
    *(lambda n, s, k=k: min(max(round(k * n), 1), n - 1) for k in np.linspace(0.05, 0.95, 37)),
    *(lambda n, s, p=p: BY_ID["04-memory"].reference(n, p) for p in range(1, 5)),
)
"""Plans that look at one number or none: a constant, a share of the way, one number of places."""


@pytest.mark.parametrize("seed", range(1, 21))
def test_a_plan_that_ignores_one_of_the_two_numbers_earns_nothing(seed):
    longest = max(n for n, _ in BY_ID["04-memory"].cases(seed))
    for plan in IGNORANT:
        shares = [
            checkpointing.count_forward_steps(BY_ID["04-memory"].reference, longest, s)
            / checkpointing.count_forward_steps(plan, longest, s)
            for s in range(1, checkpointing.MAX_POSITIONS + 1)
        ]
        assert np.mean(shares) < checkpointing.POINTS_BY_SCORE[0][0]


def test_no_plan_is_better_than_the_best():
    """Griewank and Walther: with s + 1 states and r walks over each step, C(s + 1 + r, r) steps."""
    for s in range(5):
        for n in range(1, 60):
            r = next(r for r in range(n + 1) if math.comb(s + 1 + r, r) >= n)
            expected = r * n - math.comb(s + 1 + r, r - 1) if r else 0
            assert checkpointing.count_forward_steps(PLANS["best"][0], n, s) == expected


@pytest.mark.parametrize("m", [0, -1, 1.5, 10**6, float("nan")])
def test_a_step_of_a_wrong_type_earns_nothing(m):
    result = grade(BY_ID["04-memory"], lambda n, s: m)
    assert (result.status, result.earned) == (WRONG, 0)
    assert result.message
