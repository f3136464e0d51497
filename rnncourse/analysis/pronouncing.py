"""Words and their sounds as batches, a pair of networks that says them, and how wrong it is.

A pair is an encoder, from letters `S B` to a state, and a decoder, from sounds `T B` and a state to
logits `T B V` and the next state.
"""

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor, nn

from rnncourse.data.pronunciations import BEGIN, END, PAD, SOUNDS, Pronunciation, Words, letter_ids
from rnncourse.decoding.beam import beam_search
from rnncourse.decoding.stepping import FunctionStepper, greedy
from rnncourse.models.decoder import shift_right

Row = tuple[str, Pronunciation]
MAX_LENGTH = 30
"""Symbols that may be said for a word, its end included."""
LENGTHS = ((1, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 9), (10, 10), (11, 12), (13, 99))
"""Numbers of letters that are counted together."""
SUFFIXES = ("s", "'s", "ed", "d", "ing", "er", "ly", "es", "'")
"""What makes one word a relative of another."""
_SOUND_IDS = {sound: i for i, sound in enumerate(SOUNDS)}


def edit_distance(a: Sequence, b: Sequence) -> int:
    """Count the fewest edits from one sequence to another: insert, delete or replace a token.

    Source: V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions and
    reversals", Soviet Physics Doklady 10 (1966).

    >>> edit_distance("seven", "eleven"), edit_distance("", "abc")
    (2, 3)
    """
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (x != y)))
        previous = row
    return previous[-1]


def encode_word(word: str) -> Int[Tensor, "S 1"]:
    """Return a word as a column of letters' places in `LETTERS`.

    Raises:
        ValueError: It is empty, or has other characters than letters and apostrophes.

    >>> encode_word("Ab").tolist()
    [[2], [3]]
    """
    return torch.tensor(letter_ids(word))[:, None]


def pack_words(pairs: Sequence[Row]) -> tuple[Int[Tensor, "S B"], Int[Tensor, "T B"]]:
    """Lay words of one length side by side.

    Args:
        pairs: Words of as many letters, each with one pronunciation.

    Returns:
        Letters, and sounds with `END` behind them, filled up with `PAD`.
    """
    longest = max(len(sounds) for _, sounds in pairs) + 1
    target = [[*map(_SOUND_IDS.get, sounds), END] for _, sounds in pairs]
    target = [ids + [PAD] * (longest - len(ids)) for ids in target]
    return torch.tensor([letter_ids(word) for word, _ in pairs]).T, torch.tensor(target).T


def group_by_length(pairs: Iterable[Row]) -> dict[int, list[Row]]:
    """Put rows together whose words have as many letters."""
    groups = defaultdict(list)
    for word, sounds in pairs:
        groups[len(word)].append((word, sounds))
    return groups


