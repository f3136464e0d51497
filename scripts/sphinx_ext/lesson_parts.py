"""Sphinx extension: what a lesson takes from the ledger.

``{verdict}`A9` `` is the computed word of a claim's verdict, and a link to its card.

    :::{slides-say}
    A9: We have just read it, thirty steps on.
    D9: Our radius of 1.1 vanishes.
    :::

is the box *What the slides say*: each claim in a line, the word of its verdict, and what the lesson
has seen of it. So no lesson writes a verdict by hand, and none is out of date. *Previous* on a
lesson leads to the lesson before; from lessons to lab reports and to other pages neither it nor
*Next* leads.
"""

import html
import re

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.util import logging

from rnncourse.claims import LedgerError, load_ledger
from rnncourse.core.chapters import list_pages
from rnncourse.viz.cards import VERDICTS, render_icon
from rnncourse.viz.text import render_inline

TITLE = "What the slides say"
LOGGER = logging.getLogger(__name__)


def make_link(claim_id: str) -> str:
    """Return a verdict's word as a link to the card, as HTML.

    Raises:
        LedgerError: If there is no such claim.
    """
    claim = find_claim(claim_id)
    style, words, _ = VERDICTS[claim.verdict]
    page = claim.chapters[0] if claim.chapters and claim.kind != "shown" else "claims"
    return (
        f'<a class="claim-verdict claim-{style}" href="{html.escape(page)}.html#claim-{claim_id}"'
        f' title="Claim {claim_id}">{render_icon(claim.verdict)} {words}</a>'
    )


def make_line(claim_id: str, verdict: str) -> str:
    """Return one line of the box, as HTML: the claim, its verdict, what the lesson has seen."""
    claim = find_claim(claim_id)
    short = (claim.short or claim.claim).rstrip(".")
    region = f" {render_inline(claim.condition)}" if claim.verdict == "holds in part" else ""
    return (
        f'<li><span class="claim-deck">Deck {claim.deck}:</span> <em>{render_inline(short)}</em> '
        f"{make_link(claim_id)}{region}. {render_inline(verdict)}</li>"
    )


def find_claim(claim_id: str):
    """Look a claim up."""
    ledger = load_ledger()
    if claim_id not in ledger:
        raise LedgerError(f"there is no claim {claim_id!r}; see rnncourse/claims.toml.")
    return ledger[claim_id]


def make_verdict(name, rawtext, text, lineno, inliner, options=None, content=None):
    """The role."""
    try:
        return [nodes.raw("", make_link(text.strip()), format="html")], []
    except LedgerError as error:
        LOGGER.warning("{verdict}: %s", error, location=inliner.document.current_source)
        return [], []


class SlideNote(Directive):
    """The box."""

    has_content = True

    def run(self):
        """Make an admonition of the lines."""
        self.assert_has_content()
        parts = re.split(r"(?m)^([A-E]\d+): ", "\n".join(self.content))
        try:
            if parts[0].strip():
                raise LedgerError(f"a line begins with a claim and a colon, not {parts[0]!r}.")
            lines = "".join(map(make_line, parts[1::2], parts[2::2]))
        except LedgerError as error:
            LOGGER.warning("slides-say: %s", error, location=self.state.document.current_source)
            return []
        box = nodes.admonition("", nodes.title("", TITLE), classes=["slides-say"])
        box += nodes.raw("", f'<ul class="claim-lines">{lines}</ul>', format="html")
        return [box]


def fix_previous_page(app, pagename, templatename, context, doctree):
    """Before a lesson comes the lesson before, not the solutions of its exercises."""
    built = app.env.titles  # of one page, when `make page` builds it alone
    lessons = [page.name for page in list_pages() if not page.is_lab and page.name in built]

    def get_kind(name):
        if name.startswith("lab-"):
            return "lab"
        folder = name.startswith(("exercises/", "solutions/"))
        return "lesson" if folder or name in ("index", *lessons) else "other"

    _, *neighbors = getattr(app.builder, "relations", {}).get(pagename, (None, None, None))
    for direction, neighbor in zip(("prev", "next"), neighbors, strict=True):
        if neighbor and get_kind(neighbor) != get_kind(pagename):
            context[direction] = None
    if pagename in lessons[1:]:
        before = lessons[lessons.index(pagename) - 1]
        link = app.builder.get_relative_uri(pagename, before)
        context["prev"] = {"link": link, "title": html.escape(built[before].astext())}


def setup(app):
    """A verdict may change without its page: then the ledger's file has, and all is built again."""
    app.add_role("verdict", make_verdict)
    app.add_directive("slides-say", SlideNote)
    app.connect("html-page-context", fix_previous_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
