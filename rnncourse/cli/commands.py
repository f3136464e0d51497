"""What the commands do. Each returns an exit code, and imports what it needs when it runs."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnncourse.grading.batch.submissions import Submission
    from rnncourse.grading.classes.cohort import Cohort
    from rnncourse.grading.questions import Question
    from rnncourse.grading.results import SubmissionResult

LEVELS = ("none", "limits", "seccomp", "namespaces")  # isolation.LEVELS, without importing NumPy
EXPECTED_LEVEL = "seccomp"
SECRET = "RNNCOURSE_SECRET"
SHORTEST_SECRET = 16
DONE, TO_DO, USAGE, FAULT, STOPPED = 0, 1, 2, 3, 130


class CommandError(Exception):
    """A command that cannot go on.

    Args:
        sentence: Why.
        code: The exit code.
    """

    def __init__(self, sentence: str, code: int = USAGE):
        super().__init__(sentence)
        self.code = code


def print_note(sentence: str) -> None:
    """Print a sentence that is no result."""
    print(sentence, file=sys.stderr)


def run_start(options: argparse.Namespace) -> int:
    """Give a student an exercise of their own, and open it."""
    from rnncourse.cli.start import start_exercise

    return start_exercise(options)


def run_learn(options: argparse.Namespace) -> int:
    """Train a network on a text of one's own."""
    from rnncourse.cli.learn import train_and_show

    return train_and_show(options)


def run_check(options: argparse.Namespace) -> int:
    """Check notebooks and print what is right, and what to look at."""
    from rnncourse.grading import marking
    from rnncourse.grading.marking import OTHER_ASSIGNMENT
    from rnncourse.grading.reading.submission import NO_EXERCISE
    from rnncourse.grading.reports.panels import Report
    from rnncourse.grading.results import GRADED

    _require_assignment(options.assignment)
    submissions = _find_submissions(options)
    results, codes, are_several = [], [], len(submissions) > 1
    try:
        for number, submission in enumerate(submissions):
            result = _check_submission(submission, options.assignment)
            if are_several and result.reason.startswith((NO_EXERCISE, OTHER_ASSIGNMENT)):
                print_note(f"{result.name} answers no exercise that is asked for, and is left out.")
                continue
            code = FAULT if result.needs_person else USAGE
            if result.status != GRADED:
                sentence = f"{result.name!r} is not graded: {result.reason}"
                if not are_several:
                    raise CommandError(sentence, code)
                print_note(f"rnncourse: {sentence}")
            else:
                heading = f"{chr(10) * (number > 0)}{result.name}\n" if are_several else ""
                print(f"{heading}{Report(result.questions)}", flush=True)
                if code == USAGE:
                    code = DONE if result.earned == result.points else TO_DO
            results.append(result)
            codes.append(code)
    finally:
        marking.close_sandbox()
    if not codes:
        raise CommandError("No notebook there answers an exercise.")
    if _find_lowest_level(results) < LEVELS.index(EXPECTED_LEVEL):
        print_note("Check only notebooks that you trust: what is in them runs on this machine.")
    return max(codes)


def _check_submission(submission: "Submission", assignment: str | None) -> "SubmissionResult":
    """Grade a file with public inputs; one that cannot be read has a reason in its result."""
    from rnncourse.grading import marking
    from rnncourse.grading.batch.submissions import SubmissionError
    from rnncourse.grading.reports.exports import clean_result
    from rnncourse.grading.results import INVALID, SubmissionResult

    try:
        data = submission.read()
    except SubmissionError as error:
        return clean_result(SubmissionResult(submission.name, "", 0, "", INVALID, str(error)))
    return clean_result(marking.grade_bytes(submission.name, data, marking.GradingJob(assignment)))


def _find_submissions(options: argparse.Namespace) -> list["Submission"]:
    """Return the notebooks that a command is given: by name, in folders, or by a pattern."""
    from rnncourse.grading.batch.submissions import PathError, collect_submissions, expand_patterns

    try:
        return collect_submissions(expand_patterns(options.paths))
    except PathError as error:
        raise CommandError(str(error)) from None


def run_needs(options: argparse.Namespace) -> int:
    """Print the packages that notebooks need and that are not installed here, a line each."""
    from rnncourse.grading.batch.missing_packages import find_missing_packages

    _require_assignment(options.assignment)
    for name in sorted(
        find_missing_packages(_find_submissions(options), _list_questions(options.assignment))
    ):
        print(name)
    return DONE


