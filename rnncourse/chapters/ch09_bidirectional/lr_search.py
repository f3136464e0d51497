"""The search of a learning rate, the same for all that are compared."""

from rnncourse.core.records import Record


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
