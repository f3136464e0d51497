"""The part of a notebook that an answer needs: by name, and what may change what it needs."""

from rnncourse.grading.reading.contents import KNOWN, Notebook, Packages, place_of
from rnncourse.grading.reading.statements import IMPORTS, Statement


class Slice:
    """The statements that an answer needs, found name by name.

    Args:
        others: Other definitions of it, which would hide the one that counts.
        packages: What may be imported: else nothing is taken along that only might change
            something.
    """

    def __init__(
        self,
        notebook: Notebook,
        answer: Statement,
        function: str,
        others: list[Statement],
        packages: Packages,
    ) -> None:
        self._notebook, self._answer, self._function = notebook, answer, function
        self._others, self._packages = {id(s): s for s in others}, packages
        self._chosen: dict[int, Statement] = {}
        self._effectful: set[int] = set()
        self._known: set[str] = set()
        self._waiting = ["__future__", function]
        self._choose(answer)
        for statement in notebook.settings(packages):
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
        for name in statement.hints - self._known:
            for other in self._notebook.mentioning(name):
                if name in other.binds and id(other) not in self._others:
                    self._choose_if_allowed(other)
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
        if not self._notebook.leads_astray(statement, self._packages):
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
