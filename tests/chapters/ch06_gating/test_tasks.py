"""The streams: what is asked for, by loops; and units set by hand that answer it."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch06_gating.subsets import KINDS, Cells, error
from rnncourse.chapters.ch06_gating.tasks import TASKS, batches


def drawn(task, T=30, B=4):
    xs, targets = TASKS[task].draw(np.random.default_rng(2), T, B)
    assert xs.shape == (T, B, TASKS[task].D)
    return [(xs[:, b], targets[:, b]) for b in range(B)]


@pytest.mark.parametrize("task", ["reset", "marked", "asked"])
def test_the_sums(task):
    for xs, targets in drawn(task):
        total = 0.0
        for (value, flag), target in zip(xs, targets, strict=True):
            if task == "reset":
                total = value if flag else total + value
            elif task == "asked" or flag:
                total += value
            told = total if task != "asked" or flag else 0
            assert target == pytest.approx(told)


def test_noise_is_three_times_as_large():
    for xs, _ in drawn("marked"):
        values, marked = xs.T
        assert np.abs(values[marked == 1]).max() <= 1 < np.abs(values[marked == 0]).max() <= 3


def test_two_memories():
    for xs, targets in drawn("two", 200):
        a = b = 0.0
        for (value, to_a, to_b, of_a, of_b), target in zip(xs, targets, strict=True):
            assert to_a + to_b <= 1
            assert of_a + of_b <= 1
            assert value == 0 or to_a + to_b
            a, b = (value if to_a else a), (value if to_b else b)
            assert target == a * of_a + b * of_b


def test_generators_are_apart():
    rngs = [np.random.default_rng(k) for k in range(3)]
    xs, targets = batches(TASKS["two"], rngs, 8, 5)
    alone, _ = TASKS["two"].draw(np.random.default_rng(2), 8, 5)
    assert xs.shape == (8, 3, 5, 5)
    assert targets.shape == (8, 3, 5)
    np.testing.assert_allclose(xs[:, 2], alone, rtol=1e-6)


SET = {"reset": (1, 1, -1), "marked": (1, 0, 1), "asked": (1, 3, 1)}
"""The row of the flag, the gate that it moves, and where to."""


@pytest.mark.parametrize("task", SET)
def test_one_unit_with_the_one_gate_can_do_the_task(task):
    """Set by hand: so a gate alone suffices, and what training misses is not impossible."""
    row, gate, sign = SET[task]
    made = Cells([KINDS["ifgo"[gate]]], [0], 2, 1, torch.float64)
    with torch.no_grad():
        for weights in (made.W_xh, made.W_hh, made.b_h):
            weights.zero_()
        made.W_xh[0, 0, 2], made.W_y[:] = 1e-3, 1e3
        made.W_xh[0, row, gate], made.b_h[0, 0, gate] = 60 * sign, -30 * sign
    assert error(made, TASKS[task], 4)[0] < 1e-3


def test_two_units_can_do_without_an_output_gate():
    """The page says how: the second shows a copy of what the first has kept, when asked.

    The unit that keeps is seen by the readout not at all; the other one forgets at once.
    """
    made = Cells([KINDS["if"]], [0], 2, 2, torch.float64)
    small = 1e-3
    with torch.no_grad():
        for weights in (made.W_xh, made.W_hh, made.b_h):
            weights.zero_()
        made.b_h[0, 0, [0, 2]] = 30.0  # the first unit: always open, always keeping
        made.W_xh[0, 0, 4] = small
        made.W_xh[0, 1, 1], made.b_h[0, 0, 1] = 60.0, -30.0  # the second: open at a question,
        made.b_h[0, 0, 3] = -30.0  # keeping nothing,
        made.W_hh[0, 0, 5] = made.W_xh[0, 0, 5] = 1.0  # a copy of the first, and the new value
        made.W_xh[0, 0, 5] = small
        made.W_y[0, :, 0] = torch.tensor([0.0, 1 / small])
    assert error(made, TASKS["asked"], 4)[0] < 1e-3
