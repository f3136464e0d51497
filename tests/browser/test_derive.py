"""A derivation is whole until a reader asks for it line by line; then it is read by keyboard."""

import pytest

from .axe import find_violations
from .conftest import VIEWS, WIDTH

PAGE = "04-backpropagation-through-time.html"
LINES = ".derivation >> nth=1 >> li:visible"
FOCUSED = "document.activeElement.textContent"
TARGETS = """() => [...document.querySelectorAll(".rc-lines button")]
    .filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().height)"""

pytestmark = pytest.mark.built


def test_lines_come_by_keyboard_and_a_reference_finds_its_equation(open_page):
    visit = open_page(PAGE)
    page, lines = visit.page, visit.page.locator(LINES)
    assert lines.count() == 4
    page.get_by_role("button", name="Line by line").nth(1).press("Enter")
    assert lines.count() == 1
    assert page.evaluate(FOCUSED) == "Show line 2 of 4"
    for key, shown in (("Enter", 2), ("Space", 3), ("Enter", 4)):
        page.keyboard.press(key)
        assert lines.count() == shown
    assert page.evaluate(FOCUSED) == "Once more"
    assert page.locator(".derivation >> nth=1").get_attribute("aria-live") == "polite"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # from "Show line 2" to "Show all"
    page.keyboard.press("Enter")
    assert lines.count() == 4
    assert page.evaluate(FOCUSED) == "Once more"

    third = page.locator(".derivation >> nth=2")
    page.get_by_role("button", name="Line by line").nth(1).press("Enter")
    assert third.locator("li:visible").count() == 1
    page.locator("a.reference[href='#equation-eq-bptt']").press("Enter")
    assert third.locator("li:visible").count() == 4
    assert page.url.endswith("#equation-eq-bptt")
    assert visit.errors == []


def test_without_scripts_every_line_is_there(open_blank, site):
    page = open_blank(java_script_enabled=False).page
    page.goto(f"{site}/{PAGE}")
    assert page.locator(LINES).count() == 4
    assert page.locator(".rc-lines").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
def test_the_buttons_can_be_read_and_hit_everywhere(open_page, view):
    visit = open_page(PAGE, view)
    visit.page.get_by_role("button", name="Line by line").nth(1).press("Enter")
    visit.rest()
    assert find_violations(visit) == []
    assert min(visit.page.evaluate(TARGETS)) >= 44
    assert visit.page.evaluate(WIDTH) <= VIEWS[view]["viewport"]["width"]


@pytest.mark.browser
def test_on_paper_every_line_is_there_and_no_button(open_page):
    visit = open_page(PAGE)
    visit.page.get_by_role("button", name="Line by line").nth(1).press("Enter")
    visit.page.emulate_media(media="print")
    assert visit.page.locator(LINES).count() == 4
    assert visit.page.locator(".rc-lines:visible").count() == 0
