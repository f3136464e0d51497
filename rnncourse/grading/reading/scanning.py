"""JSON of any size, of which few values are wanted: the rest is passed over, not built.

A notebook of 95 MB is mostly stored outputs. As Python values they would take gigabytes.
"""

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(rb"[ \t\n\r]*+")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_PIECE = re.compile(_STRING.pattern + rb"|[\[\]{}]", re.DOTALL)
_SCALAR = re.compile(rb"-?(?:\d++(?:\.\d++)?(?:[eE][-+]?\d++)?|Infinity)|true|false|null|NaN")


class DamagedError(ValueError):
    """Bytes that are no JSON where they should be."""


class Scanner:
    """A place in JSON that moves forward. All its methods raise `DamagedError`.

    Args:
        data: In UTF-8.
        at: Where to begin.
    """

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data, self._at = data, at

    def next(self) -> bytes:
        """Return the next byte that is no space, without passing it; b"" at the end."""
        self._at = _SPACE.match(self._data, self._at).end()
        return self._data[self._at : self._at + 1]

    def parts(self, opening: bytes, closing: bytes) -> Iterator[int]:
        """Yield where each part of the list or object begins that stands here, and pass it.

        A part that the caller has passed is not passed again.
        """
        self._take(opening)
        if self.next() == closing:
            self._at += 1
            return
        while True:
            self.next()
            start = self._at
            yield start
            if self._at == start:
                self.skip()
            if self.next() == closing:
                self._at += 1
                return
            self._take(b",")

    def items(self) -> Iterator[int]:
        """Yield where each item of a list begins."""
        return self.parts(b"[", b"]")

    def members(self) -> Iterator[tuple[str, int, int]]:
        """Yield key, start and end of each value of an object."""
        for start in self.parts(b"{", b"}"):
            self.skip()
            key = built(self._data[start : self._at])
            self._take(b":")
            self.next()
            start = self._at
            self.skip()
            yield str(key), start, self._at

    def skip(self) -> None:
        """Pass over a value, however deep."""
        first = self.next()
        if first not in (b"[", b"{"):
            found = (_STRING if first == b'"' else _SCALAR).match(self._data, self._at)
            if not found:
                raise DamagedError
            self._at = found.end()
            return
        depth = 0
        for found in _PIECE.finditer(self._data, self._at):
            kind = self._data[found.start()]
            depth += (kind in b"[{") - (kind in b"]}")
            if depth == 0:
                self._at = found.end()
                return
        raise DamagedError

    def _take(self, wanted: bytes) -> None:
        if self.next() != wanted:
            raise DamagedError
        self._at += 1


def built(data: bytes) -> object:
    """Build a value; raises `DamagedError` if it is none."""
    try:
        return json.loads(data.decode(), parse_int=float)  # a number may have any length
    except (ValueError, RecursionError):
        raise DamagedError from None
