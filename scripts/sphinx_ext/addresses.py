"""Sphinx extension: what a page says of the web, where the addresses are known at build time.

Three variables of the environment, and nothing else, decide it (see README, "Addresses"):
`RNNCOURSE_REPOSITORY`, `RNNCOURSE_BRANCH` and `RNNCOURSE_SITE`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from docutils import nodes

# Pages that no one edits, and what they are made from; the exercises are made from the solutions.
GENERATED_FROM = {
    "book/claims.md": "rnncourse/claims.toml",
    "book/errata.md": "book/errata.toml",
    "book/exercises/": "solutions/",
    "book/solutions/": "solutions/",
}
PLACEHOLDER = "OWNER/REPO"
LAUNCH_FOLDERS = {"book/exercises/": "exercises/", "book/solutions/": "solutions/"}


def read_addresses(environment: Mapping[str, str]) -> tuple[dict, str]:
    """Return the theme's options for the repository, and the site's address; each may be empty.

    Raises:
        ValueError: In one sentence, if an address is none that the pages can link to.
    """
    repository = environment.get("RNNCOURSE_REPOSITORY", "").removesuffix("/").removesuffix(".git")
    branch = environment.get("RNNCOURSE_BRANCH", "") or "main"
    site = environment.get("RNNCOURSE_SITE", "")
    if repository and not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", repository):
        raise ValueError(
            f"RNNCOURSE_REPOSITORY must be like https://github.com/owner/name, not {repository!r}."
        )
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*", branch):
        raise ValueError(f"RNNCOURSE_BRANCH must be the name of a branch, not {branch!r}.")
    if site and not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w.~-]+)*/?", site):
        raise ValueError(
            f"RNNCOURSE_SITE must be like https://owner.github.io/name/, not {site!r}."
        )
    options = {
        "repository_url": repository,
        "repository_branch": branch,
        "path_to_docs": "book",
        "use_repository_button": True,
        "use_edit_page_button": True,
        "use_issues_button": True,
        "launch_buttons": {
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
            "notebook_interface": "jupyterlab",
        },
    }
    return (options if repository else {}), (site.removesuffix("/") + "/" if site else "")


def configure_addresses(app, config):
    """Show the theme's buttons for a known repository, and name the site's own address."""
    options, config.html_baseurl = read_addresses(os.environ)
    config.html_theme_options = {**config.html_theme_options, **options}


def fix_button(button: dict) -> dict:
    """Return a button of the theme that leads to a file of the repository.

    The theme takes each page for a file in book/; those that the build writes are not there.
    """
    if "buttons" in button:
        return {**button, "buttons": [fix_button(child) for child in button["buttons"]]}
    sources = GENERATED_FROM if button.get("label") == "source-edit-button" else LAUNCH_FOLDERS
    url = button.get("url", "")
    for page, source in sources.items():
        # The address has the page's name too, but without the folder book/.
        url = url.replace(f"/{page}", f"/{source}")
    return {**button, "url": url} if url else button


def fix_source_buttons(app, pagename, templatename, context, doctree):
    """Correct the buttons of one page's header."""
    context["header_buttons"] = [fix_button(button) for button in context["header_buttons"]]


def name_repository(text: str) -> str:
    """Put the name of the known repository where a text has a placeholder."""
    options, _ = read_addresses(os.environ)
    url = options.get("repository_url", "")
    return text.replace(PLACEHOLDER, url.removeprefix("https://github.com/")) if url else text


def fill_repository(app, doctree, docname):
    """Name it on a page, in the files that it shows, too."""
    for text in [t for t in doctree.findall(nodes.Text) if PLACEHOLDER in t]:
        if isinstance(text.parent, nodes.literal_block):  # else its code has no colors
            text.parent.rawsource = name_repository(text.parent.rawsource)
        text.parent.replace(text, nodes.Text(name_repository(text.astext())))


def fill_repository_in_downloads(app, error):
    """Name it in the files that a page hands out."""
    for path in Path(app.outdir, "_downloads").rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        if name_repository(text) != text:
            path.write_text(name_repository(text), encoding="utf-8")


def setup(app):
    """Come after the theme, whose buttons are corrected."""
    app.connect("config-inited", configure_addresses)
    app.connect("doctree-resolved", fill_repository)
    app.connect("build-finished", fill_repository_in_downloads)
    app.connect("html-page-context", fix_source_buttons, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
