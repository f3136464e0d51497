"""What has to run for an answer to exist: the part that it needs, or all of it, in order.

The *slice* is what the answer needs by name, what may change that, and settings; it may leave
out only what cannot matter. Nobody can be sure of that, so there is a second program, the *whole*
notebook down to the answer, as its author has run it. What stands below may matter without a
name that tells it (`add = table.append` and `add(2)`), so there is a third one, to the *end*.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from rnncourse.grading.reading.contents import KNOWN, Notebook, Packages, offence, place_of
from rnncourse.grading.reading.notebooks import MOST_CELLS
from rnncourse.grading.reading.slices import Slice
from rnncourse.grading.reading.statements import Statement


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
        end: The notebook to its last cell, in the same way; empty if that is the whole.
        why: Of names that nothing in the slice gives a value: where they are mentioned and why
            that was left out.
        hints: Names that stand in type hints only: they may mean anything.
    """

    answer: Statement | None = None
    unreadable: str = ""
    offence: str = ""
    slice: tuple[Statement, ...] = ()
    whole: tuple[Statement, ...] = ()
    end: tuple[Statement, ...] = ()
    why: dict[str, str] = field(default_factory=dict)
    hints: frozenset[str] = frozenset()


def programs(notebook: Notebook, function: str, packages: Packages) -> Programs:
    """Find the function, wherever it stands, and all that it needs.

    The last definition counts that is no blank and not only begun.
    """
    defined = [s for s in notebook.mentioning(function) if function in s.binds]
    if not defined:
        return Programs(unreadable=notebook.why(function, before=r"\b(def|class)\s+"))
    written = [s for s in defined if not s.is_blank]
    given = [s for s in written if s.gives(function)]
    answer = ([s for s in given if not s.is_empty] or given or written or defined)[-1]
    chosen = Slice(notebook, answer, function, [s for s in defined if s is not answer], packages)
    slice_ = tuple(sorted(chosen.statements, key=place_of))
    whole = _whole(notebook, answer, function, slice_, packages)
    end = _allowed(notebook, _in_order(notebook, answer, function), answer, packages)
    whole, end = (() if _same(whole, slice_) else whole), (() if _same(end, whole) else end)
    why = {name: told for name in chosen.unbound if (told := notebook.why(name))}
    told = offence(slice_, packages)
    return Programs(answer, "", told, slice_, whole, end, why, _hints([*slice_, *whole, *end]))


def _hints(statements: Collection[Statement]) -> frozenset[str]:
    """Return the names that type hints read, and nothing else does."""
    found = frozenset(name for s in statements for name in s.hints) - KNOWN
    return found.difference(*(s.uses for s in statements)) if found else found


def _same(one: tuple[Statement, ...], other: tuple[Statement, ...]) -> bool:
    return [*map(id, one)] == [*map(id, other)]


def _whole(
    notebook: Notebook,
    answer: Statement,
    function: str,
    slice_: tuple[Statement, ...],
    packages: Packages,
) -> tuple[Statement, ...]:
    """Return all down to the answer's cell, then what it needs besides from below."""
    here = _in_order(notebook, answer, function, answer.cell)
    if below := [s for s in slice_ if s.cell > answer.cell]:
        bound = {name for s in here if not s.is_blank for name in s.binds} | KNOWN
        below = [s for s in below if s.binds - bound]
    return _allowed(notebook, [*here, *below], answer, packages)


def _in_order(
    notebook: Notebook, answer: Statement, function: str, last: int = MOST_CELLS
) -> list[Statement]:
    """Return all down to a cell, without what would hide the answer."""
    here = sorted((s for s in notebook.statements if s.cell <= last), key=place_of)
    before = {id(s) for s in here if place_of(s) <= place_of(answer)}
    hides = {id(s) for s in notebook.mentioning(function) if function in s.binds} - before
    return [s for s in here if id(s) not in hides]


def _allowed(
    notebook: Notebook, statements: list[Statement], answer: Statement, packages: Packages
) -> tuple[Statement, ...]:
    """Return those that break no rule; none if the answer does."""
    if notebook.refused(answer, packages):
        return ()
    return tuple(s for s in statements if not notebook.refused(s, packages))
