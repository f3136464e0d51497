"""The page of the whole ledger, and the door to the cards.

`python -m rnncourse.viz.claims book/claims.md` writes the page, and beside it `claims.json`.
"""

import html
import os
import re
import sys
from collections import Counter
from pathlib import Path

from rnncourse.claims import Check, Claim, Conditional, Measured, Shown, download, load_ledger
from rnncourse.viz.cards import VERDICTS, Card, card, chapter_title, claim_card, icon, inline
from rnncourse.viz.gauge import digits, pretty

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
    "not as predicted": ("is not as we predicted", "are not as we predicted"),
    "undecided": ("undecided", "undecided"),
    "shown": ("shown, not judged", "shown, not judged"),
    "unmeasured": ("not yet measured", "not yet measured"),
}
NO_VERSION = ("command", "python", "date", "since", "commit", "function", "checks", "runs", "data")
"""What a record's `about` has beside versions of packages, and fingerprints of data."""


def ledger_page() -> str:
    """Return the page of the whole ledger, as MyST Markdown."""
    ledger = load_ledger()
    parts = [_INTRODUCTION, _tally(ledger), _table(ledger), _HOW_TO_READ, _filter(ledger)]
    for deck, title in DECKS.items():
        claims = [claim for claim in ledger.values() if claim.deck == deck]
        if claims:
            parts += [f"## Deck {deck}", title + ".", *map(_entry, claims)]
    return "\n\n".join([*parts, _errata(ledger)]) + "\n"


