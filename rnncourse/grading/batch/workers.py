"""Who does the grading: processes of this machine, none of which loses a submission.

A worker may die: of a submission that nothing foresaw, of the machine's lack of
memory, of a plug that is pulled. Then the submissions it held are graded again,
each alone, and one that brings its worker down twice is a row for a person.
"""

import atexit
import functools
import hashlib
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path

from rnncourse.grading.batch.pool import Pool, WorkerDiedError, count_cores
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.sandbox.forkservers import ForkServers, use_shared

MAX_IN_FLIGHT = 128 * 2**20
"""Bytes of notebooks that may wait for workers; a larger one goes alone."""

_MAX_ATTEMPTS = 2


@dataclass(frozen=True, repr=False)
class Request:
    """All that a worker needs, the secret too. Its `repr` ends up in logs, so it tells nothing."""

    name: str
    sha256: str
    data: bytes
    job: object
    grade: Callable

    def __repr__(self) -> str:
        return f"Request({self.sha256[:16]})"


@functools.cache
def hash_source() -> str:
    """Return a hash of the code of this package: whatever changes there may change marks."""
    package = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        code = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(package).as_posix()} {len(code)} ".encode() + code)
    return digest.hexdigest()


def grade_request(request: Request) -> SubmissionResult:
    """Grade a submission: the task of a worker."""
    return request.grade(request.name, request.data, request.job)


class Workers:
    """Worker processes of this machine, by default one for each core; to be used in a `with`."""

    def __init__(self, workers: int | None = None):
        self.workers = workers or count_cores()

    def __enter__(self) -> "Workers":
        self._servers = ForkServers()
        connection = self._servers.connection() if sys.platform == "linux" else None
        self._pool = Pool(self.workers, _start_worker, (connection,))
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        self._pool.shutdown(wait=kind is None)  # else what is being graded is broken off
        self._servers.close()

    def send(self, request: Request) -> Future:
        """Give a request to a process."""
        return self._pool.submit(grade_request, request)

    def grade(
        self, requests: Iterator[Request]
    ) -> Iterator[tuple[Request, SubmissionResult | str]]:
        """Grade all requests, asked for one by one, so that few are held at a time.

        Yields:
            Each request exactly once, in whatever order they are ready, with its result, or why the
            grader has none.
        """
        running: dict[Future, Request] = {}
        suspects: list[Request] = []
        is_exhausted = False
        while True:
            while not (is_exhausted or suspects) and len(running) < 2 * self.workers:
                if sum(len(request.data) for request in running.values()) >= MAX_IN_FLIGHT:
                    break
                request = next(requests, None)
                is_exhausted = request is None
                if request is not None:
                    running[self.send(request)] = request
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                request = running.pop(future)
                result = self._get_result(future)
                if result is None:
                    suspects.append(request)
                else:
                    yield request, result
            if suspects and not running:
                for request in suspects:
                    yield request, self._grade_alone(request)
                suspects.clear()
            if is_exhausted and not running:
                return

    def _get_result(self, future: Future) -> SubmissionResult | str | None:
        """Return the result, or what went wrong, or None if the worker died."""
        try:
            return future.result()
        except WorkerDiedError:
            return None
        except Exception as error:
            return f"The grader failed: {type(error).__name__}: {error}"[:500]

    def _grade_alone(self, request: Request) -> SubmissionResult | str:
        for _ in range(_MAX_ATTEMPTS):
            if (result := self._get_result(self.send(request))) is not None:
                return result
        return f"Its worker died each time, {_MAX_ATTEMPTS} times with nothing else to do."


def _start_worker(fork_servers: socket.socket | None) -> None:
    if fork_servers is not None:
        use_shared(fork_servers)
    atexit.register(_end_worker)


def _end_worker() -> None:
    if marking := sys.modules.get("rnncourse.grading.marking"):
        marking.close_sandbox()
