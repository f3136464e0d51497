"""The book unpacked from its zip file and opened without a server: as served."""

import re
import zipfile
from urllib.parse import urlsplit

import pytest

from scripts.book import make_zip

from .conftest import SITE, TAGS, built_pages
from .test_widgets import STATE
from .widgets import load, pages_with

pytestmark = [pytest.mark.built, pytest.mark.browser]

FONTS = """() => [...document.fonts].filter(f => f.status !== "unloaded")
    .map(f => `${f.family.replaceAll('"', "")}: ${f.status}`)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder that somebody unpacked."""
    if not (SITE / "index.html").is_file():
        pytest.fail("The book is not built. Try: make book", pytrace=False)
    place = tmp_path_factory.mktemp("a stick")
    make_zip.pack_site(SITE, place / "book.zip")
    with zipfile.ZipFile(place / "book.zip") as file:
        file.extractall(place)
    return place / make_zip.FOLDER


@pytest.fixture
def visit_file(fresh, folder):
    """`visit_file(page)` opens a page of that folder."""

    def open_page(name):
        seen = fresh()
        seen.page.on("requestfailed", lambda request: seen.errors.append(f"failed: {request.url}"))
        path, _, query = name.partition("?")
        seen.page.goto((folder / path).as_uri() + f"?{query}" * bool(query), wait_until="load")
        seen.rest()
        return seen

    return open_page


def abroad(seen):
    """What a page asked for and is no file."""
    schemes = ("file", "data", "blob", "about")
    return [url for url in seen.requests if urlsplit(url).scheme not in schemes]


@pytest.mark.parametrize("name", built_pages())
def test_a_page_opens_as_a_file(name, visit_file):
    seen = visit_file(name)
    fonts = seen.page.evaluate(FONTS)
    assert [font for font in fonts if not font.endswith(": loaded")] == []
    formulas = seen.page.locator(".bd-article mjx-container").count()
    assert any(font.startswith("MJX") for font in fonts) or not formulas
    assert any("Awesome" in font for font in fonts)  # the icons above every page
    assert abroad(seen) + seen.errors == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_widget_is_alive(tag, visit_file):
    for name in pages_with(tag):
        seen = visit_file(name)
        seen.page.locator(f"{tag}.rc-w").wait_for()
        load(seen)
        # Of a group of radio buttons the Tab key enters the one that is chosen; from any other, an
        # arrow may end at the one that was chosen already.
        kinds = "textarea, input[type=range], input[type=radio]:checked, input:not([type])"
        field = seen.page.locator(f"{tag} :is({kinds})")
        keys = ("End", "Backspace", "Home", "1", "ArrowRight")
        if not field.count():  # a widget of boxes to tick has nothing to type into
            field, keys = seen.page.locator(f"{tag} input[type=checkbox]"), ("Space",)
        before = seen.page.evaluate(STATE)
        for key in keys:
            field.locator("visible=true").first.press(key)
        assert seen.page.evaluate(STATE) != before
        assert abroad(seen) + seen.errors == []


def test_the_claims_are_filtered(visit_file):
    seen = visit_file("claims.html")
    shown = seen.page.locator("article:visible")
    every = shown.count()
    seen.page.select_option("[name=deck]", "D")
    assert 0 < shown.count() < every
    assert "deck=D" in seen.page.url
    assert abroad(seen) + seen.errors == []


def test_a_word_is_found(visit_file):
    seen = visit_file("index.html")
    seen.page.keyboard.press("Control+k")
    field = seen.page.locator("dialog input[type=search], .search-button__search-container input")
    field.first.wait_for()
    seen.page.keyboard.type("recurrent")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(re.compile("search.html.*recurrent"))
    seen.page.locator("#search-results li").first.wait_for()
    assert abroad(seen) == []


def test_the_file_has_all_that_pages_load_and_is_the_same_every_time(
    folder, tmp_path, record_property
):
    for name in ("one.zip", "two.zip"):
        make_zip.pack_site(SITE, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    if (size := (tmp_path / "one.zip").stat().st_size / 1e6) > 15:
        record_property("remark", f"the archive has {size:.0f} MB, planned: 15")
    assert "Open index.html" in (folder / "READ-ME.txt").read_text(encoding="utf-8")
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")} == {
        path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html")
    }
    assert not [*folder.rglob("*.map")]
