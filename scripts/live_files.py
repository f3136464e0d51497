"""Sphinx extension: what live widgets load stands below _static, in the folders of the package.

Scripts, styles and weights stay where Python reads them, so they are copied when a build ends.
"""

import shutil
from pathlib import Path

from rnncourse.core.chapters import chapters
from rnncourse.core.records import FILE
from rnncourse.viz.elements import SHARED, address

KINDS = (".mjs", ".css", ".json", ".bin")


def live_files() -> list[Path]:
    """All files of the package that a page may ask for."""
    folders = [SHARED]
    for chapter in chapters():
        folders += [chapter.folder, chapter.folder / "weights"]
    found = [path for folder in folders for path in folder.glob("*") if path.suffix in KINDS]
    return sorted(path for path in found if path.is_file() and path.name != FILE)


def copy(app, exception) -> None:
    for path in live_files() if exception is None and app.builder.format == "html" else ():
        target = Path(app.outdir, address(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != path.read_bytes():
            shutil.copyfile(path, target)


def setup(app) -> dict:
    app.connect("build-finished", copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
