"""The questions of page 6: the unit set by hand, and a hint."""

import numpy as np

from rnncourse.chapters.ch06_gating import unit
from rnncourse.grading.checks import grade
from rnncourse.grading.registry import load_questions

BY_ID = load_questions("06-gating")


def test_the_unit_set_by_hand_does_the_task():
    rng = np.random.default_rng(1)
    values, flags = rng.uniform(-1, 1, (30, 5)), rng.random((3, 30, 5)) < 0.3
    marked, reset, queries = flags
    *weights, W_y = BY_ID["06-hand"].reference(30.0, 1e-3)
    xs = np.stack([values, *flags], -1)
    hs, _ = BY_ID["06-without"].reference(xs, *weights, "ifo")
    answers = unit.targets(np.stack([values, reset, marked, queries], -1), "all")
    np.testing.assert_allclose(W_y * hs[..., 0], answers, atol=1e-3)


def test_no_step_at_all_is_shown_only_where_nothing_else_is_wrong():
    question = BY_ID["06-average"]

    def stack_rows(zs):
        rows = [np.prod(zs[t + 1 :], axis=0) * (1 - zs[t]) for t in range(len(zs))]
        return np.stack([np.prod(zs, axis=0), *rows]) if rows else np.zeros((0, zs.shape[1]))

    def square_rows(zs):
        return stack_rows(zs) ** 2

    assert grade(question, stack_rows).message.endswith("This was for `zs` = [].")
    assert grade(question, square_rows).message.endswith("This was for `zs` = [[0.8], [0.5]].")
