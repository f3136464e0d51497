"""A pool of processes for code that may loop forever, crash, or eat memory.

Unlike the pools of the standard library this one gives every job a deadline, and
outlives a worker that dies: the job is lost, and another worker takes its place.
Workers are fresh interpreters, so it works the same on every system.
"""

import contextlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection, get_context, parent_process
from pathlib import Path

TIMEOUT, MEMORY, CRASH, ERROR = "timeout", "memory", "crash", "error"

HEADROOM = 4 << 30
"""Bytes of address space that a worker may add to what it has when it starts."""

LEAST_WAIT, WAIT = 60.0, 6.0
"""Seconds by the clock that a job may take at least, and for each second of its limit."""

FIRST_WORD = 120.0
"""Seconds in which a new process has to report, however busy the machine."""


_LATE = -signal.SIGPROF if hasattr(signal, "SIGPROF") else None
"""How a worker ends whose job has computed for too long."""


@dataclass(frozen=True)
class Job:
    """A call that another process makes.

    Args:
        function: A function at the top of a module.
        arguments: What it is called with: plain data.
        limit: Seconds that it may compute; a busy machine does not make it late. Where the
            system has no such limit, and for jobs that only wait, it is one of the clock, and
            `LEAST_WAIT` or `WAIT` times as long.
    """

    function: Callable
    arguments: tuple = ()
    limit: float = 600.0


@dataclass(frozen=True)
class Done:
    """What became of a job.

    Args:
        value: What the function returned.
        lost: Else `timeout`, `memory`, `crash` or `error`.
        told: What an error said.
        seconds: How long it computed.
    """

    value: object = None
    lost: str = ""
    told: str = ""
    seconds: float = 0.0


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass
class Pool:
    """Some worker processes; to be used in a `with`.

    Args:
        size: How many there are at once.
    """

    size: int = field(default_factory=cores)
    staff: list["_Worker"] = field(default_factory=list)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        for worker in self.staff:
            worker.stop()
        self.staff.clear()

    def run(self, jobs: Sequence[Job]) -> list[Done]:
        """Do jobs, several at a time.

        Returns:
            What became of each, in the order of the jobs.

        Raises:
            RuntimeError: If no process can be started.
        """
        done: list[Done] = [Done()] * len(jobs)
        waiting = deque(enumerate(jobs))
        while len(self.staff) < min(self.size, len(jobs)):
            self.staff.append(_Worker())
        while waiting or any(worker.number is not None for worker in self.staff):
            for worker in self.staff:
                if waiting and worker.ready and worker.number is None:
                    worker.give(*waiting.popleft())
            for number, result in self._reports():
                done[number] = result
        return done

    def _reports(self) -> Iterator[tuple[int, Done]]:
        """Wait until something happens; replace the workers that died or took too long."""
        busy = [w for w in self.staff if w.number is not None or not w.ready]
        first = min(worker.deadline for worker in busy)
        heard = connection.wait([w.pipe for w in busy], max(0.0, first - time.monotonic()))
        for worker in busy:
            late = time.monotonic() > worker.deadline
            if worker.pipe not in heard and not late:
                continue
            number, result = worker.number, worker.hear() if worker.pipe in heard else None
            if result is None:  # it says nothing more
                worker.stop()
                if not worker.ready:
                    raise RuntimeError("A worker process did not start.")
                self.staff[self.staff.index(worker)] = _Worker()
                lost = TIMEOUT if late or worker.process.exitcode == _LATE else CRASH
                result = Done(lost=lost, seconds=worker.limit)
            if number is not None:
                yield number, result


class _Worker:
    """One process, the pipe to it, and what it is doing."""

    def __init__(self):
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _one_thread():
            self.process.start()
        theirs.close()
        self.ready, self.number, self.limit = False, None, 0.0
        self.deadline = time.monotonic() + FIRST_WORD

    def give(self, number: int, job: Job) -> None:
        """Start a job."""
        self.number, self.limit = number, job.limit
        self.deadline = time.monotonic() + max(LEAST_WAIT, WAIT * job.limit)
        with contextlib.suppress(OSError):  # it is gone, which `hear` will find out
            self.pipe.send(job)

    def hear(self) -> Done | None:
        """Read its message; None if it has died."""
        try:
            message = self.pipe.recv()
        except (EOFError, OSError):
            return None
        self.ready, self.number = True, None
        return message

    def stop(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


@contextlib.contextmanager
def _one_thread():
    """Let processes started here compute with one thread each."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(pipe: connection.Connection) -> None:
    """Do jobs until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _limit_memory()
    pipe.send(Done())
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_attempt(job))


def _attempt(job: Job) -> Done:
    start, value, lost, told = time.process_time(), None, "", ""
    if _LATE:
        signal.setitimer(signal.ITIMER_PROF, job.limit)
    try:
        value = job.function(*job.arguments)
    except MemoryError:
        lost = MEMORY
    except Exception as error:  # the parent has to know, and the next job has to come
        lost, told = ERROR, f"{type(error).__name__}: {error}"
    if _LATE:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return Done(value, lost, told, time.process_time() - start)


def _leave_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _limit_memory() -> None:
    """Refuse more address space than `HEADROOM`, where the system can say how much there is."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + HEADROOM
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, OSError, ValueError):
        return
