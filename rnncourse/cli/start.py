"""`rnncourse start`: a student's own copy of an exercise, with what it needs, opened.

What a student has written is never written to. A newer version of the exercise goes into a file of
its own, beside the old one, with the answers in it.
"""

import argparse
import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from rnncourse.cli.carrying import belongs, carry, is_current, stamp_of
from rnncourse.cli.course import (
    EXERCISES,
    WORK,
    chapter_called,
    command_here,
    copies,
    course_folder,
    latest,
    next_copy,
    quoted,
    shown,
)
from rnncourse.cli.opening import install, open_in_jupyter
from rnncourse.cli.work import DONE, CommandError
from rnncourse.core.chapters import Chapter

ORIGINALS = ".originals"
"""Where the exercises are kept as the student got them; a folder that file browsers hide."""


def start(options: argparse.Namespace) -> int:
    """Give a student an exercise to work on, or the one begun before, and open it."""
    course = course_folder(Path.cwd())
    place = options.to or course / WORK
    if options.chapter:
        chapter = chapter_called(options.chapter)
    else:
        chapter = latest(place) or chapter_called("1")
    path, said = prepared(chapter, course / EXERCISES, place)
    print(said, flush=True)
    if options.install:
        install(chapter, course / "constraints.txt", options.open, path)
    if options.open:
        open_in_jupyter(path)
    else:
        print(f"To check your answers: {command_here()} check {quoted(path)}")
    return DONE


def prepared(chapter: Chapter, exercises: Path, place: Path) -> tuple[Path, str]:
    """Return the notebook to work in, and a sentence about it.

    Args:
        chapter: Whose exercise.
        exercises: The folder of the course's exercises.
        place: The student's folder; it is made if it is not there.

    Raises:
        CommandError: If that cannot be done, with the reason; then nothing was changed.
    """
    page, title = chapter.page, f"chapter {chapter.number}"
    source = exercises / f"{page}.ipynb"
    if not source.is_file():
        raise CommandError(f"{shown(source)} is not there. Try: git checkout {EXERCISES}")
    data = source.read_bytes()
    new = notebook(source, data)
    with _sentence_if_not_writable(place):
        place.mkdir(parents=True, exist_ok=True)
        _keep_original(new, data, place)
        old = copies(place, page)
        if not old:
            path = next_copy(place, page)
            create(path, data)
            return path, f"The exercises of {title} are yours now: {shown(path)}"
        mine = notebook(old[-1])
        if not belongs(mine, new):
            raise CommandError(
                f"{shown(old[-1])} is a notebook of another kind: give it another name, and the "
                f"exercises of {title} come."
            )
        if is_current(mine, new):
            return old[-1], f"You go on with {shown(old[-1])}"
        carried = carry(mine, new, _original(mine, place))
        path = next_copy(place, page)
        create(path, carried.text.encode())
    number = {0: "no answer", 1: "your one answer"}.get(
        carried.answers, f"your {carried.answers} answers"
    )
    end = ", and at its end what you wrote to questions that are gone" if carried.gone else ""
    return path, (
        f"The exercises of {title} have changed: {shown(path)} is the new version with {number} "
        f"carried over{end}; {shown(old[-1])} stays as you left it."
    )


def notebook(path: Path, data: bytes | None = None) -> dict:
    """Read a notebook.

    Args:
        path: Its file.
        data: What is in it, if that was read before.

    Raises:
        CommandError: If it is none that can be read.
    """
    from rnncourse.grading.reading.notebooks import NotebookError, read

    if not path.is_file():
        raise CommandError(f"{shown(path)} is no file: give it another name.")
    try:
        data = path.read_bytes() if data is None else data
        read(data)
        found = json.loads(data)
    except (NotebookError, ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, NotebookError) else "The file is damaged."
        kept = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
        older = f" Jupyter has kept an older state: {shown(kept)}." if kept.is_file() else ""
        raise CommandError(
            f"{shown(path)} cannot be read as a notebook, and was left as it is: give it another "
            f"name, and start again. {reason}{older}"
        ) from None
    except OSError as error:
        raise CommandError(f"{shown(path)} cannot be read: {error.strerror}.") from None
    cells = [cell for cell in found["cells"] if isinstance(cell, dict)]
    return {**found, "metadata": dict(found.get("metadata") or {}), "cells": cells}


def create(path: Path, data: bytes) -> None:
    """Write a file that was not there: whole or not at all, and never over another.

    Raises:
        OSError: If it cannot be written, or is there.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        try:
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with path.open("xb") as file:
                try:
                    file.write(data)
                    file.flush()
                except OSError:
                    path.unlink()
                    raise
    finally:
        part.unlink(missing_ok=True)


def _keep_original(new: dict, data: bytes, place: Path) -> None:
    path = place / ORIGINALS / f"{stamp_of(new)}.ipynb"
    if stamp_of(new) and not path.exists():
        path.parent.mkdir(exist_ok=True)
        create(path, data)


def _original(mine: dict, place: Path) -> dict | None:
    """Return the exercise that a notebook was made from, if it was kept."""
    path = place / ORIGINALS / f"{stamp_of(mine)}.ipynb"
    with contextlib.suppress(CommandError):
        return notebook(path)
    return None


@contextlib.contextmanager
def _sentence_if_not_writable(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = "it is no folder" if place.is_file() else error.strerror or error
        raise CommandError(
            f"{shown(place)} cannot be written: {why}. Nothing was changed; "
            "choose another folder with --to."
        ) from None
