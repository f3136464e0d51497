"""A student's notebook, read by its bytes alone."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rnncourse.grading.reading.scanning import DamagedError, Scanner, build_value

MAX_SOURCE, MAX_CELLS = 5_000_000, 20_000
"""Characters of code, and code cells, that a notebook may have; stored outputs do not count."""
_CHUNK = 2**20
_TOO_LONG = f"It has more than {MAX_CELLS:,} code cells or {MAX_SOURCE:,} characters of code."
_CONFLICT = [re.compile(rb"^" + mark, re.MULTILINE) for mark in (b"<<<<<<< ", b">>>>>>> ")]
_IN_CONFLICT = (
    "The file holds a merge conflict of git, lines that begin with <<<<<<<: choose one of both "
    "sides at each, or hand in the notebook as it was before the merge."
)
_MAX_JSON = 8 * MAX_SOURCE  # bytes of JSON: a character takes up to six, and lines have marks


class NotebookError(ValueError):
    """Bytes that are no notebook, with the reason in one sentence."""


@dataclass(frozen=True)
class CodeCell:
    """A code cell, and its place among the code cells, from 1."""

    number: int
    source: str


def read_code_cells(data: bytes) -> tuple[CodeCell, ...]:
    """Return the code cells of a notebook; outputs, metadata and prose do not matter.

    Raises:
        NotebookError: If it is no notebook, with the reason.
    """
    if not data.strip():
        raise NotebookError("The file is empty.")
    try:
        return _scan_notebook(Scanner(_convert_to_utf8(data)))
    except UnicodeDecodeError:
        raise NotebookError("The file is not text in UTF-8.") from None
    except DamagedError:
        if all(mark.search(data) for mark in _CONFLICT):
            raise NotebookError(_IN_CONFLICT) from None
        raise NotebookError("The file is not JSON: it may be cut off or damaged.") from None


def _convert_to_utf8(data: bytes) -> bytes:
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16").encode()
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _CHUNK):  # all of it at once may take four times the memory
        decoder.decode(data[start : start + _CHUNK])
    decoder.decode(b"", final=True)
    return data.removeprefix(codecs.BOM_UTF8)


def _scan_notebook(scanner: Scanner) -> tuple[CodeCell, ...]:
    cells, old = None, False
    if scanner.peek() == b"{":
        for key in scanner.members():
            old = old or key == "worksheets"
            if key == "cells":
                cells = tuple(_scan_code_cells(scanner)) if scanner.peek() == b"[" else None
    else:
        scanner.skip()
    if scanner.peek():
        raise DamagedError  # something follows
    if cells is None:
        raise NotebookError(
            "The notebook has the form of Jupyter before version 4: open it and save it again."
            if old
            else "The file is JSON, but no notebook: it has no list of cells."
        )
    return cells


def _scan_code_cells(scanner: Scanner) -> Iterator[CodeCell]:
    index, bytes_left = 0, MAX_SOURCE
    for _ in scanner.items():
        if scanner.peek() != b"{":
            continue
        parts = {k: scanner.take_raw() for k in scanner.members() if k in ("cell_type", "source")}
        if build_value(parts.get("cell_type", b'""')) != "code":
            continue
        index += 1
        source = _read_source(parts.get("source", b'""'))
        if source is not None:
            bytes_left -= len(source)
            yield CodeCell(index, source.replace("\r\n", "\n").replace("\r", "\n"))
        if index > MAX_CELLS or bytes_left < 0:
            raise NotebookError(_TOO_LONG)


def _read_source(data: bytes) -> str | None:
    """Return the code of a cell, or None if it has none that is text."""
    if len(data) > _MAX_JSON:
        raise NotebookError(_TOO_LONG)
    source = build_value(data)
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source if isinstance(source, str) else None
