"""What runs in a child: it reads a submission, or runs a student's code for one question.

Reading runs no line of the student's, so what it says can be believed. A child that runs an
answer gives back values, and the judge believes nothing else. Neither holds an answer or a score.
"""

import __future__

import ast
import builtins
import inspect
import linecache
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from rnncourse.grading.calling import CallOutcome, Signature, call_quietly, describe_error, quiet
from rnncourse.grading.reading.statements import split_statements
from rnncourse.grading.reading.submission import (
    MAX_MESSAGE,
    Program,
    RequestedFunction,
    read_submission,
)
from rnncourse.grading.rules import find_optional_imports
from rnncourse.grading.sandbox.frames import MAX_TEXT, FrameError, pack_message, unpack_message
from rnncourse.grading.sandbox.stubs import hide_packages, install_stubs

READ_TIMEOUT = 5.0
"""Seconds of processor time that reading a submission may take."""
_FUTURE = __future__.annotations.compiler_flag


@dataclass(frozen=True)
class Channel:
    """Two ends that messages go through, with so many bytes of JSON in one that is read.

    `read` returns exactly so many bytes, or fewer at the end; `write` writes all of them.
    """

    read: Callable[[int], bytes]
    write: Callable[[bytes], object]
    max_text_bytes: int = MAX_TEXT

    def receive(self, max_text_bytes: int | None = None) -> object:
        """Return the next message; see `frames.unpack_message` for what it raises."""
        return unpack_message(self.read, max_text_bytes or self.max_text_bytes)

    def send(self, message: object) -> None:
        """Send a message; see `frames.pack_message`."""
        self.write(pack_message(message))


def serve_job(
    channel: Channel,
    lock: Callable[[bool], None] = lambda is_reading: None,
    limit: Callable[[float], None] = lambda seconds: None,
) -> None:
    """Do one job: read a submission, or define an answer and call it as often as asked.

    When the job is known, and whether it is to read, `lock` adds the layers of isolation, and
    `limit` bounds the seconds that it may take.
    """
    job = channel.receive()
    if "bytes" in job:
        limit(READ_TIMEOUT)
        data = channel.read(job["bytes"])
        lock(True)
        by_assignment = {
            name: [RequestedFunction(*t) for t in tasks] for name, tasks in job["asks"].items()
        }
        channel.send(read_submission(data, by_assignment))
        return
    lock(False)
    limit(job["seconds"])
    with quiet():  # once: what one statement sets of warnings and numbers, the next one finds
        _run_job(channel, job)


def _run_job(channel: Channel, job: dict) -> None:
    sources = {int(number): source for number, source in job["sources"].items()}
    program = Program(job["statements"], sources, job["reason_by_name"], job["hint_names"])
    function, fault = define_answer(program, job["function"], job["constants"], job["packages"])
    channel.send({"callable": callable(function), "fault": fault[:MAX_MESSAGE]})
    if not callable(function):
        return
    names = tuple(job["arguments"]), tuple(job["returns"])
    signature = Signature(*names, program.reason_by_name, job["has_optional_last"])
    while True:
        try:
            arguments = channel.receive()
        except EOFError:
            return
        if arguments is None:  # no more calls
            return
        outcome = call_quietly(function, arguments, signature)
        try:
            message = pack_message(_encode_outcome(outcome))
        except FrameError:
            message = pack_message(
                _encode_outcome(CallOutcome(invalid="more numbers than an answer can have"))
            )
        channel.write(message)


def define_answer(
    program: Program, name: str, constants: Mapping[str, object], packages: Sequence[str] = ()
) -> tuple[object, str]:
    """Run what the answer needs, and return it with the first error on the way, or ""."""
    namespace = {
        "__name__": "__main__",
        "__builtins__": builtins,
        **install_stubs(constants, program.hint_names),
    }
    function, fault, flags, parsed = None, "", 0, {}
    for number, index, is_needed in program.statements.tolist():
        file = f"<cell {number}>"
        if number not in parsed:
            source = program.sources[number]
            parsed[number] = split_statements(number, source, to_run=True)
            hide_packages(
                home for s in parsed[number] for home in find_optional_imports(s.node, packages)
            )
            linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        code = ast.Module([parsed[number][index].node], [])
        try:
            compiled = compile(code, file, "exec", flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            flags |= compiled.co_flags & _FUTURE
            if compiled.co_flags & inspect.CO_COROUTINE:
                _run_coroutine(eval(compiled, namespace))
            else:
                exec(compiled, namespace)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if is_needed:
                fault = (
                    fault
                    or f"Cell {number} raised {describe_error(error, None, program.reason_by_name)}"
                )
        if callable(value := namespace.get(name)):  # `units = units(64, 32, 9)` may stand below
            function = value
    return function, fault


def _run_coroutine(coroutine: Coroutine) -> None:
    """Let code with `await` run that waits for nothing outside: there is no event loop."""
    with suppress(StopIteration):
        while True:
            coroutine.send(None)


def _encode_outcome(outcome: CallOutcome) -> dict:
    messages = {
        key: getattr(outcome, key)[:MAX_MESSAGE] for key in ("invalid", "error", "error_key")
    }
    return vars(outcome) | messages
