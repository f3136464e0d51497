"""Marks in the tables that Canvas and Moodle import.

Canvas: a row of names that begins with `Student` and `ID` and has `Section` before the columns of
assignments; a row `Points Possible`; a student by `ID`, else `SIS User ID`, else `SIS Login ID`,
else the name. A column `Title (4711)` is the assignment of this number; another one becomes a new
assignment. An empty cell says nothing.
Source: https://github.com/instructure/canvas-lms (lib/gradebook_importer.rb).

Moodle: the grading worksheet of one assignment, with `Identifier` ("Participant 4711"), `Grade`
and `Last modified (grade)`. Rows of unknown identifiers, and empty grades, are passed over.
Source: https://github.com/moodle/moodle (importgradeslib.php in mod/assign/feedback/offline).
"""

import csv
import difflib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rnncourse.grading.classes.joining import Member
from rnncourse.grading.classes.layouts import CANVAS, MOODLE
from rnncourse.grading.classes.roster import GRADE, Roster, is_canvas, is_moodle
from rnncourse.grading.classes.tables import ClassDataError, ClassTable, normalize_column
from rnncourse.grading.reports.exports import escape_formula
from rnncourse.grading.reports.totals import is_counted
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.texts import clean_text

_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_MOODLE = (
    *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"),
    "Last modified (grade)",
)
_FORMATTED = re.compile(r"[<\r\n]")  # what formatted text has, and no cell of a line


@dataclass(frozen=True)
class Gradebook:
    """A table for a platform, without those whom it could not tell; and notes to read before."""

    text: str
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def format_points(value: float | int) -> str:
    """Write points without a needless comma.

    >>> format_points(12.0), format_points(12.5)
    ('12', '12.5')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def format_grade(result: SubmissionResult) -> str:
    """Return what a platform should take over; "" where its own rules should decide.

    That is where nothing was handed in, or a person has to look first: at what could not be
    graded, too, which is no zero.
    """
    return format_points(result.mark) if is_counted(result) else ""


def build_canvas_gradebook(
    members: Sequence[Member],
    results: Sequence[SubmissionResult],
    title: str,
    roster: Roster | None = None,
) -> Gradebook:
    """Write the table for Canvas.

    If the roster is Canvas's own gradebook, the column is found in it by the title.
    """
    table = roster.table if roster else None
    table = table if table and is_canvas(table) else None
    column, possible = _find_column(table, title) if table else ("", "")
    points = max((r.points for r in results), default=0)
    notes = []
    if table and not column:
        notes.append(
            f"Canvas makes a new assignment {clean_text(title, 80)!r}, a title that its gradebook "
            "has not: to choose one that is there, use --column."
        )
    if column and possible and not _means_points(possible, points):
        notes.append(
            f"Canvas counts {clean_text(possible, 20)} points for {clean_text(column, 80)!r}, and "
            f"here there are {points}: the marks are written as they are."
        )
    head = [*_CANVAS, column or clean_text(title, 200)]
    lines = [head, ["    Points Possible", "", "", "", "", possible if column else str(points)]]
    left_out = []
    for member, result in zip(members, results, strict=True):
        canvas_id = _find_platform_id(member, CANVAS)
        canvas_id = "" if canvas_id.startswith("anon_") else canvas_id
        sis, login = (member.student.key(kind) for kind in ("sid", "login"))
        if not (canvas_id or sis or login):
            left_out.append(member.student.display_name)
            continue
        section = member.student.cells.get("Section", "") if table else ""
        lines.append([member.student.name, canvas_id, sis, login, section, format_grade(result)])
    return Gradebook(_format_csv(lines), tuple(left_out), tuple(notes))


def require_column(
    title: str, roster: Roster | None, has_canvas: bool, is_new: bool = False
) -> None:
    """Refuse a title that no gradebook has, before anything is graded: a typo makes an assignment.

    Raises:
        ClassDataError: If the title is not there, is there more than once, or nothing has titles.
    """
    table = roster.table if roster else None
    if not has_canvas:
        moodle = bool(table and is_moodle(table))
        why = "Moodle's worksheet is of one assignment" if moodle else "only Canvas's has titles"
        raise ClassDataError(
            f"No gradebook here has the assignment {clean_text(title, 80)!r}: {why}."
        )
    if is_new or not (table and is_canvas(table)) or _find_column(table, title)[0]:
        return
    titles = {bare.casefold(): bare for bare in map(_drop_number, _list_assignments(table))}
    close_titles = difflib.get_close_matches(title.strip().casefold(), titles)
    suggestions = " or ".join(repr(clean_text(titles[name], 80)) for name in close_titles)
    hint = f"; did you mean {suggestions}?" if close_titles else " and none of a title near it."
    raise ClassDataError(
        f"Canvas's gradebook has no assignment {clean_text(title, 80)!r}{hint} "
        "To make a new one, add --new-column."
    )


def _drop_number(name: str) -> str:
    return re.sub(r"\s*\(\d+\)$", "", name)


def _list_assignments(table: ClassTable) -> list[str]:
    """List the columns of Canvas's gradebook that come after who it is."""
    return table.head[table.head.index("Section") + 1 :]


