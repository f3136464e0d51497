"""The live model in a browser: on demand, fast, by keyboard, in every view, and with no other host.

It is tried on a page of its own; and where the built book shows it, there too.
"""

import json
from functools import partial

import numpy as np
import pytest

from rnncourse.chapters.ch02_language import widget as live
from rnncourse.data.text import ASCII
from rnncourse.models import weights

from ...browser.axe import violations
from ...browser.conftest import VIEWS, WIDTH
from ...browser.widgets import answer_with, page_files, pages_with, sound, stop_clock

pytestmark = pytest.mark.browser

TAG = "live-language-model"
BEFORE = "Compute the gradient of the loss with respect to each weight, and return it as an array. "
AFTER = "The shape of the result is that of the input, unless axis is given."


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What the page asks for: the recorded model, or as long as there is none a random one."""
    folder = live.WEIGHTS
    if not (folder / "language-model.bin").exists():
        folder, rng = tmp_path_factory.mktemp("weights"), np.random.default_rng(0)
        H, E, V = 304, 48, len(ASCII)
        shapes = {"embedding.weight": (V, E), "logits.weight": (V, H), "logits.bias": (V,)}
        for name, columns in (("weight_ih", E), ("weight_hh", H), ("bias_ih", 1), ("bias_hh", 1)):
            rows = 4 * H
            shape = (rows, columns) if columns > 1 else (rows,)
            shapes[f"recurrent.{name}_l0"] = shape
        arrays = {name: rng.normal(0, 0.2, shape) for name, shape in shapes.items()}
        about = {"cell": "lstm", "vocabulary": ASCII}
        weights.save("language-model", arrays, about, folder)
    manifest, data = weights.files("language-model", folder)
    html = live.element("language-model", manifest, "Compute the grad")
    return {
        **page_files(html),
        "_static/ch02_language/weights/language-model.json": json.dumps(manifest).encode(),
        "_static/ch02_language/weights/language-model.bin": data,
    }


def heavy(seen):
    """The requests for manifest and weights."""
    return [url for url in seen.requests if "language-model.bin" in url or ".json" in url]


def load(seen):
    """Press the button and wait for the model."""
    seen.page.get_by_role("button", name="Load the model").click()
    ready(seen)


def ready(seen):
    seen.page.locator("live-language-model[data-state=ready]").wait_for()


def field(seen):
    return seen.page.get_by_label("Type, and the model goes on")


def focused(seen):
    """The name of what has the focus."""
    return seen.page.evaluate(
        "(e => e.textContent.trim() || e.id.replace(/.*-/, '') || e.type)(document.activeElement)"
    )


def test_the_weights_come_when_asked_for_and_once(opened):
    seen = opened()
    for _ in range(4):  # passing by with the keyboard loads nothing
        seen.page.keyboard.press("Tab")
    seen.page.mouse.wheel(0, 500)
    seen.rest()
    assert heavy(seen) == []
    seen.page.get_by_role("button", name="Load the model").dblclick()
    ready(seen)
    assert len(heavy(seen)) == 2
    assert seen.foreign + seen.errors == []


def test_typing_loads_them_too(opened):
    seen = opened()
    field(seen).press("End")
    assert heavy(seen) == []
    field(seen).type("i")
    ready(seen)
    assert len(heavy(seen)) == 2
    assert field(seen).input_value() == "Compute the gradi"


COUNT_KEYS = """([before, typed]) => {
    const area = document.querySelector("live-language-model textarea");
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


def likeliest(page) -> int:
    """Return the share of the likeliest character, in percent."""
    return int(page.locator(".rc-live-value").first.inner_text().split("\u00a0")[0])


def test_everything_works_by_keyboard(opened):
    seen = opened()
    press, page = seen.page.keyboard.press, seen.page
    for _ in range(3):  # a link, the text, the button
        press("Tab")
    assert focused(seen).startswith("Load the model (")
    press("Enter")
    ready(seen)
    stop_clock(seen)  # an offer is there at once
    assert focused(seen) == "text"
    page.keyboard.type("i")
    offer = page.locator(".rc-live-ghost").inner_text()
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
            assert page.locator(".rc-live-value").first.inner_text() == "100\u00a0%"
            assert page.locator(".rc-live-value").all_inner_texts()[1:] == ["cut"] * 8
        assert len(reached) < 20
    stops = ["Write on", "Start again", "checkbox", "temperature", "topK", "topP", "after"]
    assert [name for name in reached if not name.startswith("→")] == stops
    assert seen.foreign + seen.errors == []


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_any_state(opened, view, record_property):
    seen = opened(view)
    found = violations(seen)
    load(seen)
    found += violations(seen)
    field(seen).type("ent is é xq")  # what it skips, what surprises it
    seen.page.get_by_label("Shade by surprise").check()
    seen.page.get_by_label("Top-k").fill("2")
    found += violations(seen)
    assert found == []
    assert seen.page.locator(".rc-live-s5").count() > 0
    assert seen.page.get_by_text("It skips: é").count() == 1
    if view == "phone":
        assert seen.page.evaluate(WIDTH) == 360
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


LINES = """text => {
    const [mirror, area] = document.querySelectorAll("textarea, .rc-live-mirror");
    const heights = e => { // of the text alone
        e.style.cssText = "height: 0; min-height: 0";
        const height = e.scrollHeight;
        e.style.cssText = "";
        return height;
    };
    return [...text].map((_, n) => {
        area.value = text.slice(0, n + 1);
        area.dispatchEvent(new InputEvent("input", {bubbles: true}));
        document.querySelector(".rc-live-ghost").textContent = text[n] === "\\n" ? "." : "";
        return [heights(area), heights(mirror)];
    }).filter(([a, b]) => a !== b);
}"""


STYLES = """() => {
    const [mirror, area] = [...document.querySelectorAll("textarea, .rc-live-mirror")]
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
    assert seen.page.evaluate(LINES, BEFORE + "\n" + AFTER.replace(" ", "  ") + "\n\n  x") == []


def test_the_text_has_an_end(opened):
    seen = opened()
    load(seen)
    field(seen).fill("a" * 1950)
    seen.page.get_by_role("button", name="Write on", exact=True).click()
    seen.page.get_by_text("The page is full: 2,000 characters.").wait_for()
    assert len(field(seen).input_value()) == 2000


def test_without_scripts_a_sentence_stands_there(opened):
    seen = opened(java_script_enabled=False)
    assert "needs JavaScript" in seen.page.locator("live-language-model").inner_text()
    assert heavy(seen) == []


def test_wrong_weights_are_refused_and_can_be_loaded_again(opened, files):
    seen = opened()
    data = files["_static/ch02_language/weights/language-model.bin"]
    for wrong in (data[:-2], data + b"\0\0", b"\1" + data[1:]):
        seen.page.route("**/*.bin*", partial(answer_with, wrong))
        seen.page.get_by_role("button", name="Load the model").click()
        seen.page.get_by_text("are not those that this page describes").wait_for()
        assert not violations(seen)
    seen.page.unroute("**/*.bin*")
    load(seen)
    assert seen.page.get_by_text("could not be loaded").count() == 0


def test_a_notebook_renders_the_same_module(opened):
    """What anywidget does: import, and render with the widget's state."""
    seen = opened()
    seen.page.evaluate("""async () => {
        const [module, manifest, weights] = await Promise.all([
            import("./_static/language-model.mjs"),
            fetch("_static/ch02_language/weights/language-model.json").then(r => r.text()),
            fetch("_static/ch02_language/weights/language-model.bin").then(r => r.arrayBuffer())]);
        const longer = new Uint8Array(weights.byteLength + 3); // as views into messages are
        longer.set(new Uint8Array(weights), 3);
        const state = {manifest, weights: new DataView(longer.buffer, 3), text: "The "};
        const el = document.querySelector("main").appendChild(document.createElement("div"));
        window.close_ = module.default.render({model: {get: name => state[name]}, el});
    }""")
    seen.page.locator("div.rc-live[data-state=ready]").wait_for()
    box = seen.page.locator("div.rc-live")
    assert box.locator("textarea").input_value() == "The "
    assert box.locator(".rc-live-value").first.inner_text().endswith("%")
    seen.page.evaluate("close_()")
    assert violations(seen) == []
    assert seen.errors == []


# --- In the book ---


@pytest.mark.parametrize("view", ["light", "phone"])
def test_in_the_book_it_is_light_until_loaded_and_sound_after(visit, view):
    for name in pages_with(TAG):
        seen = visit(name, view)
        assert heavy(seen) == []
        load(seen)
        assert len(heavy(seen)) == 2
        field(seen).type("ient")
        assert sound(seen, TAG) == []
