"""The page of the class says what there is, names nobody's code as HTML, and harms no privacy."""

import json
import re
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest

from rnncourse.cli import main
from rnncourse.grading.calling import CallOutcome
from rnncourse.grading.classes.attempts import NO_FILES_NOTE
from rnncourse.grading.judging import ERROR, WRONG, Result
from rnncourse.grading.output_signatures import are_same_signatures, make_output_signature
from rnncourse.grading.overview import similarity, statistics
from rnncourse.grading.overview.misconceptions import group_unknown_mistakes, list_misconceptions
from rnncourse.grading.overview.page import Overview
from rnncourse.grading.registry import ASSIGNMENTS
from rnncourse.grading.reports.exports import clean_result, export_reports
from rnncourse.grading.results import GRADED, INVALID, MISSING, SubmissionResult
from rnncourse.grading.similarity.fingerprints import fingerprint_notebook
from rnncourse.grading.similarity.pairs import NotebookPair
from rnncourse.grading.texts import make_file_names
from scripts import ROOT

from ..handed_in import ASSIGNMENT, IMPORT, RIGHT, make_notebook
from ..similarity.classes import CHAPTERS
from ..similarity.planted import DISGUISES, make_copy
from .cohort import ALL_OWN, ODD, SAME_ODD
from .sample_results import HOSTILE, QUESTIONS, make_results


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.links = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def make_overview(students: int, similarity_of=similarity.Similarity()) -> Overview:  # noqa: B008
    results = [clean_result(result) for result in make_results(students)[0]]
    pages = [f"{name}.html" for name in make_file_names(r.name for r in results)]
    return Overview(results, pages, similarity_of, [HOSTILE])


@pytest.mark.parametrize("students", [0, 1, 2, 12, 60])
def test_the_pages_run_no_script_and_load_nothing(students, tmp_path):
    overview = make_overview(students)
    overview.write(tmp_path)
    for name in ("class.html", "similar.html"):
        text = (tmp_path / name).read_text("utf-8")
        markup = _Tags(text)
        assert not {"script", "b", "img", "iframe"} & {*markup.tags}
        assert "default-src 'none'" in text
        assert all(not re.match(r"\w+:|//", link) for link in markup.links)
    assert len(json.loads((tmp_path / "class.json").read_text("utf-8"))["students"]) == students


def test_students_with_the_same_reason_are_listed_together():
    """Of a class of 60 many may have handed in nothing, and a list of 60 lines says little."""
    missing = [SubmissionResult(f"S{n}", "", 0, "", MISSING, "None.") for n in range(20)]
    invalid = SubmissionResult("Odd", "", 0, "", INVALID, "It is a PDF.")
    note = f"{NO_FILES_NOTE} S0, S1 and 18 more."
    pages = [f"{n}.html" for n in range(21)]
    nearly_empty = Overview(
        [*missing[1:], invalid, missing[0]], pages, similarity.Similarity(), [note]
    )
    first = nearly_empty.to_json()["need_a_person"][0]
    assert first == {"student": 19, "reason": "It is a PDF."}
    page = nearly_empty.render_page()
    listed = page[page.index('id="people"') : page.index('id="misconceptions"')]
    assert listed.count("<li>") == 2
    assert "None. 20 students:" in " ".join(listed.split())
    assert listed.count("<a href") == 21
    assert listed.index("It is a PDF.") < listed.index("None. 20 students:")
    assert "What needs a person (1); 20 handed in nothing" in page
    assert note not in page
    due = ["Due 2026-10-05 23:59: a time without a zone is read in that one."]
    page = Overview([invalid], ["a"], similarity.Similarity(), due).render_page()
    assert "What needs a person (1)" in page, "a note is neither a person nor a file"
    assert Overview([*missing], ["a"] * 20, similarity.Similarity(), [note]).to_json()["notes"] == [
        note
    ]


def test_an_answer_under_another_name_is_explained():
    message = "Nothing answers as `f`; if `g` is meant, give it that name."
    q = Result("02-bits", "Bits", ERROR, 0, 2, message)
    submission = SubmissionResult("a", "", 1, ASSIGNMENT, GRADED, questions=(q,))
    assert "another name, 1 student" in Overview([submission], ["a.html"]).render_page()


