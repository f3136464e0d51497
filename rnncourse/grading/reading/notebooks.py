"""A student's notebook, read by its bytes alone."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from rnncourse.grading.reading.scanning import DamagedError, Scanner, built

LARGEST_SOURCE, MOST_CELLS = 5_000_000, 20_000
"""Characters of code, and code cells, that a notebook may have; stored outputs do not count."""
_AT_ONCE = 2**20
_TOO_LONG = f"It has more than {MOST_CELLS:,} code cells or {LARGEST_SOURCE:,} characters of code."
_LONGEST = 8 * LARGEST_SOURCE  # bytes of JSON: a character takes up to six, and lines have marks


class NotebookError(ValueError):
    """Bytes that are no notebook, with the reason in one sentence."""


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Args:
        number: Its place among the code cells, from 1.
        source: Its code.
    """

    number: int
    source: str


def read(data: bytes) -> tuple[Cell, ...]:
    """Return the code cells of a notebook; outputs, metadata and prose do not matter.

    Args:
        data: The file.

    Raises:
        NotebookError: If it is no notebook, with the reason.
    """
    if not data.strip():
        raise NotebookError("The file is empty.")
    try:
        data = _as_utf8(data)
        cells = _listed(data)
        return tuple(_code_cells(data, cells))
    except UnicodeDecodeError:
        raise NotebookError("The file is not text in UTF-8.") from None
    except DamagedError:
        raise NotebookError("The file is not JSON: it may be cut off or damaged.") from None


def _as_utf8(data: bytes) -> bytes:
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16").encode()
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _AT_ONCE):  # all of it at once may take four times the memory
        decoder.decode(data[start : start + _AT_ONCE])
    decoder.decode(b"", final=True)
    return data.removeprefix(codecs.BOM_UTF8)


def _listed(data: bytes) -> int:
    """Return where the list of cells begins."""
    whole, found = Scanner(data), {}
    if whole.next() == b"{":
        found = {key: start for key, start, _ in whole.members()}
    else:
        whole.skip()
    if whole.next():
        raise DamagedError  # something follows
    if "cells" in found and Scanner(data, found["cells"]).next() == b"[":
        return found["cells"]
    raise NotebookError(
        "The notebook has the form of Jupyter before version 4: open it and save it again."
        if "worksheets" in found
        else "The file is JSON, but no notebook: it has no list of cells."
    )


def _code_cells(data: bytes, start: int) -> Iterator[Cell]:
    scanner, number, left = Scanner(data, start), 0, LARGEST_SOURCE
    for _ in scanner.items():
        if scanner.next() != b"{":
            continue
        parts = {key: (start, end) for key, start, end in scanner.members()}
        if _value(data, parts.get("cell_type")) != "code":
            continue
        number += 1
        source = _source(data, parts.get("source"), left)
        if source is not None:
            left -= len(source)
            yield Cell(number, source.replace("\r\n", "\n").replace("\r", "\n"))
        if number > MOST_CELLS or left < 0:
            raise NotebookError(_TOO_LONG)


def _source(data: bytes, place: tuple[int, int] | None, left: int) -> str | None:
    """Return the code of a cell, or None if it has none that is text."""
    start, end = place or (0, 0)
    if end - start > _LONGEST:
        raise NotebookError(_TOO_LONG)
    source = _value(data, place)
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source if isinstance(source, str) else None


def _value(data: bytes, place: tuple[int, int] | None) -> object:
    return built(data[slice(*place)]) if place else ""
