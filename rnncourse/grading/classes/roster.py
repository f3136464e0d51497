"""The roster: who is in the class, under all the names that platforms have for a student.

Each platform's own list is a roster as it is. The columns that are known, with their platforms:
Canvas's gradebook (`Student`, or `LastName` and `FirstName`; `ID`, `SIS User ID`, `SIS Login ID`,
`Section`; in English whatever the language); Moodle's grading worksheet (`Identifier`,
`Full name`, `Email address`; in German `ID`, `Vollständiger Name`, `E-Mail-Adresse`); GitHub
Classroom (`identifier`, `github_username`, `github_id`, `name`); Gradescope (`First Name`,
`Last Name`, `SID`, `Email`); and any table with a column of ids, names or addresses.

Sources: https://github.com/instructure/canvas-lms (lib/gradebook_exporter.rb, and
app/models/course.rb of the test student);
https://github.com/moodle/moodle (mod/assign/feedback/offline);
https://abc-classroom.readthedocs.io/en/latest/get-started/classroom-roster.html.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from rnncourse.grading.classes.tables import (
    ClassDataError,
    ClassTable,
    normalize_column,
    read_table,
)
from rnncourse.grading.texts import clean_text

_ID_NUMBERS = "id number,student number,matriculation number,matriculation,university id"
_ID_NUMBERS += ",registration,id nummer,matrikelnummer,matrikel nr,matr nr"
_TIME_COLUMNS = ("last modified submission", "zuletzt geändert abgabe", "abgegeben", "zeit")
_LOGINS = ("user", "anmeldename", "benutzername", "nutzername", "kennung")
COLUMNS = {
    "sid": ("student id", "sid", "sis user id", "sis id", *_ID_NUMBERS.split(",")),
    "id": ("id", "identifier", "student"),
    "login": ("login", "sis login id", "login id", "username", "user name", "netid", *_LOGINS),
    "github": ("github username", "github", "github login"),
    "email": ("email", "email address", "e mail", "e mail address", "mail", "e mail adresse"),
    "name": ("name", "full name", "fullname", "student name", "display name", "vollständiger name"),
    "first": ("first name", "firstname", "given name", "forename", "vorname"),
    "last": ("last name", "lastname", "surname", "family name", "nachname"),
    "time": ("time", "submitted", "submitted at", "submission time", *_TIME_COLUMNS),
}
COLUMN_TITLES = {title for titles in COLUMNS.values() for title in titles}
GRADE = ("grade", "bewertung")
"""What Moodle's worksheet calls its column of marks."""
_GRADE_TIME_COLUMNS = ("last modified grade", "zuletzt geändert bewertung")
_TEST_LOGIN = re.compile(r"[0-9a-f]{40}")  # Canvas makes the login of its test student so
KEYS = ("sid", "id", "login", "github", "email", "moodle", "canvas")
"""Kinds of names that mean one student; the first that there is becomes the id."""


@dataclass(frozen=True)
class Student:
    """Somebody whose work is graded.

    Args:
        id: What the class knows the student by.
        keys: All names that mean this student: pairs of a kind and a text.
        time: When the last attempt was handed in, if the roster says so.
        row: The number of the row in the roster; 0 if the student is not in it.
    """

    id: str
    name: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    email: str = ""
    time: str = ""
    row: int = 0
    cells: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def key(self, kind: str) -> str:
        """Return the student's name of a kind; "" if there is none."""
        return next((text for kind_of_key, text in self.keys if kind_of_key == kind), "")

    @property
    def display_name(self) -> str:
        """The name for people."""
        return self.name or self.id


@dataclass(frozen=True)
class Roster:
    """The students of a class, and the table that they are from, if they are from one.

    Some of its rows are nobody: Canvas's test student.
    """

    students: tuple[Student, ...]
    table: ClassTable | None = None
    notes: tuple[str, ...] = ()
    nobody: tuple[Student, ...] = ()

    @cached_property
    def _index(self) -> dict[tuple[str, str], list[Student]]:
        index = defaultdict(list)
        for student in self.students:
            for kind, text in {(kind, normalize_id(text)) for kind, text in student.keys}:
                index[kind, text].append(student)
                if (short := text.lstrip("0")) != text:
                    index[f"short {kind}", short].append(student)
            for text in list_name_orders(student.name):
                index["name", text].append(student)
        return dict(index)

    def find(self, kinds: Iterable[str], text: str) -> list[Student]:
        """Return all students whom a text means, among names of some kinds.

        "name" takes any order of first and last. Of a number that lost its zeros in a
        spreadsheet, the rest suffices.
        """
        normalized = normalize_id(text)
        if not normalized:
            return []
        students = [
            s for kind in kinds if kind != "name" for s in self._index.get((kind, normalized), ())
        ]
        if not students and "name" in kinds:
            students = [
                s for t in list_name_orders(text)[:1] for s in self._index.get(("name", t), ())
            ]
        if not students and normalized.isdecimal():
            short = normalized.lstrip("0")
            for kind in kinds:
                students += self._index.get((f"short {kind}", short), ())
                students += self._index.get((kind, short), ()) if short != normalized else ()
        return list(dict.fromkeys(students))


