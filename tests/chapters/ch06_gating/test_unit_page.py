"""The gated unit in a browser, beyond what holds for every widget: gates are set by all means."""

import pytest

from rnncourse.chapters.ch06_gating.unit_widget import gated_unit

from ...browser.widgets import choose_options, find_button, read_sentence

pytestmark = pytest.mark.built
ELEMENT = gated_unit

RESETS = (4, 7)
"""Steps with a reset in the signal that is shown first."""
RIGHT = "Every answer is right."


def find_gate_sliders(visit, name):
    return visit.page.get_by_role("group", name=f"{name} gate").locator("[role=slider]")


def find_removal(visit, name):
    visit.page.locator(".rc-w details").first.evaluate("e => { e.open = true; }")
    return visit.page.get_by_role("checkbox", name=name)


def read_value(slider):
    return float(slider.get_attribute("aria-valuenow"))


def press_keys(visit, *keys):
    for key in keys:
        visit.page.keyboard.press(key)


def test_clicks_on_gates_solve_the_first_task(open_widget):
    visit = open_widget()
    assert "The first wrong answer is at step 4: −2 instead of 4." in read_sentence(visit)
    for step in RESETS:
        find_gate_sliders(visit, "forget").nth(step - 1).click()
    assert read_sentence(visit).startswith(RIGHT)
    assert "nothing comes back to the memory of step 1" in read_sentence(visit)
    find_gate_sliders(visit, "forget").nth(3).click()
    assert not read_sentence(visit).startswith(RIGHT)
    find_button(visit, "Open all gates").click()
    assert [read_value(cell) for cell in find_gate_sliders(visit, "forget").all()] == [1] * 12


def test_keys_solve_the_task(open_widget):
    visit = open_widget()
    visit.page.get_by_role("radio", name="sum since a reset", exact=True).focus()
    press_keys(visit, "Tab", "Tab")  # there is one stop for each gate
    focus = visit.page.locator(":focus")
    assert focus.get_attribute("aria-label") == "forget gate, step 1: value −5"
    press_keys(visit, "ArrowRight", "ArrowRight", "ArrowRight", "PageDown")
    assert focus.get_attribute("aria-label") == "forget gate, step 4: value 4, reset"
    assert focus.get_attribute("aria-valuetext") == "0; memory 4, answer 4, target 4"
    press_keys(visit, "End", *["ArrowLeft"] * 5, "Enter")
    assert read_sentence(visit).startswith(RIGHT)
    press_keys(visit, "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown")
    assert read_value(focus) == 0.2
    press_keys(visit, "Home", "ArrowLeft")
    assert "step 1:" in focus.get_attribute("aria-label")
    press_keys(visit, "Shift+Tab", "Tab")  # the gate that was left is found again
    assert "forget gate, step 1:" in focus.get_attribute("aria-label")


@pytest.mark.parametrize("view", ["light", "phone"])
def test_a_gate_is_dragged_half_open(open_widget, view):
    visit = open_widget(view)
    cell = find_gate_sliders(visit, "input").nth(2)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    x = box["x"] + box["width"] / 2
    mouse = visit.page.mouse
    mouse.move(x, box["y"] + 3)
    mouse.down()
    mouse.move(x, box["y"] + box["height"] * 0.3)
    mouse.move(x + 2, box["y"] + box["height"] * 0.6, steps=4)
    mouse.up()
    assert read_value(cell) == pytest.approx(0.4, abs=0.051)
    mouse.move(x, box["y"] + 3)
    mouse.down()
    mouse.move(x, box["y"] + box["height"] + 60, steps=4)  # out of the gate: closed, no click
    mouse.up()
    assert read_value(cell) == 0
    cell.evaluate("e => e.click()")  # without a pointer, as a screen reader does
    assert read_value(cell) == 1


def drag_down(visit, cell, button="left"):
    """Drag from the middle of a gate to its lower edge."""
    cell.scroll_into_view_if_needed()
    box, mouse = cell.bounding_box(), visit.page.mouse
    x = box["x"] + box["width"] / 2
    mouse.move(x, box["y"] + box["height"] / 2)
    mouse.down(button=button)
    mouse.move(x, box["y"] + box["height"] - 1, steps=4)
    mouse.up(button=button)


