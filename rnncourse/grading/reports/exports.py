"""The results of a batch as files: for programs, for platforms, for people.

Every file is made from the same results and replaced as a whole. What strangers
wrote is cleaned once, here, so that no format has to fear it.

Sources: Gradescope's Autograder Specifications ("Output format"); the JUnit form
as Jenkins reads it (`junit-10.xsd`).
"""

import csv
import functools
import io
import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from rnncourse.core.files import write_file
from rnncourse.grading.judging import HARNESS_ERROR, IN_PART, NOT_STARTED, PASSED, WRONG, Result
from rnncourse.grading.reports.page import render_index_page, render_submission_page
from rnncourse.grading.reports.panels import describe_status
from rnncourse.grading.reports.summary import write_status_note, write_summary
from rnncourse.grading.reports.totals import Totals
from rnncourse.grading.results import GRADED, MISSING, SubmissionResult
from rnncourse.grading.texts import clean_code_line, clean_text, make_file_names

BATCH_SCHEMA = "rnncourse-results/2"
_JUNIT = {NOT_STARTED: "skipped", WRONG: "failure", IN_PART: "failure"}
# The beginning, or a sign that may separate cells; behind it, and blanks and quotes, a formula's
# sign. One between blanks, as in "hw - copy", begins no formula where blanks separate.
_FORMULA = re.compile(r"""(^|[,;:|]|\s(?=['"]*[=+@＝＋－＠-]\S))(?=[\s'"]*[=+@＝＋－＠-])""")
_PATH = re.compile(r"(?<![\w/\\])([A-Za-z]:)?[/\\]+([^\s/\\'\":]+[/\\]+)+")  # folders, from the top
_PERSON = "The grader failed here, so this is no mark: a person has to look at it."


def export_reports(
    results: Iterable[SubmissionResult], out: Path, notes: Sequence[str] = (), book: str = ""
) -> dict[str, str]:
    """Write all formats into a folder, with links to the book that the class reads, if it does.

    These are `results.json`, `marks.csv`, `junit.xml`, `summary.md`, `gradescope/*.json`,
    `report/index.html` and a page for each submission. What a run before has written there of
    submissions that this one does not have is removed.

    Returns:
        The page of each result, by its file's name, in order.

    Raises:
        OSError: If they cannot be written.
    """
    results = [clean_result(result) for result in results]
    notes = [clean_text(_hide_paths(note), 500) for note in notes]
    names = make_file_names(result.name for result in results)
    _remove_old_pages(out, names)
    write_file(out / "results.json", format_results_json(results, notes))
    write_file(out / "marks.csv", format_marks_csv(results))
    write_file(out / "junit.xml", format_junit_xml(results))
    write_file(out / "summary.md", write_summary(results, notes))
    pages = {
        f"{n}.html": render_submission_page(r, book) for n, r in zip(names, results, strict=True)
    }
    for name, result in zip(names, results, strict=True):
        if result.status != MISSING:
            write_file(out / "gradescope" / f"{name}.json", format_gradescope_json(result))
        write_file(out / "report" / f"{name}.html", pages[f"{name}.html"])
    write_file(out / "report" / "index.html", render_index_page(results, [*pages], notes))
    return pages


def load_results(path: Path) -> list[SubmissionResult] | None:
    """Read the `results.json` of the run before; none if there was no run, None if it is no such.

    That may be a result of an older form, or damaged.
    """
    if not path.exists():
        return []
    try:
        submissions = json.loads(path.read_text(encoding="utf-8"))["submissions"]
        return [SubmissionResult.from_json(submission) for submission in submissions]
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None


def _remove_old_pages(out: Path, names: Sequence[str]) -> None:
    """Remove the pages that a run before has written of others than these, and what it gave back.

    Gradebooks and feedback are written anew after this, for the platforms that there are: nobody
    shall hand back those of another class.
    """
    earlier_results = load_results(out / "results.json") or []
    for name in {*make_file_names(result.name for result in earlier_results)} - {*names}:
        (out / "report" / f"{name}.html").unlink(missing_ok=True)
        (out / "gradescope" / f"{name}.json").unlink(missing_ok=True)
    for platform in ("canvas", "moodle"):
        (out / "gradebook" / f"{platform}.csv").unlink(missing_ok=True)
        (out / "feedback" / f"{platform}.zip").unlink(missing_ok=True)


def clean_result(result: SubmissionResult) -> SubmissionResult:
    """Make every text of a result one that any format can hold."""
    questions = tuple(
        replace(
            q,
            question=clean_text(q.question, 100),
            title=clean_text(q.title, 200),
            status=clean_text(q.status, 50),
            message=clean_text(_hide_paths(q.message, q.status == HARNESS_ERROR)),
            mistake=clean_text(q.mistake, 200),
            by_hand=clean_text(q.by_hand, 500),
            code="\n".join(clean_code_line(_hide_paths(line)) for line in q.code.split("\n")),
        )
        for q in result.questions
    )
    return replace(
        result,
        name=clean_text(result.name, 250) or "submission",
        assignment=clean_text(result.assignment, 100),
        reason=clean_text(_hide_paths(result.reason, result.needs_person)),
        notes=tuple(clean_text(_hide_paths(note)) for note in result.notes),
        student=clean_text(result.student, 100),
        file=clean_text(result.file, 250),
        choice=clean_text(result.choice),
        late=clean_text(result.late, 200),
        due=clean_text(result.due, 200),
        questions=questions,
    )


