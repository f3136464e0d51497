"""Completions: the greedy chain of next characters, with its product as probability."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.data.text import Vocabulary
from rnncourse.decoding.completion import complete_text
from rnncourse.models.counting import count_orders
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import KneserNey, WittenBell

from .small_models import make_constant_model, make_markov_model

V = Vocabulary()
TEXT = (
    "The gradient of the loss is the sum of the gradients of the steps.\n"
    "The greatest of these steps is the first, and the graph shows the growth.\n"
) * 2
IDS = V.encode(TEXT)
STOP = V.encode(" \n.,")
MODELS = [NGrams(count_orders(IDS, 5), len(V), s).next_probs for s in (WittenBell(), KneserNey())]
models = st.sampled_from(MODELS)
prefixes = st.integers(1, len(TEXT) - 1).map(lambda end: IDS[max(0, end - 12) : end])


@given(models, prefixes, st.integers(0, 12))
def test_a_completion_is_greedy_ends_at_a_stop_and_multiplies(model, prefix, max_length):
    actual = complete_text(model, prefix, STOP, max_length)
    assert len(actual.ids) <= max_length
    assert not set(actual.ids.tolist()) & set(STOP.tolist())
    ids_read = np.r_[prefix, actual.ids].astype(np.int64)
    probs = [model(ids_read[:t]) for t in range(len(prefix), len(ids_read))]
    expected = np.prod([p[i] for p, i in zip(probs, actual.ids, strict=True)])
    assert actual.probability == pytest.approx(expected, rel=1e-12)
    assert [p.argmax() for p in probs] == actual.ids.tolist()
    assert len(actual.ids) == max_length or model(ids_read).argmax() in STOP


def test_a_table_of_two_characters_is_completed():
    # 0 ends a word; after 1 comes 2, after 2 mostly the end.
    model = make_markov_model([0.1, 0.6, 0.3], [0.2, 0.0, 0.8], [0.5, 0.4, 0.1])
    actual = complete_text(model, np.array([0]), np.array([0]))
    assert actual.ids.tolist() == [1, 2]
    assert actual.probability == pytest.approx(0.6 * 0.8)


def test_where_the_word_is_finished_nothing_is_added():
    result = complete_text(make_constant_model(0.9, 0.1), np.array([1]), np.array([0]))
    assert result.ids.tolist() == []
    assert result.ids.dtype == np.int64
    assert result.probability == 1.0


def test_an_empty_prefix_is_shown_to_the_model_as_integers():
    shown = []

    def model(context):
        shown.append(context)
        return np.array([0.2, 0.8])

    empty = np.array([], np.int64)
    assert complete_text(model, empty, np.array([0]), max_length=2).ids.tolist() == [1, 1]
    assert [c.tolist() for c in shown] == [[], [1]]
    assert {c.dtype for c in shown} == {np.dtype(np.int64)}


def test_without_stop_characters_only_the_length_ends_a_completion():
    empty = np.array([], np.int64)
    assert (
        complete_text(make_constant_model(0.9, 0.1), np.array([1]), empty, 5).ids.tolist()
        == [0] * 5
    )
    assert complete_text(make_constant_model(0.9, 0.1), np.array([1]), empty).ids.size == 20
    assert complete_text(make_constant_model(0.9, 0.1), np.array([1]), empty, 0).ids.size == 0
