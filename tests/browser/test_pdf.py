"""The PDF files, and a page's own print: what is on the paper, and where links lead."""

import functools
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pikepdf
import pypdfium2
import pytest

from rnncourse.claims import load_ledger
from rnncourse.core.chapters import list_chapters, list_pages
from scripts import ROOT

from .conftest import MISSING, SITE, find_chromium, skip_or_fail

pytestmark = [pytest.mark.built, pytest.mark.paper]

SCREEN_WORDS = ("Show the code", "Hide the code", "Copy to clipboard",
                "Search this book", "Skip to main", "Print to PDF")  # fmt: skip
SCALE = 0.5  # pixels a point: enough to see where ink is
MARGIN = 21 / 210  # left and right, of the paper's width; paper.css


class Printed:
    """A PDF, opened twice: for its structure, and for what is seen."""

    def __init__(self, path: Path):
        self.path = path
        self.pdf = pikepdf.open(path)
        self.rendered = pypdfium2.PdfDocument(path)
        self.leaves = {page.objgen: i for i, page in enumerate(self.pdf.pages, start=1)}
        self.places = {
            str(name)[1:]: self.leaves[place[0].objgen]
            for name, place in self.pdf.Root.get("/Dests", {}).items()
        }
        self.texts = [page.get_textpage().get_text_bounded() for page in self.rendered]

    def links(self):
        """Number of the page, rectangle and target of each link."""
        for number, page in enumerate(self.pdf.pages, start=1):
            for link in page.get("/Annots", []):
                action = link.get("/A", {})
                target = link.get("/Dest", action.get("/D", action.get("/URI", "")))
                yield number, [float(x) for x in link["/Rect"]], str(target).removeprefix("/")

    @functools.cache  # noqa: B019 (one book, as long as the tests last)
    def ink(self, number: int) -> np.ndarray:
        """Where a page is not white, as rows of pixels."""
        picture = self.rendered[number - 1].render(scale=SCALE).to_pil().convert("L")
        return np.asarray(picture) < 200


@pytest.fixture(scope="module")
def printed_files(tmp_path_factory) -> dict[str, Printed]:
    if find_chromium() is None:
        skip_or_fail(MISSING)
    folder = tmp_path_factory.mktemp("paper")
    # In a process of its own: Playwright runs once in a process, and the tests have begun it.
    code = "import pathlib, sys; from scripts.book import make_pdf\n"
    code += "make_pdf.print_files(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, check=True)
    return {path.name: Printed(path) for path in folder.glob("*.pdf")}


@pytest.fixture(params=["book.pdf", "exercises.pdf", "solutions.pdf"])
def printed_file(printed_files, request) -> Printed:
    return printed_files[request.param]


@pytest.fixture
def printed_book(printed_files) -> Printed:
    return printed_files["book.pdf"]


def strip_to_letters(text: str) -> str:
    """Letters and digits only: line ends and ligatures differ between heading and contents."""
    return re.sub(r"[\W_]+", "", text).lower()


def find_fonts(holder: pikepdf.Object, fonts_by_id: dict, visited: set) -> dict:
    """All fonts that a page or a form on it uses."""
    resources = holder.get("/Resources", {})
    for name, font in resources.get("/Font", {}).items():
        fonts_by_id[font.objgen] = (str(name), font)
    for form in resources.get("/XObject", {}).values():
        if form.objgen not in visited:
            visited.add(form.objgen)
            find_fonts(form, fonts_by_id, visited)
    return fonts_by_id


def test_all_fonts_are_embedded_in_the_pdf(printed_file):
    result, visited = {}, set()
    for page in printed_file.pdf.pages:
        find_fonts(page.obj, result, visited)
    assert result
    for name, font in result.values():
        if font["/Subtype"] == "/Type3":
            continue
        one = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
        files = {"/FontFile", "/FontFile2", "/FontFile3"} & set(one["/FontDescriptor"].keys())
        assert files, f"{name}: {one.get('/BaseFont')}"


def test_the_pdf_has_title_author_language_and_outline(printed_file):
    root, name = printed_file.pdf.Root, printed_file.path.stem
    second = "remember and write" if name == "book" else name.capitalize()
    assert printed_file.pdf.docinfo["/Title"] == f"Networks that read, {second}"
    assert printed_file.pdf.docinfo["/Author"] == "the rnncourse authors"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    with printed_file.pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert "Contents" in titles
    for page in list_pages():
        assert name != "book" or any(
            strip_to_letters(t).endswith(strip_to_letters(page.title))
            or (page.is_lab and t.startswith(f"Lab report {page.number[1:]}."))
            for t in titles
        ), page
    for chapter in list_chapters():
        begins = f"{name.capitalize()} {chapter.number}:"
        assert name == "book" or any(t.startswith(begins) for t in titles), begins


def test_each_question_is_printed_once_without_notes_on_missing_answers(printed_files):
    """A question's paragraphs stand in the exercises, its answer in the solutions."""
    notes = {
        name: [strip_to_letters(text) for text in printed.texts]
        for name, printed in printed_files.items()
    }
    exercises, again = set(), set()
    for chapter in list_chapters():
        notebook = nbformat.read(ROOT / "solutions" / f"{chapter.page}.ipynb", as_version=4)
        questions = [c.source for c in notebook.cells if c.id.endswith("-question")]
        assert len(questions) >= 7
        for source in questions:
            title, *sentences = re.sub(r"\$\$.*?\$\$", "\n", source, flags=re.DOTALL).split("\n\n")
            pieces = {
                strip_to_letters(x) for x in re.split(r"\$[^$]*\$|`[^`]*`|\n", " ".join(sentences))
            }
            for name, known in (("exercises.pdf", exercises), ("solutions.pdf", again)):
                known |= {p for p in pieces if len(p) > 40 and any(p in t for t in notes[name])}
                assert any(strip_to_letters(title) in text for text in notes[name]), title
    assert len(exercises) > 7 * len(list_chapters())
    assert 50 * len(again) < len(exercises), again  # an answer may quote its question
    assert not any("notstarted" in text for text in notes["exercises.pdf"])


