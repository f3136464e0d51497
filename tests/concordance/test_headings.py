"""The decks' headings lead to sections that exist, and to those that have their claims."""

import re
import tomllib
from collections import Counter

import pytest

from rnncourse.claims import load_ledger
from scripts import ROOT
from scripts.book import decks_table

HEADINGS = decks_table.read_headings()
ERRATA = tomllib.loads((ROOT / "book" / "errata.toml").read_text(encoding="utf-8"))["slip"]


def test_every_heading_leads_to_sections_that_exist():
    assert [*HEADINGS] == [*"ABCDE"]
    for places_by_heading in HEADINGS.values():
        for heading, sections in places_by_heading.items():
            assert sections, heading
            assert len(sections) == len(set(sections)), heading
            for place in sections:
                decks_table.make_link(place)


@pytest.mark.parametrize("place", ["99", "5: No such section"])
def test_a_place_that_is_not_there_is_named(place):
    with pytest.raises(ValueError, match="there is no section"):
        decks_table.make_link(place)


def test_headings_of_claims_and_slips_are_there():
    of_claims = {(claim.deck, claim.heading) for claim in load_ledger().values()}
    of_slips = {(slip["deck"], slip["heading"]) for slip in ERRATA}
    headings = {(deck, heading) for deck in HEADINGS for heading in HEADINGS[deck]}
    assert of_claims | of_slips <= headings


def test_a_heading_leads_to_the_chapters_that_show_its_claims():
    for key, claim in load_ledger().items():
        chapters = HEADINGS[claim.deck][claim.heading]
        reached = {re.match(r"L?(\d+)", place)[1] for place in chapters}
        shown = {re.match(r"(?:lab-)?0?(\d+)", page)[1] for page in claim.chapters}
        assert shown <= reached, key


def test_the_tables_have_each_heading_once_with_its_claims():
    text = decks_table.render_tables()
    n_decks = Counter(heading for headings in HEADINGS.values() for heading in headings)
    for heading in n_decks:
        assert text.count(f"\n| {heading} | [") == n_decks[heading], heading
    assert set(re.findall(r"#claim-(\w+)\)", text)) == set(load_ledger())
