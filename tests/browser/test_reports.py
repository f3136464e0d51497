"""The pages about a class and a student's page are shown as they are meant, and on paper, too."""

import pytest

from rnncourse.grading.overview.page import Overview
from rnncourse.grading.overview.similarity import Similarity
from rnncourse.grading.reports.exports import clean_result, export_reports

from ..grading.overview.sample_results import make_results
from .axe import find_violations
from .conftest import VIEWS, WIDTH

pytestmark = [pytest.mark.built, pytest.mark.grading]

STUDENTS = 30
NARROW = """[...document.querySelectorAll("caption:not(.hidden), td p, td > a")]
    .filter(e => e.getBoundingClientRect().width < 100).map(e => e.textContent)"""
HIDDEN = """[...document.querySelectorAll("details a")]
    .filter(e => !e.checkVisibility({contentVisibilityAuto: true})).length"""


@pytest.fixture(scope="module")
def class_report(tmp_path_factory):
    """Write the pages of a class; return their folder, and the name of a student's."""
    out = tmp_path_factory.mktemp("class")
    results, _ = make_results(STUDENTS)
    pages = [*export_reports(results, out, [])]
    results = [clean_result(result) for result in results]
    Overview(results, pages, Similarity(), ["Nothing came from Lee, Ann; Bo."]).write(
        out / "report"
    )
    return out / "report", pages[0]


@pytest.fixture
def open_report(open_blank):
    """Return a function that opens a file. axe is a script, which these pages forbid."""
    visit = open_blank(bypass_csp=True)

    def open_report(path):
        visit.page.goto(path.as_uri())
        return visit

    return open_report


@pytest.mark.parametrize("which", ["class.html", "similar.html", "student"])
def test_reports_have_no_axe_violation_in_any_view(open_report, class_report, which):
    folder, student = class_report
    visit = open_report(folder / (student if which == "student" else which))
    for view in VIEWS:
        visit.show(view)
        assert find_violations(visit) == [], view
        assert visit.page.evaluate(WIDTH) <= VIEWS[view]["viewport"]["width"], view
        assert visit.page.evaluate(NARROW) == [], view


def test_folded_lists_are_open_in_print(open_report, class_report):
    """There is nothing to press on paper: who made a mistake stands there."""
    folder, _ = class_report
    page = open_report(folder / "class.html").page
    page.evaluate("""document.querySelector("h1").insertAdjacentHTML("afterend",
        "<details><summary>and 1 more</summary><a href='#'>Ann</a></details>")""")
    assert page.evaluate(HIDDEN) > 0
    page.emulate_media(media="print")
    page.wait_for_function(f"({HIDDEN}) === 0")  # the layout follows a frame later
    assert not page.locator("summary").first.is_visible()
