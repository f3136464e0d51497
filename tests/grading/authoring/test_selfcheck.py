"""The self-check finds what is planted in questions, and nothing in the course's own."""

import pytest

from rnncourse.cli import main
from rnncourse.grading.authoring import selfcheck
from rnncourse.grading.authoring.selfcheck import check_questions, format_findings
from rnncourse.grading.questions import ScoreComparison
from rnncourse.grading.registry import ASSIGNMENTS, load_questions

from .. import planted

PLANTED = "tests.grading.planted"


@pytest.fixture(scope="module")
def planted_findings():
    quick = [q.id for q in planted.QUESTIONS if q.id != "99-loops"]
    return check_questions("planted", PLANTED, quick)


@pytest.fixture(scope="module")
def by_id(planted_findings):
    return {q.question: q for q in planted_findings.questions}


def list_survivors(checked):
    return [m.change for m in checked.survived]


def test_a_good_question_has_no_fault(by_id):
    good = by_id["99-good"]
    assert (good.faults, good.survived, good.equivalent, good.as_good) == ((), (), 0, 0)
    assert good.n_killed == good.n_mutants >= 3
    assert (good.points, good.n_seeds, good.mistakes) == (2, 10, 1)
    assert good.seconds > 0


def test_a_wrong_answer_may_raise_what_it_says(by_id):
    assert not any("raises" in fault for fault in by_id["99-said"].faults)


def test_a_mutant_survives_inputs_that_are_too_weak(by_id):
    weak = by_id["99-weak"]
    assert list_survivors(weak) == [planted.BOUNDARY]
    assert weak.n_killed == weak.n_mutants - 1
    assert weak.faults == ()


def test_a_marked_survivor_is_no_survivor(by_id):
    marked = by_id["99-marked"]
    assert (marked.survived, marked.equivalent, marked.faults) == ((), 1, ())


def test_a_mark_needs_a_survivor_and_a_reason(by_id):
    (stale,) = by_id["99-stale"].faults
    assert stale.startswith(
        "This is marked equivalent, and no such mutant survives: _count_above: "
    )
    assert by_id["99-stale"].equivalent == 0
    (unreasoned,) = by_id["99-unreasoned"].faults
    assert unreasoned.startswith("The equivalent mutant needs a reason: ")


def test_at_most_two_percent_may_be_marked(planted_findings, by_id):
    n_mutants = sum(q.n_mutants for q in by_id.values())
    assert planted_findings.faults == (
        f"3 of {n_mutants} mutants are marked equivalent, and at most 2% may be: "
        "make the references plainer.",
    )


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ("99-hint", "'Below, once more' does not get its own hint on seed 0, but: Count those"),
        (
            "99-misspelt",
            "'Below' raises \"AttributeError: module 'numpy' has no attribute 'summ'\" on",
        ),
        ("99-unsaid", "'One too many' raises 'IndexError: index 0 is out of bounds for axis 0"),
        ("99-never", "The wrong answer 'Below' never raises IndexError, and says so in `raises`."),
        ("99-passes", "The wrong answer 'Counted by hand' gets all points on seed 0."),
        ("99-property", "On seed 0 this is not true of the reference: it is odd."),
        ("99-across", "On seed 0 this is not true of the reference: all are odd."),
        ("99-cancels", "The reference in float32 gets 0 points on seed 0: `count`: expected"),
        ("99-nan", "The reference gives NaN on seed 0."),
        ("99-lambda", "The reference is not a function at the top of a module."),
    ],
)
def test_every_fault_of_a_question_is_reported(by_id, question, fault):
    faults = by_id[question].faults
    assert any(fault in line for line in faults), faults


def test_a_reference_that_fails_on_some_seeds_only(by_id):
    faults = by_id["99-raises"].faults
    seeds = {line.split()[-1] for line in faults if line.startswith("The reference gets 0 points")}
    assert 0 < len(seeds) < 10
    assert by_id["99-raises"].n_mutants == 0


