"""The house rules. A rule is a function that returns its offences; each is shown to find one."""

import ast
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from scripts.author import trained

ROOT = Path(__file__).parents[1]


PACKAGE = {p: p.read_text(encoding="utf-8") for p in sorted((ROOT / "rnncourse").rglob("*.py"))}
FOLDERS = ("book", "solutions", "exercises")
PATHS = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.ipynb"))]
NOTEBOOKS = {path: json.loads(path.read_text("utf-8")) for path in PATHS}

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAY_IMPORT = {  # the table of CONTRIBUTING.md
    room: allowed.replace("nothing", "")
    for rooms, allowed in re.findall(r"^([a-z_]+(?:, [a-z_]+)*)  +([a-z ]+)$", CONTRIBUTING, re.M)
    for room in rooms.split(", ")
}
INSIDE_GRADING = {"sandbox": "", "reports": "", "batch": "sandbox", "authoring": "batch"}
INSIDE_GRADING |= {"classes": "batch reports"}
SHARED = "what two chapters use lives in a shared room, see CONTRIBUTING.md"
QUESTION = {"fitting", "questions", "writing"}  # of grading, what declares a question
DRAWING = ("figures.py", "widget.py")  # a chapter's own part of viz
ONLY_VIZ = {"matplotlib", "ipywidgets", "IPython", "myst_nb", "tqdm", "anywidget", "traitlets"}
PROGRESS = {"cli": "tqdm", "grading": "IPython"}  # a bar: who grades has no Matplotlib to import
WITHOUT_TORCH = {"__init__", "__main__", "core", "data", "cells", "viz", "claims", "grading", "cli"}
WITHOUT_TORCH |= {"concordance", "questions"}
TAGS = {"hide-input", "hide-output", "remove-input", "remove-output", "raises-exception"}
TAGS |= {"nbval-ignore-output", "solution-only"}  # for widgets only; left out of the exercises
TAGS |= {"slide", "slide-new", "cut", "trained"}
BARS = re.compile(r"(?<![\w`|])\|(?! )[^|\n`]*\w[^|\n`]*(?<! )\|(?![\w`|])")
DERIVATION = re.compile(r"^\{\.derivation\}\n((?:(?:\d+\. |   ).*\n|\n)*)", re.MULTILINE)
LINE = "{}. Put it in again:\n\n   $$\n   a\n   $$\n"
DERIVED = "{.derivation}\n" + LINE.format(1) + LINE.format(2)
WIDGET = "application/vnd.jupyter.widget-view+json"
# Written in pieces, so that this file does not offend against its own rule.
ELSEWHERE = [
    *("pypi" + r"\.org", "files.python" + "hosted", "registry.npm" + "js", "deb.deb" + "ian"),
    *(r"(?<![\w./-])/" + folder for folder in ("wo" + "rk/", "ro" + "ot/", "tmp/ba" + "sh")),
]


# --- Python files: rule(path relative to the repository, source) ---