def test_every_link_leads_somewhere(tmp_path):
    results = make_results(60)[0]
    pages = export_reports(results, tmp_path)
    Overview([clean_result(r) for r in results], [*pages]).write(tmp_path / "report")
    from urllib.parse import unquote

    for name in ("class.html", "similar.html"):
        for link in _Tags((tmp_path / "report" / name).read_text("utf-8")).links:
            if not link.startswith("#"):
                assert (tmp_path / "report" / unquote(link)).is_file(), link


def test_no_page_of_a_student_leads_to_the_class(tmp_path):
    pages = export_reports(make_results(12)[0], tmp_path)
    assert all("class.html" not in page and "similar.html" not in page for page in pages.values())


def test_a_student_named_class_overwrites_no_page():
    assert make_file_names(["class", "similar.ipynb", "classy"]) == ["_class", "_similar", "classy"]


def test_the_code_of_a_similar_pair_is_escaped():
    shared = make_notebook(*ALL_OWN, f"x = {HOSTILE!r}")
    changed = make_notebook(*ALL_OWN, f"x = {HOSTILE!r}  # other")
    result = similarity.compare_notebooks(["a", "b", "b"], {"a": shared, "b": changed})
    assert (result.same, result.n_compared) == (((1, 2),), 2)
    marks = frozenset(result.fingerprints[0].places)
    pair = NotebookPair(0, 1, 12.0, 1.0, marks)
    markup = _Tags(
        make_overview(
            3, similarity.Similarity((), (pair,), result.fingerprints, (), 3)
        ).render_similar_page()
    )
    assert "script" not in markup.tags
    assert markup.tags.count("mark") > 10


def test_code_given_by_the_course_is_known():
    known = similarity.fingerprint_handouts(
        [ASSIGNMENT, "no such", ""], [make_notebook(*ALL_OWN), b"def f(x): return x"]
    )
    files = {"a": make_notebook(*ALL_OWN), "b": make_notebook(IMPORT, *RIGHT.values())}
    result = similarity.compare_notebooks([*files], files, known)
    assert [f.places for f in result.fingerprints] == [{}, {}]


def compare_answers(cells, answers):
    """Look for published solutions in a notebook that begins all questions."""
    return similarity.compare_notebooks(
        ["a"], {"a": make_notebook(*cells)}, frozenset(), answers, [[*answers]]
    ).published


def test_the_published_notebooks_as_they_are_are_listed_for_every_answer():
    files = {a: (ROOT / "solutions" / f"{a}.ipynb").read_bytes() for a in ASSIGNMENTS}
    answers, result = compare_published(files)
    published = tuple(
        (n, tuple(by_question), len(by_question)) for n, by_question in enumerate(answers.values())
    )
    assert result.published == published


def compare_published(files):
    """Compare a class with all published answers; return these by assignment, and what is found."""
    answers = {name: similarity.fingerprint_solutions([name]) for name in files}
    notebooks = {
        q: fingerprints
        for by_question in answers.values()
        for q, fingerprints in by_question.items()
    }
    begun = [[*by_question] for by_question in answers.values()]
    return answers, similarity.compare_notebooks([*files], files, frozenset(), notebooks, begun)


@pytest.mark.parametrize("disguise", DISGUISES[:-1])
def test_a_published_solution_is_listed_in_a_disguise(disguise):
    files = {}
    for name in ASSIGNMENTS:
        nb_cells = json.loads((ROOT / "solutions" / f"{name}.ipynb").read_bytes())["cells"]
        cells = ["".join(c["source"]) for c in nb_cells if c["cell_type"] == "code"]
        files[name] = make_copy(cells, disguise, 1)
    _, result = compare_published(files)
    assert [place for place, _, _ in result.published] == [*range(len(files))]
    overview = make_overview(len(files), similarity.Similarity(published=result.published))
    _, equal, n_answers = result.published[0]
    for text in (overview.render_page(), overview.render_similar_page()):
        assert "quals a published solution" in text
        assert f"{len(equal)} of {n_answers} answers" in text
    assert overview.to_json()["equal_to_solution"][0]["questions"] == [*equal]


