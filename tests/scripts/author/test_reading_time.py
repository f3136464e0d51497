"""The time that a page says it takes to read is the one that is computed from what stands there."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from rnncourse.core.chapters import list_chapters, list_pages
from scripts import ROOT
from scripts.author.reading_time import (
    LIMITS,
    MAX_MINUTES,
    TIME_LINE,
    count_parts,
    estimate_minutes,
    list_remarks,
    phrase_minutes,
    write_time,
)


def make_page(*cells):
    return new_notebook(cells=list(cells))


def test_words_are_counted_and_marks_and_formulas_are_not():
    text = (
        "<!-- slide: Not this -->\nFive words and $x_t + y$ {ref}`fig-x`.\n\n$$\na b c\n$$ (eq-x)\n"
    )
    counts = count_parts(make_page(new_markdown_cell(text)))
    assert counts["equations"] == 1
    assert counts["words"] == 5  # Five words and x fig-x


def test_hidden_code_takes_no_time_and_what_it_shows_does():
    shown = new_output("display_data", {"text/plain": "Figure: bars", "image/svg+xml": "<svg/>"})
    hidden = new_code_cell("a = 1\nb = 2", metadata={"tags": ["remove-input"]}, outputs=[shown])
    away = {"tags": ["remove-input", "remove-output"]}
    assert not count_parts(make_page(new_code_cell("a = 1", metadata=away, outputs=[shown])))
    counts = count_parts(make_page(hidden, new_code_cell("a = 1\n\nb = 2")))
    assert (counts["lines of code"], counts["figures"]) == (2, 1)


def test_a_page_says_the_computed_time():
    words = new_markdown_cell("word " * 6000)
    line = new_markdown_cell("**Time:** two seconds to read; a minute to run.")
    line_with_time = write_time(make_page(words, line)).cells[1].source
    assert line_with_time == "**Time:** about 30 minutes to read; a minute to run."


def test_a_lesson_that_takes_too_long_is_remarked():
    text = "It was not tried. " + "About 3 of 10 words, in 1997 and in chapter 7. " * 700
    code = new_code_cell("\n".join(f"x = {n}" for n in range(101)))
    result = list_remarks(make_page(new_markdown_cell(text), code))
    assert [remark.partition(" ")[2] for remark in result] == [
        "words, aim 3,000",
        "lines of code, aim 100",
        "minutes, aim 50",
        "numerals in 100 words, aim 2",
        "caveat for the lab: not tried",
    ]
    assert list_remarks(make_page(new_markdown_cell("A short lesson of a few words."))) == []


@pytest.mark.parametrize(
    "name", [p.name for c in list_chapters() if c.pages[-1].is_lab for p in c.lessons]
)
def test_no_lesson_costs_half_as_much_again(name, record_property):
    nb = nbformat.read(ROOT / "book" / f"{name}.ipynb", as_version=4)
    for remark in list_remarks(nb):
        record_property("remark", f"book/{name}.ipynb: {remark}")
    counts = count_parts(nb)
    assert {key: counts[key] for key, most in LIMITS.items() if counts[key] > 1.5 * most} == {}
    assert estimate_minutes(counts) <= 1.5 * MAX_MINUTES


@pytest.mark.parametrize(("n_minutes", "text"), [(2, "about 5 minutes"), (57, "about an hour")])
def test_times_are_said_as_one_says_them(n_minutes, text):
    assert phrase_minutes(n_minutes) == text


@pytest.mark.parametrize("name", [page.name for page in list_pages() if not page.is_lab])
def test_every_page_of_a_chapter_says_its_time(name):
    nb = nbformat.read(ROOT / "book" / f"{name}.ipynb", as_version=4)
    assert len([line for cell in nb.cells for line in TIME_LINE.findall(cell.source)]) == 1
    assert write_time(nb) == nbformat.read(ROOT / "book" / f"{name}.ipynb", as_version=4)
