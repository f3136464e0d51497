"""What a lesson takes from the ledger, and where an old address leads."""

import re
from itertools import pairwise

import pytest

from rnncourse.claims import LedgerError, load_ledger
from rnncourse.core.chapters import list_pages
from rnncourse.viz.text import render_inline
from scripts import ROOT
from scripts.sphinx_ext import lesson_parts, moved


def test_a_verdict_has_the_word_and_the_region_of_the_ledger_and_leads_to_its_card(monkeypatch):
    ledger = load_ledger()
    monkeypatch.setattr(lesson_parts, "load_ledger", lambda: ledger)  # read once
    for claim_id, claim in ledger.items():
        link, line = lesson_parts.make_link(claim_id), lesson_parts.make_line(claim_id, "*Seen.*")
        assert f" {claim.verdict}</a>" in link or claim.verdict == "unmeasured"
        page = claim.chapters[0] if claim.chapters and claim.kind != "shown" else "claims"
        assert f'href="{page}.html#claim-{claim_id}"' in link
        region = f" {render_inline(claim.condition)}" if claim.verdict == "holds in part" else ""
        assert f"{link}{region}. <em>Seen.</em></li>" in line
        assert f"<em>{render_inline(claim.short)}</em>" in line


def test_a_claim_that_is_not_there_is_named():
    with pytest.raises(LedgerError, match="no claim 'Z9'"):
        lesson_parts.make_link("Z9")


def test_old_addresses_lead_to_pages_that_there_are():
    names = {page.name for page in list_pages()}
    for page, anchors in moved.read_table().items():
        assert page in names or "" in anchors, page
        assert {target.partition("#")[0] for target in anchors.values()} <= names


def test_an_address_that_leads_nowhere_is_named(tmp_path):
    path = tmp_path / "moved.toml"
    path.write_text('["old"]\n"a" = "new page"\n')
    with pytest.raises(ValueError, match="old#a must lead"):
        moved.read_table(path)


def test_the_page_at_an_old_address_knows_each_anchor():
    text = moved.render_stub("old", {"": "new", "a": "new#b"})
    assert '"a": "new.html#b"' in text
    assert '<a href="new.html">' in text


@pytest.mark.built
def test_the_previous_link_leads_to_the_lesson_before():
    lessons = [page.name for page in list_pages() if not page.is_lab]
    for before, lesson in pairwise(lessons):
        text = (ROOT / "_build" / "html" / f"{lesson}.html").read_text(encoding="utf-8")
        assert re.search(rf'class="left-prev"\s+href="{before}\.html"', text), lesson
    for page in ("hour", "claims", "lab-01-sequences"):
        assert "left-prev" not in (ROOT / f"_build/html/{page}.html").read_text(encoding="utf-8")


@pytest.mark.built
def test_moved_sections_are_where_the_table_says():
    site = ROOT / "_build" / "html"
    for page, anchors in moved.read_table().items():
        assert (site / f"{page}.html").is_file()
        for anchor, target in anchors.items():
            to, _, name = target.partition("#")
            text = (site / f"{to}.html").read_text(encoding="utf-8")
            assert not name or f'id="{name}"' in text, (page, anchor, target)
