"""A notebook cut into statements, and what they have to do with names and with rules."""

import ast
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from rnncourse.grading.reading.changes import BUILTINS, run_now
from rnncourse.grading.reading.magics import without_magics
from rnncourse.grading.reading.notebooks import Cell
from rnncourse.grading.reading.statements import (
    IMPORTS,
    Statement,
    fault_of,
    statements_of,
    words_of,
)
from rnncourse.grading.rules import broken_rule, refused
from rnncourse.grading.uses import imports_of

LARGE = 100_000
"""Characters of a cell that is data, most likely."""
KNOWN = BUILTINS | {"display", "get_ipython", "__future__"}
PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"
_OF_THE_MACHINE = {"os", "shutil", "signal", "subprocess", "time"}
"""Modules whose functions set nothing that a value could depend on, and may end or wait."""


@dataclass(frozen=True)
class Rules:
    """What an answer may use.

    Args:
        packages: What it may import besides the standard library.
        forbidden: Dotted names in those packages that it may not use.
    """

    packages: tuple[str, ...] = ("numpy",)
    forbidden: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Both."""
        return self.packages, self.forbidden


class Notebook:
    """Cells, taken apart once for all answers.

    Args:
        cells: The code cells, in order.
    """

    def __init__(self, cells: Iterable[Cell]) -> None:
        self.sources: dict[int, str] = {}
        self._places: dict[str, list[Statement]] = {}
        self.statements: list[Statement] = []
        self._large: list[tuple[Cell, set[str]]] = []  # taken apart only where it is mentioned
        self._left_out: list[tuple[Cell, str]] = []
        self._imported: list[tuple[str, str]] = []
        self._refused: dict[Rules, dict[int, str]] = {}
        self._suspects: dict[Rules, set[str]] = {}
        self._astray: dict[Rules, set[int]] = {}
        for cell in cells:
            if len(cell.source) > LARGE:
                self._large.append((cell, words_of(cell.source)))
            else:
                self._take_apart(cell)
        with_imports = self._places.get("import", [])
        self._imports = [s for s in with_imports if isinstance(s.node, IMPORTS)]
        self._imported += [a for s in with_imports for a in imports_of(run_now(s.node))]

    def _take_apart(self, cell: Cell) -> None:
        source, language = without_magics(cell.source)
        self.sources[cell.number] = source
        if language:
            self._left_out.append((cell, f"begins with {language} and so is not Python"))
            return
        try:
            statements = statements_of(cell.number, source)
            words = [statement.words for statement in statements]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self._left_out.append((cell, f"{PYTHON} cannot read ({fault_of(error)})"))
            return
        self.statements += statements
        for statement, its in zip(statements, words, strict=True):
            for word in its:
                self._places.setdefault(word, []).append(statement)

    @property
    def functions(self) -> set[str]:
        """The names of the functions that are defined in cells that can be read."""
        return {s.node.name for s in self.statements if isinstance(s.node, ast.FunctionDef)}

    def mentioning(self, name: str) -> list[Statement]:
        """Return the statements in which a name stands, in order."""
        if any(name in words for _, words in self._large):
            here = [cell for cell, words in self._large if name in words]
            self._large = [(cell, words) for cell, words in self._large if cell not in here]
            for cell in here:
                self._take_apart(cell)
        return sorted(self._places.get(name, []), key=place_of)

    def refused(self, statement: Statement, rules: Rules) -> str:
        """Return the first thing that a statement uses and may not, or ''."""
        known = self._refused.setdefault(rules, {})
        if id(statement) not in known:
            suspect = rules.forbidden or not statement.words.isdisjoint(self._suspect(rules))
            nodes = [statement.node] if suspect else []
            known[id(statement)] = broken_rule(nodes, *rules.parts, self._imported)
        return known[id(statement)]

    def _suspect(self, rules: Rules) -> set[str]:
        """Return words without which no statement breaks a rule on packages."""
        if rules not in self._suspects:
            packages = rules.packages
            found = {name for name, home in self._imported if refused(home, packages, ())}
            self._suspects[rules] = found | {"import"}
        return self._suspects[rules]

    def leads_astray(self, statement: Statement, rules: Rules) -> bool:
        """Say whether a statement breaks a rule, or needs by name what does."""
        if rules not in self._astray:
            waiting = [s for s in self.statements if self.refused(s, rules)]
            found = {id(s) for s in waiting}
            while waiting:
                for name in waiting.pop().binds:
                    more = [s for s in self.mentioning(name) if id(s) not in found]
                    more = [s for s in more if name in s.uses]
                    found |= {*map(id, more)}
                    waiting += more
            self._astray[rules] = found
        return id(statement) in self._astray[rules]

    def settings(self, rules: Rules) -> list[Statement]:
        """Return calls that set something of a module, as `np.random.seed(0)` does."""
        homes = {}
        for statement in self._imports:
            module = getattr(statement.node, "module", None) or statement.node.names[0].name
            homes |= dict.fromkeys(statement.binds, module.split(".")[0])
        return [
            s
            for name, home in homes.items()
            for s in self.mentioning(name)
            if s.setting == name
            and home not in _OF_THE_MACHINE
            and s.uses <= {*homes, *BUILTINS}
            and not self.leads_astray(s, rules)
        ]

    def why(self, name: str, before: str = "") -> str:
        """Say that a cell which mentions a name was left out, and why, or return ''."""
        word = re.compile(rf"{before}\b{re.escape(name)}\b")
        for cell, reason in reversed(self._left_out):
            if word.search(cell.source):
                return f"`{name}` stands in cell {cell.number}, which {reason}"
        return ""


def place_of(statement: Statement) -> tuple[int, int]:
    """Return where a statement stands, to put it in order."""
    return statement.cell, statement.index
