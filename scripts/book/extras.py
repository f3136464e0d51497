"""What commands of their own add to the built site, and the script that tells the pages of it.

`make pdf` and `make slides` write into `_build/html`; `_static/extras.js` lists what is there, and
every page loads it. A build of the book takes all of it away: it would show an older book.
"""

import json
import shutil
from pathlib import Path

from scripts import ROOT, fail

SITE = ROOT / "_build" / "html"
SCRIPT = "_static/extras.js"
PDFS = ("book.pdf", "exercises.pdf", "solutions.pdf")
SLIDES = "slides"
NO_EXTRAS = {"pdf": [], "slides": {}}
PLACES = (SCRIPT, *PDFS, SLIDES)
"""What in the site is none of the book's own pages."""


def read_settings() -> dict:
    """Return the settings of the book, for its title and author."""
    import yaml

    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def require_book() -> None:
    """End the process if there is no book to add to."""
    if not (SITE / "index.html").is_file():
        fail("the book is not built. Try: make book", code=1)


def read_extras(site: Path) -> dict:
    """Return what the pages are told: which PDF files there are, where a chapter's slides are."""
    try:
        text = (site / SCRIPT).read_text(encoding="utf-8")
        return json.loads(text.partition("=")[2].strip().removesuffix(";"))
    except (FileNotFoundError, ValueError):  # none yet, or one whose writing was broken off
        return dict(NO_EXTRAS)


def write_extras(site: Path, **values: object) -> None:
    """Write the script anew, with other values for some keys."""
    text = json.dumps({**read_extras(site), **values}, indent=2, sort_keys=True)
    (site / SCRIPT).parent.mkdir(parents=True, exist_ok=True)
    (site / SCRIPT).write_text(f"window.rcExtras = {text};\n", encoding="utf-8")


def remove_extras(site: Path) -> None:
    """Take away all that was made from an older book, and the script: Sphinx must not find it.

    It would put a version of the script's content into the pages, and that content changes.
    """
    for name in (*PDFS, SCRIPT):
        (site / name).unlink(missing_ok=True)
    shutil.rmtree(site / SLIDES, ignore_errors=True)
