"""Backpropagation through time to step through: a network of four steps, in page and notebook.

Both run `widget.mjs`, which computes everything anew; only weights and word are given.
"""

import functools
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from jaxtyping import Inexact

from rnncourse.analysis.hello import LETTERS, WORD, H, hello_weights
from rnncourse.cells.rnn import RNNWeights
from rnncourse.viz import elements

SCRIPT = Path(__file__).with_name("widget.mjs")
STEPS = 4
SEED = 50
"""With it no unit saturates, and truncation changes length and direction of dW_hh visibly."""


def stepper_network(seed: int = SEED) -> tuple[RNNWeights, Inexact[np.ndarray, "1 H"]]:
    """Draw the weights and the first state that `bptt_stepper` shows, to two decimals.

    The state is not zero: it stands for earlier text, as truncated backpropagation through time
    carries it; and a zero state would hide the first step's share of dW_hh, which is h_0^T da_1.

    Args:
        seed: Decides both: the weights come from this seed, h_0 from the next.

    Returns:
        Weights for the letters h, e, l, o and three units, and h_0.
    """
    drawn = hello_weights(seed)
    weights = RNNWeights(**{name: value.round(2) for name, value in asdict(drawn).items()})
    h_0 = np.random.default_rng(seed + 1).uniform(-0.8, 0.8, (1, H)).round(2)
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
    return _widget()(network=json.dumps(network, separators=(",", ":")), word=word, k=k)


def element(network: str, word: str, k: int) -> str:
    """Return the HTML of the page's form.

    Args:
        network: JSON with letters, h_0 and weights; a bias is a matrix of one row.
        word: The word at first.
        k: How far gradients go back at first.
    """
    facts = {"network": network, "word": word, "k": k}
    sentence = (
        "Here you can step through backpropagation through time. In the book it needs "
        "JavaScript; in a notebook, run the cell."
    )
    return elements.element("bptt-stepper", SCRIPT, facts, sentence)


@functools.cache
def _widget() -> type:
    """Make the class of the widget, where there are widgets."""
    import traitlets

    class Stepper(elements.page_widget()):
        _esm = SCRIPT.read_text(encoding="utf-8")
        network = traitlets.Unicode().tag(sync=True)
        word = traitlets.Unicode().tag(sync=True)
        k = traitlets.Int().tag(sync=True)

        def _repr_html_(self) -> str:
            return element(self.network, self.word, self.k)

        def __repr__(self) -> str:
            return f"Stepper through {self.word!r}, gradients back at most {self.k} steps"

    return Stepper
