"""Numbers of figures and tables: by chapter, in the order of the page, found by references."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from rnncourse.core.chapters import list_chapters
from rnncourse.viz.figures import FigureOutput
from rnncourse.viz.text import table
from scripts.sphinx_ext import numbered

PAGE = list_chapters()[-1].pages[-1].name
CHAPTER = list_chapters()[-1].pages[-1].number


@pytest.fixture
def number_page(monkeypatch):
    """`number_page(page, *nodes)` numbers a page; returns its document and the labels it told."""
    monkeypatch.setattr(numbered.LOGGER, "warning", lambda *a, **k: warned.append(a[0] % a[1:]))
    warned = []

    def run(page, *parts):
        domain = SimpleNamespace(labels={}, anonlabels={})
        env = SimpleNamespace(docname=page, get_domain=lambda name: domain)
        document = new_document("")
        document.extend(parts)
        numbered.number_page(SimpleNamespace(env=env), document)
        return document, domain.labels, warned

    return run


def render_figure(name):
    return nodes.raw(
        "", FigureOutput("<svg/>", "alt", "What to see.", name)._repr_html_(), format="html"
    )


def render_captioned_table(name):
    """What the Markdown of a table with a caption becomes."""
    mark, sentence, _ = table(["a"], [[1]], caption="Look at $a$.", name=name).text.split("\n\n", 2)
    assert sentence.startswith("**Table.** ")
    strong, rest = nodes.strong("", "Table."), nodes.Text(sentence[10:])
    return [
        nodes.raw("", mark, format="html"),
        nodes.paragraph("", "", strong, rest),
        nodes.table(),
    ]


def test_numbers_follow_the_page_and_references_find_them(number_page):
    page, labels, warned = number_page(
        PAGE, render_figure("one"), *render_captioned_table("best"), render_figure("two")
    )
    assert warned == []
    first, result, second = page.children
    assert f'<figcaption><span class="rc-number">Figure {CHAPTER}.1.</span> W' in first.astext()
    assert f">Figure {CHAPTER}.2.</span>" in second.astext()
    assert result["ids"] == ["tab-best"]
    assert result.children[0].astext() == f"Table {CHAPTER}.1. Look at $a$."
    assert labels == {
        "fig-one": (PAGE, "fig-one", f"Figure {CHAPTER}.1"),
        "tab-best": (PAGE, "tab-best", f"Table {CHAPTER}.1"),
        "fig-two": (PAGE, "fig-two", f"Figure {CHAPTER}.2"),
    }


def test_only_chapters_have_numbers(number_page):
    page, labels, _ = number_page("index", render_figure("hello"))
    assert labels == {}
    assert "rc-number" not in page.astext()


def test_a_duplicate_name_and_an_empty_caption_are_reported(number_page):
    assert number_page(PAGE, render_figure("one"), render_figure("one"))[2] == [
        "fig-one is the name of two places"
    ]
    number_page(PAGE, *render_captioned_table("lost")[:2])
    assert number_page(PAGE, *render_captioned_table("lost")[:2])[2][-1] == "tab-lost has no table"
    comment, _, below = render_captioned_table("bare")
    words = nodes.paragraph("", "No caption.")
    assert number_page(PAGE, comment, words, below)[2][-1] == "tab-bare has no table"
