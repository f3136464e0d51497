"""No name in the project is a word of our own: it is the field's, or plain, and says enough."""

import ast
import json
import re
from collections.abc import Iterator

import pytest

from scripts import ROOT

from . import BARE_WORDS, EMPTY_WORDS, PRIVATE_WORDS
from .test_notebooks import NOTEBOOKS, code_cells

OURS = {word: field for field, words in PRIVATE_WORDS.items() for word in words.split()}
IN_KEYS = ["together", "still", "judged", "alike"]  # of records and anchors, which do not change
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
FOLDERS = "rnncourse", "scripts", "benchmarks", "tests"
THEIRS = re.compile("|".join(re.findall(r"[a-z]+_[a-z]+", " ".join(PRIVATE_WORDS))))
SCRIPT = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|class|const|let) (\w+)"
    r"|function\*? (\w+)|this\.(\w+) = "
    r"|^ +(?:static |async |get |set |\*)*(\w+)\([^;]*\) \{$",
    re.M,
)
"""What a module of a live figure names: variables of its own, functions, methods and fields."""
PARAMETERS = re.compile(
    r"(?<!if )(?<!for )(?<!while )(?<!switch )\(((?:[^()]|\([^()]*\))*)\)(?: =>| \{$)", re.M
)
ANCHOR = re.compile(r'^\(([\w-]+)\)=|id="((?:fig|tab)-[\w-]+)"|<!-- (tab-[\w-]+) -->', re.M)


def names(node: ast.AST, local: bool) -> Iterator[str]:
    """Names of functions, classes, arguments, attributes, facts and values; no local variable."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield child.name
            case ast.Attribute(ctx=ast.Store()):
                yield child.attr
            case ast.Name(ctx=ast.Store()) if not local:
                yield child.id
            case ast.arg():
                yield child.arg
            case ast.keyword(arg="returns", value=ast.Constant(value=str(returns))):
                yield from returns.split()
            case (
                ast.keyword(arg="facts", value=ast.Dict(keys=keys))
                | ast.Assign(targets=[ast.Name(id="facts")], value=ast.Dict(keys=keys))
            ):
                yield from (key.value for key in keys if isinstance(key, ast.Constant))
        yield from names(child, local or isinstance(child, FUNCTION | ast.Lambda))


def field_words(source: str, local: bool = False) -> list[str]:
    """Find words of our own in a module, or in a cell, whose variables are local."""
    result = [n for n in names(ast.parse(source), local) if n.strip("_") in OURS]
    return [f"{name}: the field says {OURS[name.strip('_')]}" for name in result]


def slug_words(name: str) -> list[str]:
    """Find words of our own among the parts of a key, an anchor, a question's id or a path."""
    parts = re.split(r"[_/.]", THEIRS.sub("", name.replace("-", "_")))
    return [
        f"{name}: the field says {OURS[part]}"
        for part in parts
        if part in OURS and part not in IN_KEYS
    ]


def script_names(text: str) -> set[str]:
    """What a module of a live figure names, with the parameters of its functions."""
    lists = (re.sub(r'"[^"]*"|`[^`]*`', "", result) for result in PARAMETERS.findall(text))
    return {*sum(SCRIPT.findall(text), ()), *re.findall(r"[a-zA-Z]\w*", " ".join(lists))} - {""}


def anchors() -> Iterator[str]:
    """Labels of the pages, and what stands at figures and tables."""
    for path in (ROOT / "book").glob("*.md"):
        yield from map("".join, ANCHOR.findall(path.read_text(encoding="utf-8")))
    for cell in (cell for nb in NOTEBOOKS.values() for cell in nb["cells"]):
        shown = [out.get("data", {}) for out in cell.get("outputs", [])]
        texts = [cell["source"], *(data[kind] for data in shown for kind in data if "text" in kind)]
        for text in texts:
            yield from map("".join, ANCHOR.findall("".join(text)))


