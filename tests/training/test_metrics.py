"""Nats, bits and perplexity are three names of one number."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.training.metrics import (
    MetricError,
    mean_nll,
    nats_to_bits,
    perplexity,
)

probabilities = st.lists(st.floats(1e-300, 1), min_size=1, max_size=50).map(np.array)


@given(probabilities)
def test_bits_are_the_binary_logarithm_of_the_perplexity(probs):
    nats = mean_nll(probs)
    assert nats >= 0
    assert nats_to_bits(nats) == pytest.approx(-np.mean(np.log2(probs)), rel=1e-12, abs=1e-14)
    if nats < 700:  # beyond, e ** nats is no float64
        assert math.log2(perplexity(nats)) == pytest.approx(
            nats_to_bits(nats), rel=1e-12, abs=1e-12
        )


@given(st.integers(1, 1000), st.integers(1, 50))
def test_guessing_among_v_characters_costs_log2_v_bits(V, T):
    probs = np.full(T, 1 / V)
    assert nats_to_bits(mean_nll(probs)) == pytest.approx(math.log2(V), rel=1e-12, abs=1e-14)
    assert perplexity(mean_nll(probs)) == pytest.approx(V, rel=1e-12)


@given(probabilities, probabilities)
def test_the_cost_of_two_texts_is_the_average_weighted_by_length(first, second):
    both = mean_nll(np.r_[first, second])
    total = mean_nll(first) * len(first) + mean_nll(second) * len(second)
    assert both == pytest.approx(total / (len(first) + len(second)), rel=1e-12, abs=1e-14)


def test_perplexity_is_the_inverse_geometric_mean():
    probs = np.array([0.5, 0.25, 0.1, 0.9])
    assert perplexity(mean_nll(probs)) == pytest.approx(np.prod(probs) ** (-1 / 4), rel=1e-14)


def test_certainty_costs_nothing():
    assert mean_nll(np.ones(3)) == 0
    assert perplexity(0.0) == 1


def test_one_impossible_character_costs_infinitely_much():
    probs = np.array([0.5, 0.0, 0.5])
    assert mean_nll(probs) == math.inf
    assert perplexity(math.inf) == math.inf


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan, math.inf])
def test_numbers_that_are_no_probabilities_are_refused(wrong):
    with pytest.raises(MetricError, match="between 0 and 1"):
        mean_nll(np.array([0.5, wrong]))


def test_a_text_without_characters_is_refused():
    with pytest.raises(MetricError, match="without characters"):
        mean_nll(np.array([]))


def test_a_sum_that_rounds_above_one_is_still_a_probability():
    assert abs(mean_nll(np.array([1 + 1e-12]))) < 1e-11
