"""Training reads the text in order, and learns more than frequencies."""

from itertools import islice

import numpy as np
import pytest
import torch

from rnncourse.models.language import LanguageModel
from rnncourse.training.language import (
    Reader,
    StreamSettings,
    dynamic_probs,
    probs,
    read_through,
    share_of_rate,
    train,
    windows,
)

TEXT = np.array(list(range(6)) * 80)  # 0 1 2 3 4 5 0 1 2 ...


def test_windows_continue_each_other_and_targets_are_one_later():
    ids = np.arange(101)
    found = list(islice(windows(ids, B=4, T=5), 6))
    assert [begins for *_, begins in found] == [True, False, False, False, False, True]
    streams = np.concatenate([x.numpy() for x, *_ in found[:5]])
    assert streams.shape == (25, 4)
    assert (np.diff(streams, axis=0) == 1).all()
    assert streams[0].tolist() == [0, 25, 50, 75]
    for x, targets, _ in found:
        assert (targets == x + 1).all()


def test_a_text_that_is_too_short_is_named():
    with pytest.raises(ValueError, match="10 characters are too few for 4 streams of 5"):
        next(windows(np.arange(10), B=4, T=5))


def test_the_learning_rate_warms_up_and_falls():
    rates = [share_of_rate(update, 1000) for update in range(1000)]
    assert rates[0] == pytest.approx(0.01, rel=0.01)
    assert max(rates) == pytest.approx(1.0, abs=0.05)
    assert rates[-1] == pytest.approx(0.02, abs=0.001)
    assert (np.diff(rates[100:]) < 0).all()


def make(cell="gru", seed=0):
    torch.manual_seed(seed)
    return LanguageModel(6, 12, cell, E=6)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_it_learns_what_frequencies_cannot(cell):
    model = make(cell)
    losses = train(model, TEXT, StreamSettings(updates=200, B=4, T=10, learning_rate=2e-2))
    assert len(losses) == 200
    bits = -np.log2(probs(model, TEXT[:120])[10:]).mean()
    assert bits < 0.5  # frequencies alone: log2 6 = 2.58


def test_the_same_seed_trains_the_same_model():
    settings = StreamSettings(updates=5, B=4, T=10, seed=3)
    runs = [train(make(), TEXT, settings) for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0] != train(make(), TEXT, StreamSettings(updates=5, B=4, T=10, seed=4))


def test_probs_do_not_depend_on_the_chunk_and_leave_the_mode_alone():
    model = LanguageModel(6, 12, dropout=0.5).train()
    whole, pieces = probs(model, TEXT[:50], chunk=50), probs(model, TEXT[:50], chunk=7)
    np.testing.assert_allclose(pieces, whole, rtol=1e-5)
    assert model.training


@pytest.mark.parametrize("training", [True, False])
def test_reading_that_is_broken_off_leaves_the_mode_alone(training):
    model = LanguageModel(6, 12, dropout=0.5).train(training)
    reading = read_through(model, TEXT, chunk=7)
    first = next(reading)
    assert model.training == training  # while the reading waits, and so if it is never resumed
    np.testing.assert_array_equal(next(read_through(model, TEXT, chunk=7)), first)  # no dropout
    reading.close()
    assert model.training == training
    with pytest.raises(IndexError):
        next(read_through(model, np.array([0, 99, 0])))  # no such character
    assert model.training == training


def test_probs_are_those_of_a_distribution():
    model = make()
    prefix = TEXT[:7]
    total = sum(probs(model, np.r_[prefix, w])[-1] for w in range(6))
    assert total == pytest.approx(1, abs=1e-6)


def test_a_reader_gives_what_reading_from_the_beginning_gives():
    model = make().eval()
    reader = Reader(model)
    text = TEXT[:9]
    for end in (0, 1, 2, 5, 3, 9, 9):  # growing, going back, twice the same
        context = text[:end]
        fresh = Reader(model)(context)
        np.testing.assert_allclose(reader(context), fresh, rtol=1e-5)
        assert fresh.sum() == pytest.approx(1)
        assert probs(model, np.r_[context, 2])[-1] == pytest.approx(fresh[2], rel=1e-5)


def test_a_reader_goes_on_from_where_it_stood_and_reads_no_more_than_it_must(monkeypatch):
    model, steps = make().eval(), []
    forward = model.forward

    def counting(inputs, state=None):
        steps.append(len(inputs))
        return forward(inputs, state)

    monkeypatch.setattr(model, "forward", counting)
    reader = Reader(model)
    typed, offered = TEXT[:6], [np.array([1]), np.array([1, 3]), np.array([1, 3, 2])]
    for context in (typed, *(np.r_[typed, more] for more in offered), np.r_[typed, 4]):
        found = reader(context)
        monkeypatch.setattr(model, "forward", forward)
        np.testing.assert_allclose(found, Reader(model)(context), rtol=1e-5)
        monkeypatch.setattr(model, "forward", counting)
    assert steps == [7, 1, 1, 1, 1]  # the last goes on from what was typed


def test_dynamic_evaluation_predicts_before_it_learns_and_learns():
    static, model = make(), make()
    first = dynamic_probs(model, TEXT, learning_rate=1e-2, T=8)
    before = probs(static, TEXT)
    np.testing.assert_allclose(first[:8], before[:8], rtol=1e-5)
    assert -np.log2(first[-60:]).mean() < 0.7 * -np.log2(before[-60:]).mean()