def _list_questions(assignment: str | None, only: str | None = None) -> list["Question"]:
    """Return the questions that notebooks may answer."""
    from rnncourse.grading.registry import ASSIGNMENTS, find_question, load_questions

    if only is not None:
        return [find_question(only)]
    names = [assignment] if assignment else ASSIGNMENTS
    return [question for name in names for question in load_questions(name).values()]


def run_gradescope(options: argparse.Namespace) -> int:
    """Pack an autograder for Gradescope."""
    from rnncourse.cli.autograder import pack_autograder

    return pack_autograder(options)


def run_grade(options: argparse.Namespace) -> int:
    """Grade many notebooks and write marks and feedback in all formats."""
    from rnncourse.cli.classes import grade_submissions, load_cohort
    from rnncourse.grading.batch.results import BatchError, grade_all
    from rnncourse.grading.batch.submissions import PathError, expand_patterns
    from rnncourse.grading.batch.workers import Workers
    from rnncourse.grading.classes.tables import ClassDataError
    from rnncourse.grading.marking import GradingJob

    secret = read_secret(options.secret_file)
    _require_assignment(options.assignment)
    out = options.out
    try:
        options.paths = expand_patterns(options.paths)
    except PathError as error:
        raise CommandError(str(error)) from None
    options.paths = _leave_out_reports(out, options.paths)
    cohort = load_cohort(options)
    _require_packages(cohort.submissions, _list_questions(options.assignment, options.only))
    try:
        (out / "results").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{str(out)!r} cannot be written: {error.strerror}.") from None
    if secret is None:
        print_note(f"No secret is set, so the inputs are public: use --secret-file or {SECRET}.")
    if options.ci:
        _require_isolation(options.isolation)
    min_level = options.isolation if options.ci else LEVELS[0]
    job = GradingJob(options.assignment, secret, min_level=min_level, salt=options.draw)

    def run(submissions: Sequence, job: GradingJob) -> list:
        with _show_progress(len(submissions)) as report:
            return grade_all(submissions, job, out, Workers(options.workers), report=report)

    try:
        graded = grade_submissions(cohort.submissions, job, options, run)
        results = cohort.build_results(graded, options.assignment)
    except (BatchError, ClassDataError) as error:
        raise CommandError(str(error)) from None
    return _write_reports(cohort, graded, results, options)


def _write_reports(
    cohort: "Cohort", graded: list, results: list, options: argparse.Namespace
) -> int:
    """Write marks and feedback, say what is to be known of them, and return the exit status."""
    from rnncourse.cli.classes import write_overview
    from rnncourse.grading.reports.exports import clean_result, export_reports
    from rnncourse.grading.reports.summary import explain_concern, write_summary
    from rnncourse.grading.reports.totals import Totals, is_unread, to_percent

    out = options.out
    mark_changes = cohort.report_mark_changes(results, out)
    pages = export_reports(results, out, cohort.notes, options.book or "")
    sentences = cohort.write_exports(results, pages, out)
    results = [clean_result(result) for result in results]
    write_overview(results, [*pages], cohort, options)
    if summary_path := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with open(summary_path, "a", encoding="utf-8") as file:
                file.write(write_summary(results, cohort.notes))
        except OSError as error:
            print_note(f"The summary could not be added to {summary_path}: {error.strerror}.")
    _warn_of_isolation(graded, options.isolation)
    for sentence in [*cohort.notes, *sentences]:
        print_note(sentence)
    totals = Totals.from_results(results)
    print(
        f"{totals.counted}: mean {to_percent(totals.mean)}, "
        f"median {to_percent(totals.median)} of the points. See {out / 'report' / 'class.html'}."
    )
    if options.only and not mark_changes:
        mark_changes = ["No mark moved since the run before."]
    for sentence in mark_changes:
        print(sentence)
    doubtful = [result for result in results if result.needs_person]
    for result in doubtful:
        print_note(f"{result.name} needs a person: {explain_concern(result)}")
    unread = [result for result in results if is_unread(result)]
    for result in unread:
        print_note(f"{result.name} could not be graded: {result.reason}")
    if doubtful:
        return FAULT
    is_too_low = options.fail_under is not None and (totals.mean or 0.0) < options.fail_under
    return TO_DO if is_too_low or unread else DONE


