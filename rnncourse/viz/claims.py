"""The page of the whole ledger, and the door to the cards.

`python -m rnncourse.viz.claims book/claims.md` writes the page, and beside it `claims.json`.
"""

import ast
import functools
import html
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rnncourse.claims import (
    VERDICT_WORDS,
    CheckReading,
    Claim,
    ConditionalClaim,
    MeasuredClaim,
    ShownClaim,
    export_ledger,
    load_ledger,
)
from rnncourse.core.chapters import FOLDER
from rnncourse.core.files import write_changed
from rnncourse.viz.answers import format_answer
from rnncourse.viz.cards import VERDICTS, Card, claim_card, page_title, render_card, render_icon
from rnncourse.viz.effects import format_number
from rnncourse.viz.ledger_words import HOW_TO_READ, INTRODUCTION, LEDGER_NOTE, WITHDRAWN
from rnncourse.viz.text import render_inline

__all__ = ["Card", "claim_card", "ledger_page", "main"]

DECKS = {
    "A": "Arman Afrasiyabi, *Recurrent Neural Networks*, directed reading, part two (Laval)",
    "B": "Seetha Parameswaran, *Deep Learning*, module 6: *RNN* (BITS Pilani)",
    "C": "Sergey Nikolenko, *Recurrent Neural Networks* (Harbour.Space, 2017)",
    "D": "Sergio Escalera, *Recurrent Models*",
    "E": "Eunjeong Yi, seminar on chapter 10 of the *Deep Learning* book (2017)",
}
COUNT_WORDS = VERDICT_WORDS | {  # computed verdict: words after its count, singular and plural
    "undecided": ("undecided", "undecided"),
    "shown": ("shown", "shown"),
    "unmeasured": ("no verdict", "no verdict"),
}
MEANINGS = {  # computed verdict: what it means, beside its count
    "fails": "It is not so.",
    "fails as stated": "It is not so at the slide's own value; at others it is.",
    "undecided": "Our runs cannot tell.",
    "holds in part": "It is so under a condition, which the line of the claim names.",
    "holds": "It is so, in the setting that the card names.",
    "shown": "A definition, a method, or true by construction: no run decides.",
    "unmeasured": "Withdrawn, or never measured.",
}
EXAMPLE_ID = "B6"
HEADINGS = {  # computed verdict: what stands above its claims; what surprises first
    "fails": "What fails",
    "fails as stated": "What fails as the slide states it",
    "undecided": "What is undecided",
    "holds in part": "What holds in part",
    "holds": "What holds",
    "shown": "What is shown, and not judged",
    "unmeasured": "What has no verdict",
}
OLD_VERDICT = re.compile(
    r"(?:come out[^:]*as|Before): (holds in part|holds when|holds|fails as stated|fails|undecided)"
)
"""What a claim had come out as, in a change of its log."""
RUN_FIELDS = ("command", "python", "date", "since", "commit", "function", "checks", "runs", "data")
"""What a record's `about` has beside versions of packages, and fingerprints of data."""


def ledger_page() -> str:
    """Return the page of the whole ledger, as MyST Markdown."""
    ledger = load_ledger()
    blocks = [INTRODUCTION, _render_tally(ledger), *_render_example(ledger), _render_table(ledger)]
    blocks += [_explain_withdrawals(ledger), LEDGER_NOTE, _render_filter(ledger)]
    for verdict, heading in HEADINGS.items():
        if claims := [claim for claim in ledger.values() if claim.verdict == verdict]:
            blocks += [f"## {heading}", *map(_render_claim, claims)]
    blocks += ["## The decks", *(f"{deck}\n: {title}." for deck, title in DECKS.items())]
    blocks += [_render_history(ledger), HOW_TO_READ]
    return "\n\n".join(blocks) + "\n"


