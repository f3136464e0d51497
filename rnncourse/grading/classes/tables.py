"""Tables that people and platforms write: any separator, any encoding, columns by their names."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_TABLE = 20 * 2**20
"""Bytes that a table may have."""


class ClassDataError(ValueError):
    """Something about a class that has to be put right first; the sentence says what."""


@dataclass(frozen=True)
class ClassTable:
    """A table as it was read; a row is its number in the file, and its cells by column."""

    path: Path
    head: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]

    def column(self, *names: str) -> str:
        """Return the first column that bears one of these names; "" if there is none."""
        column_by_name = {normalize_column(name): name for name in reversed(self.head)}
        return next((column_by_name[name] for name in names if name in column_by_name), "")


def normalize_column(name: str) -> str:
    """Write the name of a column without capitals and signs.

    >>> normalize_column(" E-Mail_Address "), normalize_column("<b>Grade</b>")
    ('e mail address', 'grade')
    """
    name = re.sub(r"</?\w+>", " ", name)
    text = unicodedata.normalize("NFC", name).replace("_", " ").casefold()
    return " ".join(re.findall(r"\w+", text))


def read_table(path: Path, title: str, known: Iterable[str]) -> ClassTable:
    """Read a table with a row of names on top.

    It is UTF-8 or UTF-16 with its mark, else UTF-8, else Windows' Latin-1; its separator is the one
    with which most of the names are known ones, as `normalize_column` writes them.

    Raises:
        ClassDataError: If it cannot be read.
    """
    name = f"The {title} {str(path)!r}"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TABLE + 1)
    except OSError as error:
        raise ClassDataError(f"{name} cannot be read: {error.strerror or error}.") from None
    if len(data) > MAX_TABLE:
        raise ClassDataError(f"{name} is larger than {MAX_TABLE // 2**20} MB.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if text.startswith("PK\x03\x04"):
        raise ClassDataError(f"{name} is a spreadsheet, or packed: save it as a CSV file first.")
    if "\0" in text:
        raise ClassDataError(f"{name} is no CSV file.")
    if not text.strip():
        raise ClassDataError(f"{name} is empty.")
    known = set(known)
    readings = [_read_rows(text, separator) for separator in ",;\t"]

    def matched_columns(rows: list[tuple[int, list[str]]]) -> tuple[int, int]:
        head = _find_first_row(rows)[1]
        return len(known & {normalize_column(cell) for cell in head}), len(head[1:])

    rows = max(readings, key=matched_columns)
    if not rows:
        raise ClassDataError(
            f"{name} is no CSV file: its quotes are not closed, or a cell is too long."
        )
    first_line, head = _find_first_row(rows)
    repeated = [
        column for column in head if normalize_column(column) in known and head.count(column) > 1
    ]
    if repeated:
        raise ClassDataError(f"{name} has the column {repeated[0]!r} twice.")
    cells = [
        (number, dict(zip(head, [*row, *[""] * len(head)], strict=False)))
        for number, row in rows
        if number > first_line and any(map(str.strip, row))
    ]
    return ClassTable(path, tuple(head), tuple(cells))


def _read_rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the rows with their numbers; none if this is not how the file is written."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = []
    try:
        for number, row in enumerate(reader, start=1):
            rows.append((number, [cell.strip() for cell in row]))
    except csv.Error:
        return []
    return rows


def _find_first_row(rows: list[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    return next(((number, row) for number, row in rows if any(row)), (0, []))
