"""Random honest notebooks: the solutions, written as students might have written them.

They are right by construction: each change keeps what the answers are once all cells
have run, from the first to the last. `in_ipython` confirms that in IPython.
"""

import ast
import json
import re
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from scripts import ROOT

from ..handed_in import make_code_cell
from . import habits

SLOW = "02-better"
"""A question that takes seconds; only some notebooks are graded on it."""
EACH = 5
"""Notebooks of a sample that one search draws."""
CHECK = re.compile(r"check(_all)?\(")
LOOP = re.compile(r"^( +for .+? in )(.+):$", re.MULTILINE)


@dataclass(frozen=True)
class Written:
    """A notebook.

    Args:
        assignment: The one it answers.
        ids: The questions whose answers were written in another way.
        cells: The code.
        data: The file.
    """

    assignment: str
    ids: tuple[str, ...]
    cells: tuple[str, ...]
    data: bytes = field(repr=False)

    def __str__(self) -> str:
        return f"\n{'-' * 20}\n".join([f"{self.assignment}: {', '.join(self.ids)}", *self.cells])


@dataclass(frozen=True)
class Block:
    """Cells that stay in this order, with nothing in between that they could notice.

    Args:
        cells: The code.
        makes: What other blocks may need.
        needs: What has to be there when the cells run.
        plain: Whether they may be cut and joined: no cell magic, and nothing that fails.
    """

    cells: tuple[str, ...]
    makes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    plain: bool = True


def _make_block(*cells: str, makes: str = "", needs: str = "", plain: bool = True) -> Block:
    return Block(cells, frozenset(makes.split()), frozenset(needs.split()), plain)


def _read_solutions(assignment: str) -> list[tuple[str, str]]:
    nb = json.loads((ROOT / "solutions" / f"{assignment}.ipynb").read_text("utf-8"))
    return [
        (cell["id"], "".join(cell["source"]))
        for cell in nb["cells"]
        if cell["cell_type"] == "code" and "solution-only" not in cell["metadata"].get("tags", ())
    ]


SOLUTIONS = {assignment: _read_solutions(assignment) for assignment in ASSIGNMENTS}
QUESTIONS = {assignment: load_questions(assignment) for assignment in ASSIGNMENTS}
"""Asked for here: a check of types draws at random, which a strategy may not."""
HARNESS = "from rnncourse.grading import check, check_all"


@st.composite
def draw_notebook(draw: st.DrawFn, assignments: tuple[str, ...] = tuple(ASSIGNMENTS)) -> Written:
    """Draw a notebook in which every question is answered right."""
    assignment = draw(st.sampled_from(assignments))
    questions = QUESTIONS[assignment]
    cheap = [q for q in questions if q != SLOW]
    ids = draw(st.lists(st.sampled_from(cheap), min_size=1, max_size=3, unique=True))
    if SLOW in questions and draw(st.integers(0, 9)) == 9:
        ids.append(SLOW)
    tried = draw(st.booleans())
    blocks = [_make_block(draw(st.sampled_from(habits.IMPORTS)), makes="np", plain=False)]
    blocks.append(_make_block(HARNESS if tried else "import rnncourse", makes="check"))
    needed = iter(draw(st.lists(st.sampled_from(habits.NEEDED), max_size=9, unique=True)))
    inputs: tuple[str, ...] = ()
    for cell_id, source in SOLUTIONS[assignment]:
        question = questions.get(cell_id.removesuffix("-answer"))
        if cell_id.endswith("-imports"):
            continue
        if CHECK.match(source):
            names = " ".join(q.function for q in questions.values() if q.id in source)
            if tried and not source.startswith("check_all") and SLOW not in source:
                blocks.append(_make_block(source, needs=f"check np {names}", plain=False))
        elif question is None:  # what was given may need all that was given before
            blocks.append(_make_block(source, makes=cell_id, needs=" ".join(("np", *inputs))))
            inputs += (cell_id,)
        elif question.id in ids:
            blocks += draw(_draw_answer(question.function, source, needed))
        else:
            blocks.append(_make_block(source, makes=question.function))
    noise = draw(st.lists(st.sampled_from(habits.NOISE), max_size=5, unique=True))
    blocks += [_make_block(cell, plain=False) for cell in noise]
    ordered = draw(_draw_order(blocks))
    cells = tuple(draw(_draw_cells(ordered)))
    return Written(assignment, tuple(ids), cells, draw(_draw_file(cells)))


