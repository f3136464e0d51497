"""The product of Jacobians is what autograd finds; rates, exponents and matrices are as told."""

import numpy as np
import pytest
import torch
from scipy.linalg import subspace_angles

from rnncourse.chapters.ch05_gradients import growth_experiments
from rnncourse.chapters.ch05_gradients import jacobian_experiments as experiments
from rnncourse.chapters.ch05_gradients.jacobians import (
    growth_rate,
    lyapunov_exponent,
    multiply_jacobians,
    nonnormal_matrix,
    norms_by_lag,
    run_on_noise,
    sample_gaussian,
    sample_symmetric,
    scaled_orthogonal,
    singular_values,
    spectral_radius,
    tanh_slopes,
    vector_norms_by_lag,
)

SEEDS = [0, 1, 2]


def init_network(seed, H=6, T=12, rho=1.3):
    rng = np.random.default_rng(seed)
    W = sample_gaussian(H, rho, rng)
    return W, run_on_noise(W, 0.5, T, rng)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_product_is_the_jacobian_that_autograd_finds(seed):
    """Equation (eq-jacobians): the last state by the state k steps before."""
    W, hs = init_network(seed)
    noise = np.arctanh(hs[1:]) - hs[:-1] @ W  # what the inputs must have been
    for k, (P, _) in enumerate(multiply_jacobians(W, tanh_slopes(hs[1:]), unscaled=True)):
        start = torch.tensor(hs[len(hs) - 1 - k])

        def last(h, k=k):
            for x in noise[len(noise) - k :]:
                h = torch.tanh(torch.tensor(x) + h @ torch.tensor(W))
            return h

        # a column of torch's Jacobian is a derivative by an entry of the start
        actual = torch.autograd.functional.jacobian(last, start).numpy()
        np.testing.assert_allclose(P, actual, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_scaled_products_and_their_logarithms_are_the_products(seed):
    W, hs = init_network(seed)
    slopes = tanh_slopes(hs)
    for (P, _), (Q, log) in zip(
        multiply_jacobians(W, slopes, unscaled=True), multiply_jacobians(W, slopes), strict=True
    ):
        np.testing.assert_allclose(10**log * Q, P, rtol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_length_is_the_mean_over_directions(seed):
    W, hs = init_network(seed)
    slopes = tanh_slopes(hs)
    g = np.random.default_rng(9).normal(size=(20_000, len(W)))
    g /= np.linalg.norm(g, axis=1, keepdims=True)
    for (P, _), log in zip(
        multiply_jacobians(W, slopes, unscaled=True), norms_by_lag(W, slopes), strict=True
    ):
        assert 10**log == pytest.approx(np.sqrt(np.mean(((g @ P) ** 2).sum(1))), rel=0.06)


def test_the_growth_rate_is_the_slope_after_the_first_lag():
    assert growth_rate(np.array([9.0, 1.0, 1.5, 2.0]), 1) == 0.5
    with pytest.raises(ValueError, match="needs more than 21 lags"):
        growth_rate(np.arange(21.0))


def test_nothing_gets_through_a_matrix_of_zeros():
    zeros, slopes = np.zeros((3, 3)), np.ones((2, 3))
    assert norms_by_lag(zeros, slopes).tolist() == [0, -np.inf, -np.inf]
    assert lyapunov_exponent(zeros, slopes, np.random.default_rng(0)) == -np.inf


@pytest.mark.parametrize("seed", SEEDS)
def test_singular_values_are_those_of_the_product_and_end_at_rounding(seed):
    W, hs = init_network(seed)
    slopes = tanh_slopes(hs)
    logs = singular_values(W, slopes)
    for row, (P, _) in zip(logs, multiply_jacobians(W, slopes, unscaled=True), strict=True):
        finite = ~np.isnan(row)
        expected = np.sqrt(np.maximum(np.linalg.eigvalsh(P @ P.T)[::-1], 0))
        np.testing.assert_allclose(10 ** row[finite][:2], expected[finite][:2], rtol=1e-6)
    assert not np.isnan(logs[:, 0]).any()
    deep = singular_values(np.diag([1.0, 0.009]), np.ones((8, 2)))
    assert np.isnan(deep[:, 1]).tolist() == [False] * 6 + [True] * 3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exponent_is_the_growth_of_the_product(seed):
    rng = np.random.default_rng(seed)
    W = scaled_orthogonal(8, 1.4, rng)
    slopes = tanh_slopes(run_on_noise(W, 0.5, 3000, rng))
    exponent = lyapunov_exponent(W, slopes, rng)
    assert growth_rate(norms_by_lag(W, slopes), 0) == pytest.approx(exponent, abs=4e-3)


def test_in_a_linear_network_the_exponent_is_the_spectral_radius():
    rng = np.random.default_rng(0)
    for rho in (0.7, 1.2):
        W = sample_gaussian(8, rho, rng)
        assert lyapunov_exponent(W, np.ones((2000, 8)), rng) == pytest.approx(
            np.log10(rho), abs=2e-3
        )


# --- Matrices ---


@pytest.mark.parametrize("rho", [0.5, 2])
def test_each_kind_has_its_radius_and_its_form(rho):
    rng = np.random.default_rng(3)
    draws = [sample_gaussian, sample_symmetric, scaled_orthogonal]
    draws += [
        lambda H, r, rng: nonnormal_matrix(H, r, 3, rng),
        lambda H, r, rng: nonnormal_matrix(H, r, 0, rng),
    ]
    for kind in draws:
        assert max(abs(np.linalg.eigvals(kind(10, rho, rng)))) == pytest.approx(rho, rel=1e-5)
    W = sample_symmetric(10, rho, rng)
    np.testing.assert_array_equal(W, W.T)
    Q = scaled_orthogonal(10, rho, rng)
    np.testing.assert_allclose(Q @ Q.T, rho**2 * np.eye(10), atol=1e-12)


def test_skew_leaves_the_eigenvalues_and_makes_the_matrix_less_normal():
    draws = {skew: nonnormal_matrix(10, 0.9, skew, np.random.default_rng(4)) for skew in (0, 2, 8)}
    sizes = [np.sort(abs(np.linalg.eigvals(W))) for W in draws.values()]
    np.testing.assert_allclose(sizes[1], sizes[0], rtol=1e-4)
    np.testing.assert_allclose(sizes[2], sizes[0], rtol=1e-2)  # far from normal, ill-conditioned
    gaps = [np.linalg.norm(W @ W.T - W.T @ W) for W in draws.values()]
    assert gaps[0] < 1e-12 < gaps[1] < gaps[2]
    values = np.linalg.svd(draws[0], compute_uv=False)
    np.testing.assert_allclose(np.sort(values), sizes[0], rtol=1e-9)


# --- Necessary and sufficient ---


@pytest.mark.parametrize("seed", SEEDS)
def test_a_largest_singular_value_below_one_is_enough_to_vanish(seed):
    """Sufficient, whatever the slopes: no step is longer than the largest singular value."""
    rng = np.random.default_rng(seed)
    W = experiments.scale_to_norm(nonnormal_matrix(8, 1, 5, rng), 0.95)
    for slopes in (
        np.ones((50, 8)),
        rng.uniform(size=(50, 8)),
        tanh_slopes(run_on_noise(W, 1.0, 50, rng)),
    ):
        assert (singular_values(W, slopes)[:, 0] <= np.arange(51) * np.log10(0.95) + 1e-9).all()


def test_a_spectral_radius_below_one_is_not_enough_for_tanh():
    """The example of the chapter, by hand: radius 0, and a factor of 2 a step."""
    W = np.array([[2.0, 2.0], [-2.0, -2.0]])
    assert spectral_radius(W) < 1e-6
    np.testing.assert_array_equal(W @ W, 0)
    off = np.tile([1.0, 0.0], (10, 1))  # the second unit is saturated
    assert norms_by_lag(W, off)[-1] == pytest.approx(10 * np.log10(2), abs=0.2)
    np.testing.assert_allclose([P for P, _ in multiply_jacobians(W, np.ones((3, 2)), True)][2:], 0)


def test_norms_of_powers_equal_the_closed_form():
    """Closed form: the corner of the k-th power is 5 (0.9^k - 0.8^k) / 0.1."""
    norms = experiments.compute_power_norms(experiments.PAIR, 40)
    for k in (1, 5, 8, 40):
        corner = 50 * (0.9**k - 0.8**k)
        power = np.array([[0.9**k, corner], [0, 0.8**k]])
        assert norms[k] == pytest.approx(np.linalg.norm(power, 2), rel=1e-9)
    assert norms.argmax() == 6
    assert norms.max() == pytest.approx(13.478, abs=1e-3)
    actual = growth_rate(norms_by_lag(experiments.PAIR, np.ones((100, 2))))
    assert actual == pytest.approx(np.log10(0.9), abs=1e-3)


def test_two_units_show_that_left_and_right_product_differ():
    W, hs = init_network(5)
    s = tanh_slopes(hs)[-1]
    ((_, _), (P, _)) = list(multiply_jacobians(W, tanh_slopes(hs)[-1:], unscaled=True))
    np.testing.assert_allclose(P, np.diag(s) @ W.T)
    assert abs(P - W.T @ np.diag(s)).max() > 0.01
    assert subspace_angles(P[:, :1], (W.T @ np.diag(s))[:, :1])[0] > 0.01


# --- Experiments ---


def test_predictors_are_judged_by_sign_and_error():
    actual = growth_experiments.predictor_scores(np.array([[-1, 0.1, 0.1], [-1, -0.3, -0.2]]))
    assert [actual[name][0] for name in growth_experiments.PREDICTORS] == [0.5, 1.0]
    assert actual["exponent"][1] == pytest.approx(np.sqrt((0 + 0.01) / 2))


def test_a_gradient_shrinks_whose_rate_is_below_0(monkeypatch):
    batch = lambda n: np.array([[0.0, 0.0, rate] for rate in (*[-1] * n, 0, *[1] * (5 - n))])  # noqa: E731
    monkeypatch.setattr(growth_experiments, "measure_networks", batch)
    actual = growth_experiments.measure_growth_predictors().value("deciding/shrinks/sign")
    assert actual == pytest.approx([n / 6 for n in growth_experiments.BATCH_NUMBERS])


def test_a_memory_needs_the_symbol_in_the_state():
    decades, accuracy = experiments.measure_memory("identity", 50)
    assert decades > -0.5
    assert accuracy > 0.9


def test_units_that_latch_remember_though_the_gradient_vanishes():
    decades, accuracy = experiments.measure_memory("latch", 50)
    assert decades < -10
    assert accuracy > 0.9


def test_one_gradient_is_followed_by_hand():
    W, hs = init_network(4)
    slopes, g = tanh_slopes(hs), np.arange(1.0, 7.0)
    expected, v = [0.0], g
    for s in slopes[::-1]:
        v = W @ (v * s)
        expected.append(np.log10(np.linalg.norm(v) / np.linalg.norm(g)))
    np.testing.assert_allclose(vector_norms_by_lag(W, slopes, g), expected, atol=1e-12)


def test_a_gradient_under_small_weights_is_nearly_an_exponential():
    change, bend = experiments.growth_and_saturation(0.5, 3)
    assert -0.35 < change < -0.29  # log10 of a half is -0.30
    assert 0 < bend < 1.5


def test_by_size_the_weights_stay_and_the_inputs_come_from_elsewhere():
    """One size by hand, and what the others cannot miss."""
    weights, inputs = (np.random.default_rng([3, 5, *more]) for more in ((), (1,)))
    W = weights.normal(size=(64, 64))
    hs = run_on_noise(1.5 * W / np.linalg.norm(W, 2), 0.1, 100, inputs)
    expected = growth_rate(norms_by_lag(1.5 * W / np.linalg.norm(W, 2), tanh_slopes(hs)))
    assert experiments.measure_growth_by_sigma(1.5, 3) == pytest.approx(expected)
    assert (
        experiments.measure_growth_by_strength(0.5, 0.1, 3)
        < experiments.measure_growth_by_strength(0.5, 0.03, 3)
        < -0.3
    )
    assert experiments.largest_growth(0.0, None, 3) == 0
    assert experiments.largest_growth(8.0, None, 3) > 1


def test_independent_numbers_are_as_far_from_normal_as_a_skew_of_1():
    """By Henrici: the squared Frobenius norm that the eigenvalues leave over; half of H each."""
    H, left = 100, []
    for W in (nonnormal_matrix(H, 1, 1, np.random.default_rng(0)),
              np.random.default_rng(0).normal(size=(H, H)) / H**0.5):  # fmt: skip
        left.append(np.linalg.norm(W) ** 2 - np.sum(np.abs(np.linalg.eigvals(W)) ** 2))
    np.testing.assert_allclose(left, H / 2, rtol=0.1)
