"""The ribbon in a browser, beyond what holds for every widget: it is pulled, and cut."""

import pytest

from rnncourse.chapters.ch04_bptt.ribbon_widget import NAME, STEP, ribbon_home

from ...browser.widgets import list_weight_requests, load_model, read_sentence, time_fastest_move

pytestmark = pytest.mark.built
ELEMENT = ribbon_home

LOSS, STEPS, SCALE = "Loss at", "Steps back", "W times"


def place_in_ribbon(visit, row, column):
    """A place in the letters or the strip: 0 to 2 is the language, then one a letter."""
    strip = visit.page.locator(f".rc-ribbon-{row}")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    return box["x"] + box["width"] * column / (len(NAME) + 3), box["y"] + box["height"] / 2


def wait_until_ready(visit):
    visit.page.locator("ribbon-home[data-state=ready]").wait_for()


def test_a_click_between_two_letters_cuts_and_another_heals(open_widget):
    visit = open_widget()
    assert list_weight_requests(visit) == []
    hint = visit.page.locator(".rc-ribbon-hint")
    assert hint.is_visible()  # it says what can be done, until something is
    assert read_sentence(visit).endswith("Nothing is cut.")
    # Before the seventh letter: three steps are kept
    visit.page.mouse.click(*place_in_ribbon(visit, "strip", 8))
    wait_until_ready(visit)  # the first touch loads
    assert f"Cut after 3 of {STEP} steps" in read_sentence(visit)
    assert hint.is_hidden()
    assert visit.page.locator(".rc-ribbon-scissors").is_visible()
    assert visit.page.locator(".rc-ribbon-cut").count() == STEP - 3
    visit.page.mouse.click(*place_in_ribbon(visit, "strip", 7))
    assert "Task done." in read_sentence(visit)
    label = visit.page.locator(".rc-ribbon-scissors").get_attribute("data-kept")
    assert label.endswith(" ✓")  # at the hand, too
    assert label.removesuffix(" ✓") in read_sentence(visit)
    visit.page.mouse.click(*place_in_ribbon(visit, "strip", 6))
    assert read_sentence(visit).endswith("You may cut nearer.")
    visit.page.mouse.click(*place_in_ribbon(visit, "strip", 6))
    assert read_sentence(visit).endswith("Nothing is cut.")
    assert visit.page.locator(".rc-ribbon-cut").count() == 0


def test_dragging_a_cut_updates_the_loss_without_moving_the_layout(open_widget):
    visit = open_widget()
    mouse, figure = visit.page.mouse, visit.page.locator("ribbon-home")
    height = figure.bounding_box()["height"]
    mouse.move(*place_in_ribbon(visit, "letters", 10.5))
    mouse.down()
    wait_until_ready(visit)
    assert read_sentence(visit).startswith("The loss at “r”")
    mouse.move(*place_in_ribbon(visit, "letters", 8.5), steps=3)
    assert read_sentence(visit).startswith("The loss at “m”")
    mouse.move(*place_in_ribbon(visit, "letters", 1), steps=3)
    mouse.up()
    assert read_sentence(visit).startswith("The loss at “o”")  # one letter is read before it
    mouse.move(*place_in_ribbon(visit, "letters", 8.5))
    assert read_sentence(visit).startswith("The loss at “o”")
    assert figure.bounding_box()["height"] == pytest.approx(height, abs=1)


def test_the_ribbon_is_cut_by_finger_on_a_phone(open_widget):
    visit = open_widget("phone", has_touch=True)
    load_model(visit)
    visit.page.touchscreen.tap(*place_in_ribbon(visit, "letters", 12.5))
    assert read_sentence(visit).startswith("The loss at the end")
    visit.page.touchscreen.tap(*place_in_ribbon(visit, "strip", 8))
    assert "Cut after 4 of 11 steps" in read_sentence(visit)


def test_by_keyboard_the_nearest_cut_is_found_for_each_scale(open_widget):
    visit = open_widget()
    load_model(visit)
    actual = {}
    for scale in ("0.5", "1", "1.5"):
        visit.page.get_by_label(SCALE).fill(scale)
        steps = visit.page.get_by_label(STEPS)
        steps.press("Home")
        while "Task done." not in read_sentence(visit):
            steps.press("ArrowRight")
        actual[scale] = steps.input_value()
    assert actual == {"0.5": "4", "1": "8", "1.5": "9"}
    assert time_fastest_move(visit, 2) < 50  # whatever else the machine does


def test_another_name_begins_at_its_last_letter(open_widget):
    visit = open_widget()
    load_model(visit)
    field = visit.page.get_by_label("Name", exact=True)
    field.fill("Kowalczyk")
    assert read_sentence(visit).startswith("The loss at “k”")
    visit.page.get_by_label("As a name that is").select_option("Polish")
    assert visit.page.locator(".rc-ribbon-letters").inner_text().startswith("Polish")
    for wrong, fault in (
        ("123", "Nothing is read: “1”, “2” and “3” are not known. Still shown: “kowalczyk”."),
        ("", "Type two letters or more. Still shown: “kowalczyk”."),
        ("k", ""),
        ("k1", "Read as “k”, without “1”."),
    ):
        field.fill(wrong)
        assert fault in visit.page.locator(".rc-w-fault").all_inner_texts()
        strip = visit.page.locator(".rc-ribbon-strip")
        assert strip.evaluate("e => +getComputedStyle(e).opacity") < 1
        assert visit.page.locator(".rc-ribbon-letters kbd").count() == len("kowalczyk")
    for typed, read in (("Ko1", "ko"), ("Wolfeschlegelst", "wolfeschlegels"), ("de la", "dela")):
        field.fill(typed)
        assert visit.page.get_by_text(f"Read as “{read}”").is_visible()
        assert visit.page.locator(".rc-ribbon-letters kbd").count() == len(read)
        assert visit.page.locator(".rc-w-stale").count() == 0
    field.fill("Kowalczyk")
    assert visit.page.get_by_label(LOSS).get_attribute("aria-valuetext") == "“k”"
