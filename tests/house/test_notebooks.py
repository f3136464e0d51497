"""Rules of notebooks: rule(name, notebook)."""

import ast
import hashlib
import json
import re
from functools import partial
from itertools import count

import pytest

from rnncourse.viz.figures import COLORS
from scripts import ROOT
from scripts.author import trained

from . import SHARED, list_offences

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
ROLES = {*COLORS.values(), "#cccccc"}
"""Colors of lines beside the ink; the last is of the panes behind three axes."""
WIDGET = "application/vnd.jupyter.widget-view+json"


def list_code_cells(nb: dict) -> list[tuple[int, str, set[str], list[dict]]]:
    """Return number, source, tags and outputs of the code cells, counted from 1."""
    cells = [c for c in nb["cells"] if c["cell_type"] == "code"]
    tags = [set(c["metadata"].get("tags", [])) for c in cells]
    return [(n, "".join(c["source"]), t, c["outputs"]) for n, c, t in zip(count(1), cells, tags)]


def list_long_cells(name: str, nb: dict, max_lines: int = 15) -> list[str]:
    return [
        f"{name}: code cell {n} has more than {max_lines} lines"
        for n, source, _, _ in list_code_cells(nb)
        if source.strip().count("\n") + 1 > max_lines
    ]


def list_broken_cells(name: str, nb: dict) -> list[str]:
    offences = []
    for n, source, _, _ in list_code_cells(nb):
        if not find_calls(source, ast.Module):
            offences.append(f"{name}: code cell {n} is not plain Python")
        if re.search(r"#\s*NBVAL_|;\s*$", source, re.MULTILINE):  # nbval ignores a final ;
            offences.append(f"{name}: code cell {n} ends with ; or talks to nbval")
    return offences


def open_lines_fit(name: str, nb: dict) -> list[str]:
    """A page of 1,200 pixels shows 71 characters of code; what is wider is cut off at its edge."""
    return [
        f"{name}: code cell {n} shows a line of {len(line)} characters"
        for n, source, tags, _ in list_code_cells(nb)
        if name.startswith("book/") and not tags & {"remove-input", "hide-input"}
        for line in source.split("\n")
        if len(line) > 71
    ]


def list_changed_exercises(name: str, nb: dict) -> list[str]:
    """An exercise that differs from what was made is a student's work, or was edited by hand."""
    cells = [(c["cell_type"], "".join(c["source"])) for c in nb["cells"]]
    versions = nb.get("metadata", {}).get("made_with")
    if (
        not name.startswith("exercises/")
        or versions == hashlib.sha256(repr(cells).encode()).hexdigest()[:16]
    ):
        return []
    return [f"{name}: not as it was made; answers, or `make exercises FORCE=1` is due"]


def list_unknown_tags(name: str, nb: dict) -> list[str]:
    offences = []
    for n, _, tags, outputs in list_code_cells(nb):
        offences += [f"{name}: code cell {n} has the tag {tag}" for tag in tags - TAGS]
        if "nbval-ignore-output" in tags and not any(WIDGET in o.get("data", {}) for o in outputs):
            offences.append(f"{name}: code cell {n} hides plain output from the check")
    return offences


def list_unproven_tolerances(name: str, nb: dict) -> list[str]:
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


def find_calls(source: str, kind: type[ast.AST] = ast.Call) -> list:
    """Return a cell's calls, or none if it is not plain Python."""
    try:
        return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kind)]
    except SyntaxError:
        return []


def list_figures_without_alt(name: str, nb: dict) -> list[str]:
    offences = []
    for n, source, _, outputs in list_code_cells(nb):
        for call in find_calls(source):
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


def list_figures_in_other_colors(name: str, nb: dict) -> list[str]:
    drawn = "".join(
        "".join(output.get("data", {}).get("text/html", ""))
        for *_, outputs in list_code_cells(nb)
        for output in outputs
    )
    strokes = set(re.findall(r"stroke: (#\w+)", "".join(re.findall("<svg.*?</svg>", drawn, re.S))))
    return [f"{name}: a figure has lines in {color}" for color in sorted(strokes - ROLES)]


def list_unstored_outputs(name: str, nb: dict) -> list[str]:
    counts = [c["execution_count"] for c in nb["cells"] if c["cell_type"] == "code"]
    offences = [f"{name}: run it from top to bottom"] * (counts != [*range(1, len(counts) + 1)])
    if counts and not any(outputs for *_, outputs in list_code_cells(nb)):
        offences.append(f"{name}: stores no output")
    for n, _, tags, outputs in list_code_cells(nb):
        if "raises-exception" not in tags and any(o["output_type"] == "error" for o in outputs):
            offences.append(f"{name}: code cell {n} stores an error without raises-exception")
        if any(o.get("name") == "stderr" for o in outputs):
            offences.append(f"{name}: code cell {n} stores a warning or a progress bar")
    return offences


