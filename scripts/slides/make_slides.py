"""Make a deck of slides for each page of a chapter, _build/html/slides/NN-name.html.

`slide_marks.py` says how a notebook marks what is on them. A deck is one page for reveal.js, which
loads nothing but files of the site: it works offline, and opened as a file.
"""

import copy
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from rnncourse.core.chapters import Chapter, Page, list_chapters
from scripts import fail, run_script
from scripts.book import extras
from scripts.book.extras import SITE
from scripts.slides.slide_marks import MarkError, Slide, find_slides

STATIC = re.compile(r"(?<![\w/])_static/")
SCREEN_ONLY = ".headerlink, .rc-menu, .copybtn, button, script.rc-data"
LATER_LINES = "ol.derivation > li + li"
"""Lines of a derivation that come after the first, one by one."""
CAPTION = "figure.rc-live > figcaption"
"""What is said of a widget: it needs all of its slide, so the speaker reads it."""
SHEETS = (
    "vendor/reveal/reveal.css",
    "pygments.css",
    "vendor/type.css",
    "book.css",
    "figures.css",
    "claims.css",
    "slides.css",
)
SCRIPTS = ("vendor/reveal/reveal.js", "vendor/reveal/notes.js", "slides.js")


def read_html(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def copy_for_page(tag: Tag, page: str) -> Tag:
    """Copy an element for a page one folder below, without what only the page can use."""
    tag = copy.copy(tag)
    for extra in tag.select(SCREEN_ONLY):
        extra.decompose()
    for child in (tag, *tag.find_all(True)):
        for key, value in list(child.attrs.items()):
            if isinstance(value, str):
                child[key] = STATIC.sub("../_static/", value)
        if child.name == "a" and (link := child.get("href")):
            if link.startswith("#"):
                child["href"] = f"../{page}.html{link}"
            elif not urlsplit(link).scheme and not link.startswith("../"):
                child["href"] = f"../{link}"
    return tag


def render_note(block: Tag) -> str:
    """Render prose for the speaker, whose window knows no style and no link of the page."""
    block = copy.copy(block)
    for extra in block.select(SCREEN_ONLY + ", svg, script, link, .rc-still"):
        extra.decompose()
    for formula in block.find_all("mjx-container"):
        formula.replace_with(formula.find("math") or "")
    for inner in (block, *block.find_all(True)):
        if inner.name in ("a", "span") and inner.parent:
            inner.unwrap()
        elif not inner.find_parent("math") and inner.name != "math":
            inner.attrs = {}
    return str(block) if block.get_text(strip=True) else ""


def render_slide(slide: Slide, page: str) -> str:
    """Render one slide as HTML."""
    items = [copy_for_page(item, page) for item in slide.items]
    captions = [c.extract() for item in items for c in item.select(CAPTION)]
    for line in (line for item in items for line in item.select(LATER_LINES)):
        line["class"] = "fragment"  # reveal.js shows it by the keys that turn the slides
    body = "".join(map(str, items))
    notes = "".join(render_note(block) for block in (*captions, *slide.notes))
    cut = " data-cut" if slide.cut else ""
    return (
        f'<section{cut}><h2>{slide.title}</h2><div class="rc-body bd-article">{body}</div>'
        f'<aside class="notes">{notes}</aside></section>\n'
    )


def render_title_slide(article: Tag, settings: dict) -> str:
    """Render the slide that says what the chapter asks, and of which book it is."""
    title = article.find("h1")
    for link in title.select(".headerlink"):
        link.decompose()
    question = article.select_one("h1 ~ p > strong")
    question_html = f"<p>{question.decode_contents()}</p>" if question else ""
    return (
        f'<section class="rc-first"><h1>{title.decode_contents()}</h1>{question_html}'
        f'<p class="rc-of"><a href="../index.html">{settings["title"]}</a><br>'
        f"{settings['author']}</p></section>\n"
    )


def render_last_slide(chapter: Chapter, lesson: Page) -> str:
    """Render the slide with the questions of the exercises, if there are any."""
    page = SITE / "exercises" / f"{chapter.page}.html"
    if not page.is_file():
        return ""
    titles = [h.get_text().rstrip("#").strip() for h in read_html(page).select("article h2")]
    numbered = [re.sub(r"^\d+\.\s*", "", t) for t in titles if re.match(r"\d+\.", t)]
    items = "".join(f"<li>{title}</li>" for title in numbered)
    return (
        f'<section class="rc-last"><h2>Exercises</h2><div class="rc-body"><ol>{items}</ol>'
        f'<p><a href="../exercises/{chapter.page}.html">The exercises</a>, with checks that say'
        f' what is wrong · <a href="../{lesson.name}.html">The chapter</a></p></div></section>\n'
    )


def render_deck(chapter: Chapter, lesson: Page, settings: dict) -> str | None:
    """Render the deck of a chapter's page, or None if nothing in its notebook is marked.

    Raises:
        MarkError: If a mark cannot be followed.
    """
    soup = read_html(SITE / f"{lesson.name}.html")
    article = soup.select_one("article.bd-article")
    slides = find_slides(article, f"book/{lesson.name}.ipynb")
    if not slides:
        return None
    rules = "\n".join(
        s.string for s in soup.head.find_all("style") if s.string and "mjx-" in s.string
    )
    sheets = "".join(f'<link rel="stylesheet" href="../_static/{name}">\n' for name in SHEETS)
    scripts = "".join(f'<script src="../_static/{name}"></script>\n' for name in SCRIPTS)
    body = "".join(render_slide(slide, lesson.name) for slide in slides)
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{soup.title.string}: slides</title>
<link rel="icon" href="../_static/favicon.svg">
{sheets}<style>{STATIC.sub("../_static/", rules)}</style>
</head>
<body>
<div class="reveal"><div class="slides">
{render_title_slide(article, settings)}{body}{render_last_slide(chapter, lesson)}</div></div>
{scripts}</body>
</html>
"""


def render_decks(settings: dict) -> dict[str, str]:
    """Render the decks of all chapters' pages that have marks, by their names.

    Raises:
        MarkError: If a mark cannot be followed.
    """
    texts = {
        p.name: render_deck(chapter, p, settings)
        for chapter in list_chapters()
        for p in chapter.pages
    }
    return {page: text for page, text in texts.items() if text is not None}


def write_decks(texts: dict[str, str], target: Path) -> None:
    """Write each deck into a folder; older ones are gone. Broken off, it leaves what was there."""
    fresh = target.with_name(f"{target.name}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for page, text in texts.items():
        (fresh / f"{page}.html").write_text(text, encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.replace(target)


def main() -> None:
    extras.require_book()
    try:
        decks = render_decks(extras.read_settings())
    except MarkError as error:
        fail(str(error), code=1)
    write_decks(decks, SITE / extras.SLIDES)
    extras.write_extras(SITE, slides={page: f"{extras.SLIDES}/{page}.html" for page in decks})
    count = sum(text.count("<section") for text in decks.values())
    print(f"Made {count} slides in {len(decks)} decks in _build/html/{extras.SLIDES}.")


if __name__ == "__main__":
    run_script(main)
