"""How well texts were written: exact match, tokens, edits and BLEU.

All four take the texts that were written and the right ones, as sequences of tokens without an end.
"""

from collections.abc import Sequence


class MetricError(ValueError):
    """Numbers that cannot be measured."""


Texts = Sequence[Sequence[str]]


def exact_match(hypotheses: Texts, references: Texts) -> float:
    """Return the share of texts that are right from the first token to the last.

    Args:
        hypotheses: What came.
        references: What should have come.

    Returns:
        From 0 to 1.

    Raises:
        MetricError: If there is no text, or not as many of the one as of the other.

    >>> exact_match(["ein", "zwo"], ["ein", "zwei"])
    0.5
    """
    _check_lengths(hypotheses, references)
    return sum(tuple(w) == tuple(r) for w, r in zip(hypotheses, references, strict=True)) / len(
        references
    )


def token_accuracy(hypotheses: Texts, references: Texts) -> float:
    """Return the share of places at which the right token stands.

        sum of the places that agree / sum of the longer lengths

    A token too many or too few moves all behind it, and they count as wrong: it is a hard
    measure of a text that ran free.

    Args:
        hypotheses: What came.
        references: What should have come.

    Returns:
        From 0 to 1; 1 if all texts are empty, as they should be.

    >>> token_accuracy(["einz", "eei"], ["eins", "ei"])  # 3 + 1 of 4 + 3
    0.5714285714285714
    """
    _check_lengths(hypotheses, references)
    pairs = list(zip(hypotheses, references, strict=True))
    n_places = sum(max(len(w), len(r)) for w, r in pairs)
    n_right = sum(a == b for w, r in pairs for a, b in zip(w, r, strict=False))
    return n_right / n_places if n_places else 1.0


def bleu(hypotheses: Texts, references: Texts) -> float:
    """Return BLEU of all texts together, by sacrebleu, with the tokens as they are.

        100 * min(1, exp(1 - r / c)) * (p_1 p_2 p_3 p_4) ** (1 / 4)

    where p_n is the share of runs of n tokens that the right text of the same pair has too,
    and c and r are the numbers of tokens written and right. Nothing is tokenized and no letter
    made small (tokenize none, case mixed, one reference); a p_n of 0 is smoothed
    (exponentially, sacrebleu's default). A character may be a token: say which it was.

    Args:
        hypotheses: What came.
        references: What should have come.

    Returns:
        From 0 to 100.

    Raises:
        ModuleNotFoundError: If sacrebleu is not installed.

    Source: K. Papineni, S. Roukos, T. Ward and W.-J. Zhu, "BLEU: a method for automatic
    evaluation of machine translation", ACL 2002; M. Post, "A call for clarity in reporting BLEU
    scores", WMT 2018.

    >>> round(bleu([["ein", "und", "zwanzig", "Uhr"]], [["ein", "und", "zwanzig", "Uhr"]]), 6)
    100.0
    """
    from sacrebleu.metrics.bleu import BLEU  # it takes a moment, and one measure needs it

    _check_lengths(hypotheses, references)
    lines = [[_join_tokens(text) for text in texts] for texts in (hypotheses, references)]
    return float(BLEU(tokenize="none", force=True).corpus_score(lines[0], [lines[1]]).score)


def _join_tokens(text: Sequence[str]) -> str:
    """Write tokens in a line with spaces between; white space in a token becomes a sign."""
    signs = ("".join(f"␣{ord(c)}" if c.isspace() else c for c in token) for token in text)
    return " ".join(signs)


def _check_lengths(hypotheses: Texts, references: Texts) -> None:
    if len(hypotheses) != len(references) or not len(references):
        raise MetricError(
            f"Each text needs its right one, and there must be one; got {len(hypotheses)} written "
            f"and {len(references)} right."
        )
