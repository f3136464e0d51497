"""Who does the grading: processes of this machine, or of a cluster; none loses a submission.

A worker may die: of a submission that nothing foresaw, of the machine's lack of
memory, of a plug that is pulled. Then the submissions it held are graded again,
each alone, and one that brings its worker down twice is a row for a person.
"""

import atexit
import functools
import hashlib
import socket
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from pathlib import Path

from rnncourse.grading.batch.pool import Pool, WorkerDiedError, cores
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.sandbox.forkservers import ForkServers, share

MOST_IN_FLIGHT = 128 * 2**20
"""Bytes of notebooks that may wait for workers; a larger one goes alone."""

PULSE = 5.0
"""Seconds between two looks at workers that are silent."""

WITHOUT_WORKERS = 600.0
"""Seconds for which there may be no worker."""

_TRIES = 2


class WorkersError(RuntimeError):
    """Workers that cannot be had or are gone; the sentence says why."""


class _OtherSourceError(RuntimeError):
    """A worker that has other code than this process."""


@dataclass(frozen=True, repr=False)
class Request:
    """All that a worker needs. Its `repr` ends up in logs, so it tells nothing.

    Args:
        job: With the secret.
        grade: From name, data and job to a `SubmissionResult`.
        source: Of the package here; a worker with another one may not grade.
    """

    name: str
    sha256: str
    data: bytes
    job: object
    grade: Callable
    source: str

    def __repr__(self) -> str:
        return f"Request({self.sha256[:16]})"


@functools.cache
def source_hash() -> str:
    """Return a hash of the code of this package: whatever changes there may change marks."""
    package = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        code = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(package).as_posix()} {len(code)} ".encode() + code)
    return digest.hexdigest()


_one_at_a_time = threading.Lock()  # a Dask worker has threads, and a process has one sandbox


def grade_request(request: Request) -> SubmissionResult:
    """Grade a submission: the task of a worker."""
    if request.source != source_hash():
        raise _OtherSourceError("the worker has another version of rnncourse")
    with _one_at_a_time:
        return request.grade(request.name, request.data, request.job)


class Workers:
    """Workers to be used in a `with` block; a subclass says where they are.

    Args:
        width: Requests that may be with the workers at a time.
    """

    lost: tuple[type[Exception], ...] = ()
    """What a future raises whose worker died."""

    def __init__(self, width: int):
        self.width = width

    def send(self, request: Request) -> Future:
        """Give a request to a worker."""
        raise NotImplementedError

    def are_there(self) -> bool:
        """Say whether anybody is there to work."""
        return True

    def work(self, requests: Iterator[Request]) -> Iterator[tuple[Request, SubmissionResult | str]]:
        """Grade all requests, asked for one by one, so that few are held at a time.

        Yields:
            Each request exactly once, in whatever order they are ready, with its result, or why the
            grader has none.

        Raises:
            WorkersError: If there are no workers any more.
        """
        running: dict[Future, Request] = {}
        suspects: list[Request] = []
        ended = False
        while True:
            while not (ended or suspects) and self._has_room(running):
                request = next(requests, None)
                ended = request is None
                if request is not None:
                    running[self.send(request)] = request
            for future in self._done(running):
                request = running.pop(future)
                result = self._result(future)
                if result is None:
                    suspects.append(request)
                else:
                    yield request, result
            if suspects and not running:
                for request in suspects:
                    yield request, self._alone(request)
                suspects.clear()
            if ended and not running:
                return

    def _has_room(self, running: dict[Future, Request]) -> bool:
        held = sum(len(request.data) for request in running.values())
        return len(running) < self.width and held < MOST_IN_FLIGHT

    def _done(self, running: Collection[Future]) -> set[Future]:
        """Wait until some are done, if there are any, and watch the workers while they are silent.

        Raises:
            WorkersError: If there are no workers any more.
        """
        seen = time.monotonic()
        while not (done := wait(running, PULSE, FIRST_COMPLETED).done) and running:
            if self.are_there():
                seen = time.monotonic()
            elif time.monotonic() - seen >= WITHOUT_WORKERS:
                raise WorkersError("There has been no worker for a long time.")
        return done

    def _result(self, future: Future) -> SubmissionResult | str | None:
        """Return the result, or what went wrong, or None if the worker died."""
        try:
            return future.result()
        except self.lost:
            return None
        except CancelledError:
            raise WorkersError("The connection to the workers is lost.") from None
        except Exception as error:
            return f"The grader failed: {type(error).__name__}: {error}"[:500]

    def _alone(self, request: Request) -> SubmissionResult | str:
        for _ in range(_TRIES):
            future = self.send(request)
            self._done([future])
            if (result := self._result(future)) is not None:
                return result
        return f"Its worker died each time, {_TRIES} times with nothing else to do."


class LocalWorkers(Workers):
    """Worker processes of this machine; by default one for each core."""

    lost = (WorkerDiedError,)

    def __init__(self, workers: int | None = None):
        self.workers = workers or cores()
        super().__init__(2 * self.workers)

    def __enter__(self) -> "LocalWorkers":
        self._servers = ForkServers()
        connection = self._servers.connection() if sys.platform == "linux" else None
        self._pool = Pool(self.workers, _begin, (connection,))
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._pool.shutdown(wait=kind is None)  # else what is being graded is broken off
        self._servers.close()

    def send(self, request: Request) -> Future:
        """Give a request to a process."""
        return self._pool.submit(grade_request, request)


def _begin(fork_servers: socket.socket | None) -> None:
    """Prepare a worker."""
    if fork_servers is not None:
        share(fork_servers)
    atexit.register(_end)


def _end() -> None:
    if marking := sys.modules.get("rnncourse.grading.marking"):
        marking.close()
