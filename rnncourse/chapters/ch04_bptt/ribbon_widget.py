"""The gradient of one letter's loss as a ribbon, which can be cut, in page and notebook.

Both run `ribbon_widget.mjs`, which computes everything itself from the front page's plain network.
"""

from pathlib import Path

import numpy as np

from rnncourse.core.chapters import FOLDER
from rnncourse.models.weights import load
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "ribbon-home",
    Path(__file__).parent,
    "Here you can cut the way back of a gradient, and see what is left of it. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "The gradient on its way back: with each factor of ten the ribbon is narrower by the same "
    "step. Click a letter: the loss moves there. Click between two: the ribbon is cut. Below: what "
    "each step adds to the gradient of W.",
    "ribbon_widget",
    FOLDER / "ch01_sequences",
)
NAME, KIND = "montgomery", "English"
STEP, SCALE = 10, 0.5
"""What is shown first. With half of W the gradient shrinks on its way; as it is, it grows."""


def ribbon_home() -> object:
    """Show how one letter's loss goes back through a name, and what a cut leaves of its gradient.

        dL/dh_(t-1) = s W_hh^T da_t,   da_t = dL/dh_t * (1 - h_t^2),   L = -ln p(letter)
        share of step t = <da_t h_(t-1)^T, dL/dW_hh> / |dL/dW_hh|^2

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: PyTorch, in test_ribbon.py.
    """
    shares = {name: np.round(value, 4).tolist() for name, value in gradient_by_lag(SCALE).items()}
    facts = {"name": NAME, "kind": KIND, "at": STEP, "scale": SCALE}
    facts["first"] = elements.dump_json(shares)
    words = f"The gradient of the loss at letter {STEP} of {NAME!r} as a ribbon, which can be cut"
    return LIVE_FIGURE.show(facts, words, ("names",))


def gradient_by_lag(scale: float = 1.0) -> dict[str, np.ndarray]:
    """Go back from the loss that is shown first.

    Args:
        scale: s, what W_hh is multiplied by.

    Returns:
        `nats`, the loss; and from the loss back, for each step, `lengths` of dL/dh and `shares` of
        dL/dW_hh.
    """
    arrays, metadata = load("names", LIVE_FIGURE.weights)
    w = {name: array.astype(float) for name, array in arrays.items()}
    W_hh = scale * w["carry.weight"]
    letters = metadata["vocabulary"]
    ids = [len(letters) + metadata["kinds"].index(KIND), *map(letters.index, NAME)]
    hs = [np.zeros(len(W_hh))]
    for i in ids:
        a = w["read.weight"][:, i] + w["read.bias"] + W_hh @ hs[-1]
        hs.append(np.tanh(a))
    p = np.exp(w["answer.weight"] @ hs[STEP] + w["answer.bias"])
    p /= p.sum()
    dh = (p - np.eye(len(p))[ids[STEP]]) @ w["answer.weight"]
    lengths, gradients = [], []
    for t in range(STEP, 0, -1):
        lengths.append(np.linalg.norm(dh))
        da = dh * (1 - hs[t] ** 2)
        gradients.append(np.outer(da, hs[t - 1]))
        dh = da @ W_hh
    total = sum(gradients)
    shares = [(gradient * total).sum() / (total**2).sum() for gradient in gradients]
    return {"nats": -np.log(p[ids[STEP]]), "lengths": lengths, "shares": shares}
