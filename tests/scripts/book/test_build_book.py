"""Building the book: nothing is done twice, nothing stays stale, addresses only where known."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbformat import v4, writes

from scripts import ROOT
from scripts.book import book_state, build_book, extras, make_pdf, make_zip, vendor, written_pages
from scripts.sphinx_ext import addresses, rebuild, withheld

ADDRESSES = {
    "RNNCOURSE_REPOSITORY": "https://github.com/someone/course",
    "RNNCOURSE_SITE": "https://someone.github.io/course/",
}


# --- Addresses ---


def test_without_a_repository_there_are_no_buttons():
    assert addresses.read_addresses({}) == ({}, "")
    assert addresses.read_addresses({"RNNCOURSE_REPOSITORY": "", "RNNCOURSE_SITE": ""}) == ({}, "")


def test_addresses_are_brought_into_one_form():
    inputs = {
        "RNNCOURSE_REPOSITORY": "https://github.com/a/b.git/",
        "RNNCOURSE_SITE": "https://a.io/b",
    }
    options, site = addresses.read_addresses(inputs)
    assert options["repository_url"] == "https://github.com/a/b"
    assert options["repository_branch"] == "main"
    assert site == "https://a.io/b/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RNNCOURSE_REPOSITORY", "someone/course"),
        ("RNNCOURSE_REPOSITORY", "https://github.com/someone"),
        ("RNNCOURSE_REPOSITORY", 'https://github.com/a/b"onclick="x'),
        ("RNNCOURSE_BRANCH", "a b"),
        ("RNNCOURSE_SITE", "someone.github.io"),
    ],
)
def test_a_wrong_address_is_named_in_one_sentence(name, value):
    with pytest.raises(ValueError, match=rf"^{name} must be .*\.$"):
        addresses.read_addresses({name: value})


@pytest.mark.parametrize(
    ("label", "page", "source"),
    [
        ("source-edit-button", "book/01-x.ipynb", "book/01-x.ipynb"),
        ("source-edit-button", "book/claims.md", "rnncourse/claims.toml"),
        ("source-edit-button", "book/exercises/01-x.ipynb", "solutions/01-x.ipynb"),
        ("source-edit-button", "book/solutions/01-x.ipynb", "solutions/01-x.ipynb"),
        ("", "book/01-x.ipynb", "book/01-x.ipynb"),
        ("", "book/exercises/01-x.ipynb", "exercises/01-x.ipynb"),
        ("", "book/solutions/01-x.ipynb", "solutions/01-x.ipynb"),
    ],
)
def test_buttons_lead_to_files_of_the_repository(label, page, source):
    button = {"label": label, "url": f"https://example.com/blob/main/{page}"}
    group = {"type": "group", "buttons": [button]}
    (fixed_button,) = addresses.fix_button(group)["buttons"]
    assert fixed_button["url"] == f"https://example.com/blob/main/{source}"


# --- What is built again ---

BEFORE = ("book/a.md", "book/exercises/x.ipynb", "book/_toc.yml", "book/references.bib")
BEFORE += ("exercises/x.ipynb", "rnncourse/claims.toml", "rnncourse/cells.py", "scripts/s.py")
BEFORE += ("_config.yml", "book/_assets/book.css", "book/claims.md")


@pytest.mark.parametrize(
    ("changed_files", "pages"),
    [
        (["book/a.md"], ["a.md"]),
        (["exercises/x.ipynb", "book/exercises/x.ipynb"], ["exercises/x.ipynb"]),
        (["exercises/x.ipynb", "book/claims.md"], ["claims.md"]),
        (["exercises/x.ipynb"], []),
        (["rnncourse/claims.toml", "book/claims.md"], None),  # lessons show its verdicts
        *[([name], None) for name in BEFORE if not name.endswith((".md", "x.ipynb", ".toml"))],
        (["book/a.md", "rnncourse/cells.py"], None),
    ],
)
def test_only_changes_of_pages_keep_the_rest(changed_files, pages):
    old = {"inputs": dict.fromkeys(BEFORE, "1"), "settings": {}, "output": "o"}
    new = {**old, "inputs": {**old["inputs"], **dict.fromkeys(changed_files, "2")}}
    assert book_state.list_changed_pages(old, new) == pages


@pytest.mark.parametrize(
    ("changed_files", "prose"),
    [
        ([], True),
        (["book/a.md"], True),
        *[([name], False) for name in BEFORE if name != "book/a.md"],
        (["book/a.md", "book/claims.md"], False),
        (["book/a.ipynb"], False),  # its figures and slides are told of elsewhere
    ],
)
def test_prose_changes_nothing_that_is_written(changed_files, prose):
    old = {"inputs": dict.fromkeys(BEFORE, "1"), "settings": {}, "output": "o"}
    new = {**old, "inputs": {**old["inputs"], **dict.fromkeys(changed_files, "2")}}
    assert book_state.is_only_prose(old, new) is prose
    assert not book_state.is_only_prose(None, new)


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": {**dict.fromkeys(BEFORE, "1"), "book/new.md": "1"}},
        {"inputs": dict.fromkeys(BEFORE[1:], "1")},
        {"settings": {"packages": ["Sphinx-9"]}},
        {"output": "touched"},
    ],
)
def test_any_other_change_builds_from_scratch(change):
    old = {"inputs": dict.fromkeys(BEFORE, "1"), "settings": {}, "output": "o"}
    assert book_state.list_changed_pages(old, {**old, **change}) is None
    assert book_state.list_changed_pages(None, old) is None


@pytest.fixture
def run_fake_build(monkeypatch, tmp_path):
    """`run_fake_build(code)` runs build_book.py with a builder of one page: lists of pages."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.md").write_text("# A")
    page_lists = []

    def run(code=0):
        def write_page(book, changed_pages):
            page_lists.append(changed_pages)
            pages = tmp_path / "_build" / "html"
            pages.mkdir(parents=True, exist_ok=True)
            (pages / "a.html").write_text((book / "a.md").read_text())
            return code

        monkeypatch.setattr(build_book, "run_jupyter_book", write_page)
        page_lists.clear()
        try:
            build_book.main(tmp_path / "book")
        except SystemExit as end:
            return end.code, list(page_lists)
        return 0, list(page_lists)

    monkeypatch.setattr(vendor, "main", lambda: None)
    monkeypatch.setattr(build_book, "write_generated_pages", lambda book: None)
    monkeypatch.setattr(build_book, "typeset_formulas", lambda pages: 0)
    monkeypatch.setattr(build_book, "list_pages", lambda book: ["a"])
    return run


