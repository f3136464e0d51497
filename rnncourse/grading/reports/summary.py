"""The summary that a continuous-integration service shows, in Markdown."""

from collections.abc import Sequence

from rnncourse.grading.judging import HARNESS_ERROR
from rnncourse.grading.reports.totals import (
    Totals,
    compute_points_percent,
    is_absent,
    is_counted,
    to_percent,
)
from rnncourse.grading.results import GRADED, SubmissionResult
from rnncourse.grading.texts import escape_markdown, quote_markdown

MAX_ROWS = 1000
"""GitHub shows a megabyte; the other rows are in `marks.csv`."""

_MAX_CONCERNS = 100


def write_summary(results: Sequence[SubmissionResult], notes: Sequence[str] = ()) -> str:
    """Write totals, distribution, what needs a person, and a row for each submission."""
    totals = Totals.from_results(results)
    lines = [
        "# Marks",
        "",
        f"{totals.counted}; mean {to_percent(totals.mean)}, "
        f"median {to_percent(totals.median)} of the points.",
        "",
        *_list_concerns("Need a person: the grader failed", [r for r in results if r.needs_person]),
        *_list_concerns(
            "Not graded",
            sorted(  # who handed in nothing comes last
                (r for r in results if r.status != GRADED and not r.needs_person), key=is_absent
            ),
        ),
        *(
            ["## To look at", "", *(f"- {escape_markdown(note)}" for note in notes), ""]
            if notes
            else []
        ),
        "| Share of the points | Submissions |",
        "| --- | ---: |",
        *(f"| {label} | {count} |" for label, count in totals.bins if count),
        "",
        "| Submission | Status | Points | Share |",
        "| --- | --- | ---: | ---: |",
        *(_render_row(result) for result in results[:MAX_ROWS]),
        "",
    ]
    if len(results) > MAX_ROWS:
        lines += [f"{len(results) - MAX_ROWS} more rows are in `marks.csv`.", ""]
    return "\n".join(lines)


def _list_concerns(title: str, results: Sequence[SubmissionResult]) -> list[str]:
    if not results:
        return []
    lines = [
        f"- {quote_markdown(r.name)}: {escape_markdown(explain_concern(r))}"
        for r in results[:_MAX_CONCERNS]
    ]
    if len(results) > _MAX_CONCERNS:
        lines.append(f"- … and {len(results) - _MAX_CONCERNS} more, see `results.json`.")
    return [f"## {title}", "", *lines, ""]


def explain_concern(result: SubmissionResult) -> str:
    """Say what a person should know of a submission that is not graded, or not to be trusted."""
    sentences = [result.reason]
    sentences += [
        f"{q.question}: {q.message}"
        for q in result.questions
        if q.status == HARNESS_ERROR and q.message and not q.by_hand
    ]
    return " ".join(filter(None, sentences)) or "No reason is known."


def write_status_note(result: SubmissionResult) -> str:
    """Say what stands beside a status: what a person has corrected, and what was found."""
    concern = explain_concern(result) if result.needs_person else result.reason
    if concern and result.by_hand:
        concern = f"The grader found: {concern}"
    return f"{result.by_hand} {concern}".strip()


def _render_row(result: SubmissionResult) -> str:
    points = f"{result.mark:g} of {result.points}" if result.has_mark else "?"
    share = to_percent(compute_points_percent(result)) if is_counted(result) else "not in the mean"
    status = "needs a person" if result.needs_person else result.status
    status = f"{status}. {escape_markdown(result.by_hand)}" if result.by_hand else status
    return f"| {quote_markdown(result.name)} | {status} | {points} | {share} |"
