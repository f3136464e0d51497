"""Write the tables of the decks' headings for the concordance, from book/headings.toml."""

import json
import re
import tomllib

from rnncourse.claims import load_ledger
from rnncourse.core.chapters import list_pages
from scripts import ROOT

BOOK = ROOT / "book"
FENCE, TITLE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE), re.compile(r"^##+ (.*)", re.M)


def read_headings() -> dict[str, dict[str, list[str]]]:
    """The headings of each deck, and the places that treat them."""
    return tomllib.loads((BOOK / "headings.toml").read_text(encoding="utf-8"))


def list_sections(page: str) -> list[str]:
    """The titles of the sections of a notebook, as they are written."""
    cells = json.loads((BOOK / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return TITLE.findall(FENCE.sub("", text))


def make_link(place: str) -> str:
    """The link to a place, `5` or `5: The cliff`.

    Raises:
        ValueError: If there is no such lesson, or it has no such section.
    """
    from myst_parser.mdit_to_docutils.base import default_slugify

    number, _, section = place.partition(": ")
    page = next((page.name for page in list_pages() if page.number == number), None)
    if page is None or (section and section not in list_sections(page)):
        raise ValueError(f"book/headings.toml: there is no section {place!r}.")
    return (
        f"[{place}]({page}.ipynb#{default_slugify(section)})" if section else f"[{place}]({page})"
    )


def render_tables() -> str:
    """For each deck: its headings, the sections that treat them, and its claims there."""
    ledger, parts = load_ledger(), []
    for deck, places_by_heading in read_headings().items():
        parts += [f"### Deck {deck}\n", "| heading | sections | claims |", "|:--|:--|:--|"]
        for heading, places in places_by_heading.items():
            claims = [
                f"[{k}](#claim-{k})"
                for k, claim in ledger.items()
                if (claim.deck, claim.heading) == (deck, heading)
            ]
            cells = heading, "; ".join(map(make_link, places)), ", ".join(claims)
            parts.append(f"| {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)
