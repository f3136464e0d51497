"""The decks of slides, opened as files: nothing is cut, the speaker has notes, axe is content."""

import json

import numpy as np
import pytest
from PIL import Image

from rnncourse.core.chapters import list_chapters, list_pages
from scripts import ROOT
from scripts.slides import make_slides
from scripts.slides.slide_marks import list_planned_slides

from .axe import find_violations
from .conftest import SITE, Visit

pytestmark = [pytest.mark.built, pytest.mark.paper]

PAGES = [page.name for page in list_pages() if not page.is_lab]
FITS = """() => [...document.querySelectorAll(".slides > section")]
    .filter(s => s.querySelector(".rc-body")?.dataset.fits === "false")
    .map(s => s.querySelector("h2").textContent)"""
OTHERS = ".slides > section:not(.present)"
CUT = """() => {  // drawings, tables, captions that leave the body of their slide
    const slide = Reveal.getCurrentSlide();
    const box = (slide.querySelector(".rc-body") ?? slide).getBoundingClientRect();
    if (slide.querySelector(".rc-w")) return [];
    return [...slide.querySelectorAll("svg[role=img], figcaption, p, pre, table, mjx-container")]
        .filter(e => { const b = e.getBoundingClientRect();
            return b.width && e.checkVisibility() && !e.closest("aside") &&
                (b.right > box.right + 1 || b.bottom > box.bottom + 1 || b.left < box.left - 1); })
        .map(e => e.outerHTML.slice(0, 80)); }"""
HOLLOW = """() => [...Reveal.getCurrentSlide().querySelectorAll(".claim-card")].filter(card => {
    const line = card.querySelector("details:not([open]) > summary");  // a folded card is its line
    return line && card.offsetHeight > line.offsetHeight + 10; }).map(card => card.id)"""
SMALL = """() => {  // text of less than 12 pixels, of 1280: the largest letters of each label
    const slide = Reveal.getCurrentSlide(), all = slide.closest(".slides");
    const shown = all.getBoundingClientRect().width / all.offsetWidth, sizes = new Map();
    const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const e = texts.currentNode.parentElement;
        if (!texts.currentNode.textContent.trim() || !e.checkVisibility() ||
            e.closest("aside, sub, sup, mjx-container, .rc-w-sr-only")) continue;
        const label = e.closest("text"), key = label ?? e;
        const drawn = label?.getScreenCTM(), scale = drawn ? Math.hypot(drawn.a, drawn.b)
            : e.currentCSSZoom * shown;
        const size = parseFloat(getComputedStyle(e).fontSize) * scale;
        sizes.set(key, Math.max(size, sizes.get(key) ?? 0));
    }
    return [...sizes].filter(([, size]) => size < 12)
        .map(([e, size]) => [size, e.textContent]); }"""

LIVE_FIGURE = """() => [...document.querySelectorAll(".slides > section")]
    .flatMap((s, i) => s.querySelector("figure.rc-live") ? [i] : [])"""
LIVE_SIZE = """() => {
    const live = Reveal.getCurrentSlide().querySelector(".rc-w");
    return ["--live", "--width", "--drawing"].map(name => live.style.getPropertyValue(name)); }"""
LIVE_CUT = """() => {  // what is seen of a widget and leaves its slide, or lies on its neighbor
    const body = Reveal.getCurrentSlide().querySelector(".rc-body");
    const box = body.getBoundingClientRect();
    const leaves = [...body.querySelectorAll("figure.rc-live, figure.rc-live *")].filter(e => {
        const b = e.getBoundingClientRect();
        return b.width > 2 && b.height > 2 && e.checkVisibility() && !e.closest(".rc-w-sr-only") &&
            (b.bottom > box.bottom + 1 || b.right > box.right + 1 || b.left < box.left - 1); });
    const wide = [...body.querySelectorAll(".rc-w > :not(.rc-drawn)")].filter(
        e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1);
    return [...(body.dataset.fits === "true" ? [] : ["does not fit"]),
        ...[...leaves, ...wide].map(e => e.outerHTML.slice(0, 80))]; }"""


