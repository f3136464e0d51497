"""The page has each letter say what PyTorch says with the same weights, and tells what changed."""

import json
from pathlib import Path

from rnncourse.chapters.ch09_bidirectional import speller_widget as widget
from rnncourse.chapters.ch09_bidirectional.spelling_experiments import FOLDER, WEIGHTS_NAME

from ... import node

ask = node.make_asker(Path(__file__).with_name("speller_driver.mjs"), FOLDER / WEIGHTS_NAME)
WORDS = ("hat", "hate", "phone", "city", "photograph", "photography", "knight", "don't", "qxz", "a")


def test_sounds_of_every_letter_equal_pytorch():
    for word, actual in zip(WORDS, ask(*(["read", word] for word in WORDS)), strict=True):
        assert actual == widget.letter_sounds(word), word


def test_examples_of_the_lesson_are_pronounced_as_it_says():
    two_way, forward = (
        {w: widget.letter_sounds(w)[name] for w in ("hat", "hate", "photograph", "photography")}
        for name in ("both", "forward")
    )
    assert two_way["hat"] == ["HH", "AE", "T"]
    assert two_way["hate"] == ["HH", "EY", "T", ""]
    assert forward["hate"][:3] == forward["hat"] == ["HH", "AE", "T"]
    assert two_way["photography"][:10] != two_way["photograph"]
    assert forward["photography"][:10] == forward["photograph"]


def test_the_sentence_says_what_the_last_letter_changed():
    (hate,) = ask(["sentence", "hate"])
    assert hate.startswith("When “e” comes after “hat”, both ways changes a from AE to EY; ")
    assert hate.endswith("; forward, nothing.")
    assert ask(["sentence", "a"])[0].startswith("One letter has no past")


def test_the_first_picture_is_what_the_model_gives():
    facts = node.read_element_data(widget.live_speller())
    assert facts["word"] == "hate"
    assert json.loads(facts["initial"]) == ask(["read", "hate"], ["read", "hat"])
