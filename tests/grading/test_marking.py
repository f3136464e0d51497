"""From the bytes of a notebook to its marks."""

import json
import re
from dataclasses import replace

import pytest

from rnncourse.grading import judging, marking
from rnncourse.grading.judging import ERROR, HARNESS_ERROR, NOT_STARTED, PASSED, WRONG
from rnncourse.grading.marking import GradingJob, derive_input_seed, grade_bytes, list_tasks
from rnncourse.grading.reading.notebooks import CodeCell, NotebookError
from rnncourse.grading.reading.submission import recognize_assignment
from rnncourse.grading.registry import ASSIGNMENTS, GradingError, load_questions
from rnncourse.grading.results import GRADED, INVALID, SubmissionResult
from rnncourse.grading.sandbox.isolation import LIMITS, NAMESPACES, NONE
from scripts import ROOT

from .handed_in import IMPORT, make_notebook
from .students import find_exercise

NAME = "02-language-models"
SECRET = b"sixteen bytes or more"
SOLUTIONS = (ROOT / "solutions" / f"{NAME}.ipynb").read_bytes()


@pytest.fixture(scope="module", autouse=True)
def closed_sandbox():
    yield
    marking.close_sandbox()


def drop_times(result: SubmissionResult) -> SubmissionResult:
    return replace(result, questions=tuple(replace(q, seconds=0.0) for q in result.questions))


@pytest.fixture(scope="module")
def graded():
    return grade_bytes("a", SOLUTIONS, GradingJob(secret=SECRET))


def test_solutions_get_all_points_and_always_the_same(graded):
    second = grade_bytes("a", SOLUTIONS, GradingJob(secret=SECRET, salt=graded.seed.split()[1]))
    assert (graded.status, graded.assignment) == (GRADED, NAME)
    assert re.fullmatch("secret [0-9a-f]{8}", graded.seed)
    assert {q.status for q in graded.questions} == {PASSED}
    assert graded.earned == graded.points == 24
    assert drop_times(graded) == drop_times(second)
    trained = [
        (q.question, q.output_signature) for q in graded.questions if "You are here" in q.message
    ]
    assert trained == [("02-memory", ())]


def test_unanswered_exercises_get_no_points():
    data = find_exercise(NAME).read_bytes()
    result = grade_bytes("blank", data, GradingJob())
    assert {q.status for q in result.questions} == {NOT_STARTED}
    assert (result.earned, result.points, result.seed) == (0, 24, "public")


def test_the_result_survives_json(graded):
    assert SubmissionResult.from_json(json.loads(json.dumps(graded.to_json()))) == graded
    with pytest.raises(ValueError, match="no result of the form"):
        SubmissionResult.from_json({"schema": "rnncourse-result/0"})
    with pytest.raises(ValueError, match="damaged"):
        SubmissionResult.from_json({"schema": graded.to_json()["schema"], "questions": []})


def test_seeds_depend_on_submission_question_and_secret():
    first, second, *_ = load_questions(NAME).values()
    seeds = {
        derive_input_seed("x", first, SECRET),
        derive_input_seed("y", first, SECRET),
        derive_input_seed("x", second, SECRET),
        derive_input_seed("x", first, SECRET + b"!"),
        derive_input_seed("x", first, SECRET, 1),
    }
    assert len(seeds) == 5
    assert 0 not in seeds
    assert [derive_input_seed("x", first, None, run) for run in (0, 1)] == [0, 1]
    assert derive_input_seed("y", second, None) == 0


def test_the_assignment_is_recognized_by_its_functions():
    asks = {name: list_tasks(load_questions(name).values()) for name in ASSIGNMENTS}
    assert (
        recognize_assignment([CodeCell(1, "def bigram_probs(ids, V):\n    return 1")], asks) == NAME
    )
    assert recognize_assignment([CodeCell(1, "bigram_probs = my_own")], asks) == NAME
    with pytest.raises(NotebookError, match="no function"):
        recognize_assignment([CodeCell(1, "bigram_probs == 3")], asks)
    with pytest.raises(GradingError, match="no assignment '99-x'"):
        grade_bytes("x", SOLUTIONS, GradingJob(assignment="99-x"))


def test_a_notebook_of_another_assignment_is_recognized():
    result = grade_bytes("x", SOLUTIONS, GradingJob(assignment="04-backpropagation-through-time"))
    assert (result.status, result.assignment) == (INVALID, "04-backpropagation-through-time")
    total = len(load_questions(NAME))
    assert result.reason == (
        f"This notebook looks like the one of {NAME}: it defines {total} of its {total} functions, "
        "and none that 04-backpropagation-through-time asks for."
    )
    blank = grade_bytes("x", b'{"cells": []}', GradingJob(assignment=NAME))
    assert {q.status for q in blank.questions} == {NOT_STARTED}


MINE = "def {}(log_probs):\n    n = -np.mean(log_probs)\n    return n, np.exp(n)"
BLANK = "def bits_and_perplexity(log_probs):\n    raise NotImplementedError"


