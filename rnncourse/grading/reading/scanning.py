"""JSON of any size, of which few values are wanted: the rest is passed over, not built.

A notebook of 95 MB is mostly stored outputs. As Python values they would take gigabytes.
"""

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(rb"[ \t\n\r]*+")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_PIECE = re.compile(rb'[^"\[\]{}]*+(?:' + _STRING.pattern + rb"|[\[\]{}])", re.DOTALL)
_SCALAR = re.compile(rb"-?(?:\d++(?:\.\d++)?(?:[eE][-+]?\d++)?|Infinity)|true|false|null|NaN")


class DamagedError(ValueError):
    """Bytes that are no JSON where they should be."""


class Scanner:
    """A place in JSON that moves forward. All its methods raise `DamagedError`."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def peek(self) -> bytes:
        """Return the next byte that is no space, without passing it; b"" at the end."""
        self._at = _SPACE.match(self._data, self._at).end()
        return self._data[self._at : self._at + 1]

    def items(self) -> Iterator[None]:
        """Stop at each item of the list that stands here; what the caller passes is passed."""
        yield from self._iterate_values(b"[", b"]")

    def members(self) -> Iterator[str]:
        """Stop at each value of the object that stands here, and yield its key."""
        for _ in self._iterate_values(b"{", b"}"):
            key = str(build_value(self.take_raw()))
            self._expect(b":")
            start = self._skip_space()
            yield key
            if self._at == start:
                self.skip()

    def take_raw(self) -> bytes:
        """Pass over a value, and return it as it is."""
        start = self._skip_space()
        self.skip()
        return self._data[start : self._at]

    def skip(self) -> None:
        """Pass over a value, however deep."""
        opening = self.peek()
        if opening not in (b"[", b"{"):
            match = (_STRING if opening == b'"' else _SCALAR).match(self._data, self._at)
            if not match:
                raise DamagedError
            self._at = match.end()
            return
        depth = 0
        for match in _PIECE.finditer(self._data, self._at):
            kind = self._data[match.end() - 1]
            depth += (kind in b"[{") - (kind in b"]}")
            if depth == 0:
                self._at = match.end()
                return
        raise DamagedError

    def _iterate_values(self, opening: bytes, closing: bytes) -> Iterator[None]:
        self._expect(opening)
        if self.peek() == closing:
            self._at += 1
            return
        while True:
            start = self._skip_space()
            yield
            if self._at == start:
                self.skip()
            if self.peek() == closing:
                self._at += 1
                return
            self._expect(b",")

    def _skip_space(self) -> int:
        self.peek()
        return self._at

    def _expect(self, expected: bytes) -> None:
        if self.peek() != expected:
            raise DamagedError
        self._at += 1


def build_value(data: bytes) -> object:
    """Build a value; raises `DamagedError` if it is none."""
    try:
        return json.loads(data.decode(), parse_int=float)  # a number may have any length
    except (ValueError, RecursionError):
        raise DamagedError from None
