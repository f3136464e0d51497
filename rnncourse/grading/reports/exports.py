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

from rnncourse.grading.files import write
from rnncourse.grading.judging import (
    CRASH,
    ERROR,
    HARNESS_ERROR,
    IN_PART,
    MEMORY,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    WRONG,
    Result,
)
from rnncourse.grading.reports.page import index_page, submission_page
from rnncourse.grading.reports.summary import summary
from rnncourse.grading.reports.totals import Totals
from rnncourse.grading.results import GRADED, SubmissionResult
from rnncourse.grading.texts import clean, file_names

BATCH_SCHEMA = "rnncourse-results/1"
_JUNIT = {NOT_STARTED: "skipped", WRONG: "failure", IN_PART: "failure"}
_JUNIT |= dict.fromkeys((ERROR, TIMEOUT, MEMORY, CRASH, HARNESS_ERROR), "error")
# The beginning, or a sign that may separate cells; behind it, and blanks and quotes, a formula's
# sign. One between blanks, as in "hw - copy", begins no formula where blanks separate.
_FORMULA = re.compile(r"""(^|[,;:|]|\s(?=['"]*[=+@＝＋－＠-]\S))(?=[\s'"]*[=+@＝＋－＠-])""")
_PATH = re.compile(r"(?<![\w/\\])([A-Za-z]:)?[/\\]+([^\s/\\'\":]+[/\\]+)+")  # folders, from the top
_PERSON = "The grader failed here, so this is no mark: a person has to look at it."


def export(results: Iterable[SubmissionResult], out: Path) -> None:
    """Write all formats into a folder.

    Args:
        results: In the order of the rows.
        out: The folder: `results.json`, `marks.csv`, `junit.xml`, `summary.md`,
            `gradescope/*.json`, `report/index.html` and a page for each submission.

    Raises:
        OSError: If they cannot be written.
    """
    results = [cleaned(result) for result in results]
    names = file_names(result.name for result in results)
    write(out / "results.json", results_json(results))
    write(out / "marks.csv", marks_csv(results))
    write(out / "junit.xml", junit_xml(results))
    write(out / "summary.md", summary(results))
    for name, result in zip(names, results, strict=True):
        write(out / "gradescope" / f"{name}.json", gradescope_json(result))
        write(out / "report" / f"{name}.html", submission_page(result))
    pages = [f"{name}.html" for name in names]
    write(out / "report" / "index.html", index_page(results, pages))


def cleaned(result: SubmissionResult) -> SubmissionResult:
    """Make every text of a result one that any format can hold."""
    questions = tuple(
        replace(
            q,
            question=clean(q.question, 100),
            title=clean(q.title, 200),
            status=clean(q.status, 50),
            message=clean(_without_places(q.message, q.status == HARNESS_ERROR)),
        )
        for q in result.questions
    )
    return replace(
        result,
        name=clean(result.name, 250) or "submission",
        assignment=clean(result.assignment, 100),
        reason=clean(_without_places(result.reason, result.needs_a_person)),
        notes=tuple(clean(_without_places(note)) for note in result.notes),
        questions=questions,
    )


def _without_places(text: str, is_ours: bool = False) -> str:
    """Leave out where things are on this machine: students read the reports.

    Args:
        text: By a student or by the grader.
        is_ours: Whether the grader failed and says why: then it names no path of a student's.
    """
    for folder in _places():
        text = text.replace(folder, "…")
    return _PATH.sub("…/", text) if is_ours else text


@functools.cache
def _places() -> list[str]:
    """List the folders that say whose machine this is, and where the course is, longest first."""
    known = [sys.prefix, sys.base_prefix, Path.home(), Path(__file__).parents[3], Path.cwd()]
    folders = {str(form) for place in map(Path, known) for form in (place, place.resolve())}
    return sorted((f for f in folders if len(Path(f).parts) > 1), key=len, reverse=True)


