"""A child as the judge sees it: it has a clock, and nothing of it is believed but values."""

import signal
import threading

import numpy as np

from rnncourse.grading.calling import CallOutcome
from rnncourse.grading.judging import CRASH, TIMEOUT
from rnncourse.grading.questions import Arguments, Question
from rnncourse.grading.reading.submission import MAX_MESSAGE, Program
from rnncourse.grading.sandbox.frames import MAX_BYTES, FrameError
from rnncourse.grading.sandbox.hosts import BUSY, CALLS, IDLE, Connection
from rnncourse.grading.texts import clean_text

MIN_WAIT, WAIT_RATIO = 60.0, 6.0
"""Seconds by the clock that an answer may take at least, and for each second of its deadline."""


def compute_hang_timeout(question: Question) -> float:
    """Return the seconds by the clock after which an answer counts as hanging.

    Its deadline is one of processor time, which a busy machine does not shorten; this is for
    answers that wait instead of computing, and where the system has no such deadline.
    """
    return max(MIN_WAIT, WAIT_RATIO * question.seconds)


class TimedProcess:
    """A process with a clock."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._late = connection, False
        self.channel, self.state = connection.channel, BUSY
        self.start_clock(MIN_WAIT)

    def start_clock(self, seconds: float) -> None:
        """Wait no longer than so many seconds from now, by the clock."""
        self._clock = threading.Timer(seconds, self._expire)
        self._clock.daemon = True
        self._clock.start()

    def _expire(self) -> None:
        self._late = True
        self._connection.cut()

    def stop_clock(self) -> None:
        """Stop waiting for the deadline."""
        self._clock.cancel()

    def explain_end(self) -> CallOutcome:
        """Say how the process ended, which says nothing any more."""
        if self._late:
            return CallOutcome(stopped=TIMEOUT)
        code = self._connection.end()
        if -code in (getattr(signal, "SIGXCPU", None), getattr(signal, "SIGALRM", None)):
            return CallOutcome(stopped=TIMEOUT)
        signal_name = f" ({signal.Signals(-code).name})" if code < 0 and -code in _SIGNALS else ""
        return CallOutcome(stopped=CRASH, error=signal_name)


class Child:
    """One answer in one process. Made by `Sandbox.child`."""

    def __init__(self, process: TimedProcess, question: Question) -> None:
        self._process, self._question = process, question
        self._fault, self._bytes_left = "", MAX_BYTES

    def define(self, program: Program) -> CallOutcome | None:
        """Let the answer's statements run; return None, or what went wrong."""
        question = self._question
        fields = ("packages", "function", "arguments", "returns", "has_optional_last", "seconds")
        job = vars(program) | {name: getattr(question, name) for name in fields}
        job["constants"] = question.constants
        self._process.stop_clock()
        self._process.start_clock(compute_hang_timeout(question))
        try:
            self._process.channel.send(job)
            reply = self._process.channel.receive()
            fault, is_callable = _clean_message(reply["fault"]), reply["callable"] is True
            self._process.state = CALLS if is_callable else IDLE
            if is_callable:
                self._fault = fault
                return None
            return (
                CallOutcome(error=fault)
                if fault
                else CallOutcome(invalid="something that is no function")
            )
        except (EOFError, OSError):
            return self._process.explain_end()
        except (FrameError, *_UNEXPECTED):
            return _NO_MESSAGE

    def call(self, arguments: Arguments) -> CallOutcome:
        """Call the answer once."""
        process = self._process
        process.state = BUSY
        try:
            process.channel.send(arguments)
            reply = process.channel.receive()
            process.state = CALLS
        except (EOFError, OSError):
            return process.explain_end()
        except FrameError:
            return _NO_MESSAGE
        return self._read_outcome(reply)

    def _read_outcome(self, reply: object) -> CallOutcome:
        """Read what came, and believe nothing of it but values."""
        try:
            error, invalid = reply["error"], reply["invalid"]
            names = self._question.arguments
            changed = tuple(name for name in names if name in reply["changed_arguments"])
            values = reply["values"]
            if values is not None:
                if len(values) != len(self._question.returns):
                    return _NO_MESSAGE
                if not all(type(v) is np.ndarray and v.dtype == np.float64 for v in values):
                    return _NO_MESSAGE  # another type was not made by `to_values`
                self._bytes_left -= sum(v.nbytes for v in values)
                if self._bytes_left < 0:  # the judge keeps all values until the last call
                    return CallOutcome(invalid="more numbers than an answer can have")
                return CallOutcome(tuple(values), changed_arguments=changed)
            error, invalid = _clean_message(error), _clean_message(invalid)
            if error:
                error += f" ({self._fault})" if self._fault else ""
                memory, blank = reply["memory"] is True, reply["blank"] is True
                error_key = _clean_message(reply["error_key"])
                return CallOutcome(error=error, error_key=error_key, memory=memory, blank=blank)
            return CallOutcome(invalid=invalid) if invalid else _NO_MESSAGE
        except _UNEXPECTED:
            return _NO_MESSAGE


def _clean_message(text: object) -> str:
    return clean_text(text, MAX_MESSAGE) if isinstance(text, str) else ""


_UNEXPECTED = TypeError, KeyError, AttributeError, IndexError, ValueError
"""What reading a message raises that is none of ours."""
_NO_MESSAGE = CallOutcome(invalid="something that cannot be read as numbers")
_SIGNALS = {s.value for s in signal.Signals}
