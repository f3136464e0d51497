"""The memory pipe in a browser, beyond what holds for every widget: valves are moved."""

import pytest

from rnncourse.chapters.ch07_lstm.pipe_widget import TEXT, memory_pipe

from ...browser.widgets import heavy, load, quickest, said

pytestmark = pytest.mark.built
ELEMENT = memory_pipe

LETTER, OPEN = "Letter", "Valve: how far it is open"


def valve(seen, at, height):
    """A place on the valve of a letter: 0 is shut, 1 open."""
    strip = seen.page.locator(".rc-pipe-valves")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    return box["x"] + box["width"] * (at + 0.5) / len(TEXT), box["y"] + box["height"] * (1 - height)


def drag(seen, at, first, last):
    mouse = seen.page.mouse
    mouse.move(*valve(seen, at, first))
    mouse.down()
    seen.page.locator("memory-pipe[data-state=ready]").wait_for()  # the first touch loads
    mouse.move(*valve(seen, at, last), steps=3)
    mouse.up()


def test_a_valve_is_dragged_and_the_bracket_forgotten(opened):
    seen = opened()
    assert heavy(seen) == []
    drag(seen, 3, 0.95, 0.005)
    assert said(seen).startswith("Letter 4, “e”: its valve is shut.")
    assert "Task done." in said(seen)
    drag(seen, 2, 0.95, 0.005)  # at the s: it is written twice
    assert "Task done." not in said(seen)
    drag(seen, 15, 0.95, 0.005)  # too late
    assert "Task done." not in said(seen)
    seen.page.get_by_label("Set this valve by hand").uncheck()
    assert said(seen).startswith("As the network sets its valves")
    assert seen.foreign + seen.errors == []


def test_the_pipe_follows_the_hand_while_the_model_is_on_its_way(opened):
    seen = opened()
    seen.page.route("**/weights/*", lambda route: None)  # it never comes
    points = "() => document.querySelector('polygon.rc-pipe-plus').getAttribute('points')"
    before = seen.page.evaluate(points)
    knob = seen.page.locator(".rc-pipe-knob")
    high = knob.bounding_box()["y"]
    seen.page.mouse.move(*valve(seen, 3, 0.95))
    seen.page.mouse.down()
    seen.page.mouse.move(*valve(seen, 3, 0.2))
    assert knob.bounding_box()["y"] > high + 20
    assert seen.page.evaluate(points) != before
    assert said(seen).startswith("As the network sets its valves")  # what is not known is not said


def test_by_finger_on_a_phone(opened):
    seen = opened("phone", has_touch=True)
    load(seen)
    seen.page.touchscreen.tap(*valve(seen, 4, 0.01))
    assert said(seen).startswith("Letter 5, “e”: its valve is shut.")
    assert seen.page.locator(".rc-pipe-valves").evaluate(
        "e => getComputedStyle(e).touchAction"
    ) == ("none")


def test_by_keyboard_a_shut_valve_is_carried_along_the_text(opened):
    seen = opened()
    load(seen)
    seen.page.get_by_label(OPEN).press("Home")
    letter, done = seen.page.get_by_label(LETTER, exact=True), []
    letter.press("Home")
    for _ in TEXT:
        done.append("Task done." in said(seen))
        letter.press("ArrowRight")
    assert [t for t, well in enumerate(done) if well] == [3, 4, 5, 6, 7, 8, 9]
    assert letter.get_attribute("aria-valuetext") == "21, “w”"


def test_turned_over_it_shows_what_comes_back(opened):
    seen = opened()
    load(seen)
    seen.page.locator("label", has_text="gradient, back").click()
    seen.page.get_by_label(LETTER, exact=True).fill("1")
    assert "open bracket: 0.00 of a gradient comes along the cell" in said(seen)
    seen.page.get_by_label(LETTER, exact=True).fill("2")
    assert "0.99 of a gradient comes along the cell (solid), and 1.01 by all" in said(seen)
    assert quickest(seen, 0) < 50  # whatever else the machine does
