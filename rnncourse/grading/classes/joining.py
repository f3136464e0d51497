"""From files to students: who handed in what, with the roster or without one."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rnncourse.grading.batch.submissions import Submission
from rnncourse.grading.classes import layouts
from rnncourse.grading.classes.layouts import Groups, Owner
from rnncourse.grading.classes.roster import KEYS, Roster, Student, list_name_orders
from rnncourse.grading.texts import clean_text

_TEST_STUDENT_NOTE = "What Canvas's test student handed in is nobody's, and is not graded."
_ID_KINDS = ("sid", "id", "login", "email", "github")
_KINDS_BY_PLATFORM = {
    layouts.CANVAS: ("canvas", "id"),
    layouts.MOODLE: ("moodle", "id"),
    layouts.GITHUB: ("github", "login", "id", "sid"),
    layouts.GRADESCOPE: ("sid", "id", "email"),
}


@dataclass
class Member:
    """A student, and what came from there.

    Args:
        is_in_roster: Whether the roster has the student; True where there is no roster.
        handed_in: What may be graded, each with what its path says of it.
        rejected: What cannot be graded, such as an empty folder.
        owners: What the platforms know of the student, also where there is no file.
    """

    student: Student
    is_in_roster: bool = True
    handed_in: list[tuple[Submission, Owner | None]] = field(default_factory=list)
    rejected: list[Submission] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)

    @property
    def has_files(self) -> bool:
        """Whether anything came, be it for grading or not."""
        return bool(self.handed_in or self.rejected)


def join_files(
    submissions: Sequence[Submission],
    owners_by_file: Sequence[tuple[Owner, ...]],
    groups: Groups,
    roster: Roster | None = None,
) -> tuple[list[Member], list[str]]:
    """Give every file to its student, also where Gradescope knows a student without a file.

    Returns:
        The students, those of the roster first; and what a person should know, a sentence each.
    """
    absent = [owner for group in groups.values() for owners in group.values() for owner in owners]
    joiner = _Joiner(roster, [*(owner for owners in owners_by_file for owner in owners), *absent])
    test_student_ids = [student.key("canvas") for student in (roster.nobody if roster else ())]
    for submission, owners in zip(submissions, owners_by_file, strict=True):
        for owner in owners:
            if owner.platform == layouts.CANVAS and owner.key in test_student_ids:
                joiner.notes.append(_TEST_STUDENT_NOTE)
            else:
                joiner.add_file(joiner.find_member(owner), submission, owner)
        if not owners:
            joiner.join_unowned(submission)
    for owner in absent:
        joiner.find_member(owner)
    return list(joiner.members.values()), list(dict.fromkeys(joiner.notes))


class _Joiner:
    def __init__(self, roster: Roster | None, owners: Iterable[Owner]) -> None:
        self.roster = roster
        self._keys_by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
        for owner in owners:
            self._keys_by_name[_make_name_key(owner)].add(owner.key)
        self.members: dict[tuple, Member] = {}
        self.notes: list[str] = list(roster.notes) if roster else []
        for student in roster.students if roster else ():
            self.members[("roster", student.row)] = Member(student)

    def add_file(self, member: Member, submission: Submission, owner: Owner | None) -> None:
        """Put a file to what a student handed in."""
        if submission.only_listed:
            member.rejected.append(submission)
        else:
            member.handed_in.append((submission, owner))

    def find_member(self, owner: Owner) -> Member:
        """Return the student whom a platform means; a new one if the roster has nobody."""
        student = self._find_in_roster(owner) if self.roster else None
        key = ("roster", student.row) if student else (owner.platform, owner.key)
        if key not in self.members:
            keys = ((owner.platform if owner.platform in KEYS else "id", owner.key), *owner.more)
            stranger = Student(owner.key, owner.name, keys, dict(owner.more).get("email", ""))
            self.members[key] = Member(stranger, self.roster is None)
        member = self.members[key]
        if owner not in member.owners:
            member.owners.append(owner)
        return member

    def _find_in_roster(self, owner: Owner) -> Student | None:
        """Find the student of an owner: by ids first, then by name.

        A number that two platforms could have given to two people counts only where the name
        agrees: Moodle's 123456 may be somebody else's student id.
        """
        kinds = _KINDS_BY_PLATFORM[owner.platform]
        students = [s for kind, text in owner.more for s in self.roster.find((kind, "id"), text)]
        students = students or self.roster.find(kinds[:1], owner.key)
        if not students:
            candidates = self.roster.find(kinds[1:], owner.key)
            students = [
                s
                for s in candidates
                if not (owner.name and s.name)
                or {*list_name_orders(owner.name)} & {*list_name_orders(s.name)}
            ]
        if not students and owner.name:
            students = self.roster.find(("name",), owner.name)
            if students and len(self._keys_by_name[_make_name_key(owner)]) > 1:
                platform = layouts.TITLES[owner.platform]
                self.notes.append(
                    f"{platform} has several students {clean_text(owner.name, 60)!r}: "
                    "none is joined to the roster by the name, so join them by hand."
                )
                return None
        students = list(dict.fromkeys(students))
        if len(students) > 1:
            name = clean_text(owner.name or owner.key, 60)
            self.notes.append(
                f"{name!r} could be {_list_ids(students)}: not joined to the roster, so join "
                "it by hand."
            )
        return students[0] if len(students) == 1 else None

    def join_unowned(self, submission: Submission) -> None:
        """Give a file to whom a part of its path names, the outermost first; else it is alone."""
        parts_below = submission.parts[len(submission.parts) - submission.depth :]
        for part in parts_below if self.roster else ():
            if students := self._find_named(part):
                if len(students) > 1:
                    self.notes.append(
                        f"{clean_text(submission.name, 80)!r} could be of {_list_ids(students)}: "
                        "join it by hand."
                    )
                    break
                return self.add_file(self.members[("roster", students[0].row)], submission, None)
        if not submission.only_listed:
            nameless = Member(Student("", submission.name), self.roster is None)
            member = self.members.setdefault(("file", submission.name), nameless)
            self.add_file(member, submission, None)
        return None

    def _find_named(self, part: str) -> list[Student]:
        """Return the students that a part of a path means: as a whole, or one word of it."""
        stem = re.sub(r"\.[^.]*$", "", part)
        for text in dict.fromkeys((part, stem)):
            if students := self.roster.find((*_ID_KINDS, "name"), text):
                return students
        words = [word for word in re.split(r"[\s_,;()\[\]-]+|\.(?=\D*$)", stem) if len(word) > 2]
        students = [s for word in words for s in self.roster.find(_ID_KINDS, word)]
        return list(dict.fromkeys(students))


def _make_name_key(owner: Owner) -> tuple[str, str]:
    """Return what students of a platform share who have the same name there."""
    return owner.platform, min(list_name_orders(owner.name), default="")


def _list_ids(students: Iterable[Student]) -> str:
    ids = [clean_text(s.id, 40) for s in students]
    return ", ".join(repr(name) for name in ids[:-1]) + f" or {ids[-1]!r}"


def make_unique_names(members: Iterable[Member]) -> list[str]:
    """Return a name for each that no two share: with the id, or a number, where two are the same.

    >>> twins = [Member(Student(id, "Anna")) for id in ("7", "12", "12")]
    >>> make_unique_names(twins)
    ['Anna (7)', 'Anna (12)', 'Anna (12) no. 2']
    """
    students = [m.student for m in members]
    names = [clean_text(student.display_name, 200) for student in students]
    name_counts = Counter(name.casefold() for name in names)
    label_counts: Counter[str] = Counter()
    labels = []
    for student, name in zip(students, names, strict=True):
        shared = name_counts[name.casefold()] > 1 and student.id and student.id != student.name
        label = f"{name} ({clean_text(student.id, 60)})" if shared else name
        label_counts[label.casefold()] += 1
        number = label_counts[label.casefold()]
        labels.append(label if number == 1 else f"{label} no. {number}")
    return labels
