"""The search of a learning rate: where it begins, goes on, and ends."""

from rnncourse.chapters.ch09_bidirectional.lr_search import best_rate, candidates, lr_search
from rnncourse.core.records import Record


def test_a_best_rate_inside_ends_the_search():
    assert lr_search(lambda rate: -abs(rate - 2.0), (1.0, 2.0, 3.0)) == {1: -1, 2: 0, 3: -1}


def test_it_goes_on_at_either_edge_and_no_further_than_it_may():
    below = lr_search(lambda rate: -abs(rate - 0.25), (1.0, 2.0))
    assert [*below] == [0.125, 0.25, 0.5, 1, 2]
    above = lr_search(lambda rate: rate, (1.0, 2.0), factor=3.0, max_steps=2)
    assert [*above] == [1, 2, 6, 18]


def test_what_a_record_keeps_of_a_search(tmp_path):
    record = Record("ch09_x", "search", folder=tmp_path)
    for rate, score in {0.01: 0.5, 0.02: 0.7, 0.04: 0.6}.items():
        record.add(f"rates/one/{rate:g}", score, 0, "exact")
        record.add(f"rates/one more/{rate:g}", -score, 0, "exact")
    assert candidates(record, "rates/one") == {0.01: 0.5, 0.02: 0.7, 0.04: 0.6}
    assert best_rate(record, "rates/one") == 0.02
    assert best_rate(record, "rates/one more") == 0.01
    assert best_rate(record, "rates/one more", least=True) == 0.02
