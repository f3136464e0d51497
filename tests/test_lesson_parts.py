"""What a lesson takes from the ledger, and where an old address leads."""

import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from rnncourse.claims import LedgerError, load_ledger
from rnncourse.core.chapters import pages
from rnncourse.viz.text import inline

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import lesson_parts  # noqa: E402
import moved  # noqa: E402


@pytest.mark.parametrize("claim_id", load_ledger())
def test_a_verdict_has_the_word_of_the_ledger_and_leads_to_its_card(claim_id):
    claim, link = load_ledger()[claim_id], lesson_parts.link(claim_id)
    assert f" {claim.verdict}</a>" in link or claim.verdict == "unmeasured"
    page = claim.chapters[0] if claim.chapters and claim.kind != "shown" else "claims"
    assert f'href="{page}.html#claim-{claim_id}"' in link


def test_a_line_says_the_claim_its_verdict_and_what_was_seen():
    line = lesson_parts.line("C8", "The *switch* has one.")
    assert load_ledger()["C8"].short in line
    assert line.endswith("The <em>switch</em> has one.</li>")


@pytest.mark.parametrize("claim_id", load_ledger())
def test_a_line_of_a_claim_on_a_condition_reads_on_with_the_condition(claim_id):
    claim, line = load_ledger()[claim_id], lesson_parts.line(claim_id, "Seen.")
    assert "holds when" not in line
    if claim.verdict == "holds when":
        assert f" holds</a> {inline(claim.when)}. Seen.</li>" in line


def test_a_line_of_a_withdrawn_claim_quotes_it():
    assert "<q></q>" not in lesson_parts.line("E9", "Seen.")


def test_a_claim_that_is_not_there_is_named():
    with pytest.raises(LedgerError, match="no claim 'Z9'"):
        lesson_parts.link("Z9")


def test_old_addresses_lead_to_pages_that_there_are():
    names = {page.name for page in pages()}
    for page, places in moved.table().items():
        assert page in names or "" in places, page
        assert {target.partition("#")[0] for target in places.values()} <= names


def test_an_address_that_leads_nowhere_is_named(tmp_path):
    path = tmp_path / "moved.toml"
    path.write_text('["old"]\n"a" = "new page"\n')
    with pytest.raises(ValueError, match="old#a must lead"):
        moved.table(path)


def test_the_page_at_an_old_address_knows_each_anchor():
    text = moved.stub("old", {"": "new", "a": "new#b"})
    assert '"a": "new.html#b"' in text
    assert '<a href="new.html">' in text


@pytest.mark.built
def test_before_a_lesson_comes_the_lesson_before():
    lessons = [page.name for page in pages() if not page.is_lab]
    for before, lesson in pairwise(lessons):
        text = (ROOT / "_build" / "html" / f"{lesson}.html").read_text(encoding="utf-8")
        assert re.search(rf'class="left-prev"\s+href="{before}\.html"', text), lesson
    for page in ("hour", "claims", "lab-01-sequences"):
        assert "left-prev" not in (ROOT / f"_build/html/{page}.html").read_text(encoding="utf-8")


@pytest.mark.built
def test_where_sections_went_there_they_are():
    site = ROOT / "_build" / "html"
    for page, places in moved.table().items():
        assert (site / f"{page}.html").is_file()
        for anchor, target in places.items():
            to, _, name = target.partition("#")
            text = (site / f"{to}.html").read_text(encoding="utf-8")
            assert not name or f'id="{name}"' in text, (page, anchor, target)
