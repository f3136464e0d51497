"""The live beam of page 11 computes what the package computes: states, greedy decoding, beams."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.analysis.translations import batch_pairs
from rnncourse.chapters.ch11_seq2seq import beam_widget
from rnncourse.chapters.ch11_seq2seq.beam_widget import MAX_LENGTH, NETWORK
from rnncourse.chapters.ch11_seq2seq.page_experiments import LIVE_FIGURE_CONFIG, load_numerals
from rnncourse.chapters.ch11_seq2seq.stored import FOLDER, load_weights
from rnncourse.data.number_pairs import spell_pair
from rnncourse.data.spelling import spell_pieces
from rnncourse.decoding.beam import beam_search
from rnncourse.decoding.stepping import greedy
from rnncourse.models import weights

from ... import node

ask = node.make_asker(
    Path(__file__).parents[2] / "viz" / "translation_driver.mjs", FOLDER / NETWORK
)
ELEMENT = beam_widget.live_beam
NUMBERS = (0, 7, 816, 10_345, 21_345, 55_961, 92_081, 99_999)


@pytest.fixture(scope="module")
def numeral_data():
    return load_numerals()


@pytest.fixture(scope="module")
def stored_translator(numeral_data):
    return load_weights(NETWORK, numeral_data, LIVE_FIGURE_CONFIG).double()


def make_pairs(data, numbers):
    return batch_pairs(data, [spell_pair(n, "digits", "de", characters=False) for n in numbers])


def encode_sources(data, numbers):
    return [[data.sources.index(digit) for digit in str(n)] for n in numbers]


def make_initial_state(model, data, numbers):
    pairs = make_pairs(data, numbers)
    return model.initial_state(pairs.source, pairs.source_lengths)


@torch.no_grad()
def test_states_and_probabilities_are_those_of_the_package(stored_translator, numeral_data):
    pairs = make_pairs(numeral_data, NUMBERS)
    states, zs = stored_translator.encode(pairs.source, pairs.source_lengths)
    logits, _ = stored_translator.teacher_forced(pairs.source, pairs.source_lengths, pairs.target)
    logs = logits.log_softmax(-1).numpy()
    target = [[stored_translator.bos_id, *column.tolist()] for column in pairs.target.T]
    ids = encode_sources(numeral_data, NUMBERS)
    actual = ask(*(["read", s] for s in ids), *(
        ["told", s, symbols[:-1], None] for s, symbols in zip(ids, target, strict=True)
    ))  # fmt: skip
    for b, s in enumerate(ids):
        np.testing.assert_allclose(actual[b][0], states[: len(s), b], atol=1e-5)
        np.testing.assert_allclose(actual[b][1], zs[b], atol=1e-5)
        rows = [row[0] for row in actual[len(ids) + b]]
        np.testing.assert_allclose(rows, logs[:, b], atol=1e-5)


def test_greedy_decoding_is_the_package_s(stored_translator, numeral_data):
    actual = ask(*(["greedy", s, MAX_LENGTH, None] for s in encode_sources(numeral_data, NUMBERS)))
    plain = greedy(
        stored_translator,
        make_initial_state(stored_translator, numeral_data, NUMBERS),
        len(NUMBERS),
        max_length=MAX_LENGTH,
    )
    for text, expected in zip(actual, plain, strict=True):
        assert (text["ids"], text["finished"]) == (expected.ids.tolist(), expected.finished)
        assert text["total"] == pytest.approx(expected.log_prob, abs=1e-5)


SEARCH_CASES = [
    {
        "beam_size": 1,
        "max_length": MAX_LENGTH,
        "length_penalty": 1.0,
        "count_eos": True,
        "n_best": 1,
    },
    {
        "beam_size": 2,
        "max_length": MAX_LENGTH,
        "length_penalty": 0.0,
        "count_eos": True,
        "n_best": 2,
    },
    {
        "beam_size": 3,
        "max_length": MAX_LENGTH,
        "length_penalty": 0.0,
        "count_eos": True,
        "n_best": 1,
    },
    {"beam_size": 4, "max_length": 7, "length_penalty": 0.6, "count_eos": False, "n_best": 4},
    {
        "beam_size": 5,
        "max_length": MAX_LENGTH,
        "length_penalty": 1.0,
        "count_eos": True,
        "n_best": 5,
    },
    {
        "beam_size": 5,
        "max_length": MAX_LENGTH,
        "length_penalty": 1.0,
        "count_eos": False,
        "n_best": 1,
        "max_finished": 5,
    },
    {"beam_size": 5, "max_length": 3, "length_penalty": 0.0, "count_eos": True, "n_best": 3},
]


@pytest.mark.parametrize("settings", SEARCH_CASES)
def test_beams_are_the_package_s(stored_translator, numeral_data, settings):
    expected = beam_search(
        stored_translator,
        make_initial_state(stored_translator, numeral_data, NUMBERS),
        len(NUMBERS),
        **settings,
    )
    options = {re.sub("_(.)", lambda m: m[1].upper(), name): settings[name] for name in settings}
    actual = ask(*(["beam", ids, options] for ids in encode_sources(numeral_data, NUMBERS)))
    for result, texts in zip(actual, expected, strict=True):
        assert [t["ids"] for t in result["hypotheses"]] == [t.ids.tolist() for t in texts]
        for shown, text in zip(result["hypotheses"], texts, strict=True):
            assert shown["finished"] == text.finished
            assert shown["total"] == pytest.approx(text.log_prob, abs=1e-5)
            assert shown["score"] == pytest.approx(text.score, abs=1e-5)


@pytest.mark.parametrize("width", [1, 3, 5])
def test_the_tree_is_that_of_a_search_in_python(stored_translator, numeral_data, width):
    settings = {"beamSize": width, "maxLength": MAX_LENGTH}
    actual = ask(*(["beam", s, settings] for s in encode_sources(numeral_data, NUMBERS)))
    for number, result in zip(NUMBERS, actual, strict=True):
        steps = beam_widget.trace_search(stored_translator, numeral_data, number, width)["steps"]
        assert [[(n["symbol"], n["from"], n["ended"]) for n in row] for row in result["steps"]] == [
            [(symbol, place, bool(ended)) for symbol, place, _, ended in row] for row in steps
        ]
        for row, beams in zip(result["steps"], steps, strict=True):
            totals = [beam[2] for beam in beams]
            np.testing.assert_allclose([n["total"] for n in row], totals, atol=6e-5)
        assert result["endReason"] == "best"


def test_each_hypothesis_is_marked_as_kept_ended_or_dropped():
    """Two go on: of the second nothing is kept; a text ends, and a better one later."""

    def make_nodes(*rows):
        names = ("symbol", "from", "total", "ended")
        return [dict(zip(names, row, strict=True)) for row in rows]

    steps = [
        make_nodes((5, -1, -0.5, False), (0, -1, -1.5, True), (6, -1, -2.0, False)),
        make_nodes((7, 0, -0.6, False), (8, 0, -2.1, False)),
        make_nodes((0, 0, -0.7, True), (5, 0, -3.0, False)),
    ]
    (nodes,) = ask(["tree", steps, [5, 7]])
    assert [[n["ids"] for n in step] for step in nodes][1:] == [
        [[5, 7], [5, 8]],
        [[5, 7, 0], [5, 7, 5]],
    ]
    assert [[n["best"] for n in step] for step in nodes] == [
        [True, False, False],
        [True, False],
        [True, False],
    ]
    assert [[n["greedy"] for n in step] for step in nodes] == [
        [True, False, False],
        [True, False],
        [True, False],
    ]
    assert [[n["died"] for n in step] for step in nodes] == [
        [False, False, True],
        [False, True],
        [False, False],
    ]
    fates = [n["fate"].split(":")[0].split(";")[0] for step in nodes for n in step]
    assert fates == ["goes on", "ended", "died", "goes on", "died", "ended", "given up"]


def test_numbers_in_german_are_those_of_the_data():
    numbers = [*range(1200), *range(1200, 100_000, 971), 99_999]
    (actual,) = ask(["german", numbers])
    assert actual == [[piece.text for piece in spell_pieces(n, "de")] for n in numbers]
    (beyond,) = ask(["german", [100_000, 101_000, 123_456]])
    assert ["".join(pieces) for pieces in beyond] == [
        "einhunderttausend",
        "einhunderteintausend",
        "einhundertdreiundzwanzigtausendvierhundertsechsundfünfzig",
    ]


def test_inputs_are_accepted_as_whole_numbers_or_reported():
    numbers = {"21,345": "21345", " 21 345 ": "21345", "21.345": "21345", "007": "7", "000": "0",
             "٢١٣٤٥": "21345", "２१": "21", "𝟙𝟚": "12", "1,234,567": "1234567",
             "21\u00a0345": "21345", "21\u202f345": "21345"}  # fmt: skip
    wrong = ["", " ", "abc", "1.5", "1,23", "-5", "−5", "1e3", "0x1", "½", "一", "1;2", "10²", "①"]
    (actual,) = ask(["whole", [*numbers, *wrong]])
    assert actual == [*numbers.values(), *[""] * len(wrong)]


# --- What the page is given ---


def test_tokens_are_those_of_the_data(element_data, numeral_data):
    assert json.loads(element_data["sources"]) == list(numeral_data.sources)
    assert json.loads(element_data["targets"]) == list(numeral_data.targets)
    manifest, _ = weights.read_weight_files(NETWORK, FOLDER)
    assert manifest["about"]["vocabulary"] == list(numeral_data.targets)


def test_each_example_shows_what_its_label_says(element_data, stored_translator, numeral_data):
    examples = json.loads(element_data["examples"])
    known = {pair.key for pair in numeral_data.train}
    for words, number in examples.items():
        assert str(number) not in known
        state = make_initial_state(stored_translator, numeral_data, [number])
        (plain,) = greedy(stored_translator, state, 1, max_length=MAX_LENGTH)
        settings = {
            "beam_size": 3,
            "max_length": MAX_LENGTH,
            "length_penalty": 0.0,
            "count_eos": True,
        }
        ((best,),) = beam_search(stored_translator, state, 1, **settings)
        correct = [numeral_data.targets.index(piece.text) for piece in spell_pieces(number, "de")]
        assert plain.ids.tolist() != correct
        assert (best.ids.tolist() == correct) == words.endswith("the beam right")
