"""The static report: a page for the class, and one for each student. No script, no other host."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from rnncourse.grading.judging import HARNESS_ERROR, NOT_STARTED, PASSED, Result
from rnncourse.grading.reports.reports import SIGNS
from rnncourse.grading.reports.summary import concern
from rnncourse.grading.reports.totals import Totals, percent, told
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.texts import rich

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fff; --line: #c9c9d1; --soft: #f1f1f5;
  --good: #14662f; --bad: #9c1c1c; --open: #555560; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8ee; --paper: #17171b; --line: #45454f;
  --soft: #24242b; --good: #7fd69a; --bad: #ff9c94; --open: #b3b3bf; --link: #8fc3ff; } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
a { color: var(--link); }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; background: var(--soft); padding: 0 .2em;
  overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left;
  vertical-align: top; }
tbody th { font-weight: normal; min-width: 9rem; }
tbody th, td { overflow-wrap: anywhere; }
td p { margin: .3rem 0; }
h2 { font-size: 1rem; }
.number { text-align: right; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
.alert { border-left: .3rem solid var(--bad); background: var(--soft); padding: .5rem 1rem; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def index_page(results: Sequence[SubmissionResult], pages: Sequence[str]) -> str:
    """Write the page of the class.

    Args:
        results: One for each submission.
        pages: The file with each one's page.
    """
    totals = Totals.of(results)
    people = sum(result.needs_a_person for result in results)
    alert = (
        f'<p class="alert">{people} of them need a person, because the grader failed: '
        "their marks are not to be believed.</p>\n"
        if people
        else ""
    )
    bins = "".join(
        f'<tr><th scope="row">{label}</th><td class="number">{count}</td></tr>\n'
        for label, count in totals.bins
    )
    rows = "".join(_row(result, page) for result, page in zip(results, pages, strict=True))
    body = (
        f"<h1>Marks</h1>\n<p>{totals.submissions} submissions; mean {told(totals.mean)}, median "
        f"{told(totals.median)} of the points.</p>\n{alert}"
        + _table("Submissions", ("Submission", "Status", "Points", "Share"), rows, 2)
        + _table("Distribution", ("Share of the points", "Submissions"), bins, 1)
    )
    return _page("Marks", body)


def _row(result: SubmissionResult, page: str) -> str:
    points = "?" if result.needs_a_person else f"{result.earned} of {result.points}"
    share = "?" if result.needs_a_person else told(percent(result))
    status = "needs a person" if result.needs_a_person else result.status
    said = concern(result) if result.needs_a_person else result.reason
    reason = f"<br>{rich(said)}" if said else ""
    return (
        f'<tr><th scope="row"><a href="{escape(quote(page))}"><bdi>{escape(result.name)}</bdi></a>'
        f'</th><td>{escape(status)}{reason}</td><td class="number">{points}</td>'
        f'<td class="number">{share}</td></tr>\n'
    )


def submission_page(result: SubmissionResult) -> str:
    """Write the page of one submission: feedback for the student."""
    parts = [f"<h1><bdi>{escape(result.name)}</bdi></h1>\n"]
    if result.needs_a_person:
        parts.append(
            '<p class="alert">The grader failed here. This is no mark: '
            "a person has to look at it.</p>\n"
        )
    elif result.questions:
        parts.append(
            f"<p><strong>{result.earned} of {result.points} points</strong> "
            f"({told(percent(result))}).</p>\n"
        )
    if result.reason:
        parts.append(f'<p class="alert">{rich(result.reason)}</p>\n')
    if result.questions:
        rows = "".join(map(_question, result.questions))
        parts.append(_table("Questions", ("Question", "State and what to know", "Points"), rows, 1))
    if result.notes:
        notes = "".join(f"<li>{rich(note)}</li>" for note in result.notes)
        parts.append(f"<h2>Notes</h2>\n<ul>{notes}</ul>\n")
    seed = "a secret seed" if result.seed == "secret" else "the public seed"
    facts = {
        "Assignment": result.assignment or "not known",
        "SHA-256 of the file": result.sha256 or "not known",
        "Inputs": f"from {seed}",
        "Isolation": result.isolation,
        "Grader": f"rnncourse {result.version}",
    }
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td><code>{escape(value)}</code></td></tr>\n'
        for name, value in facts.items()
    )
    parts.append(_table("How it was graded", ("Fact", "Value"), rows, 0))
    return _page(result.name, "".join(parts))


def _question(q: Result) -> str:
    failed = q.status == HARNESS_ERROR
    kind = {PASSED: "good", NOT_STARTED: "open"}.get(q.status, "bad")
    message = f"<p>{rich(q.message)}</p>" if q.message else ""
    points = "?" if failed else f"{q.earned} of {q.points}"
    return (
        f'<tr><th scope="row">{rich(q.title)}</th><td><span class="{kind}">'
        f'<span aria-hidden="true">{SIGNS[q.status]}</span> {escape(q.status)}</span>'
        f'{message}</td><td class="number">{points}</td></tr>\n'
    )


def _table(caption: str, head: tuple[str, ...], rows: str, numbers: int) -> str:
    """Write a table; the last columns, `numbers` of them, are set to the right."""
    words = len(head) - numbers
    columns = "".join(f'<th scope="col">{name}</th>' for name in head[:words])
    columns += "".join(f'<th scope="col" class="number">{name}</th>' for name in head[words:])
    return (
        f"<table><caption>{caption}</caption>\n<thead><tr>{columns}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody></table>\n"
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
