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
import uuid
import warnings
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path

from rnncourse.grading.batch.pool import Pool, WorkerDiedError, count_cores
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.sandbox.forkservers import ForkServers, use_shared

MAX_IN_FLIGHT = 128 * 2**20
"""Bytes of notebooks that may wait for workers; a larger one goes alone."""

WATCH_INTERVAL = 5.0
"""Seconds between two looks at workers that are silent."""

NO_WORKERS_TIMEOUT = 600.0
"""Seconds for which there may be no worker."""

_MAX_ATTEMPTS = 2


class WorkersError(RuntimeError):
    """Workers that cannot be had or are gone; the sentence says why."""


class _OtherSourceError(RuntimeError):
    """A worker that has other code than this process."""


@dataclass(frozen=True, repr=False)
class Request:
    """All that a worker needs, the secret too. Its `repr` ends up in logs, so it tells nothing.

    The source is of the package here; a worker with another one may not grade.
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
def hash_source() -> str:
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
    if request.source != hash_source():
        raise _OtherSourceError("the worker has another version of rnncourse")
    with _one_at_a_time:
        return request.grade(request.name, request.data, request.job)


class Workers:
    """Workers to be used in a `with`; a subclass says where they are.

    The width is how many requests may be with them at a time.
    """

    lost_errors: tuple[type[Exception], ...] = ()
    """What a future raises whose worker died."""

    def __init__(self, width: int):
        self.width = width

    def send(self, request: Request) -> Future:
        """Give a request to a worker."""
        raise NotImplementedError

    def has_workers(self) -> bool:
        """Say whether anybody is there to work."""
        return True

    def grade(
        self, requests: Iterator[Request]
    ) -> Iterator[tuple[Request, SubmissionResult | str]]:
        """Grade all requests, asked for one by one, so that few are held at a time.

        Yields:
            Each request exactly once, in whatever order they are ready, with its result, or why the
            grader has none.

        Raises:
            WorkersError: If there are no workers any more.
        """
        running: dict[Future, Request] = {}
        suspects: list[Request] = []
        is_exhausted = False
        while True:
            while not (is_exhausted or suspects) and len(running) < self.width:
                if sum(len(request.data) for request in running.values()) >= MAX_IN_FLIGHT:
                    break
                request = next(requests, None)
                is_exhausted = request is None
                if request is not None:
                    running[self.send(request)] = request
            for future in self._wait(running):
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

    def _wait(self, running: Collection[Future]) -> set[Future]:
        """Wait until some are done, if there are any, and watch the workers while they are silent.

        Raises:
            WorkersError: If there are no workers any more.
        """
        last_seen = time.monotonic()
        while not (done := wait(running, WATCH_INTERVAL, FIRST_COMPLETED).done) and running:
            if self.has_workers():
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen >= NO_WORKERS_TIMEOUT:
                raise WorkersError("There has been no worker for a long time.")
        return done

    def _get_result(self, future: Future) -> SubmissionResult | str | None:
        """Return the result, or what went wrong, or None if the worker died."""
        try:
            return future.result()
        except self.lost_errors:
            return None
        except CancelledError:
            raise WorkersError("The connection to the workers is lost.") from None
        except Exception as error:
            return f"The grader failed: {type(error).__name__}: {error}"[:500]

    def _grade_alone(self, request: Request) -> SubmissionResult | str:
        for _ in range(_MAX_ATTEMPTS):
            future = self.send(request)
            self._wait([future])
            if (result := self._get_result(future)) is not None:
                return result
        return f"Its worker died each time, {_MAX_ATTEMPTS} times with nothing else to do."


class LocalWorkers(Workers):
    """Worker processes of this machine; by default one for each core."""

    lost_errors = (WorkerDiedError,)

    def __init__(self, workers: int | None = None):
        self.workers = workers or count_cores()
        super().__init__(2 * self.workers)

    def __enter__(self) -> "LocalWorkers":
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


class DaskWorkers(Workers):
    """The workers of a Dask cluster. The submissions and the secret travel to them."""

    def __init__(self, address: str):
        super().__init__(1000)
        self.address = address

    def __enter__(self) -> "DaskWorkers":
        try:
            from distributed import Client, KilledWorker
        except ImportError:
            raise WorkersError(
                "A Dask cluster needs one more package: pip install 'rnncourse[cluster]'."
            ) from None
        try:
            self._client = Client(self.address, timeout=10, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise WorkersError(f"No Dask scheduler answers at {self.address!r}: {error}") from None
        self._pool: Executor = self._client.get_executor(pure=False)
        self.lost_errors = (KilledWorker,)
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        self._pool.shutdown(wait=kind is None)
        self._client.close()

    def has_workers(self) -> bool:
        """Say whether the cluster has a worker."""
        try:
            return bool(self._client.nthreads())
        except OSError:  # without a scheduler, futures are canceled
            return False

    def send(self, request: Request) -> Future:
        """Give a request to the scheduler, which gives it to another worker if one dies."""
        with warnings.catch_warnings():
            # Only what is part of the task itself survives the worker that holds it.
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            return self._pool.submit(grade_request, request, key=f"submission-{uuid.uuid4()}")


def _start_worker(fork_servers: socket.socket | None) -> None:
    if fork_servers is not None:
        use_shared(fork_servers)
    atexit.register(_end_worker)


def _end_worker() -> None:
    if marking := sys.modules.get("rnncourse.grading.marking"):
        marking.close_sandbox()
