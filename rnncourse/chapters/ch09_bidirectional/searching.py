"""The search of a learning rate, the same for all that are compared."""

from collections.abc import Callable, Sequence

from rnncourse.core.records import Record


def searched(
    score: Callable[[float], float], rates: Sequence[float], factor: float = 2.0, most: int = 3
) -> dict[float, float]:
    """Try learning rates; go on beyond an edge as long as the best one lies there.

    Args:
        score: What a rate is worth, on validation data; more is better.
        rates: Where the search begins, in order.
        factor: From one rate to the next one beyond an edge.
        most: How many rates may be added.

    Returns:
        The score of every rate that was tried, from the smallest on.

    >>> searched(lambda rate: -abs(rate - 8.0), (1.0, 2.0))
    {1.0: -7.0, 2.0: -6.0, 4.0: -4.0, 8.0: -0.0, 16.0: -8.0}
    """
    found = {rate: score(rate) for rate in rates}
    for _ in range(most):
        best = max(found, key=found.get)
        if best not in (min(found), max(found)):
            break
        beyond = best * factor if best == max(found) else best / factor
        found[beyond] = score(beyond)
    return dict(sorted(found.items()))


def tried(record: Record, place: str) -> dict[float, float]:
    """Return the scores that a record keeps of a search, by the rate.

    Args:
        record: With values `PLACE/RATE`.
        place: For instance `"rates/forward"`.
    """
    start = f"{place}/"
    keys = [key for key in record.values if key.startswith(start)]
    rates = {float(key.removeprefix(start)): float(record.value(key)) for key in keys}
    return dict(sorted(rates.items()))


def best_rate(record: Record, place: str, least: bool = False) -> float:
    """Return the rate of a search that was best.

    Args:
        record: With values `PLACE/RATE`.
        place: For instance `"rates/forward"`.
        least: Whether less is better, as of bits.
    """
    found = tried(record, place)
    return (min if least else max)(found, key=found.get)
