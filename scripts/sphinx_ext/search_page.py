"""Sphinx extension: our search page in the place of Sphinx's own, and none of Sphinx's scripts."""

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent / "templates"
NOT_FOR_SEARCH = ("sphinx_highlight", "clipboard", "copybutton", "togglebutton", "design", "mystnb")
UNUSED_SCRIPTS = ("searchtools.js", "language_data.js", "sphinx_highlight.js")


def add_templates(app, config):
    """Let Sphinx find our template before the theme's."""
    config.templates_path = [str(TEMPLATES), *config.templates_path]


def disable_index(app):
    """Build no index: scripts/book/search_index.py writes one when all pages are there."""
    app.builder.search = False


def list_pages(app):
    """Name the page and its template."""
    yield "search", {}, "search.html"


def drop_files(app, pagename, templatename, context, doctree):
    """Leave out Sphinx's marking of words, and from a page of hits what only text and code need."""
    unused = NOT_FOR_SEARCH if pagename == "search" else NOT_FOR_SEARCH[:1]
    for kind in ("script_files", "css_files"):
        context[kind] = [
            file
            for file in context[kind]
            if not any(name in str(getattr(file, "filename", file)) for name in unused)
        ]


def remove_search_scripts(app, exception):
    """Remove what the theme brings for Sphinx's search."""
    for name in UNUSED_SCRIPTS:
        Path(app.outdir, "_static", name).unlink(missing_ok=True)


def setup(app):
    """Come before the pages are written."""
    app.connect("config-inited", add_templates)
    app.connect("builder-inited", disable_index)
    app.connect("html-collect-pages", list_pages)
    app.connect("html-page-context", drop_files, priority=900)
    app.connect("build-finished", remove_search_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
