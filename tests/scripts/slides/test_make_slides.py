"""Slides are found by their marks; a mark that cannot be followed is named in one sentence."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from rnncourse.core.chapters import list_pages
from scripts import ROOT
from scripts.book import extras
from scripts.slides import make_slides
from scripts.slides.slide_marks import MarkError, find_slides, list_planned_slides

LESSONS = [page.name for page in list_pages() if not page.is_lab]
FIGURE = '<div class="cell tag_{0}"><details class="hide">code</details><p>figure</p></div>'


def read_slides(body: str):
    page = f"<article><section><h1>One<a class='headerlink'>#</a></h1>{body}</section></article>"
    return find_slides(BeautifulSoup(page, "html.parser").article, "book/01-x.ipynb")


def list_texts(blocks) -> list[str]:
    return [" ".join(block.get_text().split()) for block in blocks]


def test_blocks_and_sentences_between_marks_are_on_the_slide():
    (first, second) = read_slides(
        "<p>Before. <!-- slide: Title -->On <b>it</b>. <!-- /slide -->After.</p>"
        "<h2>Two</h2><!-- slide --><p>A.</p><ul><li>b</li></ul><!-- /slide --><p>Said.</p>"
    )
    assert (first.title, list_texts(first.items), list_texts(first.notes)) == (
        "Title",
        ["On it."],
        ["Before.", "After."],
    )
    assert (second.title, list_texts(second.items), list_texts(second.notes)) == (
        "Two",
        ["A.", "b"],
        ["Said."],
    )


def test_a_title_is_text():
    (slide,) = read_slides("<!-- slide: a < b & c --><p>A.</p><!-- /slide -->")
    assert slide.title == "a &lt; b &amp; c"


def test_cells_join_the_slide_opened_last_or_open_one():
    (first, second) = read_slides(
        "<!-- slide --><p>A.</p><!-- /slide -->"
        + FIGURE.format("slide")
        + "<p>x <!-- slide+ -->More.<!-- /slide --></p>"
        + FIGURE.format("slide-new")
        + FIGURE.format("hide-input")
    )
    assert list_texts(first.items) == ["A.", "figure", "More."]
    assert (second.title, list_texts(second.items)) == ("One", ["figure"])


def test_a_mark_above_a_cell_gives_it_a_title_and_its_place_in_the_cut():
    (first, second) = read_slides(
        "<!-- slide cut: Why? --><!-- /slide -->"
        + FIGURE.format("slide")
        + FIGURE.format("slide-new tag_cut")
    )
    assert (first.title, list_texts(first.items), first.cut) == ("Why?", ["figure"], True)
    assert (second.title, second.cut) == ("One", True)
    assert make_slides.render_slide(first, "01-x").startswith("<section data-cut>")


@pytest.mark.parametrize("page", LESSONS)
def test_titles_tell_slides_apart_and_a_live_model_stands_below_a_question(page):
    notebook = json.loads((ROOT / "book" / f"{page}.ipynb").read_text(encoding="utf-8"))
    slides = list_planned_slides(notebook["cells"])
    titles = [slide.title for slide in slides]
    assert len(titles) == len(set(titles)) <= 23  # 25 with the question and the exercises
    live = [s.title for s in slides for cell in s.items if "rc-live" in json.dumps(cell["outputs"])]
    assert all(title.endswith("?") for title in live), live
    cut = sum(slide.cut for slide in slides) or len(slides)
    assert cut <= 8  # ten with the question and the exercises


def test_prose_of_a_section_without_slides_is_not_read_out():
    (first, second) = read_slides(
        "<!-- slide --><p>A.</p><!-- /slide --><h2>None</h2><p>silent</p>"
        "<h2>Two</h2><p>early</p><!-- slide --><p>B.</p><!-- /slide -->"
    )
    assert list_texts(first.notes) == []
    assert list_texts(second.notes) == ["early"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<!-- slide: T --><p>a</p>", "<!-- slide: T --> is not closed."),
        ("<p>a</p><!-- /slide -->", "<!-- /slide --> below “One” closes no slide."),
        ("<!-- slide: T --><!-- /slide -->", "<!-- slide: T --> is a slide with nothing on it."),
        ("<!-- slides --><p>a</p>", "<!-- slides --> is no mark; .*"),
        ("<!-- slide+ --><p>a</p>", "<!-- slide[+] --> comes before the first slide."),
        ("<!-- slide --><p>a</p><!-- slide -->", "<!-- slide --> is not closed before the next .*"),
        ("<!-- slide --><h2>b</h2>", "<!-- slide --> is not closed before the next heading."),
        (
            "<!-- slide -->" + FIGURE.format(""),
            "<!-- slide --> is not closed before the next code .*",
        ),
        ("<p><b><!-- slide -->a</b></p>", "<!-- slide --> stands inside a <b>; move it out."),
        ("<!-- slide --> a *b*<p>c</p>", "<!-- slide --> begins a line that goes on with “a .*"),
        (FIGURE.format("slide"), "a cell with the tag slide comes before the first slide."),
        (
            "<!-- slide --><p>a</p><!-- /slide --><h2>b</h2>" + FIGURE.format("slide"),
            "a cell with the tag slide below “b” joins a slide of another section; .*",
        ),
        (
            "<!-- slide --><p>a</p><!-- /slide -->" + FIGURE.format("slide tag_cut"),
            "the tag cut opens no slide; it stands beside slide-new.",
        ),
        (FIGURE.format("slide-old"), "the tag slide-old is no mark; .*"),
        ('<div class="cell tag_slide-new"></div>', "the tag slide-new .* shows nothing."),
    ],
)
def test_a_mistake_names_notebook_and_mark(body, message):
    with pytest.raises(MarkError, match=f"^book/01-x.ipynb: {message}$"):
        read_slides(body)


def test_the_lines_of_a_derivation_come_one_by_one():
    lists = (
        "<ol class='derivation'><li>a</li><li>b</li><li>c</li></ol><ol><li>d</li><li>e</li></ol>"
    )
    (slide,) = read_slides(f"<!-- slide -->{lists}<!-- /slide -->")
    html = BeautifulSoup(make_slides.render_slide(slide, "01-x"), "html.parser")
    assert list_texts(html.select(".fragment")) == ["b", "c"]
    assert list_texts(html.select("li")) == [*"abcde"]


def test_relative_links_are_adjusted_in_a_subfolder():
    html = (
        '<p><a href="#x"></a><a href="b.html"></a><a href="https://c"></a><img src="_static/i"></p>'
    )
    copy = make_slides.copy_for_page(BeautifulSoup(html, "html.parser").p, "01-x")
    links = [a["href"] for a in copy.find_all("a")]
    assert links == ["../01-x.html#x", "../b.html", "https://c"]
    assert copy.img["src"] == "../_static/i"


def test_the_speaker_reads_formulas_and_no_links():
    formula = "<mjx-container><i>x</i><math><mi>h</mi></math></mjx-container>"
    html = f'<p class="k">a <a href="b">b</a> {formula}</p>'
    speech = make_slides.render_note(BeautifulSoup(html, "html.parser").p)
    assert speech == "<p>a b <math><mi>h</mi></math></p>"


def test_a_build_takes_away_what_was_made_from_an_older_book(tmp_path):
    (tmp_path / "_static").mkdir()
    extras.write_extras(tmp_path, pdf=["book.pdf"])
    extras.write_extras(tmp_path, slides={"01-x": "slides/01-x.html"})
    assert extras.read_extras(tmp_path) == {
        "pdf": ["book.pdf"],
        "slides": {"01-x": "slides/01-x.html"},
    }
    for name in extras.PDFS:
        (tmp_path / name).write_text("old")
    (tmp_path / extras.SLIDES).mkdir()
    extras.remove_extras(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["_static"]
    extras.write_extras(tmp_path, **extras.NO_EXTRAS)
    script = (tmp_path / extras.SCRIPT).read_text()
    actual = json.loads(re.fullmatch(r"window\.rcExtras = (.*);\n", script, re.DOTALL)[1])
    assert actual == extras.NO_EXTRAS


def test_a_list_or_an_index_that_was_broken_off_is_written_anew(tmp_path):
    from scripts.book import search_index

    site = tmp_path / "html"
    (site / "_static").mkdir(parents=True)
    (site / extras.SCRIPT).write_text("window.rcEx", encoding="utf-8")
    (tmp_path / "search.json").write_text('{"a', encoding="utf-8")
    extras.write_extras(site, pdf=["book.pdf"])
    assert extras.read_extras(site) == {"pdf": ["book.pdf"], "slides": {}}
    search_index.write_index(site)
    assert json.loads((tmp_path / "search.json").read_text(encoding="utf-8"))
