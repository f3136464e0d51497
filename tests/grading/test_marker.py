"""Of the programs that an answer may need, the best one counts, and no two see the same inputs."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from rnncourse.grading import marking
from rnncourse.grading.judging import ERROR, IN_PART, PASSED, TIMEOUT, WRONG, verdict
from rnncourse.grading.marking import WHOLE, Marker, asks
from rnncourse.grading.questions import Measured
from rnncourse.grading.sandbox.isolation import LIMITS
from rnncourse.grading.sandbox.sandbox import Sandbox

from .handed_in import notebook
from .sandbox.test_sandbox import DOUBLE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a deadline of the processor")
ALIAS = "table = []\nother = table\nother.append(2)"  # the slice cannot know
ANSWER = "def double(x):\n    return table[0] * x"


@pytest.fixture(scope="module")
def box():
    with Sandbox(LIMITS) as box:
        yield box


class Marked:
    """Marks of a notebook, and the numbers of the runs that they took.

    Args:
        box: Where its answers run.
        sources: Its cells.
        questions: What it answers.
        options: Of the marker.
    """

    def __init__(self, box, *sources, questions=(DOUBLE,), **options):
        self.runs: list[int] = []
        reading = box.read(notebook(*sources), {"": asks(questions)})
        marker = Marker(box, **options)
        pairs = zip(reading.answers, questions, strict=True)
        self.results = [marker.mark(answer, question, self._draw) for answer, question in pairs]

    def _draw(self, run: int) -> int:
        self.runs.append(run)
        return run

    @property
    def status(self) -> str:
        """What became of the only question."""
        (result,) = self.results
        return result.status


def test_a_right_slice_is_enough(box):
    found = Marked(box, "print(3)", "def double(x):\n    return 2 * x")
    assert (found.status, found.runs) == (PASSED, [0])


def test_the_whole_notebook_finds_what_the_slice_left_out_with_other_inputs(box):
    found = Marked(box, ALIAS, ANSWER)
    assert (found.status, found.runs) == (PASSED, [0, 1])
    assert Marked(box, ALIAS, ANSWER, order=[WHOLE]).status == PASSED


def test_the_notebook_to_its_end_finds_what_acts_below_without_a_name(box):
    found = Marked(box, "table = []\nadd = table.append", ANSWER, "add(2)")
    assert (found.status, found.runs) == (PASSED, [0, 1, 2])
    assert Marked(box, "table = []\nadd = table.append", ANSWER, "add(3)").status == WRONG


CHOSEN = "f = 3 if {} else 2\n\ndef double(x):\n    return f * x"


@pytest.mark.parametrize(
    "looking",
    ["'a' 'b' not in globals()", "'ab' not in dir(__import__('sys').modules['__main__'])"],
)
def test_who_looks_how_it_runs_has_one_guess(box, looking):
    found = Marked(box, "ab = 1", CHOSEN.format(looking), "cd = 2")
    assert (found.status, found.runs) == (WRONG, [0])


def test_who_looks_and_fails_by_itself_has_one_guess_too(box):
    late = "f = 2 if globals().get('c' 'd') else 3 / globals()['a' 'b']"
    answer = f"{late}\n\ndef double(x):\n    return f * x"
    assert Marked(box, "ab = 1", answer, "cd = 2").runs == [0, 1]


@pytest.mark.parametrize(
    "above", ["globals()['table'] = [2]", "table = [1]\nother = table\nother[0] = 2"]
)
def test_what_other_cells_do_with_names_takes_no_way_from_an_answer(box, above):
    assert Marked(box, above, ANSWER).status == PASSED


@pytest.mark.parametrize("third", [PASSED, WRONG])
def test_wrong_values_that_become_right_have_to_be_right_three_times(box, monkeypatch, third):
    tossed = iter([WRONG, PASSED, PASSED, third])

    def run(self, answer, name, question, number):
        status = next(tossed)
        return verdict(question, status, "", (status == PASSED) * question.points), True

    monkeypatch.setattr(Marker, "_run", run)
    found = Marked(box, "table = [1]\nother = table\nother[0] = 2", ANSWER)
    assert (found.status, found.runs) == (third, [0, 1, 4, 7])


def test_the_instructor_reads_who_looks():
    answer = "def bits_and_perplexity(log_probs):\n    return 0, 'a' 'b' in globals()"
    job = marking.Job("02-language-models", only=("02-bits",))
    result = marking.grade_bytes("a", notebook("ab = 1", answer), job)
    assert f"{marking.LOOKS}: 02-bits" in result.notes


def test_what_stands_below_counts_where_the_whole_finds_nothing(box):
    above, below = "two = 2", "two = 3\nprint(two)"
    answer = "def double(x):\n    return two * x"
    assert Marked(box, above, answer, below).status == PASSED
    assert Marked(box, below, answer, above).status == PASSED


def test_a_wrong_answer_is_told_what_its_author_sees(box):
    found = Marked(box, ALIAS.replace("2", "5"), ANSWER)
    assert (found.status, found.runs) == (WRONG, [0, 1])
    assert "expected 2, got 5" in found.results[0].message
    found = Marked(box, "x = 1", "def double(x):\n    return 2 / z")
    assert (found.status, found.runs) == (ERROR, [0, 1])


def test_an_answer_that_never_ends_is_not_run_again(box):
    quick = replace(DOUBLE, seconds=1.0)
    found = Marked(box, "x = 1", "def double(x):\n    while True: pass", questions=[quick])
    assert (found.status, found.runs) == (TIMEOUT, [0])


def test_a_notebook_that_takes_too_long_as_a_whole_does_so_once(box):
    quick = [replace(DOUBLE, seconds=1.0, function=name) for name in ("double", "double_two")]
    answers = ["def double(x):\n    return x", "def double_two(x):\n    return x"]
    found = Marked(box, *answers[:1], "while True: pass", answers[1], questions=[*quick, quick[1]])
    assert [r.status for r in found.results] == [WRONG] * 3
    assert found.runs == [0, 2, 0, 0]  # the first has nothing above it, and too much below
    found = Marked(box, "while True: pass", *answers, questions=quick)
    assert [r.status for r in found.results] == [WRONG] * 2
    assert found.runs == [0, 1, 0]


def test_a_name_that_is_missing_is_told_why(box):
    found = Marked(box, "import numpy as np\nx = (", "def double(x):\n    return np.add(x, x)")
    message = found.results[0].message
    assert "NameError: name 'np' is not defined (`np` stands in cell 1, which Python" in message
    found = Marked(box, "%%writefile a.py\ndef double(x):\n    return 2 * x")
    assert found.results[0].message == (
        "`double` stands in cell 1, which begins with %%writefile and so is not Python."
    )


def test_what_was_only_begun_below_hides_nothing(box):
    right = "def double(x):\n    return 2 * x"
    for begun in ("...", "pass", '"""Say."""', "raise NotImplementedError"):
        assert Marked(box, right, f"def double(x):\n    {begun}").status == PASSED
    assert Marked(box, "def double(x):\n    pass").status == WRONG  # it returns None


def test_an_open_question_in_part_right_is_drawn_once(box):
    steps = Measured(lambda cases, got, want: 0.5, ((0.4, 1), (0.9, 2)), "{:.1f}".format)
    question = replace(DOUBLE, points=2, comparison=steps)
    found = Marked(box, "x = 1", "def double(x):\n    return x", questions=[question])
    assert (found.status, found.runs) == (IN_PART, [0])


def test_an_error_buys_no_other_draw_of_an_open_question(box):
    steps = Measured(lambda cases, got, want: 0.5, ((0.4, 1), (0.9, 2)), "{:.1f}".format)
    question = replace(DOUBLE, points=2, comparison=steps)
    found = Marked(box, "x = 1", "def double(x):\n    return int('x')", questions=[question])
    assert (found.status, found.runs) == (ERROR, [0, 0])


@pytest.mark.parametrize(("everywhere", "status"), [(True, PASSED), (False, WRONG)])
def test_a_later_run_of_an_open_question_earns_on_its_own_inputs_too(box, everywhere, status):
    """Its first inputs were seen by the run before it, which may have left a trace of them."""
    _, (seen,) = DOUBLE.cases(0)

    def measure(cases, got, want):
        return float(everywhere or np.array_equal(cases[1][0], seen))

    steps = Measured(measure, ((1.0, 1),), "{:.1f}".format)
    found = Marked(box, ALIAS, ANSWER, questions=[replace(DOUBLE, comparison=steps)])
    assert (found.status, found.runs) == (status, [0, 0, 1])


def test_what_is_slow_below_costs_nothing(box):
    quick = replace(DOUBLE, seconds=1.0)
    cells = "two = [2]", "def double(x):\n    return two[0] * x", "while True:\n    two[0] = 2"
    found = Marked(box, *cells, questions=[quick, quick])
    assert ([r.status for r in found.results], found.runs) == ([PASSED] * 2, [0, 1, 0, 1])


def test_second_programs_have_a_budget_by_the_clock(box, monkeypatch):
    monkeypatch.setattr(marking, "LATER", 0.0)
    questions = [DOUBLE, DOUBLE]
    found = Marked(box, "x = 1", "def double(x):\n    return x", "y = 1", questions=questions)
    assert found.runs == [0, 1, 0]


def test_a_package_that_is_not_there_is_told(box):
    found = Marked(box, "from helpers import twice", "def double(x):\n    return twice(x)")
    assert found.results[0].message == (
        "The answer may import `numpy` and the standard library only, and it uses `helpers.twice`."
    )
