"""A class of 60 students of every kind, written as each platform hands it out."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..handed_in import IMPORT, RIGHT, make_notebook

NATS = "def bits_and_perplexity(log_probs):\n    n = -np.mean(log_probs)\n    return n, 2.0**n"
SUMMED = (
    "def bits_and_perplexity(log_probs):\n"
    "    n = -np.sum(log_probs)\n    return n / np.log(2), np.exp(n)"
)
KINDS = {
    "right": 22,
    "nats": 6,
    "sums": 4,
    "half": 6,
    "blank": 2,
    "broken": 3,
    "html": 2,
    "pdf": 2,
    "text": 1,
    "late": 4,
    "twice": 4,
    "missing": 4,
}
"""How many there are of each kind: 60 in all."""

POINTS = 24
BITS = 2


@dataclass(frozen=True)
class Pupil:
    """A student of the class.

    Args:
        number: From 0.
        kind: What was handed in, see `KINDS`.
    """

    number: int
    kind: str

    @property
    def first(self) -> str:
        """The first name: two students have the same names, and some are not plain."""
        special = {7: "Zoë", 11: "=HYPERLINK(1)", 13: "<b>Bo</b>", 17: "\u202eevil", 29: "Lì"}
        return special.get(
            self.number, "Kim" if self.number in (3, 4) else f"Ann{_make_word(self.number)}"
        )

    @property
    def last(self) -> str:
        return "Lee" if self.number in (3, 4) else f"O'Hara-{_make_word(self.number)}"

    @property
    def sid(self) -> str:
        """The id: a number with zeros in front."""
        return f"{self.number + 1:06d}"

    @property
    def user(self) -> int:
        return 41000 + 7 * self.number

    @property
    def github(self) -> str:
        """The name on GitHub, with a hyphen in it."""
        return f"ann-{_make_word(self.number).lower()}"

    @property
    def email(self) -> str:
        return f"s{self.number}@example.org"

    @property
    def mark(self) -> int:
        full = {"right": POINTS, "late": POINTS, "twice": POINTS}
        less = {"nats": POINTS - BITS, "sums": POINTS - BITS, "half": BITS}
        return (full | less).get(self.kind, 0)

    def files(self) -> list[tuple[str, bytes, int]]:
        """Return what was handed in: names, contents, and the order in which that happened."""
        own = f"# {self.sid}"
        answers = list(RIGHT.values())
        complete = make_notebook(own, IMPORT, *answers)
        return {
            "right": [("hw.ipynb", complete, 1), ("scratch.ipynb", make_notebook("x = 1"), 2)][
                : 1 + self.number % 2
            ],
            "late": [("hw.ipynb", complete, 1)],
            "nats": [("hw.ipynb", make_notebook(own, IMPORT, NATS, *answers[1:]), 1)],
            "sums": [("hw.ipynb", make_notebook(own, IMPORT, SUMMED, *answers[1:]), 1)],
            "half": [("hw.ipynb", make_notebook(own, IMPORT, RIGHT["02-bits"]), 1)],
            "blank": [
                ("hw.ipynb", make_notebook(own, "def bits_and_perplexity(log_probs):\n    ..."), 1)
            ],
            "broken": [("hw.ipynb", complete[: len(complete) // 2], 1)],
            "html": [("hw.html", b"<p>as a page", 1)],
            "pdf": [("hw.pdf", b"%PDF", 1)],
            "text": [("notes.txt", b"I could not do it", 1)],
            "twice": [
                ("hw.ipynb", make_notebook(own, IMPORT, RIGHT["02-bits"]), 1),
                ("hw-1.ipynb", complete, 2),
            ],
            "missing": [],
        }[self.kind]


def _make_word(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in f"{number:02d}") + "x"


def list_pupils() -> list[Pupil]:
    states = [kind for kind, times in KINDS.items() for _ in range(times)]
    return [Pupil(number, kind) for number, kind in enumerate(states)]


def _write_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_canvas(folder: Path) -> tuple[Path, Path]:
    """Write Canvas's zip file, and its gradebook as the roster."""
    path = folder / "submissions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in _list_canvas_files():
            archive.writestr(name, data)
    head = 'Student,ID,SIS User ID,SIS Login ID,Section,"PS 2 (99)",Current Score'
    lines = [head, f"    Points Possible,,,,,{POINTS},(read only)"]
    for p in list_pupils():
        lines.append(f'"{p.last}, {p.first}",{p.user},{p.sid},{p.email},"A, B",,')
    return path, _write_lines(folder / "gradebook.csv", lines)


