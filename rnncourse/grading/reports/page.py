"""The static report: a page for the class, and one for each student. No script, no other host."""

import os
import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

from rnncourse.grading.judging import NOT_STARTED, PASSED
from rnncourse.grading.reports.html import render_template
from rnncourse.grading.reports.panels import SIGNS, describe_status
from rnncourse.grading.reports.summary import write_status_note
from rnncourse.grading.reports.totals import Totals, compute_points_percent, is_counted
from rnncourse.grading.results import GRADED, MISSING, SubmissionResult


def render_index_page(
    results: Sequence[SubmissionResult], pages: Sequence[str], notes: Sequence[str] = ()
) -> str:
    """Write the page of the class."""
    return render_template(
        "index",
        totals=Totals.from_results(results),
        people=sum(result.needs_person for result in results),
        rows=list(zip(results, map(quote, pages), strict=True)),
        notes=notes,
        isolation=list(
            dict.fromkeys(r.isolation for r in results if r.status == GRADED and r.isolation)
        ),
        remarks=list(dict.fromkeys(note for result in results for note in result.notes)),
        beside=write_status_note,
        percent=compute_points_percent,
        is_counted=is_counted,
    )


def render_submission_page(result: SubmissionResult, book: str = "") -> str:
    """Write the page of one submission: feedback for the student, with links to the class's book.

    How the answers were isolated, and notes on it, are on the page of the class.
    """
    rooms = {"the question": "exercises", "why the right answer is right": "solutions"}
    if os.environ.get("RNNCOURSE_SOLUTIONS") == "no":
        del rooms["why the right answer is right"]  # the book has none
    page = f"{quote(result.assignment)}.html"
    links = {label: f"{book.rstrip('/')}/{room}/{page}" for label, room in rooms.items() if book}
    ran = result.has_mark and result.status != MISSING and result.isolation
    seed = "the public seed" if result.seed == "public" else "a secret seed"
    facts = {
        "Assignment": result.assignment or "not known",
        **({"File": result.file} if result.file else {}),
        **({"Deadline": result.due} if result.due else {}),
        "SHA-256 of the file": result.sha256 or "not known",
        **({"Inputs": f"from {seed}"} if ran else {}),
        "Grader": f"rnncourse {result.version}",
    }
    kinds = {PASSED: "good", NOT_STARTED: "open"}
    return render_template(
        "submission",
        result=result,
        facts=facts,
        kinds=kinds,
        state=describe_status,
        signs=SIGNS,
        percent=compute_points_percent,
        links=links,
        anchor=make_anchor,
        remark=write_status_note(result) if result.by_hand else result.reason,
    )


def make_anchor(title: str) -> str:
    """Return the anchor that the book gives a heading.

    >>> make_anchor("Witten–Bell: share and rest")
    'wittenbell-share-and-rest'
    """
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
