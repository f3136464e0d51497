"""The questions of chapter 5: what the project pays for."""

import numpy as np
import pytest

from rnncourse.chapters.ch05_gradients.questions import stable_weights
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import IN_PART, WRONG
from rnncourse.grading.registry import load_questions

from ...page_code import read_cells

BY_ID = load_questions("05-gradients")
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


# --- The project ---


def sample_orthogonal(seed, H=24):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(H, H)))[0]


RECIPES = {
    "orthogonal": (lambda a: sample_orthogonal(1), WRONG, {0}),
    "orthogonal, one gain for all": (lambda a: 1.5 * sample_orthogonal(1), IN_PART, {1, 2}),
    "orthogonal, 1 + spread": (lambda a: (1 + a.std()) * sample_orthogonal(1), IN_PART, {1, 2}),
    "orthogonal, fitted to the spread": (
        lambda a: (1 + a.std() ** 0.8) * sample_orthogonal(1),
        IN_PART,
        {1, 2},
    ),
    "uniform, as torch starts": (
        lambda a: np.random.default_rng(1).uniform(-1, 1, (24, 24)) / np.sqrt(24),
        WRONG,
        {0},
    ),
    "much too large": (lambda a: 60 * sample_orthogonal(1), WRONG, {0}),
}


@pytest.mark.parametrize("name", RECIPES)
def test_better_recipes_earn_more(name):
    recipe, status, points = RECIPES[name]
    for seed in range(3):
        result = grade(BY_ID["05-alive"], recipe, seed)
        assert (result.status, result.earned in points) == (status, True), result.message


def test_the_judge_measures_what_question_8_asks_for():
    (a,) = next(BY_ID["05-alive"].cases(4))
    W, of_one = 1.2 * sample_orthogonal(2), BY_ID["05-exponent"].reference
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
