"""The process that children are forked from: Python, NumPy and nothing secret.

A fork server imports the packages and forks supervisors, one for each judge. The judge
sends its supervisor one end of a socket for each question, and it forks a child that
serves that socket, bound by every layer of isolation there is. It never sees a
submission itself.
"""

import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from rnncourse.grading.reading.submission import MAX_MESSAGE
from rnncourse.grading.sandbox import filters, isolation
from rnncourse.grading.sandbox.child import Channel, serve_job
from rnncourse.grading.sandbox.frames import MAX_JOB
from rnncourse.grading.sandbox.preparing import prepare

START, STOP = b"start", b"stop"
GIGABYTE = 1 << 30
_CHUNK = 1 << 14  # bytes that a reader asks for at least
ADDRESS_SPACE = 2 * GIGABYTE, 10 * GIGABYTE
"""Of a child without and with PyTorch, which reserves much more than it uses."""
ROOT_WARNING = (
    "Here answers would run as root and could change any file, for there is no Landlock, and no "
    "other user that can read Python: grade as a plain user"
)
IS_ROOT = "No other user here can read Python, so answers ran as root without capabilities."
READ_ALL_WARNING = (
    "Only root can read Python here, so answers could read all files of this machine."
)
_STANDARD_STREAMS = 0, 1, 2


def main(descriptor: int, packages: list[str]) -> None:
    """Fork a supervisor for each socket that comes, until nobody is there to send one."""
    isolation.die_with_parent()  # even if something has stopped this process
    requests = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle
    fault = prepare(packages)
    signal.signal(signal.SIGCHLD, reap_supervisors)
    while True:
        message, sockets, _, _ = socket.recv_fds(requests, 64, 1)
        if not message or len(sockets) != 1:
            break
        judge = socket.socket(fileno=sockets[0])
        if os.fork() == 0:
            requests.close()
            become_supervisor(judge, packages, message.decode(), fault)
        judge.close()
    with suppress(ChildProcessError):  # what supervisors took counts when they have been waited for
        while True:
            os.waitpid(-1, 0)


def reap_supervisors(*_: object) -> None:
    """Take note of supervisors that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def become_supervisor(
    judge: socket.socket, packages: list[str], max_level: str, fault: str
) -> NoReturn:
    """Be a supervisor: say who one is, or why one cannot be, and serve the judge until it goes."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _send_process_number(judge)
        try:
            supervisor = None if fault else Supervisor(judge, packages, max_level)
            is_supervisor = supervisor is not None and supervisor.enter()
        except isolation.IsolationError as error:
            fault = error.strerror or str(error) or type(error).__name__
        except Exception as error:  # the judge has to know
            fault = f"{type(error).__name__}: {error}"
        if fault:
            judge.sendall(json.dumps(fault[:MAX_MESSAGE]).encode())
        elif is_supervisor:
            supervisor.run()
    finally:
        os._exit(0)


def _send_process_number(judge: socket.socket) -> None:
    """Send the judge the number of this process, and a handle on it where there are such."""
    handles = []
    with suppress(OSError, AttributeError):
        handles = [os.pidfd_open(os.getpid())]
    socket.send_fds(judge, [b"%d" % os.getpid()], handles)
    for handle in handles:
        os.close(handle)


