"""No name in the project is a word of our own: it is the field's, or plain, and says enough."""

import ast
import json
import re
from collections.abc import Iterator

import pytest

from scripts import ROOT

from . import BARE_WORDS, EMPTY_WORDS, PRIVATE_WORDS, parse
from .test_notebooks import NOTEBOOKS, list_code_cells

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


def list_names(node: ast.AST, local: bool) -> Iterator[str]:
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
        yield from list_names(child, local or isinstance(child, FUNCTION | ast.Lambda))


def find_field_words(source: str, local: bool = False) -> list[str]:
    """Find words of our own in a module, or in a cell, whose variables are local."""
    return [
        f"{name}: the field says {OURS[name.strip('_')]}"
        for name in list_names(parse(source), local)
        if name.strip("_") in OURS
    ]


def find_slug_words(name: str) -> list[str]:
    """Find words of our own among the parts of a key, an anchor, a question's id or a path."""
    parts = re.split(r"[_/.]", THEIRS.sub("", name.replace("-", "_")))
    return [
        f"{name}: the field says {OURS[part]}"
        for part in parts
        if part in OURS and part not in IN_KEYS
    ]


def list_script_names(text: str) -> set[str]:
    """What a module of a live figure names, with the parameters of its functions."""
    without_strings = re.sub(r'"[^"]*"|`[^`]*`', "", " ".join(PARAMETERS.findall(text)))
    parameters = re.findall(r"[a-zA-Z]\w*", without_strings)
    return {*sum(SCRIPT.findall(text), ()), *parameters} - {""}


def list_anchors() -> Iterator[str]:
    """Labels of the pages, and what stands at figures and tables."""
    for path in (ROOT / "book").glob("*.md"):
        yield from map("".join, ANCHOR.findall(path.read_text(encoding="utf-8")))
    for cell in (cell for nb in NOTEBOOKS.values() for cell in nb["cells"]):
        outputs = [output.get("data", {}) for output in cell.get("outputs", [])]
        shown = [data[kind] for data in outputs for kind in data if "text" in kind]
        for text in [cell["source"], *shown]:
            yield from map("".join, ANCHOR.findall("".join(text)))


def list_public_names(source: str) -> set[str]:
    """Functions and classes at the top of a module."""
    tops = (node for node in parse(source).body if isinstance(node, FUNCTION | ast.ClassDef))
    return {node.name for node in tops}


def list_record_keys() -> Iterator[str]:
    """Names of sections, and the keys of their values."""
    for path in (ROOT / "rnncourse").rglob("record.json"):
        for name, section in json.loads(path.read_text(encoding="utf-8")).items():
            yield from (name, *section["values"])


def list_question_ids() -> Iterator[str]:
    for nb in NOTEBOOKS.values():
        for _, source, *_ in list_code_cells(nb):
            yield from re.findall(r'check\("(\d\d-[a-z0-9-]+)"\)', source)


def list_module_paths() -> Iterator[str]:
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")):
        if path.suffix in {".py", ".mjs", ".css"}:
            yield path.relative_to(ROOT).with_suffix("").as_posix()


@pytest.mark.parametrize(
    "names_of", [list_anchors, list_record_keys, list_question_ids, list_module_paths]
)
def test_keys_anchors_ids_and_modules_use_the_words_of_the_field(names_of):
    slugs = {*names_of()}
    assert len(slugs) > 90
    assert [offence for slug in slugs for offence in find_slug_words(slug)] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_python_uses_the_words_of_the_field(folder):
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py")}
    assert texts
    assert [(path, offence) for path in texts for offence in find_field_words(texts[path])] == []


def test_a_public_name_says_what_it_does():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "rnncourse").rglob("*.py")]
    defined = set().union(*map(list_public_names, texts))
    assert len(defined) > 1000
    assert defined & {*BARE_WORDS.split()} == set()
    assert list_public_names("class Run: ...\ndef shown():\n    def f(): ...") == {"Run", "shown"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_local_variable_says_what_it_holds(folder):
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py")]
    nodes = (node for text in texts for node in ast.walk(parse(text)))
    variables = {node.id for node in nodes if isinstance(node, ast.Name)}
    assert len(variables) > 100
    of_hypothesis = {"given"} if folder == "tests" else set()
    assert variables & {*EMPTY_WORDS.split()} <= of_hypothesis


def test_javascript_uses_the_words_of_the_field():
    texts = {path: path.read_text("utf-8") for path in (ROOT / "rnncourse").rglob("*.mjs")}
    assert len(texts) > 30
    assert [(p, name) for p in texts for name in list_script_names(texts[p]) & {*OURS}] == []


def test_cells_use_the_words_of_the_field():
    """Not those of the exercises: students write there as they like."""
    offences = [
        (name, number, offence)
        for name, nb in NOTEBOOKS.items()
        if not name.startswith("exercises/")
        for number, source, *_ in list_code_cells(nb)
        for offence in find_field_words(source, local=True)
    ]
    assert offences == []


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "const most = 1;\nclass A {\n  get kept() {\n    this.told = 1;\n  }\n}",
            {"most", "A", "kept", "told"},
        ),
        ('if (some) {\nrun(found);\nx.map(({ kept }, most = "free") => 1);\n}', {"kept", "most"}),
    ],
)
def test_names_of_a_script_are_those_it_defines(script, expected):
    assert list_script_names(script) == expected


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
def test_a_word_of_our_own_is_an_offence(source):
    assert len(find_field_words(source)) == 1


@pytest.mark.parametrize("slug", ["12-look", "told/koskela", "fig-live-mind", "a/mind_widget"])
def test_a_word_of_our_own_in_a_slug_is_an_offence(slug):
    assert find_slug_words(slug)


def test_the_words_of_the_field_in_a_slug_are_none():
    assert find_slug_words("03-free-running/teacher_forced") == []


def test_a_local_variable_is_no_offence():
    assert find_field_words("def f():\n    found = 1") == []
    assert find_field_words("found = 1", local=True) == []