def main() -> None:
    """Write the page to the path on the command line, and its data, if their content changed."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m rnncourse.viz.claims book/claims.md")
    page = Path(sys.argv[1])
    for path, text in (
        (page, ledger_page()),
        (page.with_suffix(".json"), export_ledger(load_ledger())),
    ):
        if write_changed(path, text):
            print(f"Wrote {path}.")


def _render_tally(ledger: dict[str, Claim]) -> str:
    """Count the claims of each verdict; also the legend of the table."""
    counts = Counter(claim.verdict for claim in ledger.values())
    items = ""
    for verdict, words in COUNT_WORDS.items():
        count, style = counts[verdict], VERDICTS[verdict][0]
        items += (
            f'<li class="claim-{style}{"" if count else " claim-none"}">'
            f'<span class="claim-chip">{render_icon(verdict)}</span> <b>{count}</b> '
            f"<span>{words[count != 1]}</span> <small>{MEANINGS[verdict]}</small></li>\n"
        )
    return f'<ul class="claim-tally">\n{items}</ul>'


def _render_example(ledger: dict[str, Claim]) -> Iterator[str]:
    """Write one verdict in words, if the ledger has the claim."""
    if claim := ledger.get(EXAMPLE_ID):
        yield (
            f'<p class="claim-example">For example, <a href="#{claim.id}">{claim.id}</a>: '
            f"<em>{render_inline(claim.short)}.</em> It {VERDICTS[claim.verdict][1]}, "
            f"{render_inline(claim.condition)}. {format_answer(claim)}.</p>"
        )


def _explain_withdrawals(ledger: dict[str, Claim]) -> str:
    """Say why claims have no verdict, and what the last one had been."""
    withdrawn = [claim for claim in ledger.values() if claim.verdict == "unmeasured"]
    histories = [history for claim in withdrawn if (history := _list_past(claim))]
    counts = Counter(history[-1][0].replace("when", "in part") for history in histories)
    past_counts = ", ".join(
        f"{counts[verdict]} *{verdict}*" for verdict in VERDICT_WORDS if counts[verdict]
    )
    n_unjudged = len(withdrawn) - len(histories)
    return WITHDRAWN.format(count=len(withdrawn), never=n_unjudged, had=past_counts)


def _list_past(claim: Claim) -> list[tuple[str, str]]:
    """List what a claim had come out as, and until which day."""
    changes = ((change.date, f"{change.what} {change.why}") for change in claim.log)
    return [(verdict[1], day) for day, text in changes if (verdict := OLD_VERDICT.search(text))]


def _render_table(ledger: dict[str, Claim]) -> str:
    """Show all claims at a glance: one row a deck, one tile a claim."""
    rows = []
    for deck in DECKS:
        tiles = "".join(
            f'<li><a class="claim-tile claim-{VERDICTS[claim.verdict][0]}" '
            f'href="#claim-{claim.id}">'
            f'{claim.id}{render_icon(claim.verdict)}<span class="claim-word"> '
            f"{VERDICTS[claim.verdict][1]}</span></a></li>\n"
            for claim in ledger.values()
            if claim.deck == deck
        )
        rows.append(f'<ol class="claim-row" aria-label="Deck {deck}">\n{tiles}</ol>\n')
    return f'<div class="claim-table">\n{"".join(rows)}</div>'


def _render_history(ledger: dict[str, Claim]) -> str:
    """List what each claim had come out as, until which day, and what it is now."""
    rows = []
    for claim in ledger.values():
        history = "; ".join(f"{verdict}, until {day}" for verdict, day in _list_past(claim))
        row = f"[{claim.id}](#claim-{claim.id})", history or "–", VERDICTS[claim.verdict][1]
        rows.append(f"| {' | '.join(row)} |")
    table = "\n".join(["| claim | had come out as | now |", "|:--|:--|:--|", *rows])
    return (
        "## Before and after\n\nThe table has the verdicts that the log of a claim names; why each "
        "was changed stands there. *Holds when* was the earlier word for *holds in part*."
        f"\n\n<details><summary>All claims, before and after</summary>\n\n{table}\n\n</details>"
    )


def _render_filter(ledger: dict[str, Claim]) -> str:
    """Offer the choice of verdict, deck and chapter; `claims.js` shows it and makes it work."""

    def render_choice(name: str, default: str, options: dict[str, str]) -> str:
        items = "".join(
            f'<option value="{html.escape(value)}">{html.escape(words)}</option>'
            for value, words in options.items()
        )
        return (
            f'<label>{name.capitalize()} <select name="{name}"><option value="">{default}</option>'
            f"{items}</select></label>"
        )

    used = {claim.verdict for claim in ledger.values()}
    verdicts = {VERDICTS[v][1].replace(" ", "-"): VERDICTS[v][1] for v in COUNT_WORDS if v in used}
    chapters = sorted({chapter for claim in ledger.values() for chapter in claim.chapters})
    return (
        '<form class="claim-filter" aria-label="Which claims are shown" '
        'autocomplete="off" hidden>'
        + render_choice("verdict", "all verdicts", verdicts)
        + render_choice("deck", "all decks", {deck: f"Deck {deck}" for deck in DECKS})
        + render_choice("chapter", "all chapters", {c: page_title(c) for c in chapters})
        + '<output class="claim-count"></output></form>'
    )


def _render_claim(claim: Claim) -> str:
    """Render a claim: its card, or a shorter one where there is nothing to judge."""
    target = f"(claim-{claim.id})=\n"  # lets prose link to it as [A2](#claim-A2)
    attributes = (
        f'data-verdict="{VERDICTS[claim.verdict][1].replace(" ", "-")}" data-deck="{claim.deck}" '
        f'data-chapter="{" ".join(claim.chapters)}"'
    )
    if claim.chapters and not isinstance(claim, ShownClaim):
        targets = {claim.claim: target}
        card = render_card(
            claim,
            lambda words: f"\n\n{targets.get(words, '')}{_escape_html(words)}\n\n",
            _render_provenance(claim),
        )
        card = card.replace("<details>", f"{_render_anchor(claim)}<details>", 1)
        return card.replace("<article ", f"<article {attributes} ", 1)
    verdict_html = f"{render_icon(claim.verdict)} <strong>{VERDICTS[claim.verdict][1]}</strong>"
    lines = [
        f'<article {attributes} class="claim-card claim-{VERDICTS[claim.verdict][0]}" '
        f'id="claim-{claim.id}" aria-labelledby="claim-{claim.id}-name">{_render_anchor(claim)}'
        "<details><summary>",
        f'<span class="claim-name" id="claim-{claim.id}-name">'
        f'<span class="claim-word">Claim </span>{claim.id}</span>',
        f'<span class="claim-short">{render_inline(claim.short or claim.heading)}</span>',
        f'<span class="claim-verdict">{verdict_html}</span></summary>',
        f'<div class="claim-text">\n\n{target}{_escape_html(claim.claim)}\n\n</div>',
    ]
    if isinstance(claim, ShownClaim) and claim.chapters:
        links = ", ".join(
            f'<a href="{html.escape(c)}.html">{html.escape(page_title(c))}</a>'
            for c in claim.chapters
        )
        tests = ", ".join(f"<code>{html.escape(test)}</code>" for test in claim.tests)
        lines += [
            f'<p class="claim-words">The slide: <q>{render_inline(claim.words)}</q></p>',
            f'<div class="claim-note">\n\n{_escape_html(claim.ran)}\n\n</div>',
            f'<p class="claim-links"><span>Run in {links}. Proved by {tests}.</span></p>',
        ]
    log_html = f'<div class="claim-more">{log}</div>' if (log := _render_log(claim)) else ""
    return "\n".join([*lines, f"{log_html}</details></article>"])


def _render_anchor(claim: Claim) -> str:
    """Render the claim's short address, `#A9`."""
    return f'<span class="claim-anchor" id="{claim.id}"></span>'


