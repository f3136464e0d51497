"""A split by hash, and the check that the data are those that the course measured."""

import hashlib
import importlib.metadata
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

Item = TypeVar("Item")


class DataWarning(UserWarning):
    """Data differ from those that the course's numbers were measured on."""


class Splits(NamedTuple, Generic[Item]):
    """Data in three parts, which share nothing.

    Args:
        train: To fit on: about 80 %.
        valid: To choose settings on: about 10 %.
        test: Only ever scored: about 10 %.
    """

    train: tuple[Item, ...]
    valid: tuple[Item, ...]
    test: tuple[Item, ...]


def split_items(items: Iterable[Item], key: Callable[[Item], str], seed: int = 0) -> Splits[Item]:
    """Divide items into about 80 % training, 10 % validation and 10 % test.

    The part is read off the SHA-256 of seed and key alone. So items of one key
    stay together, and an item that comes or goes moves no other one.

    Args:
        items: Anything, in any order.
        key: What of an item must not be in two parts.
        seed: Which division; the course uses 0, 1 and 2.

    Returns:
        The three parts, each in the order of `items`.

    >>> [len(part) for part in split_items(range(1000), key=str)]
    [802, 107, 91]
    """
    parts: tuple[list[Item], list[Item], list[Item]] = ([], [], [])
    for item in items:
        tenth = int(sha256_hex(f"{seed}:{key(item)}")[:8], 16) % 10
        parts[max(0, tenth - 7)].append(item)  # 0 ... 7, 8, 9
    return Splits(*map(tuple, parts))


def sha256_hex(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal: an order that no library can change."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_pinned(
    title: str, lines: Iterable[str], pinned: str, distributions: Sequence[str]
) -> None:
    """Warn in one sentence if the content is not the one the course's numbers came from.

    Args:
        title: What was read, in the plural, for instance `"place names"`.
        lines: The content.
        pinned: The SHA-256 of the content that was measured, in hexadecimal.
        distributions: The packages that it was read from.

    Warns:
        DataWarning: If the content has another SHA-256.
    """
    if sha256_hex("\n".join(lines)) != pinned:
        listed = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in distributions)
        warnings.warn(
            f"These {title} are not the ones the course's numbers were measured on ({listed}): "
            "install the versions in constraints.txt to see the same numbers.",
            DataWarning,
            stacklevel=3,
        )
