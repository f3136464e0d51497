"""A word through one vector, in the page: it computes what PyTorch does with the same weights."""

import functools
import json
from pathlib import Path

import numpy as np
import pytest

from rnncourse.analysis.pronouncing import error_rates, pronounce_all, teacher_forced
from rnncourse.chapters.ch11_seq2seq import spelling_experiments as measured
from rnncourse.chapters.ch11_seq2seq import vector_widget as widget
from rnncourse.chapters.ch11_seq2seq.spelling import train_pronouncer
from rnncourse.chapters.ch11_seq2seq.stored import FOLDER, PAIRS_NAME, load_pairs, pair_networks
from rnncourse.core.records import Record
from rnncourse.data.pronunciations import SOUNDS, load_pronunciations

from ... import node

ELEMENT = widget.live_vector
ask = node.make_asker(Path(__file__).with_name("vector_driver.mjs"), FOLDER / PAIRS_NAME)
DIRECTIONS = {"forward": "forward", "backward": "reversed"}
WORDS = ["phone", "yeet", "misunderstanding", "o'clock", "x", "b" * 20]


@functools.cache
def pair_of(way):
    return load_pairs()[f"reading_{way}"].double()


def pronounce_with(way, words, beam_size=1):
    pair = pair_of(way)
    return pronounce_all(
        pair["encoder"], pair["decoder"], words, beam_size=beam_size, n_best=beam_size
    )


@pytest.mark.parametrize("way", DIRECTIONS)
@pytest.mark.parametrize("width", [1, 5])
def test_the_page_finds_what_the_package_s_beam_finds(way, width):
    pronounced = pronounce_with(way, WORDS, width)
    for word, page in zip(WORDS, ask(*(["trace", way, w, width] for w in WORDS)), strict=True):
        answers = [tuple(SOUNDS[i] for i in guess["ids"]) for guess in page["guesses"]]
        assert answers == pronounced[word]
        if page["guesses"][0]["finished"]:
            pair = pair_of(way)
            forced = teacher_forced(pair["encoder"], pair["decoder"], [(word, answers[0])])[word]
            assert page["guesses"][0]["total"] == pytest.approx(forced.log_prob, abs=1e-5)
            assert np.log([p for _, p, _ in page["says"]]).sum() == pytest.approx(forced.log_prob)
        read = [letter for letter, _ in page["reads"]]
        assert read == [*word][:: -1 if way == "backward" else 1]


def test_the_first_picture_is_what_the_model_gives(element_data):
    word, width = element_data["word"], int(element_data["width"])
    first, (page,) = json.loads(element_data["initial"]), ask(["trace", "forward", word, width])
    for key in ("reads", "says"):
        stored, expected = ([row[-1] for row in g[key]] for g in (first, page))
        assert np.abs(np.array(stored) - expected).max() <= 1  # a half may round either way
        assert [row[0] for row in first[key]] == [row[0] for row in page[key]]
    assert [g["ids"] for g in first["guesses"]] == [g["ids"] for g in page["guesses"]]


def test_units_shown_change_most_in_the_order_of_the_letters(element_data):
    states = [state for _, state in json.loads(element_data["initial"])["reads"]]
    (units,) = ask(["units", states])
    changes = abs(np.diff(np.array([np.zeros(128), *states]), axis=0))
    totals = changes.sum(0)
    assert len({*units}) == 10
    assert totals[units].min() >= np.delete(totals, units).max()
    assert (np.diff(changes[:, units].argmax(0)) >= 0).all()


def test_the_test_words_are_drawn_from_the_dictionary_s(element_data):
    lists = json.loads(element_data["lists"])
    assert lists == {str(n): ways for n, ways in measured.sample_test_words().items()}
    assert all(len(words) == measured.N_DRAWN for words in lists.values())
    assert {len(word) for words in lists.values() for word in words} == {*map(int, lists)}


@pytest.mark.parametrize("way", DIRECTIONS)
def test_stored_networks_score_as_the_trained_ones(way):
    """And the record knows: on all test words, by both rates."""
    test, record = load_pronunciations().test, Record.load("ch11_seq2seq")
    actual = error_rates({word: best[0] for word, best in pronounce_with(way, test).items()}, test)
    for key, rate in zip(("wer", "per"), actual, strict=True):
        trained = f"spelling/{DIRECTIONS[way]}/{key}"
        tolerance = record.values[trained].tolerance
        assert rate == pytest.approx(record.value(trained)[0], abs=tolerance)
        assert rate == pytest.approx(record.value(f"spelling/stored/reading_{way}/{key}"), abs=0.1)


def test_the_stored_network_pronounces_as_the_lesson_says():
    words = {"yeet": "Y IY T", "numpy": "N AH M P IY", "ghoti": "G OW T IY", "phone": "F OW N"}
    pronounced = pronounce_with("forward", words)
    assert {word: " ".join(best) for word, (best,) in pronounced.items()} == words


def test_stored_pairs_are_named_by_reading_direction():
    words = {"ox": [("AA", "K", "S")], "it": [("IH", "T")]}
    networks = pair_networks(lambda reverse: train_pronouncer(0, reverse, updates=1, words=words))
    assert networks["reading_backward"]["encoder"].reverse
    assert not networks["reading_forward"]["encoder"].reverse
    assert {*networks.state_dict()} == {*load_pairs().state_dict()}
