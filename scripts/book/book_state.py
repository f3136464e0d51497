"""What the built book was made from: decides whether to build, and how much.

`_build/book.json` is written when a build has succeeded, and is gone while one runs; so a build
that failed or was broken off is followed by one from scratch.
"""

import hashlib
import json
import os
import re
import sys
import sysconfig
from pathlib import Path

from scripts.book import extras

FOLDERS = ("book", "exercises", "solutions", "rnncourse", "scripts")
FILES = ("CITATION.cff", "_config.yml", "constraints.txt", "package-lock.json", "pyproject.toml")
# Each of these reaches the pages only through a page that the build writes, or as a download.
INDIRECT_SOURCES = ("exercises/", "solutions/", "book/errata.toml")
VARIABLES = ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "PYTHONPATH", "SOURCE_DATE_EPOCH")
BUILT_FOLDERS = ("html", ".doctrees", "jupyter_execute")


def list_files(folder: Path) -> list[Path]:
    """List all files below a folder that someone wrote, in a fixed order."""
    paths = []
    for base, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [f for f in folders if f not in ("__pycache__", ".ipynb_checkpoints")]
        # An editor's lock is a link that leads nowhere.
        paths += [path for name in names if (path := Path(base, name)).is_file()]
    return sorted(paths)


def hash_inputs(root: Path) -> dict[str, str]:
    """Hash every file that can change a page, by its path."""
    files = [path for folder in FOLDERS for path in list_files(root / folder)]
    files += [path for name in FILES if (path := root / name).is_file()]
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def describe_settings(root: Path) -> dict:
    """Say what else decides the pages: the place, Python, the packages, the environment."""
    packages = Path(sysconfig.get_path("purelib"))
    return {
        "root": str(root),
        "python": sys.version,
        "packages": sorted(p.name for p in packages.glob("*.dist-info")),
        "environment": {
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith("RNNCOURSE_") or name in VARIABLES
        },
    }


def hash_output(root: Path) -> str:
    """Hash names, sizes and times of all that was built, so that a later change is seen."""
    digest, site = hashlib.sha256(), root / "_build" / "html"
    for folder in BUILT_FOLDERS:
        for path in list_files(root / "_build" / folder):
            if any(path.is_relative_to(site / place) for place in extras.PLACES):
                continue
            facts = path.stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def compute_state(root: Path) -> dict:
    """Compute the state of the sources and of what was built from them."""
    return {
        "inputs": hash_inputs(root),
        "settings": describe_settings(root),
        "output": hash_output(root),
    }


def read_saved_state(root: Path) -> dict | None:
    """Read the state after the last build, if that succeeded."""
    try:
        return json.loads((root / "_build" / "book.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def forget_state(root: Path) -> None:
    (root / "_build" / "book.json").unlink(missing_ok=True)


def save_state(root: Path, state: dict) -> None:
    """Remember a build that succeeded; `state` says what it was made from."""
    text = json.dumps({**state, "output": hash_output(root)}, indent=0)
    (root / "_build" / "book.json").write_text(text, encoding="utf-8")


def is_only_prose(old: dict | None, new: dict) -> bool:
    """Say whether nothing changed but pages of text, so that what is written stands.

    A notebook has figures and slides of which the front page and the lecturers' page tell.
    """
    if old is None or old["settings"] != new["settings"]:
        return False
    before, after = old["inputs"], new["inputs"]
    changed_inputs = {
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    }
    by_hand = re.compile(r"book/(?!_|api\.|claims\.|errata\.)[^/]+\.md")
    return before.keys() == after.keys() and all(map(by_hand.fullmatch, changed_inputs))


def list_changed_pages(old: dict | None, new: dict) -> list[str] | None:
    """List pages whose source changed, relative to book/; None if that is not all that changed."""
    if old is None or any(old.get(key) != new[key] for key in ("settings", "output")):
        return None
    before, after = old["inputs"], new["inputs"]
    if before.keys() != after.keys():
        return None
    changed_inputs = {name for name in after if after[name] != before[name]}
    pages = {
        name
        for name in changed_inputs
        if name.startswith("book/")
        and name.endswith((".md", ".ipynb"))
        and not name.startswith("book/_")
    }
    if all(name.startswith(INDIRECT_SOURCES) for name in changed_inputs - pages):
        return sorted(name.removeprefix("book/") for name in pages)
    return None
