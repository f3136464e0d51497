"""Sphinx extension: what a page says of itself to those who link to it, and how to cite it.

Where the site's address is known (see README, "Addresses"), a shared link shows title, sentence and
picture, which want absolute addresses. The pictures are drawn at build time, then only.
"""

import functools
import html
import re
from pathlib import Path

import yaml

from rnncourse.core.chapters import list_pages
from rnncourse.viz.discoveries import DISCOVERIES
from scripts import ROOT

PICTURES = "_static/previews"
FINDINGS_FOLDER = "found"
"""Folder of the pages that stand for the front page's findings where their links are shown."""
FINDINGS = {name: (heading, words) for name, heading, _, words in DISCOVERIES}
DESCRIPTIONS = {
    "index": "A free course: build every network from the RNN to the transformer, and test what is "
    "said of it. A network that reads names runs on its first page.",
    "hour": "The course in one hour: seven stops, each with something to type or to move, from a "
    "network that reads your name to a transformer.",
    "syllabus": "The course in ten weeks: lessons, papers, assignments and hours, and a project "
    "that tests a sentence about recurrent networks.",
    "practice": "Defaults for recurrent networks: which cell, forget bias, clipping, truncation, "
    "padding, decoding, each with the number that was measured.",
    "cliffs": "When the cliff in the error surface of one recurrent unit is a bifurcation, and "
    "when it is none: a formula, its proof, and where the start decides.",
    "your-own-text": "A network of your own text in five minutes: one command trains it, compares "
    "it with the best counts and makes a live page of one file.",
    "notation": "The one notation of the course for sizes, arrays, row vectors, gates, attention, "
    "counting models and gradients, in formulas and in code.",
    "concordance": "The notations of five slide decks, PyTorch and Keras for RNN, LSTM, GRU and "
    "attention, translated into one, and proved equal to rounding.",
    "glossary": "The terms of recurrent networks and language models, one sentence each, with a "
    "link to the place where the course introduces them.",
    "errata": "Slips of the pen in five slide decks on recurrent networks: what is printed, what "
    "is right, and what checks it.",
    "claims": "Seventy claims of lecture slides about recurrent networks: which hold, which fail, "
    "which hold in part, each with its number.",
    "students": "How to do the exercises: on Linux, macOS and Windows, in JupyterLab, VS Code, "
    "Colab or Binder, and how no answer is ever lost.",
    "lecturers": "How to lecture from the course: slides with notes, figures with their numbers, "
    "live models, PDF files, and shorter courses.",
    "grading": "How the course's exercises are graded: a check for students, a sandboxed "
    "autograder for classes, reports, and how to write a question.",
    "grading-internals": "How the autograder works: what of a notebook runs, how an answer is shut "
    "in, what one run could tell another, and each field of the results.",
    "references": "The papers and books behind the course on recurrent neural networks.",
    "api": "The package of the course by what you want to do: run a cell, prove a gradient, count "
    "n-grams, train, sample, draw, grade.",
}
CHAPTER_DESCRIPTIONS = {
    "exercises": "Exercises on {title}: a check in the notebook says what is right, and knows the "
    "common mistakes.",
    "solutions": "Solutions of the exercises on {title}, with the reasons, and what the common "
    "mistakes come from.",
}


def make_description(page: str, title: str) -> str:
    """What a page is about, in a sentence or two."""
    folder, _, name = page.rpartition("/")
    pages = {page.name: page for page in list_pages()}
    if name in pages and folder in CHAPTER_DESCRIPTIONS:
        return CHAPTER_DESCRIPTIONS[folder].format(title=pages[name].title.lower())
    if page in pages:
        return " ".join(pages[page].question.split())
    if name in FINDINGS:
        return strip_tags(FINDINGS[name][1])
    if folder == "api":
        return f"{title}: functions and classes of the package, with equations and shapes."
    return DESCRIPTIONS.get(page, f"{title}: a page of the course on recurrent neural networks.")


def strip_tags(text: str) -> str:
    """HTML without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def list_pictured_titles() -> dict[str, str]:
    """Titles of the pages that have a picture of their own; exercises have their lesson's."""
    titles = {page.name: page.title for page in list_pages()}
    titles |= {name: heading for name, (heading, _) in FINDINGS.items()}
    return titles | {"claims": "Seventy claims, one by one", "index": read_citation_file()["title"]}


