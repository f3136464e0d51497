"""A network that was trained: what is compared, and what a student reads about it."""

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rnncourse.grading.calling import CallOutcome
from rnncourse.grading.comparing import Comparer
from rnncourse.grading.questions import (
    Arguments,
    Evaluation,
    Mistake,
    Question,
    average_segments,
)

_BARS = "▁▂▃▄▅▆▇█"
_SCALE_WIDTH = 20


def award_points(question: Question, evaluation: Evaluation) -> tuple[int, str]:
    """Return the points for a network and the prediction, and what to say about both."""
    steps = question.comparison.steps
    earned = max(
        (points for threshold, points in steps if evaluation.progress >= threshold), default=0
    )
    notes = [draw_scale(evaluation), draw_losses(evaluation.losses, evaluation.label)]
    if next_thresholds := [threshold for threshold, _ in steps if evaluation.progress < threshold]:
        notes += [f"More points begin at {next_thresholds[0]:.0%} of the way.", evaluation.example]
    if not evaluation.is_prediction_right:
        notes.append(evaluation.hint)
    elif not earned:
        notes.append("Your prediction is right, and counts as soon as the network earns a point.")
    return earned + (evaluation.is_prediction_right and earned > 0), " ".join(filter(None, notes))


def explain_rise(evaluation: Evaluation) -> str:
    """Say what a loss that climbs again may come from."""
    lowest, last = evaluation.lowest_loss, evaluation.last_loss
    if evaluation.label != Evaluation.label or last < lowest + max(
        0.3, 0.25 * (evaluation.first_loss - lowest)
    ):
        return ""
    return (
        f"Your loss falls to {lowest:.2f} and climbs again, to {last:.2f}. Are the gradients of "
        "earlier updates cleared, is their norm clipped, and is the rate small enough at the end?"
    )


def draw_scale(evaluation: Evaluation) -> str:
    """Draw the way from the baseline to the reference, with the network on it.

    >>> templates = "a table {:.1f}", "{:.1f} right", "all {:.1f}"
    >>> draw_scale(Evaluation(score=0.6, baseline=0.2, templates=templates, losses=np.ones(1)))
    'You are here: a table 0.2 `├─────────●──────────┤` all 1.0: 0.6 right, 50% of the way.'
    """
    values = evaluation.baseline, evaluation.score, evaluation.reference
    low, at_network, high = map(str.format, evaluation.templates, values)
    position = round(evaluation.progress * (_SCALE_WIDTH - 1))
    scale = "".join("●" if i == position else "─" for i in range(_SCALE_WIDTH))
    way = f"{evaluation.progress:.0%} of the way"
    return f"You are here: {low} `├{scale}┤` {high}: {at_network}, {way}."


def draw_losses(losses: np.ndarray, label: str = Evaluation.label) -> str:
    """Draw a loss curve in a line: the means of up to 20 segments, and the ends as numbers.

    >>> draw_losses(np.array([2.0, 1.0, 0.0]))
    'Loss by update: `█▅▁`, from 2.00 to 0.00.'
    """
    finite = losses[np.isfinite(losses)]
    if not len(finite):
        return f"{label}: no finite number."
    means = average_segments(finite)
    low, high = means.min(), means.max()
    heights = (means - low) / (high - low) if high > low else 0 * means
    bars = "".join(_BARS[round(height * (len(_BARS) - 1))] for height in heights)
    return f"{label}: `{bars}`, from {means[0]:.2f} to {means[-1]:.2f}."


def allow_any_losses(
    expected: Sequence[np.ndarray], actual: Sequence[np.ndarray]
) -> tuple[np.ndarray, ...]:
    """Let there be any number of losses but 0, and any prediction: it costs its own point only."""
    *weights, losses, _ = expected
    weights = [
        np.zeros((len(a), *w.shape[1:])) if w.shape[:1] == (0,) and a.ndim else w
        for w, a in zip(weights, actual, strict=False)
    ]
    reported = actual[-2]
    losses = np.zeros(len(reported)) if reported.ndim == 1 and len(reported) else losses
    return *weights, losses, actual[-1]


class NetworkComparer(Comparer):
    """The judge runs the network that came."""

    @staticmethod
    def reference(question: Question, arguments: Arguments) -> CallOutcome:
        """Return the form of what should come: networks differ."""
        return CallOutcome(tuple(question.comparison.form(*arguments)))

    def score(self) -> tuple[int, str]:
        """Score the network and the prediction."""
        return award_points(self.question, self.evaluation)

    @property
    def expected_values(self) -> list:
        """Shapes, for any number of losses."""
        return list(
            map(allow_any_losses, super().expected_values, [o.values for o in self.outcomes])
        )

    @functools.cached_property
    def first_fault(self) -> str:
        """The first fault; of losses, of which there may be any number, no shape is asked for."""
        name = self.question.returns[-2]
        for values in (o.values for o in self.outcomes if o.values is not None):
            if values[-2].ndim != 1 or not values[-2].size:
                what = f"has shape {values[-2].shape}" if values[-2].ndim else "is a single number"
                return f"`{name}` should be a row of one number or more; it {what}."
        return super().first_fault

    @functools.cached_property
    def evaluation(self) -> Evaluation | None:
        """Where a trained network stands: the worst, if there are several; None if none came."""
        if any(o.values is None for o in self.outcomes) or self.first_fault:
            return None
        with np.errstate(all="ignore"):  # a network may hold any number
            evaluations = list(map(self.evaluate_network, self.cases, self.outcomes, self.expected))
        return min(evaluations, key=lambda evaluation: evaluation.progress)

    def evaluate_network(
        self, arguments: Arguments, outcome: CallOutcome, form: CallOutcome
    ) -> Evaluation:
        """Look at one network; a prediction that is no such numbers is wrong, and no more."""
        *network, outputs = outcome.values
        target, evaluate = form.values[-1], self.question.comparison.evaluate
        if outputs.size == target.size and np.isfinite(outputs).all():
            return evaluate(arguments, *network, outputs.reshape(target.shape))
        name, n = self.question.returns[-1], target.size
        sentence = f"`{name}` should be {n} finite number{'s' * (n != 1)}: its point is lost."
        evaluation = evaluate(arguments, *network, np.full(target.shape, np.nan))
        return replace(evaluation, is_prediction_right=False, hint=sentence)

    def find_mistake(self) -> Mistake | None:
        """Find the first known mistake that shows in what a network does, or in what is said."""
        all_returned = all(o.values is not None for o in self.outcomes)
        errors = " ".join(
            [*(o.error for o in self.outcomes), self.first_fault if all_returned else ""]
        )
        for mistake in self.question.mistakes:
            if isinstance(mistake.symptom, str):
                if mistake.symptom and mistake.symptom in errors:
                    return mistake
            elif self.evaluation and mistake.symptom(self.evaluation):
                return mistake
        return None
