"""One question is graded again, and everything else stays as it was."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from rnncourse.grading.batch.one_question import grade_again, grade_and_remember
from rnncourse.grading.batch.results import BatchError, StoredResults, hash_grading
from rnncourse.grading.batch.submissions import Submission
from rnncourse.grading.judging import HARNESS_ERROR, PASSED, Result
from rnncourse.grading.marking import GradingJob
from rnncourse.grading.results import GRADED, INVALID, SubmissionResult

JOB = GradingJob("02-language-models", b"a secret of the course")
IDS = ("02-bits", "02-bigrams")


class Grader:
    """Gives so many points for each question, keeps results as the real one does, and counts."""

    def __init__(self, out, points):
        self.out, self.points, self.begun = out, points, []

    def __call__(self, submissions, job):
        results = []
        for s in submissions:
            self.begun.append((s.name, job.only))
            sha256 = hashlib.sha256(s.name.removesuffix(" again").encode()).hexdigest()
            result = SubmissionResult(s.name, sha256, 1, job.assignment, GRADED)
            if s.reason:
                result = replace(result, sha256="", status=INVALID, reason=s.reason)
            else:
                regraded = [Result(q, q, *self.points[q], 9) for q in job.only or IDS]
                result = replace(result, questions=tuple(regraded))
                StoredResults(self.out / "results", hash_grading(job)).put(result)
            results.append(result)
        return results


def make_submissions(*names):
    return [Submission(n, Path(n), reason="" if n != "bad" else "It is bad.") for n in names]


def list_points(results):
    return [(r.name, *(q.earned for q in r.questions)) for r in results]


def test_one_question_needs_earlier_results(tmp_path):
    with pytest.raises(BatchError, match="leave out --only the first time"):
        grade_again(make_submissions("a"), JOB, "02-bits", tmp_path, Grader(tmp_path, {}))


def test_one_question_one_question_changes_no_other(tmp_path):
    before = {"02-bits": (PASSED, 3), "02-bigrams": (PASSED, 5)}
    grade_and_remember(make_submissions("a", "bad"), JOB, tmp_path, Grader(tmp_path, before))
    mended = Grader(tmp_path, {"02-bits": (PASSED, 9), "02-bigrams": (PASSED, 1)})
    results = grade_again(make_submissions("a", "bad", "new"), JOB, "02-bits", tmp_path, mended)
    assert list_points(results) == [("a", 9, 5), ("bad",), ("new", 9, 1)]
    assert ("new", ()) in mended.begun
    assert ("a", ()) not in mended.begun
    assert results[1].reason == "It is bad."


def test_one_question_twice_keeps_the_marks_of_other_questions(tmp_path):
    points = {"02-bits": (PASSED, 3), "02-bigrams": (PASSED, 5)}
    grade_and_remember(make_submissions("a"), JOB, tmp_path, Grader(tmp_path, points))
    for bits in (7, 8):
        points = {"02-bits": (PASSED, bits), "02-bigrams": (PASSED, 0)}
        results = grade_again(
            make_submissions("a"), JOB, "02-bits", tmp_path, Grader(tmp_path, points)
        )
        assert list_points(results) == [("a", bits, 5)]
    points = {"02-bits": (PASSED, 0), "02-bigrams": (PASSED, 6)}
    results = grade_again(
        make_submissions("a"), JOB, "02-bigrams", tmp_path, Grader(tmp_path, points)
    )
    assert list_points(results) == [("a", 8, 6)]


def test_a_fault_of_the_grader_needs_a_person_still(tmp_path):
    points = {"02-bits": (PASSED, 3), "02-bigrams": (PASSED, 5)}
    grade_and_remember(make_submissions("a"), JOB, tmp_path, Grader(tmp_path, points))
    failing = Grader(tmp_path, {"02-bits": (HARNESS_ERROR, 0)})
    (result,) = grade_again(make_submissions("a"), JOB, "02-bits", tmp_path, failing)
    assert result.needs_person
    assert list_points([result]) == [("a", 0, 5)]
