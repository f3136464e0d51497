"""The live beam in a browser, beyond what holds for every widget: typing, widths, the tree."""

import json

import pytest

from rnncourse.chapters.ch11_seq2seq.beam_widget import live_beam

from ...browser.widgets import choose, load_model, read_fault, weight_requests

pytestmark = pytest.mark.built
ELEMENT = live_beam


def field(visit):
    return visit.page.get_by_label("A whole number, in digits")


def text(visit, name):
    return visit.page.locator(f".rc-beam-{name}").inner_text()


def nodes(visit):
    return visit.page.locator(".rc-beam-node").all_inner_texts()


def test_the_first_picture_is_what_the_model_gives(open_widget):
    visit = open_widget()
    shown, answers, table = nodes(visit), text(visit, "answers"), text(visit, "table")
    assert weight_requests(visit) == []
    load_model(visit)
    assert (nodes(visit), text(visit, "answers"), text(visit, "table")) == (shown, answers, table)
    assert "ein und zwanzig tausend drei hundert fünf und vierzig" in answers
    assert len(shown) > 25


def test_the_reader_s_number_is_translated_with_every_width(open_widget):
    visit = open_widget()
    field(visit).fill("99 999")  # typing loads the model
    visit.page.locator("live-beam[data-state=ready]").wait_for()
    assert "neun und neunzig tausend neun hundert neun und neunzig" in text(visit, "answers")
    for width in ("1, greedy", "2", "3", "4", "5"):
        choose(visit, width)
        w = int(width[0])
        visit.page.get_by_label("Look at a step").fill("2")
        assert text(visit, "said").startswith(f"Step 2 of 10: {w} hypothes")
        assert f"{w * 34} candidates; {w} go on" in text(visit, "said")
        assert visit.page.locator(".rc-beam-table tbody tr").count() == w
    assert visit.page.locator(".rc-beam-node.rc-beam-best").count() == 10
    assert visit.page.locator(".rc-beam-node.rc-beam-died").count() > 0
    assert visit.errors == []


def test_an_example_shows_what_a_beam_mends(open_widget):
    visit = open_widget()
    load_model(visit)
    examples = json.loads(visit.page.locator("live-beam").get_attribute("data-examples"))
    for words, number in examples.items():
        visit.page.get_by_role("button", name=f"{number:,}").click()
        assert field(visit).input_value() == f"{number:,}"
        greedy, beam, _ = visit.page.locator(".rc-beam-answers li").all_inner_texts()
        assert "wrong ✕" in greedy
        assert ("right ✓" in beam) == words.endswith("the beam right")


def test_the_tree_and_its_steps(open_widget):
    visit = open_widget()
    load_model(visit)
    slider = visit.page.get_by_label("Look at a step")
    slider.press("Home")
    assert text(visit, "said") == (
        "Step 1 of 10: 1 hypothesis with 34 continuations each, 34 candidates; 3 go on."
    )
    slider.press("End")
    assert "The search is over" in text(visit, "said")
    visit.page.locator(".rc-beam-node", has_text="zwanzig").first.click()
    assert slider.get_attribute("aria-valuetext") == "step 3 of 10"
    assert "goes on: " in text(visit, "table")


def test_odd_input_is_answered_by_a_sentence(open_widget):
    visit = open_widget()
    load_model(visit)
    before = text(visit, "answers")
    for odd in ("abc", "1.5", "-5", "½", "一", "1,23", "$ xqé"):
        field(visit).fill(odd)
        assert read_fault(visit).startswith("Type a whole number from 0 to 99,999")
        assert field(visit).get_attribute("aria-invalid") == "true"
        assert text(visit, "answers") == before
    field(visit).fill("12345678")
    assert read_fault(visit).startswith("At most 6 digits")
    for same in ("٧", "7", "007", "７"):
        field(visit).fill(same)
        assert (read_fault(visit), "sieben" in text(visit, "answers")) == ("", True)
    field(visit).fill("123456")
    assert "expect mistakes" in text(visit, "note")
    assert visit.foreign + visit.errors == []
