"""Emoji under white paint, in the page: it paints, writes and looks as the package does."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch13_captioning import emoji_experiments as measured
from rnncourse.chapters.ch13_captioning import emoji_models
from rnncourse.chapters.ch13_captioning import paint_widget as widget
from rnncourse.chapters.ch13_captioning import regions as known
from rnncourse.chapters.ch13_captioning.pictures import TONES, load_pictures
from rnncourse.chapters.ch13_captioning.stored import EMOJI, FOLDER, load_emoji
from rnncourse.core.records import Record

from ... import node

ELEMENT = widget.live_paint
PICTURES = range(len(widget.CAPTIONS))
PAINT = ([], [9, 15], [0, 14, 35], [*range(36)])
"""Places that go white; at the last, all of the picture that belongs to a place."""


@pytest.fixture(scope="module")
def ask_page(element_data):
    """Put questions to the script; see paint_driver.mjs."""
    pictures = json.loads(element_data["pictures"])
    driver = Path(__file__).with_name("paint_driver.mjs")
    return node.make_asker(driver, FOLDER / EMOJI, pictures=pictures)


@pytest.fixture(scope="module")
def emoji_captioner():
    return load_emoji()


def paint_pictures(n, places):
    return known.erase_regions(emoji_models.to_tensor([widget.list_shown_rows()[n]]), places)


@torch.no_grad()
def describe_image(network, image):
    """What Python writes, and the weights before each word, and before the end if there is one."""
    captions = emoji_models.decode_captions(network, image)
    _, weights = network(image, emoji_models.teacher_inputs(emoji_models.word_ids(captions)))
    return captions[0], weights[: len(captions[0]) + 1, 0].numpy()


def test_paint_and_ink_are_the_package_s(ask_page):
    for n in PICTURES:
        (ink, *pages) = ask_page(["shareInk", n], *(["paintWhite", n, places] for places in PAINT))
        np.testing.assert_allclose(ink, known.measure_ink(widget.list_shown_rows()[n]), atol=1e-12)
        for places, page in zip(PAINT, pages, strict=True):
            image = paint_pictures(n, places)[0].permute(1, 2, 0) * 255
            assert np.array_equal(np.reshape(page, (48, 48, 3)), image.round().numpy())


@pytest.mark.parametrize("places", PAINT, ids=len)
def test_captions_and_weights_are_pytorch_s(ask_page, emoji_captioner, places):
    for n, page in zip(
        PICTURES, ask_page(*(["captionPicture", n, places] for n in PICTURES)), strict=True
    ):
        words, weights = describe_image(emoji_captioner, paint_pictures(n, places))
        assert tuple(page["words"]) == words
        np.testing.assert_allclose(page["rows"], weights[: len(page["rows"])], atol=2e-4)
        assert len(page["rows"]) in (len(words), len(words) + 1)


def test_erasing_attended_places_breaks_a_tone_and_other_places_do_not(emoji_captioner):
    """Of the pictures that a reader may choose, at the first tone that is named."""
    rng, broken = np.random.default_rng(0), []
    for n, row in enumerate(widget.list_shown_rows()):
        words, weights = describe_image(emoji_captioner, paint_pictures(n, []))
        at = next(i for i, word in enumerate(words) if word in TONES)
        top = weights[at].argsort()[-2:]
        rest = [p for p in np.flatnonzero(known.measure_ink(row) > known.MIN_INK) if p not in top]
        tries = [top, *(rng.choice(rest, 2, replace=False) for _ in range(10))]
        captions = [describe_image(emoji_captioner, paint_pictures(n, at))[0] for at in tries]
        broken.append([words[at] not in c for c in captions])
    attended, *elsewhere = np.transpose(broken)
    assert attended.mean() >= 0.5
    assert np.mean(elsewhere) <= 0.1


def test_the_page_marks_the_held_out_pictures(element_data):
    data = load_pictures()
    shown = [(name, is_held_out) for name, is_held_out, _ in json.loads(element_data["pictures"])]
    splits = [data.parts[row] for row in widget.list_shown_rows()]
    assert shown == [*zip(widget.CAPTIONS, [part != "train" for part in splits], strict=True)]
    assert {*splits} == {"train", "tone", "who", "pair"}


def test_the_first_picture_is_what_the_model_gives(element_data, ask_page):
    first, (page,) = json.loads(element_data["initial"]), ask_page(["captionPicture", 0, []])
    assert first["words"] == page["words"]
    np.testing.assert_allclose(first["rows"], page["rows"], atol=2e-4)


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        ("man singer dark", "man singer dark", "no word has changed"),
        ("man singer dark", "woman singer light", "“man” became “woman”, “dark” became “light”"),
        ("woman feeding baby", "woman feeding", "“baby” is gone"),
        ("woman running", "old woman running", "“old” is new"),
        ("a b c d", "a x y d", "“b c” became “x y”"),
        (
            "light skin tone dark skin tone",
            "dark skin tone dark skin tone",
            "“light” became “dark”",
        ),
        ("light skin tone dark skin tone", "light skin tone", "“dark skin tone” is gone"),
    ],
)
def test_the_sentence_says_which_words_changed(ask_page, before, now, sentence):
    assert ask_page(["describeChange", before, now]) == [sentence]


def test_the_record_has_what_the_stored_network_scores(emoji_captioner):
    record = Record.load("ch13_captioning")
    scores = measured.score(emoji_captioner)
    for part, key in product(("train", "tone", "who", "pair"), ("exact", "tones", "rest")):
        value = scores.pop(f"{part}/{key}")
        assert record.value(f"emoji/stored/{part}/{key}")[0] == pytest.approx(value, abs=1)
        seeds = record.value(f"emoji/attended/{part}/{key}")
        assert value == pytest.approx(np.mean(seeds), abs=measured.PERCENT_TOLERANCE[0])
    assert not scores
    for kind in known.WORD_KINDS[:4]:
        erased = (record.value(f"emoji/stored/erased/{kind}/{k}")[0] for k in ("attended", "other"))
        lost, elsewhere = erased
        assert lost > 5 * elsewhere
