"""Delayed recall: name the first symbol of a sequence after all the others have been read.

Generated, so there is no end of sequences, and the difficulty is set by one number. The task is a
relative of those in S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation
9 (1997), section 5.2.
"""

import numpy as np
from jaxtyping import Float, Int

SYMBOLS = 4


def recall_batch(
    rng: np.random.Generator, B: int, lag: int, same: bool = True
) -> tuple[Float[np.ndarray, "T B D"], Int[np.ndarray, " B"]]:
    """Draw sequences: one symbol of four, then distractors that mean nothing.

    Args:
        rng: Where they come from.
        B: How many.
        lag: How many distractors, and so how many steps the symbol must be kept.
        same: The distractors are the same four symbols, so that only its place tells what to
            remember; else four others.

    Returns:
        One-hot inputs, `lag + 1` steps of 4 or 8 symbols; and which symbol came first, 0 to 3.
    """
    first_symbols = rng.integers(SYMBOLS, size=B)
    distractors = rng.integers(SYMBOLS, size=(lag, B)) + (0 if same else SYMBOLS)
    one_hot = np.eye(SYMBOLS if same else 2 * SYMBOLS)
    return one_hot[np.concatenate([first_symbols[None], distractors])], first_symbols
