"""Which letter says what: against all divisions one by one; and words said by counts."""

from itertools import combinations_with_replacement, pairwise

import numpy as np
import pytest

from rnncourse.analysis.pronouncing import error_rates
from rnncourse.chapters.ch11_seq2seq.spelling import COMMONEST
from rnncourse.core.records import Record
from rnncourse.data.pronunciations import SOUNDS, letter_ids, load_pronunciations
from rnncourse.models.graphones import Alignment, JointNGrams, WindowTables

PAIRS = [
    ("cat", ("K", "AE", "T")),
    ("tax", ("T", "AE", "K", "S")),
    ("knit", ("N", "IH", "T")),
    ("kit", ("K", "IH", "T")),
    ("nit", ("N", "IH", "T")),
    ("act", ("AE", "K", "T")),
]


def list_divisions(word, sounds):
    """Every way to give each letter none, one or two of the sounds."""
    for cuts in combinations_with_replacement(range(len(sounds) + 1), len(word) - 1):
        pieces = [sounds[a:b] for a, b in pairwise((0, *cuts, len(sounds)))]
        if all(len(piece) <= 2 for piece in pieces):
            yield pieces


def compute_likelihood(model, word, pieces):
    p = 1.0
    for letter, piece in zip(letter_ids(word), pieces, strict=True):
        key = 0
        for sound in piece:
            key = key * len(SOUNDS) + SOUNDS.index(sound)
        p *= model.p[len(piece)][letter, key]
    return p


@pytest.fixture(scope="module")
def fitted_alignment():
    return Alignment(iterations=4).fit(PAIRS)


def test_a_round_counts_every_division_by_its_probability(fitted_alignment):
    """One more round of expectation and maximization, by lists."""
    counts = {}
    for word, sounds in PAIRS:
        cuts = [
            (compute_likelihood(fitted_alignment, word, pieces), pieces)
            for pieces in list_divisions(word, sounds)
        ]
        total = sum(p for p, _ in cuts)
        for p, pieces in cuts:
            for letter, piece in zip(word, pieces, strict=True):
                counts[letter, piece] = counts.get((letter, piece), 0) + p / total
    again = Alignment(iterations=5).fit(PAIRS)
    for (letter, piece), count in counts.items():
        share = compute_likelihood(again, letter, [piece])
        total = sum(value for (c, _), value in counts.items() if c == letter)
        assert share == pytest.approx(count / total, rel=1e-6, abs=1e-9)


def test_the_likeliest_division_is_the_best_of_all(fitted_alignment):
    for (word, sounds), pieces in fitted_alignment.align(PAIRS).items():
        best = max(
            list_divisions(word, sounds),
            key=lambda pieces: compute_likelihood(fitted_alignment, word, pieces),
        )
        assert list(map(tuple, pieces)) == list(map(tuple, best))


def test_probabilities_of_a_letter_sum_to_one(fitted_alignment):
    total = sum(p.sum(1) for p in fitted_alignment.p)
    np.testing.assert_allclose(total[letter_ids("catkni")], 1, rtol=1e-6)


def test_too_many_sounds_are_left_out(fitted_alignment):
    assert fitted_alignment.align([("a", ("K", "AE", "T"))]) == {}


def test_the_widest_window_that_was_seen_decides(fitted_alignment):
    windows = WindowTables(fitted_alignment.align(PAIRS))
    assert windows.pronounce("knit") == ("N", "IH", "T")
    assert windows.pronounce("knit", 0) == ("K", "N", "IH", "T")
    assert windows.pronounce("q") == ()


def test_joint_runs_say_what_was_counted(fitted_alignment):
    joint = JointNGrams(fitted_alignment.align(PAIRS * 1), order=3, min_count=1)
    words = {word: [sounds] for word, sounds in PAIRS}
    assert {word: [sounds] for word, sounds in joint.pronounce(words).items()} == words


def test_a_wide_beam_finds_what_trying_all_graphones_finds(fitted_alignment):
    joint = JointNGrams(fitted_alignment.align(PAIRS), order=2, min_count=1)
    word, best = "tack", (-np.inf, ())
    paths = [[]]
    for letter in word:
        paths = [[*path, int(i)] for path in paths for i in joint.options[letter]]
    for path in paths:
        run = np.array([0, *path, 0])
        logs = np.log(
            [joint.model.next_probs(run[: n + 1])[run[n + 1]] for n in range(len(run) - 1)]
        )
        sounds = tuple(sound for i in path for sound in joint.graphones[i][1])
        best = max(best, (float(logs.sum()), sounds))
    assert joint.pronounce([word], beam_size=10**6)[word] == best[1]


def test_a_search_keeps_all_that_it_ends_with_best_first(fitted_alignment):
    joint = JointNGrams(fitted_alignment.align(PAIRS), order=3, min_count=1)
    result = joint.n_best(["tack", "nit"])
    for word, best in result.items():
        assert len(set(best)) == len(best) > (word == "tack")
        assert best[0] == joint.pronounce([word])[word]


def test_a_word_s_log_probability_is_the_chain_s_over_its_graphones(fitted_alignment):
    joint = JointNGrams(fitted_alignment.align(PAIRS), order=3, min_count=1)
    rare = ("it", ("TH", "AA"))
    aligned = {row: cut for row, cut in fitted_alignment.align(PAIRS).items() if len(row[0]) > 2}
    actual = joint.log_probs({**aligned, rare: [("TH",), ("AA",)]})
    assert actual.pop(rare) == -np.inf
    for row, cut in aligned.items():
        run = [0, 0, *(joint.graphones.index(g) for g in zip(row[0], cut, strict=True)), 0]
        logs = [
            np.log(joint.model.next_probs(np.array(run[: n + 1]))[run[n + 1]])
            for n in range(1, len(run) - 1)
        ]
        assert actual[row] == pytest.approx(sum(logs))


def test_the_most_frequent_sounds_of_letters_have_the_recorded_error():
    test = load_pronunciations().test
    pronounced = {word: tuple(" ".join(COMMONEST[c] for c in word).split()) for word in test}
    Record.load("ch11_seq2seq").confirm("spelling/letter/wer", error_rates(pronounced, test)[0])


def test_the_table_of_letters_equals_the_alignment():
    """That of a tenth of the words, which align as all do: the test of chapter 12's spelling."""
    train = load_pronunciations().train
    pairs = [(word, sounds) for word, options in train.items() for sounds in options][::10]
    counted = WindowTables(Alignment().fit(pairs).align(pairs), context=0).tables[0]
    assert {letter: " ".join(sounds) for letter, sounds in counted.items()} == COMMONEST
