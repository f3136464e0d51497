"""From what a function gave to a verdict, and to the sentence that helps most.

The judge looks at values only, so it does not matter where the function ran.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnncourse.grading import questions
from rnncourse.grading.questions import Arguments, Close, Measured, Mistake, Question, Trained
from rnncourse.grading.running import Outcome, call
from rnncourse.grading.training import any_losses, score, suspicion
from rnncourse.grading.values import difference, exchanged, same, shape_fault, show, size

NOT_STARTED, PASSED, IN_PART, WRONG, ERROR = "not started", "passed", "in part", "wrong", "error"
TIMEOUT, MEMORY, CRASH, HARNESS_ERROR = "timeout", "memory", "crash", "harness error"


@dataclass(frozen=True)
class Result:
    """The verdict on one question.

    Args:
        status: One of the nine above; a harness error is ours, and never a zero to be believed.
        message: What to know; code between backticks.
        seconds: What judging it took.
        mistake: The name of the known mistake whose values these are; "" if it is none.
        by_hand: Why a person has set the points; "" if the grader did.
        sketch: Of values that are wrong and no known mistake's, numbers that tell them from others:
            they come from inputs that are the same for all submissions.
        shown: What is wrong with these values, told by the smallest of these inputs.
        code: The function of an answer that has not all points, as it stands in the notebook.
        line: The line of it, from 1, that raised the error; 0 where none can be named.
        way: How far a trained network came from the baseline, 0, to the reference, 1; None where
            none was judged.
    """

    question: str
    title: str
    status: str
    earned: int
    points: int
    message: str = ""
    seconds: float = 0.0
    mistake: str = ""
    by_hand: str = ""
    sketch: tuple[float, ...] = ()
    shown: str = ""
    code: str = ""
    line: int = 0
    way: float | None = None


def refusal(question: Question, name: str) -> str:
    """Say that an answer uses what it may not."""
    may = ", ".join(f"`{package}`" for package in question.packages)
    return f"The answer may import {may} and the standard library only, and it uses `{name}`."


def verdict(question: Question, status: str, message: str = "", earned: int = 0) -> Result:
    """Make the result of a question."""
    return Result(question.id, question.title, status, earned, question.points, message)


@np.errstate(all="ignore")  # an answer may hold any number
def judge(question: Question, calls: Iterable[tuple[Arguments, Outcome]]) -> Result:
    """Judge what became of all calls, which are read one by one, so that a blank costs one call.

    Returns:
        Passed, or the most helpful fault: first a known mistake, then two results exchanged, an
        error, a wrong shape, a broken property, then the first entry that differs.
    """
    pairs: list[tuple[Arguments, Outcome]] = []
    for arguments, outcome in calls:
        if outcome.blank and not pairs:
            return verdict(question, NOT_STARTED)
        if outcome.stopped:
            return verdict(question, outcome.stopped, stopped(question, arguments, outcome))
        pairs.append((arguments, outcome))
    expected = [expected_outcome(question, arguments) for arguments, _ in pairs]
    trial = Trial(question, [a for a, _ in pairs], [o for _, o in pairs], expected)
    return replace(_judged(trial), way=trial.evaluation and round(trial.evaluation.share, 4))


def _judged(trial: "Trial") -> Result:
    question, pairs = trial.question, trial.outcomes
    earned, remark = trial.earned()
    if earned < question.points:  # right values break no truth but by rounding
        if mistake := trial.mistake():
            told = remark or ("" if trial.is_choice else trial.example())
            status = IN_PART if earned else WRONG
            found = verdict(question, status, f"{mistake.hint} {told}".strip(), earned)
            return replace(found, mistake=mistake.name)
        if trial.exchanged:
            a, b = trial.exchanged
            told = f"`{a}` and `{b}` come in the wrong order: return {', '.join(question.returns)}."
            return replace(verdict(question, WRONG, told), mistake=f"{a} and {b} exchanged")
        if fault := trial.error():
            memory = any(outcome.memory for outcome in pairs)
            return verdict(question, MEMORY if memory else ERROR, fault)
        if fault := trial.fault:
            return verdict(question, WRONG, fault)
        told = suspicion(trial.evaluation) if trial.evaluation else ""
        remark = f"{told} {remark}".strip()
    if fault := trial.changed():
        told = "The values are right, but your" if earned == question.points else "Your"
        return verdict(question, WRONG, f"{told} {fault} {remark}".strip())
    status = PASSED if earned == question.points else IN_PART if earned else WRONG
    return verdict(question, status, remark, earned)


def expected_outcome(question: Question, arguments: Arguments) -> Outcome:
    """Return what the reference gives; of networks, which differ, only the form."""
    if isinstance(question.comparison, Trained):
        return Outcome(tuple(question.comparison.form(*arguments)))
    return call(question.reference, arguments, question)


def stopped(question: Question, arguments: Arguments, outcome: Outcome) -> str:
    """Say in which call an answer was stopped, and why."""
    why = {
        TIMEOUT: f"It did not finish within {question.seconds:g} seconds. {question.late}".strip(),
        MEMORY: "It needed more memory than an answer may use.",
        CRASH: f"It ended the whole process{outcome.error}.",
    }[outcome.stopped]
    return f"{why} {given_by(question, arguments)}"


@dataclass(frozen=True)
class Trial:
    """A question, the arguments of every call, what came, and what the reference gives."""

    question: Question
    cases: list[Arguments]
    outcomes: list[Outcome]
    expected: list[Outcome]

    @property
    def close(self) -> Close:
        """How near two answers have to be to count as equal."""
        comparison = self.question.comparison
        return comparison if isinstance(comparison, Close) else Close()

    @functools.cached_property
    def by_size(self) -> list[int]:
        """Numbers of the cases, the smallest first: it is the easiest to understand."""
        return sorted(range(len(self.cases)), key=lambda i: size(self.cases[i]))

    def earned(self) -> tuple[int, str]:
        """Points for the values alone, and a remark on them."""
        if any(o.values is None for o in self.outcomes):
            return 0, ""
        if isinstance(self.question.comparison, Measured):
            return (0, "") if self.fault else self.measured(self.question.comparison)
        if isinstance(self.question.comparison, Trained):
            return (0, "") if self.fault else score(self.question, self.evaluation)
        pairs = zip(self.outcomes, self.expected, strict=True)
        right = all(same(o.values, e.values, self.close) for o, e in pairs)
        return (self.question.points if right else 0), ""

    def measured(self, measured: Measured) -> tuple[int, str]:
        """Score an open answer, and say what the next step asks for."""
        got, want = ([o.values for o in some] for some in (self.outcomes, self.expected))
        with np.errstate(all="ignore"):  # what is no number earns nothing
            score = measured.measure(self.cases, got, want)
        reached = [points for least, points in measured.steps if score >= least]
        earned = max(reached, default=0) if np.isfinite(score) else 0
        remark = measured.tell(score)
        if above := [(least, points) for least, points in measured.steps if score < least]:
            least, points = above[0]
            remark += f" From {least:g} on it is {points} point{'s' * (points != 1)}."
        return earned, remark

    @functools.cached_property
    def evaluation(self) -> questions.Evaluation | None:
        """Where a trained network stands: the worst, if there are several; None if none came."""
        trains = isinstance(self.question.comparison, Trained)
        if not trains or any(o.values is None for o in self.outcomes) or self.fault:
            return None
        with np.errstate(all="ignore"):  # a network may hold any number
            seen = list(map(self.evaluated, self.cases, self.outcomes, self.expected))
        return min(seen, key=lambda evaluation: evaluation.share)

    def evaluated(
        self, arguments: Arguments, outcome: Outcome, form: Outcome
    ) -> questions.Evaluation:
        """Look at one network; a prediction that is no such numbers is wrong, and no more."""
        *network, told = outcome.values
        want, evaluate = form.values[-1], self.question.comparison.evaluate
        if told.size == want.size and np.isfinite(told).all():
            return evaluate(arguments, *network, told.reshape(want.shape))
        name, n = self.question.returns[-1], want.size
        said = f"`{name}` should be {n} finite number{'s' * (n != 1)}: its point is lost."
        evaluation = evaluate(arguments, *network, np.full(want.shape, np.nan))
        return replace(evaluation, predicted=False, prediction=said)

    def slip(self) -> Mistake | None:
        """Find the first known mistake that shows in what a network does, or in what is said."""
        came = all(o.values is not None for o in self.outcomes)
        errors = " ".join([*(o.error for o in self.outcomes), self.fault if came else ""])
        for mistake in self.question.mistakes:
            if isinstance(mistake.shows, str):
                if mistake.shows and mistake.shows in errors:
                    return mistake
            elif self.evaluation and mistake.shows(self.evaluation):
                return mistake
        return None

    def mistake(self) -> Mistake | None:
        """Find the known wrong answer that gives the same values in every case."""
        if isinstance(self.question.comparison, Trained):
            return self.slip()
        for mistake in self.question.mistakes:
            if any(map(self.gives, mistake.answers)):
                return mistake
        return self.several()

    def several(self) -> Mistake | None:
        """Find known wrong answers for values that are wrong for different reasons, one by one."""
        left, found = set(range(len(self.question.returns))), []
        if not isinstance(self.question.comparison, Close) or len(left) < 2 or self.exchanged:
            return None
        left -= self.shared(left, self.expected)
        for mistake in self.question.mistakes:
            for answer in mistake.answers if left else ():
                came = [call(answer, case, self.question) for case in self.cases]
                if same_ones := self.shared(left, came):
                    left -= same_ones
                    found.append(mistake)
                    break
        return None if left or len(found) < 2 else questions.together(found)

    @functools.cached_property
    def exchanged(self) -> tuple[str, ...]:
        """Name the two results that stand in each other's place, if all is right but for that."""
        pairs = [(o.values, e.values) for o, e in zip(self.outcomes, self.expected, strict=True)]
        are = all(came for came, _ in pairs) and isinstance(self.question.comparison, Close)
        return exchanged(pairs, self.question.returns, self.close) if are else ()

    def shared(self, places: set[int], came: Sequence[Outcome]) -> set[int]:
        """Return those places of the values where every call gave what others gave."""
        pairs = [(o.values or (), c.values or ()) for o, c in zip(self.outcomes, came, strict=True)]
        return {
            k
            for k in places
            if all(k < len(a) and k < len(b) for a, b in pairs)
            and all(same((a[k],), (b[k],), self.close) for a, b in pairs)
        }

    @property
    def is_choice(self) -> bool:
        """Whether each answer is one whole number: to show the right one would give it away."""
        values = [value for e in self.expected for value in e.values or ()]
        return all(value.size == 1 and float(value.item()).is_integer() for value in values)

    def example(self) -> str:
        """Name the entry that differs in the smallest case in which one does, or return ''."""
        for i in self.by_size if isinstance(self.question.comparison, Close) else ():
            got, want = self.outcomes[i].values, self.expected[i].values
            if got is not None and not same(got, want, self.close):
                names = self.question.returns
                told = shape_fault(want, got, names)
                told = told or f"{difference(want, got, names, self.close)}."
                return f"{told} {self.case_shown(i)}"
        return ""

    def gives(self, answer: Callable) -> bool:
        """Say whether an answer gives what came, in every case."""
        return all(
            alike(outcome, call(answer, arguments, self.question), self.close)
            for arguments, outcome in zip(self.cases, self.outcomes, strict=True)
        )

    def error(self) -> str:
        """Tell the error of the smallest case that raised one."""
        for i in self.by_size:
            if self.outcomes[i].error:
                return f"{self.outcomes[i].error}. {self.case_shown(i)}"
        return ""

    @functools.cached_property
    def fault(self) -> str:
        """The first fault: of kind and shape, then of a property, then of an entry."""
        names = self.question.returns
        for i in self.by_size:
            if self.outcomes[i].invalid:
                odd = self.outcomes[i].invalid
                return f"It returned {odd}{'' if odd.endswith('?') else '.'} {self.case_shown(i)}"
        got = [o.values for o in self.outcomes]
        want = [e.values for e in self.expected]
        if isinstance(self.question.comparison, Trained):
            want = list(map(any_losses, want, got))
        for i in self.by_size:
            if fault := shape_fault(want[i], got[i], names):
                return f"{fault} {self.case_shown(i)}"
        for truth in self.question.properties:
            if fault := self.broken(truth, got):
                return fault
        return self.example()

    def broken(self, truth: questions.Property, got: Sequence) -> str:
        """Say that a property does not hold, or return ''."""
        said = f"This should be true of the answer, and is not: {truth.truth}."
        hint = f" {truth.hint}" if truth.hint else ""
        if truth.across:
            return "" if truth.holds(self.cases, got) else said + hint
        for i in self.by_size:
            if not truth.holds(self.cases[i], *got[i]):
                return f"{said}{hint} {self.case_shown(i)}"
        return ""

    def changed(self) -> str:
        """Say which argument was changed in place, or return ''."""
        for outcome in self.outcomes:
            if outcome.changed:
                name = outcome.changed[0]
                return (
                    f"function changes its argument `{name}` in place, and whoever calls it still "
                    f"needs it. That costs all points: work on a copy, `{name}.copy()`."
                )
        return ""

    def case_shown(self, i: int) -> str:
        """Write the arguments of a case, so that one can call the function with them."""
        return given_by(self.question, self.cases[i])


