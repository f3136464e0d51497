"""The riddle: what it says of lines, and in a browser how they are drawn."""

import json
from pathlib import Path

import pytest

from rnncourse.chapters.ch12_attention.riddle_widget import LIVE_FIGURE, live_riddle
from rnncourse.chapters.ch12_attention.spelling_experiments import EXAMPLE_WORDS
from rnncourse.core.records import Record

from ... import node
from ...browser.conftest import HOST
from ...browser.widgets import read_sentence

ELEMENT = live_riddle
LINES = ".rc-riddle-line"


def read_words():
    return json.loads(node.read_element_data(live_riddle())["words"])


def ask_sentences(*drawn):
    driver = Path(__file__).with_name("riddle_driver.mjs")
    ask = node.make_asker(driver, words=read_words())
    return ask(*(["sentence", lines.split(), *how] for lines, *how in drawn))


def test_sentences_count_the_lines_and_name_the_sounds_that_differ():
    nothing, two, compared, one, many = ask_sentences(
        ("", True),
        ("0.1.2 0.1.3", False),
        ("0.1.2 0.1.3", True),
        ("0.0.1", True),
        (" ".join(f"1.{i}.2" for i in range(5)), True),
    )
    assert nothing == "Sounds joined: 0 of 18, by 0 lines. Purple is the network's letter."
    assert two == "Sounds joined: 1 of 18, by 2 lines."
    assert compared == f"{two} For 1 of them the network attends to a letter of yours."
    assert one.endswith(
        "For 0 of them the network attends to a letter of yours; to another for N of knight (at k)."
    )
    assert many.endswith(
        "S of psychology (at p), K of psychology (at c), AA of psychology (at o), and 1 more."
    )


RIGHT = (
    "0.0.1 0.1.2 0.2.5 1.0.1 1.1.2 1.2.3 1.3.5 1.4.6 1.5.7 1.6.8 1.7.9 "
    "2.0.0 2.1.1 2.2.2 2.3.3 2.4.4 2.5.6 2.6.7"
)
SILENT = " 0.0.0 0.1.3 0.1.4 0.2.4 1.0.0 1.2.4 2.4.5 2.5.5 2.6.8 2.6.9"
"""A line of each sound; and what may be drawn, too: the h of knight, the z, go with either side."""


def test_a_complete_word_is_judged_and_any_when_the_reader_asks():
    open_word, checked, complete, wrong, silent = ask_sentences(
        ("0.0.1 0.2.0", False, False),
        ("0.0.1 0.2.0", False, True),
        ("0.0.1 0.1.2 0.2.5", False, False),
        ("0.0.1 0.1.2 0.2.5 0.2.2 1.1.2", False, False),
        ("0.0.0 0.1.4 0.2.5", False, False),
    )
    assert open_word == "Sounds joined: 2 of 18, by 2 lines."
    assert checked == f"{open_word} Right: 1. Joined to a letter of another sound: T of knight."
    assert complete == "Sounds joined: 3 of 18, by 3 lines. Right: 3."
    assert wrong.endswith("Right: 2. Joined to a letter of another sound: T of knight.")
    assert silent.endswith("Right: 1. Joined to silent letters alone: N of knight, AY of knight.")


def test_the_task_is_done_when_all_are_right_and_compared():
    alone, compared, generous = ask_sentences(
        (RIGHT, False), (RIGHT, True), (RIGHT + SILENT, False)
    )
    assert alone == generous == "All 18 sounds are right. Now compare with the network."
    assert compared.startswith("All 18 sounds are right. For 15 of them the network attends to a")
    assert compared.endswith("S of psychology (at p), V of rendezvous (at z). Task done.")


def test_the_sentence_without_scripts_has_the_words():
    for at in read_words():
        assert f"{' '.join(at['word'])} " in LIVE_FIGURE.sentence
        assert EXAMPLE_WORDS[at["word"]] == " ".join(at["sounds"])
        assert EXAMPLE_WORDS[at["word"]] in LIVE_FIGURE.sentence


def find_sign(visit, name):
    return visit.page.get_by_role("button", name=name)


def drag(visit, *names):
    """From the middle of one sign to the middle of another."""
    boxes = [find_sign(visit, name).bounding_box() for name in names]
    for box, act in zip(boxes, (visit.page.mouse.down, visit.page.mouse.up), strict=True):
        visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        act()


@pytest.mark.built
def test_lines_are_drawn_and_compared_with_the_record(open_widget):
    visit = open_widget()
    assert read_sentence(visit) == "Sounds joined: 2 of 18, by 2 lines."  # N and T, an example
    for _ in ("away", "back"):
        drag(visit, "T sound 3 of knight", "t letter 6 of knight")
    find_sign(visit, "AY sound 2 of knight").press("Enter")
    for key in ("ArrowUp", "ArrowLeft", "Enter"):
        visit.page.keyboard.press(key)
    places = [
        Record.load("ch12_attention").value(f"spelling/attention/at/knight/{n}") for n in (1, 2, 3)
    ]
    assert places == [[0, 0, 0], [2, 2, 2], [5, 5, 5]]
    assert read_sentence(visit) == "Sounds joined: 3 of 18, by 3 lines. Right: 3."
    assert visit.page.locator("[data-verdict=right]").count() == 3
    visit.page.get_by_label("Compare").check()
    assert visit.page.locator(".rc-riddle-network").count() == 18
    assert read_sentence(visit).endswith(
        "For 2 of them the network attends to a letter of yours; to another for N of knight (at k)."
    )
    address = visit.page.locator(LIVE_FIGURE.tag).evaluate("e => e.address")
    assert "lines=0.0.1+0.1.2+0.2.5" in address
    drag(visit, "N sound 1 of knight", "n letter 2 of knight")  # once more takes it away
    drag(visit, "N sound 1 of knight", "k letter 1 of knight")
    drag(visit, "N sound 1 of knight", "h letter 5 of psychology")  # another word's
    assert "For 3 of them the network attends to a letter of yours." in read_sentence(visit)
    visit.page.goto("about:blank")
    visit.page.goto(f"{HOST}/light.html{address}+0.2.9+0.0.1.9")  # the last two are no lines
    visit.page.wait_for_function(f"document.querySelectorAll('{LINES}').length === 3")


@pytest.mark.built
def test_signs_are_tapped(open_widget):
    visit = open_widget("phone", has_touch=True)
    chosen = visit.page.locator("[aria-pressed=true]")
    for letter in ("i letter 3 of knight", "g letter 4 of knight"):  # each time the sound first
        find_sign(visit, "AY sound 2 of knight").tap()
        assert chosen.inner_text().startswith("AY")
        find_sign(visit, letter).tap()
        assert chosen.count() == 0
    assert visit.page.locator(LINES).count() == 4
    for n in (1, 0):
        find_sign(visit, "AY sound 2 of knight").tap()
        assert chosen.count() == n
