"""The live beam in a browser, beyond what holds for every widget: typing, widths, the tree."""

import json

import pytest

from rnncourse.chapters.ch11_seq2seq.beam_widget import live_beam

from ...browser.widgets import choose, fault, heavy, load

pytestmark = pytest.mark.built
ELEMENT = live_beam


def field(seen):
    return seen.page.get_by_label("A whole number, in digits")


def text(seen, name):
    return seen.page.locator(f".rc-beam-{name}").inner_text()


def nodes(seen):
    return seen.page.locator(".rc-beam-node").all_inner_texts()


def test_the_first_picture_is_what_the_model_gives(opened):
    seen = opened()
    shown, answers, table = nodes(seen), text(seen, "answers"), text(seen, "table")
    assert heavy(seen) == []
    load(seen)
    assert (nodes(seen), text(seen, "answers"), text(seen, "table")) == (shown, answers, table)
    assert "ein und zwanzig tausend drei hundert fünf und vierzig" in answers
    assert len(shown) > 25


def test_the_reader_s_number_is_translated_with_every_width(opened):
    seen = opened()
    field(seen).fill("99 999")  # typing loads the model
    seen.page.locator("live-beam[data-state=ready]").wait_for()
    assert "neun und neunzig tausend neun hundert neun und neunzig" in text(seen, "answers")
    for width in ("1, greedy", "2", "3", "4", "5"):
        choose(seen, width)
        w = int(width[0])
        seen.page.get_by_label("Look at a step").fill("2")
        assert text(seen, "said").startswith(f"Step 2 of 10: {w} hypothes")
        assert f"{w * 34} candidates; {w} go on" in text(seen, "said")
        assert seen.page.locator(".rc-beam-table tbody tr").count() == w
    assert seen.page.locator(".rc-beam-node.rc-beam-best").count() == 10
    assert seen.page.locator(".rc-beam-node.rc-beam-died").count() > 0
    assert seen.errors == []


def test_an_example_shows_what_a_beam_mends(opened):
    seen = opened()
    load(seen)
    examples = json.loads(seen.page.locator("live-beam").get_attribute("data-examples"))
    for words, number in examples.items():
        seen.page.get_by_role("button", name=f"{number:,}").click()
        assert field(seen).input_value() == f"{number:,}"
        greedy, beam, _ = seen.page.locator(".rc-beam-answers li").all_inner_texts()
        assert "wrong ✕" in greedy
        assert ("right ✓" in beam) == words.endswith("the beam right")


def test_the_tree_and_its_steps(opened):
    seen = opened()
    load(seen)
    slider = seen.page.get_by_label("Look at a step")
    slider.press("Home")
    assert text(seen, "said") == (
        "Step 1 of 10: 1 hypothesis with 34 continuations each, 34 candidates; 3 go on."
    )
    slider.press("End")
    assert "The search is over" in text(seen, "said")
    seen.page.locator(".rc-beam-node", has_text="zwanzig").first.click()
    assert slider.get_attribute("aria-valuetext") == "step 3 of 10"
    assert "goes on: " in text(seen, "table")


def test_odd_input_is_answered_by_a_sentence(opened):
    seen = opened()
    load(seen)
    before = text(seen, "answers")
    for odd in ("abc", "1.5", "-5", "½", "一", "1,23", "$ xqé"):
        field(seen).fill(odd)
        assert fault(seen).startswith("Type a whole number from 0 to 99,999")
        assert field(seen).get_attribute("aria-invalid") == "true"
        assert text(seen, "answers") == before
    field(seen).fill("12345678")
    assert fault(seen).startswith("At most 6 digits")
    for same in ("٧", "7", "007", "７"):
        field(seen).fill(same)
        assert (fault(seen), "sieben" in text(seen, "answers")) == ("", True)
    field(seen).fill("123456")
    assert "expect mistakes" in text(seen, "note")
    assert seen.foreign + seen.errors == []
