"""Copy exercises and solutions into the book, as pages: python scripts/exercise_pages.py [BOOK].

The notebooks live in exercises/ and solutions/. The copies are ignored by git; each has one cell
more, with its download and the way to chapter, exercises and solutions.
"""

import re
import shutil
import sys
from pathlib import Path

import nbformat
from nbformat import v4

LINKS = {
    "exercises": """\
{{download}}`Download this notebook <../../exercises/{name}>` and write your answers into it. In the
folder of the course it is `exercises/{name}`. They follow [the chapter](../{name}); when you have
tried, compare with [the solutions](../solutions/{name}).""",
    "solutions": """\
These are the answers to [the exercises](../exercises/{name}) of [the chapter](../{name}).
{{download}}`Download this notebook <../../solutions/{name}>`.""",
}


def page(source: Path, kind: str) -> nbformat.NotebookNode:
    """Return a notebook as a page of the book: with links, and without the solutions' markers."""
    nb = nbformat.read(source, as_version=4)
    for cell in nb.cells:
        cell.source = re.sub(
            r"^ *### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.M
        ).rstrip()
    links = v4.new_markdown_cell(LINKS[kind].format(name=source.name), id="links")
    nb.cells.insert(1, links)
    return nb


def copy_into(book: Path) -> list[Path]:
    """Write the pages of all exercises and solutions where they differ; return all of them."""
    pages = []
    for kind in LINKS:
        (book / kind).mkdir(exist_ok=True)
        for source in sorted((book.parent / kind).glob("*.ipynb")):
            target = book / kind / source.name
            text = nbformat.writes(page(source, kind)) + "\n"
            if not target.is_file() or target.read_text(encoding="utf-8") != text:
                target.write_text(text, encoding="utf-8")
            pages.append(target)
        for path in set((book / kind).iterdir()) - set(pages):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return pages


if __name__ == "__main__":
    copy_into(Path(sys.argv[1] if len(sys.argv) > 1 else "book").resolve())
