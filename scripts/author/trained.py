"""What may move in a cell that trains, or shows what was trained: its tag and its metadata.

Another processor adds in another order, and training makes a digit of it. So such a cell has the
tag `trained`, and says in its metadata how far its numbers may move, and how that is known:

    "trained": {"tolerance": 0.05, "evidence": "most seen over three code paths and seeds: 0.04"}

A number passes if it is no further from the stored one than `tolerance` times the stored one, or
times `floor`, where that is larger (0 if it is left out: then nothing near zero is excused); or no
further than `absolute`, in units of what is printed: for percents, say. Words, and how many
numbers there are, are compared exactly. The same tolerance holds for the numbers of a figure
(nbval_figures.py). With `"samples": true` a network's own words and drawings are not compared:
what stands between the first double quote of a line and its last, and the numbers and places of a
figure; what the page says of them is asserted in the notebook.
"""

import math
import re
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
NUMBER = (
    rf"(?<![\w.])[-+{MINUS}]?(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d*)?|\d+\.?\d*|\.\d+)"
    r"(?:e[-+]?\d+)?(?!\w)"
)
PIECE = re.compile(rf'<[a-zA-Z/!][^<>]*?(?:aria-label="|>)|(?P<number>{NUMBER})')
"""Markup as far as a description, which is text again; or a number."""
BLANKS = [(re.compile(r"[ \t]+"), " "), (re.compile(r"(?m)(?<=[\[(]) | (?=[\])])|^ | $"), "")]
"""Columns are padded: a number that grows by a digit or a sign takes a blank away."""


@dataclass(frozen=True)
class NumberTolerance:
    """How far a cell's numbers may move."""

    tolerance: float = 0.0
    absolute: float = 0.0
    floor: float = 0.0
    samples: bool = False

    def __str__(self) -> str:
        limits = {"tolerance": self.tolerance, "floor": self.floor, "absolute": self.absolute}
        parts = (f"{name} {value:g}" for name, value in limits.items() if value)
        return ", ".join(parts) or "tolerance 0"

    def is_within(self, old: str, new: str) -> bool:
        """Tell whether a fresh number may stand for a stored one, both as they are printed."""
        a, b = (float(text.replace(",", "").replace(MINUS, "-")) for text in (old, new))
        slack = max(self.tolerance * max(abs(a), self.floor), self.absolute)
        return abs(a - b) <= slack * (1 + 1e-9)  # 0.40 to 0.42 is five in a hundred


EXACT_TOLERANCE = NumberTolerance()


def read_tolerance(metadata: dict) -> NumberTolerance | None:
    """Read a cell's metadata; None if it is compared exactly, as most are.

    Raises:
        ValueError: If the tag lacks its tolerance or its evidence, or the other way round.
    """
    tagged, limits = "trained" in metadata.get("tags", ()), metadata.get("trained")
    if limits is None and not tagged:
        return None
    if not tagged:
        raise ValueError('It says how far what is "trained" may move, and lacks the tag `trained`.')
    entries = dict(limits) if isinstance(limits, dict) else {}
    evidence = entries.pop("evidence", "")
    if not (isinstance(evidence, str) and evidence.strip()):
        raise ValueError(
            'Its tag `trained` needs "trained": {"tolerance": ..., "evidence": "..."} in its '
            "metadata: there is no evidence."
        )
    if not {"tolerance", "absolute", "samples"} & set(entries):
        raise ValueError(
            'Its tag `trained` needs a "tolerance" in its metadata ("absolute", for percents), or '
            '"samples": true.'
        )
    for name, value in entries.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if name == "samples":
            fits = value is True
        elif name in ("absolute", "floor"):
            fits = number and 0 <= value < math.inf
        else:
            fits = name == "tolerance" and number and 0 <= value < 1
        if not fits:
            raise ValueError(f'Its metadata "trained" cannot have "{name}": {value!r}.')
    return NumberTolerance(**entries)


def list_differences(old: str, new: str, allowed: NumberTolerance) -> list[str]:
    """Say what in a fresh text may not stand for a stored one, a sentence each.

    Args:
        old: Text or HTML of the notebook.
        new: The same, of this run.
        allowed: How far its numbers may move.
    """
    (words, numbers), (fresh_words, fresh) = (_split_numbers(text, allowed) for text in (old, new))
    if len(numbers) != len(fresh):
        return [f"There are {len(fresh)} numbers; stored are {len(numbers)}."]
    if words != fresh_words:
        return ["Its words differ, and the tag `trained` excuses numbers alone."]
    return [
        f"{b} is further from {a}, which is stored, than {allowed} allows."
        for a, b in zip(numbers, fresh, strict=True)
        if a != b and not allowed.is_within(a, b)
    ]


def _split_numbers(text: str, allowed: NumberTolerance) -> tuple[str, list[str]]:
    """Return a text with a mark for each number, and the numbers."""
    numbers = []

    def replace_number(match: re.Match) -> str:
        if not match["number"]:
            return match[0]
        numbers.append(match[0])
        return "\0"

    if allowed.samples:
        text = re.sub("“.*”" if text.lstrip().startswith("<") else '“.*”|".*"', '""', text)
    text = PIECE.sub(replace_number, text)
    for pattern, blank in BLANKS:
        text = pattern.sub(blank, text)
    return text, numbers
