"""Rules of notebooks: rule(name, notebook)."""

import ast
import hashlib
import json
import re
from functools import partial
from itertools import count

import pytest

from scripts import ROOT
from scripts.author import trained

from . import SHARED, offences_of

NOTEBOOKS = {
    f"{folder}/{path.name}": json.loads(path.read_text("utf-8"))
    for folder in ("book", "solutions", "exercises")
    for path in sorted((ROOT / folder).glob("*.ipynb"))
}
TAGS = {"hide-input", "hide-output", "remove-input", "remove-output", "raises-exception"}
TAGS |= {"nbval-ignore-output", "solution-only"}  # for widgets only; left out of the exercises
TAGS |= {"slide", "slide-new", "cut", "trained"}
DERIVATION = re.compile(r"^\{\.derivation\}\n((?:(?:\d+\. |   ).*\n|\n)*)", re.MULTILINE)
LINE = "{}. Put it in again:\n\n   $$\n   a\n   $$\n"
DERIVED = "{.derivation}\n" + LINE.format(1) + LINE.format(2)
WIDGET = "application/vnd.jupyter.widget-view+json"


def code_cells(nb: dict) -> list[tuple[int, str, set[str], list[dict]]]:
    """Return number, source, tags and outputs of the code cells, counted from 1."""
    cells = [c for c in nb["cells"] if c["cell_type"] == "code"]
    tags = [set(c["metadata"].get("tags", [])) for c in cells]
    return [(n, "".join(c["source"]), t, c["outputs"]) for n, c, t in zip(count(1), cells, tags)]


def short_cells(name: str, nb: dict, max_lines: int = 15) -> list[str]:
    return [
        f"{name}: code cell {n} has more than {max_lines} lines"
        for n, source, _, _ in code_cells(nb)
        if source.strip().count("\n") + 1 > max_lines
    ]


def plain_cells(name: str, nb: dict) -> list[str]:
    offences = []
    for n, source, _, _ in code_cells(nb):
        if not calls(source, ast.Module):
            offences.append(f"{name}: code cell {n} is not plain Python")
        if re.search(r"#\s*NBVAL_|;\s*$", source, re.MULTILINE):  # nbval ignores a final ;
            offences.append(f"{name}: code cell {n} ends with ; or talks to nbval")
    return offences


def open_lines_fit(name: str, nb: dict) -> list[str]:
    """A page of 1,200 pixels shows 71 characters of code; what is wider is cut off at its edge."""
    return [
        f"{name}: code cell {n} shows a line of {len(line)} characters"
        for n, source, tags, _ in code_cells(nb)
        if name.startswith("book/") and not tags & {"remove-input", "hide-input"}
        for line in source.split("\n")
        if len(line) > 71
    ]


def as_made(name: str, nb: dict) -> list[str]:
    """An exercise that differs from what was made is a student's work, or was edited by hand."""
    cells = [(c["cell_type"], "".join(c["source"])) for c in nb["cells"]]
    versions = nb.get("metadata", {}).get("made_with")
    if (
        not name.startswith("exercises/")
        or versions == hashlib.sha256(repr(cells).encode()).hexdigest()[:16]
    ):
        return []
    return [f"{name}: not as it was made; answers, or `make exercises FORCE=1` is due"]


def known_tags(name: str, nb: dict) -> list[str]:
    offences = []
    for n, _, tags, outputs in code_cells(nb):
        offences += [f"{name}: code cell {n} has the tag {tag}" for tag in tags - TAGS]
        if "nbval-ignore-output" in tags and not any(WIDGET in o.get("data", {}) for o in outputs):
            offences.append(f"{name}: code cell {n} hides plain output from the check")
    return offences


def tolerances_have_evidence(name: str, nb: dict) -> list[str]:
    offences = []
    for n, cell in enumerate(nb["cells"]):
        try:
            trained.read_tolerance(cell["metadata"])
        except ValueError as error:
            offences.append(f"{name}: cell {n}: {error}")
        learned = "Loss by update" in json.dumps(cell.get("outputs", []))
        if learned and "trained" not in cell["metadata"].get("tags", []):
            offences.append(f"{name}: cell {n} shows what was trained and lacks the tag `trained`")
    return offences


