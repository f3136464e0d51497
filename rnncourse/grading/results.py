"""The one result model of the grader, and its form as JSON.

Every report is made from it. The form is versioned: `SCHEMA` changes when a
reader of the old form would misunderstand the new one.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rnncourse.grading.judging import HARNESS_ERROR, Result

SCHEMA = "rnncourse-result/1"
GRADED, INVALID = "graded", "invalid"


@dataclass(frozen=True)
class SubmissionResult:
    """What became of one submission.

    Args:
        name: Where it came from: a file name, or `archive.zip/file name`.
        sha256: Of its bytes, in hexadecimal.
        size: In bytes.
        assignment: Which assignment it answers; "" if that could not be told.
        status: `graded`; `invalid`, if it is no notebook that can be read; or
            `harness error`, if the grader failed: then a person has to look at it.
        reason: Why it is not graded, in one sentence.
        questions: A result for each question of the assignment, in order.
        seed: `secret` or `public`: where the hidden inputs came from.
        isolation: The level of isolation that was reached.
        notes: What else to know, a sentence each.
        version: Of this package.
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

    @property
    def earned(self) -> int:
        """Points earned in all."""
        return sum(result.earned for result in self.questions)

    @property
    def points(self) -> int:
        """Points there are in all."""
        return sum(result.points for result in self.questions)

    @property
    def needs_a_person(self) -> bool:
        """Whether the grader itself failed somewhere, so that the mark is not to be believed."""
        return HARNESS_ERROR in (self.status, *(result.status for result in self.questions))

    def to_json(self) -> dict[str, object]:
        """Return the result as JSON can hold it, totals included."""
        return {"schema": SCHEMA, "earned": self.earned, "points": self.points, **asdict(self)}

    @classmethod
    def from_json(cls, held: Mapping) -> "SubmissionResult":
        """Read what `to_json` gave.

        Raises:
            ValueError: If it is another schema's, or something is missing.
        """
        if held.get("schema") != SCHEMA:
            raise ValueError(f"This is no result of the form {SCHEMA}.")
        fields = {k: v for k, v in held.items() if k not in ("schema", "earned", "points")}
        try:
            fields["questions"] = tuple(Result(**q) for q in fields["questions"])
            return cls(**{**fields, "notes": tuple(fields["notes"])})
        except (KeyError, TypeError) as error:
            raise ValueError(f"This result of the form {SCHEMA} is damaged: {error}.") from None
