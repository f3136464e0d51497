"""Where children come from: a supervisor that forks them, or a plain process."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from rnncourse.grading.sandbox.child import Channel
from rnncourse.grading.sandbox.forkservers import (
    EXIT_TIMEOUT,
    ForkSource,
    ProcessHandle,
    make_child_environment,
)
from rnncourse.grading.sandbox.frames import pack_message
from rnncourse.grading.sandbox.isolation import NONE

START_TIMEOUT = 120.0
"""Seconds that a first process may take to start, however busy the machine."""
CHILD_EXIT_TIMEOUT = 60.0
"""Seconds that it may take to end a child, and whatever that one started."""

BUSY, CALLS, IDLE = "busy", "waits for a call", "waits for a job"
"""What a child does when its question ends."""


class SandboxError(RuntimeError):
    """The grader's own processes failed: no fault of a submission."""


@dataclass(frozen=True)
class Connection:
    """A channel to a process, and the ways to end it.

    Args:
        cut: Makes whoever waits for the process wait no longer.
        end: Ends the process; returns its exit code, negative for a signal.
        close: Ends it and frees what it held, or keeps it if its state allows it.
    """

    channel: Channel
    cut: Callable[[], None]
    end: Callable[[], int]
    close: Callable[[str], None]


class ForkHost:
    """A process that forks a child for each question: Linux."""

    def __init__(
        self, servers: ForkSource, packages: tuple[str, ...], max_level: str, restart: bool = False
    ) -> None:
        self._control, child_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_TIMEOUT)
        with child_end, suppress(OSError):  # it says no hello then
            servers.fork(packages, max_level, child_end.fileno(), restart)
        self._process: ProcessHandle | None = None
        self._greeting: tuple[str, list[str]] | None = None
        self._fault = ""

    def wait_for_greeting(self) -> tuple[str, list[str]]:
        """Wait until it is ready; return the level of isolation and notes on it."""
        if self._greeting is None:
            greeting = self._fault or self._receive_greeting()
            if not isinstance(greeting, list):
                self.close()
                self._fault = greeting or "no reason given"
                raise SandboxError(f"The process that runs answers did not start: {self._fault}.")
            self._control.settimeout(CHILD_EXIT_TIMEOUT)
            self._greeting = greeting[0], greeting[1]
        return self._greeting

    @property
    def has_answered(self) -> bool:
        """Whether a supervisor has ever answered."""
        return self._process is not None

    def _receive_greeting(self) -> list | str:
        try:
            number, handles, _, _ = socket.recv_fds(self._control, 64, 1)
            if number.isdigit():
                self._process = ProcessHandle(int(number), handles)
            return json.loads(self._control.recv(1 << 16) or '""')
        except (OSError, ValueError):
            return ""

    def open(self) -> Connection:
        """Return a connection to a process that waits for a job."""
        from rnncourse.grading.sandbox.supervisor import START, STOP, make_reader  # needs Linux

        own_end, child_end = socket.socketpair()
        try:
            socket.send_fds(self._control, [START], [child_end.fileno()])
        except OSError:
            own_end.close()
            raise
        finally:
            child_end.close()
        ended: list[int] = []

        def end() -> int:
            if not ended:
                try:
                    self._control.sendall(STOP)
                    reply = self._control.recv(64)
                except OSError:  # killed, or stopped, where answers may send signals
                    reply = b""
                if not reply:
                    self._control.close()  # so that nobody asks it again
                    self._kill()
                    raise SandboxError("The process that runs answers has ended.")
                ended.append(int(reply))
            return ended[0]

        def cut() -> None:
            with suppress(OSError):
                own_end.shutdown(socket.SHUT_RDWR)

        def close(state: str) -> None:
            own_end.close()
            end()

        return Connection(Channel(make_reader(own_end), own_end.sendall), cut, end, close)

    def renew(self) -> None:
        """Do nothing: every child is new."""

    def close(self) -> None:
        """End it, and wait until it has gone; one that never answered notices by itself."""
        try:
            self._control.settimeout(EXIT_TIMEOUT if self.has_answered else 0.0)
            self._control.shutdown(socket.SHUT_WR)
            while self._control.recv(1 << 16):
                pass
        except OSError:  # it does not listen any more
            self._kill()
        self._control.close()
        if self._process is not None:
            self._process.close()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


class PlainHost:
    """A plain process, used again within a submission while it works: where there is no fork."""

    has_answered = True

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._process: subprocess.Popen | None = subprocess.Popen(
            [sys.executable, "-I", "-m", "rnncourse.grading.sandbox.plain_child"],
            env=make_child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._is_ready = self._is_used = False

    def renew(self) -> None:
        """Start a new process if the old one has run a student's code; do not wait for it."""
        if self._is_used:
            self.close()
            self._start()

    def wait_for_greeting(self) -> tuple[str, list[str]]:
        """Wait until it is ready; return the level of isolation and notes on it."""
        return NONE, ["Answers ran in a plain process: this system offers no isolation."]

    def open(self) -> Connection:
        """Return a connection to a process that waits for a job."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._start()
        process = self._process
        if not self._is_ready:
            try:
                Channel(process.stdout.read, process.stdin.write).receive()  # no deadline runs yet
            except EOFError:
                raise SandboxError("The process that runs answers did not start.") from None
            self._is_ready = True

        def write(data: bytes) -> None:
            process.stdin.write(data)
            process.stdin.flush()

        def end() -> int:
            process.kill()
            return process.wait()

        def close(state: str) -> None:
            self._is_used = True
            try:
                if state == CALLS:
                    write(pack_message(None))
                elif state == BUSY:
                    self.close()
            except OSError:  # it ended after its last answer
                self.close()

        return Connection(Channel(process.stdout.read, write), process.kill, end, close)

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            with suppress(OSError):  # what it never read
                self._process.stdin.close()
            self._process.stdout.close()
            self._process = None
