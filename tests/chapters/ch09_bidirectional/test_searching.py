"""What a record keeps of the search of a learning rate."""

from rnncourse.chapters.ch09_bidirectional.lr_search import best_rate, candidates
from rnncourse.core.records import Record


def test_what_a_record_keeps_of_a_search(tmp_path):
    record = Record("ch09_x", "search", folder=tmp_path)
    for rate, score in {0.01: 0.5, 0.02: 0.7, 0.04: 0.6}.items():
        record.add(f"rates/one/{rate:g}", score, 0, "exact")
        record.add(f"rates/one more/{rate:g}", -score, 0, "exact")
    assert candidates(record, "rates/one") == {0.01: 0.5, 0.02: 0.7, 0.04: 0.6}
    assert best_rate(record, "rates/one") == 0.02
    assert best_rate(record, "rates/one more") == 0.01
    assert best_rate(record, "rates/one more", least=True) == 0.02
