"""What has to run for an answer to exist: the part that it needs, or all of it, in order.

The *slice* is what the answer needs by name, what may change that, and settings; it may leave
out only what cannot matter. Nobody can be sure of that, so there is a second program, the
notebook *down to the answer*, as its author has run it. What stands below may matter without a
name that tells it (`add = table.append` and `add(2)`), so there is a third one, *down to the end*.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from rnncourse.grading.reading.contents import (
    KNOWN,
    Notebook,
    Packages,
    find_forbidden_name,
    locate_statement,
)
from rnncourse.grading.reading.notebooks import MAX_CELLS
from rnncourse.grading.reading.statements import IMPORTS, Statement


@dataclass(frozen=True)
class Programs:
    """What has to run for one function to exist.

    Args:
        answer: The statement that defines it; None if nothing does.
        unreadable: If none does, but a cell seems to: why that was left out; or "".
        forbidden: What the slice uses and may not, or "".
        slice: What the answer needs.
        down_to_answer: The notebook to the answer's cell, without what breaks a rule; empty if that
            is the slice, or cannot be had.
        down_to_end: The notebook to its last cell, in the same way; empty if that is no more.
        reason_by_name: Of names that nothing in the slice gives a value: where they are mentioned,
            and why that was left out.
        hint_names: Names that stand in type hints only: they may mean anything.
    """

    answer: Statement | None = None
    unreadable: str = ""
    forbidden: str = ""
    slice: tuple[Statement, ...] = ()
    down_to_answer: tuple[Statement, ...] = ()
    down_to_end: tuple[Statement, ...] = ()
    reason_by_name: dict[str, str] = field(default_factory=dict)
    hint_names: frozenset[str] = frozenset()


def find_programs(notebook: Notebook, function: str, packages: Packages) -> Programs:
    """Find the function, wherever it stands, and all that it needs.

    The last definition counts that is no blank and not only begun.
    """
    defined = [s for s in notebook.find_mentions(function) if function in s.bound_names]
    if not defined:
        return Programs(unreadable=notebook.explain_left_out(function, before=r"\b(def|class)\s+"))
    filled = [s for s in defined if not s.is_blank]
    definitions = [s for s in filled if s.assigns(function)]
    answer = ([s for s in definitions if not s.is_empty] or definitions or filled or defined)[-1]
    program_slice = Slice(notebook, answer, function, packages)
    slice_ = tuple(sorted(program_slice.statements, key=locate_statement))
    to_answer, to_end = program_slice.list_to_answer(slice_), program_slice.list_all_statements()
    to_end = () if to_end == to_answer else to_end
    to_answer = () if to_answer == slice_ else to_answer
    reason_by_name = {
        name: reason
        for name in program_slice.unbound
        if (reason := notebook.explain_left_out(name))
    }
    forbidden = find_forbidden_name(slice_, packages)
    hint_names = _find_hint_names([*slice_, *to_answer, *to_end])
    return Programs(answer, "", forbidden, slice_, to_answer, to_end, reason_by_name, hint_names)


def _find_hint_names(statements: Collection[Statement]) -> frozenset[str]:
    """Return the names that type hints read, and nothing else does."""
    hint_names = frozenset(name for s in statements for name in s.hint_names) - KNOWN
    return hint_names.difference(*(s.used_names for s in statements)) if hint_names else hint_names


class Slice:
    """The statements that an answer needs, found name by name.

    Other definitions of its function would hide the one that counts. What only might change
    something is not taken along if it imports what is no package that an answer may have.
    """

    def __init__(
        self, notebook: Notebook, answer: Statement, function: str, packages: Packages
    ) -> None:
        self._notebook, self._answer, self._function = notebook, answer, function
        defined = (s for s in notebook.find_mentions(function) if function in s.bound_names)
        self._other_definitions, self._packages = (
            {id(s): s for s in defined if s is not answer},
            packages,
        )
        self._chosen: dict[int, Statement] = {}
        self._effectful: set[int] = set()
        self._known: set[str] = set()
        self._unresolved = ["__future__", function]
        self._choose(answer)
        for statement in notebook.find_settings(packages):
            self._choose(statement)
        self._follow_names()
        used = {name for s in self.statements for name in s.used_names}
        self.unbound = used - {name for s in self.statements for name in s.bound_names} - KNOWN
        if self.unbound and (stars := notebook.find_mentions("*")):
            for statement in stars:
                if "*" in statement.bound_names:
                    self._choose(statement)
            self._follow_names()

    @property
    def statements(self) -> list[Statement]:
        """Those chosen so far."""
        return list(self._chosen.values())

    def list_to_answer(self, slice_: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """Return all down to the answer's cell, then what it needs besides from below."""
        statements = self._list_down_to(self._answer.cell)
        if below := [s for s in slice_ if s.cell > self._answer.cell]:
            bound = {name for s in statements if not s.is_blank for name in s.bound_names} | KNOWN
            below = [s for s in below if s.bound_names - bound]
        return self._drop_forbidden([*statements, *below])

    def list_all_statements(self) -> tuple[Statement, ...]:
        """Return all there is."""
        return self._drop_forbidden(self._list_down_to(MAX_CELLS))

    def _list_down_to(self, last_cell: int) -> list[Statement]:
        """Return all down to a cell, without what would hide the answer."""
        place = locate_statement(self._answer)
        hiding_ids = {n for n, s in self._other_definitions.items() if locate_statement(s) > place}
        statements = [
            s for s in self._notebook.statements if s.cell <= last_cell and id(s) not in hiding_ids
        ]
        return sorted(statements, key=locate_statement)

    def _drop_forbidden(self, statements: list[Statement]) -> tuple[Statement, ...]:
        """Return those that break no rule; none if the answer does."""
        if self._notebook.uses_forbidden(self._answer, self._packages):
            return ()
        return tuple(s for s in statements if not self._notebook.uses_forbidden(s, self._packages))

    def _choose(self, statement: Statement) -> None:
        if id(statement) in self._chosen:
            return
        self._chosen[id(statement)] = statement
        self._unresolved += statement.used_names - self._known
        for name in statement.hint_names - self._known:
            for mention in self._notebook.find_mentions(name):
                if name in mention.bound_names and id(mention) not in self._other_definitions:
                    self._choose_if_allowed(mention)
        if self._function in statement.read_names:  # it wraps what stood here before, or calls it
            place = locate_statement(statement)
            earlier = [s for s in self._other_definitions.values() if locate_statement(s) < place]
            if earlier and place <= locate_statement(self._answer):
                self._other_definitions.pop(id(earlier[-1]))
                self._choose(earlier[-1])

    def _follow_names(self) -> None:
        while self._unresolved:
            name = self._unresolved.pop()
            if name not in self._known:
                self._known.add(name)
                self._choose_for_name(name)

    def _choose_for_name(self, name: str) -> None:
        """Choose what gives a name a value, and what may change that value."""
        mentions = [
            s for s in self._notebook.find_mentions(name) if id(s) not in self._other_definitions
        ]
        binding = [s for s in mentions if name in s.bound_names]
        for statement in binding:
            self._choose(statement)
        is_own = any(not isinstance(s.node, IMPORTS) for s in binding)
        is_data = any(not s.is_definition for s in binding)
        for statement in mentions if is_own else ():
            if name in statement.changed_names or (is_data and name in statement.passed_names):
                self._choose_if_allowed(statement)
            if name in statement.changed_globals:
                self._choose_callers(statement)

    def _choose_if_allowed(self, statement: Statement) -> None:
        if not self._notebook.needs_forbidden(statement, self._packages):
            self._choose(statement)

    def _choose_callers(self, definition: Statement) -> None:
        """Choose what calls a function that changes something needed, through others too."""
        if id(definition) in self._effectful:
            return
        self._effectful.add(id(definition))
        for name in definition.bound_names:
            for statement in self._notebook.find_mentions(name):
                if id(statement) in self._other_definitions:
                    continue
                if name in statement.called_names:
                    self._choose_if_allowed(statement)
                if statement.is_definition and name in statement.used_names:
                    self._choose_callers(statement)