def _find_column(table: ClassTable, title: str) -> tuple[str, str]:
    """Find the column of an assignment in Canvas's gradebook, and what Canvas counts for it."""
    heads = _list_assignments(table)
    columns = [name for name in heads if title.strip() in (name, _drop_number(name))]
    if not columns:
        return "", ""
    if len(columns) > 1:
        raise ClassDataError(
            f"Canvas has {len(columns)} assignments {clean_text(title, 80)!r}: give --column with "
            f"the number, for instance {columns[0]!r}."
        )
    rows = [
        cells
        for _, cells in table.rows
        if "points possible" in normalize_column(cells[table.head[0]])
    ]
    return columns[0], rows[0].get(columns[0], "") if rows else ""


def _means_points(text: str, points: int) -> bool:
    """Say whether a cell of Canvas's means so many points: it writes 20.00, or 20,00."""
    try:
        return float(text.replace(",", ".")) == points
    except ValueError:
        return False


def build_moodle_gradebook(
    members: Sequence[Member], results: Sequence[SubmissionResult], roster: Roster | None = None
) -> Gradebook:
    """Write the grading worksheet for Moodle.

    If the roster is the worksheet that Moodle gave, its columns are kept, also in another language,
    and only the grades are filled in. Columns of formatted text are left out: Moodle then leaves
    them as they are.
    """
    table = roster.table if roster else None
    table = table if table and is_moodle(table) else None
    grade = table.column(*GRADE) if table else ""
    formatted = (
        {n for n in table.head for _, c in table.rows if _FORMATTED.search(c[n])} if grade else {}
    )
    head = [name for name in table.head if name not in formatted] if grade else [*_MOODLE]
    lines, left_out = [head], []
    for member, result in zip(members, results, strict=True):
        student, moodle_id = member.student, _find_platform_id(member, MOODLE)
        if grade and student.row:
            cells = {**student.cells, grade: format_grade(result) or student.cells.get(grade, "")}
            lines.append([cells.get(name, "") for name in head])
        elif moodle_id and not grade:
            identity = (f"Participant {moodle_id}", student.name, student.email, result.status)
            lines.append([*identity, format_grade(result), format_points(result.points), "-"])
        else:
            left_out.append(student.display_name)
    omitted = ", ".join(
        repr(clean_text(n, 40)) for n in (table.head if grade else ()) if n in formatted
    )
    note = f"Moodle's worksheet goes back without {omitted}: formatted text, which Moodle keeps."
    notes = (note,) if omitted else ()
    return Gradebook(_format_csv(lines), tuple(left_out), notes)


def _find_platform_id(member: Member, platform: str) -> str:
    ids = (owner.key for owner in member.owners if owner.platform == platform)
    return member.student.key(platform) or next(ids, "")


def _format_csv(lines: Iterable[Sequence[str]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows(map(_clean_cell, line) for line in lines)
    return file.getvalue()


def _clean_cell(text: str) -> str:
    """Return a text that no spreadsheet runs; numbers, and the dash of Moodle, are none."""
    return text if re.fullmatch(r"-|-?[\d.,]+", text) else escape_formula(clean_text(text, 250))
