"""The built book in a real browser: what it asks for, what axe says, what a phone shows."""

import pytest

from rnncourse.core.chapters import list_pages

from . import test_figures as figures
from .axe import find_violations
from .conftest import (
    PATIENCE,
    SEEDS,
    TAGS,
    VIEWS,
    WIDTH,
    Visit,
    list_built_pages,
    measure_gzipped_size,
)
from .test_names import BROKEN

pytestmark = pytest.mark.built
FOCUSED = """() => {
    const e = document.activeElement, s = getComputedStyle(e);
    return [e.closest(".bd-header-article") ? e.ariaLabel || e.innerText || e.className : "",
        `${s.outlineStyle} ${s.outlineWidth}`]; }"""

PLAIN_KB = 350  # gzipped, everything the page loads
WIDGET_KB = 1300
CHAPTERS = [f"{page.name}.html" for page in list_pages()]
WIDGETS = ", ".join([".jupyter-widgets", *TAGS])
MADE = "api/", "exercises/", "solutions/"
"""Where the pages are that templates make, more than half of all: only test-all runs axe there."""

# Pictures without a description, or with the path that myst-nb puts there by default.
NAMELESS = r"""() => [...document.querySelectorAll("img, svg[role=img], figure svg")]
    .filter(e => !e.closest("[aria-hidden=true]"))
    .filter(e => {
        const name = (e.alt ?? e.getAttribute("aria-label") ?? "").trim();
        return !name || /^\S*\.(png|svg|jpe?g|gif)$/.test(name) || name.startsWith("_images/");
    }).map(e => e.outerHTML.slice(0, 120))"""

# Labels of a drawing against the paper; axe does not look into SVG.
FAINT = r"""() => {
    const rgb = text => (text.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map(Number);
    const light = text => rgb(text).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const paper = light(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll("figure.rc-figure svg text")].map(e => {
        const ink = light(getComputedStyle(e).fill);
        const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        return [ratio, e.textContent];
    }).filter(([ratio]) => ratio < 4.5).map(([ratio, text]) => `${ratio.toFixed(1)} ${text}`);
}"""

MATH = """() => ({
    asked: document.querySelectorAll(".bd-article .math").length,
    drawn: document.querySelectorAll(".bd-article .math mjx-container").length,
    broken: [...document.querySelectorAll("mjx-merror, [data-mjx-error]")].map(e => e.textContent),
    raw: [...document.querySelectorAll(".bd-article p, .bd-article li, .bd-article td")]
        .map(e => e.textContent).filter(t => t.includes("\\\\(") || t.includes("\\\\[")) })"""

COVERED = """() => [...document.querySelectorAll(".bd-article div.math:has(.eqno)")].filter(div => {
    const number = div.querySelector(".eqno").getBoundingClientRect();
    return [...div.querySelectorAll("mjx-container > mjx-math")].some(formula => {
        const f = formula.getBoundingClientRect();
        return f.right > number.left && f.left < number.right
            && f.bottom > number.top && f.top < number.bottom;
    });
}).map(div => div.id)"""


def test_the_book_has_pages(site):
    assert {"index.html", "claims.html", "search.html"} <= set(list_built_pages())


every_page = pytest.mark.parametrize("name", list_built_pages())


@pytest.fixture(scope="module")
def open_in_window(browser, site):
    """`open_in_window(name)` opens pages one after the other in one window: half the work.

    Each begins with empty storage and an empty memory: a font that is in memory is asked for by
    pages that do not show it, and weighs.
    """
    context = browser.new_context(reduced_motion="reduce", **VIEWS["light"])
    context.set_default_timeout(PATIENCE)
    context.add_init_script(f"localStorage.clear(); sessionStorage.clear(); {SEEDS}")
    visit = Visit(context.new_page())
    network = context.new_cdp_session(visit.page)
    network.send("Network.enable")

    def open_next(name: str) -> Visit:
        visit.page.goto("about:blank")
        visit.show("light")
        for disabled in (True, False):  # each time the memory is emptied; files stay in the cache
            network.send("Network.setCacheDisabled", {"cacheDisabled": disabled})
        visit.requests.clear()
        visit.errors.clear()
        visit.page.goto(f"{site}/{name}", wait_until="load")
        visit.rest()
        return visit

    yield open_next
    context.close()


@every_page
def test_each_page_is_right_light_and_on_a_phone(name, open_in_window, record_property):
    """Each page, opened once: light and whole, then as wide as a phone."""
    visit = open_in_window(name)
    faults = find_faults(visit, axe=not name.startswith(MADE))
    weigh_page(visit, name, record_property)
    if name in CHAPTERS:
        faults["figures"] = figures.list_missing_parts(visit, name)
    visit.show("phone")
    faults["phone: pixels beyond it"] = max(0, visit.page.evaluate(WIDTH) - 360)
    fail_on_faults(name, visit, faults, record_property, views=2)


