"""The HTML of a claim: the card, its seal, and its checks.

Plain HTML without style or script, so that it reads as a list of facts where
no style sheet is loaded; `book/_assets/claims.css` gives it its looks.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from rnncourse.claims import Check, Claim, ConditionalClaim, Recomputed, confirm_claim
from rnncourse.core.chapters import Page, list_pages
from rnncourse.viz.answers import format_answer
from rnncourse.viz.effects import draw_effect_curve, draw_interval_plot, format_number, round_effect
from rnncourse.viz.text import render_inline

VERDICTS = {  # computed verdict: CSS class, words on the seal, strokes of the icon
    "holds": ("holds", "holds", '<path d="M4.5 12.8l4.8 4.9L19.5 6.8"/>'),
    "holds in part": (
        "when",
        "holds in part",
        '<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>',
    ),
    "fails": ("fails", "fails", '<path d="M5.8 5.8l12.4 12.4M18.2 5.8L5.8 18.2"/>'),
    "fails as stated": (
        "stated",
        "fails as stated",
        '<path d="M6.5 3.5l11 11M17.5 3.5l-11 11M4 20h16"/>',
    ),
    "undecided": ("open", "undecided", '<path d="M4.5 9.5h15M4.5 14.5h15"/>'),
    "shown": ("shown", "shown", '<circle cx="12" cy="12" r="5.5"/>'),
    "unmeasured": ("unmeasured", "no verdict", '<path d="M5 12h.01M12 12h.01M19 12h.01"/>'),
}
STATES = {  # of a check: CSS class, the verdict whose icon it has, what the card says
    "met": ("met", "holds", "so it is"),
    "missed": ("missed", "fails", "not so"),
    "open": ("open", "undecided", "too close to tell"),
}
SIGNS = {"<=": "at most", ">=": "at least"}


@dataclass(frozen=True)
class Card:
    """A claim as a notebook shows it."""

    claim: Claim

    def _repr_html_(self) -> str:
        return render_card(self.claim)

    def __repr__(self) -> str:
        numbers = "; ".join(_summarize_check(check) for check in self.claim.quoted_checks)
        verdict = VERDICTS[self.claim.verdict][1]
        if self.claim.verdict in ("holds in part", "fails as stated"):
            verdict += f"; it holds {self.claim.condition}"
        return f"Claim {self.claim.id}: {verdict.rstrip('.')}." + (
            f" {numbers}." if numbers and self.claim.chapters else ""
        )


def _summarize_check(check: Check) -> str:
    """A check in one line of text."""
    effect = check.effect
    mean, low, high = (round_effect(x, check) for x in (effect.mean, effect.low, effect.high))
    return (
        f"{check.name} = {mean} [{low}, {high}], {effect.n} {check.over}"
        f" (claim: {check.op} {check.smallest:.12g}; {check.state})"
    )


def claim_card(claim_id: str, /, **recomputed: Recomputed) -> Card:
    """Confirm a claim's recorded numbers with this run, and return its card.

    Args:
        claim_id: For instance `"A2"`.
        **recomputed: For each check that is measured here, by its name, its fresh values; where
            several chapters measure a claim, for each check of this one.

    Returns:
        The card. It quotes the recorded numbers, which read the same on every machine.

    Raises:
        LedgerError: If the claim or a check is unknown, missing or not yet entered, or if a fresh
            value would turn a check.
        RecordError: If a fresh value lies outside its record's tolerance.
    """
    return Card(confirm_claim(claim_id, **recomputed))


def render_icon(verdict: str) -> str:
    """Return the icon of a computed verdict; words beside it carry the meaning for all readers."""
    return (
        '<svg class="claim-icon" viewBox="0 0 24 24" width="16" height="16" fill="none" '
        'stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" '
        f'aria-hidden="true">{VERDICTS[verdict][2]}</svg>'
    )


def page_title(name: str) -> str:
    """Name a page: its number, and the title that stands on it.

    >>> page_title("02-language-models")
    'Lesson 2, Language models'
    >>> page_title("lab-03-recurrent-networks")
    'Lab report: recurrent networks'
    """
    page = _map_pages().get(name)
    if not page:
        return name.replace("-", " ")
    return page.title if name.startswith("lab-") else f"Lesson {page.number}, {page.title}"


@cache
def _map_pages() -> dict[str, Page]:
    """The pages by the stems of their notebooks."""
    return {page.name: page for page in list_pages()}


def render_card(claim: Claim, page: Callable[[str], str] | None = None, more: str = "") -> str:
    """Return the card of a claim.

    Args:
        claim: A claim of the ledger that is judged.
        page: For the ledger's page only, which leaves the sentences to Sphinx, so that
            search finds them: sets a sentence as Markdown within the HTML.
        more: What the ledger's page adds at the end, as HTML.

    Returns:
        An `article` with the id `claim-ID`. It depends on the ledger and the records only.
    """
    render_text = page or (lambda sentence: f"<p>{render_inline(sentence)}</p>")
    css_class, label, _ = VERDICTS[claim.verdict]
    rows = [
        f'<article class="claim-card claim-{css_class}" id="claim-{claim.id}" '
        f'aria-labelledby="claim-{claim.id}-name"><details><summary>',
        f'<span class="claim-name" id="claim-{claim.id}-name">'
        f'<span class="claim-word">Claim </span>{claim.id}</span>',
        f'<span class="claim-short">{render_inline(claim.short)}</span>',
        f'<span class="claim-verdict">{render_icon(claim.verdict)} <strong>{label}</strong></span>',
        f'<span class="claim-answer">{format_answer(claim)}.{_say_where(claim)}</span></summary>',
        f'<p class="claim-eyebrow"><span class="claim-deck">Deck {claim.deck}</span> '
        f'<span class="claim-heading">{render_inline(claim.heading)}</span></p>',
        f'<div class="claim-text">{render_text(claim.claim)}</div>',
    ]
    if claim.kind == "conditional":
        rows.append(f'<p class="claim-condition">{_render_condition(claim)}</p>')
    items = "".join(_render_check(claim, i) for i in range(len(claim.checks)))
    rows.append(f'<div class="claim-side">\n<ul class="claim-checks">{items}</ul></div>')
    rows.append(f'<div class="claim-note">{render_text(claim.note)}</div>')
    links = ", ".join(
        f'<a href="{html.escape(chapter)}.html#claim-{claim.id}">'
        f"{html.escape(page_title(chapter))}</a>"
        for chapter in claim.chapters
    )
    ledger = f' <a href="claims.html#claim-{claim.id}">{claim.id} in the ledger</a>'
    rows.append(
        f'<p class="claim-links"><span>Card of {links}</span>{"" if page else ledger}</p>{more}'
    )
    return "\n".join([*rows, "</details></article>"])


def _say_where(claim: Claim) -> str:
    """Where a claim on a condition holds, in a sentence; empty for others."""
    if claim.verdict not in ("holds in part", "fails as stated"):
        return ""
    return f' <span class="claim-when">It holds {render_inline(claim.condition)}.</span>'


def _render_condition(claim: ConditionalClaim) -> str:
    """What was varied and why so far, and which of its values the numbers below are of."""
    sweep = claim.sweep
    stated, quoted = (format_number(f"{value:g}") for value in (sweep.stated, claim.quoted_at))
    stated_part = "" if stated == quoted else f", where it holds. First judged was {stated}"
    return (
        f"Varied: {render_inline(sweep.variable.rstrip(','))}. The numbers below are those at "
        f"{quoted}{stated_part} ({render_inline(sweep.chosen)}). "
        f"Source of the range: {render_inline(sweep.source)}."
    )


def _render_check(claim: Claim, index: int) -> str:
    """One effect: its mean, its interval, what the claim asks for; interval plot or curve."""
    check, chapters = claim.quoted_checks[index], len(claim.chapters)
    is_same_record = check.record == claim.checks[index].record
    origin = describe_measured_here(check, chapters) if is_same_record else "recorded"
    effect = check.effect
    css_class, icon, label = STATES[check.state]
    unit = f' <span class="claim-unit">{render_inline(check.unit)}</span>' if check.unit else ""
    low, high = (format_number(round_effect(end, check)) for end in (effect.low, effect.high))
    interval = f"{effect.n} of" if effect.low == effect.high else f"{low} to {high},"
    mean, baseline = (format_number(f"{x:.3g}") for x in (check.reading.mean, check.baseline_mean))
    number = format_number(round_effect(effect.mean, check))
    plot = draw_interval_plot(check)
    if claim.checks_by_value:
        plot = draw_effect_curve(
            {v: checks[index] for v, checks in claim.checks_by_value.items()}, claim.sweep.variable
        )
    return (
        f'<li class="claim-check claim-{css_class}"><span class="claim-reading">'
        f'<strong class="claim-number">{number}{unit}</strong> '
        f'<span class="claim-runs">{interval} {effect.n} {render_inline(check.over)}</span> '
        f'<span class="claim-predicate">the claim asks for {SIGNS[check.op]} '
        f"{format_number(f'{check.smallest:.12g}')} "
        f'<span class="claim-mark">{render_icon(icon)} {label}</span></span></span> '
        f'<span class="claim-quantity">{render_inline(check.quantity)}; {mean}, against {baseline} '
        f'for {render_inline(check.against)} <span class="claim-flag">{origin}</span></span>'
        f"{plot}</li>"
    )


def describe_measured_here(check: Check, chapters: int = 1) -> str:
    """Say whether the numbers are measured again whenever the chapter runs.

    Args:
        check: The check.
        chapters: How many show its claim. Each makes its own checks again, so that on a card of
            several chapters "here" would be untrue in the others.
    """
    location = "here" if chapters == 1 else "in one of its chapters"
    if not check.here:
        return "recorded"
    if check.here == check.reading.n:
        return f"measured {location}"
    return f"{check.here} of {check.reading.n} measured {location}, the rest recorded"
