"""Letters: names against Unicode's own, regions against other ways to find them, the divisions."""

import hashlib
import unicodedata

import numpy as np
import pytest

from rnncourse.data import glyphs


@pytest.fixture(scope="module")
def glyph_data():
    return glyphs.load_glyphs()


def test_captions_are_the_official_names():
    for letter in glyphs.list_letters():
        case, base, *mark = letter.words
        name = " ".join(["latin", case, "letter", base, *mark]).upper()
        assert unicodedata.lookup(name) == letter.char
        assert unicodedata.normalize("NFC", letter.base + letter.mark) == letter.char
        assert unicodedata.name(letter.base).split()[1::2] == [case.upper(), base.upper()]
        assert letter.words[letter.mark_slice] == tuple(mark[1:])


@pytest.mark.parametrize("char", "ĳøßế&αþ")
def test_characters_without_exactly_one_mark_are_left_out(char):
    assert glyphs.parse_letter(char) is None


def test_no_exception_is_included_and_every_word_is_in_eight_letters():
    assert not {letter.char for letter in glyphs.list_letters()} & set(glyphs.EXCLUDED_CHARS)
    for word in glyphs.vocabulary()[3:]:
        count = sum(word in letter.words for letter in glyphs.list_letters())
        assert count >= glyphs.MIN_LETTERS or len(word) == 1 or word == "then"


@pytest.mark.tools
def test_the_pictures_are_those_that_were_measured(glyph_data):
    lines = [
        f"{part} {face} {letter.char} {' '.join(letter.words)}"
        for part, pictures in glyph_data.items()
        for letter, face in zip(pictures.letters, pictures.faces, strict=True)
    ]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == glyphs.PINNED_SHA256


@pytest.mark.slow
def test_no_held_out_combination_is_in_the_training_but_its_words_are(glyph_data):
    train = glyph_data["train"].letters
    words_of_train = {letter.words for letter in train}
    unseen = glyphs.choose_held_out()
    assert not unseen["valid"] & unseen["combos"]
    for part in ("valid", "combos", "both"):
        for letter in glyph_data[part].letters:
            assert letter.words not in words_of_train
            assert letter.words[:2] in {words[:2] for words in words_of_train}
            for word in letter.words:
                assert len({x.char for x in train if word in x.words}) >= 3
    assert {letter.words for letter in glyph_data["faces"].letters} <= words_of_train


@pytest.mark.slow
def test_typefaces_are_divided(glyph_data):
    for part, rows in glyph_data.items():
        family = glyphs.HELD_OUT_FACES if part in ("faces", "both") else glyphs.FACES
        assert set(rows.faces) <= set(family)


@pytest.mark.slow
def test_regions_hold_nearly_all_the_ink_and_marks_lie_on_their_side(glyph_data):
    train = glyph_data["train"]
    covered = train.regions.any(1)
    dark = train.images[:, 1] > 200
    assert (dark & ~covered).sum() < 0.01 * dark.sum()
    rows = np.arange(glyphs.FIELD_SIDE)
    for letter, (base, mark) in zip(train.letters[::37], train.regions[::37], strict=True):
        if letter.mark and letter.words[-1] in ("acute", "grave", "caron", "below"):
            middles = [(part.sum(1) * rows).sum() / part.sum() for part in (base, mark)]
            assert (middles[1] > middles[0]) == (letter.words[-1] == "below")


def test_a_letter_is_drawn_where_its_base_is():
    accented, alone = (
        glyphs.draw_glyph("é", "DejaVuSans", 28),
        glyphs.draw_glyph("e", "DejaVuSans", 28, "é"),
    )
    np.testing.assert_array_equal(accented[24:], alone[24:])


def test_cutting_against_slices():
    fields = np.random.default_rng(0).random((3, 48, 48))
    actual = glyphs.crop_fields(fields, np.array([0, 4, 8]), np.array([8, 3, 0]))
    for n, (down, across) in enumerate([(0, 8), (4, 3), (8, 0)]):
        np.testing.assert_array_equal(actual[n], fields[n, down : down + 40, across : across + 40])