def sample_notebooks(assignment: str, number: int) -> list[Written]:
    """Draw notebooks of one assignment, always the same ones, and unlike each other."""
    result: list[Written] = []

    @settings(
        max_examples=EACH,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=False,
        database=None,
        deadline=None,
    )
    @given(draw_notebook((assignment,)))
    def draw(written):
        result.append(written)

    samples: list[Written] = []
    place = 0
    while len(samples) < number:  # one long search would stay near what it has found
        result.clear()
        seed(place)(draw)()
        samples += result[1:]  # the first is the simplest, always the same one
        place += 1
    return samples[:number]


@st.composite
def _draw_answer(draw: st.DrawFn, name: str, source: str, needed) -> list[Block]:
    """Write a solution in another way: what it needs, what it is, and what is done to it."""
    parameters = re.search(rf"def {name}\((.*?)\):", source, re.DOTALL)[1]
    words = {"name": name, "parameters": parameters, "inner": f"{name}_inner"}
    words["first"] = parameters.split(",")[0]
    lines = [line.format(**words) for line in draw(_draw_subset(habits.LINES, 2))]
    blocks = []
    for cells, truth in [next(needed, ((), "")) for _ in range(draw(st.integers(0, 2)))]:
        if cells:
            mark = f"{name}_{len(blocks)}"
            own = [re.sub(r"\btable\b", f"table_{mark}", text) for text in (*cells, truth)]
            blocks.append(_make_block(*own[:-1], makes=mark, needs="np"))
            lines.append(f"assert {own[-1]}, {mark!r}")
    if draw(st.booleans()):
        source = LOOP.sub(r"\1tqdm(\2):", source)
        lines.append("from tqdm import tqdm")
    inserted = "".join(f"    {line}\n" for text in lines for line in text.split("\n"))
    source = source.replace("    ### BEGIN SOLUTION\n", inserted or "    # my answer\n")
    source = source.replace("    ### END SOLUTION", "")
    tries = [t.format(**words) for t in draw(_draw_subset(habits.TRIES, 2))]
    blocks.append(_make_block(*tries, makes=f"{name}_tries"))
    form = draw(st.sampled_from((None, *habits.FORMS)))
    if form:
        body = _make_block(
            source.replace(f"def {name}(", f"def {name}_inner("), makes=f"{name}_inner"
        )
        cells = [cell.format(**words) for cell in form]
        blocks += [
            body,
            _make_block(*cells, makes=f"{name}_as_0", needs=f"{name}_inner {name}_tries"),
        ]
    else:
        decorated = draw(st.booleans())
        needs = f"{name}_tries" + " tools" * decorated
        blocks.append(
            _make_block("@timed\n" * decorated + source, makes=f"{name}_as_0", needs=needs)
        )
    wraps = draw(_draw_subset(habits.WRAPS, 2))
    words["inner"] = f"{name}_kept"
    for i, wrap in enumerate(wraps):
        copies = [f"{name}_kept = {name}"] * ("{inner}" in wrap)
        cells = [*copies, wrap.format(**words)]
        blocks.append(_make_block(*cells, makes=f"{name}_as_{i + 1}", needs=f"{name}_as_{i} tools"))
    blocks.append(_make_block(makes=name, needs=f"{name}_as_{len(wraps)}"))
    extra = [cell.format(**words) for cell in draw(_draw_subset(habits.ABOUT, 1))]
    return [*blocks, _make_block(*extra, needs=name, plain=False)]


def _draw_subset(items: tuple[str, ...], max_size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(items), max_size=max_size, unique=True)


