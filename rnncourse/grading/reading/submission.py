"""Reading a submission once: which assignment it answers, and what has to run for each answer.

`read_submission` does it, in a process of its own, and tells the judge in plain values;
`parse_reading` is what the judge makes of them. No line of the submission runs there, so what it
says can be believed.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rnncourse.core.suggestions import find_nearest_name
from rnncourse.grading.reading.contents import Notebook
from rnncourse.grading.reading.notebooks import CodeCell, NotebookError, read_code_cells
from rnncourse.grading.reading.programs import Programs, find_programs
from rnncourse.grading.reading.statements import IMPORTS, Statement
from rnncourse.grading.texts import clean_text

MAX_MESSAGE, MAX_CODE = 600, 8000
NO_EXERCISE = "The notebook defines no function that any assignment asks for."
OTHER_NAME = "Nothing answers as "
"""How the message begins about an answer that has another name."""


@dataclass(frozen=True)
class RequestedFunction:
    """A function that an assignment asks for; the check below the answer names the question."""

    function: str
    packages: tuple[str, ...]
    question: str


@dataclass(frozen=True)
class Program:
    """Statements that run in one process, one after the other.

    Args:
        statements: Cell and place in the cell of each, and whether the answer needs it by name:
            whole numbers, shape (n, 3).
        reason_by_name: Of names that may be missing: why.
        hint_names: Names that stand in type hints only.
    """

    statements: np.ndarray
    sources: Mapping[int, str]
    reason_by_name: Mapping[str, str] = field(default_factory=dict)
    hint_names: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """What is known of an answer before any line of it has run; see `Programs`, too.

    Args:
        blank: Whether it only raises NotImplementedError.
        uses: Functions of other questions that it needs.
        varies: Whether what it needs may have several values, so that the slice may miss the one
            that its author sees.
        code: The function as it is written, to be shown.
        first: The line of its cell that it begins in.
    """

    is_defined: bool = False
    blank: bool = False
    unreadable: str = ""
    forbidden: str = ""
    cell: int = 0
    slice: Program | None = None
    down_to_answer: Program | None = None
    down_to_end: Program | None = None
    uses: Sequence[str] = ()
    varies: bool = False
    code: str = ""
    first: int = 0


@dataclass(frozen=True)
class SubmissionReading:
    """A submission that was read; `endless` is the cell of a loop that never ends, 0 if none is."""

    assignment: str
    answers: tuple[Answer, ...]
    endless: int = 0


def read_submission(
    data: bytes, tasks_by_assignment: Mapping[str, Sequence[RequestedFunction]]
) -> dict:
    """Read a submission.

    Returns:
        A message for `parse_reading`.
    """
    try:
        cells = read_code_cells(data)
        name = (
            recognize_assignment(cells, tasks_by_assignment)
            if len(tasks_by_assignment) > 1
            else next(iter(tasks_by_assignment))
        )
    except NotebookError as error:
        return {"invalid": str(error)}
    except MemoryError:
        return {"invalid": "It needs too much memory to be read."}
    notebook = Notebook(cells)
    task_names = {task.function for task in tasks_by_assignment[name]}
    answers = [_find_programs(notebook, task, task_names) for task in tasks_by_assignment[name]]
    used_cells = {
        s.cell
        for programs in answers
        for s in (*programs.slice, *programs.down_to_answer, *programs.down_to_end)
    }
    return {
        "invalid": "",
        "assignment": name,
        "sources": {str(number): notebook.sources[number] for number in sorted(used_cells)},
        "answers": [_make_message(programs, task_names) for programs in answers],
        "endless": notebook.endless_cell,
    }


def parse_reading(message: Mapping) -> SubmissionReading:
    """Return what `read_submission` found.

    Raises:
        NotebookError: If the file is no notebook that can be read, with the reason.
    """
    if message["invalid"]:
        raise NotebookError(message["invalid"])
    sources = {int(number): source for number, source in message["sources"].items()}
    answers = tuple(_parse_answer(answer, sources) for answer in message["answers"])
    return SubmissionReading(message["assignment"], answers, message["endless"])


def recognize_assignment(
    cells: Sequence[CodeCell], tasks_by_assignment: Mapping[str, Sequence[RequestedFunction]]
) -> str:
    """Tell which assignment a notebook answers: the one most of whose functions it defines.

    Raises:
        NotebookError: If it defines no function of any assignment.
    """
    code = "\n".join(cell.source for cell in cells)
    defined = set(re.findall(r"^[ \t]*(?:def[ \t]+)?(\w+)[ \t]*(?:\(|=(?!=))", code, re.MULTILINE))
    n_defined = {
        name: sum(t.function in defined for t in tasks)
        for name, tasks in tasks_by_assignment.items()
    }
    assignment = max(n_defined, key=n_defined.__getitem__)
    if not n_defined[assignment]:
        raise NotebookError(NO_EXERCISE)
    return assignment


def _find_programs(
    notebook: Notebook, task: RequestedFunction, task_names: Collection[str]
) -> Programs:
    try:
        programs = find_programs(notebook, task.function, tuple(task.packages))
    except (RecursionError, MemoryError) as error:  # it costs no other answer anything
        return Programs(unreadable=f"`{task.function}` cannot be read: {type(error).__name__}")
    blank = programs.answer is not None and programs.answer.is_blank
    if programs.unreadable or not (programs.answer is None or blank):
        return programs
    extra_names = notebook.functions - {*task_names}
    nearest = find_nearest_name(task.function, extra_names, exact=blank)
    if not nearest and programs.answer is None:
        cell_above = notebook.get_cell_above(f'check("{task.question}")')
        nearest = find_last_function(cell_above, task.function, extra_names)
    if not nearest:
        return programs
    return replace(programs, unreadable=explain_misnaming(task.function, nearest))


def find_last_function(source: str, function: str, names: Collection[str]) -> str:
    """Return the last of these names that a cell defines; "" if it defines the function."""
    defined = re.findall(r"^def[ \t]+(\w+)", source, re.MULTILINE)
    candidates = [name for name in defined if name in names and function not in defined]
    return candidates[-1] if candidates else ""


def explain_misnaming(function: str, nearest: str) -> str:
    """Say that an answer seems to have another name, without a full stop."""
    return f"{OTHER_NAME}`{function}`; if `{nearest}` is meant, give it that name"


def _make_message(programs: Programs, task_names: Collection[str]) -> dict:
    answer = programs.answer
    needed = {id(s) for s in programs.slice}
    own = [s for s in programs.slice if s is not answer and not isinstance(s.node, IMPORTS)]
    names = [name for s in own for name in s.bound_names]
    return {
        "is_defined": answer is not None,
        "blank": answer is not None and answer.is_blank,
        "unreadable": programs.unreadable,
        "forbidden": programs.forbidden,
        "cell": answer.cell if answer else 0,
        **{
            key: _locate_statements(getattr(programs, key), needed)
            for key in ("slice", "down_to_answer", "down_to_end")
        },
        "reason_by_name": programs.reason_by_name,
        "hint_names": sorted(programs.hint_names),
        "uses": sorted(
            {n for s in programs.slice if s is not answer for n in s.bound_names} & {*task_names}
        ),
        "varies": len({*names}) < len(names)
        or any(s.bound_names and not s.is_definition and not s.is_fixed for s in own),
        "code": answer.text[:MAX_CODE] if answer else "",
        "first": answer.first_line if answer else 0,
    }


def _locate_statements(statements: Iterable[Statement], needed: Collection[int]) -> np.ndarray:
    rows = [(s.cell, s.index, id(s) in needed) for s in statements]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _parse_answer(message: Mapping, sources: Mapping[int, str]) -> Answer:
    reason_by_name = {
        name: clean_text(reason, MAX_MESSAGE) for name, reason in message["reason_by_name"].items()
    }

    def build(statements: np.ndarray) -> Program | None:
        if not len(statements):
            return None
        used_sources = {cell: sources[cell] for cell in np.unique(statements[:, 0]).tolist()}
        return Program(statements, used_sources, reason_by_name, message["hint_names"])

    texts = {key: clean_text(message[key], MAX_MESSAGE) for key in ("unreadable", "forbidden")}
    plain_keys = ("is_defined", "blank", "cell", "uses", "varies", "code", "first")
    programs = {key: build(message[key]) for key in ("slice", "down_to_answer", "down_to_end")}
    return Answer(**{key: message[key] for key in plain_keys}, **texts, **programs)