def _list_canvas_files() -> Iterator[tuple[str, bytes]]:
    for p in list_pupils():
        name = "".join(c for c in f"{p.last}{p.first}".lower() if c.isalnum() or c == "_")
        late = "_LATE" if p.kind == "late" else ""
        for title, data, order in p.files():
            if p.kind == "text":
                yield f"{name}{late}_{p.user}_text.html", data
            else:
                yield f"{name}{late}_{p.user}_{700000 + 10 * p.number + order}_{title}", data


def write_moodle(folder: Path) -> tuple[Path, Path]:
    """Write Moodle's zip file, and its worksheet as the roster."""
    path = folder / "PS 2-4711.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for p in list_pupils():
            name = "".join(c for c in f"{p.first} {p.last}" if c not in '_/\\:*?"<>|')
            for title, data, _ in p.files():
                archive.writestr(f"{name}_{p.user}_assignsubmission_file/{title}", data)
    head = (
        'Identifier,"Full name","Email address",Status,Grade,"Maximum grade",'
        '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
        '"Feedback comments"'
    )
    lines = [head]
    for p in list_pupils():
        day = 7 if p.kind == "late" else 4
        time = "-" if p.kind == "missing" else f'"Sunday, {day} October 2026, 11:27 PM"'
        lines.append(
            f'"Participant {p.user}","{p.first} {p.last}",{p.email},Submitted,,{POINTS}.00,Yes,'
            f"{time},-,"
            '"<p>Kept,\nas it is</p>"'
        )
    return path, _write_lines(folder / "worksheet.csv", lines)


def write_github(folder: Path) -> tuple[Path, Path]:
    """Write clones of GitHub Classroom's repositories, and its roster."""
    top = folder / "ps-2-submissions"
    for p in list_pupils():
        if p.kind != "missing":
            _write_file(top / f"ps-2-{p.github}" / ".git" / "HEAD", b"ref: refs/heads/main")
            _write_file(top / f"ps-2-{p.github}" / "README.md", b"# Problem set 2")
            _write_file(
                top / f"ps-2-{p.github}" / "03-other.ipynb",
                make_notebook("def cross_entropy(): ..."),
            )
        for title, data, _ in p.files():
            _write_file(top / f"ps-2-{p.github}" / "work" / title, data)
    lines = ["identifier,github_username,github_id,name"]
    lines += [f'{p.sid},{p.github},{p.user},"{p.first} {p.last}"' for p in list_pupils()]
    return top, _write_lines(folder / "classroom_roster.csv", lines)


def write_gradescope(folder: Path) -> tuple[Path, Path]:
    """Write Gradescope's export, and its roster."""
    top = folder / "assignment_9100_export"
    header = []
    for p in list_pupils():
        number = 500000 + p.number
        for title, data, _ in p.files():
            _write_file(top / f"submission_{number}" / title, data)
        if p.files():
            day = 7 if p.kind == "late" else 4
            header += [
                f"submission_{number}:",
                "  :submitters:",
                f"  - :name: {json.dumps(f'{p.first} {p.last}')}",
                f"    :sid: '{p.sid}'",
                f"    :email: {p.email}",
                f"  :created_at: 2026-10-0{day} 21:27:00.123456000 Z",
                "  :score: 0.0",
                "  :history: []",
            ]
    (top / "submission_metadata.yml").write_text("\n".join(["---", *header, ""]), "utf-8")
    lines = ["First Name;Last Name;SID;Email;Role"]
    lines += [f"{p.first};{p.last};{p.sid};{p.email};Student" for p in list_pupils()]
    return top, _write_lines(folder / "roster.csv", lines)


def write_folders(folder: Path) -> tuple[Path, Path]:
    """Write a folder for each student, named by the id, as no platform does."""
    for p in list_pupils():
        for title, data, _ in p.files():
            _write_file(folder / "in" / p.sid / title, data)
    lines = ["id,name", *(f'{p.sid},"{p.last}, {p.first}"' for p in list_pupils())]
    return folder / "in", _write_lines(folder / "students.csv", lines)


def _write_lines(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8-sig")
    return path


LAYOUTS = {
    f.__name__.removeprefix("write_"): f
    for f in (write_canvas, write_moodle, write_github, write_gradescope, write_folders)
}