@st.composite
def _draw_order(draw: st.DrawFn, blocks: list[Block]) -> list[Block]:
    """Put blocks in an order in which each finds what it needs; the tools come where needed."""
    waiting = [_make_block(habits.TOOLS, makes="tools"), *blocks]
    shuffled = draw(st.booleans())
    ordered: list[Block] = []
    made: set[str] = set()
    while waiting:
        ready = [block for block in waiting if block.needs <= made]
        block = draw(st.sampled_from(ready)) if shuffled else ready[0]
        waiting.remove(block)
        made |= block.makes
        ordered.append(block)
    return ordered


@st.composite
def _draw_cells(draw: st.DrawFn, blocks: list[Block]) -> list[str]:
    """Cut and join cells that only define, and put magics and comments around."""
    cells: list[tuple[str, bool]] = []
    for block in blocks:
        for source in block.cells:
            sources = draw(_split_cell(source)) if block.plain else [source]
            for part in sources:
                if block.plain and cells and cells[-1][1] and draw(st.integers(0, 3)) == 3:
                    part = f"{cells.pop()[0]}\n\n\n{part}"
                cells.append((part, block.plain))
    return [draw(_draw_decoration(source)) if plain else source for source, plain in cells]


@st.composite
def _split_cell(draw: st.DrawFn, source: str) -> list[str]:
    """Cut a cell between two of its statements, or leave it."""
    try:
        nodes = ast.parse(source).body
    except SyntaxError:
        return [source]  # it has a magic
    firsts = [min([n.lineno, *(d.lineno for d in getattr(n, "decorator_list", ()))]) for n in nodes]
    ends = [0, *(n.end_lineno for n in nodes)]
    cuts = [a for a, end in zip(firsts[1:], ends[1:], strict=False) if a > end]
    if not cuts or draw(st.booleans()):
        return [source]
    chosen = sorted(draw(st.sets(st.sampled_from(cuts), max_size=3)))
    lines = source.split("\n")
    return ["\n".join(lines[a - 1 : b - 1]) for a, b in pairwise([1, *chosen, len(lines) + 1])]


@st.composite
def _draw_decoration(draw: st.DrawFn, source: str) -> str:
    kind = draw(st.integers(0, 9))
    if kind < 5:
        return source
    if kind == 5:  # IPython takes the indent away
        return "\n".join(f"    {line}" if line else "" for line in source.split("\n"))
    source = draw(st.sampled_from(("", *habits.FIRST))) + source
    source += draw(st.sampled_from(("", *habits.LAST)))
    return draw(st.sampled_from(habits.HEADS)) + source if kind == 9 else source


@st.composite
def _draw_file(draw: st.DrawFn, cells: tuple[str, ...]) -> bytes:
    """Save the notebook as Colab, VS Code, JupyterLab or a plain script would."""
    metadata = {
        "Colab": {"colab": {"provenance": []}, "accelerator": "GPU"},
        "VS Code": {"vscode": {"interpreter": {"hash": "31f2aee4"}}},
        "JupyterLab": {"kernelspec": {"name": "python3"}, "toc-showcode": False},
        "nothing": {},
    }
    by = draw(st.sampled_from(sorted(metadata)))
    as_lines, windows = draw(st.booleans()), draw(st.integers(0, 5)) == 5
    nb_cells = []
    for number, cell in enumerate(cells):
        text = cell.replace("\n", "\r\n") if windows else cell
        nb_cells.append(
            make_code_cell(text.splitlines(keepends=True) if as_lines else text, id=f"c{number}")
        )
        if by == "VS Code":
            nb_cells[-1]["metadata"] = {"vscode": {"languageId": "python"}}
        if draw(st.integers(0, 9)) == 9:
            nb_cells.append({"cell_type": "markdown", "source": "# def f(): ...", "metadata": {}})
    nb = {"cells": nb_cells, "metadata": metadata[by], "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(nb, ensure_ascii=draw(st.booleans()))
    return text.encode(draw(st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "utf-16"))))
