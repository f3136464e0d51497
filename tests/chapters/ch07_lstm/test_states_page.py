"""The live LSTM in a browser, beyond what holds for every widget: typing, choosing, holding."""

import pytest

from rnncourse.chapters.ch07_lstm.live_text import N_READ, SENTENCE
from rnncourse.chapters.ch07_lstm.states_widget import live_states

from ...browser.widgets import find_unequal_heights, list_weight_requests, load_model, read_text

pytestmark = pytest.mark.built
ELEMENT = live_states
ALL_CELLS = "All 192 cells at this character"

DEEP = "e => parseInt(e.style.getPropertyValue('--deep')) * (e.matches('.rc-w-below') ? -1 : 1)"


def find_field(visit):
    return visit.page.get_by_label("Type, and the LSTM reads along")


def read_depth(visit, at):
    """How deep the color behind a character is: in percent, below 0 for a foot."""
    return visit.page.locator(".rc-states-mirror span").nth(at).evaluate(DEEP)


def read_depths(visit):
    return visit.page.locator(".rc-states-mirror span").evaluate_all(f"es => es.map({DEEP})")


def find_hold_box(visit):
    return visit.page.get_by_role("checkbox")


def read_percents(visit, char=")"):
    """What is said of a character: its chance as it is, and with the cell held."""
    row = visit.page.locator(".rc-states-next", has=visit.page.locator(f"kbd:text-is('{char}')"))
    shown = row.locator(".rc-states-value").all_inner_texts()
    return [float(p.replace("\u00a0%", "").replace("<", "")) for p in shown if p]


def go_to_position(visit, at):
    visit.page.get_by_label("Go through the text").fill(str(at))


def test_the_first_picture_is_what_the_model_gives(open_widget):
    visit = open_widget()
    colors, words = read_depths(visit), read_text(visit, "states-lower")
    assert list_weight_requests(visit) == []
    load_model(visit)
    assert read_depths(visit) == pytest.approx(colors, abs=1)
    assert read_text(visit, "states-lower") == words
    assert "71\u00a0%" in words


def test_a_bracket_that_is_typed_lights_up_until_it_is_closed(open_widget):
    visit = open_widget()
    find_field(visit).fill("")
    visit.page.locator("live-states[data-state=ready]").wait_for()  # typing loads the model
    find_field(visit).type("The axis (here a word) is new")
    typed, seen_depths = find_field(visit).input_value(), read_depths(visit)
    opened_at, closed = typed.index("("), typed.index(")")
    assert min(seen_depths[opened_at:closed]) > 30
    assert max(seen_depths[:opened_at] + seen_depths[closed:]) < 20
    assert read_text(visit, "states-under").startswith(f"w {len(typed)} of {len(typed)}: c = ")
    assert "Your text ends here." in read_text(visit, "states-lower")


def test_the_caret_and_the_slider_choose_a_character(open_widget):
    visit = open_widget()
    load_model(visit)  # and the text has the focus
    assert f"{N_READ} of {len(SENTENCE)}: c = 1.62" in read_text(visit, "states-under")
    visit.page.keyboard.press("ArrowLeft")
    visit.page.locator(".rc-states-under", has_text=f"{N_READ - 1} of").wait_for()
    slider = visit.page.get_by_label("Go through the text")
    assert (
        slider.get_attribute("aria-valuetext") == f"“o”, character {N_READ - 1} of {len(SENTENCE)}"
    )
    assert slider.input_value() == str(N_READ - 1)
    go_to_position(visit, 0)
    assert read_text(visit, "states-under").startswith("Nothing read yet")
    assert slider.get_attribute("aria-valuetext") == "the beginning, nothing read yet"
    go_to_position(visit, SENTENCE.index("(") + 1)
    bars = visit.page.locator(".rc-states-bar .rc-w-number").all_inner_texts()
    i, f, g, o, c, h = (float(number.replace("−", "-")) for number in bars)
    assert (i, f, g) == pytest.approx((1, 0, 1), abs=0.05)  # erased, and written
    assert (c, h) == pytest.approx((1, o * 0.76), abs=0.02)
    find_field(visit).press("x")  # the caret goes where the slider has been
    assert "(xsee" in find_field(visit).input_value()
    assert read_text(visit, "states-under").startswith("x")
    go_to_position(visit, 3)
    find_field(visit).click(position={"x": 20, "y": 20})  # and here where the pointer is
    find_field(visit).press("y")
    assert find_field(visit).input_value().index("y") < 2


