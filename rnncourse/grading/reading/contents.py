"""A notebook cut into statements, and what they have to do with names and with rules."""

import ast
import re
import sys
from collections.abc import Iterable

from rnncourse.grading.reading.changes import BUILTINS, is_endless_loop, walk_executed
from rnncourse.grading.reading.magics import remove_magics
from rnncourse.grading.reading.notebooks import CodeCell
from rnncourse.grading.reading.statements import IMPORTS, Statement, find_words, split_statements
from rnncourse.grading.rules import find_forbidden_import

LARGE = 100_000
"""Characters of a cell that is data, most likely."""
KNOWN = BUILTINS | {"display", "get_ipython", "__future__"}
PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"
_HARMLESS_MODULES = {"cProfile", "os", "shutil", "signal", "subprocess", "time", "timeit"}
"""Modules whose functions set nothing that a value could depend on, and may end or wait."""


Packages = tuple[str, ...]
"""What an answer may import besides the standard library."""


class Notebook:
    """Cells, taken apart once for all answers."""

    def __init__(self, cells: Iterable[CodeCell]) -> None:
        self.sources: dict[int, str] = {}
        self._statements_by_word: dict[str, list[Statement]] = {}
        self.statements: list[Statement] = []
        self._large: list[tuple[CodeCell, set[str]]] = []  # taken apart only where it is mentioned
        self._left_out: list[tuple[CodeCell, str]] = []
        self._forbidden_imports: dict[Packages, set[str]] = {}
        self._forbidden_ids: dict[Packages, set[int]] = {}
        for cell in cells:
            if len(cell.source) > LARGE:
                self._large.append((cell, find_words(cell.source)))
            else:
                self._add_cell(cell)
        self._with_imports = self._statements_by_word.get("import", [])

    def _add_cell(self, cell: CodeCell) -> None:
        source, language = remove_magics(cell.source)
        self.sources[cell.number] = source
        if language:
            self._left_out.append((cell, f"begins with {language} and so is not Python"))
            return
        try:
            statements = split_statements(cell.number, source)
            words = [statement.words for statement in statements]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            is_known = isinstance(error, SyntaxError)
            reason = f"line {error.lineno}: {error.msg}" if is_known else type(error).__name__
            self._left_out.append((cell, f"{PYTHON} cannot read ({reason})"))
            return
        self.statements += statements
        for statement, words_of_statement in zip(statements, words, strict=True):
            for word in words_of_statement:
                self._statements_by_word.setdefault(word, []).append(statement)

    @property
    def functions(self) -> set[str]:
        """The names of the functions that are defined in cells that can be read."""
        return {s.node.name for s in self.statements if isinstance(s.node, ast.FunctionDef)}

    @property
    def endless_cell(self) -> int:
        """The number of the first cell with a loop that never ends; 0 if none is seen."""
        return next((s.cell for s in self.statements if is_endless_loop(s.node)), 0)

    def get_cell_above(self, text: str) -> str:
        """Return the code of the cell above the one in which a text stands, or ""."""
        numbers = [number for number, source in self.sources.items() if text in source]
        return self.sources.get(numbers[0] - 1, "") if numbers else ""

    def find_mentions(self, name: str) -> list[Statement]:
        """Return the statements in which a name stands, in order."""
        if any(name in words for _, words in self._large):
            mentioning_cells = [cell for cell, words in self._large if name in words]
            self._large = [
                (cell, words) for cell, words in self._large if cell not in mentioning_cells
            ]
            for cell in mentioning_cells:
                self._add_cell(cell)
        return sorted(self._statements_by_word.get(name, []), key=locate_statement)

    def uses_forbidden(self, statement: Statement, packages: Packages) -> bool:
        """Say whether a statement imports what it may not, or uses such an import of others."""
        if packages not in self._forbidden_imports:
            self._forbidden_imports[packages] = {
                name
                for s in self._with_imports
                if find_forbidden_import(walk_executed(s.node), packages)
                for name in s.bound_names
            }
        forbidden = self._forbidden_imports[packages]
        used = statement.words & forbidden and statement.used_names & forbidden
        return bool(used or find_forbidden_name([statement], packages))

    def needs_forbidden(self, statement: Statement, packages: Packages) -> bool:
        """Say whether a statement breaks a rule, or needs by name what does."""
        if packages not in self._forbidden_ids:
            to_follow = [s for s in self.statements if self.uses_forbidden(s, packages)]
            ids = {id(s) for s in to_follow}
            while to_follow:
                for name in to_follow.pop().bound_names:
                    users = [s for s in self.find_mentions(name) if id(s) not in ids]
                    users = [s for s in users if name in s.used_names]
                    ids |= {*map(id, users)}
                    to_follow += users
            self._forbidden_ids[packages] = ids
        return id(statement) in self._forbidden_ids[packages]

    def find_settings(self, packages: Packages) -> list[Statement]:
        """Return what sets something of a module, as `np.random.seed(0)` or `np.mean_of = mean`."""
        module_by_name = {}
        for statement in (s for s in self._with_imports if isinstance(s.node, IMPORTS)):
            module = getattr(statement.node, "module", None) or statement.node.names[0].name
            module_by_name |= dict.fromkeys(statement.bound_names, module.split(".")[0])
        return [
            s
            for name, module in module_by_name.items()
            for s in self.find_mentions(name)
            if s.configured_name == name
            and module not in _HARMLESS_MODULES
            and (isinstance(s.node, ast.Assign) or s.used_names <= {*module_by_name, *BUILTINS})
            and not self.needs_forbidden(s, packages)
        ]

    def explain_left_out(self, name: str, before: str = "") -> str:
        """Say that a cell which mentions a name was left out, and why, or return ''."""
        word = re.compile(rf"{before}\b{re.escape(name)}\b")
        for cell, reason in reversed(self._left_out):
            if word.search(cell.source):
                return f"`{name}` stands in cell {cell.number}, which {reason}"
        return ""


def find_forbidden_name(statements: Iterable[Statement], packages: Packages) -> str:
    """Return the first thing that statements import and may not, or ''."""
    nodes = (part for s in statements if "import" in s.words for part in ast.walk(s.node))
    return find_forbidden_import(nodes, packages)


def locate_statement(statement: Statement) -> tuple[int, int]:
    """Return where a statement stands, to put it in order."""
    return statement.cell, statement.index
