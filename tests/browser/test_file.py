"""The book unpacked from its zip file and opened without a server: as served."""

import re
import zipfile
from urllib.parse import urlsplit

import pytest

from scripts.book import make_zip

from .conftest import SITE, TAGS, list_built_pages
from .test_widgets import STATE
from .widgets import list_pages_with, load_model

pytestmark = [pytest.mark.built, pytest.mark.browser]

FONTS = """() => [...document.fonts].filter(f => f.status !== "unloaded")
    .map(f => `${f.family.replaceAll('"', "")}: ${f.status}`)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if not (SITE / "index.html").is_file():
        pytest.fail("The book is not built. Try: make book", pytrace=False)
    place = tmp_path_factory.mktemp("a stick")
    make_zip.pack_site(SITE, place / "book.zip")
    with zipfile.ZipFile(place / "book.zip") as file:
        file.extractall(place)
    return place / make_zip.FOLDER


@pytest.fixture
def open_file(open_blank, folder):
    """`open_file(name)` opens a page of that folder."""

    def open_named(name):
        visit = open_blank()
        visit.page.on("requestfailed", lambda r: visit.errors.append(f"failed: {r.url}"))
        path, _, query = name.partition("?")
        visit.page.goto((folder / path).as_uri() + f"?{query}" * bool(query), wait_until="load")
        visit.rest()
        return visit

    return open_named


def list_outside_requests(visit):
    schemes = ("file", "data", "blob", "about")
    return [url for url in visit.requests if urlsplit(url).scheme not in schemes]


@pytest.mark.parametrize("name", list_built_pages())
def test_a_page_opens_as_a_file(name, open_file):
    visit = open_file(name)
    fonts = visit.page.evaluate(FONTS)
    assert [font for font in fonts if not font.endswith(": loaded")] == []
    formulas = visit.page.locator(".bd-article mjx-container").count()
    assert any(font.startswith("MJX") for font in fonts) or not formulas
    assert any("Awesome" in font for font in fonts)  # the icons above every page
    assert list_outside_requests(visit) + visit.errors == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_widget_works_in_a_page_opened_as_a_file(tag, open_file):
    for name in list_pages_with(tag):
        visit = open_file(name)
        visit.page.locator(f"{tag}.rc-w").wait_for()
        load_model(visit)
        # Of a group of radio buttons the Tab key enters the one that is chosen; from any other, an
        # arrow may end at the one that was chosen already.
        inputs = "textarea, input[type=range], input[type=radio]:checked, input:not([type])"
        field = visit.page.locator(f"{tag} :is({inputs})")
        keys = ("End", "Backspace", "Home", "1", "ArrowRight")
        if not field.count():  # a widget of boxes to tick has nothing to type into
            field, keys = visit.page.locator(f"{tag} input[type=checkbox]"), ("Space",)
        before = visit.page.evaluate(STATE)
        for key in keys:
            field.locator("visible=true").first.press(key)
        assert visit.page.evaluate(STATE) != before
        assert list_outside_requests(visit) + visit.errors == []


def test_claims_are_filtered_in_a_page_opened_as_a_file(open_file):
    visit = open_file("claims.html")
    shown = visit.page.locator("article:visible")
    n_claims = shown.count()
    visit.page.select_option("[name=deck]", "D")
    assert 0 < shown.count() < n_claims
    assert "deck=D" in visit.page.url
    assert list_outside_requests(visit) + visit.errors == []


def test_search_works_in_a_page_opened_as_a_file(open_file):
    visit = open_file("index.html")
    visit.page.keyboard.press("Control+k")
    field = visit.page.locator("dialog input[type=search], .search-button__search-container input")
    field.first.wait_for()
    visit.page.keyboard.type("recurrent")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(re.compile("search.html.*recurrent"))
    visit.page.locator("#search-results li").first.wait_for()
    assert list_outside_requests(visit) == []


def test_the_file_is_complete_and_always_the_same(folder, tmp_path, record_property):
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
