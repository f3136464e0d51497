"""Strict reading of hand-written tables (TOML), with errors that name the next move.

A file that people write by hand is read field by field: a missing field, an
unknown one, or a value of the wrong type ends in one sentence.
"""

import difflib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NoReturn


def meant(word: str, known: Collection[str]) -> str:
    """End a sentence about an unknown word with the nearest known one.

    Args:
        word: What was written.
        known: What could have been written.

    Returns:
        A question, or the known words when none is near, or a full stop when there are none.

    >>> meant("verdct", ["claim", "verdict"])
    "; did you mean 'verdict'?"
    >>> meant("x", ["claim", "verdict"])
    '; known: claim, verdict.'
    """
    if close := difflib.get_close_matches(word, known, n=1):
        return f"; did you mean {close[0]!r}?"
    if not (names := list(known)):
        return "."
    return f"; known: {', '.join(names if len(names) < 9 else [*names[:3], '…', names[-1]])}."


@dataclass(frozen=True)
class TomlTable:
    """One table of a file, read strictly. Every fault raises `error`.

    Args:
        where: What the reader looks for in the file, for instance `"A2"`.
        raw: The table as parsed.
        error: The exception to raise.
    """

    where: str
    raw: Mapping[str, object]
    error: type[ValueError] = ValueError

    def fault(self, sentence: str) -> NoReturn:
        """Raise `error` with a sentence about this table."""
        raise self.error(f"{self.where}: {sentence}")

    def only(self, known: Collection[str]) -> None:
        """Refuse fields that are not among `known`."""
        for name in self.raw:
            if name not in known:
                self.fault(f"unknown field {name!r}" + meant(name, known))

    def get(self, name: str) -> object:
        """Return a field that has to be there."""
        if name not in self.raw:
            self.fault(f"the field {name!r} is missing; add it.")
        return self.raw[name]

    def words(self, name: str) -> str:
        """Return a text that is not empty, on one line."""
        value = self.get(name)
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{name} must be words in quotes; got {value!r}.")
        return " ".join(value.split())

    def choice(self, name: str, known: Collection[str]) -> str:
        """Return one of the known words."""
        value = self.words(name)
        if value not in known:
            self.fault(f"{name} cannot be {value!r}" + meant(value, known))
        return value

    def number(self, name: str) -> float:
        """Return a finite number (`true` is not one)."""
        value = self.get(name)
        if type(value) not in (int, float) or not math.isfinite(value):
            self.fault(f"{name} must be a finite number; got {value!r}.")
        return float(value)

    def items(self, name: str) -> list:
        """Return a list that is not empty."""
        value = self.get(name)
        if not isinstance(value, list) or not value:
            self.fault(f"{name} must be a list with at least one entry; got {value!r}.")
        return value
