"""A window, a state, and counts of one size: the sizes are equal, and cut counts are a model."""

import numpy as np
import pytest
import torch

from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch02_language import contest
from rnncourse.chapters.ch02_language.contest import (
    CHOSEN,
    GRAM_BYTES,
    SECONDS,
    SECONDS_OF_AN_UPDATE,
    STATE_TRIALS,
    WEIGHT_BYTES,
    WINDOW_TRIALS,
    bits_on_test,
    contestant,
    count_weights,
    recall,
)
from rnncourse.chapters.ch02_language.cut_counts import bits, cut, gains
from rnncourse.chapters.ch02_language.networks import RunResult
from rnncourse.core.records import Record
from rnncourse.data.corpus import Document
from rnncourse.models.counting import count_orders
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import KneserNey, WittenBell
from tests.models.slow_ngram import seen

V, N = 6, 3
IDS = np.random.default_rng(0).choice(V, 600, p=[0.4, 0.25, 0.15, 0.1, 0.06, 0.04])
HELD_OUT = np.random.default_rng(1).choice(V, 200)
COUNTS = count_orders(IDS, N)
ALL = sum(len(c.grams) for c in COUNTS)


def kept(model):
    return sum(np.count_nonzero(order.highest.share) for order in model.orders)


@pytest.mark.parametrize(
    "smoothing", [KneserNey(), WittenBell()], ids=["Kneser-Ney", "Witten-Bell"]
)
def test_nothing_cut_is_the_model_itself(smoothing):
    whole = NGrams(COUNTS, V, smoothing)
    np.testing.assert_allclose(
        cut(COUNTS, V, smoothing, 10 * ALL).probs(HELD_OUT)[-1],
        whole.probs(HELD_OUT)[-1],
        rtol=1e-12,
    )


@pytest.mark.parametrize("grams", [V, 20, 60, 120])
def test_what_is_cut_is_a_distribution_of_the_size_that_was_asked_for(grams):
    model = cut(COUNTS, V, KneserNey(), grams)
    assert kept(model) - grams == (grams == 120)  # there two n-grams save the same
    contexts = np.array([[0, 0], [1, 2], [5, 5], [4, 0]])
    np.testing.assert_allclose(model.next_probs(contexts).sum(-1), 1, rtol=1e-12)
    assert bits(model, HELD_OUT) == pytest.approx(-np.log2(model.probs(HELD_OUT)[-1]).mean())


def test_more_n_grams_fit_the_training_text_better():
    found = [bits(cut(COUNTS, V, KneserNey(), g), IDS) for g in (V, 30, 90, ALL)]
    assert found == sorted(found, reverse=True)


def test_gains_are_counted_one_by_one():
    model = NGrams(COUNTS, V, WittenBell())
    table, text = seen(tuple(IDS.tolist()), N), gains(model, N, COUNTS[-1])
    grams = [()]
    for order in COUNTS:
        grams = [(*grams[key >> 7], key & 127) for key in order.grams.tolist()]
    for gram, gain in list(zip(grams, text, strict=True))[::7]:
        context = np.array(gram[:-1])
        p, before = (model.next_probs(context, n)[gram[-1]] for n in (N, N - 1))
        assert gain == pytest.approx(table[gram] * np.log2(p / before), rel=1e-9, abs=1e-12)


def test_all_contestants_have_one_size_and_the_same_seconds():
    for trials in (STATE_TRIALS, WINDOW_TRIALS):
        for cell, rate in trials:
            run = contestant(cell, rate, 0, 0)
            size = sum(p.numel() for p in run.model(96).parameters())
            assert 83_000 <= size <= 87_100
            kind = "window" if isinstance(cell, int) else cell
            assert run.settings.updates * SECONDS_OF_AN_UPDATE[kind] == pytest.approx(SECONDS, 0.01)


def test_the_contestants_are_the_best_of_their_trials():
    record = Record.load("ch02_language")
    for name, trials in (("state", STATE_TRIALS), ("window", WINDOW_TRIALS)):
        assert trials[int(np.argmin(record.value(f"contest/trials/{name}")))] == CHOSEN[name]


def test_what_float32_takes_for_0_is_not_infinitely_surprising():
    result = RunResult(*np.zeros((3, 1)), np.array([0.5, 0.0]), {"w": np.zeros((3, 4))})
    assert bits_on_test(result) == pytest.approx((1 + 149) / 2)
    assert count_weights(result) == 12


def test_recall_asks_for_the_first_symbol_after_the_last():
    task = contest._recall_task(np.random.default_rng(0), 5, lag=3)
    assert task.inputs.shape == (4, 5, 4)
    assert task.answers.sum(0).tolist() == [1] * 5
    assert task.answers[-1].all()
    assert torch.equal(task.targets[-1], task.inputs[0].argmax(-1))


def test_a_window_names_what_it_sees_and_nothing_else(monkeypatch):
    monkeypatch.setattr(contest, "RECALL", contest.Settings(updates=60))
    assert recall(3, lag=2, seed=0) > 0.9
    assert recall(3, lag=3, seed=0) < 0.4


@pytest.mark.slow  # of no use with checked shapes: most of it is a loop in Python
def test_a_small_contest_records_what_the_committed_one_does(tmp_path, monkeypatch):
    documents = [Document(f"{i}.py", f"Document {i} says the same again.\n" * 9) for i in range(40)]
    monkeypatch.setattr(contest, "load_corpus", lambda: documents)
    monkeypatch.setattr(contest, "encode_split", lambda d, s: encode_split(d, s, 9))
    monkeypatch.setattr(contest, "RECALL", contest.Settings(updates=20))
    monkeypatch.setattr(contest, "RECALL_SEEDS", range(3))
    monkeypatch.setattr("rnncourse.chapters.ch02_language.networks.FOLDER", tmp_path)
    monkeypatch.setattr("rnncourse.chapters.ch02_language.networks.READINGS", 2)
    monkeypatch.setattr(contest, "SECONDS", 0.06)
    monkeypatch.setattr(contest, "LONG", 0.06)
    monkeypatch.setattr(contest.contestant, "__defaults__", (0.06,))
    record = contest.measure_contest(lambda line: None)
    committed = Record.load("ch02_language")
    section = [key for key, name in committed.sections.items() if name == "contest"]
    assert list(record.values) == section
    weights = record.value("contest/weights/state")
    assert weights * WEIGHT_BYTES // GRAM_BYTES[1] == weights
    state, window = (np.array(record.value(f"contest/bits/{n}")) for n in CHOSEN)
    saved = (window - state).reshape(3, -1).mean(1)
    np.testing.assert_allclose(record.value("C1/text_saved"), saved, rtol=1e-9)
    lost = np.array(record.value("contest/counts/4")) - state.reshape(3, -1).mean(1)
    np.testing.assert_allclose(record.value("E6/bits_saved"), lost, rtol=1e-9)
