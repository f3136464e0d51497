"""The live attention of page 12 computes what the package computes, also with a symbol hidden."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.analysis.translations import MAX_LENGTH, load_number_lists
from rnncourse.chapters.ch12_attention import alignment_widget
from rnncourse.chapters.ch12_attention.alignment_widget import NETWORK
from rnncourse.chapters.ch12_attention.stored import FOLDER, load_weights
from rnncourse.data.number_pairs import spell_list
from rnncourse.decoding.beam import beam_search
from rnncourse.decoding.stepping import greedy

from ... import node

ask = node.make_asker(
    Path(__file__).parents[2] / "viz" / "translation_driver.mjs", FOLDER / NETWORK
)
ELEMENT = alignment_widget.live_alignment
LISTS = [(9,), (21,), (21, 47, 9), (90, 11, 99, 1), (5, 38, 62, 17, 73, 84, 26, 51)]
HIDDEN = [None, 2, 0, 4, 11]


@pytest.fixture(scope="module")
def number_lists():
    return load_number_lists()


@pytest.fixture(scope="module")
def stored_translator():
    return load_weights(NETWORK).double()


@torch.no_grad()
def make_initial_state(model, source, hidden=None):
    """Stand before the first symbol; a hidden one may not be looked at."""
    states, z = model.encode(torch.tensor([source]).T, torch.tensor([len(source)]))
    mask = torch.arange(len(source))[:, None] != (-1 if hidden is None else hidden)
    return model.decoder.initial_state(z, states, mask)


def encode_sources(data, lists):
    return data.ids([spell_list(numbers) for numbers in lists])[0]


@torch.no_grad()
@pytest.mark.parametrize(("numbers", "hidden"), [*zip(LISTS, HIDDEN, strict=True)])
def test_probabilities_and_decoding_equal_pytorch(stored_translator, number_lists, numbers, hidden):
    (source,) = encode_sources(number_lists, [numbers])
    state = make_initial_state(stored_translator, source, hidden)
    (expected,) = greedy(stored_translator, state, 1, max_length=MAX_LENGTH)
    ids = [stored_translator.bos_id, *expected.ids.tolist()]
    logits, attention = stored_translator.decoder.teacher_forced(state, torch.tensor(ids)[:, None])
    text, forced, (states, z) = ask(
        ["greedy", source, MAX_LENGTH, hidden], ["told", source, ids, hidden], ["read", source]
    )
    assert (text["ids"], text["finished"]) == (expected.ids.tolist(), expected.finished)
    assert text["total"] == pytest.approx(expected.log_prob, abs=1e-5)
    np.testing.assert_allclose(
        [row[0] for row in forced], logits[:, 0].log_softmax(-1).numpy(), atol=1e-5
    )
    np.testing.assert_allclose([row[1] for row in forced], attention[:, 0].numpy(), atol=1e-5)
    np.testing.assert_allclose(text["rows"], attention[: len(text["rows"]), 0].numpy(), atol=1e-5)
    hs, summary = stored_translator.encode(torch.tensor([source]).T, torch.tensor([len(source)]))
    np.testing.assert_allclose(states, hs[:, 0], atol=1e-5)
    np.testing.assert_allclose(z, summary[0], atol=1e-5)
    if hidden is not None:
        assert {row[hidden] for row in text["rows"]} == {0}


def test_a_beam_with_attention_is_the_package_s(stored_translator, number_lists):
    settings = {
        "beam_size": 4,
        "max_length": MAX_LENGTH,
        "length_penalty": 1.0,
        "count_eos": True,
        "n_best": 3,
    }
    options = {
        "beamSize": 4,
        "maxLength": MAX_LENGTH,
        "lengthPenalty": 1.0,
        "countEos": True,
        "nBest": 3,
    }
    lists = encode_sources(number_lists, LISTS[1:4])
    actual = ask(*(["beam", source, options] for source in lists))
    for source, result in zip(lists, actual, strict=True):
        (texts,) = beam_search(
            stored_translator, make_initial_state(stored_translator, source), 1, **settings
        )
        assert [t["ids"] for t in result["hypotheses"]] == [t.ids.tolist() for t in texts]
        scores = [text.score for text in texts]
        np.testing.assert_allclose([t["score"] for t in result["hypotheses"]], scores, atol=1e-5)


def test_lists_and_their_alignment_are_those_of_the_data():
    rng = random.Random(0)
    lists = [(n,) for n in range(1, 100)]
    lists += [tuple(rng.randint(1, 99) for _ in range(length)) for length in range(2, 9)]
    (rows,) = ask(["lists", lists])
    for numbers, row in zip(lists, rows, strict=True):
        pair = spell_list(numbers)
        assert row["source"] == list(pair.source)
        assert row["target"] == list(pair.target)
        links = [list(link) for link in pair.links]
        assert [m if link else [] for m, link in zip(row["links"], links, strict=True)] == links
        assert all(row["links"][i] for i, link in enumerate(links) if link)


def test_inputs_of_the_alignment_are_accepted_or_reported():
    numbers_of = {"21, 47,9": [21, 47, 9], "twenty-one, nine": [21, 9], "Forty Seven; 3": [47, 3],
             "1 2 3": [1, 2, 3], "٢١، ٩": [21, 9], "２１": [21], "5,,": [5], "ninety": [90],
             "twenty, one": [20, 1], "seventeen nine": [17, 9]}  # fmt: skip
    odd = {"": "", " ,": "", "x": "“x” is", "0": "“0” is", "100": "“100” is", "-5": "“-5” is",
           "2²": "“2²” is", "1.5 一": "“1.5” and “一” are"}  # fmt: skip
    more = {
        "5, x, 100": "Read as “5”, without “x” and “100”.",
        "1,2,3,4,5,6,7,8,9": "Read as “1, 2, 3, 4, 5, 6, 7, 8”: 8 numbers at most.",
    }
    (result,) = ask(["numbersIn", [*numbers_of, *odd, *more], 8])
    numbers = [*numbers_of.values(), *[[]] * len(odd), [5], [*range(1, 9)]]
    assert [r["numbers"] for r in result] == numbers
    notes = [odd_part and f"Nothing is read: {odd_part} not known." for odd_part in odd.values()]
    assert [r["note"] for r in result] == [*[""] * len(numbers_of), *notes, *more.values()]


def test_the_sentence_says_where_the_right_symbol_stands():
    pair = {"target": ["ein", "und", "zwanzig"], "links": [[2], [1], [0]]}
    ended, wrong, long = ask(
        ["links", ["ein", "und", "zwanzig"], pair],
        ["links", ["ein", "und", "dreißig", "zwanzig"], pair],
        ["links", ["ein", "und", "zwanzig", ","], pair],
    )
    assert (ended, wrong) == ([[2], [1], [0]], [[2], [1], [], []])
    assert long == [[2], [1], [0], []]
    again, short = ask(
        ["links", ["und", "und", "zwanzig"], pair],
        ["links", ["ein", ",", "x"], {"target": ["ein", "und", "x"], "links": [[0], [1], [2]]}],
    )
    assert (again, short) == ([[], [1], [0]], [[0], [], []])
    assert ask(["markChanges", ["a", "b", "c"], ["a", "x"]]) == [[False, True, True]]


# --- What the page is given ---


def test_the_first_picture_is_what_the_model_gives(element_data, number_lists):
    assert json.loads(element_data["sources"]) == list(number_lists.sources)
    assert json.loads(element_data["targets"]) == list(number_lists.targets)
    (source,) = encode_sources(number_lists, [alignment_widget.NUMBERS])
    (actual,) = ask(["greedy", source, MAX_LENGTH, None])
    still = json.loads(element_data["initial"])
    assert still["ids"] == actual["ids"]
    np.testing.assert_allclose(still["rows"], actual["rows"], atol=6e-5)
