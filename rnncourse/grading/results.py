"""The one result model of the grader, and its form as JSON.

Every report is made from it. The form is versioned: `SCHEMA` changes when a
reader of the old form would misunderstand the new one.
"""

import functools
import importlib.metadata
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rnncourse.grading.judging import HARNESS_ERROR, Result

SCHEMA = "rnncourse-result/4"
GRADED, INVALID, MISSING = "graded", "invalid", "missing"
_SUMS = ("schema", "earned", "points", "mark")


@functools.cache
def read_package_version() -> str:
    """Return the version of this package."""
    return importlib.metadata.version("rnncourse")


@dataclass(frozen=True)
class SubmissionResult:
    """What became of one submission.

    Args:
        name: The student's, or that of the file where no student is known.
        assignment: Which assignment it answers; "" if that could not be told.
        status: `graded`, by hand too; `invalid`, if it is no notebook that can be read; `missing`,
            if the student handed in nothing; or `harness error`, if the grader failed: then a
            person has to look at it.
        reason: Why it is not graded, in one sentence; or that nothing is answered, or a cell never
            ends.
        questions: A result for each question of the assignment, in order.
        seed: Where the hidden inputs came from: `public`, or `secret` and what was drawn beside it.
        isolation: The level of isolation that was reached; "" where a person gave points for what
            did not run.
        notes: What else to know, a sentence each.
        file: What was handed in: a file name, or `archive.zip/file name`.
        choice: Which of several files counts, and why, for the student to read; "" if it is one.
        late: How late it came, in words; "" if it came in time.
        due: How the deadline and the time of the hand-in were read, each with its zone; "" where
            there is no deadline.
        status_found: The status before a person gave points, where it was another one.
    """

    name: str
    sha256: str
    size: int
    assignment: str
    status: str
    reason: str = ""
    questions: tuple[Result, ...] = ()
    seed: str = "public"
    isolation: str = "none"
    notes: tuple[str, ...] = ()
    version: str = ""
    student: str = ""
    file: str = ""
    choice: str = ""
    late: str = ""
    deducted: float = 0.0
    due: str = ""
    status_found: str = ""

    @property
    def earned(self) -> int:
        """Points earned in all."""
        return sum(result.earned for result in self.questions)

    @property
    def points(self) -> int:
        """Points there are in all."""
        return sum(result.points for result in self.questions)

    @property
    def mark(self) -> float:
        """Points that count: those earned, less those taken off."""
        return max(0.0, round(self.earned - self.deducted, 2))

    @property
    def by_hand(self) -> str:
        """The reasons of a person's corrections, with the questions; "" if there are none."""
        reasons = [f"{q.by_hand.rstrip('.')} ({q.question})" for q in self.questions if q.by_hand]
        return f"Corrected by hand: {'; '.join(reasons)}." if reasons else ""

    @property
    def needs_person(self) -> bool:
        """Whether the grader itself failed somewhere, so that the mark is not to be believed.

        Points that a person has set are.
        """
        failed = [q for q in self.questions if q.status == HARNESS_ERROR and not q.by_hand]
        return bool(failed) or (self.status == HARNESS_ERROR and not self.questions)

    @property
    def has_mark(self) -> bool:
        """Whether the mark is one, 0 too: not where a person has to look first.

        That is where the grader failed, or what came could not be graded.
        """
        return not (self.needs_person or self.status == INVALID)

    def to_json(self) -> dict[str, object]:
        """Return the result as JSON can hold it, totals included."""
        sums = (SCHEMA, self.earned, self.points, self.mark)
        return {**dict(zip(_SUMS, sums, strict=True)), **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping) -> "SubmissionResult":
        """Read what `to_json` gave.

        Raises:
            ValueError: If it is another schema's, or something is missing.
        """
        if data.get("schema") != SCHEMA:
            raise ValueError(f"This is no result of the form {SCHEMA}: grade again.")
        fields = {k: v for k, v in data.items() if k not in _SUMS}
        try:
            fields["questions"] = tuple(
                Result(**{**q, "output_signature": tuple(q["output_signature"])})
                for q in fields["questions"]
            )
            return cls(**{**fields, "notes": tuple(fields["notes"])})
        except (KeyError, TypeError) as error:
            raise ValueError(f"This result of the form {SCHEMA} is damaged: {error}.") from None
