"""The cliff: its loss and gradient, its fixed points, its wall, and what bounds do to a step."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch05_gradients import cliff, cliff_experiments, clipping_experiments
from rnncourse.core.records import Record, RecordError


def differentiate_by_autograd(w, b):
    """Pascanu's own form, x_t = w sigmoid(x_(t-1)) + b, differentiated by torch."""
    v = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
    x = torch.tensor(0.5, dtype=torch.float64)
    for _ in range(50):
        x = v[0] * torch.sigmoid(x) + v[1]
    loss = (torch.sigmoid(x) - 0.7) ** 2
    loss.backward()
    return loss.item(), v.grad.numpy()


def test_loss_and_gradient_are_those_of_the_paper():
    ws, bs = cliff.sample_starts(np.random.default_rng(0), 4)
    losses, gradients = cliff.loss_and_gradient(ws, bs)
    for i, (w, b) in enumerate(zip(ws, bs, strict=True)):
        loss, gradient = differentiate_by_autograd(w, b)
        assert losses[i] == pytest.approx(loss, rel=1e-10)
        np.testing.assert_allclose(gradients[:, i], gradient, rtol=1e-8)


def test_clipping_by_norm_keeps_the_direction_and_by_value_does_not():
    g = np.array([[-3000.0, 0.3, 0.0], [-5000.0, 0.4, 0.0]])
    norm, value = cliff.clip_gradient(g, "norm", 1.0), cliff.clip_gradient(g, "value", 1.0)
    np.testing.assert_allclose(norm, [[-3 / 34**0.5, 0.3, 0], [-5 / 34**0.5, 0.4, 0]])
    np.testing.assert_array_equal(value, [[-1, 0.3, 0], [-1, 0.4, 0]])
    np.testing.assert_array_equal(cliff.clip_gradient(g, "none", 1.0), g)
    with pytest.raises(ValueError, match="kind must be one of none, norm, value; got 'clip'"):
        cliff.clip_gradient(g, "clip", 1.0)


def test_descent_goes_down_the_gradient_from_every_start():
    begin = cliff.sample_starts(np.random.default_rng(1), 3)
    descent = cliff.descend(begin, 0.1, "norm", 0.05, updates=2)
    for i in range(3):
        p = begin[:, i]
        for _ in range(2):
            _, g = differentiate_by_autograd(*p)
            p = p - 0.1 * g * min(1, 0.05 / np.linalg.norm(g))
        np.testing.assert_allclose(descent.path[-1][:, i], p, rtol=1e-8)
    assert descent.path.shape == (3, 2, 3)
    assert descent.losses.shape == (3, 3)
    assert np.hypot(*np.diff(descent.path, axis=0).swapaxes(0, 1)).max() <= 0.005 + 1e-12
    rates = np.array([[0.1], [0.1]])
    begins = np.broadcast_to(begin[:, None], (2, 2, 3))
    two_descents = cliff.descend(begins, rates, "norm", 0.5 * rates, 2)
    np.testing.assert_allclose(two_descents.losses[:, 0], descent.losses, rtol=1e-12)


@pytest.mark.parametrize("w", [4.5, 5.0, 5.9])
def test_folds_are_where_fixed_points_come_and_go(w):
    low, high = cliff.fold_biases(w)
    for b, n in ((low - 1e-3, 1), (low + 1e-3, 3), (high - 1e-3, 3), (high + 1e-3, 1)):
        actual = cliff.find_fixed_points(w, b)
        assert len(actual) == n
        np.testing.assert_allclose(cliff.logistic(w * actual + b), actual, atol=1e-12)
        np.testing.assert_allclose(cliff.fixed_point_bias(actual, w), b, atol=1e-9)
    with pytest.raises(ValueError, match="w must be 4 or more"):
        cliff.fold_biases(3.9)


@pytest.mark.slow
@pytest.mark.parametrize("first", [0.0, 0.15, 0.3, 0.45, 0.5, 0.622, 0.75, 0.9, 1.0])
def test_the_wall_is_a_fold_where_the_slope_at_the_first_state_is_below_one(first):
    ws = np.array([4.1, 4.4, 4.9, 5.3, 5.9])
    slopes = ws * first * (1 - first)
    assert (np.array(cliff_experiments.count_appearing_points(ws, first)) > 0).tolist() == (
        slopes < 1
    ).tolist()
    inside = slopes > 1  # and there the wall's place is known
    at = cliff.find_critical_bias(ws[inside], first_state=first)
    if first not in (0.0, 1.0):
        np.testing.assert_allclose(at, np.log(first / (1 - first)) - ws[inside] * first, atol=1e-6)


def test_the_wall_is_a_fold_at_first_and_then_the_border_of_a_basin():
    turning = 1 / (cliff.H_0 * (1 - cliff.H_0))
    assert turning == pytest.approx(4.255, abs=1e-3)
    for w, b in zip((4.1, 4.2), cliff.find_critical_bias(np.array([4.1, 4.2])), strict=True):
        assert b == pytest.approx(cliff.fold_biases(w)[0], abs=1e-4)
        assert abs(b - cliff.compute_crossing_bias(w)) > 3e-4
    for w, b in zip((4.5, 5.5), cliff.find_critical_bias(np.array([4.5, 5.5])), strict=True):
        assert b == pytest.approx(cliff.compute_crossing_bias(w), abs=1e-9)
        assert abs(b - cliff.fold_biases(w)[0]) > 4e-3
        assert cliff.logistic(w * cliff.H_0 + b) == pytest.approx(cliff.H_0, abs=1e-9)
        high, low = (cliff.last_state(np.array(w), b + d, 500) for d in (1e-6, -1e-6))
        assert high - low > 0.4
        below, above = (
            cliff.last_state(np.array(w), cliff.fold_biases(w)[1] + d) for d in (-1e-4, 1e-4)
        )
        assert abs(below - above) < 0.1  # the other pair goes unnoticed


def test_the_longest_gradient_of_the_map_is_found():
    bs = np.linspace(-2.7, -2.3, 200_001)
    brute = np.hypot(*cliff.loss_and_gradient(np.full_like(bs, 4.5), bs)[1])
    b, length = cliff.find_steepest_bias(4.5)
    assert length == pytest.approx(brute.max(), rel=1e-3)
    assert b == pytest.approx(bs[brute.argmax()], abs=1e-5)


def test_starts_lie_in_the_box_and_failures_are_counted_one_by_one(monkeypatch):
    starts = cliff.sample_starts(np.random.default_rng(3), 10)
    for row, (low, high) in zip(starts, cliff.BOX, strict=True):
        assert (row >= low).all()
        assert (row <= high).all()
    monkeypatch.setattr(cliff_experiments, "N_STARTS", 10)
    each = [cliff.descend(s, 1.0, "value", 0.1).losses[-1] > 0.05 for s in starts.T]
    assert cliff_experiments.failure_rate(3, "value", 0.1) == np.mean(each)


def test_the_page_uses_the_rates_that_were_chosen():
    record = Record.load("ch05_gradients")
    assert record.value("text/rate/none") == clipping_experiments.BEST_RATE
    assert pytest.approx(3 * clipping_experiments.BEST_RATE) == clipping_experiments.DIVERGING_RATE


def test_a_start_at_the_basin_border_may_go_either_way():
    record = Record.load("ch05_gradients")
    shares = record.value("cliff/same/value/low")
    record.confirm("cliff/same/value/low", [shares[0] - 0.01, *shares[1:]])
    with pytest.raises(RecordError, match="half of one"):
        record.confirm("cliff/same/value/low", [shares[0] - 0.02, *shares[1:]])
