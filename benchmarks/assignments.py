"""What the benchmark grades: parts of chapter 2, and three small questions for PyTorch."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import nbformat
import numpy as np
from nbformat import v4

from rnncourse.grading.questions import Question
from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from rnncourse.grading.writing import question
from scripts import ROOT

SOLUTIONS = ROOT / "solutions" / "02-language-models.ipynb"
CHAPTER = tuple(load_questions(SOLUTIONS.stem).values())
PROJECT = "02-better"
SHARED = ("02-bits", "02-bigrams", "02-step")
"""The questions that all graders are given."""

# --- Three questions for PyTorch; the references are NumPy, as an independent computation is ---


def _make_normal_inputs(*shapes: tuple[int, ...]):
    def sample_inputs(rng: np.random.Generator) -> Iterator[tuple]:
        for _ in range(4):
            yield tuple(rng.normal(size=shape) for shape in shapes)

    return sample_inputs


def _register_reference(id: str, number: int, title: str, *shapes: tuple[int, ...]):
    """Decorate the reference of a question for PyTorch, whose inputs have these shapes."""

    def register(reference):
        options = {"level": "apply", "points": 2, "packages": ("numpy", "torch")}
        question(id, number, title, returns="result", **options)(reference).inputs(
            _make_normal_inputs(*shapes)
        )
        return reference

    return register


@_register_reference("00-attention", 1, "Attention", (3, 4), (6, 4), (6, 5))
def attend(queries, keys, values):
    """Return the weighted means of the values."""
    scores = queries @ keys.T / np.sqrt(keys.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ values


@_register_reference("00-gradient", 2, "Gradient", (5, 4), (4, 3))
def squared_gradient(x, W):
    """Return the gradient of the sum of squared tanh by `W`."""
    t = np.tanh(x @ W)
    return 2 * x.T @ (t - t**3)


@_register_reference("00-recurrence", 3, "Recurrence", (7, 2, 3), (3, 4), (4, 4))
def last_state(xs, W_xh, W_hh):
    """Return the last state."""
    h = np.zeros((xs.shape[1], W_hh.shape[0]))
    for x in xs:
        h = np.tanh(x @ W_xh + h @ W_hh)
    return h


TORCH = tuple(q.draft.question() for q in (attend, squared_gradient, last_state))
TORCH_ANSWERS = {
    "00-attention": """\
def attend(queries, keys, values):
    queries, keys, values = map(torch.from_numpy, (queries, keys, values))
    weights = torch.softmax(queries @ keys.T / keys.shape[1] ** 0.5, dim=1)
    return weights @ values""",
    "00-gradient": """\
def squared_gradient(x, W):
    W = torch.from_numpy(W).requires_grad_()
    torch.tanh(torch.from_numpy(x) @ W).square().sum().backward()
    return W.grad""",
    "00-recurrence": """\
def last_state(xs, W_xh, W_hh):
    xs, W_xh, W_hh = map(torch.from_numpy, (xs, W_xh, W_hh))
    h = torch.zeros(xs.shape[1], W_hh.shape[0], dtype=xs.dtype)
    for x in xs:
        h = torch.tanh(x @ W_xh + h @ W_hh)
    return h""",
}

# --- Assignments and submissions ---

QUESTIONS = {
    "numpy": tuple(q for q in CHAPTER if q.id != PROJECT),
    "project": CHAPTER,
    "shared": tuple(q for q in CHAPTER if q.id in SHARED),
    "torch": TORCH,
}
"""Assignments by name."""


def register_assignments() -> None:
    """Make the assignments known to the grader, in this process."""
    for name, questions in QUESTIONS.items():
        module = ModuleType(f"benchmark_{name}")
        module.QUESTIONS = questions
        sys.modules[module.__name__] = module
        ASSIGNMENTS[name] = module.__name__


def read_answers(questions: Sequence[Question]) -> dict[str, str]:
    """Return the right answers by question: those of the solutions, and those above."""
    cells = nbformat.read(SOLUTIONS, as_version=4).cells
    sources = {c.metadata.nbgrader.grade_id: c.source for c in cells if "nbgrader" in c.metadata}
    own = {i.removesuffix("-answer"): code for i, code in sources.items() if i.endswith("-answer")}
    return {q.id: (own | TORCH_ANSWERS)[q.id] for q in questions}


def make_notebook(questions: Sequence[Question], number: int = 0) -> nbformat.NotebookNode:
    """Return a submission that earns all points; another number gives another file."""
    imports = "import numpy as np"
    if any("torch" in q.packages for q in questions):
        imports += "\nimport torch"
    code = [f"# Submission {number}\n{imports}", *read_answers(questions).values()]
    cells = [v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(code)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write_copies(name: str, number: int, folder: Path) -> Path:
    """Write so many submissions to an assignment into a folder; return it."""
    folder.mkdir(parents=True)
    solution = None
    if name == "project" or name not in QUESTIONS:  # as they are: 60 kB, with prose and outputs
        path = SOLUTIONS if name == "project" else ROOT / "solutions" / f"{name}.ipynb"
        solution = json.loads(path.read_text(encoding="utf-8"))
    for i in range(number):
        path = folder / f"student{i:04}.ipynb"
        if solution is None:
            nbformat.write(make_notebook(QUESTIONS[name], i), path)
        else:
            first_cell = next(cell for cell in solution["cells"] if cell["cell_type"] == "code")
            numbered_cell = first_cell | {"source": [f"# Submission {i}\n", *first_cell["source"]]}
            cells = [numbered_cell if cell is first_cell else cell for cell in solution["cells"]]
            path.write_text(json.dumps(solution | {"cells": cells}), encoding="utf-8")
    return folder


def render_asserts(question: Question) -> str:
    """Write the public inputs of a question and the reference's values as asserts."""
    cases = [(a, question.reference(*a)) for a in question.cases()]
    pairs = [(a, v if isinstance(v, tuple) else (v,)) for a, v in cases]
    lines = ["from numpy import array, inf", "cases = ["]
    lines += [f"    ({_render_literal(a)}, {_render_literal(v)})," for a, v in pairs]
    return "\n".join(
        [
            *lines,
            "]",
            "for arguments, expected in cases:",
            f"    got = {question.function}(*arguments)",
            "    for g, e in zip(got if len(expected) > 1 else [got], expected, strict=True):",
            "        np.testing.assert_allclose(g, e, rtol=1e-5, atol=1e-7)",
        ]
    )


def _render_literal(values: tuple) -> str:
    parts = [
        repr(v) if isinstance(v, int | str) else f"array({np.asarray(v).tolist()!r})"
        for v in values
    ]
    return f"({', '.join(parts)},)"
