"""What a batch comes to: mean, median and distribution of the marks."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from rnncourse.grading.results import MISSING, SubmissionResult


def percent(result: SubmissionResult) -> float | None:
    """Return the share of the points in percent; None if a person has to look first.

    What cannot be read as a notebook earned nothing.
    """
    if result.needs_a_person:
        return None
    return 100 * result.mark / result.points if result.points else 0.0


def is_absent(result: SubmissionResult) -> bool:
    """Say whether a student handed in nothing, and got no points by hand: in no mean."""
    return result.status == MISSING and not result.earned


@dataclass(frozen=True)
class Totals:
    """Numbers on a batch; submissions that need a person count in `submissions` only.

    Args:
        submissions: How many there are.
        shares: The points of each in percent.
        absent: How many students handed in nothing; they are no submissions.
    """

    submissions: int
    shares: tuple[float, ...]
    absent: int = 0

    @classmethod
    def of(cls, results: Iterable[SubmissionResult]) -> "Totals":
        """Count the results of a batch."""
        results = list(results)
        shares = [percent(result) for result in results if not is_absent(result)]
        known = tuple(share for share in shares if share is not None)
        return cls(len(shares), known, len(results) - len(shares))

    @property
    def counted(self) -> str:
        """How many submissions there are, in words.

        >>> Totals(57, (), 3).counted, Totals(2, ()).counted
        ('57 submissions (3 students handed in nothing)', '2 submissions')
        """
        said = f"{self.submissions} submission" + "s" * (self.submissions != 1)
        if not self.absent:
            return said
        return f"{said} ({self.absent} student{'s' * (self.absent != 1)} handed in nothing)"

    @property
    def mean(self) -> float | None:
        """Mean of the shares in percent; None if there are none."""
        return statistics.fmean(self.shares) if self.shares else None

    @property
    def median(self) -> float | None:
        """Median of the shares in percent; None if there are none."""
        return statistics.median(self.shares) if self.shares else None

    @property
    def bins(self) -> list[tuple[str, int]]:
        """How many have a share of 0 to 10 %, 10 to 20 %, …, and all of the points.

        >>> Totals(3, (0.0, 95.0, 100.0)).bins[-2:]
        [('90–100 %', 1), ('all points', 1)]
        """
        counts = [0] * 11
        for share in self.shares:
            counts[min(int(share / 10), 10)] += 1
        labels = [f"{10 * i}–{10 * i + 10} %" for i in range(10)]
        return list(zip([*labels, "all points"], counts, strict=True))


def in_percent(value: float | None) -> str:
    """Write a percentage, or that there is none.

    >>> in_percent(81.25), in_percent(None)
    ('81.2 %', 'none')
    """
    return "none" if value is None else f"{value:.1f} %"