def main() -> None:
    """Write the page to the path on the command line, and its data, if their content changed."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m rnncourse.viz.claims book/claims.md")
    page = Path(sys.argv[1])
    for path, text in ((page, ledger_page()), (page.with_suffix(".json"), download(load_ledger()))):
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"Wrote {path}.")


def _tally(ledger: dict[str, Claim]) -> str:
    """How many claims have which verdict; also the legend of the table."""
    counts = Counter(claim.verdict for claim in ledger.values())
    items = "".join(
        f'<li class="claim-{VERDICTS[verdict][0]}"><span class="claim-chip">{icon(verdict)}</span> '
        f"<b>{counts[verdict]}</b> <span>{words[counts[verdict] != 1]}</span></li>\n"
        for verdict, words in TALLY.items()
    )
    return f'<ul class="claim-tally">\n{items}</ul>'


def _table(ledger: dict[str, Claim]) -> str:
    """All claims at a glance: one row a deck, one tile a claim."""
    rows = []
    for deck in DECKS:
        tiles = "".join(
            f'<li><a class="claim-tile claim-{VERDICTS[claim.verdict][0]}" '
            f'href="#claim-{claim.id}">'
            f'{claim.id}{icon(claim.verdict)}<span class="claim-word"> '
            f"{VERDICTS[claim.verdict][1]}</span></a></li>\n"
            for claim in ledger.values()
            if claim.deck == deck
        )
        rows.append(f'<ol class="claim-row" aria-label="Deck {deck}">\n{tiles}</ol>\n')
    return f'<div class="claim-table">\n{"".join(rows)}</div>'


def _filter(ledger: dict[str, Claim]) -> str:
    """The choice of verdict, deck and chapter; `claims.js` shows it and makes it work."""

    def choice(name: str, first: str, options: dict[str, str]) -> str:
        rest = "".join(
            f'<option value="{html.escape(value)}">{html.escape(words)}</option>'
            for value, words in options.items()
        )
        return (
            f'<label>{name.capitalize()} <select name="{name}"><option value="">{first}</option>'
            f"{rest}</select></label>"
        )

    found = {claim.verdict for claim in ledger.values()}
    verdicts = {VERDICTS[v][1].replace(" ", "-"): VERDICTS[v][1] for v in TALLY if v in found}
    chapters = sorted({chapter for claim in ledger.values() for chapter in claim.chapters})
    return (
        '<form class="claim-filter" aria-label="Which claims are shown" '
        'autocomplete="off" hidden>'
        + choice("verdict", "all verdicts", verdicts)
        + choice("deck", "all decks", {deck: f"Deck {deck}" for deck in DECKS})
        + choice("chapter", "all chapters", {c: chapter_title(c) for c in chapters})
        + '<output class="claim-count"></output></form>'
    )


def _entry(claim: Claim) -> str:
    """One claim of the page: its card, or a compact entry where there is nothing to judge."""
    target = f"(claim-{claim.id})=\n"  # lets prose link to it as [A2](#claim-A2)
    facts = (
        f'data-verdict="{VERDICTS[claim.verdict][1].replace(" ", "-")}" data-deck="{claim.deck}" '
        f'data-chapter="{" ".join(claim.chapters)}"'
    )
    if claim.chapters and not isinstance(claim, Shown):
        page = {claim.claim: target}
        set_ = card(
            claim,
            lambda words: f"\n\n{page.get(words, '')}{_markdown(words)}\n\n",
            _provenance(claim),
        )
        return set_.replace("<article ", f"<article {facts} ", 1)
    ran = ""
    if isinstance(claim, Shown) and claim.chapters:
        links = ", ".join(
            f'<a href="{html.escape(c)}.html">{html.escape(chapter_title(c))}</a>'
            for c in claim.chapters
        )
        tests = ", ".join(f"<code>{html.escape(test)}</code>" for test in claim.tests)
        ran = (
            f"\n\n{_markdown(claim.ran)}\n\n"
            f'<p class="claim-run-in">Run in {links}. Proved by {tests}.</p>'
        )
    return (
        f'<article {facts} class="claim-entry claim-{VERDICTS[claim.verdict][0]}" '
        f'id="claim-{claim.id}" aria-labelledby="claim-{claim.id}-name">\n'
        f'<p class="claim-name" id="claim-{claim.id}-name"><span class="claim-word">Claim </span>'
        f"{claim.id}</p>\n"
        f'<p class="claim-eyebrow"><span class="claim-heading">{inline(claim.heading)}</span> '
        f'<span class="claim-status">{icon(claim.verdict)} {VERDICTS[claim.verdict][1]}</span>'
        "</p>\n"
        f"\n{target}{_markdown(claim.claim)}\n{ran}\n{_log(claim)}</article>"
    )


def _provenance(claim: Measured | Conditional) -> str:
    """What would overturn the verdict, where each number comes from, and what was changed."""
    doubt = ""
    if repository := os.environ.get("RNNCOURSE_REPOSITORY", "").rstrip("/").removesuffix(".git"):
        form = f"{repository}/issues/new?template=2-claim-you-doubt.yml&amp;claim={claim.id}"
        doubt = f' <a href="{form}">Contest this verdict</a>'
    rows = "".join(_source(check) for check in claim.all_checks)
    return (
        f'\n<div class="claim-more"><p><strong>What would overturn it.</strong> '
        f"{inline(claim.overturn)}{doubt}</p>"
        f"<details><summary>Where the numbers of {claim.id} come from</summary><ul>{rows}</ul>"
        f"</details>{_log(claim)}</div>"
    )


def _source(check: Check) -> str:
    """The function that measures a check, its place in the records, date, commit and versions."""
    found = check.reading
    about = found.about
    versions = ", ".join(
        f"{name} {version}"
        for name, version in about.items()
        if isinstance(version, str) and name not in NO_VERSION and "sha256" not in name
    )
    values = ", ".join(pretty(digits(value, check)) for value in found.values[:20])
    values += f", and {found.n - 20} more, in the file for machines" if found.n > 20 else ""
    parts = [
        f"<code>{check.name}</code>: {values}",
        f"record <code>{check.record}</code>, tolerance {found.entry.tolerance:g} "
        f"({inline(found.entry.evidence)})",
        f"measured by <code>{html.escape(str(about.get('function', 'unknown')))}</code> "
        f"(<code>{html.escape(str(about['command']))}</code>) "
        f"on {about.get('date', 'an unknown day')} "
        f"from commit <code>{html.escape(str(about.get('commit', 'unknown')))}</code>",
        f"Python {about['python']}, {html.escape(versions)}",
    ]
    return f"<li>{'; '.join(parts)}.</li>"


def _log(claim: Claim) -> str:
    """What was changed after its numbers were known."""
    if not claim.log:
        return ""
    rows = "".join(
        f"<li>{change.date}: {inline(change.what)} <em>Why:</em> {inline(change.why)}</li>"
        for change in claim.log
    )
    return f"<details><summary>Changes of {claim.id}</summary><ul>{rows}</ul></details>"


def _errata(ledger: dict[str, Claim]) -> str:
    """The slips of the pen, together."""
    rows = [
        f"- [{claim.id}](#claim-{claim.id}), deck {claim.deck}, *{claim.heading}*. "
        f"Printed: {_markdown(claim.erratum.printed)} Right: {_markdown(claim.erratum.right)}"
        for claim in ledger.values()
        if claim.erratum
    ]
    head = (
        "## Errata of the decks\n\nA slip of the pen is no claim. Where a slide prints something "
        "that its author cannot have meant, the claim is judged as it was meant, and the slip is "
        "listed here. The entry of the claim says what the printed form gives."
    )
    return "\n\n".join([head, "\n".join(rows)]) if rows else ""


def _markdown(words: str) -> str:
    """Leave the ledger's Markdown to Sphinx, except that it holds no HTML."""
    pattern = r"\$[^$]+\$|`[^`]+`|[&<]"
    return re.sub(pattern, lambda m: html.escape(m[0]) if m[0] in "&<" else m[0], words)


