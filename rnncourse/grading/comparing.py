"""What came in every call of an answer, beside what the reference gives."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rnncourse.grading import questions
from rnncourse.grading.calling import CallOutcome, call_quietly
from rnncourse.grading.questions import Arguments, Mistake, Question, Tolerance
from rnncourse.grading.values import (
    all_close,
    describe_pattern,
    describe_shape_fault,
    find_difference,
    find_swapped_values,
    format_argument,
    measure_input,
)


@dataclass(frozen=True)
class Comparer:
    """A question, the arguments of every call, what came, and what the reference gives."""

    question: Question
    cases: list[Arguments]
    outcomes: list[CallOutcome]
    expected: list[CallOutcome]

    tolerance = Tolerance()
    """How near two answers have to be to count as equal."""
    evaluation = None
    """Where a trained network stands."""
    swapped = ()
    """The names of two results that stand in each other's place."""

    @staticmethod
    def reference(question: Question, arguments: Arguments) -> CallOutcome:
        """Return what the reference gives."""
        return call_quietly(question.reference, arguments, question)

    def score_calls(self) -> tuple[int, str]:
        """Points for the values alone, and a remark on them."""
        all_returned = all(o.values is not None for o in self.outcomes)
        return self.score() if all_returned and not self.first_fault else (0, "")

    def score(self) -> tuple[int, str]:
        """Points for values of the right form, and a remark on them."""
        raise NotImplementedError

    def find_mistake(self) -> Mistake | None:
        """Find the known wrong answer that gives the same values in every case."""
        return next(
            (m for m in self.question.mistakes if any(map(self.reproduces, m.answers))), None
        )

    def describe_difference(self, indices: Sequence[int] | None = None) -> str:
        """Name the entry that differs in the first of these cases, or of all, or return ''."""
        return ""

    def describe_value_pattern(self) -> str:
        """Say what all numbers of the first wrong value have in common, or return ''."""
        return ""

    @property
    def expected_values(self) -> list:
        """What the values have the shapes of."""
        return [e.values for e in self.expected]

    def describe_safe_difference(self, indices: Sequence[int] | None = None) -> str:
        """Name the entry that differs, but where to show the right one would give it away."""
        return "" if self.is_single_integer else self.describe_difference(indices)

    @functools.cached_property
    def case_indices_by_size(self) -> list[int]:
        """Numbers of the cases, the smallest first: it is the easiest to understand.

        Those with an empty argument are last: they are the odd ones.
        """
        return sorted(
            range(len(self.cases)), key=lambda i: (self.is_empty(i), measure_input(self.cases[i]))
        )

    def is_empty(self, i: int) -> bool:
        """Whether an argument of a case is an array without numbers."""
        return any(isinstance(a, np.ndarray) and a.size == 0 for a in self.cases[i])

    def describe_ordinary_difference(self) -> str:
        """Name the entry that differs in the first case without an empty argument, or return ''."""
        return self.describe_difference(
            [i for i in self.case_indices_by_size if not self.is_empty(i)]
        )

    @property
    def is_single_integer(self) -> bool:
        """Whether each answer is one whole number: to show the right one would give it away."""
        values = [value for e in self.expected for value in e.values or ()]
        return all(value.size == 1 and float(value.item()).is_integer() for value in values)

    def reproduces(self, answer: Callable) -> bool:
        """Say whether an answer gives what came, in every case."""
        return all(
            is_same_outcome(outcome, call_quietly(answer, arguments, self.question), self.tolerance)
            for arguments, outcome in zip(self.cases, self.outcomes, strict=True)
        )

    def describe_first_error(self) -> str:
        """Tell the error of the smallest case that raised one."""
        for i in self.case_indices_by_size:
            if self.outcomes[i].error:
                error = f"{self.outcomes[i].error}. {self.describe_case(i)}"
                other = self.describe_ordinary_difference() if self.is_empty(i) else ""
                return f"{error} And elsewhere: {other}" if other else error
        return ""

    @functools.cached_property
    def first_fault(self) -> str:
        """The first fault: of kind and shape, then of all numbers, a property, an entry."""
        names = self.question.returns
        for i in self.case_indices_by_size:
            if self.outcomes[i].invalid:
                invalid = self.outcomes[i].invalid
                end = "" if invalid.endswith("?") else "."
                return f"It returned {invalid}{end} {self.describe_case(i)}"
        actual = [o.values for o in self.outcomes]
        expected = self.expected_values
        all_calls = [] if self.question.is_open else [*zip(expected, actual, strict=True)]
        for i in self.case_indices_by_size:
            if fault := describe_shape_fault(
                expected[i], actual[i], names, self.tolerance, all_calls
            ):
                ordinary_fault = self.describe_ordinary_difference() if self.is_empty(i) else ""
                return ordinary_fault or f"{fault} {self.describe_case(i)}"
        if not self.is_single_integer and (pattern := self.describe_value_pattern()):
            return f"{pattern} {self.describe_difference()}"
        for property_ in self.question.properties:
            if fault := self.describe_property_fault(property_, actual):
                return fault
        return self.describe_difference()

    def describe_property_fault(self, property_: questions.Property, actual: Sequence) -> str:
        """Say that a property does not hold, and show it by a value, or return ''."""
        sentence = f"This should be true of the answer, and is not: {property_.statement}."
        hint = f" {property_.hint}" if property_.hint else ""
        if property_.across_cases:
            is_true = property_.predicate(self.cases, actual)
            return "" if is_true else f"{sentence}{hint} {self.describe_safe_difference()}".strip()
        for i in self.case_indices_by_size:
            if not property_.predicate(self.cases[i], *actual[i]):
                difference = self.describe_safe_difference([i])
                return f"{sentence}{hint} {difference or self.describe_case(i)}"
        return ""

    def describe_in_place_change(self) -> str:
        """Say which argument was changed in place, or return ''."""
        for outcome in self.outcomes:
            if outcome.changed_arguments:
                name = outcome.changed_arguments[0]
                return (
                    f"function changes its argument `{name}` in place, and whoever calls it still "
                    f"needs it. That costs all points: work on a copy, `{name}.copy()`."
                )
        return ""

    def describe_case(self, i: int) -> str:
        """Write the arguments of a case, so that one can call the function with them."""
        return format_arguments(self.question, self.cases[i])


