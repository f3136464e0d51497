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

from rnncourse.cli.commands import DONE, CommandError
from rnncourse.cli.course import (
    EXERCISES,
    WORK,
    find_chapter,
    find_command,
    find_course_folder,
    find_latest_chapter,
    list_copies,
    name_next_copy,
    quote_path,
    shorten_path,
)
from rnncourse.cli.jupyter import install_packages, open_in_jupyter
from rnncourse.cli.upgrading import (
    belongs_to_exercise,
    carry_answers,
    find_exercise_version,
    is_current,
)
from rnncourse.core.chapters import Chapter

ORIGINALS = ".originals"
"""Where the exercises are kept as the student got them; a folder that file browsers hide."""


def start_exercise(options: argparse.Namespace) -> int:
    """Give a student an exercise to work on, or the one begun before, and open it."""
    course = find_course_folder(Path.cwd())
    folder = options.to or course / WORK
    if options.chapter:
        chapter = find_chapter(options.chapter)
    else:
        chapter = find_latest_chapter(folder) or find_chapter("1")
    path, sentence = prepare_exercise(chapter, course / EXERCISES, folder)
    print(sentence, flush=True)
    if options.install:
        install_packages(chapter, course / "constraints.txt", options.open, path)
    if options.open:
        open_in_jupyter(path)
    else:
        print(f"To check your answers: {find_command()} check {quote_path(path)}")
    return DONE


def prepare_exercise(chapter: Chapter, exercises: Path, folder: Path) -> tuple[Path, str]:
    """Return the notebook to work in, and a sentence about it.

    Args:
        chapter: Whose exercise.
        exercises: The folder of the course's exercises.
        folder: The student's folder; it is made if it is not there.

    Raises:
        CommandError: If that cannot be done, with the reason; then nothing was changed.
    """
    page, title = chapter.page, f"chapter {chapter.number}"
    source = exercises / f"{page}.ipynb"
    if not source.is_file():
        raise CommandError(f"{shorten_path(source)} is not there. Try: git checkout {EXERCISES}")
    data = source.read_bytes()
    exercise = read_notebook(source, data)
    with _explain_unwritable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _keep_original(exercise, data, folder)
        copies = list_copies(folder, page)
        if not copies:
            path = name_next_copy(folder, page)
            create_file(path, data)
            return path, f"The exercises of {title} are yours now: {shorten_path(path)}"
        notebook = read_notebook(copies[-1])
        if not belongs_to_exercise(notebook, exercise):
            raise CommandError(
                f"{shorten_path(copies[-1])} is a notebook of another kind: give it another name, "
                f"and the exercises of {title} come."
            )
        if is_current(notebook, exercise):
            return copies[-1], f"You go on with {shorten_path(copies[-1])}"
        carried = carry_answers(notebook, exercise, _find_original(notebook, folder))
        path = name_next_copy(folder, page)
        create_file(path, carried.text.encode())
    count = {0: "no answer", 1: "your one answer"}.get(
        carried.n_answers, f"your {carried.n_answers} answers"
    )
    ending = ", and at its end what you wrote to questions that are gone" if carried.n_gone else ""
    return path, (
        f"The exercises of {title} have changed: {shorten_path(path)} is the new version with "
        f"{count} carried over{ending}; {shorten_path(copies[-1])} stays as you left it."
    )


def read_notebook(path: Path, data: bytes | None = None) -> dict:
    """Read a notebook.

    Args:
        path: Its file.
        data: What is in it, if that was read before.

    Raises:
        CommandError: If it is none that can be read.
    """
    from rnncourse.grading.reading.notebooks import NotebookError, read_code_cells

    if not path.is_file():
        raise CommandError(f"{shorten_path(path)} is no file: give it another name.")
    try:
        data = path.read_bytes() if data is None else data
        read_code_cells(data)
        content = json.loads(data)
    except (NotebookError, ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, NotebookError) else "The file is damaged."
        checkpoint = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
        remark = ""
        if checkpoint.is_file():
            remark = f" Jupyter has kept an older state: {shorten_path(checkpoint)}."
        raise CommandError(
            f"{shorten_path(path)} cannot be read as a notebook, and was left as it is: give it "
            f"another name, and start again. {reason}{remark}"
        ) from None
    except OSError as error:
        raise CommandError(f"{shorten_path(path)} cannot be read: {error.strerror}.") from None
    cells = [cell for cell in content["cells"] if isinstance(cell, dict)]
    return {**content, "metadata": dict(content.get("metadata") or {}), "cells": cells}


def create_file(path: Path, data: bytes) -> None:
    """Write a file that was not there: whole or not at all, and never over another.

    Raises:
        OSError: If it cannot be written, or is there.
    """
    part_file = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part_file.write_bytes(data)
        try:
            os.link(part_file, path)
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
        part_file.unlink(missing_ok=True)


def _keep_original(exercise: dict, data: bytes, folder: Path) -> None:
    path = folder / ORIGINALS / f"{find_exercise_version(exercise)}.ipynb"
    if find_exercise_version(exercise) and not path.exists():
        path.parent.mkdir(exist_ok=True)
        create_file(path, data)


def _find_original(notebook: dict, folder: Path) -> dict | None:
    """Return the exercise that a notebook was made from, if it was kept."""
    path = folder / ORIGINALS / f"{find_exercise_version(notebook)}.ipynb"
    with contextlib.suppress(CommandError):
        return read_notebook(path)
    return None


@contextlib.contextmanager
def _explain_unwritable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = "it is no folder" if folder.is_file() else error.strerror or error
        raise CommandError(
            f"{shorten_path(folder)} cannot be written: {why}. Nothing was changed; "
            "choose another folder with --to."
        ) from None
