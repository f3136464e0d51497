"""Fingerprints of a notebook: hashes of short runs of tokens, some of them chosen by winnowing.

Source: Schleimer, Wilkerson and Aiken (2003), "Winnowing: local algorithms for document
fingerprinting". Of each window of hashes the smallest is kept, so that two texts which share a run
of `RUN + WINDOW - 1` tokens share a fingerprint, wherever it stands.
"""

import ast
import functools
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rnncourse.grading.likeness.tokens import Token, streams
from rnncourse.grading.reading.magics import without_magics
from rnncourse.grading.reading.notebooks import Cell, NotebookError, read

RUN, WINDOW = 10, 4
"""Tokens that are hashed together, and hashes of which one is kept."""

_UNREADABLE = SyntaxError, ValueError, RecursionError, MemoryError
_LONGEST = 100_000  # characters of a cell: a longer one is data, most likely

_PRIME, _BASE = 2**61 - 1, 1_000_003
_POWER = pow(_BASE, RUN, _PRIME)

Place = tuple[int, int, int, int]
"""The number of a function or of what else a cell has; its cell; and the first and last line."""


@dataclass(frozen=True)
class Prints:
    """What is compared of a notebook.

    Args:
        marks: Where each fingerprint stands first.
        everything: All hashes, also those that were not chosen.
        cells: The code by the numbers of the cells, to be shown.
    """

    marks: Mapping[int, Place] = field(default_factory=dict)
    everything: frozenset[int] = frozenset()
    cells: Mapping[int, str] = field(default_factory=dict)


def prints_of(data: bytes, known: frozenset[int] = frozenset()) -> Prints:
    """Return the fingerprints of a notebook; none if it cannot be read.

    What everybody was given is `known`, and does not count.
    """
    try:
        cells = read(data)
    except (NotebookError, RecursionError, MemoryError):
        return Prints()
    return prints_in(cells, known)


def prints_in(cells: Iterable[Cell], known: frozenset[int] = frozenset()) -> Prints:
    r"""Return the fingerprints of code cells; what is no Python is left out.

    >>> a = prints_in([Cell(1, "def f(x):\n    return sum(x) / len(x) + max(x) * min(x)")])
    >>> b = prints_in([Cell(1, "def g(y):  # mine\n    return sum(y) / len(y) + max(y) * min(y)")])
    >>> a.marks.keys() == b.marks.keys() != set()
    True
    """
    trees, sources = {}, {}
    for cell in cells:
        sources[cell.number] = source = without_magics(cell.source)[0]
        try:
            trees[cell.number] = ast.parse(source if len(source) <= _LONGEST else "")
        except _UNREADABLE:
            continue
    marks: dict[int, tuple[int, int, int, int]] = {}
    everything = set()
    for group, stream in enumerate(streams(trees)):
        hashes = _hashes(stream)
        everything.update(hashes)
        for place in _winnowed(hashes):
            run = stream[place : place + RUN]
            if (number := hashes[place]) not in known and number not in marks:
                lines = [token.line for token in run]
                marks[number] = group, run[0].cell, min(lines), max(lines)
    return Prints(marks, frozenset(everything), sources)


def _hashes(stream: list[Token]) -> list[int]:
    """Return the hash of each run of tokens; each follows from the one before."""
    values = [_value(token.text) for token in stream]
    found, now = [], 0
    for i, value in enumerate(values):
        now = (now * _BASE + value) % _PRIME
        if i >= RUN:
            now = (now - values[i - RUN] * _POWER) % _PRIME
        if i >= RUN - 1:
            found.append(now)
    return found


@functools.lru_cache(4096)
def _value(text: str) -> int:
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little") % _PRIME


def _winnowed(hashes: list[int]) -> set[int]:
    """Choose the place of the smallest hash of each window, the last one of equal ones."""
    chosen = set()
    for start in range(max(1, len(hashes) - WINDOW + 1) if hashes else 0):
        window = hashes[start : start + WINDOW]
        least = min(window)
        chosen.add(start + len(window) - 1 - window[::-1].index(least))
    return chosen
