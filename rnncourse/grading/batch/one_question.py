"""One question graded again, after a fault in it was mended; all other marks stay as they were."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rnncourse.core import files
from rnncourse.grading.batch.results import BatchError, StoredResults, hash_grading
from rnncourse.grading.batch.submissions import Submission
from rnncourse.grading.marking import GradingJob
from rnncourse.grading.results import GRADED, SubmissionResult

Grade = Callable[[Sequence[Submission], GradingJob], list[SubmissionResult]]
_LAST = ".last"  # in the folder of results: which of them are the marks of the last run


def grade_and_remember(
    submissions: Sequence[Submission], job: GradingJob, out: Path, grade: Grade
) -> list[SubmissionResult]:
    """Grade all submissions, and note which results these are, for `grade_again`."""
    results = grade(submissions, job)
    files.write_file(out / "results" / _LAST, hash_grading(job))
    return results


def grade_again(
    submissions: Sequence[Submission], job: GradingJob, only: str, out: Path, grade: Grade
) -> list[SubmissionResult]:
    """Grade one question again; the rest comes from the run before.

    Submissions that are new since are graded as a whole.

    Raises:
        BatchError: If there was no run before.
    """
    try:
        last_hash = (out / "results" / _LAST).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise BatchError(
            f"Nothing was graded into {str(out)!r} before: leave out --only the first time."
        ) from None
    stored = StoredResults(out / "results", last_hash)
    fresh_results = grade(submissions, replace(job, only=(only,)))
    old_results = [stored.get(result.sha256) if result.sha256 else None for result in fresh_results]
    pairs = zip(submissions, old_results, strict=True)
    new = [submission for submission, stored_result in pairs if stored_result is None]
    new_results = grade(new, job) if new else ()
    names = [submission.name for submission in new]
    results_by_name = dict(zip(names, new_results, strict=True))
    merged = [
        _merge_results(stored_result, result) if stored_result else results_by_name[submission.name]
        for submission, stored_result, result in zip(
            submissions, old_results, fresh_results, strict=True
        )
    ]
    digest = hashlib.sha256(f"{last_hash} {hash_grading(replace(job, only=(only,)))}".encode())
    updated = StoredResults(out / "results", digest.hexdigest()[:16])
    for result in merged:
        if result.sha256:
            updated.put(result)
    files.write_file(out / "results" / _LAST, updated.job_hash)
    return merged


def _merge_results(old: SubmissionResult, new: SubmissionResult) -> SubmissionResult:
    if new.status != GRADED or old.status != GRADED:
        return replace(new if new.needs_person else old, name=new.name)
    updated = {q.question: q for q in new.questions}
    questions = tuple(updated.get(q.question, q) for q in old.questions)
    drawn = new.seed.removeprefix("secret ")
    seed = f"{old.seed} {' '.join(updated)} {drawn}" if drawn != new.seed else old.seed
    return replace(old, name=new.name, questions=questions, seed=seed)