def test_an_unchanged_book_is_not_built_again(run_fake_build, tmp_path, monkeypatch):
    assert run_fake_build() == (0, [None])
    assert run_fake_build() == (0, [])
    (tmp_path / "book" / "a.md").write_text("# B")
    assert run_fake_build() == (0, [["a.md"]])
    assert run_fake_build() == (0, [])
    monkeypatch.setenv("RNNCOURSE_SITE", "https://example.com/")
    assert run_fake_build() == (0, [None])
    (tmp_path / "_build" / "html" / "a.html").unlink()
    assert run_fake_build() == (0, [None])


def test_a_failed_build_fails_each_time_and_the_next_is_from_scratch(run_fake_build, tmp_path):
    run_fake_build()
    (tmp_path / "book" / "a.md").write_text("# A warning")
    assert run_fake_build(code=1) == (1, [["a.md"]])
    assert run_fake_build(code=1) == (1, [None])
    assert run_fake_build() == (0, [None])


def test_a_page_with_a_traceback_is_no_success(run_fake_build, tmp_path):
    (tmp_path / "book" / "a.md").write_text("Traceback (most recent call last)")
    assert [run_fake_build(), run_fake_build()] == [(1, [None])] * 2


def test_a_wrong_address_ends_before_anything_is_done(run_fake_build, monkeypatch, capsys):
    monkeypatch.setenv("RNNCOURSE_REPOSITORY", "course")
    assert run_fake_build() == (2, [])
    assert capsys.readouterr().err.count("\n") == 1


def test_the_order_of_reading_changes_nothing_that_pages_share():
    canonical = rebuild.make_canonical
    assert canonical({"a": [1, 2], "b": {3}}) == canonical({"b": {3}, "a": [2, 1]})
    assert canonical({"a": ["x"]}) != canonical({"a": ["y"]})


# --- A small book, really built ---