def test_where_the_solutions_are_not_the_page_says_so():
    result = similarity.compare_notebooks(
        ["a"], {"a": make_notebook(IMPORT, *RIGHT.values())}, frozenset(), {}, [[*RIGHT]]
    )
    assert (result.published, result.unknown) == ((), True)
    overview = make_overview(3, result)
    assert "Nobody was compared with the published solutions" in overview.render_similar_page()
    assert "Nobody was compared with the published solutions" in overview.render_page()


def test_the_page_on_grading_says_who_is_listed():
    page = " ".join((ROOT / "book" / "grading.md").read_text("utf-8").split())
    assert f"of at least {similarity.MIN_FINGERPRINTS} fingerprints count" in page
    assert f"{similarity.MIN_ANSWERS} or more of them, and half of those that it begins" in page
    assert similarity.MIN_SHARE == 0.5
    assert f"({'thirteen' if len(CHAPTERS) == 13 else len(CHAPTERS)} chapters) not a" in page


def test_few_answers_that_equal_the_solution_are_not_listed():
    answers = similarity.fingerprint_solutions([ASSIGNMENT])
    assert len(answers) >= 5
    half = [IMPORT, *(RIGHT[q] for q in [*answers][: len(answers) // 2 - 1])]
    assert compare_answers(half, answers) == ()
    few_answers = {q: answers[q] for q in [*answers][: similarity.MIN_ANSWERS - 1]}
    assert compare_answers([IMPORT, *RIGHT.values()], few_answers) == ()


@pytest.mark.parametrize("assignment", CHAPTERS)
def test_no_honest_answer_equals_the_solution(assignment):
    """All honest answers of a chapter in one notebook: none is the course's own."""
    answers = similarity.fingerprint_solutions([assignment])
    assert len(answers) >= similarity.MIN_ANSWERS
    cells = [cell for _, cells in CHAPTERS[assignment].HONEST.values() for cell in cells]
    honest = fingerprint_notebook(make_notebook(IMPORT, *dict.fromkeys(cells)))
    assert not [
        q
        for q, fingerprints in answers.items()
        if similarity.measure_shared_fraction(fingerprints, honest) >= similarity.MIN_SHARE
    ]


def test_mistakes_are_counted_and_told():
    results = make_results(60)[0]
    misconceptions = list_misconceptions(results)
    assert sum(len(one.holders) for one in misconceptions) == sum(
        bool(q.mistake) for r in results for q in r.questions
    )
    assert [len(one.holders) for one in misconceptions] == sorted(
        (len(one.holders) for one in misconceptions), reverse=True
    )
    for one in misconceptions:
        (mistake,) = (m for m in QUESTIONS[one.question].mistakes if m.name == one.name)
        assert one.sentence.endswith(mistake.hint)
        assert not one.board or re.match(r"For `\w+` = .* with the mistake it is ", one.board)
    assert sum(bool(one.board) for one in misconceptions) > len(misconceptions) / 3


@pytest.mark.parametrize(
    ("mistake", "named"),
    [
        ("Gone", ["Gone"]),  # another version had it
        ("Nats where bits were asked; The sign", ["Nats where bits were asked", "The sign"]),
    ],
)
def test_each_mistake_of_an_answer_is_counted(mistake, named):
    q = Result("02-bits", "Bits", WRONG, 0, 2, mistake=mistake)
    result = list_misconceptions([SubmissionResult("a", "", 1, ASSIGNMENT, GRADED, questions=(q,))])
    assert [m.name for m in result] == named
    assert [bool(m.board) for m in result] == [name != "Gone" for name in named]


def test_discrimination_is_the_correlation_with_the_rest():
    results = make_results(60)[0]
    first = statistics.compute_statistics(results)[0]
    rows = [r for r in results if r.questions]
    points = [r.questions[0].earned for r in rows]
    rest = [r.earned - r.questions[0].earned for r in rows]
    assert first.discrimination == pytest.approx(np.corrcoef(points, rest)[0, 1], abs=0.005)
    assert first.interval[0] < first.discrimination < first.interval[1]


def test_few_students_have_no_discrimination():
    rng = np.random.default_rng(0)
    r, interval = statistics.measure_correlation(
        *rng.normal(size=(2, statistics.MIN_STUDENTS - 1)).tolist()
    )
    assert (r, interval) == (None, None)
    assert statistics.measure_correlation([0.0] * 5 + [1.0] * 5, [*range(10)])[1] is not None


def test_signatures_tell_answers_apart():
    def sign(*values):
        return make_output_signature([CallOutcome((np.array(v, dtype=float),)) for v in values])

    assert are_same_signatures(sign([1, 2, 3]), sign([1.0, 2.0, 3.0 + 1e-6]))
    assert not are_same_signatures(sign([1, 2, 3]), sign([3, 2, 1]))
    assert not are_same_signatures(sign([1, 2, 3]), sign([[1, 2, 3]]))
    assert not are_same_signatures(sign([1, np.nan]), sign([1, 0]))
    assert not are_same_signatures((), ())
    assert all(np.isfinite(sign([np.inf, -1e308], [])))


def test_the_notebook_runs(tmp_path, monkeypatch, capsys):
    make_overview(60).write(tmp_path)
    monkeypatch.chdir(tmp_path)
    nb = nbformat.read(tmp_path / "class.ipynb", as_version=4)
    nbformat.validate(nb)
    namespace = {}
    for cell in nb.cells:
        if cell.cell_type == "code":
            exec(cell.source, namespace)
    assert "discrimination" in capsys.readouterr().out


def test_how_far_networks_came_is_shown_and_may_be_a_leaderboard(tmp_path, monkeypatch):
    title = "A network that writes"
    results = [
        SubmissionResult(f"S{n}", "", 0, ASSIGNMENT, GRADED, questions=(q,))
        for n, q in enumerate(
            Result("04-train", title, WRONG, 0, 4, progress=n / 4) for n in range(5)
        )
    ]
    overview = Overview(results, [f"{r.name}.html" for r in results])
    assert f"{title}: how far the networks came" in overview.render_page()
    (result,) = statistics.compute_statistics(results)
    assert [n for _, n in result.spread] == [1, 0, 1, 0, 0, 1, 0, 1, 0, 1]
    overview.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    namespace = {}
    for cell in nbformat.read("class.ipynb", as_version=4).cells:
        exec(cell.source if cell.cell_type == "code" else "", namespace)
    lines = (tmp_path / "leaderboard.txt").read_text("utf-8").splitlines()
    assert lines[0] == "04-train: 100% S4"
    assert lines[-1] == "04-train:   0% S0"


@pytest.mark.grading
def test_the_same_wrong_values_are_found_from_end_to_end(tmp_path, capsys):
    for name, code in {"a": ODD, "b": SAME_ODD, "c": RIGHT["02-bits"]}.items():
        (tmp_path / f"{name}.ipynb").write_bytes(make_notebook(IMPORT, code))
    (tmp_path / "secret").write_text("a secret of sixteen bytes", "utf-8")
    paths = [str(tmp_path / f"{name}.ipynb") for name in "abc"]
    more = ["--out", str(tmp_path / "out"), "--secret-file", str(tmp_path / "secret")]
    assert main(["grade", *paths, *more, "--starter", paths[0]]) == 0
    assert "class.html" in capsys.readouterr().out
    stored = json.loads((tmp_path / "out" / "report" / "class.json").read_text("utf-8"))
    (group,) = stored["unnamed"]
    assert (group["question"], group["holders"]) == ("02-bits", [0, 1])
    assert "log_probs" in group["shared_input_message"]


def test_groups_have_two_or_more():
    result = group_unknown_mistakes(make_results(60)[0])
    assert result
    assert min(len(group.holders) for group in result) > 1


def test_equal_wrong_values_are_among_what_looks_alike():
    overview = make_overview(60)
    text = overview.render_similar_page().split("The same wrong values, whatever the code")[1]
    shown = re.findall(r"<li><code>(.+?)</code>: (.+?)</li>", text)
    groups = [(g.question, len(g.holders)) for g in group_unknown_mistakes(overview.results)]
    assert [(question, names.count("<bdi>")) for question, names in shown] == groups
