"""A class from end to end: files in, a mark for each student, tables and pages out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from rnncourse.core import files
from rnncourse.grading.batch.submissions import Submission, collect_submissions
from rnncourse.grading.classes import attempts, gradescope
from rnncourse.grading.classes import roster as rosters
from rnncourse.grading.classes.attempts import LATEST, StudentRow
from rnncourse.grading.classes.dates import format_time, parse_time
from rnncourse.grading.classes.feedback import name_pages, pack_feedback
from rnncourse.grading.classes.gradebooks import (
    build_canvas_gradebook,
    build_moodle_gradebook,
    require_column,
)
from rnncourse.grading.classes.joining import Member, join_files, make_unique_names
from rnncourse.grading.classes.lateness import LatePolicy, read_late_policy, read_times
from rnncourse.grading.classes.layouts import AUTO, CANVAS, FILES, MOODLE, TITLES, find_owners
from rnncourse.grading.classes.mark_changes import format_mark_changes_csv, list_mark_changes
from rnncourse.grading.classes.overrides import Override, apply_override, read_overrides
from rnncourse.grading.classes.roster import KEYS, Roster, Student, normalize_id, read_roster
from rnncourse.grading.classes.tables import ClassDataError
from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from rnncourse.grading.reports.exports import clean_result, load_results
from rnncourse.grading.results import GRADED, SubmissionResult
from rnncourse.grading.texts import clean_text, join_first

_MAX_NAMED = 10


@dataclass(frozen=True)
class ClassOptions:
    """What an instructor asks for.

    Args:
        layout: The platform whose names to read; `auto` for whichever it is, `files` for none.
        column: The assignment's name in the gradebook; by default the assignment.
        new_column: Whether it may be one that Canvas does not have yet.
    """

    roster: Path | None = None
    layout: str = AUTO
    attempt: str = LATEST
    late: Path | None = None
    times: Path | None = None
    overrides: Path | None = None
    column: str = ""
    new_column: bool = False


@dataclass
class Cohort:
    """A class, ready to be graded; without students, each submission stands for itself."""

    submissions: list[Submission]
    members: list[Member]
    options: ClassOptions
    roster: Roster | None = None
    platforms: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    late_policy: LatePolicy = field(default_factory=LatePolicy)
    times: Mapping[Student, datetime] = field(default_factory=dict)
    overrides: Sequence[Override] = ()
    rows: list[StudentRow] = field(default_factory=list)

    @classmethod
    def collect(cls, paths: Sequence[Path], options: ClassOptions) -> "Cohort":
        """Find what was handed in, and whose it is.

        Raises:
            PathError: If a path leads to no submission.
            ClassDataError: If a table or a file of rules is not right.
        """
        roster = read_roster(options.roster) if options.roster else None
        submissions = collect_submissions(paths, include_all=True)
        groups = (
            gradescope.read_groups(submissions)
            if options.layout in (AUTO, gradescope.GRADESCOPE)
            else {}
        )
        owners_by_file = [()] * len(submissions)
        if options.layout != FILES:
            owners_by_file = find_owners(submissions, options.layout, groups)
        platforms = tuple({owner.platform: 0 for owners in owners_by_file for owner in owners})
        if options.layout in TITLES and not platforms:
            raise ClassDataError(
                f"No file has a name as {TITLES[options.layout]} gives it: leave out --layout."
            )
        if options.column:
            is_canvas = bool(roster and rosters.is_canvas(roster.table))
            require_column(
                options.column, roster, is_canvas or CANVAS in platforms, options.new_column
            )
        if roster is None and not platforms:
            if options.late or options.times:
                raise ClassDataError(
                    "Late days are of students, and nothing says whose these files are: give a "
                    "roster, or --layout."
                )
            submissions, notes = collect_submissions(paths), []  # each file is its own student
            members = [
                Member(Student("", file.name), handed_in=[(file, None)]) for file in submissions
            ]
        else:
            members, notes = join_files(submissions, owners_by_file, groups, roster)
            submissions = [*{id(s): s for m in members for s, _ in m.handed_in}.values()]
        cohort = cls(submissions, members, options, roster, platforms, notes)
        cohort._read_tables()
        return cohort

    def _read_tables(self) -> None:
        numbered = [replace(m.student, row=n) for n, m in enumerate(self.members)]
        index = Roster(tuple(numbered))
        kinds = (*KEYS, "name")

        def find_numbers(text: str) -> list[int]:
            """Return the numbers of the students whom a name means."""
            numbers = [
                n
                for n, m in enumerate(self.members)
                if normalize_id(m.student.id) == normalize_id(text)
            ]
            return numbers or [student.row for student in index.find(kinds, text)]

        def find_students(text: str) -> list[Student]:
            return [self.members[n].student for n in find_numbers(text)]

        if self.options.late:
            self.late_policy = read_late_policy(self.options.late, find_students)
        if self.options.times:
            self.times, unknown = read_times(
                self.options.times, find_students, self.late_policy.zone
            )
            if unknown:
                heading = "In the table of times, but not one student of the class"
                self.notes.append(f"{heading}: {_join_names(unknown)}.")
        if self.options.overrides:
            questions = {
                q: question for a in ASSIGNMENTS for q, question in load_questions(a).items()
            }
            self.overrides = read_overrides(self.options.overrides, find_numbers, questions)

    @property
    def has_students(self) -> bool:
        """Whether it is known whose the files are."""
        return self.roster is not None or bool(self.platforms)

    def build_results(
        self, graded: Sequence[SubmissionResult], assignment: str | None
    ) -> list[SubmissionResult]:
        """Turn the results of files into one for each student.

        Without an assignment, what most notebooks answer is meant.

        Raises:
            ClassDataError: If a correction is about another assignment.
        """
        if self.has_students:
            result_by_submission = {
                id(submission): r for submission, r in zip(self.submissions, graded, strict=True)
            }
            assignment_id = attempts.choose_assignment(graded, assignment)
            self.rows = [
                attempts.make_student_row(
                    m,
                    lambda submission: result_by_submission[id(submission)],
                    assignment_id,
                    self.options.attempt,
                    self.late_policy,
                    self._find_submission_time(m.student),
                )
                for m in self.members
            ]
            self._add_notes(assignment, assignment_id)
        else:
            assignments = {r.assignment for r in graded if r.status == GRADED}
            assignment_id = assignment or (assignments.pop() if len(assignments) == 1 else "")
            self.members = [Member(Student("", result.name)) for result in graded]
            self.rows = [
                StudentRow(
                    member,
                    attempts.fill_questions(replace(result, file=result.name), assignment_id),
                )
                for member, result in zip(self.members, graded, strict=True)
            ]
        names = make_unique_names(self.members)
        return [self._finish_result(n, row, names[n]) for n, row in enumerate(self.rows)]

    def _finish_result(self, number: int, row: StudentRow, name: str) -> SubmissionResult:
        own_overrides = [o for o in self.overrides if o.member == number]
        result = apply_override(row.result, own_overrides)
        late, cost = "", 0.0
        if row.days_late:
            cost = self.late_policy.compute_cost(result.earned, row.days_late)
            has_time = row.counted is not None and row.counted.time is not None
            days = f"{row.days_late} day{'s' * (row.days_late != 1)}"
            flagged = f"Late by at least {days}: Canvas marks the file as late, without a time."
            late = f"Late by {days}." if has_time else flagged
            late += f" {cost:g} of {result.earned} points are taken off." if cost else ""
        notes = result.notes if row.member.is_in_roster else ("Not in the roster.", *result.notes)
        student = row.member.student.id if self.has_students else ""
        due = self.late_policy.describe(row.member.student, row.counted.time) if row.counted else ""
        return replace(
            result, name=name, student=student, late=late, deducted=cost, due=due, notes=notes
        )

    def _find_submission_time(self, student: Student) -> datetime | None:
        return self.times.get(student) or parse_time(student.time)

    def _add_notes(self, assignment: str | None, assignment_id: str) -> None:
        """Note who is not where, for a person to look at."""
        if not assignment and assignment_id:
            self.notes.insert(
                0, f"Most notebooks answer {assignment_id}, so that is what counts here."
            )
        names = make_unique_names(self.members)

        def select_names(applies: Callable[[StudentRow], object]) -> list[str]:
            return [name for name, row in zip(names, self.rows, strict=True) if applies(row)]

        names_by_heading = {
            "Not in the roster:": select_names(lambda r: not r.member.is_in_roster),
            "Nobody can tell which attempt is the latest, so the best one counts:": select_names(
                lambda r: attempts.UNDATED_ATTEMPTS in r.result.choice
            ),
            "On two platforms:": select_names(
                lambda r: len({owner.platform for owner in r.member.owners}) > 1
            ),
        }
        if platforms := self._list_feedback_platforms():
            heading = "In no zip file of feedback, because no file is named as the platform does:"
            names_by_heading[heading] = select_names(
                lambda r: r.member.has_files and not any(name_pages(p, r) for p in platforms)
            )
        if self.late_policy.due:
            self.notes.append(
                f"Due {format_time(self.late_policy.due)}: "
                "a time that is written without a zone is read "
                "in that one."
            )
        if self.options.late:
            heading = "Counted as in time, because nothing says when it came:"
            names_by_heading[heading] = select_names(lambda r: r.counted and not r.counted.is_dated)
        names_by_heading[attempts.NO_FILES_NOTE] = select_names(lambda r: not r.member.has_files)
        # What a person can do something about comes first.
        self.notes += [f"{head} {_join_names(n)}." for head, n in names_by_heading.items() if n]

    def report_mark_changes(self, results: Sequence[SubmissionResult], out: Path) -> list[str]:
        """Say whose mark is another one than in the run before, and write `moved.csv`."""
        before = load_results(out / "results.json")
        if before is None:
            return [
                "The run before left results of another form: nobody can say which marks moved."
            ]
        if not before:
            return []
        changes = list_mark_changes(before, [clean_result(result) for result in results])
        files.write_file(out / "moved.csv", format_mark_changes_csv(changes))
        if not changes:
            return []
        more = len(changes) - _MAX_NAMED
        shown = [f"  {change}" for change in changes[:_MAX_NAMED]]
        shown += [f"  and {more} more, see {out / 'moved.csv'}"] if more > 0 else []
        return [
            f"{len(changes)} mark{'s' * (len(changes) > 1)} moved since the run before:",
            *shown,
        ]

    def describe_platforms(self) -> str:
        """Say in a few words what it was read as."""
        platforms = " and ".join(TITLES[name] for name in TITLES if name in self.platforms)
        return f"Read as an export of {platforms}." if platforms else ""

    def write_exports(
        self, results: Sequence[SubmissionResult], pages: Mapping[str, str], out: Path
    ) -> list[str]:
        """Write the tables and zip files that platforms take back; return what to know of them."""
        sentences = []
        texts = [*pages.values()]
        table = self.roster.table if self.roster else None
        gradebooks = {}
        if CANVAS in self.platforms or (table and rosters.is_canvas(table)):
            title = self.options.column or next((r.assignment for r in results), "")
            gradebooks[CANVAS] = build_canvas_gradebook(self.members, results, title, self.roster)
        if MOODLE in self.platforms or (table and rosters.is_moodle(table)):
            gradebooks[MOODLE] = build_moodle_gradebook(self.members, results, self.roster)
        for platform, gradebook in gradebooks.items():
            files.write_file(out / "gradebook" / f"{platform}.csv", gradebook.text)
            sentences += gradebook.notes
            if gradebook.left_out:
                heading = f"{TITLES[platform]} has no number for {_join_names(gradebook.left_out)}"
                sentences.append(f"{heading}: not in its gradebook file.")
        for platform in self._list_feedback_platforms():
            data = pack_feedback(platform, self.rows, texts)
            files.write_file(out / "feedback" / f"{platform}.zip", data)
        return sentences

    def _list_feedback_platforms(self) -> list[str]:
        return [platform for platform in (CANVAS, MOODLE) if platform in self.platforms]


def _join_names(names: Sequence[str]) -> str:
    separator = "; " if any("," in name for name in names[:_MAX_NAMED]) else ", "
    return join_first([clean_text(name, 60) for name in names], _MAX_NAMED, separator)