def test_a_cell_that_is_switched_off_takes_the_closing_bracket_away(open_widget):
    visit = open_widget()
    load_model(visit)
    (as_it_is,) = read_percents(visit)
    find_hold_box(visit).check()
    free, without = read_percents(visit)
    assert free == as_it_is > 50
    assert without < 1
    assert "0.5\u00a0bits, and 6.9\u00a0bits with the cell held" in read_text(visit, "states-lower")
    colors = read_depths(visit)
    assert colors[N_READ] == 60  # the bracket is what the cell was needed for
    assert sorted(colors)[-2] < 10
    assert read_text(visit, "states-scale").startswith("bits added:")
    assert "→" in read_text(visit, "states-bits")
    level = visit.page.get_by_label("Held at")
    assert level.get_attribute("aria-valuetext") == "−2.75, its mean outside of brackets"
    go_to_position(visit, SENTENCE.index(" are"))
    level.fill("100")
    # A bracket that was never opened
    assert read_percents(visit)[1] > 10 > 1 > read_percents(visit)[0]
    find_hold_box(visit).uncheck()
    assert level.is_hidden()
    find_hold_box(visit).check()
    assert level.get_attribute("aria-valuetext").startswith("−2.75")
    visit.page.get_by_text(ALL_CELLS).click()
    visit.page.get_by_label("Any of them, from 0 to 191").fill("7")  # another cell, at its own mean
    assert "cell 7 held" in read_text(visit, "states-lower")
    assert level.get_attribute("aria-valuetext").endswith("its mean on other text")


def test_any_of_the_192_cells_can_be_chosen(open_widget):
    visit = open_widget()
    load_model(visit)
    visit.page.get_by_text(ALL_CELLS).click()
    number = visit.page.get_by_label("Any of them, from 0 to 191")
    radios = visit.page.get_by_role("radio")
    number.fill("191")
    assert "Cell 191 as it reads" in read_text(visit, "states-lower")
    assert not any(radio.is_checked() for radio in radios.all())
    for wrong in ("192", "-1", "x"):
        number.fill(wrong)
        assert visit.page.get_by_text("The cells have the numbers from 0 to 191.").is_visible()
        assert "Cell 191 as it reads" in read_text(visit, "states-lower")
    number.fill("38")
    assert radios.nth(2).is_checked()
    assert read_text(visit, "states-scale").startswith("c of cell 38:")
    visit.page.locator(".rc-states-grid i").nth(142).click()
    assert radios.nth(1).is_checked()
    assert number.input_value() == "142"
    visit.page.locator(".rc-states-busy button").first.click()
    assert read_text(visit, "states-busy").split("\n")[1] == f"cell {number.input_value()}"


def test_unknown_characters_are_announced_and_stay_in_the_text(open_widget):
    visit = open_widget()
    load_model(visit)
    find_field(visit).fill("A “naïve” one")
    assert find_field(visit).input_value() == 'A "naïve" one'
    fault = visit.page.locator(".rc-w-fault").first
    assert fault.inner_text().endswith("It skips: ï")
    go_to_position(visit, 6)
    assert "Cell 135 skips" in read_text(visit, "states-lower")
    find_field(visit).fill("a" * 300)
    assert len(find_field(visit).input_value()) == 240
    assert fault.inner_text() == "That is all that fits: 240 characters."
    find_field(visit).press("End")
    find_field(visit).fill("")
    assert fault.inner_text() == read_text(visit, "states-bits") == ""


COUNT = """text => {
    const area = document.querySelector("live-states textarea"), tanh = Math.tanh;
    let count = 0;
    Math.tanh = x => { count += 1; return tanh(x); };
    const put = typed => {
        area.value = typed;
        count = 0;
        area.dispatchEvent(new InputEvent("input", {bubbles: true}));
        return count;
    };
    put(text);
    return [put(text + "s"), put("A" + text + "s")];
}"""


def test_a_keystroke_at_the_end_does_not_read_the_text_again(open_widget):
    visit = open_widget()
    load_model(visit)
    find_hold_box(visit).check()
    n_appended, n_prepended = visit.page.evaluate(COUNT, SENTENCE)
    assert 0 < n_appended < n_prepended / 10


def test_text_and_colors_break_lines_alike(open_widget):
    visit = open_widget("phone")
    load_model(visit)
    text = SENTENCE + "\n" + "a" * 50 + "  x  (y)\n\n z"
    assert find_unequal_heights(visit, ".rc-states-mirror", text) == []
