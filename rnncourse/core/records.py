"""Recorded values: what a page quotes, and how far a fresh run may lie from it.

A number that a page prints was measured once, by `make measure`, and written
to `rnncourse/records/NAME.json` together with its tolerance and the evidence
for that tolerance. A notebook computes the number again and calls
`Record.confirm`; the page then quotes the recorded value, so that it reads the
same on every machine, and the cell fails when the fresh value has left the
tolerance.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[1] / "records"

Numbers = float | int | Sequence | np.ndarray
"""A number, or a flat sequence of numbers."""


class RecordError(ValueError):
    """A record is missing, malformed, or contradicted by a fresh value."""


@dataclass(frozen=True)
class Entry:
    """One recorded quantity: a number or a list of numbers, its tolerance, and why."""

    value: float | list[float]
    tolerance: float
    evidence: str


@dataclass
class Record:
    """The recorded values of one experiment.

    Args:
        name: The file's stem, for instance `"ngrams"`.
        about: Provenance: command, versions, data fingerprint, cost.
        values: The entries by key.
        folder: Where records live; tests pass their own.
    """

    name: str
    about: Mapping[str, object] = field(default_factory=dict)
    values: dict[str, Entry] = field(default_factory=dict)
    folder: Path = FOLDER

    @classmethod
    def load(cls, name: str, folder: Path | None = None) -> "Record":
        """Read a record.

        Args:
            name: The file's stem.
            folder: Another place to look; the package's own by default.

        Raises:
            RecordError: If there is no such record, or it is not a record.
        """
        folder = FOLDER if folder is None else folder
        path = folder / f"{name}.json"
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            values = {key: Entry(**entry) for key, entry in raw["values"].items()}
        except FileNotFoundError:
            known = ", ".join(sorted(p.stem for p in folder.glob("*.json"))) or "none"
            raise RecordError(
                f"There is no record named {name!r} (known: {known}). Try: make measure."
            ) from None
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise RecordError(f"{path.name} is not a record: {error!r}.") from None
        return cls(name, raw.get("about", {}), values, folder)

    def add(self, key: str, value: Numbers, tolerance: float | int, evidence: str) -> None:
        """Enter a measured value.

        Args:
            key: Its name within the record.
            value: A number, or a flat sequence of numbers.
            tolerance: Largest absolute difference a fresh run may show.
            evidence: Why this tolerance: the spread seen, and over what.

        Raises:
            RecordError: If the key is taken, a value is not finite, or evidence is missing.
        """
        if key in self.values:
            raise RecordError(f"{self.name} already has an entry {key!r}.")
        array = np.asarray(value, dtype=float)
        if array.ndim > 1 or not np.all(np.isfinite(array)):
            raise RecordError(f"{self.name}:{key} must be finite numbers in a flat list.")
        if not (0 <= tolerance < float("inf") and evidence.strip()):
            raise RecordError(f"{self.name}:{key} needs a tolerance >= 0 and its evidence.")
        self.values[key] = Entry(array.tolist(), float(tolerance), evidence)

    def value(self, key: str) -> float | list[float]:
        """Return the recorded value of `key`.

        Raises:
            RecordError: If the record has no such key.
        """
        return self._entry(key).value

    def confirm(self, key: str, fresh: Numbers) -> float | list[float]:
        """Compare a fresh value with the record, and return the recorded one.

        Args:
            key: The entry.
            fresh: What this run computed: a number, or as many numbers as recorded.

        Returns:
            The recorded value, which is what a page quotes.

        Raises:
            RecordError: If the fresh value differs by more than the tolerance,
                is not a number, or has another shape.
        """
        entry = self._entry(key)
        new, old = np.asarray(fresh, dtype=float), np.asarray(entry.value, dtype=float)
        if new.shape != old.shape:
            raise RecordError(
                f"{self.name}:{key} was recorded with shape {old.shape}; got {new.shape}."
            )
        gap = np.abs(new - old)
        if not np.all(gap <= entry.tolerance):  # NaN compares false, so it fails here
            at = int(np.argmax(np.where(np.isnan(gap), np.inf, gap)))
            raise RecordError(
                f"{self.name}:{key} was recorded as {old.flat[at]:.6g}; this run gives "
                f"{new.flat[at]:.6g}, further away than {entry.tolerance:g} ({entry.evidence}). "
                "Try: the versions pinned in constraints.txt; if the code changed on purpose, "
                "make measure."
            )
        return entry.value

    def save(self) -> Path:
        """Write the record atomically and return its path."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.name}.json"
        body = {
            "about": dict(self.about),
            "values": {key: vars(entry) for key, entry in self.values.items()},
        }
        part = path.with_suffix(".part")
        part.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
        os.replace(part, path)
        return path

    def _entry(self, key: str) -> Entry:
        try:
            return self.values[key]
        except KeyError:
            known = ", ".join(sorted(self.values)) or "nothing"
            raise RecordError(
                f"{self.name} has no entry {key!r}; it records {known}. Try: make measure."
            ) from None
