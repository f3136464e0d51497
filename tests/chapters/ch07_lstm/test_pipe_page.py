"""The memory pipe in a browser, beyond what holds for every widget: valves are moved."""

import pytest

from rnncourse.chapters.ch07_lstm.pipe_widget import TEXT, memory_pipe

from ...browser.widgets import list_weight_requests, load_model, read_sentence, time_fastest_move

pytestmark = pytest.mark.built
ELEMENT = memory_pipe

LETTER, OPEN = "Letter", "Valve: how far it is open"


def locate_valve(visit, at, height):
    """A place on the valve of a letter: 0 is shut, 1 open."""
    strip = visit.page.locator(".rc-pipe-gates")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    return box["x"] + box["width"] * (at + 0.5) / len(TEXT), box["y"] + box["height"] * (1 - height)


def drag_valve(visit, at, first, last):
    mouse = visit.page.mouse
    mouse.move(*locate_valve(visit, at, first))
    mouse.down()
    visit.page.locator("memory-pipe[data-state=ready]").wait_for()  # the first touch loads
    mouse.move(*locate_valve(visit, at, last), steps=3)
    mouse.up()


def test_a_valve_is_dragged_and_the_bracket_forgotten(open_widget):
    visit = open_widget()
    assert list_weight_requests(visit) == []
    drag_valve(visit, 3, 0.95, 0.005)
    assert read_sentence(visit).startswith("Letter 4, “e”: its valve is shut.")
    assert "Task done." in read_sentence(visit)
    drag_valve(visit, 2, 0.95, 0.005)  # at the s: it is written twice
    assert "Task done." not in read_sentence(visit)
    drag_valve(visit, 15, 0.95, 0.005)  # too late
    assert "Task done." not in read_sentence(visit)
    visit.page.get_by_label("Set this valve by hand").uncheck()
    assert read_sentence(visit).startswith("As the network sets its valves")


def test_the_pipe_follows_the_hand_while_the_model_is_on_its_way(open_widget):
    visit = open_widget()
    visit.page.route("**/weights/*", lambda route: None)  # it never comes
    points = "() => document.querySelector('polygon.rc-pipe-plus').getAttribute('points')"
    before = visit.page.evaluate(points)
    knob = visit.page.locator(".rc-pipe-knob")
    high = knob.bounding_box()["y"]
    visit.page.mouse.move(*locate_valve(visit, 3, 0.95))
    visit.page.mouse.down()
    visit.page.mouse.move(*locate_valve(visit, 3, 0.2))
    assert knob.bounding_box()["y"] > high + 20
    assert visit.page.evaluate(points) != before
    # What is not known is not said.
    assert read_sentence(visit).startswith("As the network sets its valves")


def test_a_valve_is_set_by_finger_on_a_phone(open_widget):
    visit = open_widget("phone", has_touch=True)
    load_model(visit)
    visit.page.touchscreen.tap(*locate_valve(visit, 4, 0.01))
    assert read_sentence(visit).startswith("Letter 5, “e”: its valve is shut.")
    assert visit.page.locator(".rc-pipe-gates").evaluate(
        "e => getComputedStyle(e).touchAction"
    ) == ("none")


def test_by_keyboard_a_shut_valve_is_carried_along_the_text(open_widget):
    visit = open_widget()
    load_model(visit)
    visit.page.get_by_label(OPEN).press("Home")
    letter, done = visit.page.get_by_label(LETTER, exact=True), []
    letter.press("Home")
    for _ in TEXT:
        done.append("Task done." in read_sentence(visit))
        letter.press("ArrowRight")
    assert [t for t, well in enumerate(done) if well] == [3, 4, 5, 6, 7, 8, 9]
    assert letter.get_attribute("aria-valuetext") == "21, “w”"


def test_the_gradient_view_says_what_comes_back(open_widget):
    visit = open_widget()
    load_model(visit)
    visit.page.locator("label", has_text="gradient, back").click()
    visit.page.get_by_label(LETTER, exact=True).fill("1")
    assert "open bracket: 0.00 of a gradient comes along the cell" in read_sentence(visit)
    visit.page.get_by_label(LETTER, exact=True).fill("2")
    assert "0.99 of a gradient comes along the cell (solid), and 1.01 by all" in read_sentence(
        visit
    )
    assert time_fastest_move(visit, 0) < 50  # whatever else the machine does
