"""Copy exercises and solutions into the book.

The notebooks live in exercises/ and solutions/. The copies are ignored by git; each has one cell
more, with its download and the way to chapter, exercises and solutions. In a book without solutions
(withheld.py) there is none of theirs.
"""

import re
import shutil
from pathlib import Path

import nbformat
from nbformat import v4

from rnncourse.core.files import write_changed
from scripts.sphinx_ext.withheld import has_solutions

LINKS = {
    "exercises": """\
In the folder of the course, `make work CHAPTER={number}` opens a copy of your own; or
{{download}}`download this notebook <../../exercises/{name}>`. [For students](../students.md) says
more. They follow [the chapter](../{name}){end}.""",
    "solutions": """\
These are the answers to [the exercises](../exercises/{name}) of [the chapter](../{name}).
{{download}}`Download this notebook <../../solutions/{name}>`.""",
}

MARKER = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
SOLUTIONS = "; when you have tried, compare with [the solutions](../solutions/{name})"


def list_kinds() -> list[str]:
    """Return which of exercises and solutions the book has."""
    return [kind for kind in LINKS if kind != "solutions" or has_solutions()]


def make_page(source: Path, kind: str) -> nbformat.NotebookNode:
    """Return a notebook as a page of the book: with links, and without the solutions' markers."""
    nb = nbformat.read(source, as_version=4)
    nb.cells = [cell for cell in nb.cells if not cell.id.endswith("-setup")]  # no part of a page
    for cell in nb.cells:
        cell.source = MARKER.sub("", cell.source).rstrip()
    end = SOLUTIONS.format(name=source.name) if has_solutions() else ""
    text = LINKS[kind].format(name=source.name, number=source.name[:2], end=end)
    nb.cells.insert(1, v4.new_markdown_cell(text, id="links"))
    return nb


def copy_notebooks(book: Path) -> list[Path]:
    """Write the pages of all exercises and solutions where they differ; return all of them."""
    pages = []
    for kind in set(LINKS) - set(list_kinds()):
        shutil.rmtree(book / kind, ignore_errors=True)
    for kind in list_kinds():
        (book / kind).mkdir(exist_ok=True)
        for source in sorted((book.parent / kind).glob("*.ipynb")):
            target = book / kind / source.name
            write_changed(target, nbformat.writes(make_page(source, kind)) + "\n")
            pages.append(target)
        for path in set((book / kind).iterdir()) - set(pages):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return pages
