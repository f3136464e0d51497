"""The names in a browser, beyond what holds for every widget and what test_front.py tries."""

import re

import pytest

from rnncourse.chapters.ch01_sequences.names_widget import names_writer

from ...browser.widgets import find_load_button, list_weight_requests, load_model

pytestmark = pytest.mark.built
ELEMENT = names_writer


def test_the_first_letter_loads_the_model_and_has_an_answer(open_widget):
    visit = open_widget(reduced_motion="no-preference")
    field = visit.page.get_by_label("Type your family name")
    field.click()
    # Who passes by loads nothing
    assert (field.input_value(), list_weight_requests(visit)) == ("Sch", [])
    visit.page.keyboard.type("Koskela")
    visit.page.locator("names-writer[data-state=ready]").wait_for()
    assert field.input_value() == "Koskela"  # the page does not type into it
    assert field.evaluate("e => e === document.activeElement")
    assert visit.page.locator(".rc-fn-best .rc-fn-kind").inner_text() == "Finnish"
    assert find_load_button(visit).count() == 0
    assert len(list_weight_requests(visit)) == 1


def test_enter_before_the_model_came_loads_it(open_widget):
    visit = open_widget()
    visit.page.get_by_label("Type your family name").press("Enter")
    visit.page.locator("names-writer[data-state=ready]").wait_for()
    assert len(list_weight_requests(visit)) == 1


def test_a_still_is_what_the_network_says_of_the_first_letters(open_widget):
    visit = open_widget()
    parts = [visit.page.locator(f".rc-fn-{part}") for part in ("mirror", "line", "share")]

    def list_shown():
        return [part.evaluate_all("all => all.map(each => each.innerHTML)") for part in parts]

    def list_states():
        styles = visit.page.locator(".rc-fn-memory i").evaluate_all(
            "all => all.map(e => e.style.cssText)"
        )
        return [
            float(share) for style in styles for share in re.findall(r"([\d.]+)%, transp", style)
        ]

    still, states = list_shown(), list_states()
    load_model(visit)
    assert (len(still[2]), len(states)) == (11, 3 * 16)
    assert list_shown() == still
    assert list_states() == pytest.approx(states, abs=1)