def find_plumbing(source: str) -> str:
    """Say what of a cell belongs to the notebook, not to its page, or ''."""
    body = [node for module in find_calls(source, ast.Module) for node in module.body]
    if body and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body):
        return "only imports"
    for function in (call.func for call in find_calls(source)):
        if isinstance(function, ast.Name) and function.id in ("glue", "claim_card"):
            return f"calls {function.id}"
        if isinstance(function, ast.Attribute):
            owner = getattr(function.value, "id", "")
            if function.attr == "confirm" or (owner, function.attr) == ("Record", "load"):
                return f"calls {owner or '...'}.{function.attr}"
    return ""


def list_shown_plumbing(name: str, nb: dict) -> list[str]:
    offences = []
    for n, source, tags, _ in list_code_cells(nb):
        draws = any(
            isinstance(c.func, ast.Name) and c.func.id == "show" for c in find_calls(source)
        )
        enough = tags & ({"remove-input", "hide-input"} if draws else {"remove-input"})
        if name.startswith("book/") and (plumbing := find_plumbing(source)) and not enough:
            offences.append(f"{name}: code cell {n} {plumbing}: give it the tag remove-input")
    return offences


def list_second_toggles(name: str, nb: dict) -> list[str]:
    offences, before = [], False
    for number, cell in enumerate(nb["cells"], start=1):
        hides = "hide-input" in cell["metadata"].get("tags", [])
        if hides and before:
            offences.append(f"{name}: cell {number} is a second toggle before any text")
        before = cell["cell_type"] == "code" and (hides or before)
    return offences


def list_lone_cards(name: str, nb: dict) -> list[str]:
    offences, last = [], None
    for number, cell in enumerate(nb["cells"], start=1):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            last = None if re.search("^#{1,6} ", source, re.MULTILINE) else last
        elif any(getattr(call.func, "id", "") == "claim_card" for call in find_calls(source)):
            if last not in (None, number - 1):
                offences.append(f"{name}: cell {number} is a card away from that of cell {last}")
            last = number
    return offences


def list_hidden_markdown(name: str, nb: dict) -> list[str]:
    """A line that begins with a comment is HTML to its end: what follows is shown as it is."""
    return [
        f"{name}: cell {number} has text behind a comment: {line[:60]!r}"
        for number, cell in enumerate(nb["cells"], start=1)
        if cell["cell_type"] == "markdown"
        for line in "".join(cell["source"]).splitlines()
        if re.match(r" {0,3}<!--.*-->\s*\S", line)
    ]


def list_bare_derivations(name: str, nb: dict) -> list[str]:
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


def list_foreign_imports(name: str, nb: dict) -> list[str]:
    number, offences = re.search(r"\d\d", name), []
    for n, source, _, _ in list_code_cells(nb):
        for node in find_calls(source, ast.ImportFrom):
            chapter = re.match(r"rnncourse\.chapters\.ch(\d\d)_", f"{node.module}.")
            if chapter and (number is None or chapter[1] != number[0]):
                offences.append(f"{name}: code cell {n} may not import {node.module}; {SHARED}")
    return offences


NOTEBOOK_RULES = [
    list_broken_cells,
    list_unknown_tags,
    list_unproven_tolerances,
    list_figures_without_alt,
    list_figures_in_other_colors,
    list_unstored_outputs,
    list_foreign_imports,
    list_shown_plumbing,
    list_second_toggles,
    list_lone_cards,
    list_hidden_markdown,
    list_bare_derivations,
]

BUDGETS = [list_long_cells, open_lines_fit, list_changed_exercises]
"""Of layout, and what may be meant: who goes beyond one hears of it, and decides."""


def test_budgets_are_remarked_on_and_no_cell_is_far_beyond_them(record_property):
    for remark in list_offences(BUDGETS, NOTEBOOKS):
        record_property("remark", remark)
    assert list_offences([partial(list_long_cells, max_lines=30)], NOTEBOOKS) == []


@pytest.mark.parametrize("rule", NOTEBOOK_RULES)
def test_the_notebooks_keep_the_rule(rule):
    assert not (result := list_offences([rule], NOTEBOOKS)), "\n".join(result)


def make_cell(source: str = "1", count: int | None = 1, tags: tuple = (), **output) -> dict:
    outputs = [{"output_type": "execute_result", "data": {"text/plain": "1"}, **output}]
    fields = {"source": source, "execution_count": count, "outputs": outputs}
    return {"cells": [{"cell_type": "code", "metadata": {"tags": [*tags]}, **fields}]}


