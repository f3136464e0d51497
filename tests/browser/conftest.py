"""Chromium, a server on loopback, and a visit to a page that records what went wrong."""

import functools
import gzip
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from rnncourse.core.chapters import list_chapters
from scripts import ROOT
from scripts.book.chromium import FLAGS, MISSING, find_chromium, serve_folder

SITE = ROOT / "_build" / "html"


VIEWS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
}

HOST = "http://127.0.0.1:9"  # answered by the tests themselves: nothing listens there
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}

WIDTH = "document.documentElement.scrollWidth"
WIDGETS = {
    f"{chapter.name}/{script.stem}": chapter.load(script.stem)
    for chapter in list_chapters()
    for script in sorted(chapter.folder.glob("*widget.mjs"))
}
"""The live widgets by chapter and file, and the module that shows each."""
TAGS = [module.LIVE_FIGURE.tag for module in WIDGETS.values()]
"""The elements of the widgets."""
SAVES = """Object.defineProperty(navigator, "connection",
    {configurable: true, value: {saveData: true}})"""
"""A reader who saves data: no model loads by itself."""
SEEDS = """(() => { let drawn = 0; crypto.getRandomValues = a => a.map(() => (drawn += 1)); })()"""
"""The seeds that a page asks for are 1, 2 and so on: what it writes is the same in every run."""
PATIENCE = 120_000  # milliseconds after which something hangs, however busy the machine is

# Scripts know the size and the scheme (they hear of both before the second frame), fonts are there,
# and no color is on its way to another (axe would measure the color between).
AT_REST = """async () => {
    for (const _ of [1, 2]) await new Promise(done => requestAnimationFrame(done));
    await document.fonts.ready;
    for (const a of document.getAnimations()) if (a instanceof CSSTransition) a.finish();
}"""


def list_built_pages() -> list[str]:
    """All pages of the site, the indexes and the search page too."""
    names = (path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    # What separate commands add has tests of its own.
    return sorted(name for name in names if not name.startswith(("_", "slides/")))


def skip_or_fail(reason: str) -> None:
    """Skip at home; fail where a skipped test would pass unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} With CI=true no browser test may be skipped.", pytrace=False)
    pytest.skip(reason)


@dataclass
class Visit:
    """One page, the view it is shown in, and all that it did."""

    page: object
    view: str = "light"
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self):
        """Write down what the page asks for and complains about."""
        handlers = {
            "request": lambda request: self.requests.append(request.url),
            "console": lambda m: m.type == "error" and self.errors.append(m.text),
            "pageerror": lambda error: self.errors.append(f"script: {error}"),
            "response": lambda r: r.status >= 400 and self.errors.append(f"{r.status}: {r.url}"),
        }
        for event, handle in handlers.items():
            self.page.on(event, handle)

    def rest(self) -> None:
        """Wait until nothing that axe measures is on its way."""
        self.page.evaluate(AT_REST)

    def show(self, view: str) -> None:
        """Show the page in another view, without loading it again."""
        self.view = view
        self.page.emulate_media(color_scheme=VIEWS[view]["color_scheme"])
        self.page.set_viewport_size(VIEWS[view]["viewport"])
        self.rest()

    @property
    def foreign(self) -> list[str]:
        """Requests to any host but ours."""
        hosts = [(urlsplit(url), url) for url in self.requests]
        return [
            url
            for split, url in hosts
            if split.scheme not in ("data", "blob", "about") and split.hostname != "127.0.0.1"
        ]

    def files(self) -> list[Path]:
        """The site's files that the page asked for and got, each once."""
        paths = {urlsplit(url).path for url in self.requests if url not in self.foreign}
        files = [SITE / path.lstrip("/") for path in sorted(paths)]
        return [path for path in files if path.is_file()]


@functools.cache
def measure_gzipped_size(path: Path) -> int:
    """Bytes on the wire from a server that compresses; fonts and pictures already are."""
    data = path.read_bytes()
    return len(data) if path.suffix in (".woff", ".woff2", ".png") else len(gzip.compress(data, 6))


@pytest.fixture(scope="session")
def site() -> str:
    """Address of the built book, served on loopback."""
    if not (SITE / "index.html").is_file():
        pytest.fail("The book is not built. Try: make book", pytrace=False)

    with serve_folder(SITE) as address:
        yield address


@functools.cache
def start_chromium() -> tuple[object, object]:
    """Start Playwright and Chromium, once in a process."""
    path = find_chromium()
    if path is None:
        skip_or_fail(MISSING)
    playwright = sync_playwright().start()
    chromium = playwright.chromium
    return playwright, chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests of a worker; tests/chapters has this fixture a second time."""
    yield start_chromium()[1]
    if start_chromium.cache_info().currsize:
        playwright, chromium = start_chromium()
        start_chromium.cache_clear()
        chromium.close()
        playwright.stop()


@pytest.fixture
def open_blank(browser):
    """`open_blank(view)` opens an empty page, with nothing kept; options go to its context."""
    contexts = []

    def open_context(view: str = "light", saves: bool = False, **options) -> Visit:
        contexts.append(
            browser.new_context(**{"reduced_motion": "reduce", **VIEWS[view], **options})
        )
        contexts[-1].set_default_timeout(PATIENCE)
        contexts[-1].add_init_script(SEEDS)
        if saves:
            contexts[-1].add_init_script(SAVES)
        return Visit(contexts[-1].new_page(), view)

    yield open_context
    for context in contexts:
        context.close()


@pytest.fixture(params=["served", "files"])
def book_url(request, site) -> str:
    """Where the book is, as a server gives it and as files."""
    return site if request.param == "served" else SITE.as_uri()


@pytest.fixture
def open_page(open_blank, site):
    """`open_page(name, view)` opens a page with an empty cache and waits until it is at rest."""

    def open_named(name: str, view: str = "light", saves: bool = False) -> Visit:
        visit = open_blank(view, saves)
        visit.page.goto(f"{site}/{name}", wait_until="load")
        visit.rest()
        return visit

    return open_named


@pytest.fixture
def open_widget(open_blank, page_files):
    """`open_widget(view)` opens a page with a widget, made of `page_files`; options: a context's.

    It saves data, if not told otherwise: the test says when a model loads. In the end no page may
    have complained, or asked another host.
    """
    visits = []

    def answer(route):
        name = route.request.url.removeprefix(f"{HOST}/").partition("?")[0]
        kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        route.fulfill(body=page_files[name], content_type=kind)

    def open_in_view(view="light", saves=True, **options):
        visits.append(visit := open_blank(view, saves, **options))
        visit.page.route(f"{HOST}/**", answer)
        visit.page.goto(f"{HOST}/{VIEWS[view]['color_scheme']}.html")
        return visit

    yield open_in_view
    assert [fault for visit in visits for fault in visit.foreign + visit.errors] == []
