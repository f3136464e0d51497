"""Deck A's relative frequencies, as printed, beside our counts.

Source: A, "Motivation". Its first line has p(w_1 | w_1) on the left; p(w_2 | w_1) is meant.
"""

from rnncourse.models.counting import NGramError


def count(text: str, run: str) -> int:
    """Count a run of characters in a text; runs may overlap.

    >>> count("banana", "ana")
    2
    """
    return sum(text.startswith(run, t) for t in range(len(text) - len(run) + 1))


def compute_frequency_a(text: str, u: str, w: str) -> float:
    """Estimate p(w | u) as deck A does: count(u w) / count(u).

    Ours divides by c(u), the sum over w of c(u, w). The two differ in one place: where the text
    ends with u, count(u) is larger by 1, because nothing follows there.

    Args:
        text: The training text.
        u: Context, not empty.
        w: Next character.

    Returns:
        Between 0 and 1. Over all w they sum to 1, or to less if the text ends with u.

    Raises:
        NGramError: If u does not occur.

    >>> compute_frequency_a("banana", "n", "a"), compute_frequency_a("banana", "a", "n")
    (1.0, 0.6666666666666666)
    """
    if not count(text, u):
        raise NGramError(f"The context {u!r} does not occur. Try: a context from the text.")
    return count(text, u + w) / count(text, u)