@pytest.mark.parametrize(
    ("name", "before", "suggested"),
    [
        ("bitsAndPerplexity", [], True),
        ("bits_and_perplexities", [], True),
        ("Bits_And_Perplexity", [BLANK], True),
        ("bits_and_perplexities", [BLANK], False),  # perhaps a helper: the place for it is there
        ("bits_and_perp", [BLANK], True),
        ("bits_and_more", [], False),
        ("perplexity", [], False),
    ],
)
def test_an_answer_under_nearly_its_name_is_named(name, before, suggested):
    first, *_ = grade_bytes(
        "x", make_notebook(IMPORT, *before, MINE.format(name)), GradingJob(NAME)
    ).questions
    hint = f"Nothing answers as `bits_and_perplexity`; if `{name}` is meant, give it that name."
    assert (first.status, first.message) == ((ERROR, hint) if suggested else (NOT_STARTED, ""))


@pytest.mark.parametrize("more", ["", BLANK, "def cross_entropy_and_gradient(y, t):\n    return 1"])
def test_an_answer_under_any_name_is_found_above_its_check(more):
    """Not where the answer's cell has the right name, too; a question's function is no answer."""
    cell = f"{more}\n\n" + MINE.format("entropies")
    first, *_ = grade_bytes(
        "x", make_notebook(IMPORT, cell, 'check("02-bits")'), GradingJob(NAME)
    ).questions
    hint = "Nothing answers as `bits_and_perplexity`; if `entropies` is meant, give it that name."
    meant = (NOT_STARTED, "") if more == BLANK else (ERROR, hint)
    assert (first.status, first.message) == meant


def test_an_error_inherited_from_another_answer_is_reported_and_not_grouped():
    wrong = MINE.format("bits_and_perplexity").replace("return n", "return 2 * n + 0.1")
    wrong += "\nbits_and_perplexity = [bits_and_perplexity][0]"  # no answer is blamed on itself
    uses = "def cross_entropy_and_gradient(y, targets):\n    return bits_and_perplexity(y)[0], y"
    result = grade_bytes("x", make_notebook(IMPORT, wrong, uses), GradingJob(NAME))
    by_id = {q.question: q for q in result.questions}
    loss = by_id["02-loss"]
    hint = "This question uses your `bits_and_perplexity`, which was wrong in question 02-bits. "
    assert (loss.status, loss.message.startswith(hint), loss.output_signature) == (WRONG, True, ())
    assert by_id["02-bits"].output_signature
    assert "uses your" not in by_id["02-bits"].message
    right = wrong.replace("2 * n + 0.1", "n / np.log(2)")
    result = grade_bytes("x", make_notebook(IMPORT, right, uses), GradingJob(NAME))
    assert "uses your" not in str(result.questions)


def test_the_function_and_the_line_that_raised_an_error_are_kept():
    fault = "def bigram_probs(ids, V):\n    c = 0\n\n    return c / d"
    helper, helped = "def h(x):\n    return x.y", "def witten_bell(a, b):\n    return h(a)"
    result = grade_bytes(
        "a", make_notebook(f"x = 1\n{fault}", f"{helper}\n{helped}"), GradingJob(NAME)
    )
    lines = {q.question: (q.code, q.line) for q in result.questions if q.code}
    assert lines == {"02-bigrams": (fault, 4), "02-witten-bell": (helped, 0)}
    blank = grade_bytes("b", find_exercise(NAME).read_bytes(), GradingJob())
    assert not any(q.code for q in blank.questions)


@pytest.mark.parametrize(
    ("loop", "reason"),
    [
        (
            "while True:\n    pass",
            "Cell 2 never ends: its `while` has no way out. No mark changes.",
        ),
        ("while 1:\n    x = 1", "Cell 2 never ends: its `while` has no way out. No mark changes."),
        ("while True:\n    break", ""),
        ("def wait():\n    while True:\n        pass", ""),
        ("while True:\n    next(iter(()))", ""),  # this raises
    ],
)
def test_a_cell_that_never_ends_is_reported_and_costs_no_points(loop, reason):
    right = MINE.format("bits_and_perplexity").replace("return n", "return n / np.log(2)")
    result = grade_bytes(
        "a", make_notebook(IMPORT, f"{loop}\n{right}"), GradingJob(NAME, max_level=LIMITS)
    )
    assert result.reason == reason
    assert (
        result.questions[0].status
        == grade_bytes("b", make_notebook(IMPORT, right), GradingJob(NAME, max_level=LIMITS))
        .questions[0]
        .status
    )


def test_too_little_isolation_is_a_harness_error_without_marks():
    result = grade_bytes("a", SOLUTIONS, GradingJob(min_level=NAMESPACES, max_level=NONE))
    assert result.status == HARNESS_ERROR
    assert result.needs_person
    assert "at least 'namespaces'" in result.reason
    assert not result.questions


def test_a_grader_bug_affects_one_question_and_needs_a_person(monkeypatch):
    judge_calls = judging.judge_calls

    def fail_on_bigrams(question, calls):
        if question.id == "02-bigrams":
            raise ZeroDivisionError("planted")
        return judge_calls(question, calls)

    monkeypatch.setattr(judging, "judge_calls", fail_on_bigrams)
    result = grade_bytes("a", SOLUTIONS, GradingJob())
    by_id = {q.question: q for q in result.questions}
    assert by_id["02-bigrams"].status == HARNESS_ERROR
    assert "ZeroDivisionError: planted" in by_id["02-bigrams"].message
    assert result.needs_person
    assert by_id["02-bits"].status == PASSED
