"""Each recorded value is written by the chapter's code, and read on a page, a card or in a test.

Keys are often put together, `f"lag/learned/{kind}"`. Such a text is a pattern; what stands in its
place in a key must be a number, or a word of the file or of the chapter's code.
"""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

from rnncourse.core.chapters import list_chapters
from rnncourse.core.records import FILE, Record

ROOT = Path(__file__).parents[1]
RECORDED = [chapter for chapter in list_chapters() if (chapter.folder / FILE).is_file()]
ADDS, READS = {"add", "setdefault"}, {"value", "confirm", "entry"}
LEFT = {"ch01_sequences": (0, 1)}
"""By chapter: how many of its values nobody writes any more, and how many nobody reads. These
numbers may only fall, and the line of a chapter that has none goes."""


def name_callee(node: ast.AST) -> str:
    """The name of what is called."""
    func = getattr(node, "func", None)
    return getattr(func, "attr", getattr(func, "id", ""))


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


def list_missing_keys(name: str) -> tuple[list[str], list[str]]:
    """Return the keys of a chapter's record that nobody writes, and those that nobody reads."""
    package = [
        ast.parse(read_code(p)) for p in (ROOT / "rnncourse" / "chapters" / name).glob("*.py")
    ]
    pages = [*(ROOT / "book").glob("*.ipynb"), *(ROOT / "tests" / "chapters" / name).glob("*.py")]
    pages = [path for path in pages if name in read_code(path)]
    plain = "".join(p.read_text("utf-8") for p in (ROOT / "book").glob("*.md"))
    plain += (ROOT / "rnncourse" / "claims.toml").read_text("utf-8")
    named_keys = {re.escape(key.rstrip("`.")) for key in re.findall(rf"{name}:([^\s`\"]+)", plain)}
    named_keys |= {f"{key.rpartition('/')[0]}/(.+)" for key in named_keys}  # a claim's sweep
    words, written_texts, readers = set(), set(), []
    heard = " ".join(read_code(path) for path in pages)
    data = [ast.parse(read_code(path)) for path in (ROOT / "rnncourse" / "data").glob("*.py")]
    for tree in [*package, *data]:
        fixed = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
        words |= split_patterns(set().union(*map(list_text_patterns, fixed)))
    for tree in package:
        for node in ast.walk(tree):
            if name_callee(node) in ADDS:
                written_texts |= list_text_patterns(node.args[0]) if node.args else set()
            if name_callee(node) in READS or (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith(("measure", "_"))
                and re.search(rf"\b{node.name}\b", heard)
            ):
                readers.append(list_text_patterns(node))
    helpers = {t for tree in package for t in list_text_patterns(tree)}
    keys = Record.load(name).values
    heads, every = split_patterns(helpers), {part for key in keys for part in key.split("/")}
    nobody_writes = [
        key
        for key in keys
        if key.split("/")[0] not in heads or not is_written_by(key, written_texts | helpers, every)
    ]
    readers += [list_text_patterns(ast.parse(read_code(path))) for path in pages]
    left = [key for key in keys if not is_written_by(key, named_keys, words)]
    for reader in readers:
        left = [
            key for key in left if not is_written_by(key, reader, words | split_patterns(reader))
        ]
    return nobody_writes, left


@pytest.mark.slow
@pytest.mark.parametrize("name", [chapter.name for chapter in RECORDED])
def test_every_recorded_value_is_written_and_read(name):
    unwritten, unread = list_missing_keys(name)
    most = LEFT.get(name, (0, 0))
    assert len(unwritten) <= most[0], unwritten
    assert len(unread) <= most[1], unread


def test_a_key_needs_a_text_that_gives_it_with_words_that_are_there():
    read_texts = list_text_patterns(ast.parse("for k in ('two', 'three'): read(f'lag/{k}/{n}')"))
    assert is_written_by("lag/two/5", read_texts, split_patterns(read_texts))
    assert not is_written_by("lag/four/5", read_texts, split_patterns(read_texts))
    assert not is_written_by("lag/two", read_texts, split_patterns(read_texts))
