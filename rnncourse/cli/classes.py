"""What `rnncourse grade` is told about a class: its options, and what they lead to."""

import argparse
import contextlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rnncourse.cli.commands import CommandError, print_note

if TYPE_CHECKING:
    from rnncourse.grading.classes.cohort import Cohort

LAYOUTS = ("auto", "canvas", "moodle", "github", "gradescope", "files")  # layouts.LAYOUTS
ATTEMPTS = ("latest", "best")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `rnncourse grade` that are about students."""
    group = parser.add_argument_group("students")
    group.add_argument(
        "--roster", type=Path, metavar="F", help="the list of the class, a CSV file of any platform"
    )
    group.add_argument(
        "--layout",
        choices=LAYOUTS,
        default=LAYOUTS[0],
        metavar="L",
        help=f"{', '.join(LAYOUTS)}: whose names of files to read; by default told by the names",
    )
    group.add_argument(
        "--attempt",
        choices=ATTEMPTS,
        default=ATTEMPTS[0],
        metavar="A",
        help="latest or best: which of a student's attempts counts; by default the latest",
    )
    group.add_argument(
        "--late-rules", type=Path, metavar="F", help="a TOML file that says what late days cost"
    )
    group.add_argument(
        "--times", type=Path, metavar="F", help="a CSV file of students and when they handed in"
    )
    group.add_argument(
        "--overrides",
        type=Path,
        metavar="F",
        help="a CSV file of corrections by hand: student, question, points, reason",
    )
    group.add_argument(
        "--only", metavar="Q", help="grade one question again, and say whose mark moved"
    )
    group.add_argument(
        "--column",
        default="",
        metavar="TEXT",
        help="what the gradebook calls the assignment; by default as it is called here",
    )
    group.add_argument(
        "--new-column",
        action="store_true",
        help="Canvas has no assignment of the title of --column yet: make one",
    )
    group.add_argument(
        "--book",
        type=_parse_address,
        metavar="URL",
        help="where the class reads the book: a student's page then leads to what a question is "
        "about, and to its solution",
    )
    group.add_argument(
        "--starter",
        type=Path,
        action="append",
        default=[],
        metavar="F",
        help="a notebook or Python file that everybody was given: its code makes no answers alike",
    )


def _parse_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s\"'<>]+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address like https://OWNER.github.io/REPO"
        )
    return text


def load_cohort(options: argparse.Namespace) -> "Cohort":
    """Find what was handed in, and whose it is.

    Raises:
        CommandError: If that cannot be told.
    """
    from rnncourse.grading.batch.submissions import PathError
    from rnncourse.grading.classes.cohort import ClassOptions, Cohort
    from rnncourse.grading.classes.tables import ClassDataError
    from rnncourse.grading.registry import GradingError, find_question

    class_options = ClassOptions(
        options.roster,
        options.layout,
        options.attempt,
        options.late_rules,
        options.times,
        options.overrides,
        options.column,
        options.new_column,
    )
    try:
        if options.only is not None:
            find_question(options.only)
        cohort = Cohort.collect(options.paths, class_options)
    except (PathError, ClassDataError, GradingError) as error:
        raise CommandError(str(error)) from None
    if about := cohort.describe_platforms():
        print_note(about)
    return cohort


def grade_submissions(
    submissions: Sequence, job: object, options: argparse.Namespace, run: Callable
) -> list:
    """Grade all submissions, or one question of each.

    Args:
        submissions: What was handed in.
        job: How to grade it.
        options: Of the command line.
        run: From submissions and a job to results.
    """
    from rnncourse.grading.batch.one_question import grade_again, grade_and_remember

    if options.only is None:
        return grade_and_remember(submissions, job, options.out, run)
    return grade_again(submissions, job, options.only, options.out, run)


def write_overview(
    results: Sequence, pages: Sequence[str], cohort: "Cohort", options: argparse.Namespace
) -> None:
    """Write the page of the class, and what looks alike.

    Args:
        results: Of the class, cleaned.
        pages: The file with each one's page.
        cohort: The class.
        options: Of the command line.

    Raises:
        CommandError: If what everybody was given cannot be read.
    """
    import hashlib

    from rnncourse.grading.batch.submissions import SubmissionError
    from rnncourse.grading.judging import NOT_STARTED
    from rnncourse.grading.overview.page import Overview
    from rnncourse.grading.overview.similarity import (
        compare_notebooks,
        fingerprint_handouts,
        fingerprint_solutions,
    )

    try:
        starters = [path.read_bytes() for path in options.starter]
    except OSError as error:
        raise CommandError(f"{error.filename!r} cannot be read: {error.strerror}.") from None
    hashes_of_results, bytes_by_hash = {result.sha256 for result in results}, {}
    for submission in cohort.submissions:
        with contextlib.suppress(SubmissionError):
            data = submission.read()
            if (sha256 := hashlib.sha256(data).hexdigest()) in hashes_of_results:
                bytes_by_hash[sha256] = data
    assignments = [*{result.assignment for result in results}]
    started = [[q.question for q in r.questions if q.status != NOT_STARTED] for r in results]
    hashes = [result.sha256 for result in results]
    similarity = compare_notebooks(
        hashes,
        bytes_by_hash,
        fingerprint_handouts(assignments, starters),
        fingerprint_solutions(assignments),
        started,
    )
    Overview(results, pages, similarity, cohort.notes).write(options.out / "report")
