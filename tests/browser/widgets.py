"""What the tests of live widgets share: a page of their own, and how to find and press things."""

import functools

from rnncourse.core.chapters import FOLDER
from rnncourse.viz.elements import SHARED, asset_url, bundle_as_script, weights_script

from .conftest import SITE, WIDGETS, list_built_pages

PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><head>
<meta charset="utf-8"><title>Live</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>:root {{ color-scheme: {theme}; --pst-color-background: Canvas }}
body {{ background: Canvas; color: CanvasText; text-wrap: pretty; hanging-punctuation: first }}
</style></head>
<body><main><h1>Live</h1><a href="#a">before</a>{element}<a id="a" href="#a">after</a></main>
</body></html>"""
RENDER = """async ([script, styles, state, networks]) => {
    for (const old of document.querySelectorAll("main figure[id]")) old.remove();
    document.head.append(Object.assign(document.createElement("style"), {textContent: styles}));
    state.weights = {};
    for (const [name, address] of networks) {
        const bytes = await (await fetch(address)).arrayBuffer();
        const longer = new Uint8Array(bytes.byteLength + 3); // as views into messages are
        longer.set(new Uint8Array(bytes), 3);
        state.weights[name] = new DataView(longer.buffer, 3);
    }
    const address = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
    const module = await import(address);
    const el = document.createElement("div");
    document.querySelector("#a").before(el);
    window.close_ = module.default.render({model: {get: name => state[name]}, el});
}"""
"""What anywidget does: add the styles, import, and render with the widget's state."""
MOVES = """number => {
    const slider = document.querySelectorAll(".rc-w input[type=range]")[number];
    const [low, high] = [Number(slider.min), Number(slider.max)];
    return Array.from({length: 20}, (_, n) => {
        slider.value = low + (high - low) * n / 20;
        const begun = performance.now();
        slider.dispatchEvent(new Event("input"));
        return performance.now() - begun;
    });
}"""
HEIGHTS = """text => {
    const [mirror, area] = document.querySelectorAll("textarea, MIRROR");
    const heights = e => { // of the text alone
        e.style.cssText = "height: 0; min-height: 0";
        const height = e.scrollHeight;
        e.style.cssText = "";
        return height;
    };
    return [...text].map((_, n) => {
        area.value = text.slice(0, n + 1);
        area.dispatchEvent(new InputEvent("input", {bubbles: true}));
        THEN
        return [heights(area), heights(mirror)];
    }).filter(([a, b]) => a !== b);
}"""


def show_widget(name):
    module = WIDGETS[name]
    return getattr(module, module.LIVE_FIGURE.tag.replace("-", "_"))()


def build_page_files(shown):
    """The files of a page that shows a widget: itself, light and dark, and all it may ask for."""
    element = shown.texts["text/html"]
    shown.close()
    pages = {
        f"{theme}.html": PAGE.format(theme=theme, element=element).encode()
        for theme in ("light", "dark")
    }
    return pages | build_shared_files()


@functools.cache
def build_shared_files():
    weights = [*FOLDER.glob("*/weights/*.bin")]  # as they are: what the test gives a notebook
    files = [*SHARED.glob("*.css"), *FOLDER.glob("*/*widget.css"), *weights]
    made = {p: bundle_as_script(p) for p in FOLDER.glob("*/*widget.mjs")}
    made |= {p: weights_script(p.stem, p.parent) for p in weights}
    scripts = {asset_url(path.with_suffix(".js")): text.encode() for path, text in made.items()}
    return {asset_url(path): path.read_bytes() for path in files} | scripts


def render_widget(visit, name, shown):
    """Show a widget as a notebook does, in place of the element, or once more."""
    live = WIDGETS[name].LIVE_FIGURE
    weights = [[n, asset_url(live.weights / f"{n}.bin")] for n in shown.weights]
    state = {"facts": shown.facts, "caption": shown.caption}
    visit.page.evaluate(RENDER, [shown._esm, shown._css, state, weights])
    shown.close()


def list_pages_with(tag):
    start = f"<{tag}"
    return [n for n in list_built_pages() if start in (SITE / n).read_text(encoding="utf-8")]


def list_weight_requests(visit):
    return [url for url in visit.requests if "/weights/" in url]


def find_load_button(visit):
    return visit.page.locator(".rc-w-load").get_by_role("button", name="Load the model")


def load_model(visit):
    """Load what is to be loaded for what is shown, and wait for it; a small model comes alone."""
    for figure in visit.page.locator(".rc-w:has(.rc-w-load)").all():  # a page may have two
        figure.scroll_into_view_if_needed()
        press = figure.locator(".rc-w-load button:visible")
        if press.count():
            press.click()
        figure.locator(".rc-w-facts", has_text="in your browser").wait_for()


def choose_options(visit, *names):
    """Choose one of several, and perhaps one of others, as a pointer does."""
    for name in names:
        radio = visit.page.get_by_role("radio", name=name, exact=True)
        visit.page.locator(".rc-w label", has=radio).click()


def read_text(visit, part):
    return visit.page.locator(f".rc-{part}").inner_text()


def read_sentence(visit):
    return read_text(visit, "w-said")


def read_fault(visit):
    return visit.page.locator(".rc-w-fault").first.inner_text()


def time_fastest_move(visit, number, limit=50):
    """The fewest milliseconds that one of twenty moves of a slider takes, by its number.

    What takes as long as `limit` is moved again, up to ten times in five seconds: a machine that
    does something else makes a move slow, and none makes it quick.
    """
    best = min(visit.page.evaluate(MOVES, number))
    for _ in range(9):
        if best < limit:
            break
        visit.page.wait_for_timeout(500)
        best = min(best, *visit.page.evaluate(MOVES, number))
    return best


def find_unequal_heights(visit, backdrop, text, then=""):
    """The heights of a text field and of the mirror behind it where they differ as one types."""
    return visit.page.evaluate(HEIGHTS.replace("THEN", then).replace("MIRROR", backdrop), text)


def stop_clock(visit):
    """From now on time passes when the test says so; what is done at once, is done to its end."""
    visit.page.clock.install(time=0)
    visit.page.clock.pause_at(3600)
    return visit.page.clock


def find_button(visit, name):
    return visit.page.get_by_role("button", name=name, exact=True)


# --- Widgets with positions ---


def find_slider(visit):
    return visit.page.get_by_role("slider", name="Position", exact=True)


def read_position(visit):
    return find_slider(visit).get_attribute("aria-valuetext")


def set_position(visit, position):
    find_slider(visit).fill(str(position))
