"""The page of the ledger without a book around it: filter, links to what it hides, phones."""

import re

import pytest

from rnncourse.claims import BOOK
from rnncourse.viz.claims import ledger_page
from tests.browser.conftest import AT_REST, HOST, WIDTH
from tests.claims.ledgers import plant_ledger

pytestmark = [pytest.mark.built, pytest.mark.browser]
ALL = ["C1", "D9", "A2", "D1", "B1"]
SHOWN = "[...document.querySelectorAll('article:not([hidden])')].map(e => e.id.slice(6))"


@pytest.fixture
def claims_page(open_blank, tmp_path, monkeypatch):
    """The small ledger's page at HOST; a target of the text stands where Sphinx sets it."""
    plant_ledger(tmp_path, monkeypatch)()
    target = re.compile(r"\((claim-\w+)\)=")
    body = target.sub(lambda m: f'<span id="{m[1].lower()}"></span>', ledger_page())
    assets = [(BOOK / "_assets" / f"claims.{kind}").read_text("utf-8") for kind in ("css", "js")]
    html = "<!doctype html><meta name=viewport content='width=device-width'><style>{}</style>" \
        "<script>{}</script>{}".format(*assets, body)  # fmt: skip
    visit = open_blank(viewport={"width": 320, "height": 740})
    visit.page.route(f"{HOST}/**", lambda r: r.fulfill(body=html, content_type="text/html"))
    yield visit.page
    assert visit.errors == []


def test_the_filter_shows_what_was_chosen_and_the_address_says_so(claims_page):
    claims_page.goto(f"{HOST}/claims.html")
    assert claims_page.evaluate(SHOWN) == ALL
    claims_page.select_option("[name=chapter]", "02-demo")
    claims_page.select_option("[name=deck]", "D")
    assert claims_page.evaluate(SHOWN) == ["D9", "D1"]
    assert claims_page.url == f"{HOST}/claims.html?deck=D&chapter=02-demo"
    assert claims_page.text_content("output") == "2 of 5 claims"
    claims_page.goto(f"{HOST}/claims.html?verdict=fails&deck=Z")
    assert claims_page.evaluate(SHOWN) == ["C1"]


@pytest.mark.parametrize("anchor", ["claim-B1", "claim-b1"])
def test_a_link_to_a_hidden_claim_shows_it(claims_page, anchor):
    claims_page.goto(f"{HOST}/claims.html?deck=A#{anchor}")  # from another page
    assert claims_page.evaluate(SHOWN) == ALL
    assert claims_page.url == f"{HOST}/claims.html#{anchor}"
    claims_page.select_option("[name=deck]", "A")
    claims_page.evaluate(f"location.hash = '{anchor}'")  # from this page
    claims_page.wait_for_url(f"{HOST}/claims.html#{anchor}")
    assert claims_page.evaluate(SHOWN) == ALL


OPEN = "[...document.querySelectorAll('.claim-card > details[open]')].map(e => e.parentNode.id)"


def test_a_card_is_a_line_that_a_click_a_key_and_a_link_open(claims_page):
    claims_page.goto(f"{HOST}/claims.html")
    assert claims_page.evaluate(OPEN) == []
    claims_page.click("#claim-A2 > details > summary")
    claims_page.focus("#claim-C1 > details > summary")
    claims_page.keyboard.press("Enter")
    claims_page.evaluate("location.hash = 'claim-d9'")
    claims_page.wait_for_function(f"{OPEN}.length === 3")
    claims_page.goto("about:blank")
    claims_page.goto(f"{HOST}/claims.html#claim-D9")
    assert claims_page.evaluate(OPEN) == ["claim-D9"]


def test_other_anchors_do_not_change_the_filter(claims_page):
    claims_page.goto(f"{HOST}/claims.html?deck=A#1%")
    claims_page.evaluate("location.hash = 'nowhere[x'")
    claims_page.evaluate("location.hash = ''")
    claims_page.evaluate(AT_REST)
    assert claims_page.evaluate(SHOWN) == ["A2"]
    assert claims_page.input_value("[name=deck]") == "A"


def test_cards_are_no_wider_than_a_small_phone(claims_page):
    claims_page.goto(f"{HOST}/claims.html")
    assert claims_page.evaluate(WIDTH) == 320


def test_an_open_card_is_no_wider_than_a_phone(open_page):
    """Also where a claim's changes stand below it."""
    visit = open_page("claims.html", "phone")
    narrow = """all => all.filter(e => { e.querySelector("details").open = true;
        return e.querySelector(".claim-text").clientWidth < 0.9 * e.clientWidth }).map(e => e.id)"""
    entries = visit.page.locator(".claim-card.claim-shown")
    assert entries.count() > 0
    assert entries.evaluate_all(narrow) == []


def test_a_claim_is_one_line_on_a_phone_until_it_is_opened(claims_page):
    claims_page.goto(f"{HOST}/claims.html")
    heights = "[...document.querySelectorAll('.claim-card')].map(e => e.clientHeight)"
    assert max(claims_page.evaluate(heights)) < 60
    claims_page.goto("about:blank")
    claims_page.goto(f"{HOST}/claims.html#A2")
    assert claims_page.evaluate(OPEN) == ["claim-A2"]