@functools.cache
def _find_durations() -> dict[str, str]:
    """Return by CHAPTER/EXPERIMENT what its function's docstring says it takes.

    The modules are read, not imported: the book is built without PyTorch.
    """
    pattern = r"\(((?:about |half |a |an |the |\w+ )*(?:second|minute|hour)s?)\)"
    durations = {}
    for path in FOLDER.glob("ch*/experiments.py"):
        trees = [ast.parse(module.read_text("utf-8")) for module in path.parent.glob("*.py")]
        by_name = {
            node.name: match[1]
            for tree in trees
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
            and (match := re.search(pattern, ast.get_docstring(node) or ""))
        }
        nodes = (node for tree in trees for node in ast.walk(tree))
        for table in (node for node in nodes if isinstance(node, ast.Dict)):
            for key, value in zip(table.keys, table.values, strict=True):
                used = {getattr(n, "id", getattr(n, "attr", "")) for n in ast.walk(value)}
                if isinstance(key, ast.Constant) and (names := used & by_name.keys()):
                    durations[f"{path.parent.name}/{key.value}"] = by_name[min(names)]
    return durations


def _render_command(claim: MeasuredClaim | ConditionalClaim) -> str:
    """Say what command measures the primary check, and how long its function says it takes."""
    about = next(check for check in claim.checks if check.role == "primary").reading.about
    duration = _find_durations().get(str(about["command"]).rpartition("ONLY=")[2])
    cost = f", {duration} of processor time" if duration else ""
    return (
        "<p><strong>Run it yourself.</strong> "
        f"<code>{html.escape(str(about['command']))}</code>{cost}.</p>"
    )