def test_links_lead_into_the_file_or_out_to_the_web(printed_file):
    inner = 0
    for number, _, target in printed_file.links():
        if re.match(r"(https?|mailto):", target):
            assert "127.0.0.1" not in target, number
        else:
            assert target in printed_file.places, f"page {number}: {target}"
            inner += 1
    assert inner > 100


def test_the_contents_name_the_right_pages(printed_file):
    first = min(number for p, number in printed_file.places.items() if p.startswith("page-"))
    lines = {}
    for number, (left, bottom, right, top), target in printed_file.links():
        if number < first and target in printed_file.places:  # title and number are two rectangles
            page = printed_file.rendered[number - 1].get_textpage()
            text = page.get_text_bounded(left - 1, bottom - 1, right + 1, top + 1)
            lines[target] = lines.get(target, "") + " " + text
    assert len(lines) > 40
    for target, line in lines.items():
        leaf = str(printed_file.places[target])  # a title may end with a number, too
        title = re.fullmatch(rf"\W*(.+?)\W*{leaf}\W*", line, re.DOTALL)[1]
        assert strip_to_letters(title) in strip_to_letters(printed_file.texts[int(leaf) - 1]), line


def test_nothing_is_printed_in_the_margins_of_the_pdf(printed_file):
    out = []
    for number in range(1, len(printed_file.rendered) + 1):
        ink = printed_file.ink(number)
        columns = np.flatnonzero(ink.any(0)) / ink.shape[1]
        if len(columns) and (columns[-1] > 1 - MARGIN + 0.006 or columns[0] < MARGIN - 0.006):
            out.append(number)
    assert not out


def test_paper_is_white_and_holds_no_words_of_the_screen(printed_file):
    for number, text in enumerate(printed_file.texts, start=1):
        assert not [word for word in SCREEN_WORDS if word in text], number
        assert printed_file.ink(number).mean() < 0.35, f"page {number} is dark"


def test_what_live_figures_say_in_controls_is_printed(printed_book):
    text = strip_to_letters(" ".join(printed_book.texts))
    for words in (
        "3 letters: ",  # 1.3, of a model that loads by itself
        "p s y c h o l o g y S AY K AA L AH JH IY",  # 12.1
        "ein und zwanzig , sieben und vierzig",  # 12.8
        "person standing dark skin tone end",  # 13.8
    ):
        assert strip_to_letters(words) in text, words


@pytest.mark.parametrize("view", ["light", "dark"])
def test_any_page_prints_dark_on_white(open_page, view, tmp_path):
    visit = open_page(f"{list_chapters()[-1].page}.html", view)
    path = tmp_path / "page.pdf"
    visit.page.pdf(path=path, print_background=True)
    assert visit.page.evaluate("document.documentElement.dataset.theme") == view
    printed = Printed(path)
    assert strip_to_letters(list_chapters()[-1].title) in strip_to_letters(printed.texts[0])
    for number, text in enumerate(printed.texts, start=1):
        assert not [word for word in SCREEN_WORDS if word in text], number
        picture = np.asarray(printed.rendered[number - 1].render(scale=1).to_pil().convert("L"))
        assert (picture[:20] == 255).all()
        assert picture.min() < 90, "ink is pale"
        assert np.median(picture) > 235


@pytest.mark.parametrize("chosen", [{"PATH": "", "CHROMIUM": ""}, {"CHROMIUM": "/nonexistent"}])
def test_without_chromium_there_is_one_sentence(chosen):
    environment = {**os.environ, **chosen}
    done = subprocess.run(
        [sys.executable, "-m", "scripts.book.make_pdf"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"make_pdf.py: {MISSING}\n"


def test_the_menu_offers_what_was_built(open_page):
    visit = open_page(f"{list_chapters()[0].page}.html")
    assert visit.page.evaluate("window.rcExtras") is not None
    assert (SITE / "_static" / "extras.js").is_file()
    page = list_chapters()[0].page
    pdf = "['book.pdf', 'exercises.pdf']"
    result = f"window.rcExtras = {{pdf: {pdf}, slides: {{'{page}': 'slides/{page}.html'}}}};"
    script = {"body": result, "content_type": "text/javascript"}
    visit.page.route("**/extras.js*", lambda route: route.fulfill(**script))
    visit.page.reload()
    for name in ("book", "exercises"):
        links = visit.page.locator("a", has_text=f"{name.capitalize()}, PDF")
        assert links.count() == 2
        assert links.first.get_attribute("href") == f"./{name}.pdf"
    slides = visit.page.locator(".rc-take a", has_text="Slides")
    assert slides.get_attribute("href") == f"./slides/{page}.html"


def test_each_judged_claim_is_a_line_where_it_stands_and_open_in_the_ledger(printed_book):
    def plain(text):
        return re.sub(r"[^a-z]", "", re.sub(r"\$[^$]*\$", "", text).lower())

    texts = [plain(text) for text in printed_book.texts]
    for claim in load_ledger().values():
        if claim.verdict not in ("shown", "unmeasured"):
            phrases = [plain(part) for part in re.split(r"\$[^$]*\$", claim.short)]
            result = [n for n, text in enumerate(texts, 1) if all(part in text for part in phrases)]
            assert len(result) > len(claim.chapters), claim.id
            assert any(plain(claim.checks[0].quantity)[:40] in text for text in texts), claim.id
