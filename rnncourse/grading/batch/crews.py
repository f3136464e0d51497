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
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from pathlib import Path

from rnncourse.grading.batch.pool import Pool, WorkerDiedError, cores
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.sandbox.nursery import Nursery, share

MOST_IN_FLIGHT = 128 * 2**20
"""Bytes of notebooks that may wait for workers; a larger one goes alone."""

PULSE = 5.0
"""Seconds between two looks at a crew that is silent."""

_TRIES = 2


class CrewError(RuntimeError):
    """Workers that cannot be had or are gone; the sentence says why."""


class _OtherSourceError(RuntimeError):
    """A worker that has other code than this process."""


@dataclass(frozen=True, repr=False)
class Parcel:
    """All that a worker needs. Its `repr` ends up in logs, so it tells nothing.

    Args:
        name: Of the submission.
        sha256: Of the submission, in hexadecimal.
        data: The submission.
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
        return f"Parcel({self.sha256[:16]})"


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


def grade_parcel(parcel: Parcel) -> SubmissionResult:
    """Grade a submission: the task of a worker."""
    if parcel.source != source_hash():
        raise _OtherSourceError("the worker has another version of rnncourse")
    with _one_at_a_time:
        return parcel.grade(parcel.name, parcel.data, parcel.job)


class Crew:
    """Workers to be used in a `with` block; a subclass says where they are.

    Args:
        width: Parcels that may be with the workers at a time.
    """

    lost: tuple[type[Exception], ...] = ()
    """What a future raises whose worker died."""

    def __init__(self, width: int):
        self.width = width

    def send(self, parcel: Parcel) -> Future:
        """Give a parcel to a worker."""
        raise NotImplementedError

    def watch(self) -> None:
        """Raise `CrewError` if nobody has been there to work for a long time."""

    def work(self, parcels: Iterator[Parcel]) -> Iterator[tuple[Parcel, SubmissionResult | str]]:
        """Grade all parcels, in whatever order they are ready.

        Args:
            parcels: Asked for one by one, so that few are held at a time.

        Yields:
            Each parcel exactly once, with its result, or why the grader has none.

        Raises:
            CrewError: If there are no workers any more.
        """
        flying: dict[Future, Parcel] = {}
        suspects: list[Parcel] = []
        ended = False
        while True:
            while not (ended or suspects) and self._has_room(flying):
                parcel = next(parcels, None)
                ended = parcel is None
                if parcel is not None:
                    flying[self.send(parcel)] = parcel
            for future in self._done(flying):
                parcel = flying.pop(future)
                result = self._result(future)
                if result is None:
                    suspects.append(parcel)
                else:
                    yield parcel, result
            if suspects and not flying:
                for parcel in suspects:
                    yield parcel, self._alone(parcel)
                suspects.clear()
            if ended and not flying:
                return

    def _has_room(self, flying: dict[Future, Parcel]) -> bool:
        held = sum(len(parcel.data) for parcel in flying.values())
        return len(flying) < self.width and held < MOST_IN_FLIGHT

    def _done(self, flying: Collection[Future]) -> set[Future]:
        """Wait until some are done, if there are any, and watch the workers while they are silent.

        Raises:
            CrewError: If there are no workers any more.
        """
        while not (done := wait(flying, PULSE, FIRST_COMPLETED).done) and flying:
            self.watch()
        return done

    def _result(self, future: Future) -> SubmissionResult | str | None:
        """Return the result, or what went wrong, or None if the worker died."""
        try:
            return future.result()
        except self.lost:
            return None
        except CancelledError:
            raise CrewError("The connection to the workers is lost.") from None
        except Exception as error:
            return f"The grader failed: {type(error).__name__}: {error}"[:500]

    def _alone(self, parcel: Parcel) -> SubmissionResult | str:
        for _ in range(_TRIES):
            future = self.send(parcel)
            self._done([future])
            if (result := self._result(future)) is not None:
                return result
        return f"Its worker died each time, {_TRIES} times with nothing else to do."


class Processes(Crew):
    """Worker processes of this machine.

    Args:
        workers: How many; by default one for each core.
    """

    lost = (WorkerDiedError,)

    def __init__(self, workers: int | None = None):
        self.workers = workers or cores()
        super().__init__(2 * self.workers)

    def __enter__(self) -> "Processes":
        self._nursery = Nursery()
        door = self._nursery.door() if sys.platform == "linux" else None
        self._pool = Pool(self.workers, _begin, (door,))
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._pool.shutdown(wait=kind is None)  # else what is being graded is broken off
        self._nursery.close()

    def send(self, parcel: Parcel) -> Future:
        """Give a parcel to a process."""
        return self._pool.submit(grade_parcel, parcel)


def _begin(door: socket.socket | None) -> None:
    """Prepare a worker.

    Args:
        door: To the nursery that all workers share.
    """
    if door is not None:
        share(door)
    atexit.register(_end)


def _end() -> None:
    if marking := sys.modules.get("rnncourse.grading.marking"):
        marking.close()
