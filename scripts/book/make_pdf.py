"""Print the built book into _build/html, by the Chromium that the tests use.

book.pdf has the chapters and the back matter; exercises.pdf and solutions.pdf have what they say.
Each page is opened as a reader would open it, taken out as HTML (paper.js) and put behind the one
before; a file is printed twice, because only a printed one knows the numbers of its pages.
"""

import html
import json
import time
from dataclasses import dataclass
from pathlib import Path

from scripts import ROOT, fail, run_script
from scripts.book import chromium, extras
from scripts.book.extras import SITE

HERE = Path(__file__).resolve().parent
BOOK, EXERCISES = extras.PDFS[:2]
EXCLUDED_PAGE = "api"
"""This page and the pages below it."""
LEDGER = "claims"
TIMEOUT = 120_000  # milliseconds
CONTEXT = {"color_scheme": "light", "reduced_motion": "reduce"}
OMISSION_NOTES = {
    "book.pdf": "Exercises and answers are printed in files of their own. The reference of the"
    " package's functions is in the book's pages only.",
    "exercises.pdf": "The checks, which say what is wrong with an answer, are in the notebooks.",
    "solutions.pdf": "The questions are printed in a file of their own.",
}
"""What a file says of that which is not in it."""


@dataclass
class Leaf:
    """One page of the site in a file: its name, and what paper.js took out."""

    name: str
    taken: dict

    @property
    def slug(self) -> str:
        """The name of its place in the file."""
        return self.taken["slug"]


def list_files(book: Path) -> dict[str, list[str]]:
    """The files to print, and the names of their pages; the package's reference is in none.

    A book without solutions has no file of them.
    """
    from sphinx_external_toc.parsing import parse_toc_yaml

    contents, names_of = parse_toc_yaml(book / "_toc.yml"), {}
    for name in contents:
        if name != contents.root.docname and name.split("/")[0] != EXCLUDED_PAGE:
            file = f"{name.split('/')[0]}.pdf" if "/" in name else BOOK
            names_of.setdefault(file, []).append(name)
    return {file: names_of[file] for file in extras.PDFS if file in names_of}


def render_live_note(site: str, title: str) -> str:
    """Render one line of HTML below the still of a live figure."""
    page = f'<a href="{site}">{title}</a>' if site else f"“{title}”"
    return f"In the book on the web this figure is live: {page}."


def read_paper_script() -> str:
    """What is done in a page. Playwright calls what a script ends with, if that is a function."""
    return (HERE / "paper.js").read_text(encoding="utf-8") + "\nnull"


def open_pages(
    context, address: str, pages: list[str], repeated_paragraphs: dict[str, list[str]]
) -> list[Leaf]:
    """Open each page and take out what belongs on paper.

    Args:
        context: Of the browser.
        address: Of the site.
        pages: Names of the pages.
        repeated_paragraphs: For a page, paragraphs that another file has.
    """
    page, leaves = context.new_page(), []
    for name in pages:
        page.goto(f"{address}/{name}.html", wait_until="load")
        page.evaluate(
            "async () => { await document.fonts.ready;"
            " for (const _ of [1, 2]) await new Promise(requestAnimationFrame); }"
        )
        page.evaluate(read_paper_script())
        title = page.evaluate("document.querySelector('h1').firstChild.textContent")
        site = page.evaluate("document.querySelector('link[rel=canonical]')?.href ?? ''")
        options = {
            "name": name,
            "pages": pages,
            "told": repeated_paragraphs.get(name, []),
            "checks": name == LEDGER,
            "live": render_live_note(site, html.escape(title)),
        }
        leaves.append(Leaf(name, page.evaluate(f"paperPage({json.dumps(options)})")))
    page.close()
    return leaves


def render_contents(leaves: list[Leaf]) -> str:
    """The table of contents, without the numbers of the pages: paper.js writes them."""

    def render_line(anchor: str, title: str) -> str:
        return f'<a href="#{anchor}">{title}<span class="rc-leaf"></span></a>'

    items = "".join(
        f"<li>{render_line(leaf.slug, leaf.taken['title'])}<ol>"
        + "".join(f"<li>{render_line(*heading)}</li>" for heading in leaf.taken["headings"])
        + "</ol></li>"
        for leaf in leaves
    )
    return f"<ol>{items}</ol>"


def find_titles(file: str, settings: dict) -> tuple[str, str]:
    """Title and subtitle of a file."""
    title, _, subtitle = settings["title"].partition(", ")
    return title, subtitle if file == BOOK else Path(file).stem.capitalize()


