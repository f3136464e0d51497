"""Fork servers: for each set of packages a process that has imported them, and forks supervisors.

All workers of a machine have their supervisors forked from the same processes, so
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

from rnncourse.core.threads import ONE_THREAD

_INHERITED = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "OPENBLAS_CORETYPE")
_CALL = "import sys; from rnncourse.grading.sandbox.supervisor import main; "
_CALL += "main(int(sys.argv[1]), sys.argv[2].split(','))"

EXIT_TIMEOUT = 60.0
"""Seconds that the processes here may take to end, however busy the machine."""


def make_child_environment() -> dict[str, str]:
    """Return the little that a process of the grader inherits: no secret is in it."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**inherited, **ONE_THREAD, "PYTHONDONTWRITEBYTECODE": "1"}


class _ForkServer:
    """A process that supervisors are forked from."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self._control, child_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with child_end:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _CALL, str(child_end.fileno()), ",".join(packages)],
                pass_fds=[child_end.fileno()],
                env=make_child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def fork(self, max_level: str, descriptor: int) -> None:
        """Have a supervisor forked, as `ForkServers.fork` does; raise OSError if this has ended."""
        socket.send_fds(self._control, [max_level.encode()], [descriptor])

    def close(self, patience: float = EXIT_TIMEOUT) -> int:
        """Let it end when its supervisors have ended; after so many seconds, end it alone."""
        self._control.close()
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class ForkServers:
    """Starts the processes that supervisors are forked from, when they are first needed."""

    def __init__(self) -> None:
        self._servers: dict[tuple[str, ...], _ForkServer] = {}
        self._connection: socket.socket | None = None

    def fork(
        self, packages: tuple[str, ...], max_level: str, descriptor: int, restart: bool = False
    ) -> None:
        """Have a supervisor forked, and do not wait for it; `restart` its server if it is silent.

        The packages are what its children may import besides the standard library; the
        descriptor is that of its end of a socket.
        """
        if restart and packages in self._servers:
            self._servers.pop(packages).close(0.0)
        try:
            self._get_server(packages).fork(max_level, descriptor)
        except OSError:  # it died: one more try with a new one
            self._servers.pop(packages).close(0.0)
            self._get_server(packages).fork(max_level, descriptor)

    def _get_server(self, packages: tuple[str, ...]) -> _ForkServer:
        if packages not in self._servers:
            self._servers[packages] = _ForkServer(packages)
        return self._servers[packages]

    def connection(self) -> socket.socket:
        """Return a socket through which other processes reach these, as `SharedForkServers`."""
        server_end, self._connection = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        threading.Thread(target=self._serve, args=[server_end], daemon=True).start()
        return self._connection

    def _serve(self, server_end: socket.socket) -> None:
        with server_end:
            while True:
                message, descriptors, _, _ = socket.recv_fds(server_end, 4096, 1)
                if not message:
                    return
                packages, max_level, restart = json.loads(message)
                with suppress(OSError):  # the worker will hear nothing, and say so
                    self.fork(tuple(packages), max_level, descriptors[0], restart)
                os.close(descriptors[0])

    def close(self) -> list[int]:
        """End all of its processes; return their exit codes."""
        codes = [server.close() for server in self._servers.values()]
        self._servers.clear()
        if self._connection is not None:  # last: what its thread has started dies with that thread
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
            self._connection.close()
        return codes


class SharedForkServers:
    """The fork servers of another process, through what `ForkServers.connection` gave there."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def fork(
        self, packages: tuple[str, ...], max_level: str, descriptor: int, restart: bool = False
    ) -> None:
        """Have a supervisor forked, as `ForkServers.fork` does."""
        message = json.dumps([packages, max_level, restart]).encode()
        socket.send_fds(self._end, [message], [descriptor])

    def close(self) -> None:
        """Do nothing: others may still need them."""


ForkSource = ForkServers | SharedForkServers
"""What has supervisors forked: by servers of this process, or of another one."""
_shared: list[SharedForkServers] = []


def use_shared(end: socket.socket) -> None:
    """Let this process use the fork servers of another one from now on."""
    _shared[:] = [SharedForkServers(end)]


def get_fork_servers() -> ForkSource:
    """Return the fork servers that this process was told to share, or its own."""
    return _shared[0] if _shared else ForkServers()


class ProcessHandle:
    """A handle on a process that is no child of this one, where the system has such."""

    def __init__(self, number: int, handles: list[int]) -> None:
        self.pid, self._handles = number, handles

    def kill(self) -> None:
        """End it, and wait until it has ended where the system tells."""
        with suppress(OSError):
            if self._handles:
                signal.pidfd_send_signal(self._handles[0], signal.SIGKILL)
                select.select(self._handles, [], [], EXIT_TIMEOUT)
            else:
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Give the handle back."""
        while self._handles:
            os.close(self._handles.pop())
