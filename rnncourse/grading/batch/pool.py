"""A pool of processes for calls that may loop forever, crash, or eat memory.

It is an executor as `concurrent.futures` has them, written here because it gives a call a
deadline, and outlives a process that dies: that call is lost, and no other. In the standard
library's pool all calls are lost with one process, and none has a deadline; in Pebble's (5.2) a
call whose process leaves with exit code 0 never ends.

Each process has a thread here that serves it, and a pipe of its own, so that no process can
spoil what another one says. Processes are fresh interpreters on every system.
"""

import contextlib
import os
import pickle
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process

from rnncourse.core.threads import ONE_THREAD
from rnncourse.grading.sandbox.child_process import MIN_WAIT, WAIT_RATIO
from rnncourse.grading.sandbox.isolation import measure_address_space

HEADROOM = 4 << 30
"""Bytes of address space that `limit_memory` lets a process add to what it has."""

START_TIMEOUT = 120.0
"""Seconds in which a new process has to report, however busy the machine."""

_EXIT_TIMEOUT = 60.0  # seconds in which a process has to end that has nothing more to do

_TIMEOUT_EXIT = -signal.SIGPROF if hasattr(signal, "SIGPROF") else None
"""How a process ends whose call has computed for too long."""

_process_table = threading.Lock()  # held while processes are started, killed or waited for


class WorkerDiedError(RuntimeError):
    """A process that ended before it had an answer."""


def count_cores() -> int:
    """Count the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@dataclass(frozen=True)
class _Call:
    future: Future
    function: Callable
    arguments: tuple
    limit: float | None


class Pool(Executor):
    """Some processes that calls are made in, by default one for each core. To be used in a `with`.

    Each starts when it is needed, and calls `initializer` first, with plain data and sockets.
    """

    def __init__(self, size: int | None = None, initializer: Callable | None = None, arguments=()):
        self.size, self._initializer = size or count_cores(), (initializer, arguments)
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._processes: set[_Process] = set()
        self._is_stopped = self._is_shut = False

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        self.shutdown(wait=kind is None)

    def submit(
        self, function: Callable, /, *arguments: object, limit: float | None = None
    ) -> Future:
        """Have a function at the top of a module called in a process, with plain data.

        The limit is of the seconds that it may compute, so a busy machine does not make it late.
        Where the system has no such limit, and for calls that only wait, it is one of the clock,
        and `MIN_WAIT` or `WAIT_RATIO` times as long.

        Returns:
            What it returns or raises; a `TimeoutError` if it was too late, and a
            `WorkerDiedError` if its process died.
        """
        if self._is_shut:
            raise RuntimeError("The pool was shut down: it takes no more calls.")
        future: Future = Future()
        self._calls.put(_Call(future, function, arguments, limit))
        if len(self._threads) < self.size:
            self._threads.append(threading.Thread(target=self._run_calls, daemon=True))
            self._threads[-1].start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes; who does not wait breaks off the calls that are being made."""
        with contextlib.suppress(queue.Empty):
            while cancel_futures or not wait:
                self._calls.get_nowait().future.cancel()
        with _process_table:
            self._is_shut = True
            self._is_stopped |= not wait
            for process in () if wait else self._processes:
                process.child.kill()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _run_calls(self) -> None:
        """Make one call after the other, in one process after the other."""
        process = None
        while (call := self._calls.get()) is not None:
            if not call.future.set_running_or_notify_cancel():
                continue
            try:
                if process is None or process.has_ended:
                    process = self._replace(process)
                    process.receive(START_TIMEOUT)
                call.future.set_result(process.run_call(call))
            except Exception as error:  # whoever waits for the call has to know
                call.future.set_exception(error)
            del call  # its arguments may be large
        if process is not None:
            process.end()

    def _replace(self, old: "_Process | None") -> "_Process":
        if old is not None:
            old.kill()
        with _process_table:
            self._processes.discard(old)
            if self._is_stopped:
                raise WorkerDiedError("The pool was stopped.")
            new = _Process(*self._initializer)
            self._processes.add(new)
            return new


class _Process:
    def __init__(self, initializer: Callable | None, arguments: tuple) -> None:
        context = get_context("spawn")
        self._pipe, child_end = context.Pipe()
        arguments = child_end, initializer, arguments
        self.child = context.Process(target=_serve, args=arguments, daemon=True)
        with _set_environment(ONE_THREAD), child_end:
            self.child.start()

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return bool(connection.wait([self.child.sentinel], 0))

    def run_call(self, call: _Call) -> object:
        """Make a call; return what it returns, and raise what it raises."""
        limit = call.limit
        with contextlib.suppress(OSError):  # it has ended, which `receive` will find out
            self._pipe.send((call.function, call.arguments, limit))
        value, error = self.receive(None if limit is None else max(MIN_WAIT, WAIT_RATIO * limit))
        if error is not None:
            raise error
        return value

    def receive(self, seconds: float | None) -> object:
        """Return what it says within so many seconds; else it is killed."""
        is_late = False
        try:
            if self._pipe.poll(seconds):
                return self._pipe.recv()
            is_late = True
        except (EOFError, OSError):
            pass
        self.kill()
        if is_late or self.child.exitcode == _TIMEOUT_EXIT:
            raise TimeoutError("It took too long.")
        raise WorkerDiedError("A worker process died.")

    def kill(self) -> None:
        """End it, whatever it does."""
        self._pipe.close()
        with _process_table:
            self.child.kill()
            self.child.join()

    def end(self) -> None:
        """Let it end by itself, as it does when the pipe is closed."""
        self._pipe.close()
        connection.wait([self.child.sentinel], _EXIT_TIMEOUT)
        self.kill()


@contextlib.contextmanager
def _set_environment(variables: dict[str, str]) -> Iterator[None]:
    old_values = {name: os.environ[name] for name in variables if name in os.environ}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]
        os.environ.update(old_values)


# --- In each process ---


def _serve(pipe: connection.Connection, initializer: Callable | None, arguments: tuple) -> None:
    """Make calls until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if initializer is not None:
        initializer(*arguments)
    pipe.send("ready")
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(_run_call(*pipe.recv()))  # nothing is kept: arguments may be large


def _run_call(function: Callable, arguments: tuple, limit: float | None) -> bytes:
    """Make a call; return what it returned and what it raised, pickled."""
    if _TIMEOUT_EXIT and limit is not None:
        signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        message = pickle.dumps((function(*arguments), None))
    except Exception as error:  # the parent has to know, and the next call has to come
        try:
            message = pickle.dumps((None, error))
            pickle.loads(message)  # some exceptions can be written and not read
        except Exception:
            message = pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
    if _TIMEOUT_EXIT and limit is not None:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return message


def _leave_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def limit_memory() -> None:
    """Refuse more address space than `HEADROOM`, where the system can say how much there is."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (measure_address_space() + HEADROOM, hard))
