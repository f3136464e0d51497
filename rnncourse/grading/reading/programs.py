"""What has to run for an answer to exist: the part that it needs, or all of it, in order.

The *slice* is what the answer needs by name, what may change that, and settings; it may leave
out only what cannot matter. Nobody can be sure of that, so there is a second program, the *whole*
notebook down to the answer, as its author has run it.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

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
from rnncourse.grading.rules import broken_rule, imports_of, refused

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


@dataclass(frozen=True)
class Programs:
    """What has to run for one function to exist.

    Args:
        answer: The statement that defines it; None if nothing does.
        unreadable: If none does, but a cell seems to: why that was left out; or "".
        offence: What the slice uses and may not, or "".
        slice: What the answer needs.
        whole: The notebook down to the answer, without what breaks a rule; empty if that is
            the slice, or cannot be had.
        why: Of names that nothing in the slice gives a value: where they are mentioned and why
            that was left out.
    """

    answer: Statement | None = None
    unreadable: str = ""
    offence: str = ""
    slice: tuple[Statement, ...] = ()
    whole: tuple[Statement, ...] = ()
    why: dict[str, str] = field(default_factory=dict)


class Notebook:
    """Cells, taken apart once for all answers.

    Args:
        cells: The code cells, in order.
    """

    def __init__(self, cells: Iterable[Cell]) -> None:
        self.sources: dict[int, str] = {}
        self._places: dict[str, list[Statement]] = {}
        self._statements: list[Statement] = []
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
        self._statements += statements
        for statement, its in zip(statements, words, strict=True):
            for word in its:
                self._places.setdefault(word, []).append(statement)

    def programs(self, function: str, rules: Rules) -> Programs:
        """Find the function, wherever it stands, and all that it needs.

        The last definition counts that is no blank.

        Args:
            function: Its name.
            rules: What it may use.
        """
        defined = [s for s in self.mentioning(function) if function in s.binds]
        if not defined:
            return Programs(unreadable=self._why(function, before=r"\b(def|class)\s+"))
        answer = ([s for s in defined if not s.is_blank] or defined)[-1]
        chosen = _Slice(self, answer, function, [s for s in defined if s is not answer], rules)
        slice_ = tuple(sorted(chosen.statements, key=place_of))
        offence = broken_rule([s.node for s in slice_], *_parts(rules))
        whole = self._whole(answer, function, slice_, rules)
        same = [*map(id, whole)] == [*map(id, slice_)]
        why = {name: told for name in chosen.unbound if (told := self._why(name))}
        return Programs(answer, "", offence, slice_, () if same else whole, why)

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
            known[id(statement)] = broken_rule(nodes, *_parts(rules), self._imported)
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
            waiting = [s for s in self._statements if self.refused(s, rules)]
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

    def _whole(
        self, answer: Statement, function: str, slice_: tuple[Statement, ...], rules: Rules
    ) -> tuple[Statement, ...]:
        """Return all down to the answer's cell, then what it needs besides from below."""
        if self.refused(answer, rules):
            return ()
        here = sorted((s for s in self._statements if s.cell <= answer.cell), key=place_of)
        before = {id(s) for s in here if place_of(s) <= place_of(answer)}
        hides = {id(s) for s in self.mentioning(function) if function in s.binds} - before
        here = [s for s in here if id(s) not in hides]
        if below := [s for s in slice_ if s.cell > answer.cell]:
            bound = {name for s in here if not s.is_blank for name in s.binds} | KNOWN
            below = [s for s in below if s.binds - bound]
        whole = tuple(s for s in (*here, *below) if not self.refused(s, rules))
        hidden = rules.forbidden and broken_rule([s.node for s in whole], *_parts(rules))
        return () if hidden else whole

    def _why(self, name: str, before: str = "") -> str:
        """Say that a cell which mentions a name was left out, and why, or return ''."""
        word = re.compile(rf"{before}\b{re.escape(name)}\b")
        for cell, reason in reversed(self._left_out):
            if word.search(cell.source):
                return f"`{name}` stands in cell {cell.number}, which {reason}"
        return ""


def place_of(statement: Statement) -> tuple[int, int]:
    """Return where a statement stands, to put it in order."""
    return statement.cell, statement.index


def _parts(rules: Rules) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return rules.packages, rules.forbidden


class _Slice:
    """The statements that an answer needs, found name by name.

    Args:
        notebook: Where they are.
        answer: What defines the function.
        function: Its name.
        others: Other definitions of it, which would hide the one that counts.
        rules: What is not taken along when it only might change something.
    """

    def __init__(
        self,
        notebook: Notebook,
        answer: Statement,
        function: str,
        others: list[Statement],
        rules: Rules,
    ) -> None:
        self._notebook, self._answer, self._function = notebook, answer, function
        self._others, self._rules = {id(s): s for s in others}, rules
        self._chosen: dict[int, Statement] = {}
        self._effectful: set[int] = set()
        self._known: set[str] = set()
        self._waiting = ["__future__", function]
        self._choose(answer)
        for statement in notebook.settings(rules):
            self._choose(statement)
        self._follow()
        self.unbound = self._needed() - {n for s in self.statements for n in s.binds} - KNOWN
        if self.unbound and (stars := notebook.mentioning("*")):
            for statement in stars:
                if "*" in statement.binds:
                    self._choose(statement)
            self._follow()

    @property
    def statements(self) -> list[Statement]:
        """Those chosen so far."""
        return list(self._chosen.values())

    def _needed(self) -> set[str]:
        return {name for s in self.statements for name in s.uses}

    def _choose(self, statement: Statement) -> None:
        if id(statement) in self._chosen:
            return
        self._chosen[id(statement)] = statement
        self._waiting += statement.uses - self._known
        if self._function in statement.reads:  # it wraps what stood here before, or calls it
            place = place_of(statement)
            before = [s for s in self._others.values() if place_of(s) < place]
            if before and place <= place_of(self._answer):
                self._others.pop(id(before[-1]))
                self._choose(before[-1])

    def _follow(self) -> None:
        while self._waiting:
            name = self._waiting.pop()
            if name not in self._known:
                self._known.add(name)
                self._need(name)

    def _need(self, name: str) -> None:
        """Choose what gives a name a value, and what may change that value."""
        found = [s for s in self._notebook.mentioning(name) if id(s) not in self._others]
        binding = [s for s in found if name in s.binds]
        for statement in binding:
            self._choose(statement)
        own = any(not isinstance(s.node, IMPORTS) for s in binding)
        data = any(not s.is_definition for s in binding)
        for statement in found if own else ():
            if name in statement.touches or (data and name in statement.hands_on):
                self._choose_if_allowed(statement)
            if name in statement.effects:
                self._have_effect(statement)

    def _choose_if_allowed(self, statement: Statement) -> None:
        if not self._notebook.leads_astray(statement, self._rules):
            self._choose(statement)

    def _have_effect(self, definition: Statement) -> None:
        """Choose what calls a function that changes something needed, through others too."""
        if id(definition) in self._effectful:
            return
        self._effectful.add(id(definition))
        for name in definition.binds:
            for statement in self._notebook.mentioning(name):
                if id(statement) in self._others:
                    continue
                if name in statement.calls:
                    self._choose_if_allowed(statement)
                if statement.is_definition and name in statement.uses:
                    self._have_effect(statement)
