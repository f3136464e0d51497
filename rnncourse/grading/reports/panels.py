"""How results and known mistakes read: plain text in a terminal, a small panel in a notebook."""

import os
import textwrap
from dataclasses import dataclass

from rnncourse.grading.judging import HARNESS_ERROR, IN_PART, NOT_STARTED, PASSED, WRONG, Result
from rnncourse.grading.questions import Question
from rnncourse.grading.reports.html import render_template

NOT_JUDGED = "could not be judged"
SIGNS = {PASSED: "✓", IN_PART: "◐", WRONG: "✗", NOT_STARTED: "○", NOT_JUDGED: "?"}
_MISTAKES_TITLE = "What goes wrong"


def describe_status(status: str) -> str:
    """What a student reads of a status: few words, because the message says the rest.

    An answer that does not run to its end is wrong; where the grader failed, nobody knows.
    """
    if status == HARNESS_ERROR:
        return NOT_JUDGED
    return status if status in SIGNS else WRONG


@dataclass(frozen=True)
class Report:
    """The results of one question or of a whole assignment."""

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
        lines = [_format_plain(result) for result in self.results]
        if len(lines) > 1:
            lines.append(f"Total: {self.earned} of {self.points} points.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return render_template("report", report=self, state=describe_status, signs=SIGNS)


@dataclass(frozen=True)
class KnownMistakes:
    """The known wrong answers to a question, with their hints."""

    question: Question

    def __repr__(self) -> str:
        entries = [f"{m.name}: {m.hint}" for m in self.question.mistakes]
        form = {"initial_indent": "- ", "subsequent_indent": "  "}
        return "\n".join(
            [f"{_MISTAKES_TITLE}:", *(textwrap.fill(entry, 78, **form) for entry in entries)]
        )

    def _repr_html_(self) -> str:
        return render_template("mistakes", title=_MISTAKES_TITLE, mistakes=self.question.mistakes)


def _format_plain(result: Result) -> str:
    status = describe_status(result.status)
    line = f"{result.title}: {status}, {result.earned} of {result.points} points."
    if not result.message:
        return line
    form = {"initial_indent": "  ", "subsequent_indent": "  ", "break_on_hyphens": False}
    return f"{line}\n{textwrap.fill(result.message, 78, **form)}"