def calls(source: str, kind: type[ast.AST] = ast.Call) -> list:
    """Return a cell's calls, or none if it is not plain Python."""
    try:
        return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kind)]
    except SyntaxError:
        return []


def figures_have_alt_text(name: str, nb: dict) -> list[str]:
    offences = []
    for n, source, _, outputs in code_cells(nb):
        for call in calls(source):
            if isinstance(call.func, ast.Attribute) and call.func.attr in ("show", "savefig"):
                offences.append(f"{name}: code cell {n} draws without show(fig, alt=...)")
            if isinstance(call.func, ast.Name) and call.func.id == "show":
                alt = [c for k in call.keywords if k.arg == "alt" for c in ast.walk(k.value)]
                texts = [c.value for c in alt if isinstance(getattr(c, "value", None), str)]
                if len(" ".join(texts).strip()) < 20:
                    offences.append(f"{name}: code cell {n} needs alt text of 20 characters")
        if any(key.startswith("image/") for o in outputs for key in o.get("data", {})):
            offences.append(f"{name}: code cell {n} stores a picture that show() did not make")
    return offences


def stored_outputs(name: str, nb: dict) -> list[str]:
    counts = [c["execution_count"] for c in nb["cells"] if c["cell_type"] == "code"]
    offences = [f"{name}: run it from top to bottom"] * (counts != [*range(1, len(counts) + 1)])
    if counts and not any(outputs for *_, outputs in code_cells(nb)):
        offences.append(f"{name}: stores no output")
    for n, _, tags, outputs in code_cells(nb):
        if "raises-exception" not in tags and any(o["output_type"] == "error" for o in outputs):
            offences.append(f"{name}: code cell {n} stores an error without raises-exception")
        if any(o.get("name") == "stderr" for o in outputs):
            offences.append(f"{name}: code cell {n} stores a warning or a progress bar")
    return offences


def plumbing(source: str) -> str:
    """Say what of a cell belongs to the notebook, not to its page, or ''."""
    body = [node for module in calls(source, ast.Module) for node in module.body]
    if body and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body):
        return "only imports"
    for function in (call.func for call in calls(source)):
        if isinstance(function, ast.Name) and function.id in ("glue", "claim_card"):
            return f"calls {function.id}"
        if isinstance(function, ast.Attribute):
            owner = getattr(function.value, "id", "")
            if function.attr == "confirm" or (owner, function.attr) == ("Record", "load"):
                return f"calls {owner or '...'}.{function.attr}"
    return ""


def plumbing_leaves_no_trace(name: str, nb: dict) -> list[str]:
    offences = []
    for n, source, tags, _ in code_cells(nb):
        draws = any(isinstance(c.func, ast.Name) and c.func.id == "show" for c in calls(source))
        enough = tags & ({"remove-input", "hide-input"} if draws else {"remove-input"})
        if name.startswith("book/") and (what := plumbing(source)) and not enough:
            offences.append(f"{name}: code cell {n} {what}: give it the tag remove-input")
    return offences


def one_toggle(name: str, nb: dict) -> list[str]:
    offences, before = [], False
    for number, cell in enumerate(nb["cells"], start=1):
        hides = "hide-input" in cell["metadata"].get("tags", [])
        if hides and before:
            offences.append(f"{name}: cell {number} is a second toggle before any text")
        before = cell["cell_type"] == "code" and (hides or before)
    return offences


def cards_stand_together(name: str, nb: dict) -> list[str]:
    offences, last = [], None
    for number, cell in enumerate(nb["cells"], start=1):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            last = None if re.search("^#{1,6} ", source, re.MULTILINE) else last
        elif any(getattr(call.func, "id", "") == "claim_card" for call in calls(source)):
            if last not in (None, number - 1):
                offences.append(f"{name}: cell {number} is a card away from that of cell {last}")
            last = number
    return offences


