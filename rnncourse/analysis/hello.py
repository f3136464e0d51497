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


def log_probs(
    w: RNNWeights, ids: Int[np.ndarray, " T"], carried: bool = True
) -> Inexact[np.ndarray, "S V"]:
    """Return the logarithms of the probabilities of each next letter, one row a letter read.

    Args:
        w: Parameters.
        ids: The word; its last letter is not read, so S = T - 1.
        carried: Whether a step is given the state of the one before; else zeros, so that the
            network sees one letter only.
    """
    one_hot, h = np.eye(len(LETTERS)), np.zeros((1, H))
    rows = []
    for i in ids[:-1]:
        y, h = rnn_step(one_hot[i][None], h if carried else 0 * h, w)
        rows.append(y[0] - np.log(np.exp(y[0]).sum()))
    return np.array(rows)


def loss(w: RNNWeights, ids: Int[np.ndarray, " T"], carried: bool = True) -> float | complex:
    """Return the average surprise at each next letter, in nats."""
    return -log_probs(w, ids, carried)[np.arange(len(ids) - 1), ids[1:]].mean()


def gradient(
    w: RNNWeights, ids: Int[np.ndarray, " T"], carried: bool = True, step: float = 1e-20
) -> RNNWeights:
    """Differentiate the loss by each weight: by a complex step, exact to rounding.

    Adding i * step to one weight changes the loss by i * step * derivative, and
    nothing is subtracted that could cancel.

    Source: W. Squire and G. Trapp, "Using complex variables to estimate derivatives
    of real functions", SIAM Review 40 (1998).
    """
    found = {}
    for field in fields(w):
        value = getattr(w, field.name)
        slope = np.empty(value.shape)
        for place in np.ndindex(value.shape):
            moved = value.astype(complex)
            moved[place] += 1j * step
            slope[place] = loss(_replace(w, field.name, moved), ids, carried).imag / step
        found[field.name] = slope
    return RNNWeights(**found)


def update(w: RNNWeights, dw: RNNWeights, learning_rate: float) -> RNNWeights:
    """Take a step of gradient descent."""
    moved = {
        field.name: getattr(w, field.name) - learning_rate * getattr(dw, field.name)
        for field in fields(w)
    }
    return RNNWeights(**moved)


def learn_hello(
    updates: int = 300, learning_rate: float = 0.5, seed: int = 0, carried: bool = True
) -> tuple[RNNWeights, list[float]]:
    """Train on the word until it is known.

    Args:
        updates: Steps of gradient descent.
        learning_rate: Of each. A negative one climbs the loss, that is, descends the
            log-likelihood, which is what deck A prints.
        seed: Of the weights at the beginning.
        carried: Whether the network keeps its state; see `log_probs`.

    Returns:
        The weights, and the loss before every update.
    """
    w, ids = hello_weights(seed), LETTERS.encode(WORD)
    losses = []
    for _ in range(updates):
        losses.append(float(loss(w, ids, carried)))
        w = update(w, gradient(w, ids, carried), learning_rate)
    return w, losses


def draw(
    w: RNNWeights,
    rng: np.random.Generator,
    samples: int,
    first: str = "h",
    length: int = 4,
    carried: bool = True,
) -> list[str]:
    """Let the network write many times at once: a letter is drawn, and is its next input.

    Args:
        w: Parameters.
        rng: Where the draws come from.
        samples: How many texts.
        first: The letter that each begins with.
        length: Letters that are drawn.
        carried: Whether the network keeps its state; see `log_probs`.
    """
    one_hot, h = np.eye(len(LETTERS)), np.zeros((samples, H))
    ids = [np.repeat(LETTERS.encode(first), samples)]
    for _ in range(length):
        y, h = rnn_step(one_hot[ids[-1]], h if carried else 0 * h, w)
        heaps = np.exp(y).cumsum(1)
        ids.append((heaps < rng.random((samples, 1)) * heaps[:, -1:]).sum(1))
    return [LETTERS.decode(row) for row in np.stack(ids, axis=1)]


def word_log10(w: RNNWeights) -> float:
    """Return the logarithm, to base 10, of the probability of the word after its first letter."""
    ids = LETTERS.encode(WORD)
    return float(log_probs(w, ids)[np.arange(len(ids) - 1), ids[1:]].sum() / np.log(10))


def loss_gap(w: RNNWeights) -> float:
    """Compare the loss with the negative log-likelihood, computed from the product.

    Returns:
        The difference between the loss and minus the logarithm of the product of the
        probabilities of the right letters, over their number.
    """
    ids = LETTERS.encode(WORD)
    product = np.exp(log_probs(w, ids)[np.arange(len(ids) - 1), ids[1:]]).prod()
    return float(abs(loss(w, ids) + np.log(product) / (len(ids) - 1)))


def _replace(w: RNNWeights, name: str, value: np.ndarray) -> RNNWeights:
    return RNNWeights(**{f.name: getattr(w, f.name) for f in fields(w)} | {name: value})