def assemble_file(file: str, leaves: list[Leaf], settings: dict) -> str:
    """A whole file as one page of HTML."""
    sheets = dict.fromkeys(sheet for leaf in leaves for sheet in leaf.taken["sheets"])
    rules = dict.fromkeys(
        rule for leaf in leaves for rule in leaf.taken["rules"].replace("../", "").split("\n\n")
    )
    heads, body = [], []
    for leaf in leaves:
        running = json.dumps(leaf.taken["plain"].removesuffix("#").strip(), ensure_ascii=False)
        heads.append(
            f"@page {leaf.slug} {{ @top-left {{ content: {running}; color: #555d68;"
            ' font: 9pt "Liberation Sans", Arial, sans-serif; } }'
            f"#{leaf.slug} {{ page: {leaf.slug}; }}"
        )
        body.append(f'<section class="rc-page" id="{leaf.slug}">{leaf.taken["html"]}</section>')
    title, subtitle = find_titles(file, settings)
    license = settings["sphinx"]["config"]["html_theme_options"]["extra_footer"]
    site = next((leaf.taken["site"] for leaf in leaves if leaf.taken["site"]), "")
    home = site[: site.rfind("/") + 1]
    online = f'<p>On the web: <a href="{home}">{home}</a></p>' if home else ""
    links = "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)
    style = (HERE / "paper.css").read_text(encoding="utf-8")
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light">
<head><meta charset="utf-8"><title>{title}, {subtitle}</title>
{links}
<style>{"".join(rules)}</style>
<style>{style}{"".join(heads)}</style></head>
<body><article class="bd-article">
<div class="rc-title" id="title"><h1>{title}</h1><p class="rc-sub">{subtitle}</p>
<p>{html.escape(settings["author"])}, {settings["copyright"]}</p>{online}{license}</div>
<section class="rc-contents"><h1>Contents</h1>{render_contents(leaves)}
<p>{OMISSION_NOTES[file]}</p></section>
{"".join(body)}
</article></body></html>"""


def print_file(context, address: str, text: str, target: Path) -> None:
    """Print one page of HTML, which may load what the site has, and once more with its numbers."""
    page = context.new_page()
    url = f"{address}/paper.html"
    page.route(url, lambda route: route.fulfill(body=text, content_type="text/html"))
    page.set_viewport_size({"width": 635, "height": 945})  # the text's box on the paper
    page.emulate_media(media="print", color_scheme="light")
    page.goto(url, wait_until="load")
    page.evaluate("document.fonts.ready")
    page.evaluate(read_paper_script())
    page.evaluate("paperBook()")
    paper = {"path": target, "prefer_css_page_size": True, "print_background": True}
    page.pdf(**paper)
    page.evaluate("numbers => paperNumbers(numbers)", read_page_numbers(target))
    page.pdf(**paper, outline=True, tagged=True)
    page.close()


def read_page_numbers(path: Path) -> dict[str, int]:
    """The page of each place that a link in the PDF leads to, counted from 1."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        leaves = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        dests = pdf.Root.get("/Dests", {})
        return {str(name)[1:]: leaves[dest[0].objgen] for name, dest in dests.items()}


def finish_file(path: Path, title: str, author: str) -> int:
    """Name title and author in the file, and pack it; return the number of its pages."""
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Author"] = author
        pdf.save(object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return len(pdf.pages)


def print_files(folder: Path) -> dict[str, int]:
    """Print the files into a folder and return the number of pages of each."""
    from playwright.sync_api import sync_playwright

    settings, printed, repeated_paragraphs = extras.read_settings(), {}, {}
    with sync_playwright() as playwright, chromium.serve_folder(SITE) as address:
        browser = playwright.chromium.launch(
            executable_path=chromium.find_chromium(), args=chromium.FLAGS, timeout=TIMEOUT
        )
        context = browser.new_context(**CONTEXT)
        context.set_default_timeout(TIMEOUT)
        for file, pages in list_files(ROOT / "book").items():
            leaves = open_pages(context, address, pages, repeated_paragraphs)
            if file == EXERCISES:  # the solutions do not ask their questions again
                repeated_paragraphs = {
                    f"solutions/{Path(x.name).name}": x.taken["paragraphs"] for x in leaves
                }
            print_file(context, address, assemble_file(file, leaves, settings), folder / file)
            title = ", ".join(find_titles(file, settings))
            printed[file] = finish_file(folder / file, title, settings["author"])
        browser.close()
    return printed


def main() -> None:
    from playwright.sync_api import Error

    start = time.perf_counter()
    extras.require_book()
    if chromium.find_chromium() is None:
        fail(chromium.MISSING, code=1)
    folder = SITE.parent  # beside the site: a file that is broken off is in no zip file
    try:
        pages_by_file = print_files(folder)
    except Error as error:
        reason = error.message.split("\n")[0]
        fail(f"{chromium.find_chromium()} did not print: {reason}", code=1)
    for file, pages in pages_by_file.items():
        size = (folder / file).replace(SITE / file).stat().st_size / 1e6
        print(f"Printed {pages} pages into _build/html/{file} ({size:.1f} MB).")
    extras.write_extras(SITE, pdf=list(pages_by_file))
    print(f"It took {time.perf_counter() - start:.0f} s.")


if __name__ == "__main__":
    run_script(main)
