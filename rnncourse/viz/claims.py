"""The page of the whole ledger, and the door to the cards.

`python -m rnncourse.viz.claims book/claims.md` writes the page.
"""

import html
import re
import sys
from collections import Counter
from pathlib import Path

from rnncourse.claims import Claim, load_ledger, verdict_of
from rnncourse.viz.cards import VERDICTS, Card, card, claim_card, icon, inline

__all__ = ["Card", "claim_card", "ledger_page", "main"]

DECKS = {
    "A": "Arman Afrasiyabi, *Recurrent Neural Networks*, directed reading, part two (Laval)",
    "B": "Seetha Parameswaran, *Deep Learning*, module 6: *RNN* (BITS Pilani)",
    "C": "Sergey Nikolenko, *Recurrent Neural Networks* (Harbour.Space, 2017)",
    "D": "Sergio Escalera, *Recurrent Models*",
    "E": "Eunjeong Yi, seminar on chapter 10 of the *Deep Learning* book (2017)",
}
TALLY = {  # computed verdict: words after its count, singular and plural
    "holds": ("holds", "hold"),
    "holds when": ("holds on a condition", "hold on a condition"),
    "fails": ("fails", "fail"),
    "unmeasured": ("not yet measured", "not yet measured"),
}


def ledger_page() -> str:
    """Return the page of the whole ledger, as MyST Markdown."""
    ledger = load_ledger()
    verdicts = {claim_id: verdict_of(claim) for claim_id, claim in ledger.items()}
    parts = [_INTRODUCTION, _tally(verdicts), _table(verdicts), _HOW_TO_READ]
    for deck, title in DECKS.items():
        claims = [claim for claim in ledger.values() if claim.deck == deck]
        if claims:
            parts += [f"## Deck {deck}", title + ".", *map(_entry, claims)]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the page to the path on the command line, if its content changed."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m rnncourse.viz.claims book/claims.md")
    path, page = Path(sys.argv[1]), ledger_page()
    if not path.is_file() or path.read_text(encoding="utf-8") != page:
        path.write_text(page, encoding="utf-8")
        print(f"Wrote {path}.")


def _tally(verdicts: dict[str, str]) -> str:
    """How many claims have which verdict; also the legend of the table."""
    counts = Counter(verdicts.values())
    items = "".join(
        f'<li class="claim-{VERDICTS[verdict][0]}"><span class="claim-chip">{icon(verdict)}</span> '
        f"<b>{counts[verdict]}</b> <span>{words[counts[verdict] != 1]}</span></li>\n"
        for verdict, words in TALLY.items()
    )
    return f'<ul class="claim-tally">\n{items}</ul>'


def _table(verdicts: dict[str, str]) -> str:
    """All claims at a glance: one row a deck, one tile a claim."""
    rows = []
    for deck in DECKS:
        tiles = "".join(
            f'<li><a class="claim-tile claim-{VERDICTS[verdict][0]}" href="#claim-{claim_id}">'
            f'{claim_id}{icon(verdict)}<span class="claim-word"> {VERDICTS[verdict][1]}</span>'
            "</a></li>\n"
            for claim_id, verdict in verdicts.items()
            if claim_id[0] == deck
        )
        rows.append(f'<ol class="claim-row" aria-label="Deck {deck}">\n{tiles}</ol>\n')
    return f'<div class="claim-table">\n{"".join(rows)}</div>'


def _entry(claim: Claim) -> str:
    """One claim of the page: its card, or a compact entry while it is unmeasured."""
    target = f"(claim-{claim.id})=\n"  # lets prose link to it as [A2](#claim-A2)
    if claim.status == "measured":
        page = {claim.claim: target}
        return card(claim, lambda words: f"\n\n{page.get(words, '')}{_markdown(words)}\n\n")
    return (
        f'<article class="claim-entry" id="claim-{claim.id}" '
        f'aria-labelledby="claim-{claim.id}-name">\n'
        f'<p class="claim-name" id="claim-{claim.id}-name"><span class="claim-word">Claim </span>'
        f"{claim.id}</p>\n"
        f'<p class="claim-eyebrow"><span class="claim-heading">{inline(claim.heading)}</span> '
        f'<span class="claim-status">{icon("unmeasured")} not yet measured</span></p>\n'
        f"\n{target}{_markdown(claim.claim)}\n\n</article>"
    )


def _markdown(words: str) -> str:
    """Leave the ledger's Markdown to Sphinx, except that it holds no HTML."""
    pattern = r"\$[^$]+\$|`[^`]+`|[&<]"
    return re.sub(pattern, lambda m: html.escape(m[0]) if m[0] in "&<" else m[0], words)


_INTRODUCTION = """\
# The claims ledger

Five slide decks inspired this course. Between them they make seventy claims
about recurrent networks. Slides are made to be spoken over, so a claim on a
slide is short, and some are too short to be true. Here each one is put in our
own words, run, and given a verdict with the number that decides it. A claim
that is not yet measured waits for its chapter."""

_HOW_TO_READ = """\
## How to read a verdict

Every claim becomes one or more *checks*. A check is a quantity, a threshold,
and the measured number. The threshold is fixed **before** the measurement, and
it does not move afterwards: when the number misses it, the verdict changes.
Where somebody had looked at a part of the data before, the card says so.

There are three kinds of claims.

- An **identity** is a definition or an equation. Its check computes both sides
  and compares them, so the number is a difference and should be next to zero.
- A **measured** claim is one that an experiment can refute. It *holds* when
  every check is met, and *fails* when one is missed.
- A **conditional** claim is true on one side of a condition and false on the
  other. It *holds when* the condition is met, and it needs a check on each
  side: one where it is true, and one where it is false.

The numbers on the cards are *recorded*: each was measured once, by a command
that everyone can run, and stored with the tolerance within which another run
may differ. The chapter measures it again whenever its notebook runs. If the
fresh number leaves the tolerance, the notebook stops with an error, so a card
cannot show a number that its chapter no longer gives.

On a card, the dot is the recorded number, the upright stroke is the threshold,
and the broad part of the line is what is required. When number and threshold
are far apart, the line is logarithmic."""


if __name__ == "__main__":
    main()
