"""How platforms name what they hand out: from the parts of a path to the student.

- Canvas: `lastfirst_LATE_12345_678901_notebook-1.ipynb`, all in one folder: the name, whether it
  is late, the numbers of the user and of the file. `lastfirst_12345_text.html` is a text that was
  typed, `..._link.html` an address; `anon_x1Y2z_678901_...` where students are anonymous.
  Source: https://github.com/instructure/canvas-lms (lib/content_zipper.rb).
- Moodle: a folder `First Last_123456_assignsubmission_file`, in older versions with `_` at its
  end, or the same before the name of the file.
  Source: https://github.com/moodle/moodle (mod/assign/classes/downloader.php).
- GitHub Classroom: `SLUG-submissions/SLUG-username/`, or any folders that are clones.
  Source: https://github.com/github/gh-classroom (clone/student-repos/student-repos.go).
- Gradescope: `submission_123456/` beside `submission_metadata.yml`; see `gradescope`.
"""

import functools
import os
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rnncourse.grading.batch.submissions import EMPTY, Submission

AUTO, FILES = "auto", "files"
CANVAS, MOODLE, GITHUB, GRADESCOPE = "canvas", "moodle", "github", "gradescope"
TITLES = {CANVAS: "Canvas", MOODLE: "Moodle", GITHUB: "GitHub Classroom", GRADESCOPE: "Gradescope"}
LAYOUTS = (AUTO, *TITLES, FILES)

_CANVAS = re.compile(
    r"(?P<name>.*?)(?P<late>_LATE)?_(?P<user>\d+)_(?:(?P<file>\d{3,})_.+|(?:text|link)\.html)",
    re.DOTALL,
)
_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<user>anon_[0-9A-Za-z]+)_(?P<file>\d{3,})_.+", re.DOTALL
)
_MOODLE = re.compile(r"(?P<name>[^_]*)_(?P<user>\d+)_assignsubmission_[a-z]+(_.*)?", re.DOTALL)


@dataclass(frozen=True)
class Owner:
    """Whose a file is, as its path says.

    Args:
        key: Its name for the student: a number, or for GitHub a user name.
        time: When it was handed in, where that is known.
        order: Grows from attempt to attempt; 0 where that is not known.
        more: Other names of the student: pairs of a kind and a text.
    """

    platform: str
    key: str
    name: str = ""
    late: bool = False
    time: datetime | None = None
    order: int = 0
    more: tuple[tuple[str, str], ...] = ()


Groups = dict[tuple[str, ...], dict[str, tuple[Owner, ...]]]
"""By a folder's path: the owners of what lies in it, by name."""


def parse_canvas(part: str) -> Owner | None:
    """Read the name of a file from Canvas.

    >>> parse_canvas("lovelaceada_LATE_12345_678901_hw-1.ipynb").key
    '12345'
    >>> parse_canvas("hw_2026_10_05.ipynb") is None
    True
    """
    if not (match := _ANONYMOUS.fullmatch(part) or _CANVAS.fullmatch(part)):
        return None
    fields = match.groupdict()
    name = fields.get("name", "")
    if name != name.lower() or re.search(r"\s", name):
        return None  # Canvas leaves only small letters
    order = int((fields["file"] or "0")[:18])
    return Owner(CANVAS, fields["user"], name, bool(fields["late"]), None, order)


def parse_moodle(part: str) -> Owner | None:
    """Read the name of a folder, or of a file, from Moodle.

    >>> parse_moodle("Ada Lovelace_4711_assignsubmission_file").name
    'Ada Lovelace'
    """
    match = _MOODLE.fullmatch(part)
    return match and Owner(MOODLE, match["user"], match["name"].strip())


def find_owners(
    submissions: Sequence[Submission], layout: str = AUTO, groups: Groups | None = None
) -> list[tuple[Owner, ...]]:
    """Tell whose each file is; no owner where its path does not say so."""
    reader = _Reader(submissions, layout, groups or {})
    return [reader.find_owners(submission) for submission in submissions]


class _Reader:
    """Reads paths, outermost part first: what is inside of it was named by the student."""

    def __init__(self, submissions: Sequence[Submission], layout: str, groups: Groups) -> None:
        self._layouts = set(TITLES) if layout == AUTO else {layout}
        self._groups = groups
        parts_by_folder: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for submission in submissions:
            for n in range(len(submission.parts) - submission.depth, len(submission.parts)):
                parts_by_folder[submission.parts[:n]].add(submission.parts[n])
        self._parts_by_folder = parts_by_folder
        n_canvas_names = {
            f: sum(parse_canvas(p) is not None for p in parts)
            for f, parts in parts_by_folder.items()
        }
        self._canvas_folders = {
            folder
            for folder, count in n_canvas_names.items()
            if count and (layout == CANVAS or 2 * count > len(parts_by_folder[folder]))
        }

    def find_owners(self, submission: Submission) -> tuple[Owner, ...]:
        """Return whose a file is, as far as its path says."""
        for n in range(len(submission.parts) - submission.depth, len(submission.parts)):
            folder, part = submission.parts[:n], submission.parts[n]
            if GRADESCOPE in self._layouts and part in self._groups.get(folder, ()):
                return self._groups[folder][part]
            if MOODLE in self._layouts and (owner := parse_moodle(part)):
                return (owner,)
            is_canvas = CANVAS in self._layouts and folder in self._canvas_folders
            if is_canvas and (owner := parse_canvas(part)):
                return (owner,)
            is_folder = n < len(submission.parts) - 1 or submission.reason == EMPTY
            is_github = GITHUB in self._layouts and is_folder
            if is_github and (owner := self._read_github(submission, n)):
                return (owner,)
        return ()

    def _read_github(self, submission: Submission, n: int) -> Owner | None:
        folder, part = submission.parts[:n], submission.parts[n]
        slug = folder[-1].removesuffix(".zip") if folder else ""
        if slug.endswith("-submissions"):
            prefix = slug.removesuffix("submissions")
            if part.startswith(prefix) and part != prefix:
                return Owner(GITHUB, part.removeprefix(prefix))
        if submission.entry is None and _is_clone(Path(*submission.parts[: n + 1])):
            prefix = self._find_common_prefix(folder)
            return Owner(GITHUB, part.removeprefix(prefix) or part)
        return None

    def _find_common_prefix(self, folder: tuple[str, ...]) -> str:
        """Return what the names of all clones in a folder begin with, as `hw1-`."""
        clones = [p for p in self._parts_by_folder[folder] if _is_clone(Path(*folder, p))]
        prefix = os.path.commonprefix(clones) if len(clones) > 1 else ""  # noqa: RUF071 (letters)
        return prefix[: prefix.rfind("-") + 1]


@functools.cache
def _is_clone(folder: Path) -> bool:
    return os.path.exists(folder / ".git")  # it raises nothing, however odd the name is
