"""The cliff in the loss of one unit, live: choose a start and a bound, and see where descent goes.

Page and notebook run `cliff_widget.mjs`, which computes everything itself.
"""

from pathlib import Path

from rnncourse.chapters.ch05_gradients.cliff import BOX, KINDS
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "gradient-cliff",
    Path(__file__).parent,
    "Here you can put a start on the cliff and see where gradient descent goes. In the book it "
    "needs JavaScript; in a notebook, run the cell.",
    "Drag the start; Play shows one update after the other. A step from the wall may throw the "
    "weights far away; a bound that is small enough keeps it short.",
    "cliff_widget",
)


def gradient_cliff(
    w: float | int = 5.0,
    b: float | int = -2.4,
    kind: str = "none",
    threshold: float | int = 0.1,
    rate: float | int = 1.0,
    updates: int = 5,
) -> object:
    """Show the loss of one unit over its two weights, and a descent on it.

        L = (h_50 - 0.7)^2,   h_t = sigmoid(w h_(t-1) + b)

    Args:
        w: Recurrent weight at the start; the reader can choose another, like all that follows.
        b: Bias at the start.
        kind: `"none"`, `"value"` or `"norm"`.
        threshold: Of the bound, from 0.01 to 10.
        rate: Learning rate, from 0.01 to 10.
        updates: How many at first, from 1 to 120.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If the start is not on the map, or there is no such bound.

    Source: `cliff.descend`; test_cliff_widget.py compares the two.
    """
    elements.check_ranges({"w": w, "b": b}, dict(zip("wb", BOX, strict=True)))
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}.")
    facts = {"w": w, "b": b, "kind": kind, "threshold": threshold, "rate": rate, "updates": updates}
    return LIVE_FIGURE.show(facts, "Gradient descent on the cliff of a network of one unit")
