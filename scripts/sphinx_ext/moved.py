"""Sphinx extension: an old address leads to where its section went (`book/moved.toml`).

A page that is gone leaves a small page at its address; a page that lost sections, or took the place
of another, a script of one line. Both know each old anchor.
`python -m scripts.sphinx_ext.moved PAGE...` prints the anchors that built pages have, to be written
down before sections move.
"""

import html
import json
import re
import tomllib
from pathlib import Path

from scripts import ROOT, Argument, fail, run_script

TABLE = ROOT / "book" / "moved.toml"
REDIRECT = """(moved => {
  const go = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (document.getElementById(id)) return;
    const to = moved[id] ?? moved[""];
    if (to) location.replace(to.includes("#") || !id ? to : `${to}${location.hash}`);
  };
  go();
  addEventListener("hashchange", go);
})"""


def read_table(path: Path = TABLE) -> dict[str, dict[str, str]]:
    """Return for each old page where its anchors went; the page itself, if it is gone, at "".

    Raises:
        ValueError: If something leads nowhere, in one sentence.
    """
    moves = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for page, places in moves.items():
        for anchor, target in places.items():
            if not re.fullmatch(r"[\w-]+(#[\w.-]+)?", target):
                raise ValueError(f"moved.toml: {page}#{anchor} must lead to PAGE or PAGE#ANCHOR.")
    return moves


def make_address(target: str) -> str:
    """Turn `PAGE#ANCHOR` into what a link says."""
    page, _, anchor = target.partition("#")
    return f"{page}.html#{anchor}" if anchor else f"{page}.html"


def render_script(places: dict[str, str]) -> str:
    """The script that leads on; it runs where the element is already there, or gone."""
    known = json.dumps({anchor: make_address(target) for anchor, target in places.items()})
    return f"<script>{REDIRECT}({known})</script>"


def render_stub(page: str, places: dict[str, str]) -> str:
    """The page at the address of one that is gone."""
    target = html.escape(make_address(places[""]))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{page}</title>'
        f'<meta name="robots" content="noindex"><link rel="canonical" href="{target}">'
        f"{render_script(places)}"
        f'<noscript><meta http-equiv="refresh" content="0; url={target}"></noscript></head>'
        f'<body><p>This page has moved: <a href="{target}">{target}</a></p></body></html>\n'
    )


def add_redirects(app, pagename, templatename, context, doctree):
    """Give a page that lost sections its script."""
    if doctree is not None and (places := read_table().get(pagename)):
        context["body"] += render_script(places)


def write_stubs(app, exception):
    """Write the pages that stand for those that are gone."""
    for page, places in read_table().items() if exception is None else ():
        if "" in places and page not in app.env.found_docs:
            Path(app.outdir, f"{page}.html").write_text(render_stub(page, places), encoding="utf-8")


def find_anchors(site: Path, page: str) -> list[str]:
    """What of a built page can be linked to: headings, figures, tables, claims, formulas."""
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    article = text[text.index("<article") : text.index("</article>")]
    pattern = r'<(?:section|figure|article|table|span|div)\b[^>]*? id="([\w-]+)"'
    return list(dict.fromkeys(re.findall(pattern, article)))


def setup(app):
    """Come when pages are written."""
    app.connect("html-page-context", add_redirects, priority=900)
    app.connect("build-finished", write_stubs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def main(names: list[str]) -> None:
    site = ROOT / "_build" / "html"
    if unbuilt := [name for name in names if not (site / f"{name}.html").is_file()]:
        fail(f"there is no page {unbuilt[0]} in _build/html.")
    for name in names:
        print(f"\n[{name}]", *find_anchors(site, name), sep="\n")


if __name__ == "__main__":
    run_script(main, Argument("names", nargs="+", metavar="PAGE"))
