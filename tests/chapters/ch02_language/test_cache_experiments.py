"""What the document has shown, mixed into counts and networks; and what the record says of it."""

import numpy as np
import pytest

from rnncourse.analysis.splits import SPLITS
from rnncourse.chapters.ch02_language import cache_experiments
from rnncourse.core.records import Record

MODELS = [("counts", 0), ("counts", 1), ("counts", 2), ("network", 0), ("both", 0)]


@pytest.fixture(scope="module")
def stored_record():
    return Record.load("ch02_language")


def test_each_document_begins_with_an_empty_cache():
    first, second = "kernel, kernel.\n", "kernel\n"
    cache_probs = cache_experiments.cache_probs_by_document([first, second])
    assert cache_probs.shape == (len(cache_experiments.LENGTHS), len(first) + len(second))
    assert np.isnan(cache_probs[:, len(first) :]).all()
    again = first.rindex("nel")
    assert (cache_probs[0, again : again + 3] == 1).all()


def test_mixtures_do_not_depend_on_later_text():
    text = "".join(np.random.default_rng(0).choice([*"ab"], 200))
    changed = text[:100] + text[100:][::-1]
    np.testing.assert_array_equal(
        cache_experiments.cache_probs_by_document([text])[:, :100],
        cache_experiments.cache_probs_by_document([changed])[:, :100],
    )


def test_all_characters_together_keep_the_probability_of_one():
    """At one place, over what could have come."""
    after = [cache_experiments.cache_probs_by_document(["xabcxabdxab" + c])[:, -1] for c in "abcd"]
    cache_probs = np.array(after).T
    np.testing.assert_array_equal(cache_probs[0], [0, 0, 0.5, 0.5])
    assert np.isnan(cache_probs[1:]).all()
    actual = cache_experiments.mix_with_cache(np.full(4, 0.25), cache_probs, (0.5, 0.3, 0.2))
    assert actual.sum() == pytest.approx(1)


def test_the_weights_are_those_that_need_the_fewest_bits():
    rng = np.random.default_rng(0)
    good, bad = rng.uniform(0.5, 1, 500), rng.uniform(0.01, 0.1, 500)
    helps, harms = np.full((1, 500), 0.9), np.full((1, 500), 0.001)
    assert cache_experiments.choose_weights([bad], helps) == (1, 0.9)
    assert cache_experiments.choose_weights([good], harms) == (1, 0)
    assert cache_experiments.choose_weights([good, bad], np.empty((0, 500)))[0] == 0.9
    np.testing.assert_allclose(
        cache_experiments.mix_models([good, bad], harms, (0.9, 0)),
        0.9 * good + 0.1 * bad,
        rtol=1e-12,
    )


def test_new_words_are_those_that_the_training_text_does_not_have():
    texts = ["The tree is a polytree.", "A polytree, not a tree; Polytree: a polytree."]
    result = list(cache_experiments.new_words(texts, "the tree is here\n"))
    assert [n for n, _ in result] == [0, 1, 1]
    text = "".join(texts)
    assert {text[place] for _, offsets in result for place in offsets} == {"polytree", "Polytree"}
    assert [len(offsets) for _, offsets in result] == [1, 2, 1]


@pytest.mark.parametrize(("name", "split"), MODELS)
def test_a_cache_saves_bits_on_every_split_and_for_every_model(stored_record, name, split):
    plain, cached = (
        np.array(stored_record.value(f"memory/{split}/{name}{end}")) for end in ("", "/cached")
    )
    assert cached.mean() < plain.mean() - 0.1
    weights = stored_record.value(f"memory/{split}/{name}/cached/weights")
    assert all(0 < weight < 0.9 for weight in weights[1:])  # not at the edge of the grid


def test_the_means_over_documents_are_bits_per_character(stored_record):
    for split in SPLITS:
        actual = np.mean(stored_record.value(f"memory/{split}/counts"))
        assert actual == pytest.approx(stored_record.value(f"best/bits/{split}"), abs=1e-6)
        network = stored_record.value(f"long-{split}/rounded")
        assert np.mean(stored_record.value(f"memory/{split}/counts/cached")) < network - 0.1
    network = np.mean(stored_record.value("memory/0/network"))
    assert network == pytest.approx(stored_record.value("page/bits"), abs=1e-4)


def test_the_largest_orders_need_the_fewest_bits_and_store_the_most(stored_record):
    fixed, cached, stored = (
        np.array(stored_record.value(f"memory/orders{end}")) for end in ("", "/cached", "/stored")
    )
    assert (cached < fixed - 0.15).all()
    assert (np.diff(stored) > 0).all()
    assert stored[6] == 906_536