def imports(path: Path, source: str) -> list[str]:
    """Return the dotted names that a file of the package imports."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(path.parts[: len(path.parts) - node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            names += [f"{module}.{alias.name}" for alias in node.names]
    return names


def room_of(path: Path) -> str:
    """Name the room of a file; the questions of a chapter are a room of their own."""
    chapter = path.parts[1] == "chapters"
    return "questions" if chapter and "questions" in path.parts else path.parts[1]


def arrows(path: Path, source: str) -> list[str]:
    room = room_of(path).removesuffix(".py")
    if room not in MAY_IMPORT:
        return [f"{path}: no room is called {room}"]
    allowed, own = {room, *MAY_IMPORT[room].split()}, ".".join(path.parts[:3])
    named = [n for n in imports(path, source) if n.split(".")[0] == "rnncourse"]
    others = [[*n.split("."), "", "", ""] for n in named]  # a name may end early
    return [
        f"{path}: {room} may not import {'.'.join(other)}; {SHARED}"
        for other in others
        if (other[1] not in allowed and other[1] != "chapters")
        or (other[1] == "chapters" and ".".join(other[:3]) != own)
        or (room == "questions" and other[1] == "chapters" and other[3] != "questions")
        or (room == "questions" and other[1] == "grading" and other[2] not in QUESTION)
        or (room == "grading" and not between_rooms(path.parts[2], other))
    ]


def between_rooms(room: str, other: list[str]) -> bool:
    """Say whether a room of the grader may import something; what is in no room, any may."""
    if room not in INSIDE_GRADING or other[1] != "grading" or other[2] not in INSIDE_GRADING:
        return True
    return other[2] in {room, *INSIDE_GRADING[room].split()}


def one_door(path: Path, source: str) -> list[str]:
    found = {name.split(".")[0] for name in imports(path, source)} & ONLY_VIZ
    room, draws = path.parts[1], room_of(path) == "chapters" and path.name in DRAWING
    refused = {name for name in found if room != "viz" and not draws and PROGRESS.get(room) != name}
    return [f"{path}: only viz imports {name}" for name in refused]


def plain_names(path: Path, source: str) -> list[str]:
    stars = [f"{path}: import *" for name in imports(path, source) if name.endswith(".*")]
    return stars + [f"{path}: say what it is for"] * (path.name in ("utils.py", "helpers.py"))


PRIVATE_WORDS = {  # and what the field says
    "teacher_forced": "told told_logits told_all told_and_free told_and_alone",
    "free_running": "free free_answers",
    "attention, attends": "look looks looked Look looking look_up looked_up who_looks looked_at",
    "attention, context": "Looked LooksBack one_look look_at",
    "rotary, position": "turned turn_by_place",
    "qkv, out_proj, mlp, causal": "joins think three both_ways before_look before_think",
    "reverse_padded": "mirror turn",
    "clamped": "Turned Mind",
    "mask, stored": "kept keep KEPT KEEP keep_weights load_kept real",
    "target": "wanted goals WANTED",
    "nll, bits": "surprise mean_surprise surprised skyline",
    "accuracy, fraction": "share_right SHARE SHARES puzzle deaf",
    "inputs": "heard drive",
    "ensemble, streams": "Bank bank lanes read_in_lanes",
    "LearningCurve, lr_search, candidates": "Course searched tried TRIED SEARCHED",
    "top_k, forget_bias": "best_going_on start_by_remembering",
    "max_..., min_...": "most enough MOST ENOUGH least LEAST MOST_KINDS",
    "results, args, query, sure": "found Found given some asked ASKED sure",
    "which kind, what is trained": "Kind Settings",
    "did_you_mean, checksum, interval_plot": "meant seal gauge",
    "distance, offset, layout": "apart detours ASIDE waiting",
    "glue, log": "say Say",
}


def field_words(path: Path, source: str) -> list[str]:
    """No function, class, constant, argument or attribute bears a word of our own."""
    return own_words(str(path), ast.parse(source))


def own_words(place: str, tree: ast.AST, local: bool = False) -> list[str]:
    """Find words of our own among what a module or a cell defines; local variables are free."""
    ours = {word: field for field, words in PRIVATE_WORDS.items() for word in words.split()}

    def names(node: ast.AST, local: bool) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                yield child.name
            elif isinstance(child, ast.arg):
                yield child.arg
            elif isinstance(child, ast.Attribute) and isinstance(child.ctx, ast.Store):
                yield child.attr
            elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store) and not local:
                yield child.id
            yield from names(child, local or isinstance(child, ast.FunctionDef | ast.Lambda))

    found = [name for name in names(tree, local) if name.strip("_") in ours]
    return [f"{place}: {name}; the field says {ours[name.strip('_')]}" for name in found]


def short_files(path: Path, source: str, most: int = 300) -> list[str]:
    lines = source.count("\n")
    return [f"{path}: {lines} lines; split it"] if lines >= most else []


def docstrings(path: Path, source: str) -> list[str]:
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    top = [n for n in ast.parse(source).body if isinstance(n, definitions)]
    inner = [m for n in top if isinstance(n, ast.ClassDef) for m in n.body]
    named = [n for n in top + inner if isinstance(n, definitions) and n.name[0] != "_"]
    return [f"{path}: {n.name} has no docstring" for n in named if not ast.get_docstring(n)]


def no_bars_in_prose(path: Path, source: str) -> list[str]:
    """Sphinx reads |x| as a substitution, except in a block that is indented."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    lines = [line for node in nodes for line in (ast.get_docstring(node) or "").splitlines()]
    found = [line for line in lines if line[:1].strip() and BARS.search(line)]
    return [f"{path}: write the length of x, not |x|: {line}" for line in found]


