"""Sphinx extension: a book without its solutions, where RNNCOURSE_SOLUTIONS is `no`.

`make book SOLUTIONS=no` sets it. No page is made of a notebook in solutions/, and where a page
leads to one, it says that they come later.
"""

import os
import re
from pathlib import Path

PUBLISHED_LATER = r"\1 (published later)"
LINK = re.compile(r"\[([^][]*)\]\((?:\.\./)?solutions/[^()\s]*\)")


def has_solutions() -> bool:
    """Whether the book has its solutions.

    Raises:
        ValueError: In one sentence, if the variable says neither yes nor no.
    """
    setting = os.environ.get("RNNCOURSE_SOLUTIONS") or "yes"
    if setting not in ("yes", "no"):
        raise ValueError(f"SOLUTIONS must be yes or no, not {setting!r}.")
    return setting == "yes"


def drop_links(text: str) -> str:
    """Replace links to solutions.

    >>> drop_links("The [exercises](exercises/01-x); the [solutions](solutions/01-x) too.")
    'The [exercises](exercises/01-x); the solutions (published later) too.'
    """
    return LINK.sub(PUBLISHED_LATER, text)


def hide_links(app, docname, source):
    """Take the links out of a page."""
    if not has_solutions():
        source[0] = drop_links(source[0])


def hide_links_in_sources(app, error):
    """Take the links out of the notebooks that pages offer to download."""
    if error or has_solutions():
        return
    for path in sorted((Path(app.outdir) / "_sources").glob("*.ipynb")):
        before = path.read_text(encoding="utf-8")
        if (after := drop_links(before)) != before:
            path.write_text(after, encoding="utf-8")


def setup(app):
    app.connect("source-read", hide_links)
    app.connect("build-finished", hide_links_in_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
