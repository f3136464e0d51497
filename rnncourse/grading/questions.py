"""What a question is: its reference, its inputs, and the wrong answers that people give.

A question holds data and small functions only. `rnncourse.grading.writing` is how one is
written, and `rnncourse.grading.judging` is what judges by it.
"""

import functools
import importlib
import inspect
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

Arguments = tuple[object, ...]
"""What one call is made with: arrays, numbers and strings."""

SEPARATOR = "; "
"""What stands between the names of mistakes that were made together."""
Values = tuple[np.ndarray, ...]
"""What one call gave: one array for each name in `Question.returns`."""


@dataclass(frozen=True)
class Tolerance:
    """Answers are right when every number is as near as this to the reference's.

    The default forgives float32, and `rnncourse selfcheck` proves it. Where the terms of a sum
    cancel, float32 is relatively far off, so the absolute tolerance decides: on 2,000 seeds no
    reference in float32 was further off than 2.4e-6.
    """

    rtol: float = 1e-5
    atol: float = 1e-5

    @property
    def forgives_float32(self) -> bool:
        """Whether an answer may be computed in float32."""
        return self.rtol >= Tolerance.rtol and self.atol >= Tolerance.atol

    def agree(self, a: np.ndarray, b: np.ndarray) -> bool:
        """Say whether all numbers are as near as this; NaN is near nothing. For properties."""
        return bool(np.allclose(a, b, self.rtol, self.atol))


EXACT = Tolerance(0.0, 0.0)
LARGE_SIZE = 200
"""Of an input to a question on gradients, the size at which a run for each parameter is too slow.

No rule on words tells a gradient that is derived from one by differences or by complex steps. Time
does: one input with this many units costs the first milliseconds, and the second minutes.
"""
LARGE_WIDTH = 40_000
"""The width at which even a run for all rows of a batch is too slow.

Such an input has two rows and few units, so that plain loops over its numbers take a second.
"""
DERIVE_HINT = (
    "One input is large on purpose: to run everything once for each of its numbers, as differences "
    "do, takes minutes. A gradient that is derived takes milliseconds, and in plain loops a few "
    "seconds: look for what your loops compute again and again."
)
"""What whoever is late reads there: see `Question.timeout_hint`."""


@dataclass(frozen=True)
class ScoreComparison:
    """Open answers: no reference decides, a number does.

    Args:
        measure: From the arguments of all calls, their values and the reference's values to
            a score, higher is better.
        steps: Pairs of a score and the points from there on, ascending.
        describe: From the score to a sentence about it.
    """

    measure: Callable[[list, list, list], float]
    steps: tuple[tuple[float, int], ...]
    describe: Callable[[float], str]


MAX_LOSS = 1e6
"""A loss beyond this is taken for this: whoever made it may have made any number."""


def average_segments(losses: np.ndarray) -> np.ndarray:
    """Return the means of up to 20 equal segments of the losses, in order; none is beyond 1e6."""
    segments = np.array_split(np.clip(losses, -MAX_LOSS, MAX_LOSS), min(20, len(losses)))
    return np.array([part.mean() for part in segments])


class HeldOutCase(tuple):
    """The arguments of a call, and what is held out of the task that they were drawn from.

    A copy of the arguments goes to the answer. What is held out does not: new data, the truth.
    """

    def __new__(cls, arguments: Iterable[object], held_out: object) -> "HeldOutCase":
        """Add what is held out to arguments."""
        case = super().__new__(cls, arguments)
        case.held_out = held_out
        return case


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Where a network stands that an answer trained, as the judge found by running it.

    Args:
        score: What it can do, for instance the share of letters that are right.
        baseline: What `score` is without any training that is worth points.
        reference: What `score` is of a network that was trained well.
        templates: Of these three a text, each with a place for the number.
        losses: One for each update, as many as the answer has told.
        example: One thing that the network gets wrong, as a sentence; "" if there is none.
        is_prediction_right: Whether the prediction was right.
        hint: What to say of a prediction that is wrong.
        facts: What else the judge has seen, to tell mistakes apart.
        label: What the losses are, in a few words.
    """

    score: float
    baseline: float
    reference: float = 1.0
    templates: tuple[str, str, str]
    losses: np.ndarray
    example: str = ""
    is_prediction_right: bool = False
    hint: str = ""
    facts: Mapping[str, float] = field(default_factory=dict)
    label: str = "Loss by update"

    @property
    def progress(self) -> float:
        """How far it is on the way from the baseline, 0, to the reference, 1."""
        way = (self.score - self.baseline) / (self.reference - self.baseline)
        return float(min(max(way, 0.0), 1.0)) if np.isfinite(way) else 0.0

    @property
    def first_loss(self) -> float:
        """The first loss."""
        return self.losses[0]

    @property
    def last_loss(self) -> float:
        """The mean loss of the last segment."""
        return average_segments(self.losses)[-1]

    @property
    def lowest_loss(self) -> float:
        """The mean loss of the lowest segment."""
        return average_segments(self.losses).min()


@dataclass(frozen=True)
class NetworkComparison:
    """The answer trains a network on data drawn anew, and the judge runs what comes back.

    The last point is for the prediction, and only a network that has earned others earns it. The
    prediction is the last value: one that is missing costs this point. The losses stand before it;
    there may be any number of them.

    Args:
        form: From the arguments of a call to arrays with the shapes of what it should return; a
            first axis of 0 stands for any number.
        evaluate: From the arguments of a call and what it returned to where the network stands.
        steps: Pairs of a share of the way from baseline to reference and the points from there on.
    """

    form: Callable[..., Values]
    evaluate: Callable[..., Evaluation]
    steps: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class Property:
    """Something that is true of every right answer.

    Args:
        statement: What should be true, as a sentence without its full stop.
        predicate: From the arguments (a tuple) and the values (one each) to a verdict.
            Across cases: from the list of all arguments and the list of all values.
        across_cases: Whether it compares the answers to several cases.
        hint: What to look at when it does not hold.
    """

    statement: str
    predicate: Callable[..., bool]
    across_cases: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give.

    Args:
        name: The misconception in a few words.
        answer: The wrong answer as code.
        hint: What a student reads whose function gives the same values.
        other_answers: More wrong answers that the same hint helps.
        raises: The types of the errors that its answers may raise, by name; any other is a slip of
            whoever wrote the mistake.
        symptom: Where no two answers give the same numbers: from where the network stands to
            whether this mistake shows, or what stands in the error that it raises.
    """

    name: str
    answer: Callable
    hint: str
    other_answers: tuple[Callable, ...] = ()
    raises: tuple[str, ...] = ()
    symptom: Callable[[Evaluation], bool] | str = ""

    @property
    def answers(self) -> tuple[Callable, ...]:
        """All its wrong answers."""
        return self.answer, *self.other_answers


