"""Every format is read back by a program of its kind, whatever students have written into it."""

import csv
import io
import json
import os
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from docutils.nodes import make_id
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rnncourse.grading.judging import Result
from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from rnncourse.grading.reports.exports import (
    clean_result,
    escape_formula,
    export_reports,
    format_junit_xml,
    format_marks_csv,
)
from rnncourse.grading.reports.page import make_anchor, render_index_page, render_submission_page
from rnncourse.grading.reports.summary import MAX_ROWS, write_summary
from rnncourse.grading.reports.totals import Totals, compute_points_percent
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.texts import (
    clean_text,
    escape_markdown,
    make_file_names,
    number_duplicates,
    quote_markdown,
    render_html,
)
from scripts import ROOT

from ..students import read_rows

HOSTILE = [
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "`<b>` & `a|b` &lt; \" ' ]]> --> ${x} {{x}}",
    "=HYPERLINK(\"http://evil\")",
    "-1+1",
    "@SUM(A1)",
    " \t=1",
    "＝1",
    "\x00\x01\x1b[31m\x7f\x85\ud800\ufffe\uffff",
    "\u202egnp.exe\u2066\u200f\U000e0041",
    "a\r\nb,c;d\te\"f\u2028g",
    "| a | b |\n|---|---|\n# head\n* [x](http://evil) ![y](z) <http://evil> www.evil.com ~~s~~",
    "`` ` ``` unbalanced `",
    "../../../etc/passwd",
    "CON.ipynb",
    "index.ipynb",
    "x" * 100_000,
    "",
    "שלום/hw.ipynb",
    "👩‍👩‍👧/é.ipynb",
    "anna;=1+1;ben.ipynb",
    "anna; \"=1+1\"|@SUM(A1)|'-1:+1.ipynb",
    "a, =1+1\t=2+2\n=3+3",
    "a =1+1 -2+2",
]  # fmt: skip


def make_question(id="02-bits", status="passed", earned=2, message="", title="Bits"):
    return Result(id, title, status, earned, 2, message, 0.25)


def make_result(name="a.ipynb", *questions, **more):
    fields = {"status": "graded", "assignment": "02", "version": "0.1", "isolation": "seccomp"}
    return SubmissionResult(name, "ab" * 32, 10, questions=questions, **(fields | more))


PASSED = make_result("anna/hw.ipynb", make_question(), make_question("02-bigrams"))
PARTLY = make_result(
    "ben.ipynb",
    make_question(status="wrong", earned=0, message="`x` is not `y`."),
    make_question("02-bigrams", "in part", 1),
    seed="secret",
    notes=("Ran as root.",),
)
BLANK = make_result(
    "carl.ipynb", make_question(status="not started", earned=0), make_question("02-bigrams")
)
INVALID = make_result("dora.ipynb", status="invalid", reason="The file is empty.")
FAULT = make_result(
    "eve.ipynb", make_question(), make_question("02-bigrams", "harness error", 0, "No process.")
)
BROKEN = make_result("fritz.ipynb", status="harness error", reason="Its worker died.")
ALL = [PASSED, PARTLY, BLANK, INVALID, FAULT, BROKEN]


@pytest.fixture(scope="module")
def exports_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    export_reports(ALL, folder)
    return folder


def make_hostile_results():
    return [
        make_result(
            text,
            make_question(text, "wrong", 1, text, text),
            make_question("02-bits", "error", 0, f"before {text} after"),
            reason=text,
            notes=(text,),
            choice=text,
            assignment=text,
        )
        for text in HOSTILE
    ]


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    export_reports(make_hostile_results(), folder)
    return folder


# --- JSON ---


def test_json_holds_all_results_and_can_be_read_back(exports_folder):
    stored = json.loads((exports_folder / "results.json").read_text("utf-8"))
    assert stored["schema"] == "rnncourse-results/2"
    assert [SubmissionResult.from_json(s) for s in stored["submissions"]] == ALL
    assert stored["mean_percent"] == pytest.approx((100 + 25 + 50) / 3)


def test_text_of_submissions_is_escaped_in_every_file(hostile_folder):
    files = [path for path in hostile_folder.rglob("*") if path.is_file()]
    assert len(files) == 5 + 2 * len(HOSTILE)
    for path in files:
        text = path.read_bytes().decode("utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe]", text)
        assert len(text) < 600_000
    for path in hostile_folder.rglob("*.json"):
        assert isinstance(json.loads(path.read_text("utf-8")), dict)


