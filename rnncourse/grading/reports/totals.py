"""What a batch comes to: mean, median and distribution of the marks."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from rnncourse.grading.results import INVALID, MISSING, SubmissionResult


def compute_points_percent(result: SubmissionResult) -> float | None:
    """Return the share of the points in percent; None if a person has to look first.

    What cannot be read as a notebook earned nothing; it is in no mean.
    """
    if result.needs_person:
        return None
    return 100 * result.mark / result.points if result.points else 0.0


def is_absent(result: SubmissionResult) -> bool:
    """Say whether a student handed in nothing, and got no points by hand: in no mean."""
    return result.status == MISSING


def is_unread(result: SubmissionResult) -> bool:
    """Say whether nothing that was handed in could be graded, nor was by hand: in no mean."""
    return result.status == INVALID


def is_counted(result: SubmissionResult) -> bool:
    """Say whether a row is in mean, median and distribution."""
    return not (is_absent(result) or is_unread(result) or result.needs_person)


@dataclass(frozen=True)
class Totals:
    """Numbers on a batch; submissions that need a person count in `submissions` only.

    Args:
        submissions: How many there are.
        shares: The points in percent of each that was graded.
        absent: How many students handed in nothing; they are no submissions.
        unread: How many submissions could not be graded.
        by_hand: How many students handed in nothing and got points by hand: in `shares`, and no
            submissions either.
    """

    submissions: int
    shares: tuple[float, ...]
    absent: int = 0
    unread: int = 0
    by_hand: int = 0

    @classmethod
    def from_results(cls, results: Iterable[SubmissionResult]) -> "Totals":
        """Count the results of a batch."""
        results = list(results)
        present = [result for result in results if not is_absent(result)]
        shares = [compute_points_percent(result) for result in present if not is_unread(result)]
        known_shares = tuple(share for share in shares if share is not None)
        absent, unread = len(results) - len(present), len(present) - len(shares)
        by_hand = sum(result.status_found == MISSING for result in present)  # a person gave points
        return cls(len(present) - by_hand, known_shares, absent, unread, by_hand)

    @property
    def counted(self) -> str:
        """How many submissions there are, in words, and how many of them are in no mean.

        >>> Totals(2, (0.0, 50.0), 3).counted, Totals(1, (0.0,)).counted
        ('2 submissions (3 students handed in nothing)', '1 submission')
        >>> Totals(4, (0.0, 50.0), 0, 1).counted
        '4 submissions (2 graded; 1 could not be graded; 1 needs a person)'
        >>> Totals(1, (0.0, 50.0), by_hand=1).counted
        '1 submission (1 student handed in nothing and has points by hand)'
        """
        headline = f"{self.submissions} submission" + "s" * (self.submissions != 1)
        n_graded = len(self.shares) - self.by_hand
        n_concerns = self.submissions - n_graded - self.unread
        remarks = [f"{n_graded} graded"] if self.unread or n_concerns else []
        remarks += [f"{self.unread} could not be graded"] if self.unread else []
        remarks += [f"{n_concerns} need{'s' * (n_concerns == 1)} a person"] if n_concerns else []
        if self.absent:
            remarks.append(f"{self.absent} student{'s' * (self.absent != 1)} handed in nothing")
        if self.by_hand:
            noun, verb = ("student", "has") if self.by_hand == 1 else ("students", "have")
            remarks.append(f"{self.by_hand} {noun} handed in nothing and {verb} points by hand")
        return f"{headline} ({'; '.join(remarks)})" if remarks else headline

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


def to_percent(value: float | None) -> str:
    """Write a percentage, or that there is none.

    >>> to_percent(81.25), to_percent(None)
    ('81.2 %', 'none')
    """
    return "none" if value is None else f"{value:.1f} %"
