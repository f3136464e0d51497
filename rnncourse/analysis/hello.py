"""The smallest language model: four letters, one word, and a network that learns it.

Source: deck D, "Example: Character-level Language Model".
"""

from dataclasses import fields

import numpy as np
from jaxtyping import Inexact, Int

from rnncourse.cells.rnn import RNNWeights, rnn_step
from rnncourse.data.text import Vocabulary

LETTERS = Vocabulary("helo")
WORD = "hello"
H = 3


def hello_weights(seed: int = 0) -> RNNWeights:
    """Draw small random weights for the four letters and three hidden units."""
    rng = np.random.default_rng(seed)
    V = len(LETTERS)
    shapes = (V, H), (H, H), (H, V), (H,), (V,)
    return RNNWeights(*(0.5 * rng.normal(size=shape) for shape in shapes))


def log_probs(w: RNNWeights, ids: Int[np.ndarray, " T"]) -> Inexact[np.ndarray, "S V"]:
    """Return the logarithms of the probabilities of each next letter, one row a letter read.

    Args:
        w: Parameters.
        ids: The word; its last letter is not read, so S = T - 1.
    """
    one_hot, h = np.eye(len(LETTERS)), np.zeros((1, H))
    rows = []
    for i in ids[:-1]:
        y, h = rnn_step(one_hot[i][None], h, w)
        rows.append(y[0] - np.log(np.exp(y[0]).sum()))
    return np.array(rows)


def loss(w: RNNWeights, ids: Int[np.ndarray, " T"]) -> float | complex:
    """Return the average negative log-likelihood of each next letter, in nats."""
    return -log_probs(w, ids)[np.arange(len(ids) - 1), ids[1:]].mean()


def gradient(w: RNNWeights, ids: Int[np.ndarray, " T"], step: float = 1e-20) -> RNNWeights:
    """Differentiate the loss by each weight: by a complex step, exact to rounding.

    Adding i * step to one weight changes the loss by i * step * derivative, and
    nothing is subtracted that could cancel.

    Source: W. Squire and G. Trapp, "Using complex variables to estimate derivatives
    of real functions", SIAM Review 40 (1998).
    """
    slopes = {}
    for field in fields(w):
        value = getattr(w, field.name)
        slope = np.empty(value.shape)
        for index in np.ndindex(value.shape):
            point = value.astype(complex)
            point[index] += 1j * step
            slope[index] = loss(_replace(w, field.name, point), ids).imag / step
        slopes[field.name] = slope
    return RNNWeights(**slopes)


def update(w: RNNWeights, dw: RNNWeights, learning_rate: float) -> RNNWeights:
    """Take a step of gradient descent."""
    arrays = {
        field.name: getattr(w, field.name) - learning_rate * getattr(dw, field.name)
        for field in fields(w)
    }
    return RNNWeights(**arrays)


def learn_hello(updates: int = 300, learning_rate: float = 0.5) -> tuple[RNNWeights, list[float]]:
    """Train on the word until it is known.

    Args:
        updates: Steps of gradient descent.
        learning_rate: Of each. A negative one climbs the loss, that is, descends the
            log-likelihood, which is what deck A prints.

    Returns:
        The weights, and the loss before every update.
    """
    w, ids = hello_weights(), LETTERS.encode(WORD)
    losses = []
    for _ in range(updates):
        losses.append(float(loss(w, ids)))
        w = update(w, gradient(w, ids), learning_rate)
    return w, losses


def _replace(w: RNNWeights, name: str, value: np.ndarray) -> RNNWeights:
    return RNNWeights(**{f.name: getattr(w, f.name) for f in fields(w)} | {name: value})