def combine_mistakes(mistakes: list[Mistake]) -> Mistake:
    """Return what to say of several mistakes in one answer."""
    hints = " ".join(mistake.hint for mistake in mistakes)
    hint = f"Several mistakes at once; each of these hints speaks of one alone. {hints}"
    return Mistake(SEPARATOR.join(mistake.name for mistake in mistakes), mistakes[0].answer, hint)


@dataclass(frozen=True)
class Equivalent:
    """A mutant of the reference that is no mistake: no input could tell them apart.

    Args:
        change: What `rnncourse selfcheck` says that it changes, without file and line.
        reason: Why it changes nothing.
    """

    change: str
    reason: str


@dataclass(frozen=True)
class Question:
    """One question of an assignment: everything that is needed to judge an answer.

    Args:
        id: For instance `"02-bigrams"`: the number of the chapter, then a word.
        title: A few words.
        level: `recall`, `apply`, `derive`, `build` or `project`.
        points: For a right answer.
        function: The name of the function that the student writes.
        reference: The right answer; its parameters are the student's parameters.
        returns: A name for each value that the function returns.
        inputs: From a random generator to argument tuples, edge cases included,
            the cheapest first.
        comparison: `Tolerance`, `EXACT`, `ScoreComparison` or `NetworkComparison`.
        properties: Checked when the answer is no known mistake.
        mistakes: The known wrong answers.
        equivalent: The mutants that are right answers.
        shortcuts: Those of `rnncourse.grading.authoring.shortcuts` that may earn points, by name:
            why.
        packages: What the answer may import besides the standard library.
        provided: Dotted names of constants in the course that it may import: text, numbers, arrays.
        seconds: How long all calls together may take, before the answer counts as hanging.
        timeout_hint: What a student reads besides whose answer takes longer.
    """

    id: str
    title: str
    level: str
    points: int
    function: str
    reference: Callable
    returns: tuple[str, ...]
    inputs: Callable[[np.random.Generator], Iterable[Arguments]]
    comparison: Tolerance | ScoreComparison | NetworkComparison = field(default_factory=Tolerance)
    properties: tuple[Property, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    equivalent: tuple[Equivalent, ...] = ()
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    packages: tuple[str, ...] = ("numpy",)
    provided: tuple[str, ...] = ()
    seconds: float = 10.0
    timeout_hint: str = ""

    def __post_init__(self):
        if not re.fullmatch(r"\d\d-[a-z0-9-]+", self.id) or self.points < 1:
            raise ValueError(f"{self.id}: an id is like 02-bigrams, and points are 1 or more.")

    @functools.cached_property
    def arguments(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return tuple(inspect.signature(self.reference).parameters)

    @property
    def is_open(self) -> bool:
        """Whether no reference decides: more draws would be more luck."""
        return not isinstance(self.comparison, Tolerance)

    @property
    def has_optional_last(self) -> bool:
        """Whether the last value may be missing: it is a prediction."""
        return isinstance(self.comparison, NetworkComparison)

    @property
    def allowed_imports(self) -> tuple[str, ...]:
        """What an answer may import besides the standard library."""
        return self.packages + self.provided

    @functools.cached_property
    def constants(self) -> dict[str, object]:
        """What is given, by its dotted name.

        Raises:
            ValueError: If something is neither text nor numbers, as a function of the course is.
        """
        values = {}
        for dotted in self.provided:
            module, _, name = dotted.rpartition(".")
            value = getattr(importlib.import_module(module), name)
            if not isinstance(value, str | int | float | np.ndarray | np.number):
                raise ValueError(f"{self.id}: {dotted} is given, and no text, number or array.")
            values[dotted] = value
        return values

    def cases(self, seed: int = 0) -> Iterator[Arguments]:
        """Make the inputs: the same for the same seed, other ones for another."""
        rng = np.random.default_rng([seed, zlib.crc32(self.id.encode())])
        yield from self.inputs(rng)