class Links(HTMLParser):
    """What a page loads, and where its links lead."""

    def __init__(self, path: Path):
        super().__init__()
        self.loaded, self.links, self.canonical = [], [], None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        leaks = dict(attrs)
        if tag == "a":
            self.links.append(leaks.get("href", ""))
        elif leaks.get("rel") == "canonical":
            self.canonical = leaks["href"]
        else:
            self.loaded += [v for k, v in attrs if k in ("src", "href", "srcset", "data") and v]

    @property
    def to_github(self):
        hosts = r"https://(github\.com|mybinder\.org|colab\.research\.google\.com)/"
        return {link for link in self.links if re.match(hosts, link)}


OF_A_FORK = """\
`OWNER/REPO` and {download}`it <_assets/workflows/student.yml>`.

```{literalinclude} _assets/workflows/student.yml
:language: yaml
```
"""


@pytest.fixture
def build_small_book(tmp_path):
    """`build_small_book(environment)` builds a book of six pages with the course's own settings."""
    book = tmp_path / "book"
    for folder in ("book", "exercises", "solutions"):
        (tmp_path / folder).mkdir()
    for name in ("_config.yml", "scripts", "rnncourse", "book/_assets"):
        (tmp_path / name).symlink_to(ROOT / name)
    pages = ("a", "students", "01-x", "exercises/01-x", "solutions/01-x")
    toc = {"format": "jb-book", "root": "index", "chapters": [{"file": page} for page in pages]}
    (book / "_toc.yml").write_text(json.dumps(toc))
    (book / "references.bib").write_text("@book{k, title={T}, author={A}, year={1}, publisher={P}}")
    (book / "students.md").write_text("# For students")
    (book / "index.md").write_text("# Front\n\n```{bibliography}\n```\n")
    (book / "a.md").write_text(f"# First title\n\nText $x_1$, and {{cite}}`k`.\n\n{OF_A_FORK}")
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# N"), v4.new_code_cell("1")])
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    for folder in ("book", "exercises", "solutions"):
        (tmp_path / folder / "01-x.ipynb").write_text(writes(notebook))

    def build(environment=ADDRESSES):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("RNNCOURSE_")}
        command = [sys.executable, "-m", "scripts.book.build_book", str(book)]
        return subprocess.run(
            command, env={**clean, **environment}, capture_output=True, text=True, check=False
        )

    return build


def list_files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.mark.tools
def test_a_small_book_is_built_with_its_addresses(build_small_book, tmp_path):
    html, page = tmp_path / "_build" / "html", tmp_path / "book" / "a.md"
    first = build_small_book()
    assert first.returncode == 0, first.stdout + first.stderr
    github, blob = "https://github.com/someone/course", "/github/someone/course/blob/main/"
    links = Links(html / "01-x.html")
    assert links.canonical == "https://someone.github.io/course/01-x.html"
    assert f"{github}/edit/main/book/01-x.ipynb" in links.to_github
    assert f"https://colab.research.google.com{blob}book/01-x.ipynb" in links.to_github
    assert any(link.startswith(f"{github}/issues/new?") for link in links.to_github)
    exercise_links = Links(html / "exercises" / "01-x.html").to_github
    assert f"https://colab.research.google.com{blob}exercises/01-x.ipynb" in exercise_links
    assert any(
        link.endswith("/main?urlpath=lab/tree/exercises/01-x.ipynb") for link in exercise_links
    )
    assert f"{github}/edit/main/solutions/01-x.ipynb" in exercise_links
    assert not any("book/exercises" in link for link in exercise_links)
    (handed_out,) = html.glob("_downloads/*/student.yml")
    assert "uses: someone/course/.github/actions/grade@main" in handed_out.read_text()
    shown = (html / "a.html").read_text()
    assert shown.count("someone/course/.github/actions/grade@main") == 1
    assert "highlight-yaml" in shown
    assert not any("OWNER/REPO" in text for text in (shown, handed_out.read_text()))
    for path in html.rglob("*.html"):
        assert not [link for link in Links(path).loaded if re.match(r"(https?:)?//", link)]

    assert "Nothing changed" in build_small_book().stdout
    before = list_files(html)
    page.write_text(page.read_text() + "\nMore, and $y^2$.\n")
    assert "(1 of them changed)" in build_small_book().stdout
    unchanged = {name for name, content in list_files(html).items() if content == before.get(name)}
    assert {"index.html", "01-x.html", "exercises/01-x.html"} <= unchanged
    page.write_text(page.read_text().replace("First title", "Another title"))
    assert "(1 of them changed)" in build_small_book().stdout
    assert "Another title" in (html / "exercises" / "01-x.html").read_text()
    after = list_files(html)
    (tmp_path / "_build" / "book.json").unlink()
    assert build_small_book().returncode == 0
    again = list_files(html)
    assert after.keys() == again.keys()
    assert [name for name in after if after[name] != again[name]] == []

    page.write_text(page.read_text() + "\n[nowhere](nowhere.md)\n")
    failed = build_small_book({})
    assert failed.returncode == 1
    assert "nowhere" in failed.stderr
    links = Links(html / "01-x.html")
    assert (links.to_github, links.canonical) == (set(), None)


