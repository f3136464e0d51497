"""The live model in a browser, beyond what holds for every widget: offers, writing, speed."""

import pytest

from rnncourse.chapters.ch02_language.widget import live_model

from ...browser.widgets import find_unequal_heights, list_weight_requests, load_model, stop_clock

pytestmark = pytest.mark.built
ELEMENT = live_model

BEFORE = "Compute the gradient of the loss with respect to each weight, and return it as an array. "
AFTER = "The shape of the result is that of the input, unless axis is given."


def read_focused_name(visit):
    return visit.page.evaluate(
        "(e => e.textContent.trim() || e.id.replace(/.*-/, '') || e.type)(document.activeElement)"
    )


def wait_until_ready(visit):
    visit.page.locator("live-model[data-state=ready]").wait_for()


def find_field(visit):
    return visit.page.get_by_label("Type, and the model goes on")


def test_typing_loads_the_models_too(open_widget):
    visit = open_widget()
    find_field(visit).press("End")
    assert list_weight_requests(visit) == []
    find_field(visit).type("i")
    wait_until_ready(visit)
    assert len(list_weight_requests(visit)) == 1
    assert find_field(visit).input_value() == "Compute the gradi"


COUNT_KEYS = """([before, typed]) => {
    const area = document.querySelector("live-model textarea");
    const tanh = Math.tanh; // every step of the model takes the same number of them
    let count = 0;
    Math.tanh = x => { count += 1; return tanh(x); };
    const put = (text, at) => {
        area.value = text;
        area.setSelectionRange(at, at);
        count = 0;
        area.dispatchEvent(new InputEvent("input", {bubbles: true}));
        return count;
    };
    put(before, before.length);
    const counts = [...typed].map((_, n) =>
        put(before + typed.slice(0, n + 1), before.length + n + 1));
    return {counts, first: put("A" + area.value.slice(1), 1)};
}"""


def test_a_keystroke_after_200_characters_does_not_read_them_again(open_widget):
    """The character and an offer of at most 24 are 25 steps; the first of 250 changed is 250."""
    visit = open_widget()
    load_model(visit)
    stop_clock(visit)
    before = (BEFORE + AFTER + " " + BEFORE)[:200]
    counted = visit.page.evaluate(COUNT_KEYS, [before, AFTER[:50]])
    assert len(counted["counts"]) == 50
    assert 0 < max(counted["counts"]) <= counted["first"] / 10


def read_highest_percent(page) -> float:
    return float(page.locator(".rc-lm-value").first.inner_text().split("\u00a0")[0])


def test_everything_works_by_keyboard(open_widget):
    visit = open_widget()
    press, page = visit.page.keyboard.press, visit.page
    for _ in range(4):  # a link, the text, its offer, the button
        press("Tab")
    assert read_focused_name(visit).startswith("Load the model (")
    press("Enter")
    wait_until_ready(visit)
    stop_clock(visit)  # an offer is there at once
    assert read_focused_name(visit) == "text"
    page.keyboard.type("i")
    offer = page.locator(".rc-lm-ghost").inner_text()
    assert offer
    press("ArrowRight")
    assert find_field(visit).input_value() == "Compute the gradi" + offer
    for _ in range(3):  # within the text the arrow is an arrow
        press("ArrowLeft")
    press("ArrowRight")
    assert find_field(visit).input_value() == "Compute the gradi" + offer
    assert (
        find_field(visit).evaluate("e => e.selectionStart") == len("Compute the gradi" + offer) - 2
    )

    reached = []
    while read_focused_name(visit) != "after":  # Tab leaves the text, and the element
        press("Tab")
        reached.append(read_focused_name(visit))
        if reached[-1].startswith("→"):
            press("Enter")
            assert read_focused_name(visit) == "text"
            assert len(find_field(visit).input_value()) > len("Compute the gradi" + offer)
            press("Tab")
        elif reached[-1] == "Write on":
            length = len(find_field(visit).input_value())
            press("Enter")
            page.wait_for_function(
                "n => document.querySelector('textarea').value.length === n", arg=length + 120
            )
        elif reached[-1] == "temperature":
            value = read_highest_percent(page)
            for _ in range(5):
                press("ArrowLeft")
            assert page.get_by_label("Temperature").get_attribute("aria-valuetext") == "0.3"
            # What was written on is random
            assert read_highest_percent(page) > value or value == 100
        elif reached[-1] == "topK":
            press("Home")
            assert page.locator(".rc-lm-value").first.inner_text() == "100\u00a0%"
            assert page.locator(".rc-lm-value").all_inner_texts()[1:] == ["cut"] * 8
        assert len(reached) < 20
    stops = ["Write on", "Start again", "checkbox", "temperature", "topK", "topP", "after"]
    assert [name for name in reached if not name.startswith("→")] == stops


def test_writing_can_be_watched_and_stopped(open_widget):
    visit = open_widget(reduced_motion="no-preference")
    load_model(visit)
    clock = stop_clock(visit)
    for stop in ("button", "Escape", "typing"):
        visit.page.get_by_role("button", name="Start again", exact=True).click()
        visit.page.get_by_role("button", name="Write on", exact=True).click()
        clock.run_for(200)
        assert 3 < len(find_field(visit).input_value()) < 120
        if stop == "button":
            visit.page.get_by_role("button", name="Stop", exact=True).click()
        elif stop == "Escape":
            visit.page.keyboard.press("Escape")
        else:
            find_field(visit).press("x")
        length = len(find_field(visit).input_value())
        clock.run_for(10_000)
        assert len(find_field(visit).input_value()) == length < 120, stop
        assert visit.page.get_by_role("button", name="Write on", exact=True).count() == 1


STYLES = """() => {
    const [mirror, area] = [...document.querySelectorAll("textarea, .rc-lm-mirror")]
        .map(e => getComputedStyle(e));
    const breaking = /^(font|letter|word|text|white|overflow|hyphen|padding|line|tab|dir)|^width/;
    const other = /^text-(decoration|emphasis|rendering|size)/; // no matter for breaking
    const found = mirror.textWrapStyle === "auto" ? [] : ["not how a text field breaks lines"];
    const differ = [...mirror].filter(name => breaking.test(name) && !other.test(name))
        .filter(name => mirror[name] !== area[name])
        .map(name => `${name}: ${mirror[name]}, ${area[name]}`);
    return [...found, ...differ];
}"""


def test_typed_text_and_its_shades_break_lines_alike(open_widget):
    visit = open_widget("phone")
    load_model(visit)
    assert visit.page.evaluate(STYLES) == []
    text = BEFORE + "\n" + AFTER.replace(" ", "  ") + "\n\n  x"
    ghost = """document.querySelector(".rc-lm-ghost").textContent = text[n] === "\\n" ? "." : "";"""
    assert find_unequal_heights(visit, ".rc-lm-mirror", text, ghost) == []


def test_writing_stops_at_2000_characters(open_widget):
    visit = open_widget()
    load_model(visit)
    find_field(visit).fill("a" * 1950)
    visit.page.get_by_role("button", name="Write on", exact=True).click()
    visit.page.get_by_text("The page is full: 2,000 characters.").wait_for()
    assert len(find_field(visit).input_value()) == 2000