def make_cells(*sources: tuple | str) -> dict:
    """Return a notebook of several cells: code with its tags, or text."""
    cells = []
    for part in sources:
        text = {"cell_type": "markdown", "metadata": {}, "source": part}
        cells += [text] if isinstance(part, str) else make_cell(part[0], tags=part[1:])["cells"]
    return {"cells": cells}


@pytest.mark.parametrize(
    ("rule", "name", "offence"),
    [
        (list_long_cells, "n", make_cell("\n".join("abcdefghijklmnop"))),
        (list_broken_cells, "n", make_cell("%timeit f()")),
        (list_broken_cells, "n", make_cell("f()  # NBVAL_SKIP")),
        (list_broken_cells, "n", make_cell("f();")),
        (open_lines_fit, "book/n", make_cell("a" * 72)),
        (list_changed_exercises, "exercises/n", make_cell()),
        (list_unknown_tags, "n", make_cell(tags=["skip-execution"])),
        (list_unknown_tags, "n", make_cell(tags=["nbval-ignore-output"])),
        (list_unproven_tolerances, "n", make_cell(tags=["trained"])),
        (list_unproven_tolerances, "n", make_cell(data={"text/plain": "Loss by update"})),
        (list_figures_without_alt, "n", make_cell("plt.show()")),
        (list_figures_without_alt, "n", make_cell("show(fig)")),
        (list_figures_without_alt, "n", make_cell("show(fig, alt='A figure.')")),
        (list_figures_without_alt, "n", make_cell("show(fig, alt=f'{a} {b} {c} {d} {e} {f} {g}')")),
        (list_figures_without_alt, "n", make_cell(data={"image/png": "iVBOR"})),
        (
            list_figures_in_other_colors,
            "n",
            make_cell(data={"text/html": '<svg><path style="stroke: #ff0000"/></svg>'}),
        ),
        (
            list_foreign_imports,
            "book/05-x.ipynb",
            make_cell("from rnncourse.chapters.ch04_x import a"),
        ),
        (list_foreign_imports, "n", make_cell("from rnncourse.chapters.ch04_x.y import a")),
        (list_shown_plumbing, "book/n", make_cell("import numpy as np\nimport torch")),
        (list_shown_plumbing, "book/n", make_cell("import torch", tags=["hide-input"])),
        (list_shown_plumbing, "book/n", make_cell("glue('depth', 3)")),
        (list_shown_plumbing, "book/n", make_cell("claim_card('A5', gap=gap)")),
        (list_shown_plumbing, "book/n", make_cell("a = 1\nb = 2 * record.confirm('a', a)")),
        (list_shown_plumbing, "book/n", make_cell("found = Record.load('ch04').value('a')")),
        (list_shown_plumbing, "book/n", make_cell("glue('a', 1)\nshow(fig)")),
        (list_second_toggles, "n", make_cells(("a = 1", "hide-input"), ("show(a)", "hide-input"))),
        (
            list_second_toggles,
            "n",
            make_cells(("a", "hide-input"), ("b", "remove-input"), ("c", "hide-input")),
        ),
        (list_lone_cards, "n", make_cells(("claim_card('A1')",), "And:", ("claim_card('A2')",))),
        (list_lone_cards, "n", make_cells(("claim_card('A1')",), ("a",), ("claim_card('A2')",))),
        (list_bare_derivations, "n", make_cells("{.derivation}\n1. One line only:\n\n   $$a$$")),
        (list_bare_derivations, "n", make_cells("{.derivation}\nNo list. $$a$$")),
        (list_bare_derivations, "n", make_cells(DERIVED.replace("Put it in again:", "Then:"))),
        (list_bare_derivations, "n", make_cells(DERIVED.replace("$$", ""))),
        (list_hidden_markdown, "n", make_cells("<!-- slide -->\nOne.\n<!-- /slide --> Two.")),
        (list_unstored_outputs, "n", make_cell(count=2)),
        (list_unstored_outputs, "n", make_cell(count=None)),
        (list_unstored_outputs, "n", {"cells": [make_cell()["cells"][0] | {"outputs": []}]}),
        (list_unstored_outputs, "n", make_cell(output_type="error")),
        (list_unstored_outputs, "n", make_cell(output_type="stream", name="stderr")),
    ],
)
def test_each_rule_finds_its_planted_offence(rule, name, offence):
    assert rule(name, offence) != []


def test_the_rules_accept_correct_files():
    good = make_cell("show(fig, alt=f'Bits per character fall with order, down to {best}.')")
    assert list_offences(NOTEBOOK_RULES, {"n": good}) == []
    calm = make_cells(
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
    rules = (list_shown_plumbing, list_second_toggles, list_lone_cards, list_bare_derivations)
    assert list_offences(rules, {"book/n": calm}) == []
    assert list_shown_plumbing("solutions/n", make_cell("import numpy as np")) == []
