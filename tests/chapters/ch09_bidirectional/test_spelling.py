"""A sound for every letter: networks against PyTorch and themselves, counting, and the record."""

import string
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from rnncourse.chapters.ch09_bidirectional import spelling, spelling_experiments
from rnncourse.core.records import Record
from rnncourse.data.pronunciations import Pronunciations, letter_ids, load_pronunciations

RECORD = Record.load("ch09_bidirectional")


@pytest.fixture(scope="module")
def word_letters():
    return torch.tensor([letter_ids(word) for word in ("hate", "made", "cube")]).T


def test_the_sounds_of_letters_make_up_the_word():
    spelled, train = spelling.load_aligned_words(), load_pronunciations().train
    for (word, sounds), cut in list(spelled.aligned.items())[:2000]:
        assert len(cut) == len(word)
        assert sum(cut, ()) == sounds
        assert sounds in train[word]
    words, labels = spelled.rows[4]
    assert words.shape == labels.shape
    assert (words >= 1).all()
    assert labels.max() < len(spelled.pieces)
    assert not {word for word, _ in spelled.test} & set(train)


def test_a_batch_has_words_of_one_length_and_all_come_once():
    spelled = spelling.load_aligned_words()
    rows = {n: spelled.rows[n] for n in (3, 4)}
    total, n_drawn = sum(x.shape[1] for x, _ in rows.values()), 0
    drawn = spelling.batches(rows, 0)
    while n_drawn < total:
        words, labels = next(drawn)
        assert words.shape == labels.shape
        n_drawn += words.shape[1]
    assert n_drawn == total


def test_both_directions_equal_pytorchs_bidirectional_gru(word_letters):
    torch.manual_seed(0)
    model = spelling.BidirectionalPronouncer(H=5)
    torch_gru = nn.GRU(32, 5, bidirectional=True)
    with torch.no_grad():
        for end, layer in (("", model.ahead), ("_reverse", model.behind)):
            for name, p in layer.named_parameters():
                getattr(torch_gru, f"{name}{end}").copy_(p)
        states, _ = torch_gru(model.embedding(word_letters))
        torch.testing.assert_close(model(word_letters), model.logits(states))


def test_a_delayed_reader_answers_two_steps_later(word_letters):
    torch.manual_seed(0)
    soon, late = spelling.DelayedPronouncer(H=5), spelling.DelayedPronouncer(2, H=5)
    late.load_state_dict(soon.state_dict())
    with torch.no_grad():
        torch.testing.assert_close(late(word_letters)[:-2], soon(word_letters)[2:])
        back = spelling.DelayedPronouncer(reads_backward=True, H=5)
        back.load_state_dict(soon.state_dict())
        torch.testing.assert_close(back(word_letters), soon(word_letters.flip(0)).flip(0))


@pytest.mark.parametrize("delay", [0, 1, 2])
def test_letters_beyond_the_delay_change_no_answer(delay):
    torch.manual_seed(0)
    model = spelling.DelayedPronouncer(delay, H=8)
    first, second = spelling.pronounce_letters(model, ["photograph", "photography"]).values()
    assert first[: 10 - delay] == second[: 10 - delay]


def test_training_learns_and_odd_words_are_refused():
    model = spelling.train_pronouncer(lambda: spelling.BidirectionalPronouncer(H=16), 0, 60)
    assert spelling.pronounce_words(model, ["bit"])["bit"][:1] == ("B",)
    with pytest.raises(ValueError, match="letters from a to z"):
        spelling.pronounce_words(model, ["r2d2"])


def test_counting_takes_the_widest_window_on_the_left(monkeypatch):
    assert spelling._take_window("hate", 1, 2, 2) == "#hate"
    assert spelling._take_window("hate", 0, 1, 0) == "#h"
    aligned = {
        ("cat", ()): [("K",), ("AE",), ("T",)],
        ("ace", ()): [("EY",), ("S",), ()],
        ("icy", ()): [("AY",), ("S",), ("IY",)],
    }
    monkeypatch.setattr(spelling, "load_aligned_words", lambda: SimpleNamespace(aligned=aligned))
    actual = spelling.pronounce_by_counts(0, ["cat", "xc"])  # a c says S, but for the first one
    assert actual == {"cat": ("K", "AE", "T"), "xc": ("S",)}


def test_no_rate_of_the_directions_is_at_the_edge_of_its_search():
    for reader in spelling_experiments.DIRECTIONS:
        start = f"directions/rates/{reader}/"
        rates = {float(k.removeprefix(start)): k for k in RECORD.values if k.startswith(start)}
        shares = [RECORD.value(rates[rate]) for rate in sorted(rates)]
        assert 0 < shares.index(max(shares)) < len(shares) - 1


def test_a_rate_is_chosen_on_validation_words(monkeypatch):
    splits, best = Pronunciations({}, {"choose": []}, {"test": []}), spelling_experiments.RATES[1]

    def rates(rate, words):  # on test words the largest rate would win
        return 1000 * abs(rate - best) if words is splits.valid else 1 - rate, 0

    monkeypatch.setattr(spelling_experiments, "load_pronunciations", lambda: splits)
    monkeypatch.setattr(spelling_experiments, "train_pronouncer", lambda *_, rate: rate)
    monkeypatch.setattr(spelling_experiments, "pronounce_words", lambda rate, words: rate)
    monkeypatch.setattr(spelling_experiments, "error_rates", rates)
    record = spelling_experiments.measure_directions()
    assert set(record.value("directions/both")) == {1 - (1 - best) / 100}


def test_details_count_letters_words_and_letters_that_change(monkeypatch):
    """Planted: the second of three letters a is wrong; hat is right; one letter changes."""
    pieces = tuple((letter.upper(),) for letter in string.ascii_lowercase)
    alignments = {(string.ascii_lowercase, ()): pieces, ("aa", ()): (("A",), ("A",))}
    sounds = {string.ascii_lowercase: pieces, "aa": (("X",), ("A",))}
    sounds |= {"photograph": ("F",) * 10, "photography": ("F",) * 9 + ("G", "I")}
    splits = {"hat": [("HH",)]}, {"hate": [("EY",)]}, {"kite": (), "phone": (), "photography": ()}
    name = "rnncourse.chapters.ch09_bidirectional.spelling_experiments."
    monkeypatch.setattr(f"{name}load_pronunciations", lambda: splits)
    monkeypatch.setattr(f"{name}load_aligned_words", lambda: SimpleNamespace(test=alignments))
    monkeypatch.setattr(f"{name}pronounce_letters", lambda _, words: {w: sounds[w] for w in words})
    monkeypatch.setattr(f"{name}pronounce_words", lambda _, words: dict.fromkeys(words, ("HH",)))
    actual = spelling_experiments.score_details(None)
    assert actual.pop("letter/a") == pytest.approx(200 / 3)
    assert [value for key, value in actual.items() if "letter/" in key] == [100] * 25
    texts = [actual[f"says/{word}"] for word in spelling_experiments.EXAMPLES]
    assert (texts, actual["moved/photograph/photography"]) == ([1, 0, 0, 0, 0], 1)
