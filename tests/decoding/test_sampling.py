"""Samples follow the model: in frequency, in order, and with the temperature."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from rnncourse.decoding.sampling import (
    DecodingError,
    apply_temperature,
    nucleus,
    sample_text,
    top_k,
)

from .small_models import make_constant_model, make_markov_model

NOTHING = np.array([], np.int64)
weights = st.lists(st.integers(0, 20), min_size=1, max_size=8).filter(any)
distributions = weights.map(lambda w: np.array(w) / sum(w))


@given(distributions)
def test_temperature_1_leaves_a_distribution_as_it_is(probs):
    np.testing.assert_allclose(apply_temperature(probs, 1.0), probs, rtol=1e-12, atol=1e-15)


@given(distributions, st.floats(0.1, 10), st.floats(0.1, 10))
def test_temperatures_multiply(probs, first, second):
    twice = apply_temperature(apply_temperature(probs, first), second)
    np.testing.assert_allclose(
        twice, apply_temperature(probs, first * second), rtol=1e-9, atol=1e-15
    )


@given(distributions, st.floats(1e-3, 100))
def test_any_temperature_gives_a_distribution_that_keeps_ranks_and_zeros(probs, temperature):
    actual = apply_temperature(probs, temperature)
    assert actual.sum() == pytest.approx(1, rel=1e-12)
    assert (actual[probs == 0] == 0).all()
    assert (np.diff(actual[np.argsort(probs)]) >= 0).all()


@given(distributions)
def test_towards_0_the_likeliest_takes_all_and_towards_infinity_all_are_equal(probs):
    modes, possible = probs == probs.max(), probs > 0
    np.testing.assert_allclose(apply_temperature(probs, 1e-4), modes / modes.sum(), atol=1e-12)
    np.testing.assert_allclose(apply_temperature(probs, 1e9), possible / possible.sum(), rtol=1e-6)


def test_a_cold_sample_is_the_greedy_text():
    model = make_markov_model([0.1, 0.6, 0.3], [0.3, 0.3, 0.4], [0.5, 0.2, 0.3])
    cold = sample_text(model, NOTHING, 7, np.random.default_rng(0), temperature=1e-3)
    assert cold.tolist() == [1, 2, 0, 1, 2, 0, 1]


def test_frequencies_are_those_of_the_model():
    probs = np.array([0.5, 0.25, 0.15, 0.1, 0.0])
    drawn = sample_text(make_constant_model(*probs), NOTHING, 20_000, np.random.default_rng(0))
    counts = np.bincount(drawn, minlength=5)
    assert counts[4] == 0
    assert chisquare(counts[:4], 20_000 * probs[:4]).pvalue > 0.01
    # the bound has teeth: two hundredths moved from one character to another are seen
    assert chisquare(counts[:4], 20_000 * np.array([0.48, 0.27, 0.15, 0.1])).pvalue < 1e-4


def test_each_drawn_symbol_is_the_context_of_the_next():
    table = np.array([[0.1, 0.6, 0.3], [0.3, 0.3, 0.4], [0.5, 0.2, 0.3]])
    drawn = sample_text(make_markov_model(*table), NOTHING, 20_000, np.random.default_rng(1))
    pairs = np.zeros((3, 3))
    np.add.at(pairs, (drawn[:-1], drawn[1:]), 1)
    for row, probs in zip(pairs, table, strict=True):
        assert chisquare(row, row.sum() * probs).pvalue > 0.01


def test_the_model_is_shown_prompt_and_everything_drawn_and_only_that():
    shown = []

    def model(context):
        shown.append(context.tolist())
        return np.array([0.5, 0.5])

    drawn = sample_text(model, np.array([1, 1]), 3, np.random.default_rng(0)).tolist()
    assert shown == [[1, 1], [1, 1, *drawn[:1]], [1, 1, *drawn[:2]]]


def test_the_prompt_is_not_part_of_the_sample():
    drawn = sample_text(
        make_constant_model(0, 1, 0), np.array([2, 2, 2]), 4, np.random.default_rng(0)
    )
    assert drawn.tolist() == [1, 1, 1, 1]
    assert drawn.dtype == np.int64


def test_the_generator_decides_the_text():
    def draw(seed):
        return sample_text(
            make_constant_model(0.4, 0.6), NOTHING, 40, np.random.default_rng(seed)
        ).tolist()

    assert draw(3) == draw(3)
    assert draw(3) != draw(4)
    rng = np.random.default_rng(3)
    halves = [
        sample_text(make_constant_model(0.4, 0.6), NOTHING, 20, rng).tolist() for _ in range(2)
    ]
    assert halves[0] + halves[1] == draw(3)


class Stuck(np.random.Generator):
    """A generator that always draws one number."""

    def __init__(self, number):
        super().__init__(np.random.PCG64(0))
        self.number = number

    def random(self):
        return self.number


@pytest.mark.parametrize("number", [0.0, 0.5, 1 - 2**-53])
def test_symbols_of_probability_0_are_never_drawn(number):
    # 0.1 ten times sums to a little less than 1
    model = make_constant_model(0, *[0.1] * 10, 0)
    assert 1 <= sample_text(model, NOTHING, 1, Stuck(number))[0] <= 10


def test_a_length_of_0_draws_nothing():
    assert sample_text(make_constant_model(1), NOTHING, 0, np.random.default_rng(0)).tolist() == []


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_a_temperature_is_above_0(temperature):
    with pytest.raises(DecodingError, match="must be above 0 and finite; got"):
        apply_temperature(np.array([1.0]), temperature)
    with pytest.raises(DecodingError, match="must be above 0 and finite; got"):
        sample_text(make_constant_model(1), NOTHING, 1, np.random.default_rng(0), temperature)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_nothing_is_drawn_from_what_is_no_distribution(bad):
    probs = np.array([bad, 0.5, 0.5])
    with pytest.raises(DecodingError, match="NaN or infinite"):
        sample_text(lambda text: probs, NOTHING, 1, np.random.default_rng(0))


def test_a_length_is_not_negative():
    with pytest.raises(DecodingError, match="at least 0; got -1"):
        sample_text(make_constant_model(1), NOTHING, -1, np.random.default_rng(0))


@given(st.integers(0, 99), st.integers(1, 12))
def test_top_k_keeps_the_k_likeliest_in_proportion(seed, k):
    probs = np.random.default_rng(seed).dirichlet(np.ones(9))
    truncated = top_k(probs, k)
    assert np.count_nonzero(truncated) == min(k, 9)
    assert truncated.sum() == pytest.approx(1)
    inside = truncated > 0
    assert probs[inside].min() >= probs[~inside].max(initial=0)
    np.testing.assert_allclose(truncated[inside], probs[inside] / probs[inside].sum())


@given(st.integers(0, 99), st.floats(0.01, 1.0))
def test_a_nucleus_is_the_smallest_set_with_its_mass(seed, p):
    probs = np.random.default_rng(seed).dirichlet(np.ones(9))
    inside = nucleus(probs, p) > 0
    assert probs[inside].sum() >= p - 1e-9
    assert probs[inside].sum() - probs[inside].min() < p
    np.testing.assert_allclose(nucleus(probs, p), top_k(probs, int(inside.sum())))


def test_the_whole_nucleus_is_the_distribution():
    probs = np.array([0.1, 0.2, 0.7])
    np.testing.assert_allclose(nucleus(probs, 1.0), probs)


@pytest.mark.parametrize("cut", [lambda p: top_k(p, 0), lambda p: nucleus(p, 0.0)])
def test_a_cut_that_keeps_nothing_is_named(cut):
    with pytest.raises(DecodingError, match="got"):
        cut(np.array([0.5, 0.5]))


def test_symbols_beyond_the_cut_are_never_drawn():
    rng = np.random.default_rng(0)
    probs = np.array([0.4, 0.3, 0.2, 0.1])
    drawn = sample_text(
        lambda c: probs, np.empty(0, np.int64), 400, rng, truncate=lambda p: top_k(p, 2)
    )
    assert set(drawn.tolist()) == {0, 1}