@pytest.mark.browser
@every_page
def test_each_page_has_no_fault_in_any_view(name, open_page, record_property):
    visit = open_page(name)
    faults = find_faults(visit)
    if name in CHAPTERS:
        faults["figures"] = figures.find_faults(visit)
    faults["names broken"] = visit.page.evaluate(BROKEN) if "/" not in name else []
    visit.show("dark")  # the page follows the system, as when evening comes
    faults |= find_faults(visit)
    visit.show("phone")
    faults["phone, turned: names broken"] = visit.page.evaluate(BROKEN) if "/" not in name else []
    faults["phone, turned: pixels beyond it"] = max(0, visit.page.evaluate(WIDTH) - 360)
    visit.page.reload(wait_until="load")  # some things are decided once, by the width they meet
    visit.rest()
    faults |= find_faults(visit)
    faults["phone: pixels beyond it"] = max(0, visit.page.evaluate(WIDTH) - 360)
    if name in CHAPTERS:
        faults["phone: figures"] = figures.find_phone_faults(visit)
    fail_on_faults(name, visit, faults, record_property, views=len(VIEWS))


def fail_on_faults(name, visit, faults, record_property, views: int) -> None:
    faults["requests to other hosts"] = visit.foreign
    faults["console errors, failed scripts, missing files"] = visit.errors
    axe = [fault for check, result in faults.items() if check.endswith("axe") for fault in result]
    record_property("views", views)
    record_property("foreign", len(visit.foreign))
    record_property("axe", len(axe))
    if any(faults.values()):
        lines = [f"  {check}: {result}" for check, result in faults.items() if result]
        pytest.fail("\n".join([f"{name}:", *lines]), pytrace=False)


def find_faults(visit, axe: bool = True) -> dict[str, list[str]]:
    page, math = visit.page, visit.page.evaluate(MATH)
    theme = page.evaluate("document.documentElement.dataset.theme")
    assert theme == ("dark" if visit.view == "dark" else "light")
    result = {
        "axe": find_violations(visit) if axe else [],
        "pictures without a description": page.evaluate(NAMELESS),
        "faint labels in figures": page.evaluate(FAINT),
        "formulas left as TeX": math["raw"] + ["?"] * (math["asked"] - math["drawn"]),
        "formulas in error": math["broken"],
        "formulas under their numbers": page.evaluate(COVERED),
    }
    return {f"{visit.view}: {check}": faults for check, faults in result.items()}


def weigh_page(visit, name, record_property) -> None:
    """Remark on a page that is over its budget, with its heaviest files."""
    kilobytes = sum(measure_gzipped_size(path) for path in visit.files()) / 1024
    record_property("page_kb", [name, kilobytes])
    widgets = visit.page.locator(WIDGETS).count()
    if kilobytes > (budget := WIDGET_KB if widgets else PLAIN_KB):
        heaviest = sorted(visit.files(), key=measure_gzipped_size, reverse=True)[:5]
        named = [f"{measure_gzipped_size(path) / 1024:.0f} KB {path.name}" for path in heaviest]
        remark = f"{name} has {kilobytes:.0f} KB, its budget is {budget}: {', '.join(named)}"
        record_property("remark", remark)


def test_search_works_without_a_network(open_page):
    visit = open_page("search.html?q=recurrent")
    hits = visit.page.locator("#search-results li")
    hits.first.wait_for()
    assert hits.filter(has_text="Recurrent networks").count() >= 1
    assert visit.foreign + visit.errors == []


@pytest.mark.browser
def test_search_opens_from_the_keyboard(open_page):
    visit = open_page("index.html")
    visit.page.keyboard.press("Control+k")
    visit.page.locator(
        "dialog input[type=search], .search-button__search-container input"
    ).first.wait_for()
    visit.page.keyboard.type("recurrent")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/search.html?q=recurrent*")
    visit.page.locator("#search-results li").first.wait_for()
    assert visit.foreign + visit.errors == []


@pytest.mark.browser
def test_a_page_loaded_in_the_dark_is_as_one_that_becomes_dark(open_page):
    loaded, turned = open_page("index.html", "dark"), open_page("index.html")
    turned.show("dark")
    colors = """() => [...document.querySelectorAll("body, body *")].map(e => {
        const {color, backgroundColor, display} = getComputedStyle(e);
        return [e.localName, color, backgroundColor, display].join();
    })"""
    assert loaded.page.evaluate(colors) == turned.page.evaluate(colors)
    assert find_faults(loaded) == {fault: [] for fault in find_faults(turned)}


@pytest.mark.browser
def test_each_button_of_the_top_bar_shows_the_focus(open_page):
    visit = open_page("07-lstm.html")
    bare, names = [], set()
    for _ in range(80):
        visit.page.keyboard.press("Tab")
        name, line = visit.page.evaluate(FOCUSED)
        if name:
            names.add(name)
            if line not in ("solid 2px", "solid 3px"):
                bare.append(name)
    assert bare == []
    assert len(names) >= 4  # and two more where the repository is named


@pytest.mark.browser
def test_the_reader_can_choose_the_theme(open_page):
    visit = open_page("index.html")
    background = "getComputedStyle(document.body).backgroundColor"
    papers = {visit.page.evaluate(background)}
    for _ in range(2):
        visit.page.locator(".theme-switch-button").first.click()
        papers.add(visit.page.evaluate(background))
    assert len(papers) == 2
