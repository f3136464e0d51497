"""Lay out a chapter to start from: python -m scripts.author.make_chapter 05-gradients [--remove].

Everything in it is small, and real: an experiment with its record, a figure, a question with a
mistake, notebooks that are run, tests. Nothing that is there already is touched. The templates are
in `skeleton`. --remove takes a chapter away again that git does not know yet and nobody has written
into; --force, also what was written.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import jupytext
import nbformat

from scripts import ROOT, Argument, fail, run_script
from scripts.author.run_notebooks import run_notebook

LEDGER = ROOT / "rnncourse" / "claims.toml"
SKELETON = Path(__file__).with_name("skeleton")
NOTEBOOK_FOLDERS = ("book", "solutions")
NBGRADER_FIELDS = {"title": {}, "how": {}, "imports": {}, "question": {}}
NBGRADER_FIELDS |= {
    "answer": {"solution": True, "locked": False},
    "check": {"grade": True, "points": 1},
}


def map_placeholders(page: str) -> dict[str, str]:
    """Map the templates' placeholders to what they stand for."""
    number, words = page.split("-", 1)
    return {
        "@PAGE@": page,
        "@NN@": number,
        "@NUMBER@": str(int(number)),
        "@TITLE@": words.replace("-", " ").capitalize(),
        "@CHAPTER@": f"ch{number}_{words.replace('-', '_')}",
    }


def render_files(page: str) -> dict[Path, str]:
    """Render the files of a chapter that come from templates, by their places."""
    texts = {}
    for template in sorted(p for p in SKELETON.rglob("*") if p.is_file()):
        path, text = template.relative_to(SKELETON).as_posix(), template.read_text("utf-8")
        for placeholder, name in map_placeholders(page).items():
            path, text = path.replace(placeholder, name), text.replace(placeholder, name)
        texts[ROOT / path.removesuffix(".txt")] = text
    return texts


def build_notebook(text: str, page: str, kind: str) -> nbformat.NotebookNode:
    """Build a notebook from its percent form; in solutions, cells get what nbgrader reads."""
    nb = jupytext.reads(text, fmt="py:percent")
    nb.metadata = {}
    for number, cell in enumerate(nb.cells):
        cell.id = cell.metadata.pop("name", f"{page[:2]}-{number}")
        part = cell.id.split("-")[-1]
        if kind == "solutions" and part in NBGRADER_FIELDS:
            entry = {"grade": False, "solution": False, "locked": True, "points": 0, "task": False}
            entry |= {"schema_version": 3, "grade_id": cell.id, **NBGRADER_FIELDS[part]}
            cell.metadata["nbgrader"] = entry
    return nb


def list_paths(page: str) -> list[Path]:
    """List all that belongs to a chapter: its folders, and its notebooks."""
    name = map_placeholders(page)["@CHAPTER@"]
    folders = [ROOT / base / "chapters" / name for base in ("rnncourse", "tests")]
    return folders + [ROOT / f / f"{page}.ipynb" for f in (*NOTEBOOK_FOLDERS, "exercises")]


def explain_refusal(page: str, remove: bool, force: bool = False) -> str:
    """Say why this cannot be done, in one sentence, or ''."""
    if not re.fullmatch(r"\d\d(-[a-z0-9]+)+", page):
        return f"A chapter's name is like 05-gradients; got {page!r}."
    existing = [path for path in list_paths(page) if path.is_file() or holds_files(path)]
    if not remove:
        number = page[:2]
        same_number = (ROOT / "rnncourse" / "chapters").glob(f"ch{number}_*")
        taken_places = [*filter(holds_files, same_number), *existing]
        return f"{taken_places[0].relative_to(ROOT)} is there already." if taken_places else ""
    if not existing:
        return f"There is no chapter {page}."
    command = ["git", "ls-files", "--", *map(str, existing)]
    try:
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "There is no git here to say whether it knows this chapter."
    if result.returncode:
        return f"git cannot say whether it knows this chapter: {result.stderr.strip()[:200]}"
    if known := result.stdout.split():
        return f"git knows {known[0]}; remove it with git."
    manifest = locate_manifest(page)
    old_hashes = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else {}
    for path, content in hash_files(page).items():
        if old_hashes.get(path) != content and not force:
            return (
                f"{path} is not as it was laid out, so nothing was removed. To lose what was "
                f"written, say make chapter NAME={page} REMOVE=1 FORCE=1."
            )
    return ""


def locate_manifest(page: str) -> Path:
    """Return where it is kept how a chapter was laid out."""
    return ROOT / "_build" / "chapters" / f"{page}.json"


def hash_files(page: str) -> dict[str, str]:
    """Hash what a chapter's files hold now, by their places."""
    files = []
    for path in list_paths(page):
        files += sorted(path.rglob("*")) if path.is_dir() else [path]
    return {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file() and "__pycache__" not in path.parts
    }


def holds_files(folder: Path) -> bool:
    """Say whether a folder holds more than what Python caches."""
    return any(p.is_file() and "__pycache__" not in p.parts for p in folder.rglob("*"))


def remove_chapter(page: str) -> None:
    """Take away all that belongs to a chapter."""
    for path in list_paths(page):
        if path.exists():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            print(f"removed  {path.relative_to(ROOT)}")
    locate_manifest(page).unlink(missing_ok=True)
    for claim, table in tomllib.loads(LEDGER.read_text("utf-8")).items():
        if page in table.get("chapters", ()):
            print(f"claims.toml still names {page} at {claim}.")


def make_chapter(page: str) -> str:
    """Write the chapter, do its recorded run, run its notebooks; return '' or what failed."""
    for path, text in render_files(page).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            nbformat.write(build_notebook(text, page, path.parent.name), path)
        else:
            path.write_text(text, encoding="utf-8")
    print("Measuring, and running the notebooks ...", flush=True)
    reason = run_author_script("measure", map_placeholders(page)["@CHAPTER@"])
    for kind in NOTEBOOK_FOLDERS:
        reason = reason or run_notebook(ROOT / kind / f"{page}.ipynb")
    solutions = str(ROOT / "solutions" / f"{page}.ipynb")
    if reason := reason or run_author_script("make_exercises", solutions):
        return reason
    locate_manifest(page).parent.mkdir(parents=True, exist_ok=True)
    locate_manifest(page).write_text(json.dumps(hash_files(page), indent=1), encoding="utf-8")
    return ""


def run_author_script(name: str, argument: str) -> str:
    """Run a script of this folder; return '', or what it printed if it failed."""
    command = [sys.executable, "-m", f"scripts.author.{name}", argument]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr if result.returncode else ""


def main(page: str, remove: bool, force: bool) -> None:
    if reason := explain_refusal(page, remove, force):
        fail(reason)
    if remove:
        remove_chapter(page)
        return
    reason = "broken off"
    try:
        reason = make_chapter(page)
    finally:  # also when a run raises, or is broken off
        if reason:
            remove_chapter(page)
    if reason:
        fail(reason, code=1)
    for path in list_paths(page):
        print(f"made  {path.relative_to(ROOT)}")


if __name__ == "__main__":
    run_script(
        main,
        Argument("page", metavar="PAGE", help="its number and a few words, as 05-gradients"),
        Argument("--remove", action="store_true", help="take it away again"),
        Argument("--force", action="store_true", help="also what was written into it"),
    )
