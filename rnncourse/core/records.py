"""Recorded values: what a page quotes, and how far a fresh run may lie from it.

A number that a page prints was measured once, by `make measure`, and written
to the chapter's `record.json` together with its tolerance and the evidence
for that tolerance. A notebook computes the number again and calls
`Record.confirm`; the page then quotes the recorded value, so that it reads the
same on every machine, and the cell fails when the fresh value has left the
tolerance.

A chapter's file holds one section an experiment, so that one can be run again
without the others. No key is in two sections: readers need not know them.
"""

import hashlib
import importlib.metadata
import json
import logging
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from rnncourse.core.chapters import FOLDER
from rnncourse.core.files import write_file

FILE = "record.json"

Numbers = float | int | Sequence | np.ndarray
"""A number, or a flat sequence of numbers."""


class RecordError(ValueError):
    """A record is missing, malformed, or contradicted by a fresh value."""


@dataclass(frozen=True)
class RecordEntry:
    """One recorded quantity: a number or a list of numbers, its tolerance, and why."""

    value: float | list[float]
    tolerance: float
    evidence: str


@dataclass
class Record:
    """The recorded values of a chapter, or of the one experiment that is being run.

    Args:
        name: The chapter's, for instance `"ch02_language"`.
        experiment: The section that `save` writes; empty for a record that was loaded.
        about: Provenance: command, versions, data fingerprint, cost. Of a record that was
            loaded: by experiment.
        values: The entries by key.
        sections: Of a record that was loaded: which experiment measured each key.
        code: Of a record that is measured: the digits of its code (`scripts/author/code_hash.py`).
        folder: Where the chapters are; tests pass their own.
    """

    name: str
    experiment: str = ""
    about: Mapping[str, object] = field(default_factory=dict)
    values: dict[str, RecordEntry] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    code: str = ""
    folder: Path | None = None

    @property
    def path(self) -> Path:
        """Where it is written."""
        return (FOLDER if self.folder is None else self.folder) / self.name / FILE

    @classmethod
    def load(cls, name: str, folder: Path | None = None) -> "Record":
        """Read the record of a chapter, all experiments together.

        Args:
            name: The chapter's.
            folder: Another place to look; the package's own by default.

        Raises:
            RecordError: If there is no such record, or it is not a record.
        """
        record = cls(name, folder=folder)
        sections = record._read_sections()
        if sections is None:
            paths = record.path.parents[1].glob(f"*/{FILE}")
            known = ", ".join(sorted(path.parent.name for path in paths)) or "none"
            raise RecordError(f"{name!r} has no record (known: {known}). Try: make measure.")
        record.about = {key: section["about"] for key, section in sections.items()}
        for experiment, section in sections.items():
            if shared := record.values.keys() & section["values"].keys():
                raise RecordError(f"{name}/{FILE} is not a record: it has {min(shared)!r} twice.")
            record.values |= section["values"]
            record.sections |= dict.fromkeys(section["values"], experiment)
        return record

    def _read_sections(self) -> dict[str, dict] | None:
        """Read the file: by experiment what it is about, and its entries. None without a file."""
        try:
            raw = json.loads(self.path.read_text(encoding="utf-8"))
            for experiment, section in raw.items():
                if section.get("checksum", checksum := _checksum(section)) != checksum:
                    raise RecordError(f"{experiment} was edited by hand. Try: make measure.")
            return {
                experiment: {
                    "about": section.get("about", {}),
                    "values": {k: _make_entry(k, **v) for k, v in section["values"].items()},
                    "code": {key: section[key] for key in ("code", "stamps") if key in section},
                }
                for experiment, section in raw.items()
            }
        except FileNotFoundError:
            return None
        except RecordError as error:
            raise RecordError(f"{self.name}/{FILE} is not a record: {error}") from None
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise RecordError(f"{self.name}/{FILE} is not a record: {error!r}.") from None

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
        self.values[key] = entry = _make_entry(f"{self.name}:{key}", value, tolerance, evidence)
        logging.getLogger(__name__).info("%s: %s", key, np.round(entry.value, 4))

    def add_by_seed(
        self,
        prefix: str,
        results: Sequence[Mapping[str, Numbers]],
        choose_tolerance: Callable[[str], tuple[float, str]],
    ) -> None:
        """Enter what several seeds gave: `PREFIX/KEY`, and of a list `PREFIX/KEY/1` and so on.

        Args:
            prefix: What stands before the keys.
            results: One for each seed, with the same keys.
            choose_tolerance: From a key to tolerance and evidence.
        """
        for key in results[0]:
            values = np.array([result[key] for result in results])
            if values.ndim == 1:
                self.add(f"{prefix}/{key}", values, *choose_tolerance(key))
            else:
                for n, column in enumerate(values.T, 1):
                    self.add(f"{prefix}/{key}/{n}", column, *choose_tolerance(key))

    def value(self, key: str) -> float | list[float]:
        """Return the recorded value of `key`.

        Raises:
            RecordError: If the record has no such key.
        """
        return self.entry(key).value

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
        entry = self.entry(key)
        new, old = np.asarray(fresh, dtype=float), np.asarray(entry.value, dtype=float)
        if new.shape != old.shape:
            raise RecordError(
                f"{self.name}:{key} was recorded with shape {old.shape}; got {new.shape}."
            )
        gaps = np.abs(new - old)
        if not np.all(gaps <= entry.tolerance):  # NaN compares false, so it fails here
            worst = int(np.argmax(np.where(np.isnan(gaps), np.inf, gaps)))
            raise RecordError(
                f"{self.name}:{key} was recorded as {old.flat[worst]:.6g}; this run gives "
                f"{new.flat[worst]:.6g}, further away than {entry.tolerance:g} ({entry.evidence}). "
                "Try: the versions pinned in constraints.txt; if the code changed on purpose, "
                "make measure."
            )
        return entry.value

    def save(self) -> Path:
        """Write this experiment's section, atomically, beside the others, and return the path.

        Raises:
            RecordError: If another section has an entry of the same key.
        """
        sections = self._read_sections() or {}
        about = dict(self.about)
        code = {"code": self.code} if self.code else {}
        sections[self.experiment] = {"about": about, "values": self.values, "code": code}
        for name, section in sections.items():
            shared = section["values"].keys() & self.values.keys()
            if name != self.experiment and shared:
                raise RecordError(
                    f"{self.name}: {self.experiment} and {name} both record {min(shared)!r}."
                )
        body = {}
        for experiment, section in sections.items():
            values = {key: vars(entry) for key, entry in section["values"].items()}
            body[experiment] = {"about": section["about"], "values": values}
            body[experiment]["checksum"] = _checksum(json.loads(json.dumps(body[experiment])))
            body[experiment] = section["code"] | body[experiment]
        write_file(self.path, json.dumps(body, indent=1) + "\n")
        return self.path

    def entry(self, key: str) -> RecordEntry:
        """Return the entry of `key`, with its tolerance and evidence.

        Raises:
            RecordError: If the record has no such key.
        """
        try:
            return self.values[key]
        except KeyError:
            keys = sorted(self.values)
            if len(keys) > 8:
                keys = [*get_close_matches(key, keys, cutoff=0.5), f"{len(keys)} in all"]
            known = ", ".join(keys) or "nothing"
            raise RecordError(
                f"{self.name} has no entry {key!r}; it records {known}. Try: make measure."
            ) from None


