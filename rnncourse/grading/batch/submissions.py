"""Finding submissions: notebooks, folders and zip files, each with a name of its own.

Finding reads no notebook. Each is read when its turn comes, so that a class of
300 needs no more memory than its largest notebook.
"""

import glob
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rnncourse.grading.batch import archives
from rnncourse.grading.batch.archives import (
    MAX_NOTEBOOK,
    ArchiveEntry,
    ArchiveError,
    list_notebooks,
    read_entry,
)
from rnncourse.grading.batch.file_kinds import (
    explain_ending,
    find_misplaced_files,
    is_archive,
    is_notebook,
)
from rnncourse.grading.texts import clean_text, number_duplicates

EMPTY = "The folder is empty."
NO_NOTEBOOK = "It is no notebook."
_MAX_NAME = 200


class PathError(ValueError):
    """A path on the command line that leads to no submission."""


class SubmissionError(ValueError):
    """A submission that cannot be read; the sentence says why."""


@dataclass(frozen=True)
class Submission:
    """Something that was handed in; `read` gives its bytes.

    Args:
        name: Its name in all reports; no two of one batch have the same.
        entry: Where it is in the archive; None for a file of its own.
        reason: Why it cannot be graded, in one sentence; "" if nothing is known so far.
        parts: Of its whole path, that in the archive too.
        depth: How many of these are below what was asked for; of several folders side by side,
            their own names, too.
        only_listed: Whether it is no notebook, and nothing in place of one.
    """

    name: str
    path: Path
    entry: ArchiveEntry | None = None
    reason: str = ""
    parts: tuple[str, ...] = ()
    depth: int = 1
    only_listed: bool = False

    def read(self) -> bytes:
        """Return the bytes, at most `MAX_NOTEBOOK`.

        Raises:
            SubmissionError: If there are none to be had, with the reason.
        """
        if self.reason:
            raise SubmissionError(self.reason)
        try:
            return (
                _read_file(self.path) if self.entry is None else read_entry(self.path, self.entry)
            )
        except ArchiveError as error:
            raise SubmissionError(str(error)) from None
        except OSError as error:
            raise SubmissionError(f"It cannot be read: {error.strerror or error}.") from None


