"""Late hand-ins: how late, and what that costs by the rules of the course.

The rules are a small TOML file:

    due = 2026-10-05T23:59:00+02:00
    zone = "Europe/Berlin"  # of times that are written without one; by default that of due
    grace_minutes = 10      # not late yet
    free_days = 0           # late days that cost nothing
    percent_per_day = 10    # of the points earned, for each day begun
    most_days = 5           # what comes later counts nothing; leave it out for no end

    [extensions]            # a student's own due date, or days more
    "00123" = 3
    "ada@example.org" = 2026-10-12T23:59:00+02:00
"""

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from rnncourse.grading.classes.dates import format_time, localize_time, parse_time
from rnncourse.grading.classes.roster import COLUMN_TITLES, COLUMNS, KEYS, Student, normalize_id
from rnncourse.grading.classes.tables import ClassDataError, read_table
from rnncourse.grading.texts import clean_text

_RANGES = {
    "grace_minutes": (0, 100_000),
    "free_days": (0, 1000),
    "percent_per_day": (0, 100),
    "most_days": (0, 1000),
}


FindStudents = Callable[[str], Sequence[Student]]
"""All students whom a name means."""


def accept_unregistered(name: str) -> list[Student]:
    """Take each name for a student of its own, where there is no class."""
    return [Student(normalize_id(name))]


@dataclass(frozen=True)
class LatePolicy:
    """What being late costs. Without a file: nothing, but it is said.

    Args:
        due: When it was due, in its zone; None if only the platform knows.
        extensions: By student: a due date of their own, or days more.
        zone: Where times are written that have none; None where there is no deadline.
    """

    due: datetime | None = None
    grace_minutes: float = 0.0
    free_days: float = 0.0
    percent_per_day: float = 0.0
    most_days: float = math.inf
    extensions: Mapping[Student, datetime | float] = field(default_factory=dict)
    zone: tzinfo | None = None

    def count_days_late(self, student: Student, time: datetime | None, is_flagged: bool) -> int:
        """Return how many days late something is, each that has begun; 0 if it is in time.

        What the platform flags as late is late by one day at least, if nobody knows the time.
        """
        extension = self.extensions.get(student)
        due = self.find_deadline(student)
        if due is None or time is None:
            extra_days = extension if isinstance(extension, float) else 0.0
            is_late = is_flagged and not isinstance(extension, datetime)
            return math.ceil(max(0.0, 1 - extra_days)) if is_late else 0
        handed_in = localize_time(time, due.tzinfo).astimezone(UTC)
        grace = timedelta(minutes=self.grace_minutes)
        days = max(0, math.ceil((handed_in - due.astimezone(UTC) - grace) / timedelta(days=1)))
        # where clocks change, a day that ends at the same time of the day has 23 or 25 hours
        if days and handed_in <= _add_days(due, days - 1).astimezone(UTC) + grace:
            return days - 1
        return days + (handed_in > _add_days(due, days).astimezone(UTC) + grace)

    def find_deadline(self, student: Student) -> datetime | None:
        """Return when a student's work is due, days more included; None if nobody knows."""
        extension = self.extensions.get(student)
        if isinstance(extension, datetime) or self.due is None:
            return extension if isinstance(extension, datetime) else None
        return _add_days(self.due, extension or 0.0)

    def describe(self, student: Student, time: datetime | None) -> str:
        """Say how a deadline and a time were read, for the student too; "" without a deadline."""
        if (due := self.find_deadline(student)) is None:
            return ""
        grace = f" and {self.grace_minutes:g} minutes" if self.grace_minutes else ""
        hand_in = f"Handed in {format_time(localize_time(time, due.tzinfo))}." if time else ""
        return f"Due {format_time(due)}{grace}. {hand_in or 'No time of the hand-in is known.'}"

    def compute_cost(self, earned: int, days: int) -> float:
        """Return the points that so many days cost."""
        if days > self.most_days:
            return float(earned)
        percent = min(100.0, self.percent_per_day * max(0.0, days - self.free_days))
        return round(earned * percent / 100, 2)


def _add_days(time: datetime, days: float) -> datetime:
    """Return the same time of the day so many days later, by the clocks of its zone."""
    return (time + timedelta(days=days)).replace(fold=time.fold)


