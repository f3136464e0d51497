"""Numbers on each question of an assignment: success, time, and whether it tells students apart."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncourse.grading.judging import HARNESS_ERROR, NOT_STARTED, TIMEOUT, Result
from rnncourse.grading.results import GRADED, SubmissionResult

MIN_STUDENTS = 10
"""With fewer students no discrimination is told: its interval would span nearly all there is."""
_NORMAL = 1.96


@dataclass(frozen=True)
class QuestionStatistics:
    """What became of one question.

    Args:
        students: How many notebooks were graded on it.
        n_full_marks: How many got all points.
        n_not_started: How many did not start.
        n_timed_out: How many did not come to an end.
        share: The mean of the points, of 1.
        seconds: The median of the seconds that the grader took.
        slowest: The longest it took.
        discrimination: The correlation of its points with those of all other questions; None
            where there are too few students, or all have the same.
        interval: Where that may well be, from below to above.
        progress_values: Of networks that were trained, how far each came from the baseline, 0, to
            the reference, 1, ascending.
    """

    question: str
    title: str
    points: int
    students: int
    n_full_marks: int
    n_not_started: int
    n_timed_out: int
    share: float
    seconds: float
    slowest: float
    discrimination: float | None
    interval: tuple[float, float] | None
    progress_values: tuple[float, ...] = ()

    @property
    def spread(self) -> list[tuple[str, int]]:
        """How many networks came how far, in tenths of the way."""
        counts = Counter(min(int(10 * progress), 9) for progress in self.progress_values)
        return [(f"{10 * i}–{10 * i + 10} %", counts[i]) for i in range(10)]


def select_graded(results: Sequence[SubmissionResult]) -> list[SubmissionResult]:
    """Return the results that say something of questions: no failures, nothing unread."""
    return [r for r in results if r.status == GRADED and not r.needs_person and r.questions]


def compute_statistics(results: Sequence[SubmissionResult]) -> list[QuestionStatistics]:
    """Count what became of each question of an assignment."""
    graded = select_graded(results)
    ids = dict.fromkeys(q.question for result in graded for q in result.questions)
    return [_compute_statistics(i, graded) for i in ids]


def _compute_statistics(question: str, rows: Sequence[SubmissionResult]) -> QuestionStatistics:
    pairs = [(q, r.earned - q.earned) for r in rows for q in r.questions if q.question == question]
    pairs = [(q, other_points) for q, other_points in pairs if q.status != HARNESS_ERROR]
    marks: list[Result] = [q for q, _ in pairs]
    first_result = marks[0]
    correlation, interval = measure_correlation(
        [q.earned for q in marks], [other_points for _, other_points in pairs]
    )
    return QuestionStatistics(
        question,
        first_result.title,
        first_result.points,
        len(marks),
        sum(q.earned == q.points for q in marks),
        sum(q.status == NOT_STARTED and not q.by_hand for q in marks),
        sum(q.status == TIMEOUT for q in marks),
        statistics.fmean(q.earned / q.points for q in marks),
        statistics.median(q.seconds for q in marks),
        max(q.seconds for q in marks),
        correlation,
        interval,
        tuple(sorted(q.progress for q in marks if q.progress is not None)),
    )


def measure_correlation(
    points: Sequence[int | float], other_points: Sequence[int | float]
) -> tuple[float | None, tuple[float, float] | None]:
    """Return Pearson's correlation and Fisher's interval of 95 %, or None where they say nothing.

    With the points of a question and the sum of all others, this is what psychometrics calls the
    corrected item-total correlation. The question is left out of the sum: with it, even noise
    would correlate. The interval is wide where students are few: with 10 students a correlation of
    0.5 could as well be -0.19 or 0.86.

    >>> measure_correlation([0, 1] * 5, [0, 1] * 4 + [1, 0])[0]
    0.6
    >>> measure_correlation([0, 1], [0, 1]), measure_correlation([1] * 20, range(20))
    ((None, None), (None, None))
    """
    n = len(points)
    if n < MIN_STUDENTS or np.ptp(points) == 0 or np.ptp(other_points) == 0:
        return None, None
    r = float(np.corrcoef(points, other_points)[0, 1])
    middle, half = np.arctanh(np.clip(r, -0.999, 0.999)), _NORMAL / np.sqrt(n - 3)
    low, high = np.tanh([middle - half, middle + half]).round(2).tolist()
    return round(r, 2), (low, high)
