"""Random honest notebooks get full marks, however they are written."""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from rnncourse.grading.checks import ASSIGNMENTS
from rnncourse.grading.results import GRADED
from rnncourse.grading.sandbox.isolation import NAMESPACES

from ..handed_in import grade
from .really import really
from .written import Written, notebooks

calm = settings(suppress_health_check=list(HealthCheck), report_multiple_bugs=False)
each = pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda name: name[:2])


def confirm(written: Written) -> None:
    note(str(written))
    with pytest.MonkeyPatch.context() as patch:
        held, ids = written.data, written.ids
        result = grade(patch, held, NAMESPACES, ids=ids, assignment=written.assignment)
    assert result.status == GRADED
    assert result.earned == result.points, [q.message for q in result.questions]


@settings(calm, max_examples=40)
@given(notebooks())
def test_an_honest_notebook_gets_full_marks(written):
    confirm(written)


@pytest.mark.slow
@each
def test_hundreds_of_honest_notebooks_get_full_marks(assignment):
    @settings(calm, max_examples=150)
    @given(notebooks((assignment,)))
    def one(written):
        confirm(written)

    one()


@pytest.mark.slow
@each
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no alarm here")
def test_they_are_right_in_ipython(assignment):
    sample: list[Written] = []

    @settings(calm, max_examples=40, phases=[Phase.generate])
    @given(notebooks((assignment,)))
    def draw(written):
        sample.append(written)

    draw()
    lost = really([(written.ids, written.cells) for written in sample])
    for written, told in zip(sample, lost, strict=True):
        assert told == {}, f"{told}\n{written}"
