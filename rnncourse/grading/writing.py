"""How a question is written: as a function, with all that belongs to it beside it.

    @question("99-largest", number=1, level="recall", points=2, returns="place")
    def largest(numbers):
        \"\"\"The place of the largest.\"\"\"
        return np.argmax(numbers)

    @largest.inputs
    def _(rng):
        yield (np.array([3, 1, 2]),)
        yield (rng.permutation(9),)

    @largest.truth("the place is one of those there are")
    def _(a, place):
        \"\"\"Places count from 0.\"\"\"
        return 0 <= place < len(a[0])

    @largest.mistake("The number, not its place")
    def _(numbers):
        \"\"\"You return the largest number. Where does it stand?\"\"\"
        return np.max(numbers)

The function is the right answer, and bears the name and the parameters that the student writes. Its
docstring is the title; that of a truth or of a mistake is the hint that the student reads. Small
variants of one function need no `def`, and under one hint there may be several:

    largest.mistake("Counted from the end", "Places count from the front.", back(0), back(1))

What is written is found by `questions_in`, and judged as a `rnncourse.grading.questions.Question`.
"""

import importlib
import pkgutil
from collections.abc import Callable

from rnncourse.grading.questions import Equivalent, Measured, Mistake, Property, Question

PARTS = ("inputs", "truth", "mistake", "measured", "equivalent")
"""What `question` adds to a function."""


def question(id: str, *, number: int, returns: str, **more: object) -> Callable:
    """Make a function the right answer to a question.

    Args:
        id: For instance `"02-bigrams"`.
        number: Of the exercise: its place in the assignment.
        returns: A name for each value that the function returns, with spaces between.
        more: `level` and `points`; where they differ from what is usual, `comparison`, `packages`,
            `forbidden` and `seconds`. They are explained at `Question`.

    Returns:
        A decorator. The function stays what it is, and gets the methods of `Draft` that tell the
        rest: `inputs`, `truth`, `mistake`, `measured` and `equivalent`.
    """

    def begin(reference: Callable) -> Callable:
        draft = Draft(reference, number, id=id, returns=tuple(returns.split()), **more)
        for part in PARTS:
            setattr(reference, part, getattr(draft, part))
        reference.draft = draft
        return reference

    return begin


def questions_in(package: str) -> tuple[Question, ...]:
    """Find the questions in the modules of a package, in the order of their numbers.

    Raises:
        ValueError: If two have the same number, or one lacks its inputs.
    """
    found: dict[int, Callable] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        for thing in vars(importlib.import_module(f"{package}.{module.name}")).values():
            if is_reference(thing) and found.setdefault(thing.draft.number, thing) is not thing:
                raise ValueError(f"{package}: two questions have the number {thing.draft.number}.")
    return tuple(found[number].draft.question() for number in sorted(found))


def is_reference(thing: object) -> bool:
    """Say whether something is the right answer to a question."""
    return isinstance(getattr(thing, "draft", None), Draft)


class Draft:
    """A question while it is written.

    Args:
        reference: The right answer.
        number: Of the exercise.
        told: What else is known from the start, by the names of `Question`.
    """

    def __init__(self, reference: Callable, number: int, **told: object):
        self.number = number
        title = _words(reference).removesuffix(".")
        self._told = {
            "title": title,
            "function": reference.__name__,
            "reference": reference,
            **told,
        }
        self._truths: list[Property] = []
        self._mistakes: dict[str, list] = {}
        self._equivalent: list[Equivalent] = []

    def inputs(self, draw: Callable) -> Callable:
        """Decorate what draws the inputs, from a random generator to argument tuples.

        Edge cases are among them, and the cheapest comes first.
        """
        self._told["inputs"] = draw
        return draw

    def truth(
        self, text: str, hint: str = "", holds: Callable | None = None, *, across: bool = False
    ) -> Callable | None:
        """Decorate a function that says whether something holds that is true of right answers.

        Args:
            text: What should be true, as a sentence without its full stop.
            hint: What to look at if it does not hold; by default the function's docstring.
            holds: The function, if it is not the one below: see `Property`.
            across: Whether it compares the answers to several cases.
        """
        if holds is None:
            return lambda function: self.truth(text, hint, function, across=across) or function
        self._truths.append(Property(text, holds, across, hint or _words(holds)))
        return None

    def mistake(self, name: str, hint: str = "", *answers: Callable) -> Callable | None:
        """Decorate a wrong answer that people really give.

        What comes under a name that was there already is another answer of the same mistake.

        Args:
            name: The misconception in a few words.
            hint: What a student reads whose function gives the same; by default the docstring.
            answers: The wrong answers, if it is not the one below.
        """
        if not answers:
            return lambda function: self.mistake(name, hint, function) or function
        known = self._mistakes.setdefault(name, [hint or _words(answers[0])])
        known += answers
        return None

    def measured(
        self, steps: tuple[tuple[float, int], ...], tell: Callable[[float], str]
    ) -> Callable:
        """Decorate what measures an open answer: see `Measured`."""

        def add(measure: Callable) -> Callable:
            self._told["comparison"] = Measured(measure, steps, tell)
            return measure

        return add

    def equivalent(self, change: str, reason: str) -> None:
        """Say of a mutant of the reference that it is a right answer: see `Equivalent`."""
        self._equivalent.append(Equivalent(change, reason))

    def question(self) -> Question:
        """Return the question.

        Raises:
            ValueError: If it lacks a title or inputs, or a mistake lacks a hint.
        """
        if not self._told["title"]:
            raise ValueError(f"{self._told['id']}: its docstring should be its title.")
        if "inputs" not in self._told:
            raise ValueError(f"{self._told['id']}: what draws its inputs?")
        for name, (hint, *_) in self._mistakes.items():
            if not hint:
                raise ValueError(f"{self._told['id']}: the mistake {name!r} needs a hint.")
        return Question(
            **self._told,
            properties=tuple(self._truths),
            mistakes=tuple(
                Mistake(name, answer, hint, tuple(also))
                for name, (hint, answer, *also) in self._mistakes.items()
            ),
            equivalent=tuple(self._equivalent),
        )


def _words(function: Callable) -> str:
    """Return the docstring of a function in one line."""
    return " ".join((function.__doc__ or "").split())