def _read_file(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe would never end
        raise SubmissionError("It is no ordinary file.")
    with path.open("rb") as file:
        data = file.read(MAX_NOTEBOOK + 1)
    if len(data) > MAX_NOTEBOOK:
        raise SubmissionError(f"It is larger than {MAX_NOTEBOOK // 2**20} MB.")
    return data


def expand_patterns(paths: Iterable[str | Path]) -> list[Path]:
    """Put in the place of each pattern, as `*.ipynb` or `**/*.ipynb`, what it matches, by name.

    A shell does that by itself, but for a text between quotes, a workflow or Windows. A path that
    is there is no pattern, whatever is in its name; and hidden files match none.

    Raises:
        PathError: If a pattern matches nothing.
    """
    matches = []
    for path in map(str, paths):
        if os.path.lexists(path) or not glob.has_magic(path):
            matches.append(path)
        elif matched := sorted(glob.glob(path, recursive=True)):
            matches += matched
        else:
            raise PathError(f"No file or folder matches {path!r}.")
    return [Path(path) for path in dict.fromkeys(matches)]


def collect_submissions(paths: Iterable[str | Path], include_all: bool = False) -> list[Submission]:
    """Find all submissions, in a stable order: paths as given, their contents by name.

    In folders, hidden files and folders are left out and links are not followed: a
    submission could link to another one's notebook. Files that seem to be handed in instead of a
    notebook are submissions that cannot be read; see `file_kinds.find_misplaced_files`.

    Args:
        paths: Notebooks, zip files, and folders with both, at any depth.
        include_all: Whether to find, as `only_listed`, all other files and empty folders, too.

    Returns:
        Submissions with different names; bad ones too, with a reason.

    Raises:
        PathError: If a path does not exist, or leads to no submission.
    """
    by_place: dict[object, Submission] = {}
    depths: list[int] = []
    tops = [(path, Path(os.path.abspath(path))) for path in paths]
    folder_counts = Counter(top.parent for _, top in tops if os.path.isdir(top))
    for path, top in tops:
        # `class/*` is read as `class`.
        n_more = int(folder_counts[top.parent] > 1 and os.path.isdir(top))
        submissions = list(_find_at(top, include_all))
        for submission in submissions:
            if (key := (submission.path, submission.entry or submission.parts)) not in by_place:
                by_place[key] = replace(submission, depth=submission.depth + n_more)
                depths.append(submission.depth)
        if not submissions:
            raise PathError(f"There is no notebook in the folder {str(path)!r}.")
    return _name_uniquely(list(by_place.values()), depths)


def _find_at(path: Path, include_all: bool) -> Iterator[Submission]:
    """Find what a path of the command line leads to."""
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        why = "There is no file or folder" if missing else "This path cannot be read:"
        raise PathError(f"{why} {str(path)!r}.") from None
    if kind == stat.S_IFDIR:
        yield from _find_in_folder(path, include_all)
    elif kind != stat.S_IFREG:
        raise PathError(f"{str(path)!r} is neither a notebook, nor a folder, nor a zip file.")
    elif is_archive(path.name):
        yield from _find_in_archive(path, 1, include_all)
    else:
        yield Submission("", path, reason=explain_ending(path.name), parts=path.parts)


def _find_in_folder(top: Path, include_all: bool) -> Iterator[Submission]:
    unreadable: list[OSError] = []
    candidates: list[tuple[Path, str]] = []
    files_below: list[Path] = []
    for folder, folders, files in os.walk(top, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if Path(folder, name).is_symlink()]
        candidates += [(Path(folder, name), "folder") for name in links]
        visible = [Path(folder, name) for name in files if not name.startswith(".")]
        files_below += visible
        if include_all and not (visible or folders or Path(folder) == top):
            candidates.append((Path(folder), "nothing"))
    misplaced = {
        Path(top, *parts)
        for parts in find_misplaced_files(p.relative_to(top).parts for p in files_below)
    }
    gradable = {
        p for p in files_below if is_notebook(p.name) or is_archive(p.name) or p in misplaced
    }
    candidates += [(path, "file") for path in files_below if include_all or path in gradable]
    candidates += [(Path(error.filename), "") for error in unreadable]
    for path, kind in sorted(candidates, key=lambda candidate: candidate[0].parts):
        depth = len(path.relative_to(top).parts)
        if not kind:
            reason = "This folder cannot be read."
        elif kind == "nothing":
            reason = EMPTY
        elif path.is_symlink():
            reason = f"It is a link to another {kind}, and links are not followed."
        elif not path.is_file():
            reason = "It is no ordinary file."
        elif path in misplaced:
            reason = explain_ending(path.name)
        elif is_archive(path.name):
            yield from _find_in_archive(path, depth, include_all)
            continue
        else:
            reason = "" if path in gradable else explain_ending(path.name) or NO_NOTEBOOK
        only_listed = kind == "nothing" or (kind == "file" and path not in gradable)
        yield Submission("", path, None, reason, path.parts, max(depth, 1), only_listed)


def _find_in_archive(path: Path, depth: int, include_all: bool) -> Iterator[Submission]:
    try:
        entries = list_notebooks(path, include_all)
        reason = "" if entries else archives.NO_NOTEBOOK
    except ArchiveError as error:
        entries, reason = [], str(error)
    except OSError as error:
        entries, reason = [], f"It cannot be read: {error.strerror or error}."
    if reason:
        yield Submission("", path, None, reason, path.parts, depth)
    for entry in entries:
        inner_parts = tuple(entry.name.split("/"))
        is_empty = entry.info.is_dir()
        message = EMPTY if is_empty else explain_ending(inner_parts[-1]) or NO_NOTEBOOK
        reason = entry.reason or message if entry.only_listed else entry.reason
        parts, total_depth = path.parts + inner_parts, depth + len(inner_parts)
        yield Submission("", path, entry, reason, parts, total_depth, entry.only_listed)


def _name_uniquely(submissions: list[Submission], depths: list[int]) -> list[Submission]:
    """Give each its name: as short as it was found, with as many folders as tell it apart.

    Those that no folder tells apart, as two entries of one name in a zip file, get numbers: a
    name is read by students, and never says more than it must of the instructor's folders.
    """
    full_names = [_join_parts(submission.parts) for submission in submissions]
    while True:
        names = [
            _join_parts(submission.parts[-n:])
            for submission, n in zip(submissions, depths, strict=True)
        ]
        paths_by_name: dict[str, set[str]] = {}
        for name, path in zip(names, full_names, strict=True):
            paths_by_name.setdefault(name, set()).add(path)
        longer_depths = [
            n + (len(paths_by_name[name]) > 1 and n < len(submission.parts))
            for submission, name, n in zip(submissions, names, depths, strict=True)
        ]
        if longer_depths == depths:
            break
        depths = longer_depths
    named = zip(submissions, number_duplicates(names), strict=True)
    return [replace(submission, name=name) for submission, name in named]


def _join_parts(parts: tuple[str, ...]) -> str:
    # Names of files may hold bytes that are no text.
    text = "/".join(part.strip("/\\") or part for part in parts)
    return clean_text(os.fsencode(text).decode(errors="replace"), _MAX_NAME)
