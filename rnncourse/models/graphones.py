"""Spelling and sound without a network: which letter says what, by counting.

Each letter of a word says none, one or two of its sounds, in order; a letter with what it says is
a graphone. Which goes with which is found by expectation and maximization.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from jaxtyping import Float, Int

from rnncourse.data.pronunciations import LETTERS, SOUNDS, letter_ids
from rnncourse.models.counting import SYMBOL_BITS, count_orders
from rnncourse.models.ngram import NGramQuery, NGrams, interpolate
from rnncourse.models.smoothing import KneserNey

Pronunciation = tuple[str, ...]
Pairs = Iterable[tuple[str, Pronunciation]]
MAX_SOUNDS = 2
"""Sounds that one letter may say: x says K S, and one u says Y UW."""


class Alignment:
    """Probabilities of what each letter says, and the likeliest division of a word's sounds.

    With x the letters, and y the sounds, divided into one piece a letter:

        p(y | x) = sum over divisions of the product of p(piece_i | x_i)

    Args:
        iterations: Of expectation and maximization.

    Source: M. Bisani and H. Ney, "Joint-sequence models for grapheme-to-phoneme conversion",
    Speech Communication 50 (2008), for graphones; oracle in tests/models/test_graphones.py.
    """

    def __init__(self, iterations: int = 12):
        self.iterations = iterations
        L, S = len(LETTERS), len(SOUNDS)
        self.p = [np.full((L, S**k), share / S**k) for k, share in enumerate((0.2, 0.7, 0.1))]

    def fit(self, pairs: Pairs) -> "Alignment":
        """Learn from words and what is said for them; those with too many sounds are left out."""
        groups = [(x, y) for _, x, y in _group_by_shape(pairs)]
        for _ in range(self.iterations):
            counts = [np.zeros_like(p) for p in self.p]
            for x, y in groups:
                for count, probs, keys in zip(
                    counts, self._compute_expected(x, y), _number_pieces(x, y), strict=True
                ):
                    shape = count.shape
                    indices = np.broadcast_to(x[..., None] * shape[1], keys.shape) + keys
                    occurrences = np.bincount(indices.ravel(), probs.ravel(), count.size)
                    count += occurrences.reshape(shape)
            total = sum(count.sum(1, keepdims=True) for count in counts) + 1e-9
            self.p = [count / total for count in counts]
        return self

    def _look_up_probs(self, x, y) -> list[Float[np.ndarray, "B n J"]]:
        """Return by number of sounds k the probability that letter i says those from j to j + k."""
        return [p[x[..., None], keys] for p, keys in zip(self.p, _number_pieces(x, y), strict=True)]

    def _compute_expected(self, x, y) -> list[Float[np.ndarray, "B n J"]]:
        """Return how likely each piece is, given the whole word: forward times backward."""
        (B, n), m, scores = x.shape, y.shape[1], self._look_up_probs(x, y)
        forward, backward = np.zeros((2, n + 1, B, m + 1))
        forward[0, :, 0] = backward[n, :, m] = 1
        for i in range(n):
            for k, score in enumerate(scores):
                forward[i + 1, :, k:] += forward[i, :, : m + 1 - k] * score[:, i]
        for i in reversed(range(n)):
            for k, score in enumerate(scores):
                backward[i, :, : m + 1 - k] += backward[i + 1, :, k:] * score[:, i]
        total = np.maximum(forward[n, :, m], 1e-300)[:, None, None]
        forward, backward = forward.transpose(1, 0, 2), backward.transpose(1, 0, 2)
        return [
            forward[:, :-1, : m + 1 - k] * score * backward[:, 1:, k:] / total
            for k, score in enumerate(scores)
        ]

    def align(self, pairs: Pairs) -> dict[tuple[str, Pronunciation], list[Pronunciation]]:
        """Divide sounds among letters, the likeliest way.

        Returns:
            By word and sounds: a tuple of sounds for each letter. A word with more than two sounds
            a letter is left out.
        """
        alignments = {}
        for rows, x, y in _group_by_shape(pairs):
            (B, n), m = x.shape, y.shape[1]
            best_scores, lengths = np.full((n + 1, B, m + 1), -np.inf), np.zeros((n, B, m + 1), int)
            best_scores[0, :, 0] = 0
            scores = [np.log(score + 1e-12) for score in self._look_up_probs(x, y)]
            for i in range(n):
                for k, score in enumerate(scores):
                    scores_k = best_scores[i, :, : m + 1 - k] + score[:, i]
                    is_better = scores_k > best_scores[i + 1, :, k:]
                    best_scores[i + 1, :, k:][is_better] = scores_k[is_better]
                    lengths[i, :, k:][is_better] = k
            letter_ends = np.full((n + 1, B), m)
            for i in reversed(range(n)):
                letter_ends[i] = letter_ends[i + 1] - lengths[i, np.arange(B), letter_ends[i + 1]]
            for row, cuts in zip(rows, letter_ends.T.tolist(), strict=True):
                alignments[row] = [row[1][a:b] for a, b in itertools.pairwise(cuts)]
        return alignments


def _group_by_shape(pairs: Pairs):
    """Yield words of one number of letters and of sounds together: rows, letters, sounds."""
    groups = defaultdict(list)
    for word, sounds in pairs:
        if len(sounds) <= MAX_SOUNDS * len(word):
            groups[len(word), len(sounds)].append((word, sounds))
    index = {sound: i for i, sound in enumerate(SOUNDS)}
    for group in groups.values():
        x = np.array([letter_ids(word) for word, _ in group])
        yield group, x, np.array([[index[sound] for sound in sounds] for _, sounds in group])


def _number_pieces(x, y) -> list[Int[np.ndarray, "B 1 J"]]:
    """Return by number of sounds the numbers of the pieces that may begin at each place."""
    S, B, m = len(SOUNDS), len(x), y.shape[1]
    sound_pairs = y[:, None, :-1] * S + y[:, None, 1:]
    keys = [np.zeros((B, 1, m + 1), int), y[:, None], sound_pairs]
    return [np.broadcast_to(k, (B, x.shape[1], k.shape[2])) for k in keys]


class WindowTables:
    """Says for each letter what it said most often with the same letters around it.

    The widest window that was ever seen is asked.

    Args:
        aligned: By word and sounds: what each letter says (`Alignment.align`).
        context: Letters on either side, at most.
    """

    def __init__(
        self, aligned: Mapping[tuple[str, Pronunciation], Sequence[Pronunciation]], context: int = 5
    ):
        tables = [defaultdict(Counter) for _ in range(context + 1)]
        for (word, _), pieces in aligned.items():
            for i, piece in enumerate(pieces):
                for k, table in enumerate(tables):
                    table[_cut_window(word, i, k)][piece] += 1
        self.tables = [
            {window: counts.most_common(1)[0][0] for window, counts in table.items()}
            for table in tables
        ]

    def pronounce(self, word: str, context: int | None = None) -> Pronunciation:
        """Return the sounds of a word, with windows of at most `context` letters on either side."""
        tables = self.tables[: None if context is None else context + 1]
        sounds: Pronunciation = ()
        for i in range(len(word)):
            windows = ((table, _cut_window(word, i, k)) for k, table in enumerate(tables))
            matches = [table[window] for table, window in windows if window in table]
            sounds += matches[-1] if matches else ()
        return sounds


def _cut_window(word: str, i: int, k: int) -> str:
    """Return letter i with k on either side; beyond the word is a sign of its own."""
    return ("#" * k + word + "#" * k)[i : i + 2 * k + 1]


class JointNGrams:
    """Writes a word as graphones, so that their n-gram model finds it likeliest (beam search).

    Args:
        aligned: By word and sounds: what each letter says.
        order: Graphones in the longest run that is counted.
        min_count: Graphones seen less often are not written.

    Source: Bisani and Ney (2008), with interpolated modified Kneser-Ney smoothing.
    """

    def __init__(
        self,
        aligned: Mapping[tuple[str, Pronunciation], Sequence[Pronunciation]],
        order: int = 7,
        min_count: int = 4,
    ):
        words = [list(zip(word, pieces, strict=True)) for (word, _), pieces in aligned.items()]
        counts = Counter(graphone for word in words for graphone in word)
        known = [graphone for graphone, count in counts.most_common() if count >= min_count]
        self.order, self.graphones = order, [("", ()), *known]
        index = {graphone: i for i, graphone in enumerate(self.graphones)}
        gap = [0] * (order - 1)  # so that no run reaches into the word before
        text = list(gap)
        for word in words:
            if all(graphone in index for graphone in word):
                text += [*(index[graphone] for graphone in word), *gap]
        if len(self.graphones) > 1 << SYMBOL_BITS:
            raise ValueError(f"{len(self.graphones)} graphones are too many; raise `min_count`.")
        ids = np.array(text)
        self.model = NGrams(count_orders(ids, order), len(self.graphones), KneserNey())
        self.options = {
            letter: np.array([i for graphone, i in index.items() if graphone[0] == letter])
            for letter in LETTERS[1:]
        }

    def pronounce(self, words: Iterable[str], beam_size: int = 12) -> dict[str, Pronunciation]:
        """Return the sounds of each word: the best of `n_best`."""
        return {word: ranked[0] for word, ranked in self.n_best(words, beam_size).items()}

    def n_best(self, words: Iterable[str], beam_size: int = 12) -> dict[str, list[Pronunciation]]:
        """Return all that a beam ends with for each word, different sounds alone, best first."""
        groups = defaultdict(list)
        for word in words:
            groups[len(word)].append(word)
        return {
            word: ranked
            for group in groups.values()
            for word, ranked in self._decode(group, beam_size)
        }

    def log_probs(
        self, aligned: Mapping[tuple[str, Pronunciation], Sequence[Pronunciation]]
    ) -> dict[tuple[str, Pronunciation], float]:
        """Return ln p of words written as graphones, their ends included, in nats.

        Args:
            aligned: By word and sounds: what each letter says (`Alignment.align`).

        Returns:
            By word and sounds; minus infinity where a graphone is one that is not written.
        """
        index = {graphone: i for i, graphone in enumerate(self.graphones)}
        groups, log_prob_of = defaultdict(list), {}
        for (word, sounds), pieces in aligned.items():
            ids = [index.get(graphone, -1) for graphone in zip(word, pieces, strict=True)]
            groups[len(word)].append(((word, sounds), ids))
        for length, rows in groups.items():
            ids = np.array([[*ids, 0] for _, ids in rows])
            text = np.pad(ids[:, :-1].clip(0), ((0, 0), (self.order - 1, 0)))
            log_probs = self._query_model(text, NGramQuery(slice(-length - 1, None), ids.clip(0)))
            log_probs = np.where((ids < 0).any(1), -np.inf, log_probs.sum(1))
            log_prob_of |= zip([row for row, _ in rows], log_probs.tolist(), strict=True)
        return log_prob_of

    def _decode(self, words, beam_size):
        n_choices = max(map(len, self.options.values()))
        choices = np.zeros((len(LETTERS), n_choices), int)
        for letter, options in self.options.items():
            choices[LETTERS.index(letter), : len(options)] = options
        letters, B = np.array([letter_ids(word) for word in words]), len(words)
        runs, total = np.zeros((B, 1, self.order - 1), int), np.zeros((B, 1))
        for column in letters.T:
            options = choices[column][:, None]  # B 1 K
            scores = total[..., None] + self._score_next(runs, options)
            scores = np.where(options > 0, scores, -np.inf).reshape(B, -1)
            order = np.argsort(-scores, axis=1, kind="stable")[:, :beam_size]
            total, rows = np.take_along_axis(scores, order, 1), np.arange(B)[:, None]
            candidates = np.broadcast_to(options, (B, runs.shape[1], n_choices)).reshape(B, -1)
            symbols = np.take_along_axis(candidates, order, 1)
            runs = np.concatenate([runs[rows, order // n_choices], symbols[..., None]], -1)
        total = total + self._score_next(runs, np.zeros((B, 1, 1), int))[..., 0]
        order = np.argsort(-total, axis=1, kind="stable")
        for word, row, log_probs, ranking in zip(words, runs, total, order, strict=True):
            pronunciations = [
                tuple(sound for i in row[k] for sound in self.graphones[i][1])
                for k in ranking
                if log_probs[k] > -np.inf
            ]
            yield word, list(dict.fromkeys(pronunciations)) or [()]

    def _score_next(self, runs, following):
        """Return log-probabilities of some graphones after each run."""
        text = runs[..., runs.shape[-1] - self.order + 1 :]
        queries = np.broadcast_to(following, (*runs.shape[:2], following.shape[-1]))
        return self._query_model(text, NGramQuery(slice(-1, None), queries))

    def _query_model(self, text, query):
        orders, smoothing = self.model.orders, self.model.smoothing
        *_, (probs,) = interpolate(orders, self.model.V, smoothing, text, query)
        return np.log(probs)
