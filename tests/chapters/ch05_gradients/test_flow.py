"""Gradient flow in the page computes what the package computes."""

import re
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch05_gradients import jacobians
from rnncourse.chapters.ch05_gradients.flow_widget import N_UNITS, STEPS, Mulberry32, gradient_flow

from ... import node

ask = node.make_asker(Path(__file__).with_name("flow_driver.mjs"))
SETTINGS = [  # rho, skew, strength: where a gradient shrinks, so that rounding does, too
    (0.9, 0, 0.0),
    (0.5, 3, 0.3),
    (1.5, 1, 2.0),
]


@pytest.fixture(scope="module", params=SETTINGS)
def page_and_package(request):
    """A setting; matrix and slopes of the page; those of the package."""
    rho, skew, strength = request.param
    W, _ = ask(["makeMatrix", rho, skew, 7], ["chance", 1, 1])
    (slopes,) = ask(["computeSlopes", W, strength, False, 8])
    expected = jacobians.nonnormal_matrix(N_UNITS, rho, skew, Mulberry32(7))
    states = jacobians.run_on_noise(expected, strength, STEPS, Mulberry32(8))
    return rho, (np.array(W), np.array(slopes)), (expected, jacobians.tanh_slopes(states))


def test_random_numbers_of_page_and_package_are_equal():
    ((uniform, normal),) = ask(["chance", 5, 6])
    rng = Mulberry32(5)
    np.testing.assert_array_equal(rng.uniform(6), uniform)
    np.testing.assert_allclose(rng.normal(6), normal, rtol=1e-12)
    sample = Mulberry32(6).normal((100, 200))
    assert abs(sample.mean()) < 0.03
    assert sample.std() == pytest.approx(1, abs=0.02)


def test_matrix_and_slopes_are_the_package_s(page_and_package):
    rho, page, expected = page_and_package
    np.testing.assert_allclose(page[0], expected[0], atol=1e-11)
    np.testing.assert_allclose(page[1], expected[1], atol=1e-9)
    assert jacobians.spectral_radius(page[0]) == pytest.approx(rho, rel=1e-6)


def test_singular_values_are_those_of_the_product(page_and_package):
    _, (W, slopes), _ = page_and_package
    (rows,) = ask(["computeSpectra", W.tolist(), slopes.tolist()])
    rows, expected = np.array(rows), jacobians.singular_values(W, slopes)
    assert rows.shape == expected.shape
    # Further down rounding blurs ours
    is_exact = ~np.isnan(expected) & (expected > expected[:, :1] - 9)
    np.testing.assert_allclose(rows[is_exact], expected[is_exact], atol=1e-5)
    assert (np.diff(rows, axis=1) <= 1e-9).all()
    # and all of them, however small: their sum is the logarithm of the determinant
    dets = np.log10(abs(np.linalg.det(slopes[:, :, None] * W.T)))
    expected = np.concatenate([[0], np.cumsum(dets[::-1])])
    deep = rows[:, -1] > rows[:, 0] - 100
    np.testing.assert_allclose(rows.sum(1)[deep], expected[deep], rtol=1e-7, atol=1e-7)
    assert deep.sum() > 20


def test_lengths_are_the_package_s(page_and_package):
    _, (W, slopes), _ = page_and_package
    (rows,) = ask(["computeSpectra", W.tolist(), slopes.tolist()])
    lengths = ask(*(["meanLength", row] for row in rows))
    np.testing.assert_allclose(lengths, jacobians.norms_by_lag(W, slopes), atol=1e-8)


def test_a_linear_network_takes_powers_of_the_matrix():
    settings = {"rho": 0.9, "skew": 5, "strength": 1, "linear": True, "seed": 3}
    (actual,) = ask(["computeFlow", settings])
    W = jacobians.nonnormal_matrix(N_UNITS, 0.9, 5, Mulberry32(3))
    ones = np.ones((STEPS, N_UNITS))
    np.testing.assert_allclose(actual["lengths"], jacobians.norms_by_lag(W, ones), atol=1e-6)
    assert actual["sigma"] == pytest.approx(np.linalg.norm(W, 2), rel=1e-9)
    peak = max(
        np.linalg.norm(P, 2) for P, _ in jacobians.multiply_jacobians(W, ones, unscaled=True)
    )
    assert 10 ** np.max(actual["rows"]) == pytest.approx(peak, rel=1e-6)


def test_the_sentence_describes_the_gradient():
    settings = {"rho": 1, "skew": 0, "strength": 0, "linear": True, "seed": 3}
    near, far = ask(["sentence", settings, 5], ["sentence", settings, 100])
    assert near.startswith("5 steps back a gradient is 0.")
    assert "The spectral radius is 1.00, the largest singular value of W 1.00." in far
    assert not re.search(r"NaN|undefined|null|Infinity", near + far)


def test_powers_of_ten_are_written_as_numbers():
    logs = [0, 1.7, -1, -2.3, 3, 5.99999, -12]
    expected = ["1.00", "50", "0.100", "5.0 × 10⁻³", "1.0 × 10³", "1.0 × 10⁶", "1.0 × 10⁻¹²"]
    assert ask(*(["formatPowerOfTen", log] for log in logs)) == expected


def test_the_first_view_shows_radius_below_one_and_growth():
    shown = gradient_flow()
    facts = dict(shown.facts)
    shown.close()
    settings = {name: facts[name] for name in ("rho", "skew", "strength", "seed")}
    tanh, linear = ask(
        *(["computeFlow", {**settings, "linear": linear}] for linear in (False, True))
    )
    assert facts["rho"] < 1
    assert tanh["lengths"][facts["lag"]] > 2  # it explodes
    assert max(linear["lengths"]) > 1  # it grows at first
    assert linear["lengths"][-1] < 0  # and vanishes


@pytest.mark.parametrize("wrong", [{"rho": 0}, {"skew": 9}, {"strength": -1}, {"lag": 200}])
def test_a_number_out_of_its_range_is_refused(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name} must be from"):
        gradient_flow(**wrong)
