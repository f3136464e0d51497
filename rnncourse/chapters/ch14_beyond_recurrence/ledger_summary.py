"""What chapter 14's page counts of the ledger, and reads of the record."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rnncourse.core.chapters import list_chapters
from rnncourse.core.records import Record


def count_by_subject(ledger: Mapping[str, Any]) -> dict[str, Counter]:
    """Count the judged claims of each chapter by verdict, in the order of the book.

    Args:
        ledger: All claims.

    Returns:
        By the chapter's title. A claim that several chapters measure counts in the first.
    """
    counts: dict[str, Counter] = {}
    for chapter in list_chapters():
        names = {page.name for page in chapter.pages}
        verdicts = [
            claim.verdict
            for claim in ledger.values()
            if claim.chapters and claim.chapters[0] in names and claim.verdict != "shown"
        ]
        if verdicts:
            counts[chapter.title] = Counter(verdicts)
    return counts


def title_of_claim(claim: Any) -> str:
    """Return the title of the chapter that measured a claim first."""
    for chapter in list_chapters():
        if claim.chapters[0] in {page.name for page in chapter.pages}:
            return chapter.title
    raise ValueError(f"{claim.id} has no chapter of the book.")


def seed_values(record: Record, key: str) -> np.ndarray:
    """Return what was recorded of each seed, `KEY/0`, `KEY/1`, and so on.

    Args:
        record: The chapter's.
        key: What stands before the seed.
    """
    values = []
    while f"{key}/{len(values)}" in record.values:
        values.append(record.value(f"{key}/{len(values)}"))
    return np.array(values)


def format_range(values: Iterable[float]) -> str:
    """Write least to most, once if both read alike.

    >>> format_range([0.523, 0.518]), format_range([0.2, 0.34, 0.3])
    ('0.52', '0.20 to 0.34')
    """
    limits = [f"{limit:.2f}" for limit in (min(values), max(values))]
    return " to ".join(dict.fromkeys(limits))


def best_rate_at_edge(record: Record, names: Iterable[str]) -> list[str]:
    """Name the networks whose best rate was the smallest or the largest that they tried.

    Args:
        record: The chapter's.
        names: Networks whose rates were searched.
    """
    chosen = {name: int(np.argmin(record.value(f"search/{name}"))) for name in names}
    last_index = {name: len(record.value(f"search/{name}")) - 1 for name in names}
    return [name for name in chosen if chosen[name] in (0, last_index[name])]


def describe_rate_edges(names: Iterable[str]) -> str:
    """Say it in words.

    >>> describe_rate_edges([])
    'For each, the best lay between two others.'
    >>> describe_rate_edges(["LSTM", "GRU"])
    'For LSTM and GRU the best was the last one to a side, so a better one may lie beyond.'
    """
    if not (names := " and ".join(names)):
        return "For each, the best lay between two others."
    return f"For {names} the best was the last one to a side, so a better one may lie beyond."
