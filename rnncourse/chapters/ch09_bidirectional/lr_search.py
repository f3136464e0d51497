"""The search of a learning rate, the same for all that are compared."""

from collections.abc import Callable, Sequence

from rnncourse.core.records import Record


def lr_search(
    score: Callable[[float], float], rates: Sequence[float], factor: float = 2.0, max_steps: int = 3
) -> dict[float, float]:
    """Try learning rates; go on beyond an edge as long as the best one lies there.

    Args:
        score: What a rate is worth, on validation data; more is better.
        rates: Where the search begins, in order.
        factor: From one rate to the next one beyond an edge.
        max_steps: How many rates may be added.

    Returns:
        The score of every rate that was tried, from the smallest on.

    >>> lr_search(lambda rate: -abs(rate - 8.0), (1.0, 2.0))
    {1.0: -7.0, 2.0: -6.0, 4.0: -4.0, 8.0: -0.0, 16.0: -8.0}
    """
    found = {rate: score(rate) for rate in rates}
    for _ in range(max_steps):
        best = max(found, key=found.get)
        if best not in (min(found), max(found)):
            break
        beyond = best * factor if best == max(found) else best / factor
        found[beyond] = score(beyond)
    return dict(sorted(found.items()))


def candidates(record: Record, key: str) -> dict[float, float]:
    """Return the scores that a record keeps of a search, by the rate.

    Args:
        record: With values `PLACE/RATE`.
        key: For instance `"rates/forward"`.
    """
    start = f"{key}/"
    keys = [key for key in record.values if key.startswith(start)]
    rates = {float(key.removeprefix(start)): float(record.value(key)) for key in keys}
    return dict(sorted(rates.items()))


def best_rate(record: Record, key: str, least: bool = False) -> float:
    """Return the rate of a search that was best.

    Args:
        record: With values `PLACE/RATE`.
        key: For instance `"rates/forward"`.
        least: Whether less is better, as of bits.
    """
    found = candidates(record, key)
    return (min if least else max)(found, key=found.get)
