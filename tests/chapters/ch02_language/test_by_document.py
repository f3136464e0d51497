"""What stood earlier in a document, and what is added up by document."""

import numpy as np
import pytest

from rnncourse.chapters.ch02_language import by_document


def count_slowly(text, reach, beyond):
    rows = []
    for t in range(len(text)):
        old = [
            s for s in range(reach, t - beyond + 1) if text[s - reach : s] == text[t - reach : t]
        ]
        same = [text[s] == text[t] for s in old] if t >= reach else []
        rows.append(np.mean(same) if same else np.nan)
    return rows


@pytest.mark.parametrize(("reach", "beyond"), [(1, 1), (2, 1), (2, 5), (3, 9)])
def test_continuation_frequencies_equal_a_slow_loop(reach, beyond):
    text = "".join(np.random.default_rng(reach).choice([*"abc"], 300))
    np.testing.assert_allclose(
        by_document.continuation_frequency(text, reach, beyond), count_slowly(text, reach, beyond)
    )


def test_without_an_earlier_place_the_counts_decide():
    actual = by_document.mix_probs(np.array([0.2, 0.4]), np.array([np.nan, 1.0]), 0.25)
    np.testing.assert_allclose(actual, [0.2, 0.55])


def test_each_document_has_its_own_mean():
    texts = ["ab", "cdef", "g"]
    np.testing.assert_allclose(
        by_document.mean_by_document(np.arange(7.0), by_document.document_ends(texts)),
        [0.5, 3.5, 6],
    )
