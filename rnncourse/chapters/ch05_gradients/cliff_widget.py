"""The cliff in the loss of one unit, live: choose a start and a bound, and see where descent goes.

Page and notebook run `cliff_widget.mjs`, which computes everything itself.
"""

from pathlib import Path

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


def gradient_cliff() -> object:
    """Show the loss of one unit over its two weights, and a descent on it.

        L = (h_50 - 0.7)^2,   h_t = sigmoid(w h_(t-1) + b)

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Source: `cliff.descend`; test_cliff_widget.py compares the two.
    """
    facts = {"w": 5.0, "b": -2.4, "kind": "none", "threshold": 0.1, "rate": 1.0, "updates": 5}
    return LIVE_FIGURE.show(facts, "Gradient descent on the cliff of a network of one unit")
