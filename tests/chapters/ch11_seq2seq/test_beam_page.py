"""The live beam in a browser, beyond what holds for every widget: typing, widths, the tree."""

import json

import pytest

from rnncourse.chapters.ch11_seq2seq.beam_widget import live_beam

from ...browser.widgets import (
    choose_options,
    list_weight_requests,
    load_model,
    read_fault,
    read_text,
    stop_clock,
)

pytestmark = pytest.mark.built
ELEMENT = live_beam


def find_field(visit):
    return visit.page.get_by_label("A whole number, in digits")


def read_nodes(visit):
    return visit.page.locator(".rc-beam-node").all_inner_texts()


def test_the_first_picture_is_what_the_model_gives(open_widget):
    visit = open_widget()
    shown = read_nodes(visit)
    answers = read_text(visit, "beam-answers")
    table = read_text(visit, "beam-table")
    assert list_weight_requests(visit) == []
    load_model(visit)
    assert (
        read_nodes(visit),
        read_text(visit, "beam-answers"),
        read_text(visit, "beam-table"),
    ) == (shown, answers, table)
    assert "ein und zwanzig tausend drei hundert fünf und vierzig" in answers
    assert len(shown) > 25


def test_the_reader_s_number_is_translated_with_every_width(open_widget):
    visit = open_widget()
    find_field(visit).fill("99 999")  # typing loads the model
    visit.page.locator("live-beam[data-state=ready]").wait_for()
    assert "neun und neunzig tausend neun hundert neun und neunzig" in read_text(
        visit, "beam-answers"
    )
    for width in ("1, greedy", "2", "3", "4", "5"):
        choose_options(visit, width)
        w = int(width[0])
        visit.page.get_by_label("Look at a step").fill("2")
        assert read_text(visit, "beam-said").startswith(f"Step 2 of 10: {w} hypothes")
        assert f"{w * 34} candidates; {w} go on" in read_text(visit, "beam-said")
        assert visit.page.locator(".rc-beam-table tbody tr").count() == w
    assert visit.page.locator(".rc-beam-node.rc-beam-best").count() == 10
    assert visit.page.locator(".rc-beam-node.rc-beam-died").count() > 0


def test_a_result_is_spoken_once_its_model_is_there(open_widget):
    visit, routes = open_widget(), []
    visit.page.route("**/weights/*", lambda route: routes.append(route))
    clock = stop_clock(visit)
    spoken = visit.page.locator(".rc-w-sr-only[role=status]")
    with visit.page.expect_request("**/weights/*"):
        find_field(visit).fill("7")
    clock.run_for(2000)
    assert spoken.inner_text() == ""
    routes[0].fallback()
    visit.page.locator("live-beam[data-state=ready]").wait_for()
    clock.run_for(2000)
    assert "sieben, which is right" in spoken.inner_text()


def test_an_example_shows_what_a_beam_mends(open_widget):
    visit = open_widget()
    load_model(visit)
    examples = json.loads(visit.page.locator("live-beam").get_attribute("data-examples"))
    for words, number in examples.items():
        visit.page.get_by_role("button", name=f"{number:,}").click()
        assert find_field(visit).input_value() == f"{number:,}"
        greedy, beam, _ = visit.page.locator(".rc-beam-answers li").all_inner_texts()
        assert "wrong ✕" in greedy
        assert ("right ✓" in beam) == words.endswith("the beam right")


def test_the_slider_describes_each_step_of_the_search(open_widget):
    visit = open_widget()
    load_model(visit)
    slider = visit.page.get_by_label("Look at a step")
    slider.press("Home")
    assert read_text(visit, "beam-said") == (
        "Step 1 of 10: 1 hypothesis with 34 continuations each, 34 candidates; 3 go on."
    )
    slider.press("End")
    assert "The search is over" in read_text(visit, "beam-said")
    visit.page.locator(".rc-beam-node", has_text="zwanzig").first.click()
    assert slider.get_attribute("aria-valuetext") == "step 3 of 10"
    assert "goes on: " in read_text(visit, "beam-table")


def test_odd_input_is_answered_by_a_sentence(open_widget):
    visit = open_widget()
    load_model(visit)
    before = read_text(visit, "beam-answers")
    for typed in ("abc", "1.5", "-5", "½", "一", "1,23", "$ xqé"):
        find_field(visit).fill(typed)
        assert read_fault(visit).startswith("Type a whole number from 0 to 99,999")
        assert find_field(visit).get_attribute("aria-invalid") == "true"
        assert read_text(visit, "beam-answers") == before
    find_field(visit).fill("12345678")
    assert read_fault(visit).startswith("At most 6 digits")
    for same in ("٧", "7", "007", "７"):
        find_field(visit).fill(same)
        assert (read_fault(visit), "sieben" in read_text(visit, "beam-answers")) == ("", True)
    find_field(visit).fill("123456")
    assert "expect mistakes" in read_text(visit, "beam-note")
