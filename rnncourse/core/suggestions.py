"""Words that nobody knows: the one that was meant."""

import difflib
from collections.abc import Collection


def did_you_mean(word: str, known: Collection[str]) -> str:
    """End a sentence about an unknown word with the nearest known one.

    Args:
        word: What was written.
        known: What could have been written.

    Returns:
        A question, or the known words when none is near, or a full stop when there are none.

    >>> did_you_mean("verdct", ["claim", "verdict"])
    "; did you mean 'verdict'?"
    >>> did_you_mean("x", ["claim", "verdict"])
    '; known: claim, verdict.'
    """
    if close := difflib.get_close_matches(word, known, n=1):
        return f"; did you mean {close[0]!r}?"
    if not (names := list(known)):
        return "."
    return f"; known: {', '.join(names if len(names) < 9 else [*names[:3], '…', names[-1]])}."


def find_nearest_name(name: str, known: Collection[str], exact: bool = False) -> str:
    """Return the name that stands for another: but for capitals and underscores the same, or short.

    Args:
        name: What it should be.
        known: What there is.
        exact: Whether all letters have to be the same.

    Returns:
        The nearest one, or "" if none is near.

    >>> find_nearest_name("total_derivative", ["total", "totalDerivative"])
    'totalDerivative'
    >>> find_nearest_name("total_derivative", ["total_derivate"])
    'total_derivate'
    >>> find_nearest_name("bigram_counts", ["counts"])
    ''
    >>> find_nearest_name("turn", ["turned", "return_all"])
    'turned'
    >>> find_nearest_name("turn", ["turned"], exact=True)
    ''
    >>> find_nearest_name("count_parameters", ["params", "count_params"], exact=True)
    'count_params'
    """
    if abbreviations := [entry for entry in known if entry != name and _is_shortened(entry, name)]:
        return abbreviations[0]
    by_letters = {entry.replace("_", "").casefold(): entry for entry in known if entry != name}
    word = name.replace("_", "").casefold()
    matches = difflib.get_close_matches(word, by_letters, 1, 1 if exact else 0.88)
    if not exact:  # another form of it, as of a verb
        matches += [
            o for o in by_letters if len(word) > 3 and o.startswith(word) and len(o) < len(word) + 4
        ]
    return by_letters[matches[0]] if matches else ""


def _is_shortened(short: str, name: str) -> bool:
    """Say whether each word is that of a name, or leaves out letters of it behind the first."""
    words, full_words = short.casefold().split("_"), name.casefold().split("_")
    return len(words) == len(full_words) and all(map(_is_abbreviation, words, full_words))


def _is_abbreviation(short: str, word: str) -> bool:
    letters = iter(word)
    in_order = all(letter in letters for letter in short)
    return short == word or (len(short) > 2 and short[0] == word[0] and in_order)
