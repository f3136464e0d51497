"""Models that learn while they are tested never see what they predict."""

from dataclasses import replace

import numpy as np
import pytest

from rnncourse.chapters.ch02_language import networks
from rnncourse.chapters.ch02_language.dynamic_evaluation import (
    adaptive_probs,
    load_or_compute,
    mixture_bits,
)
from rnncourse.models.counting import count_orders
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import KneserNey


def test_stored_probabilities_are_not_computed_again(tmp_path, monkeypatch):
    monkeypatch.setattr(networks, "FOLDER", tmp_path)
    assert load_or_compute("a", lambda: np.arange(3)).tolist() == [0, 1, 2]
    assert load_or_compute("a", lambda: pytest.fail("computed again")).tolist() == [0, 1, 2]


def test_a_mixture_of_a_model_with_itself_is_the_model():
    p = np.array([0.5, 0.125])
    assert mixture_bits(p, p) == pytest.approx(2)
    assert mixture_bits(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(1)


def test_adaptive_counts_never_see_what_they_predict(split_data):
    short = replace(split_data, test=split_data.test[:500])
    adapting = adaptive_probs(short, interval=100)
    assert len(adapting) == 500
    fixed = NGrams(count_orders(split_data.train, 9), 96, KneserNey()).probs(short.test)[-1]
    np.testing.assert_allclose(adapting[:100], fixed[:100], rtol=1e-12)
    other_test = short.test.copy()
    other_test[300:] = 5
    again = adaptive_probs(replace(short, test=other_test), interval=100)
    np.testing.assert_allclose(again[:300], adapting[:300], rtol=1e-12)