def nothing_behind_a_comment(name: str, nb: dict) -> list[str]:
    """A line that begins with a comment is HTML to its end: what follows is shown as it is."""
    return [
        f"{name}: cell {number} has text behind a comment: {line[:60]!r}"
        for number, cell in enumerate(nb["cells"], start=1)
        if cell["cell_type"] == "markdown"
        for line in "".join(cell["source"]).splitlines()
        if re.match(r" {0,3}<!--.*-->\s*\S", line)
    ]


def derivations_give_reasons(name: str, nb: dict) -> list[str]:
    """A derivation has two lines or more, and each gives its reason in words, then its formula."""
    offences = []
    for number, cell in enumerate(nb["cells"], start=1):
        for result in DERIVATION.finditer("".join(cell["source"]) + "\n"):
            before, *lines = re.split(r"^\d+\. ", result[1], flags=re.MULTILINE)
            if before.strip() or len(lines) < 2:
                offences.append(f"{name}: cell {number} marks no list of two lines or more")
            for line in lines:
                reason, *formula = line.split("$$")
                if len(reason.split()) < 3 or not formula:
                    offences.append(f"{name}: cell {number} lacks a reason or a formula: {line!r}")
    return offences


def only_its_chapter(name: str, nb: dict) -> list[str]:
    number, offences = re.search(r"\d\d", name), []
    for n, source, _, _ in code_cells(nb):
        for node in calls(source, ast.ImportFrom):
            other = re.match(r"rnncourse\.chapters\.ch(\d\d)_", f"{node.module}.")
            if other and (number is None or other[1] != number[0]):
                offences.append(f"{name}: code cell {n} may not import {node.module}; {SHARED}")
    return offences


NOTEBOOK_RULES = [
    plain_cells,
    known_tags,
    tolerances_have_evidence,
    figures_have_alt_text,
    stored_outputs,
    only_its_chapter,
    plumbing_leaves_no_trace,
    one_toggle,
    cards_stand_together,
    nothing_behind_a_comment,
    derivations_give_reasons,
]

BUDGETS = [short_cells, open_lines_fit, as_made]
"""Of layout, and what may be meant: who goes beyond one hears of it, and decides."""


def test_budgets_are_remarked_on_and_no_cell_is_far_beyond_them(record_property):
    for remark in offences_of(BUDGETS, NOTEBOOKS):
        record_property("remark", remark)
    assert offences_of([partial(short_cells, max_lines=30)], NOTEBOOKS) == []


@pytest.mark.parametrize("rule", NOTEBOOK_RULES)
def test_the_notebooks_keep_the_rule(rule):
    assert not (result := offences_of([rule], NOTEBOOKS)), "\n".join(result)


def cell(source: str = "1", count: int | None = 1, tags: tuple = (), **output) -> dict:
    """Return a notebook of one code cell."""
    outputs = [{"output_type": "execute_result", "data": {"text/plain": "1"}, **output}]
    parts = {"source": source, "execution_count": count, "outputs": outputs}
    return {"cells": [{"cell_type": "code", "metadata": {"tags": [*tags]}, **parts}]}


def cells(*parts: tuple | str) -> dict:
    """Return a notebook of several cells: code with its tags, or text."""
    made = []
    for part in parts:
        text = {"cell_type": "markdown", "metadata": {}, "source": part}
        made += [text] if isinstance(part, str) else cell(part[0], tags=part[1:])["cells"]
    return {"cells": made}


