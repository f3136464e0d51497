"""What is counted as known and as copied."""

import math

import pytest

from rnncourse.chapters.ch02_language.samples import (
    copied_fraction,
    known_word_fraction,
    repeated_fraction,
)

TRAIN = "The gradient is computed for each sample. It may vanish."


def test_words_cut_at_the_ends_do_not_count():
    assert known_word_fraction("ient is computed quickly for eac", TRAIN) == 3 / 4


def test_text_without_words_has_no_share():
    assert math.isnan(known_word_fraction("123 456", TRAIN))


def test_a_copied_run_is_found_with_its_length():
    run = TRAIN[4:24]
    assert copied_fraction("##" + run + "####", TRAIN, length=10) == pytest.approx(20 / 26)


def test_runs_shorter_than_the_limit_are_not_copies():
    assert copied_fraction(TRAIN[4:13] + "#" + TRAIN[30:39], TRAIN, length=10) == 0
    assert copied_fraction(TRAIN, TRAIN) == 1


def test_a_loop_is_found_and_a_text_without_one_is_not():
    assert repeated_fraction("the same thing again and " * 10) > 0.85
    assert repeated_fraction(TRAIN) == 0
    assert math.isnan(repeated_fraction("short"))
