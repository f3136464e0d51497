"""Random honest notebooks get full marks, however they are written."""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from rnncourse.grading.registry import ASSIGNMENTS
from rnncourse.grading.results import GRADED
from rnncourse.grading.sandbox.isolation import NAMESPACES

from ..handed_in import DEEP, grade_notebook
from .in_ipython import run_in_ipython
from .written import Written, draw_notebook, sample_notebooks

QUIET_SETTINGS = settings(suppress_health_check=list(HealthCheck), report_multiple_bugs=False)
for_each_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda name: name[:2])


def grade_written(written: Written) -> None:
    with pytest.MonkeyPatch.context() as patch:
        held, ids = written.data, written.ids
        result = grade_notebook(patch, held, NAMESPACES, ids=ids, assignment=written.assignment)
    assert result.status == GRADED, result.reason
    messages = [q.message for q in result.questions if q.message]
    assert result.earned == result.points, f"{messages}\n{written}"


@settings(QUIET_SETTINGS, max_examples=14)
@given(draw_notebook())
def test_an_honest_notebook_gets_full_marks(written):
    grade_written(written)


@pytest.mark.grading
@for_each_assignment
def test_many_honest_notebooks_get_full_marks(assignment):
    for written in sample_notebooks(assignment, 150 if DEEP else 25):
        grade_written(written)


@pytest.mark.grading
@for_each_assignment
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no alarm here")
def test_honest_notebooks_are_right_in_ipython(assignment):
    tried = sample_notebooks(assignment, 40 if DEEP else 6)
    lost = run_in_ipython([(written.ids, written.cells) for written in tried])
    for written, marks in zip(tried, lost, strict=True):
        assert marks == {}, f"{marks}\n{written}"
