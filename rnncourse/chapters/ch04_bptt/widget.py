"""Backpropagation through time to step through: a network of four steps, in page and notebook.

Both run `widget.mjs`, which computes everything anew; only weights and word are given.
"""

from dataclasses import asdict
from pathlib import Path

import numpy as np
from jaxtyping import Inexact

from rnncourse.analysis.hello import LETTERS, WORD, H, hello_weights
from rnncourse.cells.rnn import RNNWeights
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "bptt-stepper",
    Path(__file__).parent,
    "Here you can step through backpropagation through time. In the book it needs JavaScript; in a "
    "notebook, run the cell.",
    "Backpropagation through time, number by number. Step through a word and back: on the way "
    "back each step adds its share to the gradient. Below 0 is hollow, or a foot; the ring "
    "is around the target.",
)
STEPS = 4
SEED = 50
"""With it no unit saturates, and truncation changes length and direction of dW_hh visibly."""


def stepper_network() -> tuple[RNNWeights, Inexact[np.ndarray, "1 H"]]:
    """Draw the weights and the first state that `bptt_stepper` shows, to two decimals.

    The state is not zero: it stands for earlier text, as truncated backpropagation through time
    carries it; and a zero state would hide the first step's share of dW_hh, which is h_0^T da_1.

    Returns:
        Weights for the letters h, e, l, o and three units, and h_0.
    """
    unrounded = hello_weights(SEED)
    weights = RNNWeights(**{name: value.round(2) for name, value in asdict(unrounded).items()})
    h_0 = np.random.default_rng(SEED + 1).uniform(-0.8, 0.8, (1, H)).round(2)
    return weights, h_0


def bptt_stepper(word: str = WORD, k: int | float = STEPS) -> object:
    """Show forward and backward through four steps, with every number and every gradient.

        L = mean over t of -ln softmax(y_t)[target_t]
        dh_t = dy_t W_hy^T + da_{t+1} W_hh^T,   da_t = dh_t * (1 - h_t^2)
        dW_hh = sum over t of h_{t-1}^T da_t,   and so on

    Args:
        word: Five letters out of h, e, l, o: four inputs, and after each the right next letter.
        k: Gradients go back at most so many steps, 1 to 4: da_{t+1} W_hh^T counts as 0 where t is
            a multiple of k. The reader can change both.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If it is no such word, or no such number.

    Source: `rnncourse.cells.rnn.rnn_step_backward`; test_widget.py compares the two.
    """
    letters = LETTERS.characters
    if len(word) != STEPS + 1 or not set(word) <= set(letters):
        raise ValueError(f"word must be five letters out of h, e, l, o; got {word!r}.")
    if k not in range(1, STEPS + 1):
        raise ValueError(f"k must be 1, 2, 3 or 4; got {k!r}.")
    weights, h_0 = stepper_network()
    arrays = {name: np.atleast_2d(value).tolist() for name, value in asdict(weights).items()}
    network = {"letters": letters, "h_0": h_0[0].tolist(), **arrays}  # a bias is one row
    words = f"Stepper through {word!r}, gradients back at most {k} steps"
    return LIVE_FIGURE.show({"network": elements.dump_json(network), "word": word, "k": k}, words)