def public_names(source: str) -> set[str]:
    """Functions and classes at the top of a module."""
    tops = (node for node in ast.parse(source).body if isinstance(node, FUNCTION | ast.ClassDef))
    return {node.name for node in tops}


def record_keys() -> Iterator[str]:
    """Names of sections, and the keys of their values."""
    for path in (ROOT / "rnncourse").rglob("record.json"):
        for name, section in json.loads(path.read_text(encoding="utf-8")).items():
            yield from (name, *section["values"])


def question_ids() -> Iterator[str]:
    for nb in NOTEBOOKS.values():
        for _, source, *_ in code_cells(nb):
            yield from re.findall(r'check\("(\d\d-[a-z0-9-]+)"\)', source)


def modules() -> Iterator[str]:
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")):
        if path.suffix in {".py", ".mjs", ".css"}:
            yield path.relative_to(ROOT).with_suffix("").as_posix()


@pytest.mark.parametrize("names_of", [anchors, record_keys, question_ids, modules])
def test_so_do_keys_anchors_ids_and_modules(names_of):
    result = {*names_of()}
    assert len(result) > 90
    assert [words for name in result for words in slug_words(name)] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_python_uses_the_words_of_the_field(folder):
    paths = [*(ROOT / folder).rglob("*.py")]
    result = {path: field_words(path.read_text(encoding="utf-8")) for path in paths}
    assert paths
    assert {path: words for path, words in result.items() if words} == {}


def test_a_public_name_says_what_it_does():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "rnncourse").rglob("*.py")]
    defined = set().union(*map(public_names, texts))
    assert len(defined) > 1000
    assert defined & {*BARE_WORDS.split()} == set()
    assert public_names("class Run: ...\ndef shown():\n    def f(): ...") == {"Run", "shown"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_local_variable_says_what_it_holds(folder):
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py")]
    variables = {
        n.id for text in texts for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)
    }
    assert len(variables) > 100
    theirs = {"given"} if folder == "tests" else set()  # hypothesis has one
    assert variables & {*EMPTY_WORDS.split()} <= theirs


def test_scripts_do_too():
    paths = [*(ROOT / "rnncourse").rglob("*.mjs")]
    result = {path.name: script_names(path.read_text(encoding="utf-8")) & {*OURS} for path in paths}
    assert len(result) > 30
    assert {name: words for name, words in result.items() if words} == {}
    script = "const most = 1;\nclass A {\n  get kept() {\n    this.told = 1;\n  }\n}"
    assert script_names(script) == {"most", "A", "kept", "told"}
    script = 'if (some) {\nrun(found);\nx.map(({ kept }, most = "free") => 1);\n}'
    assert script_names(script) == {"kept", "most"}


def test_cells_do_too():
    """A student's may not."""
    cells = {
        (name, n): field_words(source, local=True)
        for name, nb in NOTEBOOKS.items()
        for n, source, *_ in code_cells(nb)
        if not name.startswith("exercises/")
    }
    assert {cell: words for cell, words in cells.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        "class Block:\n    def __init__(self):\n        self.joins = 1",
        "def greedy(model, most): ...",
        "async def _look(): ...",
        "SHARE = 1",
        "sum(map(lambda told: told, []))",
        'question("11-shifted", returns="inputs told")',
        'Evaluation(facts={"own": 1, "turned": 2})',
        'def f():\n    facts = {"told": 1}',
    ],
)
def test_a_word_of_our_own_is_found(source):
    assert field_words(source, local=source == "def f(told): ...")


@pytest.mark.parametrize("slug", ["12-look", "told/koskela", "fig-live-mind", "a/mind_widget"])
def test_it_is_found_in_a_slug(slug):
    assert slug_words(slug) != [] == slug_words("03-free-running/teacher_forced")


def test_local_variables_are_free():
    assert field_words("def f():\n    found = 1") == field_words("found = 1", local=True) == []
