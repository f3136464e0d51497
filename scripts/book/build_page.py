"""Build one page in seconds, to look at while it is written: python -m scripts.book.build_page 05.

Takes the pages whose names begin so (05: lesson and second lesson; lab-05; glossary), into
`_build/page/_build/html`. Links to other pages lead nowhere; `make book` proves a page.
"""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from scripts import ROOT, Argument, fail, run_script
from scripts.book import vendor
from scripts.book.build_book import typeset_formulas

PLACE = ROOT / "_build" / "page"


def choose_pages(name: str) -> list[str]:
    """Return the pages of the book whose names begin so."""
    pages = {path.stem for kind in ("*.ipynb", "*.md") for path in (ROOT / "book").glob(kind)}
    pattern = rf"(?!_){re.escape(name)}(?!\d)"
    return sorted(page for page in pages if name and re.match(pattern, page))


def write_contents(book: Path, pages: list[str]) -> None:
    """Write the table of contents of a book that has these pages only."""
    lines = ["format: jb-book", f"root: {pages[0]}", "options:", "  numbered: false"]
    lines += ["chapters:", *(f"  - file: {page}" for page in pages[1:])] if pages[1:] else []
    (book / "_toc.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(name: str) -> None:
    if not (pages := choose_pages(name)):
        fail(f"no page begins with {name!r}. Try: make page NAME=05")
    start = time.perf_counter()
    vendor.main()
    book = PLACE / "book"
    shutil.rmtree(PLACE, ignore_errors=True)
    left_out = shutil.ignore_patterns("exercises", "solutions", "api", "*.ipynb", "_toc.yml")
    shutil.copytree(ROOT / "book", book, ignore=left_out)
    for page in pages:
        if (path := ROOT / "book" / f"{page}.ipynb").is_file():
            shutil.copy(path, book)
    write_contents(book, pages)
    program = [Path(sys.executable).with_name("jupyter-book"), "build", book, "--quiet"]
    program += ["--config", ROOT / "_config.yml", "--path-output", PLACE]
    result = subprocess.run(
        program, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    site = PLACE / "_build" / "html"
    built = [page for page in pages if (site / f"{page}.html").is_file()]
    if result.returncode or built != pages:
        fail(result.stdout, result.stderr, code=result.returncode or 1)
    typeset_formulas(site)
    for page in pages:
        print(site / f"{page}.html")
    print(f"Built in {time.perf_counter() - start:.0f} s.")


if __name__ == "__main__":
    run_script(main, Argument("name", metavar="NAME", help="how names of pages begin"))
