"""The code that a section of a record was measured by, as twelve digits; see `measure.py --stale`.

Hashed is the syntax of the function that writes the section, and of all at the top of a module of
`rnncourse` that it reaches by name: functions, classes, constants. Comments, docstrings and
annotations are left out. Stored weights are hashed with it whose name stands in this code, of a
chapter that it reaches. What is reached by other data alone (a record, a table of functions), or by
`import rnncourse.x` without `as`, is not seen. The first hashes, of 2026-11-26, were written
without a run: they say nothing of what changed before that day.
"""

import ast
import hashlib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from scripts import ROOT

NOT_FOLLOWED = "rnncourse.core.records"  # carries numbers and changes none
SKIPPED_FIELDS = ("annotation", "returns", "ctx")


def hash_code(run: Callable) -> str:
    """Return twelve digits for a function and what is bound to it; or for its maker.

    The code is that of the first call in a process; stored weights are read at every call, so that
    those which a run has written can be hashed after it.
    """
    bound = repr((run.args, run.keywords)) if isinstance(run, partial) else ""
    run = run.func if bound else run
    texts: dict[tuple[str, str], str] = {}
    waiting = [(run.__module__, run.__code__.co_qualname.split(".")[0])]
    while waiting:
        key = module, name = waiting.pop()
        if key in texts or module == NOT_FOLLOWED:
            continue
        definitions, imported = _read_module(ROOT, module)
        if name in definitions:
            texts[key], used = _dump_definition(ROOT, module, name)
            for word, attribute in used:
                origin, origin_name = imported.get(word, (module, word))
                waiting.append((origin, origin_name or attribute))
        elif name in imported:  # a package that hands on what one of its modules defines
            waiting.append(imported[name])
    lines = [f"{key}: {texts[key]}" for key in sorted(texts)] + [bound] * bool(bound)
    text = "\n".join(lines)
    for path in _list_weight_files(ROOT):
        chapter = path.relative_to(ROOT / "rnncourse" / "chapters").parts[0]
        if chapter in text and any(repr(name) in text for name in (path.name, path.stem)):
            lines.append(f"{path.name}: {hashlib.sha256(path.read_bytes()).hexdigest()}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _list_weight_files(root: Path) -> list[Path]:
    """List the files of weights that chapters keep."""
    folder = root / "rnncourse" / "chapters"
    return sorted([*folder.glob("*/weights/*"), *folder.glob("*/*weights.json")])


@cache
def _read_module(root: Path, module: str) -> tuple[dict[str, list], dict[str, tuple[str, str]]]:
    """Read what a module defines at its top, and what it imports: a module, and a name or ''."""
    definitions: dict[str, list[ast.stmt]] = {}
    imported: dict[str, tuple[str, str]] = {}
    path = _find_module(root, module)
    tree = ast.parse(path.read_text(encoding="utf-8") if path else "")
    for node in tree.body:
        assigned_names = (
            x for x in ast.walk(node) if isinstance(x, ast.Name) and type(x.ctx) is ast.Store
        )
        for name in [node.name] if hasattr(node, "name") else [x.id for x in assigned_names]:
            definitions.setdefault(name, []).append(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {a.asname: (a.name, "") for a in node.names if a.asname}
        elif isinstance(node, ast.ImportFrom) and _find_module(
            root, source := _resolve_import(node, module, path)
        ):
            for alias in node.names:
                submodule = _find_module(root, f"{source}.{alias.name}")
                origin = (f"{source}.{alias.name}", "") if submodule else (source, alias.name)
                imported[alias.asname or alias.name] = origin
    return definitions, imported


@cache
def _dump_definition(root: Path, module: str, name: str) -> tuple[str, set[tuple[str, str]]]:
    """Write down what a module defines by a name, and return which names it uses."""
    used: set[tuple[str, str]] = set()
    return _dump_syntax(_read_module(root, module)[0][name], used), used


def _resolve_import(node: ast.ImportFrom, module: str, path: Path) -> str:
    """Name the module that names are imported from, also by its dots."""
    package = module.split(".")[: None if path.name == "__init__.py" else -1]
    above = package[: len(package) - node.level + 1] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def _find_module(root: Path, module: str) -> Path | None:
    """Find a module of the package."""
    path = root / module.replace(".", "/")
    files = path.with_suffix(".py"), path / "__init__.py"
    return next((f for f in files if module.startswith("rnncourse") and f.is_file()), None)


def _dump_syntax(node: object, used: set[tuple[str, str]]) -> str:
    """Write syntax down, alike in all versions of Python, and note the names that it uses."""
    if isinstance(node, list):
        is_docstring = [isinstance(x, ast.Expr) and isinstance(x.value, ast.Constant) for x in node]
        texts = (_dump_syntax(x, used) for x, s in zip(node, is_docstring, strict=True) if not s)
        return f"[{', '.join(texts)}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, ast.Name):
        used.add((node.id, ""))
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        used.add((node.value.id, node.attr))
    fields = [
        (k, v) for k, v in ast.iter_fields(node) if k not in SKIPPED_FIELDS and v not in (None, [])
    ]
    return f"{type(node).__name__}({', '.join(f'{k}={_dump_syntax(v, used)}' for k, v in fields)})"
