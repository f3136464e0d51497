"""How a question is written: as a function, with all that belongs to it beside it.

An example::

    @question("99-largest", 1, "The place of the largest", "recall", returns="place")
    def largest(numbers):
        \"\"\"Return the place of the largest number, from 0.\"\"\"
        return np.argmax(numbers)

    @largest.inputs
    def _sample_inputs(rng):
        yield (np.array([3, 1, 2]),)
        yield (rng.permutation(9),)

    @largest.property("the place is one of those there are")
    def _is_a_place(arguments, place):
        \"\"\"Places count from 0.\"\"\"
        return 0 <= place < len(arguments[0])

    @largest.mistake("The number, not its place")
    def _return_maximum(numbers):
        \"\"\"You return the largest number. Where does it stand?\"\"\"
        return np.max(numbers)

The function is the right answer, and bears the name and the parameters that the student writes. The
docstring of a property or of a mistake is the hint that the student reads. Small variants of one
function need no `def`, and under one hint there may be several, beside the name or, where they are
long, behind the hint::

    largest.mistake("Counted from the end", back(0), back(1))(
        "Places count from the front.",
    )

What is the right answer but for a few words is told by these words, and by what stands in their
place. Words are whole: `"max"` does not stand in `argmax`. Those that stand in two places come with
this number, `{"x": ("y", 2)}`::

    largest.mistake("The smallest", {"argmax": "argmin"})(
        "Largest, not smallest.",
    )

What is written is found by `collect_questions`, and judged as a
`rnncourse.grading.questions.Question`.
"""

import ast
import functools
import importlib
import inspect
import pkgutil
import re
import sys
import textwrap
from collections.abc import Callable, Mapping

from rnncourse.grading.questions import (
    Equivalent,
    Mistake,
    NetworkComparison,
    Property,
    Question,
    ScoreComparison,
)

if sys.flags.optimize > 1:
    raise ImportError("Hints are docstrings, and python -OO drops them. Try: without -OO.")

PARTS = ("inputs", "property", "mistake", "measured", "trained", "equivalent")
"""What `question` adds to a function."""
POINTS_BY_LEVEL = {"recall": 1, "apply": 2, "derive": 2, "build": 3, "project": 4}
"""What a right answer earns where its question does not say otherwise."""
Words = Mapping[str, str | tuple[str, int]]
"""Words of a right answer, and what stands in their place, or that and in how many places."""


def question(
    id: str, number: int, title: str, level: str, *, returns: str, **more: object
) -> Callable:
    """Make a function the right answer to a question.

    Args:
        id: For instance `"02-bigrams"`.
        number: Of the exercise: its place in the assignment.
        title: A few words, without a full stop.
        level: A key of `POINTS_BY_LEVEL`.
        returns: A name for each value that the function returns, with spaces between.
        more: Where they differ from what is usual, `points`, `comparison`, `packages`, `provided`,
            `timeout_hint`, `shortcuts` and `seconds`. They are explained at `Question`.

    Returns:
        A decorator. The function stays what it is, and gets the methods of `QuestionBuilder` that
        tell the rest: `inputs`, `property`, `mistake`, `measured`, `trained` and `equivalent`.
    """

    def begin(reference: Callable) -> Callable:
        fields = {"points": POINTS_BY_LEVEL[level], "returns": tuple(returns.split()), **more}
        draft = QuestionBuilder(reference, number, id=id, title=title, level=level, **fields)
        for part in PARTS:
            setattr(reference, part, getattr(draft, part))
        reference.draft = draft
        return reference

    return begin


@functools.cache
def collect_questions(package: str) -> tuple[Question, ...]:
    """Find the questions in the modules of a package, in the order of their numbers.

    Raises:
        ValueError: If two have the same number, or one lacks its inputs.
    """
    by_number: dict[int, Callable] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        for value in vars(importlib.import_module(f"{package}.{module.name}")).values():
            if is_reference(value) and by_number.setdefault(value.draft.number, value) is not value:
                raise ValueError(f"{package}: two questions have the number {value.draft.number}.")
    return tuple(by_number[number].draft.question() for number in sorted(by_number))


def is_reference(value: object) -> bool:
    """Say whether something is the right answer to a question."""
    return isinstance(getattr(value, "draft", None), QuestionBuilder)


