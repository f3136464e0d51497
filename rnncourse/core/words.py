"""Sentences about words that nobody knows."""

import difflib
from collections.abc import Collection


def meant(word: str, known: Collection[str]) -> str:
    """End a sentence about an unknown word with the nearest known one.

    Args:
        word: What was written.
        known: What could have been written.

    Returns:
        A question, or the known words when none is near, or a full stop when there are none.

    >>> meant("verdct", ["claim", "verdict"])
    "; did you mean 'verdict'?"
    >>> meant("x", ["claim", "verdict"])
    '; known: claim, verdict.'
    """
    if close := difflib.get_close_matches(word, known, n=1):
        return f"; did you mean {close[0]!r}?"
    if not (names := list(known)):
        return "."
    return f"; known: {', '.join(names if len(names) < 9 else [*names[:3], '…', names[-1]])}."