@pytest.fixture(scope="module")
def decks_folder(tmp_path_factory):
    """A folder like the site, with the decks of the chapters in it."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "_static").symlink_to(SITE / "_static")
    make_slides.write_decks(
        make_slides.render_decks(make_slides.extras.read_settings()), folder / "slides"
    )
    return folder / "slides"


@pytest.fixture
def open_deck(open_blank, decks_folder):
    """`open_deck(page)` opens a deck as a file, on a wall of 1280 by 720."""

    def show(page: str, scheme: str = "light", query: str = "") -> Visit:
        assert (decks_folder / f"{page}.html").is_file(), f"nothing in book/{page}.ipynb is marked"
        visit = open_blank(scheme, viewport={"width": 1280, "height": 720})
        visit.page.goto(f"file://{decks_folder}/{page}.html{query}")
        visit.page.wait_for_selector("html[data-ready]", state="attached")
        return visit

    show.folder = decks_folder
    return show


@pytest.mark.parametrize("page", PAGES)
def test_nothing_on_a_slide_is_cut(open_deck, page):
    visit = open_deck(page)
    assert not visit.page.evaluate(FITS), "too much for one slide: divide it, or mark less"
    count = visit.page.evaluate("Reveal.getTotalSlides()")
    assert count >= 3  # the question, something, the exercises
    assert not find_violations(
        visit
    )  # all of the deck is there: what slides have in common (ids) too
    for number in range(count):
        visit.page.evaluate(f"Reveal.slide({number})")
        assert not visit.page.evaluate(CUT), number + 1
        assert not visit.page.evaluate(SMALL), number + 1
        assert not visit.page.evaluate(HOLLOW), number + 1
    assert not visit.errors
    assert all(url.startswith(("file://", "data:", "blob:")) for url in visit.requests)


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_on_any_slide(open_deck, page):
    visit = open_deck(page)
    for number in range(1, visit.page.evaluate("Reveal.getTotalSlides()")):  # the first one: above
        visit.page.evaluate(f"Reveal.slide({number}, 0, 99)")  # with all lines of a derivation
        assert not find_violations(visit, hidden=OTHERS), number + 1


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES)
def test_a_widget_fits_its_slide_by_address_reload_and_keys(open_deck, page):
    """By its address, loaded again, or by the keys: the same size, and nothing is cut."""
    visit = open_deck(page)
    for number in visit.page.evaluate(LIVE_FIGURE):
        sizes = []
        for entry in ("keys", "address", "again"):
            if entry == "again":
                visit.page.reload()
            else:
                visit.page.goto("about:blank")
                start = f"#/{number - (entry == 'keys')}"
                visit.page.goto(f"file://{open_deck.folder}/{page}.html{start}")
            visit.page.wait_for_selector("html[data-ready]", state="attached")
            while visit.page.evaluate("Reveal.getIndices().h") < number:
                visit.page.keyboard.press("ArrowRight")  # more than once where lines come first
            visit.rest()
            assert visit.page.evaluate(LIVE_CUT) == [], (number + 1, entry)
            sizes.append(visit.page.evaluate(LIVE_SIZE))
        assert sizes[0] == sizes[1] == sizes[2], number + 1
    assert not visit.errors


@pytest.mark.browser
def test_a_widget_that_grows_on_its_slide_is_made_smaller(open_deck):
    visit = open_deck("12-attention")
    number = visit.page.evaluate(LIVE_FIGURE)[0]
    visit.page.evaluate(f"Reveal.slide({number})")
    before = float(visit.page.evaluate(LIVE_SIZE)[0])
    visit.page.evaluate("""() => {
        const parts = [...document.querySelector("section.present .rc-w").children];
        const grown = parts.find(part => part.checkVisibility());
        const more = document.createElement("div");
        more.style.height = "180px"; // more than is left below
        grown.append(more); }""")
    visit.page.wait_for_function(
        "size => Reveal.getCurrentSlide().querySelector('.rc-w').style.getPropertyValue('--live')"
        " < size",
        arg=before,
    )
    body = "Reveal.getCurrentSlide().querySelector('.rc-body')"
    assert visit.page.evaluate(f"{body}.scrollHeight <= {body}.clientHeight + 1")


def test_keys_turn_the_slides_and_the_last_leads_to_the_exercises(open_deck):
    visit = open_deck(PAGES[-1])
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.evaluate("Reveal.getIndices().h") == 1
    visit.page.keyboard.press("End")
    last = visit.page.evaluate("Reveal.getTotalSlides() - 1")
    assert visit.page.evaluate("Reveal.getIndices().h") == last
    link = visit.page.locator("section.present a").first
    assert link.get_attribute("href") == f"../exercises/{list_chapters()[-1].pages[0].name}.html"


def test_keys_bring_the_lines_of_a_derivation(open_deck):
    visit = open_deck("04-backpropagation-through-time")
    visit.page.evaluate(
        "Reveal.slide([...document.querySelectorAll('.slides > section')]"
        ".findIndex(s => s.querySelector('.derivation')))"
    )
    at = visit.page.evaluate("Reveal.getIndices().h")
    lines = "section.present .derivation li:visible"
    count = visit.page.locator("section.present .derivation li").count()
    assert count > 2
    for shown in range(1, count):
        assert visit.page.locator(lines).count() == shown
        visit.page.keyboard.press("ArrowRight")
    assert visit.page.locator(lines).count() == count
    assert visit.page.evaluate("Reveal.getIndices().h") == at
    visit.page.keyboard.press("ArrowLeft")
    assert visit.page.locator(lines).count() == count - 1


def test_the_speaker_sees_notes_without_a_network(open_deck):
    visit = open_deck(PAGES[-1])
    number = visit.page.evaluate(
        "[...document.querySelectorAll('.slides > section')]"
        ".findIndex(s => s.querySelector('aside.notes')?.textContent.trim())"
    )
    visit.page.evaluate(f"Reveal.slide({number})")
    words = visit.page.evaluate(
        "Reveal.getSlideNotes().replace(/<[^>]*>/g, '').trim().slice(0, 20)"
    )
    with visit.page.context.expect_page() as result:
        visit.page.keyboard.press("s")
    result.value.wait_for_function(
        "w => document.querySelector('.speaker-controls-notes .value')?.textContent.includes(w)",
        arg=words,
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_deck_and_its_cut_have_as_many_slides_as_the_lecturers_page_says(open_deck, page):
    cells = json.loads((ROOT / "book" / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
    slides = list_planned_slides(cells)
    cut = sum(slide.cut for slide in slides) or len(slides)
    for query, count in {"": len(slides), "?cut": cut}.items():
        visit = open_deck(page, query=query)
        assert visit.page.evaluate("Reveal.getTotalSlides()") == count + 2, query
        assert not visit.errors


def test_a_dark_deck_has_the_books_colors_and_a_key_changes_them(open_deck, tmp_path):
    visit, path = open_deck("07-lstm", query="?dark&cut"), tmp_path / "slide.png"

    def gray() -> float:
        visit.page.screenshot(path=path)
        return float(np.median(np.asarray(Image.open(path).convert("L"))))

    for number in range(visit.page.evaluate("Reveal.getTotalSlides()")):
        visit.page.evaluate(f"Reveal.slide({number}, 0, 99)")
        assert gray() < 40, number + 1
        assert not find_violations(visit, hidden=OTHERS), number + 1
    visit.page.keyboard.press("d")
    visit.page.wait_for_selector("html[data-theme=light]", state="attached")
    visit.rest()
    assert gray() > 240


def test_slides_are_light_in_the_dark_and_print_one_to_a_page(open_deck, tmp_path):
    import pypdfium2

    visit = open_deck(PAGES[-1], "dark")
    path = tmp_path / "slide.png"
    visit.page.screenshot(path=path)
    assert np.median(np.asarray(Image.open(path).convert("L"))) > 240
    count = visit.page.evaluate("Reveal.getTotalSlides()")
    printed = open_deck(PAGES[-1], "dark", "?print-pdf")
    printed.page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    assert len(pypdfium2.PdfDocument(path)) == count