class Supervisor:
    """Forks children, one at a time."""

    def __init__(self, judge: socket.socket, packages: list[str], max_level: str) -> None:
        self.judge, self.packages = judge, packages
        self.notes: list[str] = []
        self.level = isolation.LIMITS
        self.landlock = self.seccomp = None
        allowed = isolation.LEVELS[: isolation.LEVELS.index(max_level) + 1]
        if isolation.SECCOMP in allowed:
            self._prepare_filters()
        self.tries_namespaces = isolation.NAMESPACES in allowed and self.landlock is not None
        self.max_processes, self.watches_threads = 0, False

    def _prepare_filters(self) -> None:
        packages = [*self.packages, "torchgen"] if "torch" in self.packages else self.packages
        try:
            seccomp = filters.Seccomp()
            self.landlock = filters.Landlock(
                filters.list_readable(packages), filters.find_standard_library()
            )
        except isolation.IsolationError as error:
            self.notes.append(f"No seccomp and Landlock here: {error.strerror}.")
        else:
            self.seccomp, self.level = seccomp, isolation.SECCOMP
        sys.path_importer_cache.clear()  # once here, and no child has to forget much

    def enter(self) -> bool:
        """Give up rights, enter namespaces; return whether this process is the supervisor."""
        is_root = os.geteuid() == 0
        needed_files = [Path(os.__file__), Path(sys.modules["numpy"].__file__)]
        others_can_read = isolation.is_world_readable(needed_files) if is_root else True
        can_change = others_can_read or isolation.may_read_all()
        is_inside = (
            is_root and self.tries_namespaces and can_change and isolation.enter_namespaces()
        )
        is_apart = is_root and isolation.drop_root(
            os.getpid(), can_change, may_read=not others_can_read
        )
        stays_root = is_root and os.getuid() == 0
        if stays_root and self.landlock is None:
            raise isolation.IsolationError(ROOT_WARNING)
        if stays_root or (not others_can_read and self.landlock is None):
            self.notes.append(IS_ROOT if stays_root else READ_ALL_WARNING)
        if self.tries_namespaces and not is_inside and (others_can_read or stays_root):
            is_inside = isolation.enter_namespaces()
            is_apart |= is_inside and isolation.counts_namespaces_separately()
        self.max_processes = isolation.compute_max_processes(is_apart)
        self.watches_threads = not (is_apart or is_inside)
        isolation.become_subreaper()
        first_process = os.fork() if is_inside else 0
        if first_process == 0:
            if is_inside:
                isolation.die_with_parent()
                self.level = isolation.NAMESPACES
            return True
        self.judge.close()
        os.waitpid(first_process, 0)
        return False

    def run(self) -> None:
        """Fork a child for each socket that comes, and end it when told or when the judge goes."""
        self.judge.sendall(json.dumps([self.level, self.notes]).encode())
        rules = [self.landlock.rules] if self.landlock else []
        isolation.close_all_but([*_STANDARD_STREAMS, self.judge.fileno(), *rules])
        child = 0
        while True:
            try:
                self._watch_threads(child)
                message, sockets, _, _ = socket.recv_fds(self.judge, 64, 1)
            except OSError:
                message, sockets = b"", []
            if message == START and len(sockets) == 1:
                child = os.fork()
                if child == 0:
                    self._run_child(sockets[0])
                os.close(sockets[0])
            elif message == STOP:
                self.judge.sendall(b"%d" % self._end_child(child))
                child = 0
            else:
                self._end_child(child)
                return

    def _watch_threads(self, child: int) -> None:
        """Until the judge says something, end a child with too many threads, if no limit counts.

        Where all answers of a machine run as one user, the system counts their threads together.
        """
        while (
            child
            and self.watches_threads
            and not select.select([self.judge], [], [], isolation.WATCH_INTERVAL)[0]
        ):
            if isolation.count_threads(child) > isolation.MAX_THREADS:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    def _end_child(self, child: int) -> int:
        """Kill a child and whatever else it left; return what signal or exit ended it."""
        if not child:
            return 0
        try:
            ended_pid, status = os.waitpid(child, os.WNOHANG)
            if not ended_pid:
                os.kill(child, signal.SIGKILL)
                _, status = os.waitpid(child, 0)
        except (ChildProcessError, ProcessLookupError):
            status = 0
        while self._kill_orphans():
            pass
        return os.waitstatus_to_exitcode(status)

    def _kill_orphans(self) -> bool:
        """Kill orphans, and say whether there were any."""
        if self.level == isolation.NAMESPACES:
            with suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)  # everybody in this namespace but the first process
        else:
            for pid in _list_children():
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return False
        return True

    def _run_child(self, descriptor: int) -> None:
        try:
            self.judge.close()
            isolation.die_with_parent()
            with suppress(OSError):  # if memory runs out, an answer ends, and nobody else
                Path("/proc/self/oom_score_adj").write_text("1000")
            os.setsid()
            null_device = os.open(os.devnull, os.O_RDWR)
            for stream in _STANDARD_STREAMS:
                os.dup2(null_device, stream)
            os.close(null_device)
            own_end = socket.socket(fileno=descriptor)
            channel = Channel(make_reader(own_end), own_end.sendall, MAX_JOB)
            serve_job(channel, self._restrict, isolation.limit_time)
        finally:
            os._exit(0)

    def _restrict(self, is_reading: bool) -> None:
        memory = ADDRESS_SPACE["torch" in self.packages]
        if is_reading:
            memory = isolation.measure_address_space() + isolation.READ_MEMORY
        isolation.set_limits(memory, self.max_processes)
        if self.landlock is not None:
            self.landlock.apply()
            self.seccomp.apply()
            sys.path_importer_cache.clear()  # so that what is hidden is not there, not refused


def make_reader(connection: socket.socket) -> Callable[[int], bytes]:
    """Return a function that reads exactly so many bytes, or fewer at the end."""
    buffer = bytearray()  # what came with the bytes that were asked for: mostly a whole message

    def read(size: int) -> bytes:
        while len(buffer) < size:
            chunk = connection.recv(min(max(size - len(buffer), _CHUNK), 1 << 20))
            if not chunk:
                break
            buffer.extend(chunk)
        data = bytes(buffer[:size])
        del buffer[:size]
        return data

    return read


def _list_children() -> list[int]:
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []
