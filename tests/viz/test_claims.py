"""Cards and the ledger's page: faithful to the numbers, safe, and linked both ways."""

import json
import re
import sys
from html.parser import HTMLParser

import pytest

from rnncourse.claims import BOOK, Check, load_ledger
from rnncourse.viz import cards, claims
from tests.ledgers import LEDGER, plant

VOID = {"path", "circle", "line", "rect"}  # written <path .../>


@pytest.fixture
def write_ledger(tmp_path, monkeypatch):
    return plant(tmp_path, monkeypatch)


class Reader(HTMLParser):
    """Reads HTML strictly: what opens must close, in order."""

    def __init__(self, source):
        super().__init__()
        self.open, self.seen, self.text, self.links = [], [], "", []
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def html_of(claim_id):
    return claims.Card(load_ledger()[claim_id])._repr_html_()


def test_card_shows_claim_verdict_numbers_and_links(write_ledger):
    write_ledger()
    card = claims.claim_card("A2", unseen=0.4099, bits=1.8701)
    html = card._repr_html_()
    page = Reader(html)
    words = " ".join(page.text.split())
    assert html.startswith('<article class="claim-card claim-holds" id="claim-A2"')
    for part in ("Claim A2", "Deck A", "Motivation", "holds", r"\(n - 1\)", "Both halves"):
        assert part in words
    assert "0.41 ≥ 0.3 required met share of 9-grams never seen" in words  # recorded, not fresh
    assert "1.87 bits < 2 required" in words
    assert "<em>Markov</em>" in html
    assert {"claims.html#claim-A2", "02-demo.html#claim-A2"} <= set(page.links)
    assert repr(card) == (
        "Claim A2: holds. unseen = 0.41 (>= 0.3 required); bits = 1.87 (< 2 required)."
    )


@pytest.mark.parametrize("claim_id", ["A2", "B1", "C1", "D9"])
def test_every_card_is_plain_html(write_ledger, claim_id):
    write_ledger()
    html = html_of(claim_id)
    assert not {"script", "style", "h1", "h2", "h3", "h4", "h5", "h6"} & set(Reader(html).seen)
    assert " style=" not in html
    assert "\n" not in repr(claims.Card(load_ledger()[claim_id]))


def test_verdicts_differ_in_word_and_icon():
    _, words, icons = zip(*cards.VERDICTS.values(), strict=True)
    assert len(set(words)) == len(set(icons)) == 4


def test_conditional_card_shows_both_sides(write_ledger):
    write_ledger()
    words = " ".join(Reader(html_of("D9")).text.split())
    assert "Holds when the matrix is normal" in words
    assert words.index("Where it holds 31,235") < words.index("Where it fails 0.08")


def test_missed_check_is_called_missed(write_ledger):
    write_ledger()
    html = html_of("C1")
    assert "claim-fails" in html
    assert "missed" in html
    assert "≤ 10<sup>\N{MINUS SIGN}12</sup> required" in html


def test_cards_escape_html(write_ledger):
    evil = "<script>alert(1)</script> & $a < b$ `<i>`"
    text = LEDGER
    for words in ("Counting needs", "Motivation", "Both halves", "share of", 'bits"\ncase'):
        text = text.replace(words, evil + words)
    write_ledger(text.replace('unit = "bits"', f'unit = "{evil}"'))
    html = html_of("A2")
    assert "<script" not in html
    assert r"\(a &lt; b\)" in html
    assert "<code>&lt;i&gt;</code>" in html
    page = claims.ledger_page()
    assert "<script" not in page
    assert "$a < b$ `<i>`" in page  # Markdown escapes these itself


