"""What stands below a live figure stays where it is while the figure is used."""

import pytest

from .conftest import VIEWS, WIDGETS
from .widgets import list_pages_with, load_model

pytestmark = [pytest.mark.built, pytest.mark.browser]

MOVES = 8  # pixels that what stands below may move
FAULT = 52  # a fault of two lines may move it so far, on the book's pages
TALLEST = 900  # pixels on a phone, without the caption
TALLEST_FIGURE = 960  # with it
TEXTS = ["", "a", "$ xqé", "100 7", "hello there world, a long text it is"]

# Each control once: a choice, each of its options; a slider, five values; a field, what is typed;
# a button, twice. What opens is opened by readers who want it longer. The heights, and after what.
USE = """async (figure, texts) => {
    const root = figure.querySelector(".rc-w"), found = [];
    const note = async what => {
        await new Promise(done => setTimeout(done));
        const fault = [...root.querySelectorAll(".rc-w-fault")].some(e => e.innerText.trim());
        found.push([Math.round(root.getBoundingClientRect().height), fault, what]);
    };
    const all = kinds => [...root.querySelectorAll(kinds)]
        .filter(e => e.checkVisibility() && !e.closest("details"));
    const set = async (e, value) => {
        e.value = value;
        for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind, {bubbles: true}));
        await note(`${e.name || e.ariaLabel || e.type}: ${value}`);
    };
    const press = async e => { // it may be no longer there: what it changes is made anew
        const name = (e.innerText || e.parentNode?.innerText || "").trim();
        if (e.isConnected && !["Play", "Listen"].includes(name)) { e.click(); await note(name); }
    };
    await note("nothing");
    for (const e of all("input[type=radio]")) await press(e);
    for (const e of all("select")) for (const {value} of [...e.options]) await set(e, value);
    for (const e of all("input[type=range]")) {
        const [low, high, now] = [e.min, e.max, e.value].map(Number);
        for (const n of [0, 0.3, 0.6, 1]) await set(e, low + n * (high - low));
        await set(e, now);
    }
    for (const e of all("input:not([type]), input[type=text], textarea"))
        for (const text of [...texts, e.value]) await set(e, text);
    for (const e of all("button, input[type=checkbox]")) for (const _ of [1, 2]) await press(e);
    return found;
}"""

CAPTION = """figure => Math.round(figure.getBoundingClientRect().height
    - figure.querySelector(".rc-w").getBoundingClientRect().height)"""


@pytest.mark.parametrize("widget_name", WIDGETS)
def test_what_stands_below_a_live_figure_stays(open_page, widget_name):
    tag, faults = WIDGETS[widget_name].LIVE_FIGURE.tag, []
    visit = open_page(next(n for n in list_pages_with(tag) if n != "hour.html"))
    load_model(visit)
    figure = visit.page.locator("figure.rc-live", has=visit.page.locator(tag)).first
    for view in ("light", "phone"):
        visit.show(view)
        heights = figure.evaluate(USE, TEXTS)
        first = heights[0][0]
        faults += [
            f"{VIEWS[view]['viewport']['width']}: {height - first:+d} after {what}"
            for height, fault, what in heights
            if not -MOVES <= height - first <= (FAULT if fault else MOVES)
        ]
        tallest = max(height for height, fault, _ in heights if not fault)
        if view == "phone":
            caption = figure.evaluate(CAPTION)
            for height, most in ((tallest, TALLEST), (tallest + caption, TALLEST_FIGURE)):
                faults += [f"{height} pixels tall on a phone"] * (height > most)
    assert faults + visit.errors == []
