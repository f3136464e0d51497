"""What pages say of themselves, and those that are written: glossary, errata, API, citation."""

import ast
import itertools
import re
import struct

import pytest

from rnncourse.claims import load_ledger
from rnncourse.core.chapters import list_chapters
from scripts import ROOT
from scripts.book import errata_page, written_pages
from scripts.sphinx_ext import equations, page_meta, preview

# --- Meta, picture, citation ---


def list_page_names() -> list[str]:
    return ["index", *re.findall(r"file: (\S+)", written_pages.render_toc())]


def test_each_page_says_what_it_is_about_in_a_sentence_of_its_own(record_property):
    meta = page_meta
    titles = {f"api/{page}": title for page, (title, _) in written_pages.ROOMS.items()}
    titles |= {f"api/{c.name}": c.title for c in list_chapters()}
    descriptions = {
        page: meta.make_description(page, titles.get(page, "Title")) for page in list_page_names()
    }
    assert len(set(descriptions.values())) == len(descriptions)
    for page, text in descriptions.items():
        if not 50 <= len(text) <= 170:
            record_property("remark", f"{page} is described in {len(text)} signs, not 50 to 170")
    assert [page for page, text in descriptions.items() if "a page of the course" in text] == []


def test_absolute_addresses_stand_only_where_the_site_has_one():
    meta = page_meta.make_meta
    assert "http" not in meta("a", 'A "title" <b>', "Book", "")
    result = meta("api/cells", 'A "title" <b>', "Book", "https://x.org/b/")
    assert 'property="og:url" content="https://x.org/b/api/cells.html"' in result
    assert 'content="https://x.org/b/_static/previews/index.png"' in result
    for page in ("01-sequences", "lab-01-sequences", "claims"):
        assert f'"https://x.org/b/_static/previews/{page}.png"' in meta(
            page, "T", "Book", "https://x.org/b/"
        )
    assert "A &quot;title&quot; &lt;b&gt;" in result


def test_a_finding_has_a_page_to_link_to_with_its_sentence_and_picture():
    meta = page_meta
    for name, (heading, _) in meta.FINDINGS.items():
        result = meta.render_finding(name, heading, "Book", "https://x.org/b/")
        assert f'"og:url" content="https://x.org/b/found/{name}.html"' in result
        assert f'"og:image" content="https://x.org/b/_static/previews/{name}.png"' in result
        assert f'"og:title" content="{heading}"' in result
        assert f"url=../index.html#{name}" in result


def test_pictures_have_the_size_that_is_asked_for_and_are_small_and_alike(tmp_path):
    meta, drawn = page_meta, set()
    for page, title in meta.list_pictured_titles().items():
        path = tmp_path / f"{page}.png"
        preview.draw_preview(path, title, meta.make_description(page, title), "Book")
        drawn.add(data := path.read_bytes())
        assert struct.unpack(">II", data[16:24]) == (1200, 630)
        assert len(data) < 120_000, page
    assert len(drawn) == len(meta.list_pictured_titles())
    again = tmp_path / "again" / path.name
    preview.draw_preview(again, title, meta.make_description(page, title), "Book")
    assert data == again.read_bytes()


@pytest.mark.parametrize("site", ["", "https://x.org/b/"])
def test_a_page_is_cited_with_what_the_citation_file_says(site):
    line, entry = page_meta.make_citation("04-bptt", "4. Going back", site)
    assert line.startswith("The rnncourse authors (2026). Going back. In: Networks that read")
    assert ("x.org/b/04-bptt.html" in line) is ("url = " in entry) is bool(site)
    assert entry.startswith("@incollection{rnncourse:04-bptt,")
    assert entry.count("{") == entry.count("}")
    assert page_meta.make_citation("index", "Front", "")[1].startswith("@misc{rnncourse,")


# --- Errata ---


def test_tests_named_by_errata_exist():
    for slip in errata_page.load_errata():
        assert slip["deck"] in "ABCDE"
        assert slip["printed"] != slip["right"]
        assert slip.get("test") or slip.get("source"), slip["heading"]
        if test := slip.get("test"):
            file, _, name = test.partition("::")
            source = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            assert name in {n.name for n in source.body if isinstance(n, ast.FunctionDef)}, test
        if claim := slip.get("claim"):
            result = load_ledger()[claim]
            assert (result.deck, result.heading) == (slip["deck"], slip["heading"])