def read_late_policy(path: Path, find_students: FindStudents = accept_unregistered) -> LatePolicy:
    """Read the rules; `find_students` gives all students whom a name in `[extensions]` means.

    Raises:
        ClassDataError: If they cannot be read.
    """
    name = f"The rules {str(path)!r}"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ClassDataError(f"{name} cannot be read: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClassDataError(f"{name} are no TOML: {clean_text(str(error), 200)}.") from None
    extensions = settings.pop("extensions", {})
    zone = settings.pop("zone", None)
    try:
        zone = None if zone is None else ZoneInfo(str(zone))
    except (ValueError, OSError, LookupError):  # not found is a LookupError
        raise ClassDataError(
            f"{name} say zone = {str(zone)!r}, which this machine does not know; such is "
            "Europe/Berlin."
        ) from None
    due = _parse_due_time(settings.pop("due", None), name, "due", zone)
    zone = zone or (due and due.tzinfo)
    numbers = _check_numbers(settings, name)
    by_student = _read_extensions(extensions, name, zone, find_students)
    return LatePolicy(due, **numbers, extensions=by_student, zone=zone)


def _check_numbers(settings: dict[str, object], name: str) -> dict[str, float]:
    for key, value in settings.items():
        if key not in _RANGES:
            raise ClassDataError(f"{name} have a line {key!r} that means nothing here.")
        low, high = _RANGES[key]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ClassDataError(f"{name} say {key} = {value!r}, which is no number.")
        if not low <= value <= high:
            raise ClassDataError(f"{name} say {key} = {value!r}: from {low} to {high} is possible.")
    return {key: float(value) for key, value in settings.items()}


def _read_extensions(
    extensions: object, name: str, zone: tzinfo | None, find_students: FindStudents
) -> dict[Student, datetime | float]:
    if not isinstance(extensions, dict):
        raise ClassDataError(f"{name} need [extensions] to be a table of students.")
    by_student: dict[Student, datetime | float] = {}
    for student_name, value in extensions.items():
        if len(students := find_students(student_name)) != 1:
            reason = "which could mean several students" if students else "whom nobody knows"
            raise ClassDataError(f"{name} give an extension to {student_name!r}, {reason}.")
        if students[0] in by_student:
            raise ClassDataError(
                f"{name} give an extension to {student_name!r}, who has one by another name."
            )
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not 0 <= value <= 1000:
                raise ClassDataError(
                    f"{name} give {student_name!r} {value!r} days: from 0 to 1000 is possible."
                )
            by_student[students[0]] = float(value)
        else:
            by_student[students[0]] = _parse_due_time(value, name, student_name, zone)
    return by_student


def _parse_due_time(value: object, name: str, key: str, zone: tzinfo | None) -> datetime | None:
    if value is None:
        return None
    moment = parse_time(str(value)) if hasattr(value, "hour") or isinstance(value, str) else None
    if moment is None:
        raise ClassDataError(
            f"{name} say {key} = {str(value)!r}, which is no date with its time; such is "
            "2026-10-05T23:59:00+02:00, and for no deadline there is no such line."
        )
    if not (moment.tzinfo or zone):
        raise ClassDataError(
            f"{name} say {key} = {str(value)!r}, and not in which zone: write it as "
            f'{moment.isoformat()}+02:00, or add the line zone = "Europe/Berlin".'
        )
    return localize_time(moment, zone) if zone else moment


def read_times(
    path: Path, find_students: FindStudents = accept_unregistered, zone: tzinfo | None = None
) -> tuple[dict[Student, datetime], list[str]]:
    """Read when students handed in: a table with a column of names and one of times.

    Returns:
        The time by student, of several the latest; and who is not one student of the class, a
        name for each row.

    Raises:
        ClassDataError: If it cannot be read, or a time is none.
    """
    table = read_table(path, "table of times", COLUMN_TITLES)
    columns = [c for kind in (*KEYS, "name") if (c := table.column(*COLUMNS.get(kind, ())))]
    time_column = table.column(*COLUMNS["time"])
    if not time_column or not columns:
        raise ClassDataError(
            f"The table of times {str(path)!r} needs the columns 'student' and 'time'."
        )
    times: dict[Student, datetime] = {}
    strangers = []
    for number, cells in table.rows:
        if not cells[time_column] or cells[time_column] == "-":
            continue
        if (moment := parse_time(cells[time_column])) is None:
            raise ClassDataError(
                f"Row {number} of the table of times has {clean_text(cells[time_column], 60)!r}, "
                "which is no time: write it as 2026-10-05 23:59."
            )
        moment = localize_time(moment, zone)
        names = [cells[column] for column in columns if cells[column]]
        student = next(
            (students[0] for name in names if len(students := find_students(name)) == 1), None
        )
        if student:
            times[student] = max(moment, times.get(student, moment))
        else:
            strangers += names[:1]
    return times, strangers
