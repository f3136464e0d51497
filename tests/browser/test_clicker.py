"""A clicker turns the slides of a deck, whatever was done to the live models on them."""

import pytest

from rnncourse.core.chapters import list_chapters
from scripts.slides import make_slides

from .conftest import SITE

pytestmark = pytest.mark.built

LIGHT = "06-gating"  # one deck in the gate, with sliders, buttons and choices
PAGES = {page.name: chapter for chapter in list_chapters() for page in chapter.lessons}
DECKS = [p if p == LIGHT else pytest.param(p, marks=pytest.mark.browser) for p in PAGES]
LIVE_FIGURE = """() => [...document.querySelectorAll(".slides > section")]
    .flatMap((s, i) => s.querySelector("figure.rc-live") ? [i] : [])"""
TYPED = "textarea, input:not([type=range], [type=radio], [type=checkbox])"
USED = "button, summary, select, input, textarea, [role=slider], [role=application]"
CONTROLS = f"document.querySelectorAll('section.present .rc-w :is({USED})')"
POINT = f"""place => {{
    const e = {CONTROLS}[place];  // a click before may have taken it away
    if (!e?.checkVisibility({{visibilityProperty: true}})) return null;
    if (e.matches(":disabled, [aria-disabled=true], [aria-disabled=true] *")) return null;
    e.scrollIntoViewIfNeeded();
    const {{x, y, width, height}} = e.getBoundingClientRect();
    if (!width || !height) return null;
    return [x + width / 2, y + height / 2, e.outerHTML.slice(0, 80),
        e.matches("{TYPED}"), e.matches("select")];
}}"""
AT = "Reveal.getIndices().h"
VALUE = "e => e.value"
QUIET = """() => ![...document.querySelectorAll(".present .rc-w [aria-busy=true]")]
    .some(e => e.checkVisibility())"""  # nothing is loading


@pytest.fixture
def open_deck(open_blank, tmp_path, page):
    result = {p.name: p for p in PAGES[page].pages}[page]
    text = make_slides.render_deck(PAGES[page], result, make_slides.extras.read_settings())
    (tmp_path / "_static").symlink_to(SITE / "_static")
    make_slides.write_decks({page: text}, tmp_path / "slides")
    visit = open_blank(viewport={"width": 1280, "height": 720})
    visit.page.goto(f"file://{tmp_path}/slides/{page}.html")
    visit.page.wait_for_selector("html[data-ready]", state="attached")
    return visit


def press_keys(visit, keys: str) -> list[int]:
    """Where the deck stands after each of these keys."""
    result = []
    for key in keys.split():
        visit.page.keyboard.press(key)
        result.append(visit.page.evaluate(AT))
    return result


@pytest.mark.parametrize("page", DECKS)
def test_after_a_click_on_a_live_model_keys_turn_the_slides(open_deck, page):
    for number in open_deck.page.evaluate(LIVE_FIGURE):
        open_deck.page.evaluate(f"Reveal.slide({number})")
        for place in range(open_deck.page.evaluate(f"{CONTROLS}.length")):
            if not (result := open_deck.page.evaluate(POINT, place)):
                continue
            x, y, html, typed, select = result
            open_deck.page.mouse.click(x, y)
            open_deck.page.wait_for_function(QUIET)
            open_deck.page.wait_for_timeout(20)  # nobody is faster
            if typed:
                keys = "n ArrowRight"  # typed, not a command
                assert press_keys(open_deck, keys) == [number, number], html
            elif select:
                open_deck.page.keyboard.press("Escape")  # closes its list
            else:
                assert press_keys(open_deck, "ArrowRight ArrowLeft") == [number + 1, number], html
            assert press_keys(open_deck, "PageDown PageUp") == [number + 1, number], html
    assert not open_deck.errors


@pytest.mark.parametrize("page", DECKS)
def test_a_control_focused_by_tab_keeps_its_arrow_keys(open_deck, page):
    for number in open_deck.page.evaluate(LIVE_FIGURE):
        open_deck.page.evaluate(f"Reveal.slide({number})")
        controls = open_deck.page.locator("section.present .rc-w :is(input[type=range], select)")
        for place in range(controls.count()):
            control = controls.nth(place)
            if not control.is_visible() or not control.is_enabled():
                continue
            open_deck.page.keyboard.press("Tab")
            control.focus()
            assert press_keys(open_deck, "ArrowDown ArrowUp ArrowUp") == [number] * 3
            control.focus()
            before = control.evaluate(VALUE)
            assert press_keys(open_deck, "PageDown PageUp") == [number + 1, number]
            assert control.evaluate(VALUE) == before