def batches(words: Words, B: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Draw batches for ever; words of a batch have one number of letters.

    Every pronunciation comes once before any comes again.

    Args:
        words: By word, what may be said for it.
        B: Words of a batch at most.
        seed: Of their order.

    Yields:
        Letters and sounds (`pack_words`).
    """
    rng = random.Random(seed)
    groups = group_by_length((word, sounds) for word, truths in words.items() for sounds in truths)
    while True:
        chunks = []
        for pairs in groups.values():
            rng.shuffle(pairs)
            for i in range(0, len(pairs), 8 * B):
                pool = sorted(pairs[i : i + 8 * B], key=lambda pair: len(pair[1]))
                chunks += [pool[j : j + B] for j in range(0, len(pool), B)]
        rng.shuffle(chunks)
        for pairs in chunks:
            yield pack_words(pairs)


def _make_stepper(decoder: nn.Module) -> FunctionStepper:
    def step(state, symbols):
        logits, state = decoder(torch.as_tensor(symbols)[None], state)
        return logits[0], state

    return FunctionStepper(step, BEGIN, END, lambda state, rows: state[:, rows.reshape(-1)])


@torch.no_grad()
def pronounce_all(
    encoder: nn.Module,
    decoder: nn.Module,
    words: Iterable[str],
    beam_size: int = 1,
    n_best: int = 1,
) -> dict[str, list[Pronunciation]]:
    """Say many words, those of one length together, and return the best for each, best first.

    Args:
        encoder: Reads.
        decoder: Speaks; nobody tells it.
        words: What to say.
        beam_size: Of the beam; 1 takes the likeliest symbol each time.
        n_best: How many are wanted; at most `beam_size`.
    """
    pronunciations, model = {}, _make_stepper(decoder)
    for pairs in group_by_length((word, ()) for word in words).values():
        (letters, _), B = pack_words(pairs), len(pairs)
        state = encoder(letters)
        if beam_size == 1:
            texts = [[text] for text in greedy(model, state, B, max_length=MAX_LENGTH)]
        else:
            texts = beam_search(
                model, state, B, beam_size=beam_size, max_length=MAX_LENGTH, length_penalty=0,
                count_eos=True, n_best=n_best,
            )  # fmt: skip
        for (word, _), ranked in zip(pairs, texts, strict=True):
            pronunciations[word] = [tuple(SOUNDS[i] for i in text.ids) for text in ranked]
    return pronunciations


class TeacherForced(NamedTuple):
    """A word's symbols, its end among them, when the decoder is told those before."""

    is_argmax: tuple[bool, ...]
    log_prob: float


@torch.no_grad()
def teacher_forced(
    encoder: nn.Module, decoder: nn.Module, pairs: Iterable[Row]
) -> dict[str, TeacherForced]:
    """Tell the decoder one pronunciation a word: is each symbol the likeliest, and how likely?

    Args:
        encoder: Reads.
        decoder: Is told the right symbols.
        pairs: Words, each once, with what is told.
    """
    scores = {}
    for group in group_by_length(pairs).values():
        source, target = pack_words(group)
        log_probs = decoder(shift_right(target, BEGIN), encoder(source))[0].log_softmax(-1)
        hits = (log_probs.argmax(-1) == target).T.tolist()
        is_real = target != PAD
        totals = (log_probs.gather(-1, target[..., None])[..., 0] * is_real).sum(0).tolist()
        for (word, sounds), hit, total in zip(group, hits, totals, strict=True):
            scores[word] = TeacherForced(tuple(hit[: len(sounds) + 1]), total)
    return scores


def error_rates(predicted: Mapping[str, Pronunciation], words: Words) -> tuple[float, float]:
    """Return word error rate and phoneme error rate, in percent.

        WER = wrong words / words        PER = edits to the nearest pronunciation / its sounds

    Args:
        predicted: What was said for each word.
        words: By word, what may be said; a word is right if one of these is met.
    """
    n_wrong = edits = sounds = 0
    for word, truths in words.items():
        d, n = min((edit_distance(predicted[word], truth), len(truth)) for truth in truths)
        n_wrong, edits, sounds = n_wrong + (d > 0), edits + d, sounds + n
    return 100 * n_wrong / len(words), 100 * edits / sounds


def error_rates_by_length(
    predicted: Mapping[str, Pronunciation], words: Words
) -> list[tuple[float, float]]:
    """Return `error_rates` for each of `LENGTHS`, NaN where there are no words."""
    subsets = (
        {word: truths for word, truths in words.items() if low <= len(word) <= high}
        for low, high in LENGTHS
    )
    nothing = math.nan, math.nan
    return [error_rates(predicted, subset) if subset else nothing for subset in subsets]


def make_relative_check(train: Words) -> Callable[[str], bool]:
    """Return what tells whether a word has a relative in training, one of `SUFFIXES` more or less.

    >>> has = make_relative_check({"walk": [], "bake": []})
    >>> has("walks"), has("baking"), has("talk")
    (True, True, False)
    """

    def has_relative(word: str) -> bool:
        stems = [word.removesuffix(end) for end in SUFFIXES if word.endswith(end)]
        return any(word + end in train for end in SUFFIXES) or any(
            len(stem) > 1 and (stem in train or stem + "e" in train) for stem in stems
        )

    return has_relative
