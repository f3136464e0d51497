"""Pairs of sequences whose true alignment is known by construction.

A sentence and its translation are written from one list of facts: the units of
a number, the day of a date. A piece of the one belongs to a piece of the other
where both say the same fact. So the gold alignment is not judged by a person and
not guessed by a program: it is what the generator did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

END, START = "<end>", "<start>"


@dataclass(frozen=True)
class Piece:
    """A part of a text, and what it says.

    Args:
        text: For instance `"drei"` or `" hundred"`.
        facts: What it says, for instance `("units",)`; none for what only joins.
        kind: What kind of part it is, for scores by kind.
    """

    text: str
    facts: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class TokenPair:
    """A source, its target, and which positions of the source each target position comes from.

    Args:
        source: Tokens: characters, or whole pieces.
        target: Tokens, without an end.
        links: For each target position the positions of the source that say the same;
            empty where nothing does.
        kinds: For each target position the kind of its piece; "" for one that only joins.
        starts_piece: For each target position, whether it is the first of its piece.
        key: What the pair says, the same in all languages: a split goes by it.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    links: tuple[tuple[int, ...], ...]
    kinds: tuple[str, ...]
    starts_piece: tuple[bool, ...]
    key: str


@dataclass(frozen=True)
class PairData:
    """Pairs in three parts; no content is in two of them.

    Args:
        train: To fit on.
        valid: To choose settings on.
        test: Only ever scored.
        sources: All tokens of the source language: fixed by the language, not by what was drawn.
        targets: All tokens of the target language, after the end and the start.
    """

    train: tuple[TokenPair, ...]
    valid: tuple[TokenPair, ...]
    test: tuple[TokenPair, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def eos_id(self) -> int:
        """The place of the end among the targets."""
        return self.targets.index(END)

    @property
    def bos_id(self) -> int:
        """The place of what a decoder is told before its first token."""
        return self.targets.index(START)

    def ids(self, pairs: Iterable[TokenPair]) -> tuple[list[list[int]], list[list[int]]]:
        """Turn pairs into the places of their tokens: sources, and targets without an end.

        Raises:
            ValueError: If a vocabulary lacks a token.
        """
        pairs = tuple(pairs)
        sources = [to_ids(pair.source, self.sources) for pair in pairs]
        return sources, [to_ids(pair.target, self.targets) for pair in pairs]


def make_pair(
    source: Sequence[Piece], target: Sequence[Piece], key: str, characters: bool = True
) -> TokenPair:
    """Link each token of the target to those tokens of the source that say the same.

    Args:
        source: Pieces.
        target: Pieces.
        key: What both say.
        characters: Whether a token is a character; else a piece, without the spaces around it.

    >>> twenty_one = [Piece("twenty", ("tens",)), Piece("-"), Piece("one", ("units",))]
    >>> german = [Piece("ein", ("units",)), Piece("und"), Piece("zwanzig", ("tens",))]
    >>> make_pair(twenty_one, german, "21", characters=False).links
    ((2,), (), (0,))
    """
    tokens, owners = _cut_tokens(source, characters)
    targets, target_owners = _cut_tokens(target, characters)
    fact_places: dict[str, list[int]] = {}
    for i, owner in enumerate(owners):
        if not tokens[i].isspace():
            for fact in source[owner].facts:
                fact_places.setdefault(fact, []).append(i)
    links, starts_piece, started_pieces = [], [], set()
    for token, owner in zip(targets, target_owners, strict=True):
        is_blank = token.isspace()
        facts = () if is_blank else target[owner].facts
        links.append(tuple(sorted({i for fact in facts for i in fact_places.get(fact, ())})))
        starts_piece.append(not is_blank and owner not in started_pieces)
        started_pieces |= set() if is_blank else {owner}
    kinds = tuple(target[owner].kind for owner in target_owners)
    return TokenPair(tuple(tokens), tuple(targets), tuple(links), kinds, tuple(starts_piece), key)


def _cut_tokens(pieces: Sequence[Piece], characters: bool) -> tuple[list[str], list[int]]:
    """Cut pieces into tokens, and say of each which piece it is from."""
    parts = [list(p.text) if characters else p.text.split() for p in pieces]
    owners = [i for i, part in enumerate(parts) for _ in part]
    return [token for part in parts for token in part], owners


def list_tokens(texts: Iterable[Sequence[Piece]], characters: bool = True) -> tuple[str, ...]:
    """Return the different tokens of some texts, in order.

    >>> list_tokens([[Piece("ein"), Piece("und"), Piece("zwanzig")]], characters=False)
    ('ein', 'und', 'zwanzig')
    """
    return tuple(sorted({token for text in texts for token in _cut_tokens(text, characters)[0]}))


def to_ids(tokens: Sequence[str], vocabulary: Sequence[str]) -> list[int]:
    """Turn tokens into their places in a vocabulary.

    Raises:
        ValueError: If the vocabulary lacks one.

    >>> to_ids("ba", (END, START, "a", "b"))
    [3, 2]
    """
    index = {token: i for i, token in enumerate(vocabulary)}
    missing = [token for token in tokens if token not in index]
    if missing:
        raise ValueError(f"The vocabulary lacks {missing[0]!r}. Try: that of the same data.")
    return [index[token] for token in tokens]
