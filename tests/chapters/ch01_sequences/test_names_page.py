"""The names in a browser, beyond what holds for every widget and what test_front.py tries."""

import pytest

from rnncourse.chapters.ch01_sequences.names_widget import names_writer

from ...browser.widgets import heavy, loader

pytestmark = pytest.mark.built
ELEMENT = names_writer


def test_the_first_letter_loads_the_model_and_has_an_answer(opened):
    seen = opened(reduced_motion="no-preference")
    field = seen.page.get_by_label("Type your family name")
    field.click()
    assert (field.input_value(), heavy(seen)) == ("", [])  # who passes by loads nothing
    seen.page.keyboard.type("Koskela")
    seen.page.locator("names-writer[data-state=ready]").wait_for()
    assert field.input_value() == "Koskela"  # the page does not type into it
    assert field.evaluate("e => e === document.activeElement")
    assert seen.page.locator(".rc-fn-best .rc-fn-kind").inner_text() == "Finnish"
    assert loader(seen).count() == 0
    assert len(heavy(seen)) == 1
    assert seen.foreign + seen.errors == []