class ToleranceComparer(Comparer):
    """Every number has to be near the reference's."""

    @property
    def tolerance(self) -> Tolerance:
        """How near two answers have to be to count as equal."""
        return self.question.comparison

    def score_calls(self) -> tuple[int, str]:
        """All points, or none."""
        pairs = zip(self.outcomes, self.expected, strict=True)
        is_right = all(
            o.values is not None and all_close(o.values, e.values, self.tolerance) for o, e in pairs
        )
        return (self.question.points if is_right else 0), ""

    def find_mistake(self) -> Mistake | None:
        """Find the known wrong answer that gives the same values, or several, one by one."""
        return super().find_mistake() or self.find_mistakes_by_value()

    def find_mistakes_by_value(self) -> Mistake | None:
        """Find known wrong answers for values that are wrong for different reasons, one by one."""
        unexplained, mistakes = {*range(len(self.question.returns))}, []
        if len(unexplained) < 2 or self.swapped:
            return None
        unexplained -= self.find_matching_values(unexplained, None)
        for mistake in self.question.mistakes:
            for answer in mistake.answers if unexplained else ():
                if explained := self.find_matching_values(unexplained, answer):
                    unexplained -= explained
                    mistakes.append(mistake)
                    break
        return None if unexplained or len(mistakes) < 2 else questions.combine_mistakes(mistakes)

    @functools.cached_property
    def swapped(self) -> tuple[str, ...]:
        """Name the two results that stand in each other's place, if all is right but for that."""
        pairs = [(o.values, e.values) for o, e in zip(self.outcomes, self.expected, strict=True)]
        all_returned = all(values for values, _ in pairs)
        return (
            find_swapped_values(pairs, self.question.returns, self.tolerance)
            if all_returned
            else ()
        )

    def find_matching_values(self, indices: set[int], answer: Callable | None) -> set[int]:
        """Return those indices of values that are an answer's, or right, in all calls."""
        for i in self.case_indices_by_size if all(o.values for o in self.outcomes) else ():
            other = (
                call_quietly(answer, self.cases[i], self.question) if answer else self.expected[i]
            )
            pairs = zip(self.outcomes[i].values, other.values or (), strict=False)
            indices = indices & {
                k for k, (a, b) in enumerate(pairs) if all_close((a,), (b,), self.tolerance)
            }
            if not indices:
                return set()
        return indices

    def describe_value_pattern(self) -> str:
        """Say what all numbers of the first wrong value have in common, or return ''."""
        for k, name in enumerate(self.question.returns):
            calls = zip(self.outcomes, self.expected, strict=True)
            pairs = [(o.values[k], e.values[k]) for o, e in calls]
            if not all(all_close((a,), (e,), self.tolerance) for a, e in pairs):
                return describe_pattern(name, pairs, self.tolerance)
        return ""

    def describe_difference(self, indices: Sequence[int] | None = None) -> str:
        """Name the entry that differs in the first of these cases, or of all, or return ''."""
        for i in self.case_indices_by_size if indices is None else indices:
            actual, expected = self.outcomes[i].values, self.expected[i].values
            if actual is not None and not all_close(actual, expected, self.tolerance):
                names = self.question.returns
                message = describe_shape_fault(expected, actual, names, self.tolerance)
                message = message or f"{find_difference(expected, actual, names, self.tolerance)}."
                return f"{message} {self.describe_case(i)}"
        return ""


class ScoreComparer(Comparer):
    """A number decides, and no reference."""

    def score(self) -> tuple[int, str]:
        """Score an open answer, and say what the next step asks for."""
        comparison = self.question.comparison
        actual, expected = (
            [o.values for o in outcomes] for outcomes in (self.outcomes, self.expected)
        )
        with np.errstate(all="ignore"):  # what is no number earns nothing
            score = comparison.measure(self.cases, actual, expected)
        points_reached = [points for threshold, points in comparison.steps if score >= threshold]
        earned = max(points_reached, default=0) if np.isfinite(score) else 0
        remark = comparison.describe(score)
        if next_steps := [
            (threshold, points) for threshold, points in comparison.steps if score < threshold
        ]:
            threshold, points = next_steps[0]
            remark += f" From {threshold:g} on it is {points} point{'s' * (points != 1)}."
        return earned, remark


def format_arguments(question: Question, arguments: Arguments) -> str:
    """Write the arguments of a call in a sentence."""
    pairs = zip(question.arguments, arguments, strict=True)
    return f"This was for {', '.join(f'`{n}` = {format_argument(a)}' for n, a in pairs)}."


def is_same_outcome(a: CallOutcome, b: CallOutcome, tolerance: Tolerance) -> bool:
    """Say whether two calls came to the same: equal values, or an error of one kind in both.

    By its type alone, any crash would do: a hint would go to whoever does not need it.
    """
    if a.values is None or b.values is None:
        return a.error_key == b.error_key != ""
    return all_close(a.values, b.values, tolerance)
