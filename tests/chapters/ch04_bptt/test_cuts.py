"""Cuts by chance: nothing cut is the whole gradient, all cut is windows, and chance is fair."""

from itertools import product

import numpy as np
import pytest

from rnncourse.analysis.splits import encode_split
from rnncourse.cells.gru import GRUWeights
from rnncourse.cells.initial import initial_weights
from rnncourse.cells.layers import layer_for
from rnncourse.cells.readout import ReadoutWeights
from rnncourse.cells.rnn import HiddenWeights
from rnncourse.chapters.ch04_bptt import cut_experiments
from rnncourse.chapters.ch04_bptt.cuts import randomized
from rnncourse.core.records import Record
from rnncourse.data.corpus import load_corpus
from rnncourse.training.bptt import Network, bptt

T, B, D, H, V = 12, 3, 4, 5, 6
EXACT = {"rtol": 1e-10, "atol": 1e-14}


@pytest.fixture(params=[HiddenWeights, GRUWeights])
def case(request):
    rng = np.random.default_rng(3)
    out = ReadoutWeights(rng.normal(size=(H, V)), rng.normal(size=V))
    net = Network(initial_weights(request.param, D, H, rng), out)
    return net, rng.normal(size=(T, B, D)), rng.integers(V, size=(T, B))


@pytest.mark.parametrize("k", [1, 3, 4])
def test_windows_side_by_side_are_those_of_bptt(case, k):
    windows = bptt(*case, window=k)[1].flat()
    closed = np.zeros(T // k - 1, bool)
    np.testing.assert_allclose(randomized(*case, closed, 0.5), windows, **EXACT)


def test_what_reaches_the_beginning_is_the_whole_gradient(case):
    whole = bptt(*case)[1].flat()
    np.testing.assert_allclose(randomized(*case, np.ones(5, bool), 1.0), whole, **EXACT)


def test_the_first_border_lies_between_the_first_two_windows(case):
    net, xs, targets = case
    first = 2 * T // 3
    joined = bptt(net, xs[:first], targets[:first])[1].flat()
    state = layer_for(net.cell).forward(xs[:first])[1]
    last = bptt(net, xs[first:], targets[first:], state)[1].flat()
    drawn = randomized(*case, np.array([True, False]), 1.0)
    np.testing.assert_allclose(drawn, (2 * joined + last) / 3, **EXACT)


@pytest.mark.parametrize("keep_prob", [0.3, 0.75])
def test_the_mean_over_all_that_chance_may_do_is_the_whole_gradient(case, keep_prob):
    mean = 0.0
    for passes in product([False, True], repeat=3):
        odds = np.prod([keep_prob if open_ else 1 - keep_prob for open_ in passes])
        mean = mean + odds * randomized(*case, np.array(passes), keep_prob)
    np.testing.assert_allclose(mean, bptt(*case)[1].flat(), **EXACT)


def test_steps_that_do_not_fit_are_refused(case):
    with pytest.raises(ValueError, match="multiple of 5"):
        randomized(*case, np.ones(4, bool), 0.5)


def test_a_mean_is_that_of_the_first_draws_each_with_its_own_coins(monkeypatch):
    seen = []
    monkeypatch.setattr(
        cut_experiments, "randomized", lambda *a: seen.append(a[3:]) or np.array([1.0 * len(seen)])
    )
    one, four = cut_experiments.random_means(None, np.zeros(256), None, (1, 4))
    assert (one, four) == (1, 2.5)
    assert {keep_prob for _, keep_prob in seen} == {0.75}
    coins = np.random.default_rng(0).random((4, 15)) < 0.75
    np.testing.assert_array_equal([passes for passes, _ in seen], coins)


def test_the_recorded_draw_is_the_first_that_the_function_gives():
    (found,) = cut_experiments.draws_beside(encode_split(load_corpus(), 0), 1)
    recorded = Record.load("ch04_bptt").value("cuts/random/1")
    np.testing.assert_allclose(found, recorded, atol=1e-6)
