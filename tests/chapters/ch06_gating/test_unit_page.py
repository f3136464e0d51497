"""The gated unit in a browser, beyond what holds for every widget: gates are set by all means."""

import pytest

from rnncourse.chapters.ch06_gating.unit_widget import gated_unit

from ...browser.widgets import button, choose, said

pytestmark = pytest.mark.built
ELEMENT = gated_unit

RESETS = (4, 7)
"""Steps with a reset in the signal that is shown first."""
RIGHT = "Every answer is right."


def gates(seen, name):
    """The twelve sliders of a gate."""
    return seen.page.get_by_role("group", name=f"{name} gate").locator("[role=slider]")


def value(slider):
    return float(slider.get_attribute("aria-valuenow"))


def press(seen, *keys):
    for key in keys:
        seen.page.keyboard.press(key)


def test_clicks_solve_the_first_task(opened):
    seen = opened()
    assert "The first wrong answer is at step 4: −2 instead of 4." in said(seen)
    for step in RESETS:
        gates(seen, "forget").nth(step - 1).click()
    assert said(seen).startswith(RIGHT)
    assert "nothing comes back to the memory of step 1" in said(seen)
    gates(seen, "forget").nth(3).click()
    assert not said(seen).startswith(RIGHT)
    button(seen, "Open all gates").click()
    assert [value(cell) for cell in gates(seen, "forget").all()] == [1] * 12
    assert seen.errors == []


def test_keys_solve_it_too(opened):
    seen = opened()
    seen.page.get_by_role("radio", name="sum since a reset", exact=True).focus()
    press(seen, "Tab", "Tab")  # there is one stop for each gate
    focus = seen.page.locator(":focus")
    assert focus.get_attribute("aria-label") == "forget gate, step 1: value −5"
    press(seen, "ArrowRight", "ArrowRight", "ArrowRight", "PageDown")
    assert focus.get_attribute("aria-label") == "forget gate, step 4: value 4, reset"
    assert focus.get_attribute("aria-valuetext") == "0; memory 4, answer 4, target 4"
    press(seen, "End", *["ArrowLeft"] * 5, "Enter")
    assert said(seen).startswith(RIGHT)
    press(seen, "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown")
    assert value(focus) == 0.2
    press(seen, "Home", "ArrowLeft")
    assert "step 1:" in focus.get_attribute("aria-label")
    press(seen, "Shift+Tab", "Tab")  # the gate that was left is found again
    assert "forget gate, step 1:" in focus.get_attribute("aria-label")
    assert seen.errors == []


@pytest.mark.parametrize("view", ["light", "phone"])
def test_a_gate_is_dragged_half_open(opened, view):
    seen = opened(view)
    cell = gates(seen, "input").nth(2)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    x = box["x"] + box["width"] / 2
    mouse = seen.page.mouse
    mouse.move(x, box["y"] + 3)
    mouse.down()
    mouse.move(x, box["y"] + box["height"] * 0.3)
    mouse.move(x + 2, box["y"] + box["height"] * 0.6, steps=4)
    mouse.up()
    assert value(cell) == pytest.approx(0.4, abs=0.051)
    mouse.move(x, box["y"] + 3)
    mouse.down()
    mouse.move(x, box["y"] + box["height"] + 60, steps=4)  # out of the gate: closed, no click
    mouse.up()
    assert value(cell) == 0
    cell.click()
    assert value(cell) == 1


def test_a_rule_is_right_and_training_nearly(opened):
    seen = opened()
    for task in ("sum since a reset", "sum of the marked", "sum when asked", "all three"):
        choose(seen, task, "a rule")
        assert said(seen).startswith(RIGHT)
        choose(seen, "training")
        assert said(seen).startswith("Every answer is within 0.")
        assert seen.page.get_by_text("Five such units were trained").count() == 1


def test_who_changes_a_gate_of_the_rule_goes_on_from_there(opened):
    seen = opened()
    choose(seen, "a rule")
    gates(seen, "input").nth(0).click()
    assert seen.page.get_by_role("radio", name="you", exact=True).is_checked()
    assert [value(gates(seen, "forget").nth(step - 1)) for step in RESETS] == [0, 0]
    assert value(gates(seen, "input").nth(0)) == 0


@pytest.mark.parametrize(
    ("task", "gate"),
    [("sum since a reset", "forget"), ("sum of the marked", "input"), ("sum when asked", "output")],
)
def test_without_its_gate_the_rule_fails(opened, task, gate):
    seen = opened()
    choose(seen, task, "a rule")
    box = seen.page.get_by_role("checkbox", name=f"no {gate} gate")
    box.check()
    assert "The first wrong answer" in said(seen)
    assert gates(seen, gate).first.is_disabled()
    choose(seen, "training")
    assert "The first wrong answer" in said(seen)
    box.uncheck()
    assert gates(seen, gate).first.is_enabled()


def test_there_is_one_thing_in_place_of_the_input_gate(opened):
    seen = opened()
    none = seen.page.get_by_role("checkbox", name="no input gate")
    coupled = seen.page.get_by_role("checkbox", name="one gate for two")
    none.check()
    coupled.check()
    assert not none.is_checked()
    assert {value(cell) for cell in gates(seen, "input").all()} == {0}  # f is 1 everywhere
    gates(seen, "forget").nth(0).click()
    assert value(gates(seen, "input").nth(0)) == 1


def test_another_signal_is_another(opened):
    seen = opened()
    before = gates(seen, "input").nth(1).get_attribute("aria-label")
    button(seen, "Another signal").click()
    assert gates(seen, "input").nth(1).get_attribute("aria-label") != before


def test_the_table_has_the_numbers(opened):
    seen = opened()
    choose(seen, "all three", "a rule")
    seen.page.locator(".rc-w summary", has_text="The numbers").click()
    rows = seen.page.locator(".rc-w tbody tr")
    assert rows.count() == 12
    heads = seen.page.locator(".rc-w thead th").all_inner_texts()
    assert heads[:5] == ["step", "at", "reset", "mark", "question"]
    assert len(heads) == rows.first.locator("th, td").count()
