"""The live LSTM in a browser, beyond what holds for every widget: typing, choosing, holding."""

import pytest

from rnncourse.chapters.ch07_lstm.live_text import N_READ, SENTENCE
from rnncourse.chapters.ch07_lstm.states_widget import live_states

from ...browser.widgets import broken_apart, heavy, load

pytestmark = pytest.mark.built
ELEMENT = live_states

DEEP = "e => parseInt(e.style.getPropertyValue('--deep')) * (e.matches('.rc-states-low') ? -1 : 1)"


def field(seen):
    return seen.page.get_by_label("Type, and the LSTM reads along")


def text(seen, name):
    return seen.page.locator(f".rc-states-{name}").inner_text()


def deep(seen, at):
    """How deep the color behind a character is: in percent, below 0 for gray."""
    return seen.page.locator(".rc-states-mirror span").nth(at).evaluate(DEEP)


def depths(seen):
    return seen.page.locator(".rc-states-mirror span").evaluate_all(f"es => es.map({DEEP})")


def hold_box(seen):
    return seen.page.get_by_role("checkbox")


def chances(seen, character=")"):
    """What is said of a character: its chance as it is, and with the cell held."""
    row = seen.page.locator(".rc-states-next", has=seen.page.locator(f"kbd:text-is('{character}')"))
    shown = row.locator(".rc-states-value").all_inner_texts()
    return [float(p.replace("\u00a0%", "").replace("<", "")) for p in shown if p]


def go(seen, at):
    seen.page.get_by_label("Go through the text").fill(str(at))


def test_the_first_picture_is_what_the_model_gives(opened):
    seen = opened()
    colors, words = depths(seen), text(seen, "lower")
    assert heavy(seen) == []
    load(seen)
    assert depths(seen) == pytest.approx(colors, abs=1)
    assert text(seen, "lower") == words
    assert "71\u00a0%" in words


def test_a_bracket_that_is_typed_lights_up_until_it_is_closed(opened):
    seen = opened()
    field(seen).fill("")
    seen.page.locator("live-states[data-state=ready]").wait_for()  # typing loads the model
    field(seen).type("The axis (here a word) is new")
    typed, seen_depths = field(seen).input_value(), depths(seen)
    opened_at, closed = typed.index("("), typed.index(")")
    assert min(seen_depths[opened_at:closed]) > 30
    assert max(seen_depths[:opened_at] + seen_depths[closed:]) < 20
    assert text(seen, "under").startswith(f"w {len(typed)} of {len(typed)}: c = ")
    assert "Your text ends here." in text(seen, "lower")


def test_the_caret_and_the_slider_choose_a_character(opened):
    seen = opened()
    load(seen)  # and the text has the focus
    assert f"{N_READ} of {len(SENTENCE)}: c = 1.62" in text(seen, "under")
    seen.page.keyboard.press("ArrowLeft")
    seen.page.locator(".rc-states-under", has_text=f"{N_READ - 1} of").wait_for()
    slider = seen.page.get_by_label("Go through the text")
    assert (
        slider.get_attribute("aria-valuetext") == f"“o”, character {N_READ - 1} of {len(SENTENCE)}"
    )
    assert slider.input_value() == str(N_READ - 1)
    go(seen, 0)
    assert text(seen, "under").startswith("Nothing read yet")
    assert slider.get_attribute("aria-valuetext") == "the beginning, nothing read yet"
    go(seen, SENTENCE.index("(") + 1)
    bars = seen.page.locator(".rc-states-bar .rc-w-number").all_inner_texts()
    i, f, g, o, c, h = (float(number.replace("−", "-")) for number in bars)
    assert (i, f, g) == pytest.approx((1, 0, 1), abs=0.05)  # erased, and written
    assert (c, h) == pytest.approx((1, o * 0.76), abs=0.02)
    field(seen).press("x")  # the caret goes where the slider has been
    assert "(xsee" in field(seen).input_value()
    assert text(seen, "under").startswith("x")
    go(seen, 3)
    field(seen).click(position={"x": 20, "y": 20})  # and here where the pointer is
    field(seen).press("y")
    assert field(seen).input_value().index("y") < 2


