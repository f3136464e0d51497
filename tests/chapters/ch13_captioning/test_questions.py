"""The questions of chapter 13: what the last one pays for."""

import numpy as np

from rnncourse.chapters.ch13_captioning.questions import combination_naming
from rnncourse.grading.checks import grade
from rnncourse.grading.registry import load_questions

BY_ID = load_questions("13-captioning")


def test_the_reference_names_every_new_combination():
    """Answers are scored against it."""
    for seed in range(60):
        images, captions, pool, truth = combination_naming._sample_pictures(
            np.random.default_rng(seed)
        )
        np.testing.assert_array_equal(BY_ID["13-combine"].reference(images, captions, pool), truth)
        trained = {tuple(pair) for pair in captions.tolist()}
        assert not trained & {tuple(pair) for pair in truth.tolist()}
        assert min(np.bincount(captions[:, 1]) / combination_naming.IMAGES_PER_PAIR) >= 2
        assert set(truth[:, 0]) == set(range(combination_naming.BASES))


def test_captions_without_looking_at_the_picture_earn_nothing():
    question = BY_ID["13-combine"]
    blind = next(m for m in question.mistakes if m.name == "What is in no caption, in order")
    half = next(m for m in question.mistakes if m.name == "A mark that this letter never had")
    for seed in range(20):
        assert grade(question, blind.answers[0], seed).earned == 0
        assert grade(question, half.answers[0], seed).earned <= 1
