"""Cards and the ledger's page: faithful to the numbers, safe, and linked both ways."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from rnncourse.claims import BOOK, Check, CheckReading, ShownClaim, export_ledger, load_ledger
from rnncourse.core.records import FILE, RecordEntry
from rnncourse.viz import answers, cards, claims, effects
from tests.claims.ledgers import LEDGER, VALUES, add_log_entry, edit_record, plant_ledger

VOID = {"path", "circle", "line", "rect"}  # written <path .../>


@pytest.fixture
def write_ledger(tmp_path, monkeypatch):
    return plant_ledger(tmp_path, monkeypatch)


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


def check_of(op, smallest, *values):
    check = Check(name="c", role="primary", quantity="q", record="r:k", over="seeds", op=op,
                  smallest=smallest, against="a", baseline=0)  # fmt: skip
    vars(check)["reading"] = CheckReading(values, RecordEntry(list(values), 0.0, "invented"), {})
    return check


def render_card(claim_id):
    return claims.Card(load_ledger()[claim_id])._repr_html_()


def read_words(html):
    return " ".join(Reader(html).text.split())


def read_summary(html):
    return read_words(html[html.index("<summary>") : html.index("</summary>") + 10])


def test_card_shows_claim_verdict_numbers_and_links(write_ledger):
    write_ledger()
    card = claims.claim_card("A2", gain=[0.7956, 0.7964], bits=1.8656)
    html = card._repr_html_()
    words = read_words(html)
    assert html.startswith('<article class="claim-card claim-holds" id="claim-A2"')
    assert read_summary(html) == (
        "Claim A2 Needs Markov holds 20 percentage points more; 80 % in all."
    )
    for part in ("Claim A2", "Deck A", "Motivation", "holds", r"\(n - 1\)", "Both halves"):
        assert part in words
    assert "0.2 0.174 to 0.226, 10 seeds the claim asks for at least 0.05 so it is share" in words
    assert "0.8, against 0.6 for bigrams 2 of 10 measured here, the rest recorded" in words
    assert (
        "\u22121.13 bits \u22121.13 to \u22121.13, 10 seeds the claim asks for at most \u22120.5"
        in words
    )
    assert "cost; 1.87, against 3 for chance 1 of 10 measured here" in words  # recorded, not fresh
    assert "<em>Markov</em>" in html
    assert {"claims.html#claim-A2", "02-demo.html#claim-A2"} <= set(Reader(html).links)
    assert repr(card) == (
        "Claim A2: holds. gain = 0.2 [0.174, 0.226], 10 seeds (claim: >= 0.05; met); "
        "bits = -1.13 [-1.13, -1.13], 10 seeds (claim: <= -0.5; met)."
    )


def test_a_card_says_measured_here_only_where_it_is(write_ledger, tmp_path):
    """The card of a claim with two chapters stands in both; each measures only some checks."""
    (tmp_path / "book" / "03-other.ipynb").write_text("{}", encoding="utf-8")
    write_ledger(LEDGER.replace('["02-demo"]', '["02-demo", "03-other"]', 1))
    words = read_words(render_card("A2"))
    assert "2 of 10 measured in one of its chapters, the rest recorded" in words
    assert "for chance 1 of 10 measured in one of its chapters" in words
    assert "measured here" not in words


@pytest.mark.parametrize("claim_id", ["A2", "C1", "D9"])
def test_every_card_is_plain_html(write_ledger, claim_id):
    write_ledger()
    html = render_card(claim_id)
    assert not {"script", "style", "h1", "h2", "h3", "h4", "h5", "h6"} & set(Reader(html).seen)
    assert " style=" not in html
    assert "\n" not in repr(claims.Card(load_ledger()[claim_id]))


def test_a_share_is_neither_all_nor_nothing_by_rounding():
    actual = [
        answers.format_percent(x) for x in (0.0004, 0.9996, 0.99, 0.5, 0.0, 1.0, -0.004, 1.2, 1e-9)
    ]
    assert actual == ["0.04", "99.96", "99", "50", "0", "100", "-0.4", "120", "0.000"]


def test_verdicts_differ_in_word_and_icon():
    _, words, icons = zip(*cards.VERDICTS.values(), strict=True)
    assert len(set(words)) == len(set(icons)) == 7


def test_a_missed_check_is_called_so(write_ledger):
    write_ledger()
    html = render_card("C1")
    assert "claim-fails" in html
    assert "not so" in html
    assert "asks for at most 10<sup>\N{MINUS SIGN}12</sup>" in html


def test_an_open_check_is_too_close_to_tell(write_ledger):
    write_ledger(add_log_entry(LEDGER.replace("smallest = -0.5", "smallest = -1.13"), "A2"))
    words = read_words(render_card("A2"))
    assert "undecided" in words
    assert "the claim asks for at most −1.13 too close to tell" in words


def test_a_card_says_at_which_values_a_claim_holds(write_ledger):
    write_ledger()
    html = render_card("D9")
    assert read_summary(html) == (
        "Claim D9 What was read is lost fails as stated 25 percentage points above chance; "
        "50 % in all. It holds up to 16 units."
    )
    assert (
        "Varied: the number of units. The numbers below are those at 32 "
        "(our choice: the slide names no number). Source of the range: none."
    ) in read_words(html)
    line = repr(claims.Card(load_ledger()["D9"]))
    assert line.startswith("Claim D9: fails as stated; it holds up to 16 units. kept ")
    assert "kept = 0.25 [0.248, 0.252], 10 seeds (claim: <= 0.1; missed)" in line


@pytest.mark.parametrize(
    ("value", "points"), [(0.9, "65 percentage points"), (0.26, "1 percentage point")]
)
def test_equal_runs_are_counted_and_one_point_is_singular(write_ledger, tmp_path, value, points):
    path = tmp_path / "records" / "demo" / FILE
    edit_record(path, lambda raw: raw["invented"]["values"]["kept/32"].update(value=[value] * 10))
    write_ledger()
    html = render_card("D9")
    assert f"{value - 0.25:.3g} 10 of 10 seeds the claim" in read_words(html)
    assert f"{points} above chance; {100 * value:.0f} % in all" in read_summary(html)


def test_cards_escape_html(write_ledger):
    evil = "<script>alert(1)</script> & $a < b$ `<i>`"
    text = LEDGER
    free = (
        "Counting needs",
        "Motivation",
        "Both halves",
        "share of",
        "A text in",
        "bigrams",
        "Needs",
    )
    for words in free:
        text = text.replace(words, evil + words)
    write_ledger(add_log_entry(text.replace('unit = "bits"', f'unit = "{evil}"'), "A2"))
    html = render_card("A2")
    assert "<script" not in html
    assert r"\(a &lt; b\)" in html
    assert "<code>&lt;i&gt;</code>" in html
    page = claims.ledger_page()
    assert "<script" not in page
    assert "$a < b$ `<i>`" in page  # Markdown escapes these itself


@pytest.mark.parametrize(
    ("value", "op", "smallest", "text"),
    [
        (0.41234, ">=", 0.3, "0.412"),
        (0.29996, ">=", 0.3, "0.29996"),  # three digits would show a pass
        (0.3, ">=", 0.3, "0.3"),
        (1.1102e-16, "<=", 1e-12, "1.11e-16"),
        (2140123.0, ">=", 2e6, "2140123"),
        (0.0, "<=", 1e-12, "0"),
        (-0.0, "<=", 1e-12, "0"),
        (1e20, ">=", 100.0, "1e+20"),
        (-3.21987e300, "<=", -1.0, "-3.22e+300"),
        (-0.51237, "<=", -0.1, "-0.512"),
    ],
)
def test_rounding_never_crosses_the_smallest_effect(value, op, smallest, text):
    check = check_of(op, smallest, value)
    assert effects.round_effect(value, check) == text
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
    assert effects.format_number(text) == html.replace("*", effects.TIMES).replace(
        "_", effects.MINUS
    )


def test_equal_runs_are_shown_as_what_they_are():
    check = check_of("<=", 0.1, 0.1, 0.1, 0.1)  # whose floating-point mean is above 0.1
    assert check.state == "met"
    assert effects.round_effect(check.effect.mean, check) == "0.1"


@pytest.mark.parametrize("value", [0.41, 0.0, -3.0, 1e-16, 5e9, 1e20, 0.3])
@pytest.mark.parametrize("op", ["<=", ">="])
def test_the_interval_plot_puts_the_dot_on_the_right_side(value, op):
    check = check_of(op, 0.3, value, value)
    svg = effects.draw_interval_plot(check)
    dot = float(re.search(r'claim-dot" cx="([\d.]+)%"', svg)[1])
    left, width = map(float, re.search(r' x="([\d.]+)%" width="([\d.]+)%"', svg).groups())
    assert 0 <= dot <= 100
    assert (left - 0.11 <= dot <= left + width + 0.11) == check.accepts(value)


@pytest.mark.parametrize("values", [(0.1, 0.2, 0.6), (0.01, 0.05, 0.2), (-1.0, 0.0, 4.0)])
def test_the_interval_plot_shows_every_run_and_the_interval(values):
    check = check_of(">=", 0.3, *values)
    svg = effects.draw_interval_plot(check)
    runs = [float(x) for x in re.findall(r'claim-run" cx="([\d.-]+)%"', svg)]
    low, high = map(float, re.search(r'interval" x1="([\d.-]+)%" x2="([\d.-]+)%"', svg).groups())
    assert len(runs) == 3
    assert runs == sorted(runs)
    assert all(0 <= x <= 100 for x in [*runs, low, high])
    assert low < float(re.search(r'claim-dot" cx="([\d.]+)%"', svg)[1]) < high


def test_a_curve_has_a_mark_for_each_value_and_says_what_they_are(write_ledger):
    write_ledger()
    claim = load_ledger()["D9"]
    svg = effects.draw_effect_curve(
        {v: checks[0] for v, checks in claim.checks_by_value.items()}, "the number of units"
    )
    assert "The effect by the number of units: at 16 met; at 32 missed; at 64 missed." in svg
    assert svg.count("<circle") == 1
    assert svg.count("l8 8m0 -8l-8 8") == 2
    heights = [float(y) for y in re.findall(r",([\d.]+)", re.search(r'd="M(20.*?|6.*?)"', svg)[1])]
    assert heights == sorted(heights, reverse=True)  # 0.26, 0.5, 0.9: higher is further up
    assert effects.draw_effect_curve({1.0: claim.checks[0]}, "a < b").count("&lt;") == 1


def test_the_download_holds_every_value_of_a_sweep(write_ledger):
    write_ledger()
    actual = json.loads(export_ledger(load_ledger()))["D9"]["swept"]
    assert list(actual) == ["16", "32", "64"]
    assert actual["64"]["kept"]["state"] == "missed"
    assert actual["64"]["kept"]["mean"] == pytest.approx(0.65)


# --- The page ---


def test_page_of_the_course_links_to_every_claim_and_chapter():
    page = claims.ledger_page()
    for claim in load_ledger().values():
        assert page.count(f'id="claim-{claim.id}"') == 1
        assert page.count(f'href="#claim-{claim.id}"') == 1
        for chapter in claim.chapters:
            place = "" if isinstance(claim, ShownClaim) else f"#claim-{claim.id}"
            assert f'href="{chapter}.html{place}"' in page


def test_page_leaves_the_claims_to_the_search_index(write_ledger):
    write_ledger()
    blocks = claims.ledger_page().split("\n\n")
    assert "(claim-A2)=\nCounting needs the *Markov* assumption on $n - 1$ words." in blocks
    assert "(claim-B1)=\nInputs have a fixed size." in blocks
    assert "Both halves are true." in blocks


def test_the_ledger_page_begins_with_failed_claims_and_ends_with_rules(write_ledger):
    write_ledger()
    page = claims.ledger_page()
    heads = re.findall("^## (.*)", page, re.MULTILINE)
    assert heads == [claims.HEADINGS[v] for v in claims.HEADINGS
                     if v not in ("undecided", "holds in part")] + [
                     "The decks", "Before and after", "How to read a verdict"]  # fmt: skip
    assert re.findall(r'<article [^>]*id="claim-(\w+)"', page) == [
        "C1", "D9", "A2", "D1", "B1"]  # fmt: skip
    assert len(page[: page.index("<article")].split("\n\n")[1].split()) < 100


def test_the_ledger_page_says_the_former_verdicts():
    rows = dict(re.findall(r"^\| \[(\w+)\]\(#claim-\w+\) \| (.*) \|$", claims.ledger_page(), re.M))
    assert list(rows) == list(load_ledger())
    assert rows["B1"] == "fails, until 2026-11-26 | no verdict"
    assert rows["E6"].startswith(
        "holds in part, until 2026-11-24; holds, until 2026-11-25; holds, "
    )
    assert rows["A2"] == "– | holds"


def test_page_counts_verdicts(write_ledger):
    write_ledger()
    tally = next(b for b in claims.ledger_page().split("\n\n") if "claim-tally" in b)
    assert re.findall(r"<b>(\d)</b> <span>(.*?)</span>", tally) == [
        *(("1", "fails"), ("1", "fails as stated"), ("0", "undecided"), ("0", "hold in part")),
        *(("1", "holds"), ("1", "shown"), ("1", "no verdict")),
    ]
    page = " ".join(claims.ledger_page().split())
    assert "**Why have 1 no verdict?** 1 was never measured." in page


def test_page_says_where_every_number_comes_from(write_ledger):
    write_ledger()
    page = claims.ledger_page()
    values = ", ".join(f"{value:.3g}" for value in VALUES["unseen/9"])
    assert (
        f"<code>gain</code>: {values}; record <code>demo:unseen/9</code>, tolerance 0.01 "
        "(invented); measured by <code>demo.run</code> (<code>make measure</code>) on 2026-11-19 "
        "from commit <code>abc</code>; Python 3.11.7, numpy 2.4.6."
    ) in page
    assert "What would overturn it.</strong> A text in which most contexts were seen." in page
    assert "2026-11-20: <code>kept</code> asked for 0.2. <em>Why:</em> A fifth is much." in page
    assert "Proved by <code>tests/test_demo.py::test_it</code>" in page


def test_page_links_to_the_form_where_the_repository_is_known(write_ledger, monkeypatch):
    write_ledger()
    monkeypatch.delenv("RNNCOURSE_REPOSITORY", raising=False)
    assert "Contest" not in claims.ledger_page()
    monkeypatch.setenv("RNNCOURSE_REPOSITORY", "https://github.com/a/b.git")
    form = "https://github.com/a/b/issues/new?template=2-claim-you-doubt.yml&amp;claim=D9"
    assert form in claims.ledger_page()
    template = BOOK.parent / ".github/ISSUE_TEMPLATE/2-claim-you-doubt.yml"
    assert "id: claim\n" in template.read_text(encoding="utf-8")


def test_every_entry_can_be_found_by_verdict_deck_and_chapter(write_ledger):
    write_ledger()
    page = claims.ledger_page()
    facts = re.findall(r'data-verdict="(.*?)" data-deck="(.)" data-chapter="(.*?)"', page)
    demo = "02-demo"
    assert facts == [("fails", "C", demo), ("fails-as-stated", "D", demo), ("holds", "A", demo),
                     ("shown", "D", demo), ("no-verdict", "B", "")]  # fmt: skip
    options = set(re.findall(r'option value="([^"]+)"', page))
    assert {fact for row in facts for fact in row if fact} <= options


def test_the_download_holds_every_run(write_ledger):
    write_ledger()
    data = json.loads(export_ledger(load_ledger()))
    assert data["A2"]["verdict"] == "holds"
    assert data["A2"]["measured"]["gain"]["values"] == VALUES["unseen/9"]
    assert data["A2"]["measured"]["gain"]["baseline"] == pytest.approx(0.6)
    assert data["C1"]["measured"]["gap"]["state"] == "missed"
    assert data["B1"] == {"id": "B1", "deck": "B", "heading": "Inputs", "verdict": "unmeasured",
                          "claim": "Inputs have a fixed size.", "kind": "conditional",
                          "measured": {}}  # fmt: skip


def test_page_is_written_only_when_it_changes(write_ledger, tmp_path, monkeypatch, capsys):
    write_ledger()
    path = tmp_path / "page.md"
    monkeypatch.setattr(sys, "argv", ["claims", str(path)])
    claims.main()
    assert path.read_text(encoding="utf-8") == claims.ledger_page()
    assert "Wrote" in capsys.readouterr().out
    assert json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["A2"]["id"] == "A2"
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
            page_html = "".join(output.get("data", {}).get("text/html", ""))
            if match := re.match(r'<article class="claim-card [^"]*" id="claim-(\w+)"', page_html):
                card = claims.Card(ledger[match[1]])
                assert page_html == card._repr_html_(), "run make notebooks"
                assert "".join(output["data"]["text/plain"]) == repr(card)


def test_the_ledger_is_written_without_pytorch():
    """`make book` installs none."""
    blocked = "import sys; sys.modules['torch'] = None; from rnncourse.viz import claims; "
    page = [sys.executable, "-c", f"{blocked}print(claims.ledger_page())"]
    done = subprocess.run(page, capture_output=True, check=True, text=True)
    assert "of processor time" in done.stdout
