"""A question as it is written: what a decorated function becomes, and what is refused."""

import linecache
import re
import textwrap
from dataclasses import fields
from types import ModuleType

import numpy as np
import pytest

from rnncourse.grading import writing
from rnncourse.grading.authoring.mutants import make_mutants
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import PASSED, WRONG
from rnncourse.grading.questions import EXACT, Mistake, Question, ScoreComparison, Tolerance
from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from rnncourse.grading.rules import find_forbidden_use
from rnncourse.grading.writing import collect_questions, is_reference, question
from scripts import ROOT


def find_largest(**more):
    """Begin a question."""
    options = {"level": "recall", "points": 2, "returns": "place", **more}

    @question("99-largest", 1, "The place of the largest", **options)
    def largest(numbers):
        """Return the place of the largest."""
        return np.argmax(numbers)

    @largest.inputs
    def _(rng):
        yield (np.array([3, 1, 2]),)
        yield (rng.permutation(9),)

    return largest


def test_the_function_stays_what_it_is_and_becomes_a_question():
    function = find_largest(comparison=EXACT, seconds=3.0)
    built = function.draft.question()
    assert function([1, 5, 2]) == 1
    assert is_reference(function)
    assert not is_reference(find_largest)
    assert (built.id, built.title, built.function) == (
        *("99-largest", "The place of the largest", "largest"),
    )
    assert (built.reference, built.arguments, built.returns) == (function, ("numbers",), ("place",))
    assert (built.level, built.points, built.comparison, built.seconds) == ("recall", 2, EXACT, 3.0)
    assert find_largest(returns="a b").draft.question().returns == ("a", "b")
    assert find_largest().draft.question().comparison == Tolerance()


def test_docstrings_are_hints_in_one_line():
    function = find_largest()

    @function.property("the place is one of those there are")
    def _(a, place):
        """Places
        count from 0."""
        return 0 <= place < len(a[0])

    @function.property("all are places", across_cases=True)
    def _(cases, values):
        return True

    @function.mistake("The number, not its place")
    def number(numbers):
        """You return the largest number. Where
        does it stand?"""
        return np.max(numbers)

    built = function.draft.question()
    assert [(t.statement, t.hint, t.across_cases) for t in built.properties] == [
        ("the place is one of those there are", "Places count from 0.", False),
        ("all are places", "", True),
    ]
    hint = "You return the largest number. Where does it stand?"
    assert built.mistakes == (Mistake("The number, not its place", number, hint),)
    result = grade(built, np.max)
    assert (result.status, result.message) == (WRONG, hint)


def test_one_hint_for_several_answers_and_for_other_words():
    function = find_largest()
    function.mistake("Not the place", np.max)("Where does it stand?", np.min)
    function.mistake("The smallest", {"argmax": "argmin"})(
        "Largest, not smallest.", {"np.argmax": "1 +  np.argmax", "  np": " np"}
    )
    built = function.draft.question()
    assert [len(mistake.answers) for mistake in built.mistakes] == [2, 2]
    smallest, from_one = built.mistakes[1].answers
    numbers = np.array([4, 1, 9])
    assert (smallest(numbers), from_one(numbers), function(numbers)) == (1, 3, 2)
    for answer, hint in (
        (np.max, "Where does it stand?"),
        (np.min, "Where does it stand?"),
        (np.argmin, "Largest, not smallest."),
    ):
        result = grade(built, answer)
        assert result.status == WRONG
        assert result.message.startswith(hint)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"def": "class"}, "'def' stands in 0 places of twice, not 1"),
        ({"max": "min"}, "'max' stands in 0 places of twice, not 1"),
        ({"number": "x"}, "'number' stands in 0 places of twice, not 1"),
        ({"np": "numpy"}, "'np' stands in 2 places of twice, not 1"),
        ({"np": ("numpy", 3)}, "'np' stands in 2 places of twice, not 3"),
        ({"10": ""}, "leave no Python of twice: "),
    ],
)
def test_words_that_are_not_whole_or_not_counted_or_no_python_are_refused(words, message):
    @question("99-twice", 1, "A title", "recall", returns="place")
    def twice(numbers):
        """Return 11 times the place, and not 10 times."""
        return 10 * np.argmax(numbers) + np.argmax(numbers + 1.0)

    with pytest.raises(ValueError, match="99-twice: 'Slip': .*" + re.escape(message)):
        twice.mistake("Slip", words)("A hint.")
    twice.mistake("Twice the smallest", {"np.argmax": ("np.argmin", 2), "10": "20"})("A hint.")
    assert twice.draft._mistakes[0].answer(np.array([3, 1, 2])) == 21


def test_words_are_those_of_the_body_wherever_it_begins(write_package):
    """Behind the colon stands a remark, or the body itself; a type may hold a colon, too."""
    source = """
from rnncourse.grading.writing import question


@question("99-head", 1, "A title", "recall", returns="value")
def head(x: "a:b"):  # x: a number
    \"\"\"Head.\"\"\"
    if x:
        return 1
    return 2


@head.inputs
def _(rng):
    yield (1,)


head.mistake("Turned", {"x": "not x"})("The other.")
"""
    (built,) = collect_questions(write_package("heads", a=source))
    assert [built.mistakes[0].answer(x) for x in (0, 1)] == [1, 2]


def test_the_docstring_of_question_names_its_fields():
    listed = re.findall(r"`(\w+)`", question.__doc__.split("more:")[1].split("They are")[0])
    assert {*listed} <= {f.name for f in fields(Question)} | {"level", "points"}


