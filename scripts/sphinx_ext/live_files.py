"""Sphinx extension: what live widgets load stands below _static, in the folders of the package.

Modules, styles and weights stay where Python reads them. When a build ends, styles are copied, and
one script is made of each widget and of each network: a page that is opened as a file may load it.
"""

from pathlib import Path

from rnncourse.core.chapters import list_chapters
from rnncourse.core.files import write_changed
from rnncourse.viz.elements import SHARED, asset_url, bundle_as_script, weights_script


def list_live_files() -> dict[str, str]:
    """All that pages with widgets ask for: texts by their places in the site."""
    styles = [*SHARED.glob("*.css")]
    files = {}
    for chapter in list_chapters():
        styles += chapter.folder.glob("*widget.css")
        for script in chapter.folder.glob("*widget.mjs"):
            files[asset_url(script.with_suffix(".js"))] = bundle_as_script(script)
        for weights in chapter.folder.glob("weights/*.bin"):
            text = weights_script(weights.stem, weights.parent)
            files[asset_url(weights.with_suffix(".js"))] = text
    return files | {asset_url(path): path.read_text(encoding="utf-8") for path in styles}


def write_live_files(app, exception) -> None:
    if exception is None and app.builder.format == "html":
        for path, text in list_live_files().items():
            write_changed(Path(app.outdir, path), text)


def setup(app) -> dict:
    app.connect("build-finished", write_live_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
