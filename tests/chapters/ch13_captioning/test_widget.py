"""The live captioner of page 13 computes what the package computes, on letters put together."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch13_captioning import caption_widget as widget
from rnncourse.chapters.ch13_captioning.composing import (
    compose,
    draw_bases,
    extract_marks,
    is_above,
)
from rnncourse.chapters.ch13_captioning.stored import FOLDER, load_weights
from rnncourse.data.glyphs import choose_held_out, draw_glyph, list_letters, vocabulary
from rnncourse.decoding.stepping import greedy

from ... import node
from .grid import mark_cells

DRIVER = Path(__file__).with_name("widget_driver.mjs")
ELEMENT = widget.live_caption
PAIRS = [
    ("q", "\u0301"),
    ("i", "\u0303"),
    ("H", "\u032d"),
    ("j", ""),
    ("A", "\u0328"),
    ("l", "\u0331"),
]


@pytest.fixture(scope="module")
def ask_page(element_data):
    """Put questions to the script; see widget_driver.mjs."""
    tables = {name: json.loads(element_data[name]) for name in ("bases", "marks", "names", "known")}
    return node.make_asker(DRIVER, FOLDER / "letters", tables=tables)


@pytest.fixture(scope="module")
def stored_captioner():
    return load_weights().double()


def test_letters_are_put_together_as_in_python(ask_page):
    letters = [(base, mark) for base in "agijHQ" for mark in ("", *extract_marks())]
    for (base, mark), result in zip(
        letters, ask_page(*(["compose", *p] for p in letters)), strict=True
    ):
        picture, regions = compose(base, mark)
        assert result[0] == picture.ravel().tolist()
        assert result[2] == mark_cells(regions).tolist()


def find_middle(ink):
    """The middle of ink: row and column."""
    return (ink[..., None] * np.indices(ink.shape).transpose(1, 2, 0)).sum((0, 1)) / ink.sum()


def test_a_mark_is_put_nearly_where_the_font_has_it():
    for char in "éẹñůḥ":
        letter = next(x for x in list_letters() if x.char == char)
        alone = draw_glyph(letter.base, "DejaVuSans", 28, char)[4:44, 4:44].astype(int)
        expected = draw_glyph(char, "DejaVuSans", 28)[4:44, 4:44].astype(int) - alone
        actual = compose(letter.base, letter.mark)[0] - compose(letter.base)[0].astype(int)
        assert np.abs(find_middle(actual) - find_middle(expected)).max() < 1.5
        assert actual.sum() == pytest.approx(expected.sum(), rel=0.25)


def test_a_mark_stands_on_its_side_and_apart_from_no_letter():
    for base in draw_bases():
        for mark in extract_marks() if base not in "ıȷ" else ():
            _, (body, sign) = compose(base, mark)
            middles = [np.nonzero(region)[0].mean() for region in (body, sign)]
            assert (middles[1] < middles[0]) == is_above(mark)


@torch.no_grad()
@pytest.mark.parametrize("pair", PAIRS)
def test_places_probabilities_attention_and_words_equal_pytorch(ask_page, stored_captioner, pair):
    picture, _ = compose(*pair)
    images = torch.from_numpy(picture / 255.0)[None]
    (expected,) = greedy(
        stored_captioner, stored_captioner.initial_state(images), 1, max_length=widget.MAX_LENGTH
    )
    ids = expected.ids.tolist()
    logits, attention_weights = stored_captioner.teacher_forced(
        images, torch.tensor([[*ids, stored_captioner.eos_id]])
    )
    flat = picture.ravel().tolist()
    regions, row_captions, text = ask_page(
        ["places", flat],
        ["told", flat, [stored_captioner.bos_id, *ids]],
        ["greedy", flat, widget.MAX_LENGTH],
    )
    np.testing.assert_allclose(
        regions, stored_captioner.encode_regions(images)[0].numpy(), atol=1e-5
    )
    logs = logits[0].log_softmax(-1).numpy()
    np.testing.assert_allclose([row[0] for row in row_captions], logs, atol=1e-5)
    np.testing.assert_allclose(
        [row[1] for row in row_captions], attention_weights[0].numpy(), atol=1e-5
    )
    assert (text["ids"], text["finished"]) == (ids, expected.finished)
    assert text["total"] == pytest.approx(expected.log_prob, abs=1e-5)
    np.testing.assert_allclose(text["rows"], attention_weights[0].numpy(), atol=1e-5)


def test_inputs_of_the_captioner_are_accepted_or_reported(ask_page):
    expected = {
        "q": ["q", ""],
        " É ": ["E", "\u0301"],
        "q\u0301": ["q", "\u0301"],
        "ö": ["o", "\u0308"],
    }
    wrong = {"": "Type one", "1": "none of", "ß": "none of", "一": "none of", "ı": "none of",
             "ab": "at most", "ế": "at most", "o\u0338": "no such mark"}  # fmt: skip
    (result,) = ask_page(["typed", [*expected, *wrong]])
    assert [[r["base"], r["mark"]] for r in result[: len(expected)]] == [*expected.values()]
    for r, phrase in zip(result[len(expected) :], wrong.values(), strict=True):
        assert phrase in r["fault"]
        assert r["fault"].endswith(".")


def test_captions_and_what_the_training_had(ask_page):
    letters = [(x.base, x.mark) for x in list_letters()]
    captions, row_captions = ask_page(
        ["captions", letters], ["describeTraining", [*letters, ("q", "\u0301")]]
    )
    unseen = frozenset.union(*choose_held_out().values())
    for letter, caption, words in zip(list_letters(), captions, row_captions, strict=False):
        assert tuple(caption) == letter.words
        assert ("held out" in words) == (letter.char in unseen)
        assert ("had this letter" in words) == (letter.char not in unseen)
    assert "No font" in row_captions[-1]


def test_weight_shares_of_base_mark_and_paper_sum_to_1(ask_page):
    rng = np.random.default_rng(0)
    row = rng.dirichlet(np.ones(100))
    base, mark = rng.random((2, 100)) < 0.3
    (actual,) = ask_page(["sumWeights", row.tolist(), [base.tolist(), mark.tolist()]])
    assert sum(actual.values()) == pytest.approx(1)
    assert actual["mark"] == pytest.approx(row[mark].sum())
    assert actual["paper"] == pytest.approx(row[~mark & ~base].sum())


# --- What the page is given ---


def test_the_first_picture_is_what_the_model_gives(element_data, ask_page):
    picture, _ = compose(widget.BASE, widget.MARK)
    (actual,) = ask_page(["greedy", picture.ravel().tolist(), widget.MAX_LENGTH])
    still = json.loads(element_data["initial"])
    assert still["ids"] == actual["ids"]
    assert tuple(still["words"]) == vocabulary()
    np.testing.assert_allclose(still["rows"], actual["rows"], atol=6e-5)
