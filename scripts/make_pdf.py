"""Print the built book as one PDF, _build/html/book.pdf, by the Chromium that the tests use.

Each page is opened as a reader would open it, taken out as HTML (paper.js) and put behind the one
before; the whole is printed twice, because only a printed book knows the numbers of its pages.
"""

import html
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import chromium
import extras
from extras import SITE
from kernels import ROOT

SCRIPTS = Path(__file__).resolve().parent
LEFT_OUT = "api"
"""This page and the pages below it."""
LEDGER = "claims"
PATIENCE = 120_000  # milliseconds
LIVE = {"color_scheme": "light", "reduced_motion": "reduce"}


@dataclass
class Leaf:
    """One page of the site in the book: what paper.js took out, and where it belongs."""

    name: str
    lower: int
    taken: dict

    @property
    def slug(self) -> str:
        """The name of its place in the book."""
        return self.taken["slug"]


def order(book: Path) -> list[tuple[str, int]]:
    """Names of the pages as the book has them, and the levels that their headings are lowered by.

    Exercises follow their chapter; the solutions come last; the package's reference is left out.
    """
    from sphinx_external_toc.parsing import parse_toc_yaml

    contents = parse_toc_yaml(book / "_toc.yml")
    names = [n for n in contents if n != contents.root.docname and n.split("/")[0] != LEFT_OUT]
    solutions = [n for n in names if n.startswith("solutions/")]
    return [
        *((n, int(n.startswith("exercises/"))) for n in names if n not in solutions),
        *((n, 1) for n in solutions),
    ]


def where_live(site: str, name: str, title: str) -> str:
    """One line of HTML below the still of a live figure."""
    page = f'<a href="{site}">{title}</a>' if site else f"“{title}”"
    return f"In the book on the web this figure is live: {page}"


def paper_script() -> str:
    """What is done in a page. Playwright calls what a script ends with, if that is a function."""
    return (SCRIPTS / "paper.js").read_text(encoding="utf-8") + "\nnull"


def take(context, address: str, pages: list[tuple[str, int]]) -> list[Leaf]:
    """Open each page and take out what belongs on paper."""
    page, leaves = context.new_page(), []
    for name, lower in pages:
        page.goto(f"{address}/{name}.html", wait_until="load")
        page.evaluate(
            "async () => { await document.fonts.ready;"
            " for (const _ of [1, 2]) await new Promise(requestAnimationFrame); }"
        )
        page.evaluate(paper_script())
        title = page.evaluate("document.querySelector('h1').firstChild.textContent")
        site = page.evaluate("document.querySelector('link[rel=canonical]')?.href ?? ''")
        given = {
            "name": name,
            "pages": [n for n, _ in pages],
            "lower": lower,
            "checks": name == LEDGER,
            "live": where_live(site, name, html.escape(title)) + ".",
        }
        leaves.append(Leaf(name, lower, page.evaluate(f"paperPage({json.dumps(given)})")))
    page.close()
    return leaves


def contents(leaves: list[Leaf]) -> str:
    """The table of contents, without the numbers of the pages: paper.js writes them."""
    chapters: list[tuple[str, str, list]] = []
    for leaf in leaves:
        if leaf.name.startswith("solutions/") and chapters[-1][0] != "solutions":
            chapters.append(("solutions", "Solutions", []))
        inner = [(h["id"], h["html"]) for h in leaf.taken["headings"] if h["level"] == 2]
        if leaf.lower:
            chapters[-1][2].append((leaf.slug, leaf.taken["title"]))
        else:
            chapters.append((leaf.slug, leaf.taken["title"], inner))

    def line(place: str, title: str) -> str:
        return f'<a href="#{place}">{title}<span class="rc-leaf"></span></a>'

    items = "".join(
        f"<li>{line(place, title)}<ol>"
        + "".join(f"<li>{line(*entry)}</li>" for entry in inner)
        + "</ol></li>"
        for place, title, inner in chapters
    )
    return f"<ol>{items}</ol>"