def normalize_id(text: str) -> str:
    """Return an id or an address so that equal ones are equal, in capitals or not."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def list_name_orders(name: str) -> list[str]:
    """Return a name glued together, beginning at each of its words: as given first.

    Canvas glues "Lovelace, Ada" to "lovelaceada", and Moodle writes "Ada Lovelace".

    >>> list_name_orders("Lovelace, Ada")
    ['lovelaceada', 'adalovelace']
    """
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    words = re.findall(r"[^\W_]+", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return list(dict.fromkeys("".join(words[n:] + words[:n]) for n in range(len(words))))


def read_roster(path: Path) -> Roster:
    """Read the list of a class.

    Raises:
        ClassDataError: If it cannot be read, names nobody, or gives one id to two people.
    """
    table = read_table(path, "roster", COLUMN_TITLES)
    columns = {kind: table.column(*names) for kind, names in COLUMNS.items()}
    of_canvas, of_moodle = is_canvas(table), is_moodle(table)
    if of_canvas:
        columns |= {"id": "", "canvas": table.column("id"), "name": table.column("student")}
        columns |= {"last": table.column("lastname"), "first": table.column("firstname")}
    elif normalize_column(columns["id"]) == "student" and not columns["name"]:
        columns |= {"name": columns["id"], "id": ""}
    if not any(columns.get(kind) for kind in (*KEYS, "name", "last")):
        shown = ", ".join(repr(clean_text(name, 40)) for name in table.head[:8])
        raise ClassDataError(
            f"The roster {str(path)!r} has no column with ids, names or addresses; it has {shown}."
        )
    students: list[Student] = []
    test_students: list[Student] = []
    notes = []
    for number, cells in table.rows:
        student = _make_student(number, cells, columns, of_moodle)
        if of_canvas and (
            not student or "points possible" in normalize_column(next(iter(cells.values())))
        ):
            continue  # Canvas has rows about the assignments, too
        if student is None:
            notes.append(f"Row {number} of the roster names nobody, and is left out.")
            continue
        if of_canvas and is_test_student(student):
            notes.append(f"Row {number} of the roster is Canvas's test student, and is left out.")
            test_students.append(student)
            continue
        students.append(student)
    if not students:
        raise ClassDataError(f"The roster {str(path)!r} names nobody.")
    unique_students = _drop_repeats(students, path, notes)
    return Roster(unique_students, table, tuple(notes), tuple(test_students))


def is_canvas(table: ClassTable) -> bool:
    """Say whether a table is Canvas's gradebook."""
    head = [normalize_column(name) for name in table.head[:3]]
    begins_right = head[:2] == ["student", "id"] or head == ["lastname", "firstname", "id"]
    return begins_right and "Section" in table.head


def is_test_student(student: Student) -> bool:
    """Say whether a row of Canvas's gradebook is the student that Canvas makes to look around as.

    It has no id of the school, and a login that no person has, or else the name that it gets.
    """
    has_test_name = "teststudent" in list_name_orders(student.name)
    return not student.key("sid") and bool(
        _TEST_LOGIN.fullmatch(student.key("login")) or (has_test_name and not student.key("login"))
    )


def is_moodle(table: ClassTable) -> bool:
    """Say whether a table is Moodle's grading worksheet."""
    heading = normalize_column(table.head[0])
    if heading == "identifier":
        return not table.column(*COLUMNS["github"])
    return heading == "id" and bool(table.column(*_GRADE_TIME_COLUMNS) and table.column(*GRADE))


def _make_student(
    number: int, cells: Mapping[str, str], columns: Mapping[str, str], of_moodle: bool
) -> Student | None:
    fields = {kind: cells[column] for kind, column in columns.items() if column}
    fields["name"] = fields.get("name") or " ".join(
        filter(None, (fields.get("first", ""), fields.get("last", "")))
    )
    if of_moodle and (match := re.fullmatch(r"\D+ ?(\d+)", fields["id"])):
        fields |= {"moodle": match[1], "id": ""}  # "Participant 4711", in any language
    keys = tuple((kind, fields[kind]) for kind in KEYS if fields.get(kind))
    if not keys and not fields["name"]:
        return None
    key = keys[0][1] if keys else fields["name"]
    return Student(
        key, fields["name"], keys, fields.get("email", ""), fields.get("time", ""), number, cells
    )


def _drop_repeats(students: list[Student], path: Path, notes: list[str]) -> tuple[Student, ...]:
    """Refuse ids that mean two people, and leave out rows that say the same again."""
    student_by_key: dict[tuple[str, str], Student] = {}
    unique = []
    for student in students:
        keys = [(kind, normalize_id(text)) for kind, text in student.keys] or [
            ("name", student.name)
        ]
        earlier = next((student_by_key[key] for key in keys if key in student_by_key), None)
        if earlier is None:
            student_by_key |= dict.fromkeys(keys, student)
            unique.append(student)
        elif not student.keys:
            raise ClassDataError(
                f"The roster {str(path)!r} has {clean_text(student.name, 60)!r} in rows "
                f"{earlier.row} and {student.row}, and nothing tells the two apart: add a column "
                "of ids, or take one of the rows away."
            )
        elif earlier.id == student.id and {*list_name_orders(earlier.name)} == {
            *list_name_orders(student.name)
        }:
            notes.append(f"Row {student.row} of the roster repeats row {earlier.row}.")
        else:
            shared_key = next(key for key in keys if key in student_by_key)
            raise ClassDataError(
                f"The roster {str(path)!r} gives {clean_text(shared_key[1], 60)!r} to two "
                f"students, in rows {earlier.row} and {student.row}."
            )
    return tuple(unique)