def test_a_right_drag_sets_no_gate_and_a_missing_gate_cannot_be_dragged(open_widget):
    visit = open_widget()
    cell = find_gate_sliders(visit, "input").nth(2)
    drag_down(visit, cell, "right")
    assert read_value(cell) == 1
    choose_options(visit, "training")
    find_removal(visit, "no input gate").check()
    drag_down(visit, cell)
    assert visit.page.get_by_role("radio", name="training", exact=True).is_checked()


def test_an_address_names_the_gates_that_are_taken_away(open_widget):
    visit = open_widget()
    find_removal(visit, "no output gate").check()
    address = visit.page.locator("gated-unit").evaluate("e => e.address")
    assert "no-f=0&no-i=0&no-c=0&no-o=1" in address


def test_the_rule_solves_each_task_and_training_nearly(open_widget):
    visit = open_widget()
    for task in ("sum since a reset", "sum of the marked", "sum when asked", "all three"):
        choose_options(visit, task, "a rule")
        assert read_sentence(visit).startswith(RIGHT)
        choose_options(visit, "training")
        assert read_sentence(visit).startswith("Every answer is within 0.")
        assert visit.page.get_by_text("Five such units were trained").count() == 1


def test_changing_a_gate_of_the_rule_keeps_the_other_gates(open_widget):
    visit = open_widget()
    choose_options(visit, "a rule")
    find_gate_sliders(visit, "input").nth(0).click()
    assert visit.page.get_by_role("radio", name="you", exact=True).is_checked()
    assert [read_value(find_gate_sliders(visit, "forget").nth(t - 1)) for t in RESETS] == [0, 0]
    assert read_value(find_gate_sliders(visit, "input").nth(0)) == 0


@pytest.mark.parametrize(
    ("task", "gate"),
    [("sum since a reset", "forget"), ("sum of the marked", "input"), ("sum when asked", "output")],
)
def test_without_its_gate_the_rule_fails(open_widget, task, gate):
    visit = open_widget()
    choose_options(visit, task, "a rule")
    box = find_removal(visit, f"no {gate} gate")
    box.check()
    assert "The first wrong answer" in read_sentence(visit)
    assert find_gate_sliders(visit, gate).first.is_disabled()
    choose_options(visit, "training")
    assert "The first wrong answer" in read_sentence(visit)
    box.uncheck()
    assert find_gate_sliders(visit, gate).first.is_enabled()


def test_no_input_gate_and_coupled_gates_exclude_each_other(open_widget):
    visit = open_widget()
    none = find_removal(visit, "no input gate")
    coupled = find_removal(visit, "one gate for two")
    none.check()
    coupled.check()
    assert not none.is_checked()
    # f is 1 everywhere
    assert {read_value(cell) for cell in find_gate_sliders(visit, "input").all()} == {0}
    find_gate_sliders(visit, "forget").nth(0).click()
    assert read_value(find_gate_sliders(visit, "input").nth(0)) == 1


def test_the_button_another_signal_draws_another_signal(open_widget):
    visit = open_widget()
    before = find_gate_sliders(visit, "input").nth(1).get_attribute("aria-label")
    find_button(visit, "Another signal").click()
    assert find_gate_sliders(visit, "input").nth(1).get_attribute("aria-label") != before


def test_the_table_has_a_row_for_each_step(open_widget):
    visit = open_widget()
    choose_options(visit, "all three", "a rule")
    for name in ("More to try", "The numbers"):
        visit.page.locator(".rc-w summary", has_text=name).click()
    rows = visit.page.locator(".rc-w tbody tr")
    assert rows.count() == 12
    heads = visit.page.locator(".rc-w thead th").all_inner_texts()
    assert heads[:5] == ["step", "at", "reset", "mark", "question"]
    assert len(heads) == rows.first.locator("th, td").count()
