"""Lay out a chapter to start from: python scripts/make_chapter.py 05-gradients [--remove].

Everything in it is small, and real: an experiment with its record, a figure, a question with a
mistake, notebooks that are run, tests. Nothing that is there already is touched. The templates are
in scripts/skeleton. --remove takes a chapter away again that git does not know yet.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
from kernels import ROOT
from measure import experiments
from run_notebooks import run

SKELETON = Path(__file__).with_name("skeleton")
NOTEBOOKS = ("book", "solutions")
GRADED = {"title": {}, "how": {}, "imports": {}, "question": {}}
GRADED |= {"answer": {"solution": True, "locked": False}, "check": {"grade": True, "points": 1}}


def names_of(page: str) -> dict[str, str]:
    """What the templates' placeholders stand for."""
    number, words = page.split("-", 1)
    return {
        "@PAGE@": page,
        "@NN@": number,
        "@NUMBER@": str(int(number)),
        "@TITLE@": words.replace("-", " ").capitalize(),
        "@CHAPTER@": f"ch{number}_{words.replace('-', '_')}",
    }


def files_of(page: str) -> dict[Path, str]:
    """The files of a chapter that are written from templates, by their places."""
    found = {}
    for template in sorted(p for p in SKELETON.rglob("*") if p.is_file()):
        place, text = template.relative_to(SKELETON).as_posix(), template.read_text("utf-8")
        for placeholder, name in names_of(page).items():
            place, text = place.replace(placeholder, name), text.replace(placeholder, name)
        found[ROOT / place.removesuffix(".txt")] = text
    return found


def notebook(text: str, page: str, kind: str) -> nbformat.NotebookNode:
    """A notebook from its percent form; in solutions, cells get what nbgrader reads."""
    nb = jupytext.reads(text, fmt="py:percent")
    nb.metadata = {}
    for number, cell in enumerate(nb.cells):
        cell.id = cell.metadata.pop("name", f"{page[:2]}-{number}")
        part = cell.id.split("-")[-1]
        if kind == "solutions" and part in GRADED:
            entry = {"grade": False, "solution": False, "locked": True, "points": 0, "task": False}
            entry |= {"schema_version": 3, "grade_id": cell.id, **GRADED[part]}
            cell.metadata["nbgrader"] = entry
    return nb


def places_of(page: str) -> list[Path]:
    """All that belongs to a chapter: its folders, and its notebooks."""
    name = names_of(page)["@CHAPTER@"]
    folders = [ROOT / base / "chapters" / name for base in ("rnncourse", "tests")]
    return folders + [ROOT / f / f"{page}.ipynb" for f in (*NOTEBOOKS, "exercises")]


def refusal(page: str, remove: bool) -> str:
    """Why this cannot be done, in one sentence, or ''."""
    if not re.fullmatch(r"\d\d(-[a-z0-9]+)+", page):
        return f"A chapter's name is like 05-gradients; got {page!r}."
    there = [path for path in places_of(page) if path.exists()]
    if not remove:
        number = page[:2]
        taken = [*(ROOT / "rnncourse" / "chapters").glob(f"ch{number}_*"), *there]
        return f"{taken[0].relative_to(ROOT)} is there already." if taken else ""
    if not there:
        return f"There is no chapter {page}."
    command = ["git", "ls-files", "--", *map(str, there)]
    known = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return f"git knows {known.split()[0]}; remove it with git." if known.strip() else ""


def remove(page: str) -> None:
    for path in places_of(page):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def make(page: str) -> str:
    """Write the chapter, do its recorded run, run its notebooks; return '' or what failed."""
    for path, text in files_of(page).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            nbformat.write(notebook(text, page, path.parent.name), path)
        else:
            path.write_text(text, encoding="utf-8")
    chapter = names_of(page)["@CHAPTER@"]
    for name, experiment in experiments().items():
        if name.startswith(f"{chapter}/"):
            experiment().save()
    for kind in NOTEBOOKS:
        if reason := run(ROOT / kind / f"{page}.ipynb"):
            return reason
    command = [sys.executable, str(ROOT / "scripts" / "make_exercises.py")]
    command += [str(ROOT / "solutions" / f"{page}.ipynb")]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("page", help="its number and a word or a few, for instance 05-gradients")
    parser.add_argument("--remove", action="store_true", help="take it away again")
    options = parser.parse_args()
    if reason := refusal(options.page, options.remove):
        print(f"make_chapter.py: {reason}", file=sys.stderr)
        return 2
    if options.remove:
        remove(options.page)
        return 0
    if reason := make(options.page):
        print(f"make_chapter.py: {reason}", file=sys.stderr)
        remove(options.page)
        return 1
    for path in places_of(options.page):
        print(f"made  {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
