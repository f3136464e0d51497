"""Sequences of different lengths as one batch, and its mask."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Shaped


def pad(sequences: Sequence) -> tuple[Shaped[np.ndarray, "T B ..."], Bool[np.ndarray, "T B"]]:
    """Lay sequences side by side, time first, with zeros after the shorter ones.

    A column of the batch is a sequence. Padding is 0, and 0 may also be a
    token: the mask alone tells which entries are real.

    Args:
        sequences: One or more lists or arrays, `T_b ...`; if steps are arrays, all of one shape.

    Returns:
        The batch, as long as the longest sequence; and its mask, True at a real token.

    Raises:
        ValueError: If there is no sequence, or steps have different shapes.

    >>> batch, mask = pad([[5, 6, 7], [8]])
    >>> batch.tolist()
    [[5, 8], [6, 0], [7, 0]]
    >>> mask.sum(axis=0).tolist()
    [3, 1]
    """
    arrays = [np.asarray(sequence) for sequence in sequences]
    if not arrays or any(array.ndim == 0 for array in arrays):
        raise ValueError("pad() needs a list of sequences, at least one. Try: pad([sequence]).")
    nonempty = [array for array in arrays if len(array)]  # [] says nothing of kind and shape
    shapes = sorted({array.shape[1:] for array in nonempty})
    if len(shapes) > 1:
        raise ValueError(f"All steps must have one shape; got {shapes[0]} and {shapes[1]}.")
    lengths = np.array([len(array) for array in arrays])
    dtype = np.result_type(*nonempty) if nonempty else np.int64
    batch = np.zeros((lengths.max(), len(arrays), *(shapes[0] if shapes else ())), dtype)
    for b, array in enumerate(arrays):
        if len(array):
            batch[: len(array), b] = array
    return batch, np.arange(lengths.max())[:, None] < lengths