def run_selfcheck(options: argparse.Namespace) -> int:
    """Test the questions themselves."""
    from rnncourse.grading.authoring.selfcheck import check_questions, format_findings
    from rnncourse.grading.registry import ASSIGNMENTS

    for name in options.chapters:
        _require_assignment(name)
    passed = True
    for name in dict.fromkeys(options.chapters or ASSIGNMENTS):
        findings = check_questions(name, ASSIGNMENTS[name])
        print("\n".join(format_findings(findings)))
        passed = passed and findings.passed
    return DONE if passed else TO_DO


def _require_assignment(assignment: str | None) -> None:
    """Refuse an assignment that does not exist."""
    from rnncourse.grading.registry import GradingError, load_questions

    if assignment is not None:
        try:
            load_questions(assignment)
        except GradingError as error:
            raise CommandError(str(error)) from None


def read_secret(path: Path | None) -> bytes | None:
    """Return the secret, and leave none in the environment, which other processes inherit."""
    environment_secret = os.environ.pop(SECRET, None)
    if path is not None:
        try:
            secret = path.read_bytes().strip()
        except OSError as error:
            raise CommandError(
                f"The secret file {str(path)!r} cannot be read: {error.strerror}."
            ) from None
    elif environment_secret is not None:
        secret = os.fsencode(environment_secret).strip()
    else:
        return None
    if len(secret) < SHORTEST_SECRET:
        place = f"in {str(path)!r}" if path is not None else f"in {SECRET}"
        raise CommandError(f"The secret {place} is too short: use {SHORTEST_SECRET} bytes or more.")
    return secret


def _leave_out_reports(out: Path, paths: Sequence[Path]) -> list[Path]:
    """Leave out an earlier report of the output folder, as a pattern finds it.

    Raises:
        CommandError: If nothing else is left, or the output folder lies in a folder to grade.
    """
    for path in paths:
        if path.is_dir() and out.resolve().is_relative_to(path.resolve()):
            raise CommandError(
                f"The output folder {str(out)!r} is within {str(path)!r}, which is graded, so its "
                "own reports would be graded next time: choose a folder beside it."
            )
    report = (out / "report").resolve()
    remaining = [path for path in paths if report not in path.resolve().parents]
    if not remaining:
        raise CommandError(f"All that is to be graded is an earlier report in {str(out)!r}.")
    return remaining


def _require_packages(submissions: Sequence, questions: Sequence) -> None:
    """Refuse to grade without the packages that the notebooks need: their marks would be empty.

    Raises:
        CommandError: If one is missing; it says what to install.
    """
    from rnncourse.grading.batch.missing_packages import find_missing_packages

    if missing := find_missing_packages(submissions, questions):
        ids = ", ".join(q for group in missing.values() for q in group)
        raise CommandError(
            f"Nothing was graded: {ids} cannot be judged without {' and '.join(missing)}. Try: "
            f"python -m pip install -c course/constraints.txt {' '.join(missing)}, where course is "
            "the folder of the course. If that is not what you grade, say what is: --assignment.",
            FAULT,
        )


def _require_isolation(level: str) -> None:
    from rnncourse.grading.sandbox.sandbox import Sandbox, SandboxError

    try:
        with Sandbox() as sandbox:
            sandbox.start()
            reached_level = sandbox.level
    except SandboxError as error:
        raise CommandError(str(error), FAULT) from None
    if LEVELS.index(reached_level) < LEVELS.index(level):
        raise CommandError(
            f"This machine isolates submissions at the level {reached_level!r}, below {level!r}, "
            "and --ci accepts no less: install the extra `grade` on Linux, or lower --isolation.",
            FAULT,
        )


def _find_lowest_level(results: Sequence) -> int:
    levels = [LEVELS.index(result.isolation) for result in results if result.questions]
    return min(levels, default=len(LEVELS))


def _warn_of_isolation(results: Sequence, level: str) -> None:
    lowest = _find_lowest_level(results)
    if lowest < LEVELS.index(level):
        name = LEVELS[lowest]
        print_note(f"Answers ran with isolation {name!r}, below {level!r}: trust what you run.")


@contextlib.contextmanager
def _show_progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show progress on a terminal, if `tqdm` is installed; yield what to tell it."""
    try:
        from tqdm import tqdm
    except ImportError:
        yield lambda done: None
        return
    hidden = not sys.stderr.isatty()
    with tqdm(total=total, unit="notebook", disable=hidden, dynamic_ncols=True) as bar:
        yield lambda done: bar.update(done - bar.n)