def _hide_paths(text: str, is_ours: bool = False) -> str:
    """Leave out where things are on this machine: students read the reports.

    What the grader says of its own failure names no path of a student's, so none is kept.
    """
    for folder in _list_private_folders():
        text = text.replace(folder, "…")
    return _PATH.sub("…/", text) if is_ours else text


@functools.cache
def _list_private_folders() -> list[str]:
    """List the folders that say whose machine this is, and where the course is, longest first."""
    roots = [sys.prefix, sys.base_prefix, Path.home(), Path(__file__).parents[3], Path.cwd()]
    folders = {str(form) for root in map(Path, roots) for form in (root, root.resolve())}
    return sorted((f for f in folders if len(Path(f).parts) > 1), key=len, reverse=True)


def format_results_json(results: Sequence[SubmissionResult], notes: Sequence[str] = ()) -> str:
    """Write everything that is known, as JSON."""
    totals = Totals.from_results(results)
    document = {
        "schema": BATCH_SCHEMA,
        "mean_percent": totals.mean,
        "median_percent": totals.median,
        "notes": list(notes),
        "submissions": [result.to_json() for result in results],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def format_marks_csv(results: Sequence[SubmissionResult]) -> str:
    """Write a row for each submission, names first, and three columns for each question.

    A field is empty where there is no mark to be believed.
    """
    ids = list(dict.fromkeys(q.question for result in results for q in result.questions))
    head = ["name", "student", "status", "mark", "points", "earned", "reason", "late", "due"]
    head += ["file", "sha256"]
    head += [column for i in ids for column in (f"{i} earned", f"{i} status", f"{i} mistake")]
    rows = [head]
    for result in results:
        mark, earned = (f"{result.mark:g}", result.earned) if result.has_mark else ("", "")
        row = [result.name, result.student, result.status, mark, result.points, earned]
        row += [write_status_note(result), result.late, result.due, result.file, result.sha256]
        questions = {q.question: q for q in result.questions}
        for i in ids:
            q = questions.get(i)
            unknown = q and q.status == HARNESS_ERROR and not q.by_hand
            row += ["" if unknown else q.earned, q.status, q.mistake] if q else ["", "", ""]
        rows.append(row)
    return format_csv(rows)


def format_csv(rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV; the mark at the beginning is what makes Excel read UTF-8."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([*map(escape_formula, row)] for row in rows)
    return "\ufeff" + file.getvalue()


def escape_formula(cell: object) -> object:
    """Put a quote wherever a cell might begin that a spreadsheet would run as a formula.

    Which sign separates cells is up to whoever opens the file: in many countries it is the
    semicolon.
    """
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell


def format_junit_xml(results: Sequence[SubmissionResult]) -> str:
    """Write a test suite for each submission, and a test case for each question.

    A wrong answer is a failure. An error is a question that came to no answer, and
    its type says whose fault that was. What is not started is skipped.
    """
    root = ElementTree.Element("testsuites", name="rnncourse")
    counted = {"tests": "test", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for result in results:
        cases = [_make_case(result, q) for q in result.questions]
        if result.status != GRADED:
            case = ElementTree.Element("testcase", classname=result.name, name="notebook")
            tag = "skipped" if result.status == MISSING else "error"
            ElementTree.SubElement(case, tag, type=result.status, message=result.reason)
            cases.append(case)
        tags = ["test"] * len(cases) + [child.tag for case in cases for child in case]
        suite = ElementTree.SubElement(root, "testsuite", name=result.name)
        for name, tag in counted.items():
            suite.set(name, str(tags.count(tag)))
        suite.set("time", f"{sum(q.seconds for q in result.questions):.3f}")
        suite.extend(cases)
    for name in counted:
        root.set(name, str(sum(int(suite.get(name)) for suite in root)))
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _make_case(result: SubmissionResult, q: Result) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=result.name, name=f"{q.question}: {q.title}")
    case.set("time", f"{q.seconds:.3f}")
    if q.earned < q.points or (q.status != PASSED and not q.by_hand):
        message = q.message or f"{q.earned} of {q.points} points."
        tag = "failure" if q.by_hand else _JUNIT.get(q.status, "error")
        ElementTree.SubElement(case, tag, type=q.status, message=message)
    return case


def format_gradescope_json(result: SubmissionResult) -> str:
    """Write a submission's `results.json` for Gradescope.

    Where the grader failed, or the file cannot be graded, there is no score at all:
    Gradescope then says that the autograder failed, and not that the student did.
    """
    tests = []
    for q in result.questions:
        test: dict[str, object] = {"name": q.title, "number": q.question}
        if result.has_mark:
            test |= {"score": q.earned, "max_score": q.points}
            test["status"] = "passed" if q.earned == q.points else "failed"
        by_hand = q.by_hand and f"The points were set by hand: {q.by_hand}"
        remarks = [f"{describe_status(q.status)}.".capitalize(), q.message, by_hand]
        tests.append(test | {"output": " ".join(filter(None, remarks)), "visibility": "visible"})
    sentences = [
        write_status_note(result) if result.by_hand else result.reason,
        result.choice,
        result.late,
        result.due,
        *([_PERSON] if result.needs_person else []),
    ]  # notes are for instructors
    score = int(result.mark) if result.mark == int(result.mark) else result.mark
    document: dict[str, object] = {"score": score} if result.has_mark else {}
    document |= {
        "execution_time": round(sum(q.seconds for q in result.questions)),
        "output": " ".join(filter(None, sentences)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "extra_data": {"sha256": result.sha256, "version": result.version},
        "tests": tests,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