@pytest.mark.parametrize("folder", [sys.prefix, sys.base_prefix, str(Path.home()), os.getcwd()])
def test_no_file_says_where_things_are_on_this_machine(folder, tmp_path):
    error = f"FileNotFoundError: [Errno 2] No such file: '{folder}/a/b.py' (line 3 of {folder})"
    wrong = make_question(
        status="error", message=f"Line 1, `open(x)`, raised OSError: '{folder}/x'"
    )
    failed = make_question(
        id="02-step", status="harness error", message=f"The grader failed. {error}"
    )
    reason = {"status": "harness error", "reason": f"The grader failed: {error}"}
    export_reports(
        [make_result("a", wrong, failed, notes=(error,)), make_result("b", **reason)], tmp_path
    )
    texts = [path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(texts) == 9
    assert not [text for text in texts if folder in text]
    assert "/x" in (tmp_path / "results.json").read_text("utf-8")


@pytest.mark.parametrize("path", ["/srv/course/in.py", "C:\\Users\\ann\\in.py", "\\\\host\\in.py"])
def test_messages_of_grader_failures_name_no_folder(path):
    failed = make_question(status="harness error", message=f"OSError: '{path}' is 1 / 2")
    assert (
        clean_result(make_result("a", failed)).questions[0].message == "OSError: '…/in.py' is 1 / 2"
    )
    unchanged = make_question(status="error", message=f"OSError: '{path}' is 1 / 2")
    assert clean_result(make_result("a", unchanged)).questions[0].message == unchanged.message


# --- CSV ---


def test_csv_has_a_row_for_each_submission_and_three_columns_for_each_question(exports_folder):
    table = read_rows(exports_folder / "marks.csv")
    assert [row["name"] for row in table] == [r.name for r in ALL]
    assert [row["earned"] for row in table] == ["4", "1", "2", "", "", ""]
    assert [row["02-bits earned"] for row in table] == ["2", "0", "0", "", "2", ""]
    assert [row["02-bigrams status"] for row in table] == [
        "passed", "in part", "passed", "", "harness error", "",
    ]  # fmt: skip
    assert table[4]["02-bigrams earned"] == ""  # no mark is not a zero
    assert table[0]["sha256"] == "ab" * 32
    assert [row["reason"] for row in table] == [
        "", "", "", "The file is empty.", "02-bigrams: No process.", "Its worker died.",
    ]  # fmt: skip
    slip = replace(make_question(status="wrong", earned=0), mistake="Nats, not bits")
    ((head, cells),) = [list(csv.reader(io.StringIO(format_marks_csv([make_result("a", slip)]))))]
    assert dict(zip(head, cells, strict=True))["02-bits mistake"] == "Nats, not bits"


def test_no_cell_is_a_formula(hostile_folder):
    table = list(csv.reader(io.StringIO((hostile_folder / "marks.csv").read_text("utf-8-sig"))))
    assert len({len(row) for row in table}) == 1
    assert len(table) == 1 + len(HOSTILE)
    cells = [cell for row in table for cell in row]
    assert not [
        cell for cell in cells if cell.strip()[:1] in tuple("=+-@＝＋－＠") and cell.strip()
    ]
    assert table[4][0] == '\'=HYPERLINK("http://evil")'


@pytest.mark.parametrize("separator", [",", ";", ":", "|", "\t", " "])
def test_no_cell_is_a_formula_whatever_separates_cells(hostile_folder, separator):
    """In many countries a spreadsheet splits at semicolons, and anybody may choose another sign."""
    lines = (hostile_folder / "marks.csv").read_text("utf-8-sig").splitlines()
    read = [cell for row in csv.reader(lines, delimiter=separator) for cell in row]
    split = [cell for line in lines for cell in line.split(separator)]
    for cell in map(str.strip, [*read, *split]):
        assert cell in (*"=+-@＝＋－＠", "") or cell[0] not in "=+-@＝＋－＠"
        assert cell.strip('" ') in (*"=+-@", "") or cell.strip('" ')[0] not in "=+-@"


@pytest.mark.parametrize("name", ["hw - copy.ipynb", "anna-maria/a+b.ipynb", "10:30 x=1.ipynb"])
def test_an_ordinary_name_is_in_the_table_as_it_is(name):
    ((cell, *_),) = list(csv.reader(io.StringIO(format_marks_csv([make_result(name)]))))[1:]
    assert cell == name


# --- JUnit ---


def test_junit_has_a_suite_for_each_submission_and_a_case_for_each_question(exports_folder):
    root = ElementTree.parse(exports_folder / "junit.xml").getroot()
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == [r.name for r in ALL]
    actual = {name: [[c.tag for c in case] for case in suite] for name, suite in suites.items()}
    assert actual == {
        "anna/hw.ipynb": [[], []],
        "ben.ipynb": [["failure"], ["failure"]],
        "carl.ipynb": [["skipped"], []],
        "dora.ipynb": [["error"]],
        "eve.ipynb": [[], ["error"]],
        "fritz.ipynb": [["error"]],
    }
    ben = suites["ben.ipynb"][0]
    assert (ben[0].get("message"), ben.get("time")) == ("`x` is not `y`.", "0.250")
    assert ben.get("name") == "02-bits: Bits"
    counts = {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "10", "failures": "2", "errors": "3", "skipped": "1"}


def test_junit_holds_any_text(hostile_folder):
    root = ElementTree.parse(hostile_folder / "junit.xml").getroot()
    assert [s.get("name") for s in root] == [clean_result(r).name for r in make_hostile_results()]
    assert root[0].find("testcase/failure").get("message") == HOSTILE[0]


@given(st.text())
def test_cleaned_text_survives_xml_and_csv(text):
    result = clean_result(make_result(text, make_question(message=text, status="error")))
    root = ElementTree.fromstring(format_junit_xml([result]))
    assert root[0].get("name") == result.name
    assert root[0][0][0].get("message") in (result.questions[0].message, "2 of 2 points.")
    ((_, *_), (name, *_)) = csv.reader(io.StringIO(format_marks_csv([result])))
    assert name == escape_formula(result.name)  # quoted after any sign that separates cells


# --- Gradescope ---


def test_gradescope_scores_every_question(exports_folder):
    feedback = json.loads((exports_folder / "gradescope" / "ben.json").read_text("utf-8"))
    assert feedback["score"] == 1
    first, second = feedback["tests"]
    assert (first["name"], first["score"], first["max_score"]) == ("Bits", 0, 2)
    assert first["output"] == "Wrong. `x` is not `y`."
    assert {test["visibility"] for test in feedback["tests"]} == {"visible"}
    assert [test["status"] for test in (first, second)] == ["failed", "failed"]
    assert feedback["output"] == ""  # notes are for instructors


def test_gradescope_gets_no_score_where_the_grader_failed(exports_folder):
    for name in ("eve", "fritz"):
        feedback = json.loads((exports_folder / "gradescope" / f"{name}.json").read_text("utf-8"))
        assert "score" not in feedback
        assert not any("score" in test for test in feedback["tests"])
        assert "a person has to look at it" in feedback["output"]
    invalid = json.loads((exports_folder / "gradescope" / "dora.json").read_text("utf-8"))
    assert ("score" in invalid, invalid["output"]) == (False, "The file is empty.")


# --- HTML ---

TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "a", "bdi", "br",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "strong", "code", "ul", "li",
    "div", "details", "summary", "pre", "mark",
}  # fmt: skip
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page strictly: known elements only, each closed where it should be."""

    def __init__(self, text):
        super().__init__()
        self.open, self.words, self.links, self.cells = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS
        assert {name for name, _ in attrs} <= {
            "lang", "charset", "name", "content", "http-equiv", "scope", "class", "href",
            "aria-hidden", "data-label", "open",
        }  # fmt: skip
        self.links += [value for name, value in attrs if name == "href"]
        self.cells += [dict(attrs).get("scope")] if tag == "th" else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        raise AssertionError("no comment was written")

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def test_the_page_of_a_student_teaches(exports_folder):
    text = (exports_folder / "report" / "ben.html").read_text("utf-8")
    page = Page(text)
    for phrase in ("1 of 4 points (25.0 %).", "✗ wrong", "x is not y.", "secret"):
        assert phrase in page.text
    for words in ("Ran as root.", "solation"):  # for instructors, who have it on the class's page
        assert words not in page.text
    assert "<code>x</code> is not <code>y</code>." in text
    assert 'lang="en"' in text
    assert "prefers-color-scheme: dark" in text


def test_a_page_says_which_file_counts_and_what_a_person_has_set(tmp_path):
    q = replace(make_question(status="wrong"), by_hand="On paper.")
    export_reports([make_result("a", q, choice="Counted: `b.ipynb`.")], tmp_path)
    for name in ("a", "index"):
        assert "Counted: b.ipynb." in Page((tmp_path / "report" / f"{name}.html").read_text()).text
    page = Page((tmp_path / "report" / "a.html").read_text("utf-8"))
    assert "set by handThe points were set by hand: On paper." in page.text
    assert "wrong" not in page.text


def test_only_what_ran_names_its_isolation(tmp_path):
    idle = replace(
        INVALID, isolation="none", questions=(make_question(status="not started", earned=0),)
    )
    export_reports([PASSED, idle], tmp_path)
    page = Page((tmp_path / "report" / "index.html").read_text("utf-8"))
    assert "Isolation: seccomp" in page.text
    assert "none" not in page.text.split("Isolation:")[1]


def test_the_page_of_the_class_links_to_every_student(exports_folder):
    page = Page((exports_folder / "report" / "index.html").read_text("utf-8"))
    assert [unquote(link) for link in page.links] == [
        "anna-hw.html", "ben.html", "carl.html", "dora.html", "eve.html", "fritz.html",
    ]  # fmt: skip
    assert all((exports_folder / "report" / unquote(link)).is_file() for link in page.links)
    assert "2 of them need a person" in page.text
    assert "Isolation: seccomp" in page.text
    assert page.text.count("Ran as root.") == 1
    assert set(page.cells) == {"row", "col"}


def test_an_unreliable_mark_is_not_shown(exports_folder):
    for name in ("eve", "fritz"):
        page = Page((exports_folder / "report" / f"{name}.html").read_text("utf-8"))
        assert "This is no mark: a person has to look at it." in page.text
        assert not re.search(r"\d points", page.text)


def test_a_page_shows_the_function_and_the_line_and_leads_to_the_book(monkeypatch):
    code = "def f(x):\n    y = '<b>'\n    return x / z"
    q = replace(make_question(status="error", earned=0), code=code, line=3)
    cleaned = clean_result(make_result("a", q, make_question()))
    text = render_submission_page(cleaned, "https://a.example/b/")
    assert "<mark>    return x / z</mark>" in text
    assert "    y = &#39;&lt;b&gt;&#39;\n" in text
    assert Page(text).links == [
        f"https://a.example/b/{room}/02.html#bits" for room in ("exercises", "solutions")
    ]
    monkeypatch.setenv("RNNCOURSE_SOLUTIONS", "no")
    assert len(Page(render_submission_page(cleaned, "https://a.example")).links) == 1
    assert Page(render_submission_page(cleaned)).links == []


def test_the_book_has_each_question_where_a_page_leads():
    for name in ASSIGNMENTS:
        for room in ("exercises", "solutions"):
            cells = json.loads((ROOT / room / f"{name}.ipynb").read_text("utf-8"))["cells"]
            lines = [line for cell in cells for line in "".join(cell["source"]).splitlines()]
            anchors = {make_id(line.strip("# ")) for line in lines if line.startswith("## ")}
            assert {make_anchor(q.title) for q in load_questions(name).values()} <= anchors


def test_an_ungraded_submission_has_no_mark_in_any_file(tmp_path):
    questions = (make_question(status="not started", earned=0),)
    absent = replace(INVALID, name="nobody", status="missing", questions=questions, sha256="")
    export_reports([PASSED, replace(INVALID, questions=questions), absent], tmp_path)
    page = Page((tmp_path / "report" / "dora.html").read_text("utf-8"))
    assert "There is no mark yet: what came could not be graded." in page.text
    assert not re.search(r"\d of \d|not started|public seed", page.text)
    index = Page((tmp_path / "report" / "index.html").read_text("utf-8"))
    assert "0 of" not in index.text.split("dora.ipynb")[1].split("nobody")[0]
    nobody = Page((tmp_path / "report" / "nobody.html").read_text("utf-8"))
    assert re.search("0 of 2 points.*rnncourse 0.1", nobody.text, re.DOTALL)
    assert "seed" not in nobody.text  # nothing ran


def test_pages_hold_any_text(hostile_folder):
    pages = {p.name: p.read_text("utf-8") for p in (hostile_folder / "report").iterdir()}
    index = Page(pages["index.html"])
    assert len(pages) == 1 + len(HOSTILE)
    assert {unquote(link) for link in index.links} == set(pages) - {"index.html"}
    assert HOSTILE[0] in index.text
    for text in pages.values():
        Page(text)


@given(st.text(), st.text())
def test_pages_show_the_text_as_it_is(name, message):
    result = clean_result(make_result(name, make_question(message=message)))
    page = Page(render_submission_page(result))
    assert " ".join(result.name.split()) in page.text
    assert " ".join(re.sub(r"`([^`]+)`", r"\1", result.questions[0].message).split()) in page.text
    assert Page(render_index_page([result], ["x.html"])).links == ["x.html"]


# --- Markdown ---


def render_markdown(text):
    return MarkdownIt("gfm-like", {"linkify": False}).render(text)


def test_the_summary_says_what_a_person_should_know(exports_folder):
    text = (exports_folder / "summary.md").read_text("utf-8")
    totals = "6 submissions (3 graded; 1 could not be graded; 2 need a person); mean 58.3 %, median"
    assert totals in text
    assert "| `dora.ipynb` | invalid | ? | not in the mean |" in text
    people = text.split("## Need a person")[1].split("##")[0]
    assert "`eve.ipynb`: 02-bigrams&#58; No process." in people
    assert "`fritz.ipynb`: Its worker died." in people
    assert "`dora.ipynb`: The file is empty." in text.split("## Not graded")[1]
    assert "| `anna/hw.ipynb` | graded | 4 of 4 | 100.0 % |" in text
    assert "| `eve.ipynb` | needs a person | ? | not in the mean |" in text
    assert "| all points | 1 |" in text


def test_the_summary_holds_any_text(hostile_folder):
    text = (hostile_folder / "summary.md").read_text("utf-8")
    page = render_markdown(text)
    assert page.count("<tr>") == 2 + 1 + len(HOSTILE)  # two heads, one bin, a row each
    assert page.count("<td") == 2 * 1 + 4 * len(HOSTILE)
    allowed = "h1|h2|p|ul|li|code|table|thead|tbody|tr|th|td"
    assert not re.search(rf"<(?!/?({allowed})\b)", page)


def test_a_summary_has_a_maximum_number_of_rows():
    text = write_summary(
        [clean_result(replace(PASSED, name=f"{i}.ipynb")) for i in range(MAX_ROWS + 5)]
    )
    assert "5 more rows are in `marks.csv`." in text
    assert len(text) < 2**20


def test_an_empty_batch_is_no_error(tmp_path):
    export_reports([], tmp_path)
    assert "0 submissions; mean none" in (tmp_path / "summary.md").read_text("utf-8")
    assert len(ElementTree.parse(tmp_path / "junit.xml").getroot()) == 0


# --- Texts and totals ---


def test_file_names_are_safe_and_different():
    names = make_file_names(clean_text(text, 250) for text in HOSTILE)
    assert len({name.casefold() for name in names}) == len(HOSTILE)
    assert not [n for n in names if re.search(r"[/\\\s:*?\"<>|`%]", n) or n.startswith((".", "-"))]
    assert max(len(name.encode()) for name in names) < 150
    assert names[14:16] == ["_CON", "_index"]
    assert make_file_names(["A.ipynb", "a.ipynb", "a-2", "a b"]) == ["A", "a-2", "a-2-2", "a-b"]


@pytest.mark.parametrize(
    ("function", "args", "made"),
    [
        (number_duplicates, (["a", "a", "a (2)"],), ["a", "a (2)", "a (2) (2)"]),
        (clean_text, ("x" * 30, 10), "xxxxxxxxx…"),
        (clean_text, ("x" * 10, 10), "x" * 10),
        (render_html, ('say `a < b`, " or `',), "say <code>a &lt; b</code>, &quot; or `"),
        (escape_markdown, ("`*a*` *b*",), "`*a*` &#42;b&#42;"),
        (quote_markdown, ("a`b",), "a&#96;b"),
    ],
)
def test_texts_of_reports_are_numbered_cut_and_escaped(function, args, made):
    assert function(*args) == made


def test_the_mean_is_over_what_was_graded():
    """Neither a fault of the grader nor a file that nobody can read says what a class knows."""
    assert [compute_points_percent(r) for r in ALL] == [100, 25, 50, 0, None, None]
    totals = Totals.from_results(ALL)
    assert (totals.submissions, totals.unread, totals.median) == (6, 1, 50)
    assert totals.mean == pytest.approx(175 / 3)
    assert [text for text, count in totals.bins if count] == ["20–30 %", "50–60 %", "all points"]
    assert Totals.from_results([BROKEN]).mean is None
    assert (
        "6 submissions (3 graded; 1 could not be graded; 2 need a person); mean 58.3 %"
        in render_index_page(ALL, ["a"] * 6)
    )