# --- Notebooks: rule(name, notebook) ---


def code_cells(nb: dict) -> list[tuple[int, str, set[str], list[dict]]]:
    """Return number, source, tags and outputs of the code cells, counted from 1."""
    cells = [c for c in nb["cells"] if c["cell_type"] == "code"]
    tags = [set(c["metadata"].get("tags", [])) for c in cells]
    return [(n, "".join(c["source"]), t, c["outputs"]) for n, c, t in zip(count(1), cells, tags)]


def short_cells(name: str, nb: dict, most: int = 15) -> list[str]:
    return [
        f"{name}: code cell {n} has more than {most} lines"
        for n, source, _, _ in code_cells(nb)
        if source.strip().count("\n") + 1 > most
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
    made = nb.get("metadata", {}).get("made_with")
    if (
        not name.startswith("exercises/")
        or made == hashlib.sha256(repr(cells).encode()).hexdigest()[:16]
    ):
        return []
    return [f"{name}: not as it was made; answers, or `make exercises FORCE=1` is due"]


def field_words_in_cells(name: str, nb: dict) -> list[str]:
    """No function, class, argument or attribute of a cell does either; a student's may."""
    cells = [] if name.startswith("exercises/") else code_cells(nb)
    trees = [(f"{name}: code cell {n}", t) for n, s, *_ in cells for t in calls(s, ast.Module)]
    return [offence for place, tree in trees for offence in own_words(place, tree, local=True)]


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
            trained.allowed(cell["metadata"])
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
        for found in DERIVATION.finditer("".join(cell["source"]) + "\n"):
            before, *lines = re.split(r"^\d+\. ", found[1], flags=re.MULTILINE)
            if before.strip() or len(lines) < 2:
                offences.append(f"{name}: cell {number} marks no list of two lines or more")
            for line in lines:
                reason, *formula = line.split("$$")
                if len(reason.split()) < 3 or not formula:
                    offences.append(f"{name}: cell {number} lacks a reason or a formula: {line!r}")
    return offences


# --- Everything else: rule(name, text) ---


def nothing_from_elsewhere(name: str, text: str) -> list[str]:
    found = [match[0] for needle in ELSEWHERE if (match := re.search(needle, text))]
    return [f"{name}: names {match}, a registry or a folder of one machine" for match in found]


def phony_targets(name: str, text: str) -> list[str]:
    text = re.sub(r"^define .*?^endef", "", text, flags=re.MULTILINE | re.DOTALL)
    # A target with a slash is a file; .PHONY and its kind are make's own.
    rules = re.findall(r"^((?!\.)[\w.-]+(?: [\w.-]+)*)\s*:(?!=)", text, re.MULTILINE)
    phony = " ".join(re.findall(r"^\.PHONY\s*:(.*)", text.replace("\\\n", " "), re.MULTILINE))
    targets = {target for rule in rules for target in rule.split()}
    return [f"{name}: {target} is not .PHONY" for target in sorted(targets - {*phony.split()})]


# --- The house keeps its rules, and each rule finds a planted offence ---


def only_its_chapter(name: str, nb: dict) -> list[str]:
    number, offences = re.search(r"\d\d", name), []
    for n, source, _, _ in code_cells(nb):
        for node in calls(source, ast.ImportFrom):
            other = re.match(r"rnncourse\.chapters\.ch(\d\d)_", f"{node.module}.")
            if other and (number is None or other[1] != number[0]):
                offences.append(f"{name}: code cell {n} may not import {node.module}; {SHARED}")
    return offences


PYTHON_RULES = [arrows, one_door, plain_names, field_words, docstrings, no_bars_in_prose]
NOTEBOOK_RULES = [
    plain_cells,
    field_words_in_cells,
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


# Budgets of layout, and what may be meant: who goes beyond one hears of it, and decides.
PYTHON_BUDGETS = [short_files]
NOTEBOOK_BUDGETS = [short_cells, open_lines_fit, as_made]


def offences_of(python_rules: list, notebook_rules: list) -> list[str]:
    """What the package and the notebooks of the project do against some rules."""
    names = {f"{path.parent.name}/{path.name}": nb for path, nb in NOTEBOOKS.items()}
    files = {path.relative_to(ROOT): source for path, source in PACKAGE.items()}
    return [o for rule in python_rules for p, source in files.items() for o in rule(p, source)] + [
        o for rule in notebook_rules for name, nb in names.items() for o in rule(name, nb)
    ]


def test_budgets_are_remarked_on_and_nothing_is_far_beyond_them(record_property):
    for remark in offences_of(PYTHON_BUDGETS, NOTEBOOK_BUDGETS):
        record_property("remark", remark)
    far = [partial(short_files, most=400)], [partial(short_cells, most=30)]
    assert offences_of(*far) == []


@pytest.mark.parametrize("rule", PYTHON_RULES)
def test_the_package_keeps_the_rule(rule):
    assert not (found := offences_of([rule], [])), "\n".join(found)


@pytest.mark.parametrize("rule", NOTEBOOK_RULES)
def test_the_notebooks_keep_the_rule(rule):
    assert not (found := offences_of([], [rule])), "\n".join(found)


@pytest.mark.may_skip
def test_no_file_names_a_registry_or_this_machine():
    if not (ROOT / ".git").exists():
        pytest.skip("only a clone knows its files")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    texts = {f.relative_to(ROOT).as_posix(): f.read_bytes().decode("latin-1") for f in files}
    assert [o for name, text in texts.items() for o in nothing_from_elsewhere(name, text)] == []


def test_every_target_is_phony():
    assert phony_targets("Makefile", (ROOT / "Makefile").read_text(encoding="utf-8")) == []


def test_rooms_without_torch_do_not_import_it():
    rooms = {p.relative_to(ROOT).with_suffix("") for p in PACKAGE}
    without = [p for p in rooms if room_of(p) in WITHOUT_TORCH or f"{p.name}.py" in DRAWING]
    names = [".".join(p.parts) for p in without]
    modules = sorted(name.removesuffix(".__init__") for name in names)
    code = (
        f"import importlib, sys\nfor name in {modules}:\n    importlib.import_module(name)\n"
        "    if 'torch' in sys.modules:\n        sys.exit(f'{name} imports torch.')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


PY = Path("rnncourse/data/text.py")
SANDBOX = Path("rnncourse/grading/sandbox/child.py")
CHAPTER = Path("rnncourse/chapters/ch04_bptt")


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
    ("rule", "place", "offence"),
    [
        (arrows, PY, "def f():\n    from rnncourse.models import ngram"),
        (arrows, PY, "from rnncourse import viz"),
        (arrows, PY, "from ..viz import figures"),
        (arrows, PY, "from .. import claims"),
        (arrows, Path("rnncourse/claims/checks.py"), "import rnncourse.data.text"),
        (arrows, Path("rnncourse/viz/claims.py"), "import rnncourse.cli"),
        (arrows, Path("rnncourse/attic/old.py"), ""),
        (arrows, CHAPTER / "figures.py", "from rnncourse.chapters.ch03_recurrence import kinds"),
        (arrows, CHAPTER / "figures.py", "from rnncourse.chapters import ch03_recurrence"),
        (arrows, CHAPTER / "figures.py", "from rnncourse.grading import check"),
        (arrows, CHAPTER / "questions" / "a.py", "from rnncourse.chapters.ch04_bptt import recall"),
        (arrows, CHAPTER / "questions" / "a.py", "from rnncourse.grading import sandbox"),
        (arrows, CHAPTER / "questions" / "a.py", "from rnncourse.analysis import hello"),
        (arrows, PY, "from rnncourse.chapters.ch04_bptt import recall"),
        (arrows, CHAPTER / "questions" / "a.py", "from rnncourse import grading"),
        (arrows, CHAPTER / "questions" / "a.py", "import rnncourse.chapters.ch04_bptt"),
        (arrows, CHAPTER / "recall.py", "import rnncourse"),
        (one_door, CHAPTER / "questions" / "figures.py", "import matplotlib"),
        (arrows, SANDBOX, "from rnncourse.grading.batch.pool import Pool"),
        (arrows, SANDBOX, "from rnncourse.grading import reports"),
        (one_door, CHAPTER / "recall.py", "import matplotlib"),
        (one_door, PY, "import matplotlib.pyplot as plt"),
        (one_door, Path("rnncourse/cli/work.py"), "from IPython import display"),
        (plain_names, PY, "from numpy import *"),
        (plain_names, Path("rnncourse/core/utils.py"), ""),
        (field_words, PY, "class Block:\n    def __init__(self):\n        self.joins = 1"),
        (field_words, PY, "def greedy(model, most): ..."),
        (field_words, PY, "def mean_surprise(probs): ..."),
        (field_words, Path("rnncourse/cells/gru.py"), "def _look(): ..."),
        (field_words, PY, "sum(map(lambda told: told, []))"),
        (field_words_in_cells, "book/n", cell("def read(told): ...")),
        (short_files, PY, "x = 1\n" * 300),
        (docstrings, PY, "def loss(): ..."),
        (docstrings, PY, 'class Cell:\n    """A cell."""\n    def step(self): ...'),
        (no_bars_in_prose, PY, 'def f():\n    """Return |g| of it."""'),
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
        (
            cards_stand_together,
            "n",
            cells(("claim_card('A1')",), ("a",), ("claim_card('A2')",)),
        ),
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
        (nothing_from_elsewhere, "n", "see https://py" + "pi.org/project/numpy"),
        (nothing_from_elsewhere, "n", "open('/ro" + "ot/x')"),
        (phony_targets, "Makefile", ".PHONY: book test\nbook test check: deps\n\techo a: b\n"),
    ],
)
def test_the_rule_finds_it(rule, place, offence):
    assert rule(place, offence) != []


def test_the_rules_let_good_work_pass():
    good = cell("show(fig, alt=f'Bits per character fall with order, down to {best}.')")
    assert [offence for rule in NOTEBOOK_RULES for offence in rule("n", good)] == []
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
    assert [offence for rule in rules for offence in rule("book/n", calm)] == []
    assert plumbing_leaves_no_trace("solutions/n", cell("import numpy as np")) == []
    source = (
        'from . import corpus\nfrom rnncourse.core import records\n\n\ndef f():\n    """Do."""\n'
    )
    assert [offence for rule in PYTHON_RULES for offence in rule(PY, source)] == []
    assert nothing_from_elsewhere("n", "https://example.com/wo" + "rk/ and book/wo" + "rk/") == []
    assert phony_targets("Makefile", ".PHONY: book \\\n  test\nX := 1\nbook: test\ntest:\n") == []
