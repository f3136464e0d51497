"""The course on this machine: its folder, a chapter by what people call it, a student's copies."""

import contextlib
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rnncourse.cli.commands import CommandError
from rnncourse.core.chapters import Chapter, list_chapters

EXERCISES, WORK = "exercises", "work"
_LANDMARKS = (EXERCISES, "rnncourse", "constraints.txt")


def find_course_folder(start: Path) -> Path:
    """Return the folder of the course: the one this package runs from, or one around a folder.

    Args:
        start: Where to look, and in the folders above.

    Raises:
        CommandError: If there is none.
    """
    for folder in (Path(__file__).resolve().parents[2], start, *start.parents):
        if all((folder / landmark).exists() for landmark in _LANDMARKS):
            return folder
    raise CommandError(
        "The exercises come with the folder of the course, and this is not in it: go there first "
        "(cd), or download an exercise from its page."
    )


def find_chapter(name: str) -> Chapter:
    """Return the chapter with exercises that somebody means.

    Args:
        name: `4`, `04`, `4b`, `04-backpropagation-through-time`, its beginning, or its notebook.

    Raises:
        CommandError: If there is none.
    """
    chapters = [chapter for chapter in list_chapters() if chapter.has_module("questions")]
    word = re.split(r"[/\\]", name.strip())[-1].removesuffix(".ipynb")
    number = re.fullmatch(r"(?:chapter *|ch)?0*(\d{1,3})b?", word, re.IGNORECASE)
    for chapter in chapters:
        names = [chapter.name, *(page.name for page in chapter.pages)]
        if number and int(number[1]) == chapter.number:
            return chapter
        if not number and len(word) > 2 and any(n.startswith(word) for n in names):
            return chapter
    numbers = ", ".join(f"{chapter.number:02}" for chapter in chapters)
    raise CommandError(f"There are no exercises of a chapter {name!r}: choose one of {numbers}.")


def find_latest_chapter(folder: Path) -> Chapter | None:
    """Return the chapter whose notebook in a folder was written last, if there is one."""
    notebooks = [
        (path.stat().st_mtime, chapter.number, chapter)
        for chapter in list_chapters()
        for path in list_copies(folder, chapter.page)
        if path.is_file()
    ]
    return max(notebooks, key=lambda row: row[:2])[2] if notebooks else None


def list_copies(folder: Path, page: str) -> Sequence[Path]:
    """Return a student's notebooks of one exercise, the latest version last.

    Args:
        folder: The folder.
        page: The exercise's name; `page-2.ipynb` is its second version there.
    """
    pattern = re.compile(rf"{re.escape(page)}(?:-(\d+))?\.ipynb")
    matches = [(pattern.fullmatch(path.name), path) for path in folder.glob(f"{page}*.ipynb")]
    numbered = [(int(match[1] or 1), path) for match, path in matches if match]
    return [path for _, path in sorted(numbered)]


def name_next_copy(folder: Path, page: str) -> Path:
    """Return where the next version of an exercise goes: a name that nothing has."""
    number, path = 1, folder / f"{page}.ipynb"
    while path.exists() or path.is_symlink():
        number += 1
        path = folder / f"{page}-{number}.ipynb"
    return path


def shorten_path(path: Path) -> str:
    """Return a path as short as it can be understood from here."""
    with contextlib.suppress(ValueError):
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    return str(path)


def quote_path(path: Path) -> str:
    """Return a path as a shell takes it."""
    text = shorten_path(path)
    return f'"{text}"' if " " in text else text


def find_command() -> str:
    """Return the command `rnncourse` of this Python as a shell finds it from here."""
    script, installed = Path(sys.executable).parent / "rnncourse", shutil.which("rnncourse")
    if installed and Path(installed).resolve().parent == script.resolve().parent:
        return "rnncourse"
    exists = any(script.with_suffix(suffix).is_file() for suffix in ("", ".exe"))
    return quote_path(script) if exists else "rnncourse"
