"""Models small enough to check by hand: from a context to the next character."""

import numpy as np


def make_constant_model(*probs):
    """A model that expects the same after every context."""
    return lambda context: np.array(probs, dtype=float)


def make_markov_model(*rows):
    """A model that looks at the last character only; row 0 holds at the beginning."""
    table = np.array(rows, dtype=float)
    return lambda context: table[context[-1] if len(context) else 0]