def test_a_cell_that_is_switched_off_takes_the_closing_bracket_away(opened):
    seen = opened()
    load(seen)
    (as_it_is,) = chances(seen)
    hold_box(seen).check()
    free, without = chances(seen)
    assert free == as_it_is > 50
    assert without < 1
    assert "0.5\u00a0bits, and 6.9\u00a0bits with the cell held" in text(seen, "lower")
    colors = depths(seen)
    assert colors[N_READ] == 60  # the bracket is what the cell was needed for
    assert sorted(colors)[-2] < 10
    assert text(seen, "scale").startswith("bits that holding cell 135 adds")
    assert "→" in text(seen, "bits")
    level = seen.page.get_by_label("Held at")
    assert level.get_attribute("aria-valuetext") == "−2.75, its mean outside of brackets"
    go(seen, SENTENCE.index(" are"))
    level.fill("100")
    assert chances(seen)[1] > 10 > 1 > chances(seen)[0]  # a bracket that was never opened
    hold_box(seen).uncheck()
    assert level.is_hidden()
    hold_box(seen).check()
    assert level.get_attribute("aria-valuetext").startswith("−2.75")
    seen.page.get_by_label("or any, from 0 to 191").fill("7")  # another cell, at its own mean
    assert "cell 7 held" in text(seen, "lower")
    assert level.get_attribute("aria-valuetext").endswith("its mean on other text")
    assert seen.errors == []


def test_any_cell_can_be_chosen_and_no_other(opened):
    seen = opened()
    load(seen)
    number, radios = seen.page.get_by_label("or any, from 0 to 191"), seen.page.get_by_role("radio")
    number.fill("191")
    assert "Cell 191 as it reads" in text(seen, "lower")
    assert not any(radio.is_checked() for radio in radios.all())
    for wrong in ("192", "-1", "x"):
        number.fill(wrong)
        assert seen.page.get_by_text("The cells have the numbers from 0 to 191.").is_visible()
        assert "Cell 191 as it reads" in text(seen, "lower")
    number.fill("38")
    assert radios.nth(2).is_checked()
    assert text(seen, "scale").startswith("c of cell 38:")
    seen.page.get_by_text("All 192 cells at this character").click()
    seen.page.locator(".rc-states-grid i").nth(142).click()
    assert radios.nth(1).is_checked()
    assert number.input_value() == "142"
    seen.page.locator(".rc-states-busy button").first.click()
    assert text(seen, "busy").split("\n")[1] == f"cell {number.input_value()}"


def test_what_the_model_does_not_know_is_said_and_nothing_is_lost(opened):
    seen = opened()
    load(seen)
    field(seen).fill("A “naïve” one")
    assert field(seen).input_value() == 'A "naïve" one'
    fault = seen.page.locator(".rc-w-fault").first
    assert fault.inner_text().endswith("It skips: ï")
    go(seen, 6)
    assert "Cell 135 skips" in text(seen, "lower")
    field(seen).fill("a" * 300)
    assert len(field(seen).input_value()) == 240
    assert fault.inner_text() == "That is all that fits: 240 characters."
    field(seen).press("End")
    field(seen).fill("")
    assert fault.inner_text() == text(seen, "bits") == ""
    assert seen.errors == []


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


def test_a_keystroke_at_the_end_does_not_read_the_text_again(opened):
    seen = opened()
    load(seen)
    hold_box(seen).check()
    one, every = seen.page.evaluate(COUNT, SENTENCE)
    assert 0 < one < every / 10


def test_text_and_colors_break_lines_alike(opened):
    seen = opened("phone")
    load(seen)
    text = SENTENCE + "\n" + "a" * 50 + "  x  (y)\n\n z"
    assert broken_apart(seen, ".rc-states-mirror", text) == []