# --- A book without its solutions ---

CHAPTER = "03-recurrent-networks"
WITHHELD = {"RNNCOURSE_SOLUTIONS": "no"}


@pytest.fixture
def set_solutions(monkeypatch):
    monkeypatch.delenv("RNNCOURSE_SOLUTIONS", raising=False)
    return lambda value: monkeypatch.setenv("RNNCOURSE_SOLUTIONS", value)


def test_solutions_are_built_unless_switched_off(set_solutions):
    for value, is_built in {"": True, "yes": True, "no": False}.items():
        set_solutions(value)
        assert withheld.has_solutions() is is_built
    set_solutions("nein")
    with pytest.raises(ValueError, match=r"^SOLUTIONS must be yes or no, not 'nein'\.$"):
        withheld.has_solutions()


def test_the_table_of_contents_leaves_solutions_out(set_solutions):
    set_solutions("yes")
    assert f"solutions/{CHAPTER}" in written_pages.render_toc()
    set_solutions("no")
    assert "olutions" not in written_pages.render_toc()
    assert f"exercises/{CHAPTER}" in written_pages.render_toc()


def test_every_link_of_a_chapter_to_solutions_is_one_that_is_taken_out():
    for path in [*(ROOT / "book").glob("*.ipynb"), *(ROOT / "book").glob("*.md")]:
        text = withheld.drop_links(path.read_text("utf-8"))
        assert not re.search(r"\]\([^)]*solutions/", text), path.name


@pytest.mark.parametrize("setting", ["yes", "no"])
def test_downloads_lead_to_solutions_only_if_there_are_any(set_solutions, tmp_path, setting):
    copied = tmp_path / "_sources" / f"{CHAPTER}.ipynb"
    copied.parent.mkdir()
    shutil.copy(ROOT / "book" / copied.name, copied)
    before = json.loads(copied.read_text("utf-8"))
    app = SimpleNamespace(outdir=str(tmp_path))
    set_solutions(setting)
    withheld.hide_links_in_sources(app, None)
    after = json.loads(copied.read_text("utf-8"))
    assert f"solutions/{CHAPTER}" in json.dumps(before)
    assert (f"solutions/{CHAPTER}" in json.dumps(after)) is (setting == "yes")
    assert len(after["cells"]) == len(before["cells"])


def list_long_code(folder: str) -> set[str]:
    """Long lines of code of a chapter's notebook."""
    cells = json.loads((ROOT / folder / f"{CHAPTER}.ipynb").read_text("utf-8"))["cells"]
    lines = [line for c in cells for line in "".join(c["source"]).splitlines()]
    return {line.strip() for line in lines if len(line.strip()) > 25}


@pytest.mark.parametrize("setting", ["yes", "no"])
def test_paper_has_solutions_only_where_the_book_has(set_solutions, tmp_path, setting):
    """What is printed is what the table of contents of the book lists."""
    set_solutions(setting)
    (tmp_path / "_toc.yml").write_text(written_pages.render_toc(), "utf-8")
    files = make_pdf.list_files(tmp_path)
    assert list(files) == list(extras.PDFS)[: 3 if setting == "yes" else 2]
    assert f"exercises/{CHAPTER}" in files["exercises.pdf"]
    assert {CHAPTER, "glossary"} <= set(files["book.pdf"])
    assert not any("/" in name for name in files["book.pdf"])
    taken = {"headings": [], "sheets": [], "rules": "", "plain": "T", "site": "", "html": "<p>"}
    for file, pages in files.items():
        leaves = [make_pdf.Leaf(name, taken | {"slug": name, "title": "T"}) for name in pages]
        text = make_pdf.assemble_file(file, leaves, extras.read_settings())
        assert ("solutions" in text.lower()) is (file == "solutions.pdf")


