"""An invented spelling: letters, sounds, and four rules that are drawn anew each time.

Each letter but one has a sound of its own. Two letters in a row make one sound together; a letter
that is doubled sounds once; and one letter is silent. It stands at the end alone, and where it
stands there, the *first* sound of the word is another: so no one can say a word before it is read.
"""

from dataclasses import dataclass

import numpy as np

LETTERS, SOUNDS = 8, 9
END, BEGIN = SOUNDS, SOUNDS + 1
"""What is said after a word, and what the decoder hears before it."""
FILLER = -1
"""What fills a row up after `END`."""


@dataclass(frozen=True)
class Spelling:
    """The rules of one spelling.

    Args:
        letters: `(8,)`, the letters in an order of their own: the first two make one sound when
            they stand side by side, the last one is silent.
        sounds: `(9,)`, the sounds of the first seven letters in this order, then the one of the
            pair, and the one that a word begins with when its last letter is silent.
    """

    letters: np.ndarray
    sounds: np.ndarray


def sample_spelling(rng: np.random.Generator) -> Spelling:
    """Draw the rules of a spelling."""
    return Spelling(rng.permutation(LETTERS), rng.permutation(SOUNDS))


def sample_words(
    rng: np.random.Generator, spelling: Spelling, n: int, T: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw words of as many letters, and say them.

    Args:
        rng: What draws.
        spelling: The rules.
        n: Words.
        T: Letters of a word, 3 or more.

    Returns:
        The letters, `(n, T)`, from 0 to 7: half of the words have the pair on purpose, and half end
        in the silent letter. The sounds, `(n, T + 1)`, from 0 to 8, then `END`, then `FILLER`. And
        what somebody says who knows each letter's sound and none of the rules, `(n, T + 1)`.
    """
    ids, rows = rng.integers(LETTERS - 1, size=(n, T)), np.arange(n)
    pair_starts, has_pair = rng.integers(T - 1, size=n), rng.random(n) < 0.5
    for offset in 0, 1:
        ids[rows[has_pair], pair_starts[has_pair] + offset] = offset
    ids[rng.random(n) < 0.5, -1] = LETTERS - 1
    sounds, plain = np.full((2, n, T + 1), FILLER)
    for row, spoken, as_written in zip(ids.tolist(), sounds, plain, strict=True):
        for target, sound_ids in (spoken, _pronounce(row)), (as_written, row):
            target[: len(sound_ids) + 1] = [*(spelling.sounds[i] for i in sound_ids), END]
    return spelling.letters[ids], sounds, plain


def _pronounce(letters: list[int]) -> list[int]:
    """Say a word by all rules: from places in `Spelling.letters` to places in its sounds."""
    ends_silent = letters[-1] == LETTERS - 1
    spoken, t, letters = [], 0, letters[: len(letters) - ends_silent]
    while t < len(letters):
        is_pair = letters[t : t + 2] == [0, 1]
        is_doubled = t > 0 and letters[t] == letters[t - 1]
        if is_pair or not is_doubled:
            spoken.append(LETTERS - 1 if is_pair else letters[t])
        t += 2 if is_pair else 1
    return [LETTERS, *spoken[1:]] if ends_silent else spoken


def correct_words(predicted: np.ndarray, sounds: np.ndarray) -> np.ndarray:
    """Return which words are right, `(n,)`, from the first sound to the end; of `(n, T + 1)`."""
    return ((predicted == sounds) | (sounds < 0)).all(axis=1)


def describe_wrong_word(words: np.ndarray, sounds: np.ndarray, predicted: np.ndarray) -> str:
    """Tell of the first word, of `(n, T)`, that is not well said; "" where there is none."""
    correct = correct_words(predicted, sounds)
    if correct.all():
        return ""
    k = correct.argmin()
    spoken = [int(s) for s in sounds[k] if 0 <= s < END]
    answer = [int(s) for s in predicted[k]]
    answer = answer[: answer.index(END)] if END in answer else answer
    return f"The word {words[k].tolist()} says {spoken}; your network said {answer}."
