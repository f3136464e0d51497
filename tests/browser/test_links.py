"""Every link inside the book leads somewhere, and nothing is loaded from another host."""

import functools
import re
from collections import Counter
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest

from scripts import ROOT

from .conftest import SITE, list_built_pages

pytestmark = pytest.mark.built

LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
NOT_LOADED = {"canonical", "next", "prev", "author", "license", "index", "search"}


class PageParser(HTMLParser):
    """Collects what can be linked to, what is linked, and what is loaded."""

    def __init__(self):
        super().__init__()
        self.anchors, self.ids, self.links, self.loaded = set(), [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs[key] for key in ("id", "name") if attrs.get(key)}
        self.ids += [attrs["id"]] if attrs.get("id") else []
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        address = attrs.get(LOADS.get(tag, ""))
        if address and attrs.get("rel") not in NOT_LOADED:
            self.loaded.append(address)


@functools.cache
def parse_page(name: str) -> PageParser:
    parser = PageParser()
    parser.feed((SITE / name).read_text(encoding="utf-8"))
    return parser


def explain_broken_link(name: str, link: str) -> str | None:
    """What is wrong with a link of page `name`, or None."""
    url = urlsplit(link)
    if url.scheme or url.netloc:
        return None
    target = normpath(join(dirname(name), unquote(url.path))) if url.path else name
    if not (SITE / target).is_file():
        return f"{link}: no such file"
    if not url.fragment or not target.endswith(".html"):
        return None
    if unquote(url.fragment) not in parse_page(target).anchors:
        return f"{link}: no such place on {target}"
    return None


@pytest.mark.parametrize("name", list_built_pages())
def test_the_links_of_a_page_lead_somewhere(name):
    faults = [explain_broken_link(name, link) for link in parse_page(name).links]
    assert [fault for fault in faults if fault] == []


@pytest.mark.parametrize("name", list_built_pages())
def test_ids_of_a_page_are_unique(name):
    assert [place for place, n in Counter(parse_page(name).ids).items() if n > 1] == []


@pytest.mark.parametrize("name", list_built_pages())
def test_nothing_is_loaded_from_elsewhere(name):
    assert [a for a in parse_page(name).loaded if urlsplit(a).netloc] == []


def test_no_stylesheet_loads_from_elsewhere():
    pattern = re.compile(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)'\"]+")
    offences = {
        path.relative_to(SITE).as_posix(): match
        for path in SITE.rglob("*.css")
        for match in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert offences == {}


def test_ledger_and_chapters_are_linked_both_ways():
    """A claim that the ledger says a chapter measures has its card there, which links back."""
    chapters = [name for name in list_built_pages() if re.match(r"(lab-)?\d\db?-", name)]
    cards = {
        (name, anchor)
        for name in chapters
        for anchor in parse_page(name).anchors
        if re.fullmatch(r"claim-[A-E]\d+", anchor)
    }
    ledger = {
        (urlsplit(link).path, urlsplit(link).fragment)
        for link in parse_page("claims.html").links
        if re.match(r"(lab-)?\d\db?-[\w-]+\.html#claim-", link)
    }
    assert ledger, "no claim is measured"
    assert ledger == cards
    for name, anchor in cards:
        assert f"claims.html#{anchor}" in parse_page(name).links


def test_every_module_has_its_place_in_the_api():
    files = [path.relative_to(ROOT) for path in (ROOT / "rnncourse").rglob("*.py")]
    modules = {".".join(path.with_suffix("").parts) for path in files if path.stem[0] != "_"}
    pages = [name for name in list_built_pages() if name.startswith("api/")]
    listed = {a.removeprefix("module-") for name in pages for a in parse_page(name).anchors}
    assert sorted(modules - listed) == [], "to be added to the page of its room in book/api"