@pytest.mark.tools
def test_a_book_without_solutions_holds_nothing_of_them(build_small_book, tmp_path):
    """The exercises and solutions of a real chapter, and a chapter that leads to both.

    What was made of a book with solutions, as a PDF and slides, is gone with it.
    """
    (tmp_path / "solutions" / "01-x.ipynb").write_bytes(
        (ROOT / "solutions" / f"{CHAPTER}.ipynb").read_bytes()
    )
    (tmp_path / "exercises" / "01-x.ipynb").write_bytes(
        (ROOT / "exercises" / f"{CHAPTER}.ipynb").read_bytes()
    )
    chapter = tmp_path / "book" / "01-x.ipynb"
    links = "# N\n\nThe [questions](exercises/01-x), and the [solutions](solutions/01-x) too."
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(links)])
    chapter.write_text(writes(notebook))
    secret = list_long_code("solutions") - list_long_code("exercises")
    assert len(secret) > 20

    def find_leaks():
        built = {
            name: c.decode("utf-8", "replace")
            for name, c in list_files(tmp_path / "_build").items()
        }
        texts = {name: html.unescape(re.sub(r"<[^>]+>", "", text)) for name, text in built.items()}
        return {
            (name, line)
            for texts_by_name in (built, texts)
            for name, text in texts_by_name.items()
            for line in secret
            if line in text or json.dumps(line, ensure_ascii=False)[1:-1] in text
        }

    assert build_small_book({}).returncode == 0
    assert {line for _, line in find_leaks()} >= {*list(secret)[:5]}  # with them, they are found
    toc = tmp_path / "book" / "_toc.yml"
    toc.write_text(toc.read_text().replace('{"file": "solutions/01-x"}', "").replace(", ]", "]"))
    site = tmp_path / "_build" / "html"
    # As `make pdf` and `make slides` leave them.
    for name in (*extras.PDFS, "slides/01-x.html"):
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text("\n".join(secret), "utf-8")
    run = build_small_book(WITHHELD)
    assert run.returncode == 0, run.stdout + run.stderr
    assert find_leaks() == set()
    assert make_zip.pack_site(site, tmp_path / "book.zip") > 10
    with zipfile.ZipFile(tmp_path / "book.zip") as archive:
        assert [name for name in archive.namelist() if "solutions" in name] == []
    built = list_files(tmp_path / "_build")
    assert [name for name in built if "solutions" in name] == []
    assert b"solutions (published later)" in built["html/01-x.html"]
    for name in ("01-x.html", "exercises/01-x.html"):
        links = Links(tmp_path / "_build" / "html" / name).links
        assert [link for link in links if "solutions/" in link] == []
    pages = {name: text for name, text in built.items() if name.startswith("html/")}
    scripts = {n: text for n, text in pages.items() if n.endswith((".json", ".js", ".ipynb"))}
    assert [name for name, text in scripts.items() if b"solutions/" in text] == []
    assert not (tmp_path / "book" / "solutions").exists()


# --- Formulas ---


@pytest.mark.built
def test_a_formula_that_loses_a_part_is_a_fault(tmp_path, capfd):
    formula = r"\begin{aligned} {}[a\; b_{f_2}] &= W x, \\[2pt] c &\to \tanh[a] \end{aligned}"
    page = '<head></head><div class="math">\\[{}\\]</div>'
    vendor.main()
    for tex, missing in ((formula, ""), (formula.replace("{}[", "["), "[]abf2")):
        (tmp_path / "a.html").write_text(page.format(tex.replace("&", "&amp;")))
        assert bool(build_book.typeset_formulas(tmp_path)) == bool(missing)
        leaks = re.findall("loses ([^:]*):", capfd.readouterr().err)
        assert sorted("".join(leaks).split()) == sorted(missing)
