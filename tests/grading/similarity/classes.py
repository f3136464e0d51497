"""Classes that wrote everything themselves, made of what the suite of honest answers has."""

import ast
import json
import random

from rnncourse.grading.registry import load_questions
from rnncourse.grading.similarity.fingerprints import fingerprint_notebook
from scripts import ROOT

from ..handed_in import IMPORT
from ..honest import collected

CHAPTERS = {chapter.ASSIGNMENT: chapter for chapter in collected.CHAPTERS}


def fingerprint_handout(assignment: str) -> frozenset[int]:
    """Return the fingerprints of what everybody was given."""
    paths = [ROOT / folder / f"{assignment}.ipynb" for folder in ("solutions", "exercises")]
    return frozenset().union(*(fingerprint_notebook(p.read_bytes()).everything for p in paths))


def read_solutions(assignment: str) -> dict[str, str]:
    cells = json.loads((ROOT / "solutions" / f"{assignment}.ipynb").read_bytes())["cells"]
    sources = {cell["id"]: "".join(cell["source"]) for cell in cells}
    return {q: sources[f"{q}-answer"] for q in load_questions(assignment)}


def sample_suite_class(assignment: str, students: int, number: int = 0) -> list[list[str]]:
    """Draw a class in which each question is answered in one of the few ways of the suite.

    Each student has one of them, or the course's own, for each question, whoever else has it: there
    are not many ways to write six lines. This is harder than life, where names and layout are
    one's own, and the ways are more.
    """
    rng = random.Random(number)
    variants = {q: [[source]] for q, source in read_solutions(assignment).items()}
    for ids, cells in CHAPTERS[assignment].HONEST.values():
        for q in ids:
            function = load_questions(assignment)[q].function
            own = [c for c in cells if f"def {function}(" in c or f"{function} =" in c]
            rest = [
                c
                for c in cells
                if not any(f"def {load_questions(assignment)[i].function}(" in c for i in ids)
            ]
            variants[q].append([*rest, *own])
    drawn = []
    for _ in range(students):
        cells = [cell for q in variants for cell in rng.choice(variants[q])]
        drawn.append([IMPORT, *dict.fromkeys(cells)])
    return drawn


class _Rewriter(ast.NodeTransformer):
    """Somebody's way to write: what gets a name of its own, which operand comes first."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.before, self.inside = rng, [], 0

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Add | ast.Mult) and self.rng.random() < 0.5:
            node.left, node.right = node.right, node.left
        return self.name_value(node)

    def visit_Call(self, node):
        self.generic_visit(node)
        return self.name_value(node)

    def visit_Lambda(self, node):
        return node

    visit_ListComp = visit_GeneratorExp = visit_DictComp = visit_SetComp = visit_Lambda  # noqa: N815
    visit_IfExp = visit_BoolOp = visit_JoinedStr = visit_Lambda  # noqa: N815

    def name_value(self, node):
        if self.rng.random() > 0.3:
            return node
        name = f"own_{self.rng.randrange(10**6)}"
        self.before.append(ast.Assign([ast.Name(name, ast.Store())], node))
        return ast.Name(name, ast.Load())


def _write_anew(body: list[ast.stmt], rng: random.Random) -> list[ast.stmt]:
    out = []
    for statement in body:
        if isinstance(statement, ast.Assign | ast.Return | ast.AugAssign) and statement.value:
            hand = _Rewriter(rng)
            statement.value = hand.visit(statement.value)
            out += hand.before
        for field in ("body", "orelse"):
            if isinstance(inner := getattr(statement, field, None), list):
                setattr(statement, field, _write_anew(inner, rng))
        out.append(statement)
        if rng.random() < 0.1 and not isinstance(statement, ast.Return | ast.Import):
            out.append(ast.parse("assert True").body[0])
    return out


def sample_personal_class(assignment: str, students: int, number: int = 0) -> list[list[str]]:
    """Draw a class in which all write in ways of their own what `sample_suite_class` has."""
    rng = random.Random(number)
    out = []
    for cells in sample_suite_class(assignment, students, number):
        trees = [ast.parse(cell) for cell in cells]
        for tree in trees:
            tree.body = _write_anew(tree.body, rng)
        out.append([ast.unparse(ast.fix_missing_locations(tree)) for tree in trees])
    return out
