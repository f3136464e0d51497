"""Each recorded value is written by the chapter's code, and read on a page, a card or in a test.

Keys are often put together, `f"lag/learned/{kind}"`. Such a text is a pattern; what stands in its
place in a key must be a number, or a word of the file or of the chapter's code.
"""

import ast
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from rnncourse.core.chapters import list_chapters
from rnncourse.core.records import FILE, Record
from scripts import ROOT

RECORDED = [chapter for chapter in list_chapters() if (chapter.folder / FILE).is_file()]
READS = {"value", "confirm", "entry"}
LEFT = {"ch01_sequences": (0, 1)}
"""By chapter: how many of its values nobody writes any more, and how many nobody reads. These
numbers may only fall, and the line of a chapter that has none goes."""


def list_text_patterns(tree: ast.AST) -> set[str]:
    """Regular expressions for all texts in a piece of code."""
    result, inside = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = node.values
            inside |= {id(part) for part in parts}
            fixed = [re.escape(p.value) if isinstance(p, ast.Constant) else "(.+)" for p in parts]
            result.add("".join(fixed))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in inside:
            result.add(re.escape(str(node.value)))
    return {text for text in result if len(text) < 200}


def split_patterns(patterns: set[str]) -> set[str]:
    """What stands between the slashes of texts."""
    return {piece for text in patterns for piece in text.replace("\\", "").split("/")}


@cache
def read_code(path: Path) -> str:
    """The Python of a file; of a notebook, of its cells."""
    if path.suffix == ".py":
        return path.read_text("utf-8")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def is_written_by(key: str, patterns: set[str], words: set[str]) -> bool:
    """Whether a pattern gives the key, with words that there are."""
    for pattern in patterns:
        result = re.fullmatch(pattern, key)
        if result and all(
            part in words or not re.fullmatch(r"[a-z_]{3,}", part)
            for group in result.groups()
            for part in group.split("/")
        ):
            return True
    return False


def parse_modules(*folders: str) -> list[ast.Module]:
    paths = (ROOT / "rnncourse").joinpath(*folders).glob("*.py")
    return [ast.parse(read_code(path)) for path in paths]


def list_written_patterns(package: list[ast.Module]) -> set[str]:
    return set().union(*map(list_text_patterns, package))


def find_unwritten_keys(keys: Iterable[str], patterns: set[str]) -> list[str]:
    first_words, words = split_patterns(patterns), {part for key in keys for part in key.split("/")}
    return [
        key
        for key in keys
        if key.split("/")[0] not in first_words or not is_written_by(key, patterns, words)
    ]


def list_named_keys(name: str) -> set[str]:
    """Patterns of a chapter's keys in Markdown pages and in claims, with those of a sweep."""
    paths = [*(ROOT / "book").glob("*.md"), ROOT / "rnncourse" / "claims.toml"]
    text = "".join(path.read_text("utf-8") for path in paths)
    keys = {re.escape(key.rstrip("`.")) for key in re.findall(rf"{name}:([^\s`\"]+)", text)}
    return keys | {f"{key.rpartition('/')[0]}/(.+)" for key in keys}


def is_reader(node: ast.AST, pages: str) -> bool:
    """Whether code reads keys: a call of a record, or a function that a page calls."""
    match node:
        case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called)):
            return called in READS
        case ast.FunctionDef(name=name) if not name.startswith(("measure", "_")):
            return bool(re.search(rf"\b{name}\b", pages))
    return False


def list_readers(package: list[ast.Module], pages: list[str]) -> list[set[str]]:
    """Patterns in each piece of code that reads keys, and in each page or test."""
    text = " ".join(pages)
    nodes = [node for tree in package for node in ast.walk(tree) if is_reader(node, text)]
    return [list_text_patterns(node) for node in [*nodes, *map(ast.parse, pages)]]


def find_unread_keys(
    keys: Iterable[str], named: set[str], readers: list[set[str]], words: set[str]
) -> list[str]:
    """Keys that no page names and no reader gives with its own words or those of the constants."""
    sources = [(named, words), *((reader, words | split_patterns(reader)) for reader in readers)]
    return [key for key in keys if not any(is_written_by(key, *source) for source in sources)]


def list_constant_words(modules: list[ast.Module]) -> set[str]:
    nodes = [n for tree in modules for n in tree.body if isinstance(n, ast.Assign | ast.AnnAssign)]
    return split_patterns(set().union(*map(list_text_patterns, nodes)))


@pytest.mark.slow
@pytest.mark.parametrize("name", [chapter.name for chapter in RECORDED])
def test_every_recorded_value_is_written_and_read(name):
    keys, package = Record.load(name).values, parse_modules("chapters", name)
    paths = [*(ROOT / "book").glob("*.ipynb"), *(ROOT / "tests" / "chapters" / name).glob("*.py")]
    pages = [code for code in map(read_code, paths) if name in code]
    words = list_constant_words(package + parse_modules("data"))
    unwritten = find_unwritten_keys(keys, list_written_patterns(package))
    unread = find_unread_keys(keys, list_named_keys(name), list_readers(package, pages), words)
    max_unwritten, max_unread = LEFT.get(name, (0, 0))
    assert len(unwritten) <= max_unwritten, unwritten
    assert len(unread) <= max_unread, unread


def test_an_unwritten_and_an_unread_key_are_found():
    package = [ast.parse("for k in ('two', 'three'): add(f'lag/{k}')\nrecord.value('lag/two')")]
    keys, pages = ["lag/two", "lag/three", "share"], ["read('share')"]
    assert find_unwritten_keys(keys, list_written_patterns(package)) == ["share"]
    assert find_unread_keys(keys, set(), list_readers(package, pages), set()) == ["lag/three"]


def test_a_key_needs_a_text_that_gives_it_with_words_that_are_there():
    read_texts = list_text_patterns(ast.parse("for k in ('two', 'three'): read(f'lag/{k}/{n}')"))
    assert is_written_by("lag/two/5", read_texts, split_patterns(read_texts))
    assert not is_written_by("lag/four/5", read_texts, split_patterns(read_texts))
    assert not is_written_by("lag/two", read_texts, split_patterns(read_texts))