def _checksum(section: dict) -> str:
    """Fingerprint a section: no protection, but no value or tolerance changes by a slip."""
    text = json.dumps([section.get("about", {}), section["values"]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _make_entry(key: str, value: Numbers, tolerance: float | int, evidence: str) -> RecordEntry:
    """Build an entry of finite numbers, or raise `RecordError`."""
    array = np.asarray(value, dtype=float)
    if array.ndim > 1 or not np.all(np.isfinite(array)):
        raise RecordError(f"{key} must be finite numbers in a flat list.")
    if not (0 <= tolerance < float("inf") and evidence.strip()):
        raise RecordError(f"{key} needs a tolerance >= 0 and its evidence.")
    return RecordEntry(array.tolist(), float(tolerance), evidence)


def provenance(*packages: str) -> dict[str, str]:
    """Return what a record says about the run that made it.

    Args:
        *packages: Further packages that the data come from.

    Returns:
        The command, and the versions of Python, of PyTorch if it is in use, and of what the course
        reads and computes with. `scripts/author/measure.py` adds the date, the commit, the
        function, and the predicates that wait for the numbers.
    """
    torch = ("torch",) if "torch" in sys.modules else ()
    names = ("numpy", "scipy", "scikit-learn", "matplotlib", "networkx", *torch, *packages)
    return {
        "command": "make measure",
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in names},
    }
