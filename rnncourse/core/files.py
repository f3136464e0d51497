"""Files that are either whole or not there, and a folder that one run at a time writes into."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def open_atomically(path: Path, durable: bool = False) -> Iterator[BinaryIO]:
    """Open a file to write, and make its folder, so that nobody ever sees half of it.

    It takes the place of what was there once it is closed, and after an error it does not.

    Args:
        path: The file.
        durable: Whether it is on the disk afterwards, so that it survives a power cut.

    Raises:
        OSError: If it cannot be written; then what was there before is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_file(path: Path, text: str | bytes, durable: bool = False) -> None:
    """Write a file whole, as `open_atomically` does. Line endings stay.

    Raises:
        OSError: If it cannot be written; then what was there before is still there.
    """
    with open_atomically(path, durable) as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def write_changed(path: Path, text: str) -> bool:
    """Write a text where a file has another, or none is there; tell whether it was written.

    Raises:
        OSError: If it cannot be written; then what was there before is still there.
    """
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    write_file(path, text)
    return True


def remove_leftovers(folder: Path) -> None:
    """Remove what runs that were killed had begun to write in a folder and in those below."""
    for unfinished in folder.rglob(".*.part"):
        unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def lock_folder(folder: Path) -> Iterator[bool]:
    """Hold a folder for this run; the hold ends with the process, however it ends.

    Yields:
        False if another run holds it. Where files cannot be locked, always True.
    """
    with (folder / ".lock").open("w") as file:
        yield _try_lock(file.fileno())


def _try_lock(descriptor: int) -> bool:
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):  # Windows; some network folders
        pass
    return True