_INTRODUCTION = """\
# The claims ledger

Five slide decks inspired this course. Between them they make seventy claims
about recurrent networks. Slides are made to be spoken over, so a claim on a
slide is short, and some are too short to be true. Here each one is put in our
own words, run, and given a verdict with the numbers that decide it. A claim
that is not yet measured waits for its chapter. The whole ledger, with the value
of every run, is also a file for machines: {download}`claims.json`."""

_HOW_TO_READ = """\
## How to read a verdict

There are four kinds of claims. The kind is written down before the run.

- What is **shown** is a definition or a list of cases. Nothing can come out
  against it, so it has no verdict. The ledger says what was run.
- An **identity** is an equation that a slide could have got wrong. Its check
  computes both sides and compares them.
- A **measured** claim is one that an experiment can refute.
- A **conditional** claim is, we say, true on one side of a condition and false
  on the other. It is measured on both sides.

A claim becomes one or more *checks*. A check is a quantity, and what the claim
says of it: at least so much, or at most so much. This threshold is written
before the run. `make measure` stores it beside the numbers, together with the
commit. If someone changes it later without an entry under *Changes*, or drops
the check, the package refuses to load the ledger. Running it again does not
help: the record keeps what the first run was made for.

What decides is not one number. A check has one value for each run: a seed, a
division of the data, a sample. The dots on a card are these values. The large
number is their mean. The bar is the 95 % interval of the mean, by Student's t.
We widen it by the tolerance that another machine is allowed. If all of that
lies on the claim's side of the threshold, *so it is*. If all of it lies on the
other side, *it is not*. In between it is *too close to tell*. A quantity
without runs, such as a count of steps, has a single number.

The interval says how far the mean might move if the same experiment had other
seeds or splits. It does not speak of other data or other sizes of network. It
takes the runs as independent draws from something like a normal distribution.
With few runs nobody can see whether they are. Near a ceiling, such as an
accuracy of 1, they are not, and the interval is too short. Equal runs have an
interval of no length, which says that no difference was seen and not that
there is none. Each check has its own 95 %. Of many checks some will be wrong,
and we do not correct for that. So a threshold stands where the claim would
mean something, far from the ends of the scale.

- An identity or a measured claim **holds** when every check says so. It
  **fails** when one says that it is not so. Otherwise it is **undecided**.
- A conditional claim **holds when** our condition is met: its checks say yes
  on the one side and no on the other. If they say yes on both sides, the claim
  holds and needs no condition. If they say no on both, it fails. Any other
  pattern is **not as predicted**: then our condition is wrong, not the slide.

Each check says whether its numbers are *measured here* or *recorded*. What is
measured here is computed again whenever the chapter's notebook runs; a claim of
two chapters says *in one of its chapters*. A fresh
number that leaves the tolerance, or that would turn the check, stops the
notebook with an error. What is recorded was measured by a longer run, by a
command that everyone can repeat. A recorded number is not compared with
anything when the notebook runs.

A **slip of the pen** is no claim. Where a slide prints something that its
author cannot have meant, such as a lost minus sign, the claim is judged as it
was meant. The card then says what is printed, what is right, and what the
printed form gives."""


if __name__ == "__main__":
    main()