@pytest.mark.parametrize(
    ("rule", "name", "offence"),
    [
        (short_cells, "n", cell("\n".join("abcdefghijklmnop"))),
        (plain_cells, "n", cell("%timeit f()")),
        (plain_cells, "n", cell("f()  # NBVAL_SKIP")),
        (plain_cells, "n", cell("f();")),
        (open_lines_fit, "book/n", cell("a" * 72)),
        (as_made, "exercises/n", cell()),
        (known_tags, "n", cell(tags=["skip-execution"])),
        (known_tags, "n", cell(tags=["nbval-ignore-output"])),
        (tolerances_have_evidence, "n", cell(tags=["trained"])),
        (tolerances_have_evidence, "n", cell(data={"text/plain": "Loss by update"})),
        (figures_have_alt_text, "n", cell("plt.show()")),
        (figures_have_alt_text, "n", cell("show(fig)")),
        (figures_have_alt_text, "n", cell("show(fig, alt='A figure.')")),
        (figures_have_alt_text, "n", cell("show(fig, alt=f'{a} {b} {c} {d} {e} {f} {g}')")),
        (figures_have_alt_text, "n", cell(data={"image/png": "iVBOR"})),
        (only_its_chapter, "book/05-x.ipynb", cell("from rnncourse.chapters.ch04_x import a")),
        (only_its_chapter, "n", cell("from rnncourse.chapters.ch04_x.y import a")),
        (plumbing_leaves_no_trace, "book/n", cell("import numpy as np\nimport torch")),
        (plumbing_leaves_no_trace, "book/n", cell("import torch", tags=["hide-input"])),
        (plumbing_leaves_no_trace, "book/n", cell("glue('depth', 3)")),
        (plumbing_leaves_no_trace, "book/n", cell("claim_card('A5', gap=gap)")),
        (plumbing_leaves_no_trace, "book/n", cell("a = 1\nb = 2 * record.confirm('a', a)")),
        (plumbing_leaves_no_trace, "book/n", cell("found = Record.load('ch04').value('a')")),
        (plumbing_leaves_no_trace, "book/n", cell("glue('a', 1)\nshow(fig)")),
        (one_toggle, "n", cells(("a = 1", "hide-input"), ("show(a)", "hide-input"))),
        (one_toggle, "n", cells(("a", "hide-input"), ("b", "remove-input"), ("c", "hide-input"))),
        (cards_stand_together, "n", cells(("claim_card('A1')",), "And:", ("claim_card('A2')",))),
        (cards_stand_together, "n", cells(("claim_card('A1')",), ("a",), ("claim_card('A2')",))),
        (derivations_give_reasons, "n", cells("{.derivation}\n1. One line only:\n\n   $$a$$")),
        (derivations_give_reasons, "n", cells("{.derivation}\nNo list. $$a$$")),
        (derivations_give_reasons, "n", cells(DERIVED.replace("Put it in again:", "Then:"))),
        (derivations_give_reasons, "n", cells(DERIVED.replace("$$", ""))),
        (nothing_behind_a_comment, "n", cells("<!-- slide -->\nOne.\n<!-- /slide --> Two.")),
        (stored_outputs, "n", cell(count=2)),
        (stored_outputs, "n", cell(count=None)),
        (stored_outputs, "n", {"cells": [cell()["cells"][0] | {"outputs": []}]}),
        (stored_outputs, "n", cell(output_type="error")),
        (stored_outputs, "n", cell(output_type="stream", name="stderr")),
    ],
)
def test_each_rule_finds_its_planted_offence(rule, name, offence):
    assert rule(name, offence) != []


def test_the_rules_accept_correct_files():
    good = cell("show(fig, alt=f'Bits per character fall with order, down to {best}.')")
    assert offences_of(NOTEBOOK_RULES, {"n": good}) == []
    calm = cells(
        ("import numpy as np", "remove-input"),
        ("record = Record.load('a')\nshow(draw(record), alt='A line that rises.')", "hide-input"),
        f"First\n\n{DERIVED}<!-- /slide -->\n\nTwo cards:",
        ("claim_card('A1')", "remove-input"),
        ("claim_card('A2')", "remove-input"),
        "Words.\n\n### Another section",
        ("import numpy as np\nnp.arange(3)",),
        ("claim_card('A3')", "remove-input"),
        ("show(a, alt='A line that rises and falls.')", "hide-input"),
    )
    rules = (plumbing_leaves_no_trace, one_toggle, cards_stand_together, derivations_give_reasons)
    assert offences_of(rules, {"book/n": calm}) == []
    assert plumbing_leaves_no_trace("solutions/n", cell("import numpy as np")) == []