class QuestionBuilder:
    """A question while it is written.

    Args:
        reference: The right answer.
        number: Of the exercise.
        fields: What else is known from the start, by the names of `Question`.
    """

    def __init__(self, reference: Callable, number: int, **fields: object):
        self.number = number
        self._fields = {"function": reference.__name__, "reference": reference, **fields}
        self._properties: list[Property] = []
        self._mistakes: list[Mistake] = []
        self._equivalent: list[Equivalent] = []

    def inputs(self, draw: Callable) -> Callable:
        """Decorate what draws the inputs, from a random generator to argument tuples.

        Edge cases are among them, and the cheapest comes first.
        """
        self._fields["inputs"] = draw
        return draw

    def property(
        self,
        text: str,
        hint: str = "",
        predicate: Callable | None = None,
        *,
        across_cases: bool = False,
    ) -> Callable:
        """Decorate a function that says whether something holds that is true of right answers.

        Args:
            text: What should be true, as a sentence without its full stop.
            hint: What to look at if it does not hold; by default the function's docstring.
            predicate: The function, if it is not the one below: see `Property`.
            across_cases: Whether it compares the answers to several cases.
        """

        def add(function: Callable) -> Callable:
            self._properties.append(
                Property(text, function, across_cases, hint or _read_docstring(function))
            )
            return function

        return add if predicate is None else add(predicate)

    def mistake(
        self, name: str, *answers: Callable | Words, raises: str = "", symptom: Callable | str = ""
    ) -> Callable:
        """Name a wrong answer that people really give, and return what adds it.

        What is returned decorates the wrong answer, whose docstring is the hint. Or it is called
        with the hint, and behind it with the wrong answers that do not stand beside the name.

        Args:
            name: The misconception in a few words.
            answers: Wrong answers that get the same hint. One may be told by words of the right
                answer's source and what stands there in their place: see `replace_words`.
            raises: The errors that the answers may raise, by the names of their types.
            symptom: What tells that a network was trained with it: see `Mistake`.

        Raises:
            ValueError: If an answer is neither.
        """
        if not all(callable(answer) or isinstance(answer, Mapping) for answer in answers):
            raise ValueError(
                f"{self._fields['id']}: {name!r} has wrong answers that are no functions."
            )

        def add(
            wording: Callable | str,
            *more: Callable | Words,
            raises: str = raises,
            symptom: Callable | str = symptom,
        ) -> Callable | None:
            if callable(wording):
                self._add(name, _read_docstring(wording), (wording,), raises, symptom)
                return wording
            self._add(name, wording, (*answers, *more), raises, symptom)
            return None

        return add

    def _add(self, name: str, hint: str, answers: tuple, raises: str, symptom: Callable | str):
        if not hint or name in (mistake.name for mistake in self._mistakes):
            raise ValueError(f"{self._fields['id']}: {name!r} needs a hint and a name of its own.")
        if not answers:
            raise ValueError(f"{self._fields['id']}: {name!r} needs a wrong answer.")
        reference = self._fields["reference"]
        try:
            wrong_answers = [a if callable(a) else replace_words(reference, a) for a in answers]
        except ValueError as error:
            raise ValueError(f"{self._fields['id']}: {name!r}: {error}.") from error
        further_answers, errors = tuple(wrong_answers[1:]), tuple(raises.split())
        self._mistakes.append(
            Mistake(name, wrong_answers[0], hint, further_answers, errors, symptom)
        )

    def measured(
        self, steps: tuple[tuple[float, int], ...], describe: Callable[[float], str]
    ) -> Callable:
        """Decorate what measures an open answer: see `ScoreComparison`."""

        def add(measure: Callable) -> Callable:
            self._fields["comparison"] = ScoreComparison(measure, steps, describe)
            return measure

        return add

    def trained(self, form: Callable, steps: tuple[tuple[float, int], ...]) -> Callable:
        """Decorate what runs a network that an answer trained: see `NetworkComparison`."""

        def add(evaluate: Callable) -> Callable:
            self._fields["comparison"] = NetworkComparison(form, evaluate, steps)
            return evaluate

        return add

    def equivalent(self, change: str, reason: str) -> None:
        """Say of a mutant of the reference that it is a right answer: see `Equivalent`."""
        self._equivalent.append(Equivalent(change, reason))

    def question(self) -> Question:
        """Return the question.

        Raises:
            ValueError: If it lacks inputs.
        """
        if "inputs" not in self._fields:
            raise ValueError(f"{self._fields['id']}: what draws its inputs?")
        return Question(
            **self._fields,
            properties=tuple(self._properties),
            mistakes=tuple(self._mistakes),
            equivalent=tuple(self._equivalent),
        )


def _read_docstring(function: Callable) -> str:
    return " ".join((function.__doc__ or "").split())


def replace_words(function: Callable, words: Words) -> Callable:
    """Return a function with other words in its body, one change after the other.

    It runs among the names of the function's own module, as they are when it is first called.

    Args:
        function: Any that is written with `def`.
        words: What stands in the body, as whole words, and what shall stand there; behind what
            replaces words in several places, how many these are.

    Raises:
        ValueError: If some words stand in another number of places, or what comes is no Python.
    """
    (head, body), name = _split_source(function), function.__name__
    for old, replacement in words.items():
        new, n_places = (replacement, 1) if isinstance(replacement, str) else replacement
        pattern = rf"(?:\b|(?=\W)){re.escape(old)}(?:\b|(?<=\W))"
        body, count = re.subn(pattern, lambda _, new=new: new, body)
        if count != n_places:
            raise ValueError(f"{old!r} stands in {count} places of {name}, not {n_places}")
    try:
        code = compile(f"{head}{body}", f"<{name} in other words>", "exec")
    except SyntaxError as error:
        raise ValueError(f"{dict(words)} leave no Python of {name}: {error}") from error

    @functools.cache
    def build() -> Callable:
        namespace = dict(function.__globals__)
        exec(code, namespace)
        return namespace[name]

    return lambda *args: build()(*args)


@functools.cache
def _split_source(function: Callable) -> tuple[str, str]:
    """Return the head of a function, without decorators, with its docstring, and its body."""
    source = textwrap.dedent(inspect.getsource(function))
    lines, definition = source.splitlines(keepends=True), ast.parse(source).body[0]
    statement = definition.body[ast.get_docstring(definition) is not None]
    start = statement.lineno - 1
    return "".join(lines[definition.lineno - 1 : start]), "".join(lines[start:])
