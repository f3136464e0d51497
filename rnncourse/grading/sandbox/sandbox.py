"""The judge's side of a child process: start one for a question, call the answer in it, end it."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from rnncourse.grading.judging import CRASH, TIMEOUT
from rnncourse.grading.notebooks import Cell
from rnncourse.grading.questions import Arguments, Question
from rnncourse.grading.running import Outcome
from rnncourse.grading.sandbox.child import LONGEST_MESSAGE, READING
from rnncourse.grading.sandbox.forkservers import ForkServers, SharedForkServers, fork_servers
from rnncourse.grading.sandbox.frames import LARGEST_BYTES, FrameError
from rnncourse.grading.sandbox.hosts import (
    BUSY,
    CALLS,
    OVER,
    Connection,
    PlainHost,
    SandboxError,
    ZygoteHost,
)
from rnncourse.grading.sandbox.isolation import LEVELS, NAMESPACES, NONE
from rnncourse.grading.texts import clean

LEAST_WAIT, WAIT = 60.0, 6.0
"""Seconds by the clock that an answer may take at least, and for each second of its deadline."""


def patience(question: Question) -> float:
    """Return the seconds by the clock after which an answer counts as hanging.

    Its deadline is one of processor time, which a busy machine does not shorten; this is for
    answers that wait instead of computing, and where the system has no such deadline.
    """
    return max(LEAST_WAIT, WAIT * question.seconds)


@dataclass(frozen=True)
class Found:
    """What a child knows of an answer before any line of it has run.

    Args:
        found: Whether the function is defined.
        blank: Whether it only raises NotImplementedError.
        unreadable: If not found: why the cell that seems to hold it cannot be read.
        offence: What the answer uses and may not.
        below: Whether it needs cells below its own.
    """

    found: bool
    blank: bool
    unreadable: str
    offence: str
    below: bool


class Sandbox:
    """Runs answers in processes of their own. A context manager.

    Args:
        highest: The strongest level of isolation to try; the system may have less.
        source: Where its processes come from; by default as `fork_servers` says.
    """

    def __init__(
        self, highest: str = NAMESPACES, source: ForkServers | SharedForkServers | None = None
    ) -> None:
        self._highest = highest if sys.platform == "linux" else NONE
        self._servers = source or fork_servers()
        self._hosts: dict[tuple[str, ...], ZygoteHost | PlainHost] = {}

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
        self._host(tuple(packages))

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
        levels = [level for level, _ in self._hellos()]
        return min(levels, key=LEVELS.index, default=self._highest)

    @property
    def notes(self) -> tuple[str, ...]:
        """What else to know of the isolation, a sentence each."""
        return tuple(dict.fromkeys(note for _, notes in self._hellos() for note in notes))

    @property
    def processes(self) -> dict[int, str]:
        """Processes that children are forked from, and the level of isolation of each."""
        hosts = [host for host in self._hosts.values() if isinstance(host, ZygoteHost)]
        return {host.number: host.hello()[0] for host in hosts if host.has_answered}

    def _hellos(self) -> list[tuple[str, list[str]]]:
        """What the processes said that started; one that cannot costs only the questions in it."""
        said, fault = [], None
        for host in self._hosts.values():
            try:
                said.append(host.hello())
            except SandboxError as error:
                fault = error
        if fault and not said:
            raise fault
        return said

    @contextmanager
    def child(self, question: Question) -> "Iterator[Child]":
        """Open a child for one question; it is gone when the block ends, and all that it started.

        Raises:
            SandboxError: If no child can be had.
        """
        host = self._host(question.packages)
        try:
            host.hello()
            connection = host.open()
        except (OSError, ValueError, SandboxError):
            self._hosts.pop(question.packages).close()  # it died: one more try with a new one
            host = self._host(question.packages, new=not host.has_answered)
            host.hello()
            connection = host.open()
        child = Child(connection, question)
        try:
            yield child
        finally:
            child.stop_clock()
            connection.close(child.state)

    def _host(self, packages: tuple[str, ...], new: bool = False) -> "ZygoteHost | PlainHost":
        if packages not in self._hosts:
            self._hosts[packages] = (
                PlainHost()
                if self._highest == NONE
                else ZygoteHost(self._servers, packages, self._highest, new)
            )
        return self._hosts[packages]


class Child:
    """One answer in one process. Made by `Sandbox.child`.

    Args:
        connection: To the process.
        question: What it answers.
    """

    def __init__(self, connection: "Connection", question: Question) -> None:
        self._connection, self._question = connection, question
        self._late, self._fault, self._left = False, "", LARGEST_BYTES
        self.state = BUSY
        self._start_clock(READING)

    def _start_clock(self, seconds: float) -> None:
        self._clock = threading.Timer(seconds, self._expire)
        self._clock.daemon = True
        self._clock.start()

    def _expire(self) -> None:
        self._late = True
        self._connection.cut()

    def stop_clock(self) -> None:
        """Stop waiting for the deadline."""
        self._clock.cancel()

    def prepare(self, cells: Sequence[Cell], early: bool = False) -> Found | Outcome:
        """Send the notebook, and learn whether the answer is there; nothing of it has run then.

        Args:
            cells: The notebook.
            early: As in `notebooks.program`.

        Returns:
            That, or an outcome that is `stopped`.
        """
        question = self._question
        job = {
            "cells": [(cell.number, cell.source) for cell in cells],
            "function": question.function,
            "arguments": question.arguments,
            "returns": question.returns,
            "packages": question.packages,
            "forbidden": question.forbidden,
            "seconds": question.seconds,
            "early": early,
        }
        try:
            self._connection.channel.send(job)
            said = self._connection.channel.receive()
        except (EOFError, OSError, FrameError):
            return self._stopped()
        found = Found(**{k: _text(v) if isinstance(v, str) else v for k, v in said.items()})
        runs = found.found and not found.blank and not found.offence
        self.state = BUSY if runs else OVER
        self.stop_clock()
        self._start_clock(patience(question))
        return found

    def define(self) -> Outcome | None:
        """Let the answer's cells run; return None, or what went wrong."""
        try:
            said = self._connection.channel.receive()
            fault, exists = _text(said["fault"]), said["callable"] is True
            self.state = CALLS if exists else OVER
            if exists:
                self._fault = fault
                return None
            return Outcome(error=fault) if fault else Outcome(odd="something that is no function")
        except (EOFError, OSError):
            return self._stopped()
        except (FrameError, *_UNEXPECTED):
            return _NO_MESSAGE

    def call(self, arguments: Arguments) -> Outcome:
        """Call the answer once."""
        self.state = BUSY
        try:
            self._connection.channel.send(arguments)
            said = self._connection.channel.receive()
            self.state = CALLS
        except (EOFError, OSError):
            return self._stopped()
        except FrameError:
            return _NO_MESSAGE
        return self._outcome(said)

    def _stopped(self) -> Outcome:
        if self._late:
            return Outcome(stopped=TIMEOUT)
        code = self._connection.end()
        if -code in (getattr(signal, "SIGXCPU", None), getattr(signal, "SIGALRM", None)):
            return Outcome(stopped=TIMEOUT)
        name = f" ({signal.Signals(-code).name})" if code < 0 and -code in _SIGNALS else ""
        return Outcome(stopped=CRASH, error=name)

    def _outcome(self, said: object) -> Outcome:
        """Read what came, and believe nothing of it but values."""
        try:
            error, odd = said["error"], said["odd"]
            changed = [name for name in self._question.arguments if name in said["changed"]]
            values = said["values"]
            if values is not None:
                if len(values) != len(self._question.returns):
                    return _NO_MESSAGE
                if not all(type(v) is np.ndarray and v.dtype == np.float64 for v in values):
                    return _NO_MESSAGE  # another type was not made by `as_values`
                self._left -= sum(v.nbytes for v in values)
                if self._left < 0:  # the judge keeps all values until the last call
                    return Outcome(odd="more numbers than an answer can have")
                return Outcome(tuple(values), changed=tuple(changed))
            error, odd = _text(error), _text(odd)
            if error:
                said_before = f" ({self._fault})" if self._fault else ""
                memory, blank = said["memory"] is True, said["blank"] is True
                return Outcome(error=error + said_before, memory=memory, blank=blank)
            return Outcome(odd=odd) if odd else _NO_MESSAGE
        except _UNEXPECTED:
            return _NO_MESSAGE


def _text(said: object) -> str:
    """Return what a child says in words, made safe."""
    return clean(said, LONGEST_MESSAGE) if isinstance(said, str) else ""


_UNEXPECTED = TypeError, KeyError, AttributeError, IndexError, ValueError
"""What reading a message raises that is none of ours."""
_NO_MESSAGE = Outcome(odd="something that cannot be read as numbers")
_SIGNALS = {s.value for s in signal.Signals}
