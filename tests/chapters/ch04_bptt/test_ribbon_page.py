"""The ribbon in a browser, beyond what holds for every widget: it is pulled, and cut."""

import pytest

from rnncourse.chapters.ch04_bptt.ribbon_widget import NAME, STEP, ribbon_home

from ...browser.widgets import heavy, load, quickest, said

pytestmark = pytest.mark.built
ELEMENT = ribbon_home

LOSS, STEPS, SCALE = "Loss at", "Steps back", "W times"


def at(seen, where, column):
    """A place in the letters or the strip: 0 to 2 is the language, then one a letter."""
    strip = seen.page.locator(f".rc-ribbon-{where}")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    return box["x"] + box["width"] * column / (len(NAME) + 3), box["y"] + box["height"] / 2


def ready(seen):
    seen.page.locator("ribbon-home[data-state=ready]").wait_for()


def test_a_click_between_two_letters_cuts_and_another_heals(opened):
    seen = opened()
    assert heavy(seen) == []
    hint = seen.page.locator(".rc-ribbon-hint")
    assert hint.is_visible()  # it says what can be done, until something is
    assert said(seen).endswith("Nothing is cut.")
    seen.page.mouse.click(*at(seen, "strip", 8))  # before the seventh letter: three steps are kept
    ready(seen)  # the first touch loads
    assert f"Cut after 3 of {STEP} steps" in said(seen)
    assert hint.is_hidden()
    assert seen.page.locator(".rc-ribbon-scissors").is_visible()
    assert seen.page.locator(".rc-ribbon-cut").count() == STEP - 3
    seen.page.mouse.click(*at(seen, "strip", 7))
    assert "Task done." in said(seen)
    kept = seen.page.locator(".rc-ribbon-scissors").get_attribute("data-kept")
    assert kept.endswith(" ✓")  # at the hand, too
    assert kept.removesuffix(" ✓") in said(seen)
    seen.page.mouse.click(*at(seen, "strip", 6))
    assert said(seen).endswith("You may cut nearer.")
    seen.page.mouse.click(*at(seen, "strip", 6))
    assert said(seen).endswith("Nothing is cut.")
    assert seen.page.locator(".rc-ribbon-cut").count() == 0
    assert seen.foreign + seen.errors == []


def test_the_loss_moves_with_the_hand_and_nothing_jumps(opened):
    seen = opened()
    mouse, figure = seen.page.mouse, seen.page.locator("ribbon-home")
    height = figure.bounding_box()["height"]
    mouse.move(*at(seen, "letters", 10.5))
    mouse.down()
    ready(seen)
    assert said(seen).startswith("The loss at “r”")
    mouse.move(*at(seen, "letters", 8.5), steps=3)
    assert said(seen).startswith("The loss at “m”")
    mouse.move(*at(seen, "letters", 1), steps=3)
    mouse.up()
    assert said(seen).startswith("The loss at “o”")  # one letter is read before it
    mouse.move(*at(seen, "letters", 8.5))
    assert said(seen).startswith("The loss at “o”")
    assert figure.bounding_box()["height"] == pytest.approx(height, abs=1)
    assert seen.errors == []


def test_by_finger_on_a_phone(opened):
    seen = opened("phone", has_touch=True)
    load(seen)
    seen.page.touchscreen.tap(*at(seen, "letters", 12.5))
    assert said(seen).startswith("The loss at the end")
    seen.page.touchscreen.tap(*at(seen, "strip", 8))
    assert "Cut after 4 of 11 steps" in said(seen)


def test_by_keyboard_the_nearest_cut_is_found_for_each_scale(opened):
    seen = opened()
    load(seen)
    actual = {}
    for scale in ("0.5", "1", "1.5"):
        seen.page.get_by_label(SCALE).fill(scale)
        steps = seen.page.get_by_label(STEPS)
        steps.press("Home")
        while "Task done." not in said(seen):
            steps.press("ArrowRight")
        actual[scale] = steps.input_value()
    assert actual == {"0.5": "4", "1": "8", "1.5": "9"}
    assert quickest(seen, 2) < 50  # whatever else the machine does


def test_another_name_begins_at_its_last_letter(opened):
    seen = opened()
    load(seen)
    field = seen.page.get_by_label("Name", exact=True)
    field.fill("Kowalczyk")
    assert said(seen).startswith("The loss at “k”")
    seen.page.get_by_label("As a name that is").select_option("Polish")
    assert seen.page.locator(".rc-ribbon-letters").inner_text().startswith("Polish")
    for wrong, fault in (
        ("123", "Nothing is read: “1”, “2” and “3” are not known. Still shown: “kowalczyk”."),
        ("", "Type two letters or more. Still shown: “kowalczyk”."),
        ("k", ""),
        ("k1", "Read as “k”, without “1”."),
    ):
        field.fill(wrong)
        assert fault in seen.page.locator(".rc-w-fault").all_inner_texts()
        strip = seen.page.locator(".rc-ribbon-strip")
        assert strip.evaluate("e => +getComputedStyle(e).opacity") < 1
        assert seen.page.locator(".rc-ribbon-letters kbd").count() == len("kowalczyk")
    for typed, read in (("Ko1", "ko"), ("Wolfeschlegelst", "wolfeschlegels"), ("de la", "dela")):
        field.fill(typed)
        assert seen.page.get_by_text(f"Read as “{read}”").is_visible()
        assert seen.page.locator(".rc-ribbon-letters kbd").count() == len(read)
        assert seen.page.locator(".rc-w-stale").count() == 0
    field.fill("Kowalczyk")
    assert seen.page.get_by_label(LOSS).get_attribute("aria-valuetext") == "“k”"
    assert seen.errors == []
