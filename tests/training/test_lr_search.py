"""The search of a learning rate: where it begins, goes on, and ends; and which rate is best."""

import numpy as np
import pytest

from rnncourse.training.lr_search import best_rate, lr_search


def test_a_best_rate_inside_ends_the_search():
    assert lr_search(lambda rate: -abs(rate - 2.0), (1.0, 2.0, 3.0)) == {1: -1, 2: 0, 3: -1}


def test_lr_search_extends_beyond_either_edge_up_to_its_limit():
    below = lr_search(lambda rate: -abs(rate - 0.25), (1.0, 2.0))
    assert [*below] == [0.125, 0.25, 0.5, 1, 2]
    above = lr_search(lambda rate: rate, (1.0, 2.0), factor=3.0, max_extensions=2)
    assert [*above] == [1, 2, 6, 18]


GRID = (1, 3, 10, 30, 100)


@pytest.mark.parametrize("best", GRID)
def test_lr_search_stays_in_its_grid(best):
    result = lr_search(lambda rate: -abs(rate - best), GRID[1:3], max_extensions=9, grid=GRID)
    at = GRID.index(best)
    assert max(result, key=result.get) == best
    assert {*GRID[1:3], *GRID[max(at - 1, 0) : at + 2]} == {*result}


def test_a_rate_without_a_score_is_the_worst():
    result = lr_search(lambda rate: np.nan if rate == 1 else -rate, (1, 2, 4), max_extensions=1)
    assert [rate for rate in result if not np.isnan(result[rate])] == [2, 4]


def test_lr_search_stops_at_the_maximum_score():
    assert lr_search(lambda _: 1.0, (1, 2), grid=(1, 2, 3), max_score=1.0) == {1: 1.0, 2: 1.0}


@pytest.mark.parametrize(
    ("scores", "lower_is_better", "rate"),
    [
        ([0.1, 0.3, 0.2], False, 2),
        ([0.1, 0.3, 0.2], True, 1),
        ([[0.1, 0.9], [0.3, 0.3], [0.2, 100]], True, 2),
        ([[60, np.inf], [60, 80], [np.inf, 1]], True, 2),
        ([1.0, 1.0, 1.0], False, 2),
        ([0.5, 1.0, 1.0], False, 3),
        ([0.5, np.nan, 0.1], False, 1),
        ([0.5, np.nan, 0.1], True, 3),
    ],
)
def test_the_best_rate_has_the_best_mean_and_of_equals_the_middle(scores, lower_is_better, rate):
    assert best_rate((1, 2, 3), scores, lower_is_better) == rate
