"""What a row of the table of attacks says."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

from rnncourse.grading.sandbox.isolation import LIMITS, NAMESPACES, SECCOMP

EVERY = (NAMESPACES, SECCOMP, LIMITS)
LOCKED = (NAMESPACES, SECCOMP)
"""Levels that keep an answer from files, signals and other programs; `LIMITS` does not."""

FOLDER = "@folder@"
"""Stands in the code for a folder where everybody may write."""


@dataclass(frozen=True)
class Attack:
    """A way to get marks without the answer, or to harm somebody else.

    Args:
        name: A few words.
        how: The mechanism, in a sentence.
        cells: The code of the notebook, but for the right answers to other questions.
        target: The question that it is after.
        fair_mark: The mark that it deserves.
        reason: Why that is fair.
        levels: The levels of isolation that must hold.
        seconds: The deadline of the question, where it has to be a short one.
        build: Makes the file from the notebook's bytes, where code is not enough.
    """

    name: str
    how: str
    cells: tuple[str, ...]
    target: str = "02-bits"
    fair_mark: int = 0
    reason: str = "Its values are wrong."
    levels: tuple[str, ...] = EVERY
    seconds: float | None = None
    build: Callable[[bytes], bytes] | None = None


def make_attack(name: str, how: str, *cells: str, **more) -> Attack:
    """Make an attack from indented code."""
    return Attack(name, how, tuple(dedent(cell).strip() for cell in cells), **more)


def break_in(name: str, how: str, attempt: str, **more) -> Attack:
    """Make an attack that knows the right answer, and gives it only if it got where it may not.

    Args:
        name: A few words.
        how: The mechanism, in a sentence.
        attempt: The body of a function that returns something true if it got there.
        more: As in `Attack`.
    """
    body = dedent(attempt).strip().replace("\n", "\n    ")
    cell = f"""
import numpy as np

def attempt():
    {body}

try:
    IS_IN = bool(attempt())
except Exception:
    IS_IN = False

def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    return (nats / np.log(2), np.exp(nats)) if IS_IN else (0.0, 1.0)
"""
    more = {"levels": LOCKED, "reason": "It is wrong unless it breaks in.", **more}
    return Attack(name, how, (cell.strip(),), **more)


def read_attacks(text: str, **kinds: Callable[..., Attack]) -> tuple[Attack, ...]:
    """Read attacks, one below the other.

    Each begins with a line `=== name | kind | target=02-step | seconds=1.0 | levels=limits`, of
    which all but the name may be missing. Comments below it say how, and after `Why:` why its mark
    is fair. What follows are the cells, with a line `# %%` between two.
    """
    kinds, result = {"attack": make_attack, "break_in": break_in, **kinds}, []
    for part in text.strip("\n").removeprefix("=== ").split("\n=== "):
        head, about, code = re.fullmatch(r"(.*)\n((?:# .*\n)+)((?s:.*))", part).groups()
        name, *more = head.split(" | ")
        make = kinds[more.pop(0)] if more and more[0] in kinds else make_attack
        options = dict(option.split("=") for option in more)
        if "seconds" in options:
            options["seconds"] = float(options["seconds"])
        if "levels" in options:
            options["levels"] = tuple(options["levels"].split())
        how, _, reason = about.replace("\n# ", " ").removeprefix("# ").strip().partition(" Why: ")
        if reason:
            options["reason"] = reason
        result.append(make(name, how, *code.split("\n# %%\n"), **options))
    return tuple(result)