def make_meta(page: str, title: str, book: str, site: str) -> str:
    """The tags of a page's head; those that need an address only where the site has one."""
    description = make_description(page, title)
    tags = [("name", "description", description), ("property", "og:title", title or book)]
    tags += [("property", "og:description", description), ("property", "og:site_name", book)]
    tags += [("property", "og:type", "website" if page == "index" else "article")]
    if site:
        tags += [("property", "og:url", f"{site}{page}.html")]
        picture = name if (name := page.rpartition("/")[2]) in list_pictured_titles() else "index"
        tags += [("property", "og:image", f"{site}{PICTURES}/{picture}.png")]
        tags += [("property", "og:image:alt", f"{list_pictured_titles()[picture]}: a drawing.")]
        tags += [("name", "twitter:card", "summary_large_image")]
    return "\n".join(
        f'<meta {kind}="{name}" content="{html.escape(text)}"/>' for kind, name, text in tags
    )


@functools.cache
def read_citation_file() -> dict:
    """What CITATION.cff says; every page quotes it."""
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def make_citation(page: str, title: str, site: str) -> tuple[str, str]:
    """How to cite a page: a line of text, and an entry for BibTeX."""
    citation = read_citation_file()
    author = " and ".join(
        person.get("name") or f"{person['family-names']}, {person['given-names']}"
        for person in citation["authors"]
    )
    year = str(citation.get("date-released", "2026"))[:4]
    is_index, book, version = page == "index", citation["title"], f"Version {citation['version']}"
    address = f"{site}{'' if is_index else page + '.html'}" if site else ""
    title = re.sub(r"^\d+b?\. ", "", title)
    part = "" if is_index else f"{title}. In: "
    line = f"{author[0].upper()}{author[1:]} ({year}). {part}{book}. {version}."
    fields = {"author": f"{{{author}}}", "title": book, "year": year, "note": version}
    if not is_index:
        fields |= {"title": title, "booktitle": book}
    if address:
        fields["url"] = address
    rows = "".join(f",\n  {name} = {{{text}}}" for name, text in sorted(fields.items()))
    key = "rnncourse" + ("" if is_index else f":{page.replace('/', ':')}")
    entry = f"@{'misc' if is_index else 'incollection'}{{{key}{rows}\n}}"
    return f"{line} {address}".strip(), entry


def render_citation_box(page: str, title: str, site: str) -> str:
    """The folded lines at the end of a page; the button that copies comes with the code block."""
    line, entry = map(html.escape, make_citation(page, title, site))
    return (
        '<details class="rc-cite"><summary>How to cite this page</summary>'
        f'<p>{line}</p><div class="highlight-bibtex notranslate"><div class="highlight">'
        f"<pre>{entry}</pre></div></div></details>\n"
    )


def add_head_and_citation(app, pagename, templatename, context, doctree):
    """Give a page its head, and its end."""
    title = strip_tags(context.get("title") or "")
    site = app.config.html_baseurl
    if pagename == "index":
        context["docstitle"] = "a free course"  # else a tab says the title twice
        for name in FINDINGS if site else ():
            link = '<a class="headerlink" href="'
            context["body"] = context["body"].replace(
                f'{link}#{name}"', f'{link}{FINDINGS_FOLDER}/{name}.html"'
            )
    context["rc_meta"] = make_meta(
        pagename, title, app.config.html_title or app.config.project, site
    )
    if doctree is not None:
        context["body"] += render_citation_box(pagename, title, site)


def render_finding(name: str, heading: str, book: str, site: str) -> str:
    """The page that stands for a finding where its link is shown, and leads a reader to it."""
    url = f"../index.html#{name}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/><title>{heading}</title>\n'
        f"{make_meta(f'{FINDINGS_FOLDER}/{name}', heading, book, site)}\n"
        f'<meta http-equiv="refresh" content="0; url={url}"/></head>\n'
        f'<body><p><a href="{url}">{heading}</a></p></body></html>\n'
    )


def draw_pictures(app, exception):
    """Draw the pictures, where an address leads to them; and what shows the findings' own."""
    if exception is None and (site := app.config.html_baseurl):
        from scripts.sphinx_ext import preview

        book = read_citation_file()["title"]
        for page, title in list_pictured_titles().items():
            path = Path(app.outdir, PICTURES, f"{page}.png")
            if not path.is_file():
                preview.draw_preview(path, title, make_description(page, title), book)
        for name, (heading, _) in FINDINGS.items():
            path = Path(app.outdir, FINDINGS_FOLDER, f"{name}.html")
            path.parent.mkdir(exist_ok=True)
            path.write_text(render_finding(name, heading, book, site), encoding="utf-8")


def setup(app):
    """Come after the site's address is known."""
    app.connect("html-page-context", add_head_and_citation, priority=850)
    app.connect("build-finished", draw_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
