"""What the tests of live widgets share: a page of their own, and how to find and press things."""

from rnncourse.core.chapters import FOLDER
from rnncourse.viz.elements import address

from .axe import violations
from .conftest import SITE, WIDTH, built_pages

PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><head><title>Live</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>:root {{ color-scheme: {theme}; --pst-color-background: Canvas }}
body {{ background: Canvas; color: CanvasText; text-wrap: pretty; hanging-punctuation: first }}
</style></head>
<body><main><h1>Live</h1><a href="#a">before</a>{element}<a id="a" href="#a">after</a></main>
</body></html>"""
RENDER = """async ([tag, script, state]) => {
    const module = await import(`./_static/${script}`);
    document.querySelector(tag).remove();
    const el = document.querySelector("main").appendChild(document.createElement("div"));
    window.close_ = module.default.render({model: {get: name => state[name]}, el});
}"""
"""What anywidget does: import, and render with the widget's state."""


def page_files(element):
    """The files of a page that shows an element: itself, light and dark, and all scripts."""
    pages = {
        f"{theme}.html": PAGE.format(theme=theme, element=element).encode()
        for theme in ("light", "dark")
    }
    return pages | {address(path): path.read_bytes() for path in FOLDER.glob("*/*.mjs")}


def files_of(shown):
    """The files of a page that shows a widget without weights to load."""
    element = shown._repr_html_()
    shown.close()
    return page_files(element)


def pages_with(tag):
    """The built pages that show an element."""
    start = f"<{tag}"
    return [name for name in built_pages() if start in (SITE / name).read_text(encoding="utf-8")]


def answer_with(body, route):
    """Answer every request of a route so."""
    route.fulfill(body=body)


def sound(seen, tag):
    """What is wrong with an element of the book that was used: in its view, and in the dark.

    Beside the element the page is as it was, and has its own tests; names and ids may clash,
    which the whole page shows once.
    """
    faults = violations(seen, tag)
    if seen.view == "phone":
        faults += ["wider than a phone"] * (seen.page.evaluate(WIDTH) > 360)
    else:
        faults += violations(seen)
        seen.show("dark")
        faults += violations(seen, tag)
        seen.show("light")
    return faults + seen.foreign + seen.errors


def stop_clock(seen):
    """From now on time passes when the test says so; what is done at once, is done to its end."""
    seen.page.clock.install(time=0)
    seen.page.clock.pause_at(3600)
    return seen.page.clock


def button(seen, name):
    return seen.page.get_by_role("button", name=name, exact=True)


# --- Widgets with positions ---


def slider(seen):
    return seen.page.get_by_role("slider", name="Position", exact=True)


def place(seen):
    """Where the position stands, in words."""
    return slider(seen).get_attribute("aria-valuetext")


def go(seen, position):
    slider(seen).fill(str(position))


def walk(seen, positions, stops, look):
    """Reach the slider by keyboard, look at every position, and go back, to the end and home.

    Args:
        seen: The visit.
        positions: What they are called, from the first on.
        stops: The Tab key reaches the slider within so many.
        look: Called with every position and what it is called.
    """
    for _ in range(stops):
        seen.page.keyboard.press("Tab")
        if slider(seen).evaluate("e => e === document.activeElement"):
            break
    assert slider(seen).evaluate("e => e === document.activeElement")
    for position, words in enumerate(positions):
        assert place(seen) == words
        look(position, words)
        seen.page.keyboard.press("ArrowRight")
    assert place(seen) == positions[-1]  # the end is the end
    for words in reversed(positions[:-1]):
        seen.page.keyboard.press("ArrowLeft")
        assert place(seen) == words
    seen.page.keyboard.press("End")
    assert place(seen) == positions[-1]
    seen.page.keyboard.press("Home")
    assert place(seen) == positions[0]
    assert seen.foreign + seen.errors == []
