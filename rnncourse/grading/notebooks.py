"""A student's notebook, read by its bytes alone, and the part of it that one answer needs."""

import ast
import builtins
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rnncourse.grading.statements import Cell, Statement, fault_of, statements_of

LARGEST_SOURCE, MOST_CELLS = 5_000_000, 20_000
"""Characters of code, and code cells, that a notebook may have; stored outputs do not count."""
_KNOWN = {*dir(builtins), "display", "get_ipython", "__future__"}


class NotebookError(ValueError):
    """Bytes that are no notebook, with the reason in one sentence."""


def read(data: bytes) -> tuple[Cell, ...]:
    """Return the code cells of a notebook; outputs, metadata and prose do not matter.

    Args:
        data: The file.

    Raises:
        NotebookError: If it is no notebook, with the reason.
    """
    if not data.strip():
        raise NotebookError("The file is empty.")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise NotebookError("The file is not text in UTF-8.") from None
    try:
        held = json.loads(text, parse_int=float)  # outputs may hold numbers of any length
    except RecursionError:
        raise NotebookError("The file is nested too deeply.") from None
    except ValueError:
        raise NotebookError("The file is not JSON: it may be cut off or damaged.") from None
    if not isinstance(held, dict) or not isinstance(held.get("cells"), list):
        old = isinstance(held, dict) and "worksheets" in held
        raise NotebookError(
            "The notebook has the form of Jupyter before version 4: open it and save it again."
            if old
            else "The file is JSON, but no notebook: it has no list of cells."
        )
    cells = tuple(_code_cells(held["cells"]))
    if len(cells) > MOST_CELLS or sum(len(cell.source) for cell in cells) > LARGEST_SOURCE:
        raise NotebookError(
            f"The notebook has more than {MOST_CELLS:,} code cells or {LARGEST_SOURCE:,} "
            "characters of code."
        )
    return cells


def _code_cells(cells: list) -> Iterator[Cell]:
    number = 0
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        number += 1
        source = cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if isinstance(source, str):
            yield Cell(number, source.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True)
class Program:
    """What has to run for one function to exist.

    Args:
        statements: In the order of the notebook; none if nothing defines it.
        unreadable: Else why the cell that seems to define it cannot be read; or "".
        below: Whether some of them stand below its cell, where a name may have a new meaning.
    """

    statements: tuple[Statement, ...] = ()
    unreadable: str = ""
    below: bool = False


def program(cells: tuple[Cell, ...], function: str, early: bool = False) -> Program:
    """Find the function, wherever it stands, and all that it needs: nothing else has to run.

    The last definition counts that is no blank. What it reads by name comes with
    it: imports, other functions, assignments, and what changes those.

    Args:
        cells: The notebook.
        function: The name of the function.
        early: Leave out what cells below the function's define again: what it found when
            the notebook had run down to its cell.
    """
    notebook = _Notebook(cells)
    answers = [s for s in notebook.mentioning({function}) if function in s.binds]
    if not answers:
        return Program(unreadable=notebook.unreadable(function))
    answer = ([s for s in answers if not s.is_blank] or answers)[-1]
    needed, chosen = {function, "__future__", *answer.uses}, {id(answer)}
    while True:
        names = set(needed)
        statements = notebook.mentioning(needed)
        if needed - {name for s in statements for name in s.binds} - _KNOWN:
            names.add("*")
            statements = notebook.mentioning(names)
        # Other definitions of the answer would hide the one that counts.
        rest = [s for s in statements if s is answer or function not in s.binds]
        if early:
            rest = _without_later_definitions(rest, answer)
        more = [s for s in _concerning(rest, names) if id(s) not in chosen]
        if not more:
            wanted = tuple(s for s in rest if id(s) in chosen)
            return Program(wanted, below=wanted[-1].cell.number > answer.cell.number)
        for statement in more:
            chosen.add(id(statement))
            needed |= statement.uses


class _Notebook:
    """Cells, each taken apart when first needed: most are not, for most answers."""

    def __init__(self, cells: tuple[Cell, ...]) -> None:
        self._cells = cells
        self._words = [_words(cell.source) for cell in cells]
        self._parts: dict[int, list[Statement]] = {}
        self._faults: dict[int, str] = {}

    def mentioning(self, names: set[str]) -> list[Statement]:
        """Return the statements of all cells that mention one of these names, or did before."""
        for place, cell in enumerate(self._cells):
            if place not in self._parts and not names.isdisjoint(self._words[place]):
                try:
                    self._parts[place] = statements_of(cell)
                except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                    self._parts[place], self._faults[place] = [], fault_of(cell, error)
        return [s for place in sorted(self._parts) for s in self._parts[place]]

    def unreadable(self, function: str) -> str:
        """Say why the last cell cannot be read that seems to define a function, or return ''."""
        seems = re.compile(rf"\b(def|class)\s+{re.escape(function)}\b")
        faults = [self._faults[n] for n in self._faults if seems.search(self._cells[n].source)]
        return faults[-1] if faults else ""


def _words(source: str) -> set[str]:
    text = source if source.isascii() else unicodedata.normalize("NFKC", source)
    return {*re.findall(r"\w+", text), *re.findall(r"\*", text)}


def _concerning(statements: list[Statement], names: set[str]) -> Iterator[Statement]:
    """Yield those that bind one of these names, or change what it stands for."""
    imports = ast.Import | ast.ImportFrom
    own = {name for s in statements if not isinstance(s.node, imports) for name in s.binds}
    effects = {name: s.effects for s in statements if s.effects for name in s.binds}
    for statement in statements:
        changed = statement.touches & own
        changed |= {name for call in statement.calls for name in effects.get(call, ())}
        if not names.isdisjoint(statement.binds | changed):
            yield statement


def _without_later_definitions(rest: list[Statement], answer: Statement) -> list[Statement]:
    here = answer.cell.number
    before = {n for s in rest if s.cell.number <= here and not s.is_blank for n in s.binds}
    return [s for s in rest if s.cell.number <= here or s.binds - before - _KNOWN]
