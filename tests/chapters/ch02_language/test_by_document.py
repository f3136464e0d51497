"""What stood earlier in a document, and what is added up by document."""

import numpy as np
import pytest

from rnncourse.chapters.ch02_language.brackets import find_brackets
from rnncourse.chapters.ch02_language.by_document import (
    ends_of,
    far_by_document,
    followed,
    means_of,
    mixed,
)
from rnncourse.chapters.ch02_language.page_experiments import FAR
from rnncourse.core.records import Record


def slow(text, reach, beyond):
    rows = []
    for t in range(len(text)):
        old = [
            s for s in range(reach, t - beyond + 1) if text[s - reach : s] == text[t - reach : t]
        ]
        same = [text[s] == text[t] for s in old] if t >= reach else []
        rows.append(np.mean(same) if same else np.nan)
    return rows


@pytest.mark.parametrize(("reach", "beyond"), [(1, 1), (2, 1), (2, 5), (3, 9)])
def test_what_followed_is_looked_for_place_by_place(reach, beyond):
    text = "".join(np.random.default_rng(reach).choice([*"abc"], 300))
    np.testing.assert_allclose(followed(text, reach, beyond), slow(text, reach, beyond))


def test_without_an_earlier_place_the_counts_decide():
    found = mixed(np.array([0.2, 0.4]), np.array([np.nan, 1.0]), 0.25)
    np.testing.assert_allclose(found, [0.2, 0.55])


def test_each_document_has_its_own_mean():
    texts = ["ab", "cdef", "g"]
    np.testing.assert_allclose(means_of(np.arange(7.0), ends_of(texts)), [0.5, 3.5, 6])


def test_far_brackets_are_added_up_by_document():
    far = f"({'x' * FAR})\n"
    texts = [far, "no (near) one\n", far + far]
    found = find_brackets("".join(texts))
    assert (found.distance >= FAR).sum() == 3
    rows = far_by_document(np.array([True, True, False]), "".join(texts), ends_of(texts))
    np.testing.assert_allclose(rows, [2 / 3, 2 / 3])
    assert rows.mean() == pytest.approx(2 / 3)


def test_the_far_hits_are_those_of_the_page():
    record = Record.load("ch02_language")
    counts = np.array(record.value("page/far_counts"))
    assert np.mean(record.value("A3/far_counts")) == pytest.approx(counts.mean())
    network = counts + record.value("A3/far_gain")
    assert np.mean(record.value("A3/far")) == pytest.approx(network.mean())
