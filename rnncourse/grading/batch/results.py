"""Grading many submissions: once each, whatever happens in the middle.

Every result is a file of its own, named by the hashes of the submission and of
the job, and is whole or not there. The same command again starts from these
files, so it does not matter when the one before was stopped.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from rnncourse.core import files
from rnncourse.grading.batch.submissions import Submission, SubmissionError
from rnncourse.grading.batch.workers import Request, Workers, hash_source
from rnncourse.grading.judging import HARNESS_ERROR
from rnncourse.grading.marking import GradingJob, grade_bytes
from rnncourse.grading.results import INVALID, SCHEMA, SubmissionResult, read_package_version


class BatchError(RuntimeError):
    """A batch that cannot begin; the sentence says why."""


def hash_grading(job: GradingJob) -> str:
    """Return a short hash of all that decides a mark, besides the submission itself."""
    secret = hashlib.sha256(job.secret).hexdigest() if job.secret is not None else None
    parts = [
        SCHEMA,
        asdict(replace(job, secret=None)),
        secret,
        read_package_version(),
        hash_source(),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class StoredResults:
    """The results of earlier runs."""

    folder: Path
    job_hash: str

    def path(self, sha256: str) -> Path:
        """Return where the result of a submission is."""
        return self.folder / f"{sha256[:16]}-{self.job_hash}.json"

    def get(self, sha256: str) -> SubmissionResult | None:
        """Return the result of a submission; None if it is to be graded (again)."""
        try:
            data = json.loads(self.path(sha256).read_text(encoding="utf-8"))
            result = SubmissionResult.from_json(data) if isinstance(data, dict) else None
        except (OSError, ValueError, RecursionError):
            return None
        is_sound = result is not None and result.sha256 == sha256
        return result if is_sound and not result.needs_person else None

    def put(self, result: SubmissionResult) -> None:
        """Keep a result."""
        text = json.dumps(result.to_json(), indent=1) + "\n"
        files.write_file(self.path(result.sha256), text, durable=True)


def grade_all(
    submissions: Sequence[Submission],
    job: GradingJob,
    out: Path,
    workers: Workers | None = None,
    grade: Callable = grade_bytes,
    report: Callable[[int], None] = lambda done: None,
) -> list[SubmissionResult]:
    """Grade all submissions, or go on where an earlier run with the same folder stopped.

    Submissions have different names; those with the same bytes share a mark. Results are kept in
    `out/results`. By default a process for each core works. `report` is called with the number of
    submissions that are done, whenever it has grown.

    Returns:
        A result for each submission, in their order.

    Raises:
        BatchError: If another run is at work in `out`.
        OSError: If `out` cannot be written.
    """
    folder = out / "results"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        if not stack.enter_context(files.lock_folder(folder)):
            raise BatchError(f"Another run is writing into {str(out)!r}: wait for it to end.")
        files.remove_leftovers(folder)
        batch = _Batch(submissions, job, StoredResults(folder, hash_grading(job)), grade, report)
        workers = stack.enter_context(workers or Workers())
        for request, result in workers.grade(batch.requests()):
            if isinstance(result, str):
                result = batch.make_row(request.name, result, HARNESS_ERROR, request)
            batch.stored.put(result)
            batch.assign_result(request.sha256, result)
    return [batch.rows[i] for i in range(len(submissions))]


@dataclass(frozen=True)
class _Batch:
    """What is done, and who waits for what."""

    submissions: Sequence[Submission]
    job: GradingJob
    stored: StoredResults
    grade: Callable
    report: Callable[[int], None]
    rows: dict[int, SubmissionResult] = field(default_factory=dict)
    results_by_hash: dict[str, SubmissionResult] = field(default_factory=dict)
    pending: dict[str, list[int]] = field(default_factory=dict)

    def requests(self) -> Iterator[Request]:
        """Yield what has to be graded, and settle the rest on the way."""
        for i, submission in enumerate(self.submissions):
            try:
                data = submission.read()
            except SubmissionError as error:
                self._fill_row(i, self.make_row(submission.name, str(error), INVALID))
                continue
            sha256 = hashlib.sha256(data).hexdigest()
            if sha256 in self.pending:
                self.pending[sha256].append(i)
                continue
            result = self.results_by_hash.get(sha256) or self.stored.get(sha256)
            self.pending[sha256] = [i]
            if result is not None:
                self.assign_result(sha256, result)
                continue
            yield Request(submission.name, sha256, data, self.job, self.grade)

    def assign_result(self, sha256: str, result: SubmissionResult) -> None:
        """Give the result to all submissions with these bytes."""
        self.results_by_hash[sha256] = result
        for i in self.pending.pop(sha256):
            self._fill_row(i, replace(result, name=self.submissions[i].name))

    def _fill_row(self, i: int, result: SubmissionResult) -> None:
        self.rows[i] = result
        self.report(len(self.rows))

    def make_row(
        self, name: str, reason: str, status: str, request: Request | None = None
    ) -> SubmissionResult:
        """Make the row of a submission that could not be read or graded."""
        return SubmissionResult(
            name=name,
            sha256=request.sha256 if request else "",
            size=len(request.data) if request else 0,
            assignment=self.job.assignment or "",
            status=status,
            reason=reason,
            seed="public" if self.job.secret is None else "secret",
            version=read_package_version(),
        )