def test_paid_short_cuts_and_superfluous_reasons_are_reported(by_id):
    faults = [line for line in by_id["99-short"].faults if line.startswith("The short cut")]
    assert sorted(faults) == [
        f"The short cut {name!r} earns points on {n} secrets, and the question has {reason} "
        "`shortcuts`."
        for name, n, reason in (
            ("a constant", 0, "a reason for it: take it out of"),
            *(
                (name, 20, "no reason for it: draw a size or an input, or give a reason in")
                for name in ("nearly limit", "the sizes of the check", "without limit")
            ),
        )
    ]


def test_float32_is_tried_only_where_it_is_forgiven(by_id):
    assert not any("float32" in line for line in by_id["99-digits"].faults)


def test_no_fault_is_reported_twice(by_id):
    for checked in by_id.values():
        assert len({*checked.faults}) == len(checked.faults)


def test_an_open_question_forgives_answers_that_are_as_good(by_id):
    checked = by_id["99-open"]
    assert list_survivors(checked) == [
        "_answer_nearly: `return 0.9 * target` -> `return 1.9 * target`"
    ]
    assert checked.as_good == 1  # the target itself
    assert checked.n_seeds == 2


@pytest.mark.grading
def test_mutants_that_loop_are_killed():
    (checked,) = check_questions("planted", PLANTED, ["99-loops"]).questions
    assert checked.survived == ()
    assert checked.faults == ()
    assert checked.seconds > selfcheck.EXTRA_SECONDS


def test_the_report_is_a_table_and_then_what_to_mend(planted_findings):
    head, *lines = format_findings(planted_findings)
    assert head.split()[0] == "planted"
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.startswith("99-")}
    good = next(line.split() for line in lines if line.startswith("99-good "))
    assert good[1:4] == ["2", "10", "1"]
    assert len({len(line) for line in lines[: len(planted_findings.questions)]} | {len(head)}) == 1
    assert rows.keys() >= {"99-weak", "99-weak:"}
    assert any(line.startswith("99-weak: a mutant gets all points: planted.py:") for line in lines)
    assert lines[-1] == "There is something to mend."


@pytest.mark.parametrize(
    ("ids", "code", "line"),
    [
        ({"99-good"}, 0, "\nNothing to mend.\n"),
        ({"99-good", "99-weak"}, 1, "99-weak: a mutant gets"),
    ],
)
def test_selfcheck_exits_with_1_on_a_fault(monkeypatch, capsys, ids, code, line):
    chosen = tuple(q for q in planted.QUESTIONS if q.id in ids)
    monkeypatch.setattr(planted, "QUESTIONS", chosen)
    monkeypatch.setitem(ASSIGNMENTS, "planted", PLANTED)
    assert main(["selfcheck", "planted", "planted"]) == code
    assert capsys.readouterr().out.count(line) == 1


def test_selfcheck_of_an_unknown_assignment_is_one_sentence(capsys):
    assert main(["selfcheck", "02-language-model"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    message = "There is no assignment '02-language-model'; did you mean '02-language-models'?\n"
    assert err == f"rnncourse: {message}"


def test_a_mutant_that_breaks_the_judge_is_a_fault_and_not_killed(by_id):
    faults = by_id["99-breaks"].faults
    assert len(faults) > 1
    assert all(f.startswith("Judging a mutant raised KeyError: ") for f in faults)
    assert all(": planted.py:" in f for f in faults)


@pytest.mark.grading
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_mutant_of_the_course_survives(assignment):
    questions = load_questions(assignment).values()
    exact = [q.id for q in questions if not isinstance(q.comparison, ScoreComparison)]
    result = check_questions(assignment, ASSIGNMENTS[assignment], exact)
    assert result.passed, "\n".join(format_findings(result))
    assert sum(q.n_mutants for q in result.questions) > 100
