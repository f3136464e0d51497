"""What a student reads about a network that was trained: where it stands, its loss, an example."""

from collections.abc import Sequence

import numpy as np

from rnncourse.grading.questions import Question, Standing, stretches

_BARS = "▁▂▃▄▅▆▇█"
_WIDE = 20
_MOST = 1e6
"""A loss beyond this is drawn as this: whoever made it may have made any number."""


def told_of(question: Question, standing: Standing) -> tuple[int, str]:
    """Return the points for a network and the prediction, and what to say about both."""
    steps = question.comparison.steps
    earned = max((points for least, points in steps if standing.share >= least), default=0)
    told = [where(standing), curve(standing.losses, standing.label)]
    if above := [least for least, _ in steps if standing.share < least]:
        told += [f"More points begin at {above[0]:.0%} of the way.", standing.example]
    if not standing.predicted:
        told.append(standing.prediction)
    elif not earned:
        told.append("Your prediction is right, and counts as soon as the network earns a point.")
    return earned + (standing.predicted and earned > 0), " ".join(filter(None, told))


def suspicion(standing: Standing) -> str:
    """Say what a loss that climbs again may come from."""
    low, last = standing.low, standing.last
    if standing.label != Standing.label or last < low + max(0.3, 0.25 * (standing.first - low)):
        return ""
    return (
        f"Your loss falls to {low:.2f} and climbs again, to {last:.2f}. Are the gradients of "
        "earlier updates cleared, is their norm clipped, and is the rate small enough at the end?"
    )


def where(standing: Standing) -> str:
    """Draw the way from the baseline to the reference, with the network on it.

    >>> names = "a table {:.1f}", "{:.1f} right", "all {:.1f}"
    >>> where(Standing(0.6, 0.2, 1.0, names, np.ones(1)))
    'You are here: a table 0.2 `├─────────●──────────┤` all 1.0: 0.6 right, 50% of the way.'
    """
    values = standing.baseline, standing.here, standing.reference
    low, here, high = map(str.format, standing.names, values)
    at = round(standing.share * (_WIDE - 1))
    way = "".join("●" if i == at else "─" for i in range(_WIDE))
    return f"You are here: {low} `├{way}┤` {high}: {here}, {standing.share:.0%} of the way."


def curve(losses: np.ndarray, name: str = "Loss by update") -> str:
    """Draw a loss curve in a line: the means of up to 20 stretches, and the ends as numbers.

    >>> curve(np.array([2.0, 1.0, 0.0]))
    'Loss by update: `█▅▁`, from 2.00 to 0.00.'
    """
    finite = np.clip(losses[np.isfinite(losses)], -_MOST, _MOST)
    if not len(finite):
        return f"{name}: no finite number."
    means = stretches(finite)
    low, high = means.min(), means.max()
    heights = (means - low) / (high - low) if high > low else 0 * means
    bars = "".join(_BARS[round(height * (len(_BARS) - 1))] for height in heights)
    return f"{name}: `{bars}`, from {means[0]:.2f} to {means[-1]:.2f}."


def free(want: Sequence[np.ndarray], got: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Let there be any number of losses but 0, and any prediction: it costs its own point only."""
    *weights, losses, _ = want
    weights = [
        np.zeros((len(g), *w.shape[1:])) if w.shape[:1] == (0,) and g.ndim else w
        for w, g in zip(weights, got, strict=False)
    ]
    told = got[-2]
    losses = np.zeros(len(told)) if told.ndim == 1 and len(told) else losses
    return *weights, losses, got[-1]