def _render_provenance(claim: MeasuredClaim | ConditionalClaim) -> str:
    """Say what would overturn it, where each number comes from, and what was changed."""
    contest_link = ""
    if repository := os.environ.get("RNNCOURSE_REPOSITORY", "").rstrip("/").removesuffix(".git"):
        url = f"{repository}/issues/new?template=2-claim-you-doubt.yml&amp;claim={claim.id}"
        contest_link = f' <a href="{url}">Contest this verdict</a>'
    verb = "decide" if claim.verdict == "undecided" else "overturn"
    rows = "".join(_list_sources(claim))
    return (
        f'\n<div class="claim-more"><p><strong>What would {verb} it.</strong> '
        f"{render_inline(claim.overturn)}{contest_link}</p>{_render_command(claim)}"
        f"<details><summary>Where the numbers of {claim.id} come from</summary><ul>{rows}</ul>"
        f"</details>{_render_log(claim)}{_render_citation(claim)}</div>"
    )


def _render_citation(claim: MeasuredClaim | ConditionalClaim) -> str:
    """Say how to cite a verdict: whose, of which claim, of which day, and where it stands."""
    day = max(str(check.reading.about.get("date", "")) for check in claim.checks)
    is_partial = claim.verdict in ("holds in part", "fails as stated")
    condition = f" (it holds {render_inline(claim.condition)})" if is_partial else ""
    return (
        "<details><summary>How to cite this verdict</summary><p>The rnncourse authors, "
        f"<em>Networks that read, remember and write</em>, claim {claim.id}: “"
        f"{render_inline(claim.short)}”. Verdict: {VERDICTS[claim.verdict][1]}{condition}; "
        f"measured {day}. claims.html#claim-{claim.id}</p></details>"
    )


def _list_sources(claim: Claim) -> Iterator[str]:
    """List each check's values and record; once an experiment its function, date and versions."""
    previous = None
    for check in claim.quoted_checks:
        reading = check.reading
        values = ", ".join(format_number(f"{value:.3g}") for value in reading.values[:12])
        values += f", and {reading.n - 12} more, in the download" if reading.n > 12 else ""
        text = (
            f"<code>{check.name}</code>: {values}; record <code>{check.record}</code>, tolerance "
            f"{reading.entry.tolerance:g} ({render_inline(reading.entry.evidence)})"
        )
        if previous != (previous := _describe_run(reading)):
            text += f"; {previous}"
        yield f"<li>{text}.</li>"


def _describe_run(reading: CheckReading) -> str:
    """Describe the run that measured a check: function, command, date, commit and versions."""
    about = reading.about
    versions = ", ".join(
        f"{name} {version}"
        for name, version in about.items()
        if isinstance(version, str) and name not in RUN_FIELDS and "sha256" not in name
    )
    return (
        f"measured by <code>{html.escape(str(about.get('function', 'unknown')))}</code> "
        f"(<code>{html.escape(str(about['command']))}</code>) "
        f"on {about.get('date', 'an unknown day')} "
        f"from commit <code>{html.escape(str(about.get('commit', 'unknown')))}</code>; "
        f"Python {about['python']}, {html.escape(versions)}"
    )


def _render_log(claim: Claim) -> str:
    """List what was changed after its numbers were known."""
    if not claim.log:
        return ""
    rows = "".join(
        f"<li>{change.date}: {render_inline(change.what)} "
        f"<em>Why:</em> {render_inline(change.why)}</li>"
        for change in claim.log
    )
    return f"<details><summary>Changes of {claim.id}</summary><ul>{rows}</ul></details>"


def _escape_html(text: str) -> str:
    """Leave the ledger's Markdown to Sphinx, except that it holds no HTML."""
    pattern = r"\$[^$]+\$|`[^`]+`|[&<]"
    return re.sub(pattern, lambda m: html.escape(m[0]) if m[0] in "&<" else m[0], text)


if __name__ == "__main__":
    main()