def assemble(leaves: list[Leaf], settings: dict) -> str:
    """The whole book as one page of HTML."""
    sheets = dict.fromkeys(sheet for leaf in leaves for sheet in leaf.taken["sheets"])
    rules = dict.fromkeys(
        rule for leaf in leaves for rule in leaf.taken["rules"].replace("../", "").split("\n\n")
    )
    heads, body, appendix = [], [], False
    for leaf in leaves:
        running = json.dumps(leaf.taken["plain"].removesuffix("#").strip(), ensure_ascii=False)
        heads.append(
            f"@page {leaf.slug} {{ @top-left {{ content: {running}; color: #555d68;"
            ' font: 9pt "Liberation Sans", Arial, sans-serif; } }'
            f"#{leaf.slug} {{ page: {leaf.slug}; }}"
        )
        part = ""
        if leaf.name.startswith("solutions/") and not appendix:
            appendix, part = True, '<h1 id="solutions">Solutions</h1>'
        body.append(
            f'<section class="rc-page" id="{leaf.slug}">{part}{leaf.taken["html"]}</section>'
        )
    title, _, subtitle = settings["title"].partition(", ")
    license = settings["sphinx"]["config"]["html_theme_options"]["extra_footer"]
    site = next((leaf.taken["site"] for leaf in leaves if leaf.taken["site"]), "")
    home = site[: site.rfind("/") + 1]
    online = f'<p>On the web: <a href="{home}">{home}</a></p>' if home else ""
    links = "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)
    style = (SCRIPTS / "paper.css").read_text(encoding="utf-8")
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light">
<head><meta charset="utf-8"><title>{html.escape(settings["title"])}</title>
{links}
<style>{"".join(rules)}</style>
<style>{style}{"".join(heads)}</style></head>
<body><article class="bd-article">
<div class="rc-title" id="title"><h1>{title}</h1><p class="rc-sub">{subtitle}</p>
<p>{html.escape(settings["author"])}, {settings["copyright"]}</p>{online}{license}</div>
<section class="rc-contents"><h1>Contents</h1>{contents(leaves)}
<p>The reference of the package's functions is not part of this file; it is in the book's pages.</p>
</section>
{"".join(body)}
</article></body></html>"""


def print_book(context, address: str, text: str, target: Path) -> None:
    """Print one page of HTML, which may load what the site has, and once more with its numbers."""
    page = context.new_page()
    place = f"{address}/paper.html"
    page.route(place, lambda route: route.fulfill(body=text, content_type="text/html"))
    page.set_viewport_size({"width": 635, "height": 945})  # the text's box on the paper
    page.emulate_media(media="print", color_scheme="light")
    page.goto(place, wait_until="load")
    page.evaluate("document.fonts.ready")
    page.evaluate(paper_script())
    page.evaluate("paperBook()")
    paper = {"path": target, "prefer_css_page_size": True, "print_background": True}
    page.pdf(**paper)
    page.evaluate("numbers => paperNumbers(numbers)", page_numbers(target))
    page.pdf(**paper, outline=True, tagged=True)
    page.close()


def page_numbers(path: Path) -> dict[str, int]:
    """The page of each place that a link in the PDF leads to, counted from 1."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        leaves = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        places = pdf.Root.get("/Dests", {})
        return {str(name)[1:]: leaves[place[0].objgen] for name, place in places.items()}


def finish(path: Path, settings: dict) -> int:
    """Name title and author in the file, and pack it; return the number of its pages."""
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.docinfo["/Title"] = settings["title"]
        pdf.docinfo["/Author"] = settings["author"]
        pdf.save(object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return len(pdf.pages)


def make(target: Path, site: Path = SITE) -> int:
    """Print the book into a file and return the number of its pages."""
    from playwright.sync_api import sync_playwright

    settings = extras.settings()
    pages = order(ROOT / "book")
    with sync_playwright() as playwright, chromium.served(site) as address:
        browser = playwright.chromium.launch(
            executable_path=chromium.find_chromium(), args=chromium.FLAGS, timeout=PATIENCE
        )
        context = browser.new_context(**LIVE)
        context.set_default_timeout(PATIENCE)
        leaves = take(context, address, pages)
        print_book(context, address, assemble(leaves, settings), target)
        browser.close()
    return finish(target, settings)


def main() -> int:
    from playwright.sync_api import Error

    start = time.perf_counter()
    if not extras.is_built("make_pdf.py"):
        return 1
    if chromium.find_chromium() is None:
        print(f"make_pdf.py: {chromium.MISSING}", file=sys.stderr)
        return 1
    part = SITE.parent / extras.PDF  # beside the site: one that is broken off is in no zip file
    try:
        pages = make(part)
    except Error as error:
        reason = error.message.split("\n")[0]
        print(f"make_pdf.py: {chromium.find_chromium()} did not print: {reason}", file=sys.stderr)
        return 1
    part.replace(SITE / extras.PDF)
    extras.tell(SITE, pdf=extras.PDF)
    size = (SITE / extras.PDF).stat().st_size / 1e6
    print(
        f"Printed {pages} pages into _build/html/{extras.PDF} ({size:.1f} MB)"
        f" in {time.perf_counter() - start:.0f} s."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
