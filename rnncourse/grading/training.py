"""What a student reads about a network that was trained: where it stands, its loss, an example."""

from collections.abc import Sequence

import numpy as np

from rnncourse.grading.questions import Evaluation, Question, average_segments

_BARS = "▁▂▃▄▅▆▇█"
_SCALE_WIDTH = 20
_MAX_LOSS = 1e6
"""A loss beyond this is drawn as this: whoever made it may have made any number."""


def award_points(question: Question, evaluation: Evaluation) -> tuple[int, str]:
    """Return the points for a network and the prediction, and what to say about both."""
    steps = question.comparison.steps
    earned = max(
        (points for threshold, points in steps if evaluation.share >= threshold), default=0
    )
    notes = [draw_scale(evaluation), draw_losses(evaluation.losses, evaluation.label)]
    if next_thresholds := [threshold for threshold, _ in steps if evaluation.share < threshold]:
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
    position = round(evaluation.share * (_SCALE_WIDTH - 1))
    scale = "".join("●" if i == position else "─" for i in range(_SCALE_WIDTH))
    return (
        f"You are here: {low} `├{scale}┤` {high}: {at_network}, {evaluation.share:.0%} of the way."
    )


def draw_losses(losses: np.ndarray, label: str = Evaluation.label) -> str:
    """Draw a loss curve in a line: the means of up to 20 segments, and the ends as numbers.

    >>> draw_losses(np.array([2.0, 1.0, 0.0]))
    'Loss by update: `█▅▁`, from 2.00 to 0.00.'
    """
    finite = np.clip(losses[np.isfinite(losses)], -_MAX_LOSS, _MAX_LOSS)
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