def test_words_may_name_what_the_module_defines_later(write_package):
    source = (
        SMALL.format(name="a", number=1)
        + """
a.mistake("By another step", {"x + 1": "x + step", "range(2)": "range(1)"})("Add one, twice.")
step = 3
"""
    )
    (built,) = collect_questions(write_package("replace_words", a=source))
    assert built.mistakes[1].answer(4) == 7


def test_an_open_question_and_equivalent_mutants():
    function = find_largest()
    function.equivalent("largest: `a` -> `b`", "There is no b.")

    @function.measured(((0.5, 1), (0.9, 2)), str)
    def score(cases, values, expected):
        return 1.0

    built = function.draft.question()
    assert built.comparison == ScoreComparison(score, ((0.5, 1), (0.9, 2)), str)
    assert [(e.change, e.reason) for e in built.equivalent] == [
        ("largest: `a` -> `b`", "There is no b.")
    ]


def test_a_question_without_a_required_part_raises():
    @question("99-none", 1, "A title", "recall", returns="x")
    def nothing():
        """Nothing."""

    with pytest.raises(ValueError, match="99-none: what draws its inputs"):
        nothing.draft.question()

    with pytest.raises(TypeError, match="title"):
        question("99-none", 1, level="recall", returns="x")
    function = find_largest()
    with pytest.raises(ValueError, match="'Silent' needs a hint and a name of its own"):
        function.mistake("Silent")(lambda numbers: 0)
    function.mistake("Said", max)("A hint.")
    with pytest.raises(ValueError, match="'Said' needs a hint and a name of its own"):
        function.mistake("Said", min)("Another hint.")
    with pytest.raises(ValueError, match="'Hinted' needs a wrong answer"):
        function.mistake("Hinted")("A hint.")
    with pytest.raises(ValueError, match="'Mixed' has wrong answers that are no functions"):
        function.mistake("Mixed", "A hint.", max)


@pytest.fixture
def write_package(tmp_path, monkeypatch):
    """Return a function that writes a package of questions."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name, **modules):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        for module, source in modules.items():
            (tmp_path / name / f"{module}.py").write_text(textwrap.dedent(source))
        return name

    return write


SMALL = '''
from rnncourse.grading.writing import question

@question("99-{name}", {number}, "A title", "recall", returns="y")
def {name}(x):
    """{name}."""
    for _ in range(2):
        x = x + 1
    return x

@{name}.inputs
def _(rng):
    yield (1,)
    yield (rng.random(),)

@{name}.mistake("As it was")
def _(x):
    """Add to it."""
    return x
'''


def test_questions_are_found_in_the_order_of_their_numbers(write_package):
    sources = {name: SMALL.format(name=name, number=n) for name, n in (("a", 3), ("b", 1))}
    sources["c"] = "from found_in_order.a import a\n" + SMALL.format(name="c", number=2)
    result = collect_questions(write_package("found_in_order", **sources))
    assert [q.id for q in result] == ["99-b", "99-c", "99-a"]


def test_two_questions_may_not_have_one_number(write_package):
    sources = {name: SMALL.format(name=name, number=1) for name in "ab"}
    with pytest.raises(ValueError, match="two questions have the number 1"):
        collect_questions(write_package("found_twice", **sources))


def test_mutants_are_made_of_the_reference_alone(write_package):
    (built,) = collect_questions(write_package("found_one", a=SMALL.format(name="a", number=1)))
    result = make_mutants(built.reference)
    assert {m.function for m in result} == {"a"}
    assert all("x" in m.before or "range" in m.before for m in result)
    assert result[0].build()(1) in (1, 2, 3, 4)
    assert not is_reference(vars(ModuleType("m")))


def test_numbers_are_places_and_the_rules_are_not_for_references():
    for assignment in ASSIGNMENTS:
        result = [q.reference for q in load_questions(assignment).values()]
        assert [r.draft.number for r in result] == [*range(1, len(result) + 1)]
        assert not [r for r in result if find_forbidden_use(r, ("numpy",))]


# --- The examples of the page and of the module ---


def test_the_example_of_the_page_is_a_good_question(write_package):
    page = (ROOT / "book" / "grading.md").read_text(encoding="utf-8")
    section = page.split("(adding-a-question)=")[1].split("\n## If you use nbgrader")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.S)
    (built,) = collect_questions(write_package("of_the_page", example=code))
    for seed in range(5):
        assert grade(built, built.reference, seed).status == PASSED
        for mistake in built.mistakes:
            for answer in mistake.answers:
                result = grade(built, answer, seed)
                assert result.status == WRONG
                assert result.message.startswith(mistake.hint)
        for mutant in make_mutants(built.reference):
            assert grade(built, mutant.build(), seed).status != PASSED, str(mutant)


def test_the_example_of_the_module_runs(monkeypatch):
    code = "\n\n".join(
        textwrap.dedent(block)
        for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", writing.__doc__, re.M)
    )
    preamble = "import numpy as np\nback = lambda n: lambda numbers: n\n"
    lines = (preamble + code).splitlines(keepends=True)
    monkeypatch.setitem(linecache.cache, "docstring", (len(lines), None, lines, "docstring"))
    namespace = {"question": question}
    exec(compile(preamble + code, "docstring", "exec"), namespace)
    built = namespace["largest"].draft.question()
    assert [len(m.answers) for m in built.mistakes] == [1, 2, 1]
    assert grade(built, np.argmax).status == PASSED