@pytest.mark.parametrize(
    ("value", "op", "threshold", "text"),
    [
        (0.41234, ">=", 0.3, "0.412"),
        (0.29996, ">=", 0.3, "0.29996"),  # three digits would show a pass
        (0.3, ">=", 0.3, "0.3"),
        (1.1102e-16, "<=", 1e-12, "1.11e-16"),
        (2140123.0, ">", 2e6, "2140123"),
        (0.0, "<=", 1e-12, "0"),
        (-0.51237, "<", 0.0, "-0.512"),
    ],
)
def test_rounding_never_crosses_the_threshold(value, op, threshold, text):
    check = Check("c", "quantity", "r:k", op, threshold)
    assert cards.digits(value, check) == text
    assert check.accepts(float(text)) == check.accepts(value)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("0.30", "0.30"),
        ("0", "0"),
        ("1.2e+03", "1,200"),
        ("2140123", "2,140,123"),
        ("-2.5", "_2.5"),
        ("1e-12", "10<sup>_12</sup>"),
        ("1.1e-16", "1.1 * 10<sup>_16</sup>"),
        ("1.23e+09", "1.23 * 10<sup>9</sup>"),
    ],
)
def test_numbers_are_set_like_numbers(text, html):
    assert cards.pretty(text) == html.replace("*", cards.TIMES).replace("_", cards.MINUS)


@pytest.mark.parametrize("value", [0.41, 0.0, -3.0, 1e-16, 5e9, 0.3])
@pytest.mark.parametrize("op", ["<=", ">="])
def test_gauge_puts_the_dot_on_the_right_side(monkeypatch, value, op):
    check = Check("c", "quantity", "r:k", op, 0.3)
    monkeypatch.setattr(Check, "recorded", value)
    svg = cards.gauge(check)
    dot = float(re.search(r'cx="([\d.]+)%"', svg)[1])
    left, width = map(float, re.search(r'x="([\d.]+)%" width="([\d.]+)%"', svg).groups())
    assert 0 <= dot <= 100
    assert (left - 0.11 <= dot <= left + width + 0.11) == check.accepts(value)


def test_gauge_of_two_zeros_is_drawn(monkeypatch):
    monkeypatch.setattr(Check, "recorded", 0.0)
    assert 'cx="3.0%"' in cards.gauge(Check("c", "quantity", "r:k", "<=", 0.0))


# --- The page ---


def test_page_of_the_course_links_to_every_claim_and_chapter():
    page = claims.ledger_page()
    for claim in load_ledger().values():
        assert page.count(f'id="claim-{claim.id}"') == 1
        assert page.count(f'href="#claim-{claim.id}"') == 1
        for chapter in claim.chapters:
            assert f'href="{chapter}.html#claim-{claim.id}"' in page


def test_page_leaves_the_claims_to_the_search_index(write_ledger):
    write_ledger()
    blocks = claims.ledger_page().split("\n\n")
    assert "(claim-A2)=\nCounting needs the *Markov* assumption on $n - 1$ words." in blocks
    assert "(claim-B1)=\nInputs have a fixed size." in blocks
    assert "Both halves are true." in blocks


def test_page_counts_verdicts(write_ledger):
    write_ledger()
    tally = next(b for b in claims.ledger_page().split("\n\n") if "claim-tally" in b)
    words = " ".join(Reader(tally).text.split())
    assert words == "1 holds 1 holds on a condition 1 fails 1 not yet measured"


def test_page_is_written_only_when_it_changes(write_ledger, tmp_path, monkeypatch, capsys):
    write_ledger()
    path = tmp_path / "page.md"
    monkeypatch.setattr(sys, "argv", ["claims", str(path)])
    claims.main()
    assert path.read_text(encoding="utf-8") == claims.ledger_page()
    assert "Wrote" in capsys.readouterr().out
    before = path.stat().st_mtime_ns
    claims.main()
    assert path.stat().st_mtime_ns == before
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(sys, "argv", ["claims"])
    with pytest.raises(SystemExit, match="Usage"):
        claims.main()


# --- Cards stored in the chapters ---


@pytest.mark.parametrize("notebook", sorted(BOOK.glob("*.ipynb")), ids=lambda path: path.stem)
def test_stored_cards_are_those_of_the_ledger(notebook):
    ledger = load_ledger()
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            stored = "".join(output.get("data", {}).get("text/html", ""))
            if match := re.match(r'<article class="claim-card [^"]*" id="claim-(\w+)"', stored):
                card = claims.Card(ledger[match[1]])
                assert stored == card._repr_html_(), "run make notebooks"
                assert "".join(output["data"]["text/plain"]) == repr(card)
