"""The skyline in a browser, beyond what holds for every widget: bars, and what is chosen."""

import pytest

from rnncourse.chapters.ch04_bptt.credit_widget import SENTENCE, SHOWN, credit_skyline

from ...browser.widgets import files_of

pytestmark = pytest.mark.built

HEIGHTS = """network => [...document.querySelectorAll(`.rc-credit-text .rc-credit-${network}`)]
    .map(e => e.getBoundingClientRect().height)"""


@pytest.fixture(scope="module")
def files():
    """What the page asks for."""
    return files_of(credit_skyline())


def test_bars_stand_above_what_came_before_the_chosen_character(opened):
    seen = opened()
    radios = seen.page.get_by_role("radio")
    assert radios.count() == len(SENTENCE) - 1  # the first has none before it
    assert radios.nth(SHOWN - 1).is_checked()
    for at in (SHOWN, 10, len(SENTENCE) - 1):
        radios.nth(at - 1).check(force=True)
        heights = {}
        for network in ("trained", "untrained"):
            _, *bars = heights[network] = seen.page.evaluate(HEIGHTS, network)
            assert len(bars) == len(SENTENCE)
            assert max(bars[:at]) > 3
            assert max(bars[at:]) == 0
        assert ("At “k”" in seen.page.locator(".rc-w-said").inner_text()) == (at == SHOWN)
        assert max(*heights["trained"], *heights["untrained"]) > 60  # the largest fills the height
    assert seen.errors == []


def test_the_arrow_keys_go_from_character_to_character(opened):
    seen = opened()
    radios = seen.page.get_by_role("radio")
    radios.nth(SHOWN - 1).focus()
    seen.page.keyboard.press("ArrowRight")
    assert radios.nth(SHOWN).is_checked()
    assert "At “e”" in seen.page.locator(".rc-w-said").inner_text()


def test_on_a_phone_the_sentence_goes_on_in_the_next_line(opened):
    seen = opened("phone")
    boxes = [r.bounding_box() for r in seen.page.get_by_role("radio").all()]
    assert len({box["y"] for box in boxes}) > 1
    assert max(box["x"] + box["width"] for box in boxes) <= 360
