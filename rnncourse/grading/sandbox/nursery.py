"""Where zygotes come from: for each set of packages a process that has imported them.

All workers of a machine have their zygotes forked from the same processes, so
that they share the memory of the packages, and import them once.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress

_INHERITED = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "OPENBLAS_CORETYPE")
_CALL = "import sys; from rnncourse.grading.sandbox.zygote import main; "
_CALL += "main(int(sys.argv[1]), sys.argv[2].split(','))"

ENDING = 60.0
"""Seconds that the processes here may take to end, however busy the machine."""


def environment() -> dict[str, str]:
    """Return the little that a process of the grader inherits: no secret is in it."""
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**kept, **one_thread, "PYTHONDONTWRITEBYTECODE": "1"}


class Parent:
    """A process that zygotes are forked from.

    Args:
        packages: What it imports.
    """

    def __init__(self, packages: tuple[str, ...]) -> None:
        self._front, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _CALL, str(other.fileno()), ",".join(packages)],
                pass_fds=[other.fileno()],
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    @property
    def number(self) -> int:
        """The number of this process."""
        return self._process.pid

    def fork(self, highest: str, descriptor: int) -> None:
        """Have a zygote forked, as `Nursery.fork` does.

        Raises:
            OSError: If this process has ended.
        """
        socket.send_fds(self._front, [highest.encode()], [descriptor])

    def close(self, patience: float = ENDING) -> int:
        """Let it end when its zygotes have ended; after so many seconds, end it alone.

        Returns:
            Its exit code, negative for a signal.
        """
        self._front.close()
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class Nursery:
    """Starts the processes that zygotes are forked from, when they are first needed."""

    def __init__(self) -> None:
        self._parents: dict[tuple[str, ...], Parent] = {}
        self._door: socket.socket | None = None

    def fork(self, packages: tuple[str, ...], highest: str, descriptor: int, new=False) -> None:
        """Have a zygote forked, and do not wait for it.

        Args:
            packages: What its children may import besides the standard library.
            highest: The strongest level of isolation to try.
            descriptor: Of the zygote's end of a socket.
            new: From a new process, for the old one does not answer.
        """
        if new and packages in self._parents:
            self._parents.pop(packages).close(0.0)
        try:
            self._parent(packages).fork(highest, descriptor)
        except OSError:  # it died: one more try with a new one
            self._parents.pop(packages).close(0.0)
            self._parent(packages).fork(highest, descriptor)

    def _parent(self, packages: tuple[str, ...]) -> Parent:
        if packages not in self._parents:
            self._parents[packages] = Parent(packages)
        return self._parents[packages]

    @property
    def processes(self) -> list[int]:
        """The processes that zygotes are forked from."""
        return [parent.number for parent in self._parents.values()]

    def door(self) -> socket.socket:
        """Return a socket through which a `Door` in other processes reaches this nursery."""
        inside, self._door = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        threading.Thread(target=self._serve, args=[inside], daemon=True).start()
        return self._door

    def _serve(self, inside: socket.socket) -> None:
        with inside:
            while True:
                message, descriptors, _, _ = socket.recv_fds(inside, 4096, 1)
                if not message:
                    return
                packages, highest, new = json.loads(message)
                with suppress(OSError):  # the worker will hear nothing, and say so
                    self.fork(tuple(packages), highest, descriptors[0], new)
                os.close(descriptors[0])

    def close(self) -> list[int]:
        """End all of its processes; return their exit codes."""
        codes = [parent.close() for parent in self._parents.values()]
        self._parents.clear()
        if self._door is not None:  # last: what its thread has started dies with that thread
            with suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
        return codes


class Door:
    """The way to the nursery of another process.

    Args:
        end: What `Nursery.door` gave there.
    """

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def fork(self, packages: tuple[str, ...], highest: str, descriptor: int, new=False) -> None:
        """Have a zygote forked, as `Nursery.fork` does."""
        socket.send_fds(self._end, [json.dumps([packages, highest, new]).encode()], [descriptor])

    def close(self) -> None:
        """Do nothing: others may still need the nursery."""


_doors: list[Door] = []


def share(end: socket.socket) -> None:
    """Let this process use the nursery of another one from now on."""
    _doors[:] = [Door(end)]


def nursery() -> Nursery | Door:
    """Return the nursery that this process was told to share, or a new one."""
    return _doors[0] if _doors else Nursery()


class Zygote:
    """A handle on a zygote, which is no child of this process.

    Args:
        number: Of its process.
        handles: A descriptor of the process, where the system has such.
    """

    def __init__(self, number: int, handles: list[int]) -> None:
        self.pid, self._handles = number, handles

    def kill(self) -> None:
        """End it, and wait until it has ended where the system tells."""
        with suppress(OSError):
            if self._handles:
                signal.pidfd_send_signal(self._handles[0], signal.SIGKILL)
                select.select(self._handles, [], [], ENDING)
            else:
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Give the handle back."""
        while self._handles:
            os.close(self._handles.pop())