def results_json(results: Sequence[SubmissionResult]) -> str:
    """Write everything that is known, as JSON."""
    totals = Totals.of(results)
    whole = {
        "schema": BATCH_SCHEMA,
        "mean_percent": totals.mean,
        "median_percent": totals.median,
        "submissions": [result.to_json() for result in results],
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def marks_csv(results: Sequence[SubmissionResult]) -> str:
    """Write a row for each submission, and two columns for each question.

    A field is empty where there is no mark to be believed.
    """
    ids = list(dict.fromkeys(q.question for result in results for q in result.questions))
    head = ["name", "sha256", "status", "earned", "points"]
    head += [column for i in ids for column in (f"{i} earned", f"{i} status")]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([_inert(cell) for cell in head])
    for result in results:
        earned = "" if result.needs_a_person else result.earned
        row = [result.name, result.sha256, result.status, earned, result.points]
        questions = {q.question: q for q in result.questions}
        for i in ids:
            q = questions.get(i)
            row += [_earned(q), q.status] if q else ["", ""]
        writer.writerow([_inert(cell) for cell in row])
    return file.getvalue()


def _earned(q: Result) -> int | str:
    return "" if q.status == HARNESS_ERROR else q.earned


def _inert(cell: object) -> object:
    """Put a quote wherever a cell might begin that a spreadsheet would run as a formula.

    Which sign separates cells is up to whoever opens the file: in many countries it is the
    semicolon.
    """
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell


def junit_xml(results: Sequence[SubmissionResult]) -> str:
    """Write a test suite for each submission, and a test case for each question.

    A wrong answer is a failure. An error is a question that came to no answer, and
    its type says whose fault that was. What is not started is skipped.
    """
    root = ElementTree.Element("testsuites", name="rnncourse")
    for result in results:
        cases = [_case(result, q) for q in result.questions]
        if result.status != GRADED:
            case = ElementTree.Element("testcase", classname=result.name, name="notebook")
            ElementTree.SubElement(case, "error", type=result.status, message=result.reason)
            cases.append(case)
        tags = [child.tag for case in cases for child in case]
        counts = {
            "tests": len(cases),
            "failures": tags.count("failure"),
            "errors": tags.count("error"),
            "skipped": tags.count("skipped"),
        }
        suite = ElementTree.SubElement(root, "testsuite", name=result.name)
        suite.attrib |= {name: str(count) for name, count in counts.items()}
        suite.set("time", f"{sum(q.seconds for q in result.questions):.3f}")
        suite.extend(cases)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name)) for suite in root)))
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _case(result: SubmissionResult, q: Result) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=result.name, name=f"{q.question}: {q.title}")
    case.set("time", f"{q.seconds:.3f}")
    if q.status != PASSED:
        message = q.message or f"{q.earned} of {q.points} points."
        tag = _JUNIT.get(q.status, "error")
        ElementTree.SubElement(case, tag, type=q.status, message=message)
    return case


def gradescope_json(result: SubmissionResult) -> str:
    """Write a submission's `results.json` for Gradescope.

    Where the grader failed there is no score at all: Gradescope then says that the
    autograder failed, and not that the student did.
    """
    counts = not result.needs_a_person
    tests = []
    for q in result.questions:
        test: dict[str, object] = {"name": q.title, "number": q.question}
        if counts:
            test |= {"score": q.earned, "max_score": q.points}
            test["status"] = "passed" if q.status == PASSED else "failed"
        said = [f"{q.status}.".capitalize(), q.message]
        tests.append(test | {"output": " ".join(filter(None, said)), "visibility": "visible"})
    said = [result.reason, *result.notes, *([] if counts else [_PERSON])]
    whole: dict[str, object] = {"score": result.earned} if counts else {}
    whole |= {
        "execution_time": round(sum(q.seconds for q in result.questions)),
        "output": " ".join(filter(None, said)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "extra_data": {"sha256": result.sha256, "version": result.version},
        "tests": tests,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
