"""What the loaders share: padded batches, a split by hash, and the check of what was read."""

import hashlib
import importlib.metadata
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from jaxtyping import Bool, Shaped

Item = TypeVar("Item")


class DataWarning(UserWarning):
    """Data differ from those that the course's numbers were measured on."""


def pad(
    sequences: Sequence,
) -> tuple[Shaped[np.ndarray, "T B ..."], Bool[np.ndarray, "T B"]]:
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
    filled = [array for array in arrays if len(array)]  # [] says nothing of kind and shape
    shapes = sorted({array.shape[1:] for array in filled})
    if len(shapes) > 1:
        raise ValueError(f"All steps must have one shape; got {shapes[0]} and {shapes[1]}.")
    lengths = np.array([len(array) for array in arrays])
    dtype = np.result_type(*filled) if filled else np.int64
    batch = np.zeros((lengths.max(), len(arrays), *(shapes[0] if shapes else ())), dtype)
    for b, array in enumerate(arrays):
        if len(array):
            batch[: len(array), b] = array
    return batch, np.arange(lengths.max())[:, None] < lengths


class Parts(NamedTuple, Generic[Item]):
    """Data in three parts, which share nothing.

    Args:
        train: To fit on: about 80 %.
        valid: To choose settings on: about 10 %.
        test: Only ever scored: about 10 %.
    """

    train: tuple[Item, ...]
    valid: tuple[Item, ...]
    test: tuple[Item, ...]


def divide(items: Iterable[Item], key: Callable[[Item], str], seed: int = 0) -> Parts[Item]:
    """Divide items into about 80 % training, 10 % validation and 10 % test.

    The part is read off the SHA-256 of seed and key alone. So items of one key
    stay together, and an item that comes or goes moves no other one.

    Args:
        items: Anything, in any order.
        key: What of an item must not be in two parts.
        seed: Which division; the course uses 0, 1 and 2.

    Returns:
        The three parts, each in the order of `items`.

    >>> [len(part) for part in divide(range(1000), key=str)]
    [802, 107, 91]
    """
    parts: tuple[list[Item], list[Item], list[Item]] = ([], [], [])
    for item in items:
        tenth = int(hashed(f"{seed}:{key(item)}")[:8], 16) % 10
        parts[max(0, tenth - 7)].append(item)  # 0 ... 7, 8, 9
    return Parts(*map(tuple, parts))


def hashed(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal: an order that no library can change."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_pinned(what: str, lines: Iterable[str], pinned: str, distributions: Sequence[str]):
    """Warn in one sentence if the content is not the one the course's numbers came from.

    Args:
        what: What was read, in the plural, for instance `"place names"`.
        lines: The content.
        pinned: The SHA-256 of the content that was measured, in hexadecimal.
        distributions: The packages that it was read from.

    Warns:
        DataWarning: If the content has another SHA-256.
    """
    if hashed("\n".join(lines)) != pinned:
        listed = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in distributions)
        warnings.warn(
            f"These {what} are not the ones the course's numbers were measured on ({listed}): "
            "install the versions in constraints.txt to see the same numbers.",
            DataWarning,
            stacklevel=3,
        )
