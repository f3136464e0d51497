"""Of the programs that an answer may need, the best one counts; it earns on inputs of its own."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from rnncourse.grading import marking
from rnncourse.grading.judging import CRASH, ERROR, IN_PART, PASSED, TIMEOUT, WRONG
from rnncourse.grading.marking import Marker, list_tasks
from rnncourse.grading.questions import ScoreComparison
from rnncourse.grading.sandbox.isolation import LIMITS
from rnncourse.grading.sandbox.sandbox import Sandbox

from .handed_in import make_notebook
from .sandbox.test_sandbox import DOUBLE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a deadline of the processor")
ALIAS = "table = []\nother = table\nother.append(2)"  # the slice cannot know
ANSWER = "def double(x):\n    return table[0] * x"
TWICE = "def double(x):\n    return two * x"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(LIMITS) as box:
        yield box


class Marked:
    """Marks of a notebook, and the numbers of the runs that they took.

    Args:
        box: Where its answers run.
        sources: Its cells.
        questions: What it answers.
    """

    def __init__(self, box, *sources, questions=(DOUBLE,)):
        self.runs: list[int] = []
        reading = box.read(make_notebook(*sources), {"": list_tasks(questions)})
        marker = Marker(box)
        pairs = zip(reading.answers, questions, strict=True)
        self.results = [marker.mark(answer, question, self._draw) for answer, question in pairs]

    def _draw(self, run: int) -> int:
        self.runs.append(run)
        return run

    @property
    def status(self) -> str:
        (result,) = self.results
        return result.status


ADDS = "table = []\nadd = table.append"
RIGHT = "def double(x):\n    return 2 * x"
TIMES = "def times(x):\n    return 2 * x"
THRICE = TIMES.replace("2", "3")
FOREVER = "def double(x):\n    while True: pass"


@pytest.mark.parametrize(
    ("cells", "status", "runs"),
    [
        (["print(3)", RIGHT], PASSED, [0]),  # a right slice is enough
        ([ALIAS, ANSWER], PASSED, [0]),  # where a value may change, the whole comes first
        ([ADDS, ANSWER, "add(2)"], PASSED, [0, 0, 0, 2]),  # what acts below without a name
        ([ADDS, ANSWER, "add(3)"], WRONG, [0, 0, 0]),
        (["two = 2", TWICE, "two = 3\nprint(two)"], PASSED, [0]),  # what stands above counts
        (["two = 3\nprint(two)", TWICE, "two = 2"], WRONG, [0]),
        ([TWICE, "two = 2"], PASSED, [0]),  # what stands below where it alone does
        ([THRICE, TIMES, "def double(x):\n    return times(x)", THRICE], PASSED, [0]),
        (["x = 1", FOREVER], TIMEOUT, [0]),  # it is not run again
    ],
)
def test_needed_cells_count_or_else_the_whole_notebook(sandbox, cells, status, runs):
    result = Marked(sandbox, *cells, questions=[replace(DOUBLE, seconds=1.0)])
    assert (result.status, result.runs) == (status, runs)


LOOKS = {
    "globals": ("ab = 1", "'a' 'b' in globals()"),
    "modules": ("import xml.dom as some", "hasattr(__import__('xml'), 'dom')"),
    "another name": ("ab = 1", "'a' 'b' in getattr(double, '__glo' 'bals__')"),
    "a generator": ("if True:\n    np.random.seed(1)", "np.random.get_state()[1][0] == 1"),
    "recursion": (
        "for n in [1501]:\n    sys.setrecursionlimit(n)",
        "sys.getrecursionlimit() > 1500",
    ),
    "an alias": ("marks = [0]\nother = marks\nother[0] = 1", "marks[0] == 1"),
    "a default": ("def marks(x=[]):\n    return x\nmarks().append(1)", "marks() == [1]"),
}


@pytest.mark.parametrize("detector", LOOKS)
@pytest.mark.parametrize("forms", [(2, 3), (3, 2)], ids=["where it is seen", "where it is not"])
def test_detecting_the_runner_passes_in_one_form_only(sandbox, detector, forms):
    """A form of the answer for each way of running: one counts, whichever it is."""
    above, condition = LOOKS[detector]
    answer = f"def double(x):\n    return ({{}} if {condition} else {{}}) * x"
    cells = "import numpy as np\nimport sys", above
    result = [Marked(sandbox, *cells, answer.format(*f)) for f in (forms, forms[::-1])]
    assert sorted(f.status for f in result) == [PASSED, WRONG]
    assert [f.runs for f in result] == [[0], [0]]


def test_an_error_in_one_run_does_not_make_a_guess_right(sandbox):
    late = "f = 2 if globals().get('c' 'd') else 3 / globals()['a' 'b']"
    answer = f"{late}\n\ndef double(x):\n    return f * x"
    assert Marked(sandbox, "ab = 1", answer, "cd = 2").status == WRONG


@pytest.mark.parametrize(
    "above", ["globals()['table'] = [2]", "table = [1]\nother = table\nother[0] = 2"]
)
def test_names_changed_by_other_cells_do_not_break_an_answer(sandbox, above):
    assert Marked(sandbox, above, ANSWER).status == PASSED


@pytest.mark.parametrize("value", ["2", "--2", "2 * 1.0", "np.e / np.e * 2", "int(2)", "[2][0]"])
def test_a_constant_takes_no_more_than_the_slice(sandbox, value):
    cells = "import numpy as np", f"two = {value}", "while True:\n    pass", TWICE
    result = Marked(sandbox, *cells, questions=[replace(DOUBLE, seconds=1.0)])
    assert (result.status, result.runs) == (PASSED, [0] if value[-1] not in ")]" else [0, 0])


def test_a_wrong_answer_is_reported_as_its_author_sees_it(sandbox):
    actual = Marked(sandbox, ALIAS.replace("2", "5"), ANSWER)
    assert (actual.status, actual.runs) == (WRONG, [0])
    assert "expected 2, got 5" in actual.results[0].message
    actual = Marked(sandbox, "x = 1", "def double(x):\n    return 2 / z")
    assert (actual.status, actual.runs) == (ERROR, [0, 0])


def test_a_notebook_that_takes_too_long_as_a_whole_does_so_once(sandbox):
    quick = [replace(DOUBLE, seconds=1.0, function=name) for name in ("double", "double_two")]
    answers = ["def double(x):\n    return x.no", "def double_two(x):\n    return x.no"]
    result = Marked(
        sandbox, *answers[:1], "while True: pass", answers[1], questions=[*quick, quick[1]]
    )
    assert [r.status for r in result.results] == [ERROR] * 3
    assert result.runs == [0, 0, 0, 0]  # the first has nothing above it, and too much below
    result = Marked(sandbox, "while True: pass", *answers, questions=quick)
    assert [r.status for r in result.results] == [ERROR] * 2
    assert result.runs == [0, 0, 0]


def test_a_missing_name_is_reported_with_its_reason(sandbox):
    result = Marked(sandbox, "import numpy as np\nx = (", "def double(x):\n    return np.add(x, x)")
    message = result.results[0].message
    assert "NameError: name 'np' is not defined (`np` stands in cell 1, which Python" in message
    result = Marked(sandbox, f"%%writefile a.py\n{RIGHT}")
    assert result.results[0].message == (
        "`double` stands in cell 1, which begins with %%writefile and so is not Python."
    )


def test_a_later_blank_does_not_replace_an_answer(sandbox):
    for begun in ("...", "pass", '"""Say."""', "raise NotImplementedError"):
        assert Marked(sandbox, RIGHT, f"def double(x):\n    {begun}").status == PASSED
    assert Marked(sandbox, "def double(x):\n    pass").status == WRONG  # it returns None


@pytest.mark.parametrize(
    ("returned", "status", "runs"), [("x", IN_PART, [0]), ("int('x')", ERROR, [0, 0])]
)
def test_an_open_question_is_drawn_once_despite_errors(sandbox, returned, status, runs):
    steps = ScoreComparison(
        lambda cases, actual, expected: 0.5, ((0.4, 1), (0.9, 2)), "{:.1f}".format
    )
    question = replace(DOUBLE, points=2, comparison=steps)
    result = Marked(
        sandbox, "x = 1", f"def double(x):\n    return {returned}", questions=[question]
    )
    assert (result.status, result.runs) == (status, runs)


@pytest.mark.parametrize(("everywhere", "status"), [(True, PASSED), (False, WRONG)])
def test_a_later_open_run_earns_on_its_own_inputs_too(sandbox, everywhere, status):
    """Its first inputs were seen by the run before it, which may have left a trace of them."""
    _, (known_input,) = DOUBLE.cases(0)

    def measure(cases, actual, expected):
        return float(everywhere or np.array_equal(cases[1][0], known_input))

    steps = ScoreComparison(measure, ((1.0, 1),), "{:.1f}".format)
    cells = "globals()['table'] = [2]", ANSWER
    result = Marked(sandbox, *cells, questions=[replace(DOUBLE, comparison=steps)])
    assert (result.status, result.runs) == (status, [0, 0, 1])


def test_slow_cells_below_the_answer_cost_no_points(sandbox):
    quick = replace(DOUBLE, seconds=1.0)
    cells = "two = [2]", "def double(x):\n    return two[0] * x", "while True:\n    two[0] = 2"
    result = Marked(sandbox, *cells, questions=[quick, quick])
    assert ([r.status for r in result.results], result.runs) == ([PASSED] * 2, [0, 0])


def test_second_programs_have_a_budget_by_the_clock(sandbox, monkeypatch):
    monkeypatch.setattr(marking, "MAX_NOTEBOOK_SECONDS", 0.0)
    questions = [DOUBLE, DOUBLE]
    result = Marked(sandbox, "x = 1", "def double(x):\n    return z", "y = 1", questions=questions)
    assert result.runs == [0, 0]


@pytest.mark.parametrize("fails", ["raise ValueError", "__import__('os')._exit(1)", "return no"])
def test_failing_on_disliked_inputs_draws_no_others(sandbox, fails):
    question = replace(DOUBLE, inputs=lambda rng: [(np.array([rng.normal()]),)])
    disliked = next(x[0] for (x,) in question.cases(0))
    answer = f"def double(x):\n    if x[0] == {disliked!r}:\n        {fails}\n    return 2 * x"
    result = Marked(
        sandbox, "x = 1", answer.replace("np.float64", ""), "y = 1", questions=[question]
    )
    assert result.status in (ERROR, CRASH)
    assert result.runs == [0, 0, 0]


def test_a_missing_package_is_reported(sandbox):
    result = Marked(sandbox, "from helpers import twice", "def double(x):\n    return twice(x)")
    assert result.results[0].message == (
        "The answer may import `numpy` and the standard library only, and it uses `helpers.twice`."
    )
