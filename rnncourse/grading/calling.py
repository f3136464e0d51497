"""Calling a function that may do anything: every call ends in a `CallOutcome`, in no exception.

The function runs in the process that calls it: the notebook's own, when a
student checks their work; a child's, when the mark counts.
"""

import copy
import io
import linecache
import opcode
import re
import signal
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from numbers import Real

import numpy as np

from rnncourse.grading.questions import Arguments, Question, Values
from rnncourse.grading.values import InvalidValues, to_values

MAX_ERROR = 300
"""Characters of an error's own words that are told; some libraries give a page."""
_UNKNOWN_ERROR = "an error that raises errors when it is described"
_RAISE = opcode.opmap["RAISE_VARARGS"]


@dataclass(frozen=True)
class CallOutcome:
    """What became of one call.

    Args:
        values: What it returned, if that can be read.
        invalid: Else what it returned instead, in words.
        error: Else what it raised, with the student's own line, in words.
        error_key: Of what it raised the type and the message, each number in it a 0.
        blank: Whether a line of the student's own raised NotImplementedError.
        changed_arguments: Arguments that it changed in place.
        memory: Whether the error is that memory ran out.
        stopped: `timeout`, `memory` or `crash`, if it did not even come to an error.
    """

    values: Values | None = None
    invalid: str = ""
    error: str = ""
    error_key: str = ""
    blank: bool = False
    changed_arguments: tuple[str, ...] = ()
    memory: bool = False
    stopped: str = ""


@dataclass(frozen=True)
class Signature:
    """What has to be known of a question to call its answer, and why names may be missing."""

    arguments: tuple[str, ...]
    returns: tuple[str, ...]
    reason_by_name: Mapping[str, str] = field(default_factory=dict)
    has_optional_last: bool = False


def call_quietly(
    function: Callable, arguments: Arguments, question: Question | Signature, seconds: float = 0.0
) -> CallOutcome:
    """Call a function on copies of the arguments, quietly.

    After so many seconds of processor time it is stopped, if the system can; 0 is never.

    Raises:
        KeyboardInterrupt: If the student stops it; nothing else.
    """
    reason_by_name = question.reason_by_name if isinstance(question, Signature) else {}
    copies = tuple(a.copy() if type(a) is np.ndarray else copy.deepcopy(a) for a in arguments)
    try:
        with quiet(), np.errstate(all="ignore"), _raise_after(seconds):
            returned = to_values(function(*copies), question.returns, question.has_optional_last)
            pairs = zip(question.arguments, arguments, copies, strict=True)
            changed = tuple(name for name, before, after in pairs if not _is_equal(before, after))
    except _DeadlineError:
        return CallOutcome(stopped="timeout")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return _make_failure(error, function, reason_by_name)
    if isinstance(returned, InvalidValues):
        return CallOutcome(invalid=returned.fault)
    return CallOutcome(returned, changed_arguments=changed)


def _make_failure(
    error: BaseException, function: Callable, reason_by_name: Mapping[str, str]
) -> CallOutcome:
    """Say what was raised, whatever its class does when it is asked."""
    message = describe_error(error, function, reason_by_name)
    try:
        blank, memory = _is_blank(error, function), isinstance(error, MemoryError)
        key = _normalize_error(error)
    except KeyboardInterrupt:
        raise
    except BaseException:
        blank, memory, key = False, False, _UNKNOWN_ERROR
    return CallOutcome(error=message, error_key=key, blank=blank, memory=memory)


class _DeadlineError(BaseException):
    """Raised where an answer is when its time is over; again, as an `except:` may swallow it."""


_AGAIN = 0.01
"""Seconds of processor time until the deadline is raised again."""


@contextmanager
def _raise_after(seconds: float) -> Iterator[None]:
    def raise_deadline(*_: object) -> None:
        raise _DeadlineError

    try:
        old_handler = signal.signal(signal.SIGVTALRM, raise_deadline) if seconds else None
    except (AttributeError, ValueError):  # on Windows, and beside the main thread
        seconds = 0.0
    if not seconds:
        yield
        return
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, old_handler)


class _NullWriter(io.TextIOBase):
    """A file that keeps nothing, however much is printed."""

    def writable(self) -> bool:
        """Say that one may write."""
        return True

    def write(self, text: str) -> int:
        """Drop a text; return how long it was."""
        return len(text)


class quiet:  # noqa: N801 (used like a function)
    """Swallow prints and warnings, in a `with`; written out because it stands around every call."""

    def __enter__(self) -> None:
        self._streams = sys.stdout, sys.stderr
        self._warnings = warnings.catch_warnings(action="ignore")
        self._warnings.__enter__()
        sys.stdout, sys.stderr = _NullWriter(), _NullWriter()

    def __exit__(self, *details: object) -> None:
        sys.stdout, sys.stderr = self._streams
        self._warnings.__exit__(*details)


def describe_error(
    error: BaseException, function: Callable | None, reason_by_name: Mapping[str, str] | None = None
) -> str:
    """Say what was raised, and in which line of the student's, a function's or a cell's."""
    try:
        return _locate_error(error, function, reason_by_name or {})
    except KeyboardInterrupt:
        raise
    except BaseException:  # an exception may do anything
        return f"It raised {_UNKNOWN_ERROR}."


def _locate_error(
    error: BaseException, function: Callable | None, reason_by_name: Mapping[str, str]
) -> str:
    text = _format_error(error)
    if isinstance(error, NameError) and (reason := reason_by_name.get(str(error.name))):
        text += f" ({reason})"
    lines = [
        (frame.f_code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if _is_in_answer(frame, function)
    ]
    if not lines:
        return text
    source_line = linecache.getline(*lines[-1]).strip()
    return f"Line {lines[-1][1]}, `{source_line}`, raised {text}" if source_line else text


def _format_error(error: BaseException) -> str:
    """Return the type and the message of an error."""
    try:
        message = " ".join(str(error).split())
        message = message if len(message) <= MAX_ERROR else message[: MAX_ERROR - 1].rstrip() + "…"
    except Exception:  # an exception may do anything
        message = ""
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _normalize_error(error: BaseException) -> str:
    """Return the same for errors that differ in sizes or places only."""
    return re.sub(r"\d+", "0", _format_error(error))


def _is_in_answer(frame: types.FrameType, function: Callable | None) -> bool:
    """Say whether a line is the student's: a notebook's, or one that shares the globals."""
    if frame.f_globals is getattr(function, "__globals__", None):
        return True
    name = dict.get(frame.f_globals, "__name__")
    return type(name) is str and name == "__main__"


def _is_blank(error: BaseException, function: Callable) -> bool:
    """Say whether a `raise` in a line of the student's own says that nothing is there yet.

    A library that lacks something raises the same error: in its own lines, or where its compiled
    code is called. That is no `raise`.
    """
    if not isinstance(error, NotImplementedError):
        return False
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    if innermost is None or not _is_in_answer(innermost.tb_frame, function):
        return False
    return innermost.tb_frame.f_code.co_code[innermost.tb_lasti] == _RAISE


def _is_equal(before: object, after: object) -> bool:
    if isinstance(before, np.ndarray):
        if not (isinstance(after, np.ndarray) and before.dtype == after.dtype):
            return False
        if before.dtype == np.float64 and np.array_equal(before.view("i8"), after.view("i8")):
            return True  # the rule, and many times as fast
        return np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
    if isinstance(before, list | tuple):
        is_list = isinstance(after, list | tuple) and len(before) == len(after)
        return is_list and all(map(_is_equal, before, after))
    return isinstance(after, type(before) | Real) and bool(before == after)
