"""Tunes in ABC notation: which notes a text has, and when each sounds."""

from pathlib import Path

import pytest

from tests.node import ask_driver

DRIVER = Path(__file__).with_name("abc_driver.mjs")
R = None  # a rest


def read_notes(text):
    (notes,) = ask_driver(DRIVER, [["notes", text]])
    return [(note["midi"], round(note["start"], 6), round(note["length"], 6)) for note in notes]


def read_pitches(text):
    return [midi for midi, _, _ in read_notes(text)]


def test_a_scale_with_lengths_octaves_and_a_rest():
    # An eighth takes a quarter of a second: 120 quarters a minute.
    assert read_notes("C D2 E/ z3/2 c c' C,") == [
        (60, 0, 0.25), (62, 0.25, 0.5), (64, 0.75, 0.125), (R, 0.875, 0.375),
        (72, 1.25, 0.25), (84, 1.5, 0.25), (48, 1.75, 0.25),
    ]  # fmt: skip


def test_the_head_says_key_length_and_tempo_and_a_new_tune_begins_anew():
    tune = "X:1\nT:Fa la Cafe\nM:3/4\nL:1/4\nQ:1/4=60\nK:D\nF C4 |\nw:a b\nX:2\nK:C\nF"
    assert read_notes(tune) == [(66, 0, 1), (61, 1, 4), (65, 5, 0.25)]


def test_the_meter_gives_the_length_where_nothing_says_it():
    assert [read_notes(f"M:{meter}\nC")[0][2] for meter in ("2/4", "3/4", "C")] == [
        0.125,
        0.25,
        0.25,
    ]


def test_accidentals_last_until_the_bar():
    assert read_pitches("K:G\nF ^F =F F f | F ^^C __B _e") == [66, 66, 65, 65, 78, 66, 62, 69, 75]


def test_broken_rhythm_tuplets_and_chords():
    assert [length for _, _, length in read_notes("A>B A<B")] == [0.375, 0.125, 0.125, 0.375]
    assert read_notes("(3ABc d")[-1][1] == 0.5
    assert read_notes("[CEG] [1 C") == [
        (60, 0, 0.25), (64, 0, 0.25), (67, 0, 0.25), (60, 0.25, 0.25),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tune", "notes"),
    [
        ("[CE]>A", [(60, 0, 1.5), (64, 0, 1.5), (69, 1.5, 0.5)]),
        ("A>[CE]", [(69, 0, 1.5), (60, 1.5, 0.5), (64, 1.5, 0.5)]),
        ("[CE2]<A", [(60, 0, 0.5), (64, 0, 1), (69, 0.5, 1.5)]),
        (
            "(3AB[CE]A",
            [
                (69, 0, 2 / 3),
                (71, 2 / 3, 2 / 3),
                (60, 4 / 3, 2 / 3),
                (64, 4 / 3, 2 / 3),
                (69, 2, 1),
            ],
        ),
    ],
)
def test_a_chord_keeps_the_broken_rhythm_or_the_tuplet_in_all_its_notes(tune, notes):
    expected = [(midi, round(start, 6), round(length, 6)) for midi, start, length in notes]
    assert read_notes(f"L:1/4\nQ:1/4=60\n{tune}") == expected


def test_text_that_is_no_note_is_skipped():
    assert read_pitches('"Am"A !trill!B {cd}c ~d [K:F]B |1 B :| % ABC') == [69, 71, 72, 74, 70, 70]
    assert read_pitches("X:1\nK:G\n") == []
    assert all(0 < length < 100 for _, _, length in read_notes("L:1/0\nQ:0\nC/0 D0 [L:x]E"))


@pytest.mark.parametrize(
    ("key", "sharp", "flat"),
    [
        ("C", "", ""), ("Am", "", ""), ("G", "F", ""), ("Edor", "FC", ""), ("F#", "FCGDAE", ""),
        ("Bb", "", "BE"), ("D minor", "", "B"), ("Dmix", "F", ""), ("none", "", ""),
    ],
)  # fmt: skip
def test_a_key_signature_alters_its_letters(key, sharp, flat):
    (actual,) = ask_driver(DRIVER, [["signature", key]])
    assert actual == {letter: (letter in sharp) - (letter in flat) for letter in "FCGDAEB"}
