"""What runs in a child: a student's code, for one question. It holds no answer and no score.

First, before any line of the student's runs, it finds the answer in the notebook
and tells the judge whether it is there and keeps the rules: this can be believed.
From then on it gives back values, and the judge believes nothing else.
"""

import __future__

import ast
import builtins
import linecache
from collections.abc import Callable
from dataclasses import dataclass

from rnncourse.grading.notebooks import Cell, Program, program
from rnncourse.grading.rules import broken_rule
from rnncourse.grading.running import Outcome, Signature, call, quiet, told
from rnncourse.grading.sandbox.frames import LARGEST_TEXT, FrameError, pack, unpack

LONGEST_MESSAGE = 600
READING = 60.0
"""Seconds that taking a notebook apart may take; the question's own deadline starts after that."""
_FUTURE = __future__.annotations.compiler_flag


@dataclass(frozen=True)
class Channel:
    """Two ends that messages go through.

    Args:
        read: Returns exactly so many bytes, or fewer at the end.
        write: Writes all the bytes.
        longest: How many bytes of JSON a message may have that is read.
    """

    read: Callable[[int], bytes]
    write: Callable[[bytes], object]
    longest: int = LARGEST_TEXT

    def receive(self) -> object:
        """Return the next message; see `frames.unpack` for what it raises."""
        return unpack(self.read, self.longest)

    def send(self, message: object) -> None:
        """Send a message; see `frames.pack`."""
        self.write(pack(message))


def serve(
    channel: Channel,
    lock: Callable[[], None] = lambda: None,
    limit: Callable[[float], None] = lambda seconds: None,
) -> None:
    """Do one job: find the answer, define it, call it as often as asked.

    Args:
        channel: To the judge.
        lock: Called before the notebook is read: the layers of isolation.
        limit: Called with the seconds that the student's code may take, just before it runs.
    """
    job = channel.receive()
    lock()
    cells = tuple(Cell(number, source) for number, source in job["cells"])
    wanted = program(cells, job["function"], job["early"])
    offence = broken_rule(wanted, job["packages"], job["forbidden"])
    found = bool(wanted.statements)
    blank = found and any(s.is_blank and job["function"] in s.binds for s in wanted.statements)
    channel.send(
        {
            "found": found,
            "blank": blank,
            "unreadable": wanted.unreadable[:LONGEST_MESSAGE],
            "offence": offence[:LONGEST_MESSAGE],
            "below": wanted.below,
        }
    )
    if not found or blank or offence:
        return
    limit(job["seconds"])
    function, fault = define(wanted, job["function"])
    channel.send({"callable": callable(function), "fault": fault[:LONGEST_MESSAGE]})
    if not callable(function):
        return
    signature = Signature(tuple(job["arguments"]), tuple(job["returns"]))
    while True:
        try:
            arguments = channel.receive()
        except EOFError:
            return
        if arguments is None:  # no more calls
            return
        outcome = call(function, arguments, signature)
        try:
            message = pack(_sendable(outcome))
        except FrameError:
            message = pack(_sendable(Outcome(odd="more numbers than an answer can have")))
        channel.write(message)


def define(wanted: Program, name: str) -> tuple[object, str]:
    """Run what the answer needs, and return it with the first error on the way, or ""."""
    namespace = {"__name__": "__main__", "__builtins__": builtins, "display": _show}
    fault, flags = "", 0
    for statement in wanted.statements:
        cell = statement.cell
        file = f"<cell {cell.number}>"
        lines = cell.source.splitlines(keepends=True)
        linecache.cache[file] = (len(cell.source), None, lines, file)
        code = ast.Module([statement.node], [])
        try:
            with quiet():
                compiled = compile(code, file, "exec", flags)
                flags |= compiled.co_flags & _FUTURE
                exec(compiled, namespace)
        except (Exception, SystemExit) as error:
            fault = fault or f"Cell {cell.number} raised {told(error, None)}"
    return namespace.get(name), fault


def _show(*things: object, **options: object) -> None:
    """Stand for Jupyter's `display`: nobody looks."""


def _sendable(outcome: Outcome) -> dict:
    return {
        "values": outcome.values,
        "odd": outcome.odd[:LONGEST_MESSAGE],
        "error": outcome.error[:LONGEST_MESSAGE],
        "memory": outcome.memory,
        "blank": outcome.blank,
        "changed": outcome.changed,
    }