def given_by(question: Question, arguments: Arguments) -> str:
    """Write the arguments of a call in a sentence."""
    named = zip(question.arguments, arguments, strict=True)
    return f"This was for {', '.join(f'`{n}` = {show(a)}' for n, a in named)}."


def alike(a: Outcome, b: Outcome, close: Close) -> bool:
    """Say whether two calls came to the same: equal values, or an error of one kind in both.

    By its type alone, any crash would do: a hint would go to whoever does not need it.
    """
    if a.values is None or b.values is None:
        return a.kind == b.kind != ""
    return same(a.values, b.values, close)


def blamed(functions: Iterable[tuple[str, Iterable[str]]], marks: Sequence[Result]) -> Iterator:
    """Say of a wrong answer that it uses another question's, which is wrong: one fault, not two.

    For each question, there are its function, and those of others that the answer uses.
    """
    pairs = list(zip(functions, marks, strict=True))
    bad = WRONG, ERROR, TIMEOUT
    wrong = {function: mark.question for (function, _), mark in pairs if mark.status in bad}
    for (function, uses), mark in pairs:
        others = (name for name in uses if name in wrong and name != function)
        used = next(others, "") if mark.status in bad else ""
        told = f"This question uses your `{used}`, which was wrong in question {wrong.get(used)}."
        blame = {"message": f"{told} {mark.message}", "sketch": (), "shown": ""}
        yield replace(mark, **blame) if used else mark
