"""How results and known mistakes read: plain text in a terminal, a small panel in a notebook."""

import os
import textwrap
from dataclasses import dataclass

from rnncourse.grading.judging import (
    CRASH,
    ERROR,
    HARNESS_ERROR,
    IN_PART,
    MEMORY,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    WRONG,
    Result,
)
from rnncourse.grading.questions import Question
from rnncourse.grading.texts import rich

SIGNS = {PASSED: "✓", IN_PART: "◐", WRONG: "✗", NOT_STARTED: "○"}
SIGNS |= dict.fromkeys((ERROR, TIMEOUT, MEMORY, CRASH), "!") | {HARNESS_ERROR: "?"}
_SLIPS = "What goes wrong"


@dataclass(frozen=True)
class Report:
    """The results of one question or of a whole assignment.

    Args:
        results: One a question, in order.
    """

    results: tuple[Result, ...]

    @property
    def earned(self) -> int:
        """Points earned in all."""
        return sum(result.earned for result in self.results)

    @property
    def points(self) -> int:
        """Points there are in all."""
        return sum(result.points for result in self.results)

    def __repr__(self) -> str:
        if "NBGRADER_EXECUTION" in os.environ and len(self.results) == 1:
            return str(self.earned)  # nbgrader reads the points from a graded cell's plain text
        lines = [_plain(result) for result in self.results]
        if len(lines) > 1:
            lines.append(f"Total: {self.earned} of {self.points} points.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        if len(self.results) == 1:
            return _panel(self.results[0])
        rows = "".join(
            f'<tr><th scope="row">{rich(r.title)}</th><td>{_sign(r)}</td>'
            f"<td>{r.earned} of {r.points}</td></tr>"
            for r in self.results
        )
        return (
            '<table class="rc-marks"><thead><tr><th scope="col">Question</th>'
            '<th scope="col">State</th><th scope="col">Points</th></tr></thead>'
            f'<tbody>{rows}</tbody><tfoot><tr><th scope="row">Total</th><td></td>'
            f"<td>{self.earned} of {self.points}</td></tr></tfoot></table>"
        )


@dataclass(frozen=True)
class Slips:
    """The known wrong answers to a question, with their hints."""

    question: Question

    def __repr__(self) -> str:
        entries = [f"{m.name}: {m.hint}" for m in self.question.mistakes]
        form = {"initial_indent": "- ", "subsequent_indent": "  "}
        return "\n".join([f"{_SLIPS}:", *(textwrap.fill(entry, 78, **form) for entry in entries)])

    def _repr_html_(self) -> str:
        entries = "".join(
            f"<li><strong>{rich(m.name)}.</strong> {rich(m.hint)}</li>"
            for m in self.question.mistakes
        )
        return (
            f'<p class="rc-slips"><strong>{_SLIPS}</strong></p><ul class="rc-slips">{entries}</ul>'
        )


def _plain(result: Result) -> str:
    line = f"{result.title}: {result.status}, {result.earned} of {result.points} points."
    if not result.message:
        return line
    form = {"initial_indent": "  ", "subsequent_indent": "  ", "break_on_hyphens": False}
    return f"{line}\n{textwrap.fill(result.message, 78, **form)}"


def _panel(result: Result) -> str:
    kind = result.status.replace(" ", "-")
    message = f"<p>{rich(result.message)}</p>" if result.message else ""
    return (
        f'<div class="rc-check rc-{kind}"><p><strong>{_sign(result)}</strong>, '
        f"{result.earned} of {result.points} points. {rich(result.title)}</p>{message}</div>"
    )


def _sign(result: Result) -> str:
    """Write the state with a sign before it; the word carries the meaning for all readers."""
    return f'<span aria-hidden="true">{SIGNS[result.status]}</span> {result.status}'
