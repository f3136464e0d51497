"""The live model in a browser, beyond what holds for every widget: offers, writing, speed."""

import pytest

from rnncourse.chapters.ch02_language.widget import live_model

from ...browser.widgets import broken_apart, heavy, load, stop_clock

pytestmark = pytest.mark.built
ELEMENT = live_model

BEFORE = "Compute the gradient of the loss with respect to each weight, and return it as an array. "
AFTER = "The shape of the result is that of the input, unless axis is given."


def focused(seen):
    """The name of what has the focus."""
    return seen.page.evaluate(
        "(e => e.textContent.trim() || e.id.replace(/.*-/, '') || e.type)(document.activeElement)"
    )


def ready(seen):
    seen.page.locator("live-model[data-state=ready]").wait_for()


def field(seen):
    return seen.page.get_by_label("Type, and the model goes on")


def test_typing_loads_them_too(opened):
    seen = opened()
    field(seen).press("End")
    assert heavy(seen) == []
    field(seen).type("i")
    ready(seen)
    assert len(heavy(seen)) == 1
    assert field(seen).input_value() == "Compute the gradi"


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


def test_a_keystroke_after_200_characters_does_not_read_them_again(opened):
    """The character and an offer of at most 24 are 25 steps; the first of 250 changed is 250."""
    seen = opened()
    load(seen)
    stop_clock(seen)
    before = (BEFORE + AFTER + " " + BEFORE)[:200]
    counted = seen.page.evaluate(COUNT_KEYS, [before, AFTER[:50]])
    assert len(counted["counts"]) == 50
    assert 0 < max(counted["counts"]) <= counted["first"] / 10


def likeliest(page) -> float:
    """Return the share of the likeliest character, in percent."""
    return float(page.locator(".rc-lm-value").first.inner_text().split("\u00a0")[0])


def test_everything_works_by_keyboard(opened):
    seen = opened()
    press, page = seen.page.keyboard.press, seen.page
    for _ in range(4):  # a link, the text, its offer, the button
        press("Tab")
    assert focused(seen).startswith("Load the model (")
    press("Enter")
    ready(seen)
    stop_clock(seen)  # an offer is there at once
    assert focused(seen) == "text"
    page.keyboard.type("i")
    offer = page.locator(".rc-lm-ghost").inner_text()
    assert offer
    press("ArrowRight")
    assert field(seen).input_value() == "Compute the gradi" + offer
    for _ in range(3):  # within the text the arrow is an arrow
        press("ArrowLeft")
    press("ArrowRight")
    assert field(seen).input_value() == "Compute the gradi" + offer
    assert field(seen).evaluate("e => e.selectionStart") == len("Compute the gradi" + offer) - 2

    reached = []
    while focused(seen) != "after":  # Tab leaves the text, and the element
        press("Tab")
        reached.append(focused(seen))
        if reached[-1].startswith("→"):
            press("Enter")
            assert focused(seen) == "text"
            assert len(field(seen).input_value()) > len("Compute the gradi" + offer)
            press("Tab")
        elif reached[-1] == "Write on":
            length = len(field(seen).input_value())
            press("Enter")
            page.wait_for_function(
                "n => document.querySelector('textarea').value.length === n", arg=length + 120
            )
        elif reached[-1] == "temperature":
            value = likeliest(page)
            for _ in range(5):
                press("ArrowLeft")
            assert page.get_by_label("Temperature").get_attribute("aria-valuetext") == "0.3"
            assert likeliest(page) > value or value == 100  # what was written on is random
        elif reached[-1] == "topK":
            press("Home")
            assert page.locator(".rc-lm-value").first.inner_text() == "100\u00a0%"
            assert page.locator(".rc-lm-value").all_inner_texts()[1:] == ["cut"] * 8
        assert len(reached) < 20
    stops = ["Write on", "Start again", "checkbox", "temperature", "topK", "topP", "after"]
    assert [name for name in reached if not name.startswith("→")] == stops
    assert seen.foreign + seen.errors == []


def test_writing_can_be_watched_and_stopped(opened):
    seen = opened(reduced_motion="no-preference")
    load(seen)
    clock = stop_clock(seen)
    for stop in ("button", "Escape", "typing"):
        seen.page.get_by_role("button", name="Start again", exact=True).click()
        seen.page.get_by_role("button", name="Write on", exact=True).click()
        clock.run_for(200)
        assert 3 < len(field(seen).input_value()) < 120
        if stop == "button":
            seen.page.get_by_role("button", name="Stop", exact=True).click()
        elif stop == "Escape":
            seen.page.keyboard.press("Escape")
        else:
            field(seen).press("x")
        length = len(field(seen).input_value())
        clock.run_for(10_000)
        assert len(field(seen).input_value()) == length < 120, stop
        assert seen.page.get_by_role("button", name="Write on", exact=True).count() == 1
    assert seen.errors == []


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


def test_typed_text_and_its_shades_break_lines_alike(opened):
    seen = opened("phone")
    load(seen)
    assert seen.page.evaluate(STYLES) == []
    text = BEFORE + "\n" + AFTER.replace(" ", "  ") + "\n\n  x"
    ghost = """document.querySelector(".rc-lm-ghost").textContent = text[n] === "\\n" ? "." : "";"""
    assert broken_apart(seen, ".rc-lm-mirror", text, ghost) == []


def test_the_text_has_an_end(opened):
    seen = opened()
    load(seen)
    field(seen).fill("a" * 1950)
    seen.page.get_by_role("button", name="Write on", exact=True).click()
    seen.page.get_by_text("The page is full: 2,000 characters.").wait_for()
    assert len(field(seen).input_value()) == 2000
