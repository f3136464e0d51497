"""Where submissions are read and answers run: processes of their own, started and ended here."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple

from rnncourse.grading.calling import CallOutcome
from rnncourse.grading.questions import Question
from rnncourse.grading.reading.submission import RequestedFunction, SubmissionReading, parse_reading
from rnncourse.grading.sandbox.child_process import Child, TimedProcess
from rnncourse.grading.sandbox.forkservers import ForkSource, get_fork_servers
from rnncourse.grading.sandbox.frames import MAX_JOB, FrameError
from rnncourse.grading.sandbox.hosts import IDLE, ForkHost, PlainHost, SandboxError
from rnncourse.grading.sandbox.isolation import LEVELS, NAMESPACES, NONE


class Sandbox:
    """Runs answers in processes of their own. A context manager.

    The strongest level of isolation is tried; the system may have less. By default its processes
    come from where `get_fork_servers` says.
    """

    def __init__(self, max_level: str = NAMESPACES, source: ForkSource | None = None) -> None:
        self._max_level = max_level if sys.platform == "linux" else NONE
        self._servers = source or get_fork_servers()
        self._hosts: dict[tuple[str, ...], ForkHost | PlainHost] = {}

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        for host in self._hosts.values():
            host.close()
        self._hosts.clear()
        self._servers.close()

    def start(self, packages: Sequence[str] = ("numpy",)) -> None:
        """Start the process for questions with these packages, and do not wait for it."""
        self._get_host(tuple(packages))

    def renew(self) -> None:
        """Forget what answers may have left in a process: the next submission finds nothing."""
        for host in self._hosts.values():
            host.renew()

    @property
    def level(self) -> str:
        """The weakest level of isolation that was reached so far.

        Raises:
            SandboxError: If no process started at all.
        """
        levels = [level for level, _ in self._collect_greetings()]
        return min(levels, key=LEVELS.index, default=self._max_level)

    @property
    def notes(self) -> tuple[str, ...]:
        """What else to know of the isolation, a sentence each."""
        return tuple(
            dict.fromkeys(note for _, notes in self._collect_greetings() for note in notes)
        )

    def _collect_greetings(self) -> list[tuple[str, list[str]]]:
        """What the processes said that started; one that cannot costs only the questions in it."""
        greetings, fault = [], None
        for host in self._hosts.values():
            try:
                greetings.append(host.wait_for_greeting())
            except SandboxError as error:
                fault = error
        if fault and not greetings:
            raise fault
        return greetings

    def read(
        self, data: bytes, tasks_by_assignment: Mapping[str, Sequence[RequestedFunction]]
    ) -> SubmissionReading | CallOutcome:
        """Read a submission; nothing of it runs.

        Returns:
            What it holds, or an outcome that is `stopped`.

        Raises:
            NotebookError: If it is no notebook, with the reason.
            SandboxError: If no child can be had.
        """
        tasks = {name: [*map(astuple, values)] for name, values in tasks_by_assignment.items()}
        with self._open_process(("numpy",)) as process:
            try:
                process.channel.send({"bytes": len(data), "asks": tasks})
                process.channel.write(data)
                message = process.channel.receive(MAX_JOB)
            except (EOFError, OSError, FrameError):
                return process.explain_end()
            process.state = IDLE
        return parse_reading(message)

    @contextmanager
    def child(self, question: Question) -> "Iterator[Child]":
        """Open a child for one question; it is gone when the block ends, and all that it started.

        Raises:
            SandboxError: If no child can be had.
        """
        with self._open_process(question.packages) as process:
            yield Child(process, question)

    @contextmanager
    def _open_process(self, packages: tuple[str, ...]) -> "Iterator[TimedProcess]":
        host = self._get_host(packages)
        try:
            host.wait_for_greeting()
            connection = host.open()
        except (OSError, ValueError, SandboxError):
            self._hosts.pop(packages).close()  # it died: one more try with a new one
            host = self._get_host(packages, restart=not host.has_answered)
            host.wait_for_greeting()
            connection = host.open()
        process = TimedProcess(connection)
        try:
            yield process
        finally:
            process.stop_clock()
            connection.close(process.state)

    def _get_host(self, packages: tuple[str, ...], restart: bool = False) -> "ForkHost | PlainHost":
        if packages not in self._hosts:
            arguments = self._servers, packages, self._max_level, restart
            self._hosts[packages] = PlainHost() if self._max_level == NONE else ForkHost(*arguments)
        return self._hosts[packages]