def test_every_slip_is_on_the_page():
    page = errata_page.render_page()
    for slip in errata_page.load_errata():
        assert slip["printed"] in page
        assert slip["right"] in page


# --- Glossary ---


def list_terms() -> list[tuple[list[str], str]]:
    text = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
    blocks = text.partition("```{glossary}\n")[2].removesuffix("```\n").split("\n\n")
    result = []
    for block in blocks:
        lines = block.strip("\n").split("\n")
        heads = [line for line in lines if not line.startswith(" ")]
        result.append((heads, " ".join(line.strip() for line in lines[len(heads) :])))
    return result


def test_terms_stand_in_the_order_of_letters_with_a_sentence_and_a_link():
    heads = [head[0].casefold().replace("–", "-") for head, _ in list_terms()]
    assert heads == sorted(heads)
    assert len(heads) >= 60
    for head, text in list_terms():
        assert re.search(r"\. (Introduced in|See) \[", text), head
        assert len(text.partition(". ")[0]) <= 220, head


# --- API ---


def test_every_module_is_on_one_page_of_the_api():
    shown = [
        n
        for _, rooms in written_pages.ROOMS.values()
        for room in rooms.split()
        for n in written_pages.list_modules(room)
    ]
    assert len(shown) == len(set(shown))


EQUATIONS = [  # a line of a docstring, and what it becomes
    ("h' = tanh(x W_xh + b_h),   y = h'", r"h' &= \tanh(x W_{xh} + b_{h}), &\quad y &= h'"),
    ("h = step(h_0),   as it is", r"h &= \operatorname{step}(h_{0}), &\quad & \text{ as it is }"),
    ("dx   = [da_r da_z] W^T    dy = 0", r"dx &= [da_{r}\;\; da_{z}] W^{\top} &\quad dy &= 0"),
    ("c~ = Gamma_u * c", r"\tilde{c} &= \Gamma_{u} \odot  c"),
    ("p_n(w) = rest(u) * p_(n-1)", r"p_{n}(w) &= \operatorname{rest}(u) \cdot  p_{n-1}"),
    ("y^ = g(V s + c)", r"\hat{y} &= g(V s + c)"),
    ("u = sigma(W_xu x + W_xh' h)", r"u &= \sigma(W_{xu} x + W_{xh'} h)"),
    ("L = sum over t of -ln p_t", r"L &= \sum_{t} -\ln p_{t}"),
]


@pytest.mark.parametrize(("line", "tex"), EQUATIONS, ids=range(len(EQUATIONS)))
def test_an_equation_becomes_tex(line, tex):
    assert equations.set_equations(["Say.", "", f"    {line}"])[2:-1] == [
        ".. math::",
        "",
        r"   \begin{aligned}",
        f"   {tex}",
        r"   \end{aligned}",
    ]


def list_docstrings() -> list[str]:
    result = []
    for path in sorted((ROOT / "rnncourse").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                result.append(ast.get_docstring(node) or "")
    return result


def test_most_equations_are_set_and_none_becomes_a_quotation():
    result = []
    for text in list_docstrings():
        paragraphs = equations.find_paragraphs(equations.set_equations(text.split("\n")))
        result += [part for part in paragraphs if part == [".. math::"]]
        for before, part in itertools.pairwise(paragraphs):
            if part[0].startswith("    ") and not before[-1].startswith(" "):
                assert before[-1].endswith(":"), part  # of a section, or of a literal block
    assert len(result) >= 50


def test_sentences_sections_and_code_stay_as_they_are():
    lines = ["Say.", "", "With f = s = 1 the state is a sum and can leave the range.", ""]
    lines += [
        "An example::",
        "",
        "    x = 1",
        "",
        "Args:",
        "    x: As x = 2.",
        "",
        "    More = so.",
    ]
    assert equations.set_equations(lines)[:-1] == lines
    unchanged = equations.set_equations(["Say.", "", "    x = 1 # a comment"])
    assert unchanged[2:] == ["::", "", "    x = 1 # a comment", ""]
