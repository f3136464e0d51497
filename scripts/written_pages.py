"""Write what the book lists and nobody should list by hand: python scripts/written_pages.py.

Into book/, where git ignores them: the table of contents, the front page's cards, the API's pages.
They follow from the folders of rnncourse/chapters and from the package's modules.
"""

import importlib
from pathlib import Path

import errata_page
from kernels import ROOT

from rnncourse.core.chapters import chapters

BOOK, PACKAGE = ROOT / "book", ROOT / "rnncourse"
BACK_MATTER = ("notation", "concordance", "glossary", "claims", "errata", "grading", "references")
EXERCISES = {"exercises": "Exercises", "solutions": "Solutions"}
ROOMS = {  # the pages of the API, after which come the chapters'
    "core": ("Records, numerics, claims", ("claims", "core")),
    "data": ("Data", ("data",)),
    "cells": ("Cells", ("cells",)),
    "models": ("Models, training, decoding", ("models", "training", "decoding")),
    "analysis": ("Analysis", ("analysis",)),
    "concordance": ("Concordance", ("concordance",)),
    "viz": ("Figures", ("viz",)),
    "grading": ("Grading", ("grading", "cli")),
}
API = """# API of the package

The public functions and classes of `rnncourse`: first the rooms that chapters share, then what only
one chapter uses. A docstring gives the equation, the shapes and the units, and says where it comes
from. The {ref}`index <genindex>` lists all names by their letters.
"""


def toc() -> str:
    """The table of contents: chapters with their exercises, then the back matter."""
    lines = ["format: jb-book", "root: index", "options:", "  numbered: false", "parts:"]
    lines += ["  - caption: Chapters", "    chapters:"]
    for chapter in chapters():
        lines += [f"      - file: {chapter.page}"]
        kinds = [kind for kind in EXERCISES if (ROOT / kind / f"{chapter.page}.ipynb").is_file()]
        lines += ["        sections:"] if kinds else []
        for kind in kinds:
            lines += [
                f"          - file: {kind}/{chapter.page}",
                f"            title: {EXERCISES[kind]}",
            ]
    lines += ["  - caption: Back matter", "    chapters:"]
    lines += [f"      - file: {page}" for page in (*BACK_MATTER, "api")]
    lines += ["        sections:"]
    lines += [f"          - file: api/{page}" for page in (*ROOMS, *(c.name for c in chapters()))]
    return "\n".join(lines) + "\n"


def cards() -> str:
    """The front page's cards: what each chapter asks."""
    return "\n".join(
        f":::{{grid-item-card}} {c.number}. {c.title}\n:link: {c.page}\n:link-type: doc\n\n"
        f"{c.question}\n:::\n"
        for c in chapters()
    )


def modules(folder: Path) -> list[str]:
    """The dotted names of the modules below a folder, or of the one file of this name."""
    found = []
    for path in sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]:
        if not path.name.startswith("__"):
            found.append(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return found


def said_of(*names: str) -> list[str]:
    """What the package's rooms say of themselves, a paragraph each."""
    said = []
    for name in names:
        summary = (importlib.import_module(name).__doc__ or "").split("\n\n")[0].strip()
        said.append(f"`{name}`: {summary[0].lower()}{summary[1:]}\n")
    return said


def api(title: str, intro: list[str], names: list[str]) -> str:
    """One page of the API."""
    parts = [f"# API: {title[0].lower()}{title[1:]}\n", *intro]
    parts += [f"## `{n}`\n\n```{{eval-rst}}\n.. automodule:: {n}\n```\n" for n in names]
    return "\n".join(parts)


def pages() -> dict[str, str]:
    """All written files, by their path in the book."""
    found = {"_toc.yml": toc(), "_cards.md": cards(), "errata.md": errata_page.page()}
    contents = [API]
    for page, (title, rooms) in ROOMS.items():
        names = [name for room in rooms for name in modules(PACKAGE / room)]
        found[f"api/{page}.md"] = api(title, said_of(*(f"rnncourse.{r}" for r in rooms)), names)
        contents.append(
            f"[{title}](api/{page}.md)\n: {', '.join(f'`{room}`' for room in rooms)}.\n"
        )
    for chapter in chapters():
        intro = [f"What only [chapter {chapter.number}](../{chapter.page}) uses.\n"]
        found[f"api/{chapter.name}.md"] = api(
            f"chapter {chapter.number}, {chapter.title}", intro, modules(chapter.folder)
        )
        contents.append(f"[{chapter.title}](api/{chapter.name}.md)\n: `chapters.{chapter.name}`.\n")
    return found | {"api.md": "\n".join(contents)}


def write() -> None:
    """Write the files that differ, and remove pages of the API that are no longer written."""
    found = pages()
    for name, text in found.items():
        path = BOOK / name
        path.parent.mkdir(exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in (BOOK / "api").glob("*.md"):
        if path.relative_to(BOOK).as_posix() not in found:
            path.unlink()


if __name__ == "__main__":
    write()
