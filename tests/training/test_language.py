"""Training reads the text in order, and learns more than frequencies."""

import math
from itertools import islice

import numpy as np
import pytest
import torch

from rnncourse.models.language import LanguageModel
from rnncourse.models.transformer import Transformer
from rnncourse.training import language
from rnncourse.training.checkpoint import Checkpoint
from rnncourse.training.reading import (
    StreamingReader,
    dynamic_evaluation_probs,
    iter_log_probs,
    predict_probs,
    read_in_streams,
)

TEXT = np.array(list(range(6)) * 80)  # 0 1 2 3 4 5 0 1 2 ...


def test_windows_continue_each_other_and_targets_are_one_later():
    ids = np.arange(101)
    result = list(islice(language.stream_windows(ids, B=4, T=5), 6))
    assert [begins for *_, begins in result] == [True, False, False, False, False, True]
    streams = np.concatenate([x.numpy() for x, *_ in result[:5]])
    assert streams.shape == (25, 4)
    assert (np.diff(streams, axis=0) == 1).all()
    assert streams[0].tolist() == [0, 25, 50, 75]
    for x, targets, _ in result:
        assert (targets == x + 1).all()


def test_a_text_that_is_too_short_is_named():
    with pytest.raises(ValueError, match="10 characters are too few for 4 streams of 5"):
        next(language.stream_windows(np.arange(10), B=4, T=5))


def test_the_learning_rate_warms_up_and_falls():
    rates = [language.lr_factor(update, 1000) for update in range(1000)]
    assert rates[0] == pytest.approx(0.01, rel=0.01)
    assert max(rates) == pytest.approx(1.0, abs=0.05)
    assert rates[-1] == pytest.approx(0.02, abs=0.001)
    assert (np.diff(rates[100:]) < 0).all()


def make_model(cell="gru", seed=0):
    torch.manual_seed(seed)
    return LanguageModel(6, 12, cell, E=6)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_training_beats_frequencies(cell):
    model = make_model(cell)
    losses = language.train_language_model(
        model, TEXT, language.StreamSettings(updates=200, B=4, T=10, learning_rate=2e-2)
    )
    assert len(losses) == 200
    bits = -np.log2(predict_probs(model, TEXT[:120])[10:]).mean()
    assert bits < 0.5  # frequencies alone: log2 6 = 2.58


def test_the_same_seed_trains_the_same_model():
    settings = language.StreamSettings(updates=5, B=4, T=10, seed=3)
    runs = [language.train_language_model(make_model(), TEXT, settings) for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0] != language.train_language_model(
        make_model(), TEXT, language.StreamSettings(updates=5, B=4, T=10, seed=4)
    )


def test_probs_do_not_depend_on_the_chunk_and_leave_the_mode_alone():
    model = LanguageModel(6, 12, dropout=0.5).train()
    at_once, pieces = (
        predict_probs(model, TEXT[:50], chunk=50),
        predict_probs(model, TEXT[:50], chunk=7),
    )
    np.testing.assert_allclose(pieces, at_once, rtol=1e-5)
    assert model.training


@pytest.mark.parametrize("streams", [1, 2, 3, 5])
@pytest.mark.parametrize("training", [True, False])
def test_streams_equal_one_reading(streams, training):
    model = LanguageModel(6, 12, dropout=0.5).train(training)
    at_once = torch.cat(list(iter_log_probs(model, TEXT)))
    actual = read_in_streams(model, TEXT, streams, n_warm_up=100)
    np.testing.assert_allclose(actual, at_once, atol=1e-5)
    assert model.training == training
    cold = read_in_streams(model, TEXT, 2, n_warm_up=0)
    half = math.ceil(len(TEXT) / 2)
    np.testing.assert_allclose(cold[:half], at_once[:half], atol=1e-5)
    assert abs(cold[half:] - at_once[half:]).max() > 1e-3


@pytest.mark.parametrize("characters", [1, 2, 5, 100, 101])
@pytest.mark.parametrize("streams", [2, 8])
def test_streams_equal_one_reading_of_a_short_text(characters, streams):
    model, text = LanguageModel(6, 12), TEXT[:characters]
    at_once = torch.cat(list(iter_log_probs(model, text)))
    log_probs = read_in_streams(model, text, streams, n_warm_up=100)
    assert log_probs.shape == at_once.shape
    np.testing.assert_allclose(log_probs, at_once, atol=1e-5)


@pytest.mark.parametrize("read", [read_in_streams, predict_probs])
def test_an_error_while_reading_leaves_the_mode_alone(read):
    model = LanguageModel(6, 12, dropout=0.5).train()
    with pytest.raises(IndexError):
        read(model, np.tile([1, 6, 2], 400))  # there is no sixth character
    assert model.training


@pytest.mark.parametrize("training", [True, False])
def test_reading_that_is_broken_off_leaves_the_mode_alone(training):
    model = LanguageModel(6, 12, dropout=0.5).train(training)
    reading = iter_log_probs(model, TEXT, chunk=7)
    first = next(reading)
    assert model.training == training  # while the reading waits, and so if it is never resumed
    np.testing.assert_array_equal(next(iter_log_probs(model, TEXT, chunk=7)), first)  # no dropout
    reading.close()
    assert model.training == training
    with pytest.raises(IndexError):
        next(iter_log_probs(model, np.array([0, 99, 0])))  # no such character
    assert model.training == training


def test_probs_are_those_of_a_distribution():
    model = make_model()
    prefix = TEXT[:7]
    total = sum(predict_probs(model, np.r_[prefix, w])[-1] for w in range(6))
    assert total == pytest.approx(1, abs=1e-6)


def test_a_reader_gives_what_reading_from_the_beginning_gives():
    model = make_model().eval()
    reader = StreamingReader(model)
    text = TEXT[:9]
    for end in (0, 1, 2, 5, 3, 9, 9):  # growing, going back, twice the same
        context = text[:end]
        fresh = StreamingReader(model)(context)
        np.testing.assert_allclose(reader(context), fresh, rtol=1e-5)
        assert fresh.sum() == pytest.approx(1)
        assert predict_probs(model, np.r_[context, 2])[-1] == pytest.approx(fresh[2], rel=1e-5)


def test_a_reader_reads_without_dropout_and_leaves_the_mode_alone():
    model = LanguageModel(6, 12, dropout=0.5).train()
    probs_read = StreamingReader(model)(TEXT[:9])
    assert model.training
    np.testing.assert_array_equal(probs_read, StreamingReader(model.eval())(TEXT[:9]))


def test_a_reader_goes_on_from_where_it_stood_and_reads_no_more_than_it_must(monkeypatch):
    model, steps = make_model().eval(), []
    forward = model.forward

    def count_steps(inputs, state=None):
        steps.append(len(inputs))
        return forward(inputs, state)

    monkeypatch.setattr(model, "forward", count_steps)
    reader = StreamingReader(model)
    typed, offered = TEXT[:6], [np.array([1]), np.array([1, 3]), np.array([1, 3, 2])]
    for context in (typed, *(np.r_[typed, more] for more in offered), np.r_[typed, 4]):
        actual = reader(context)
        monkeypatch.setattr(model, "forward", forward)
        np.testing.assert_allclose(actual, StreamingReader(model)(context), rtol=1e-5)
        monkeypatch.setattr(model, "forward", count_steps)
    assert steps == [7, 1, 1, 1, 1]  # the last goes on from what was typed


def test_dynamic_evaluation_predicts_before_it_learns_and_learns():
    static, model = make_model(), make_model()
    first = dynamic_evaluation_probs(model, TEXT, learning_rate=1e-2, T=8)
    before = predict_probs(static, TEXT)
    np.testing.assert_allclose(first[:8], before[:8], rtol=1e-5)
    assert -np.log2(first[-60:]).mean() < 0.7 * -np.log2(before[-60:]).mean()


LONG = language.StreamSettings(
    40, B=4, T=10, seed=1, weight_decay=0.02, weight_drop=0.3, min_lr_factor=0.01
)


@pytest.mark.parametrize("settings", [LONG, language.StreamSettings(40, B=4, T=10)])
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_stopped_run_goes_on_to_the_last_bit(cell, settings, tmp_path):
    def model():
        torch.manual_seed(2)
        return LanguageModel(6, 12, cell, E=6, dropout=0.3)

    def stop(update, loss):
        if update == 17:
            raise KeyboardInterrupt

    full_run, resumed = model(), model()
    losses = language.train_language_model(full_run, TEXT, settings)
    with pytest.raises(KeyboardInterrupt):
        language.train_language_model(
            resumed, TEXT, settings, stop, Checkpoint(tmp_path / "run.pt", every=5)
        )
    torch.manual_seed(99)
    again = model()
    assert (
        language.train_language_model(
            again, TEXT, settings, None, Checkpoint(tmp_path / "run.pt", every=5)
        )
        == losses
    )
    for parameter, expected in zip(again.parameters(), full_run.parameters(), strict=True):
        assert torch.equal(parameter, expected)


def test_without_a_carried_state_every_window_begins_anew():
    is_fresh = []

    class Watched(LanguageModel):
        def forward(self, inputs, state=None):
            is_fresh.append(state is None)
            return super().forward(inputs, state)

    for stateful in (True, False):
        language.train_language_model(
            Watched(6, 5, "gru", E=4),
            TEXT,
            language.StreamSettings(3, B=4, T=10, stateful=stateful),
        )
    assert is_fresh == [True, False, False, True, True, True]


def test_targets_of_a_window_may_be_changed_or_ignored():
    def first_alone(x, targets):
        return x * 0 + 1, targets.where(torch.arange(10)[:, None] == 0, -100)

    settings = language.StreamSettings(1, B=4, T=10)
    (actual,) = language.train_language_model(make_model(), TEXT, settings, task=first_alone)
    torch.manual_seed(settings.seed)
    model = make_model()
    _, targets, _ = next(language.stream_windows(TEXT, 4, 10))
    logits, _ = model(torch.ones(10, 4, dtype=torch.long))
    expected = torch.nn.functional.cross_entropy(logits[0], targets[0])
    assert actual == pytest.approx(expected.item(), rel=1e-5)


def test_dropped_weights_come_back_and_their_gradient_is_0():
    torch.manual_seed(3)
    matrix = torch.nn.Parameter(torch.randn(40, 50))
    before, x = matrix.detach().clone(), torch.randn(50)
    with language.drop_weights([matrix], 0.3):
        inside = matrix.detach().clone()
        (matrix @ x).square().sum().backward()
    assert torch.equal(matrix, before)
    mask = inside / before
    assert (mask == 0).float().mean().item() == pytest.approx(0.3, abs=0.03)
    torch.testing.assert_close(mask[mask != 0], torch.full_like(mask[mask != 0], 1 / 0.7))
    weights = before.clone().requires_grad_()
    ((mask * weights) @ x).square().sum().backward()
    torch.testing.assert_close(matrix.grad, weights.grad)


def test_dropped_weights_come_back_after_an_error():
    matrix = torch.nn.Parameter(torch.ones(40, 50))
    dropping = language.drop_weights([matrix], 0.3)
    dropping.__enter__()
    assert not torch.equal(matrix, torch.ones(40, 50))
    dropping.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert torch.equal(matrix, torch.ones(40, 50))
    assert matrix.grad is None


def test_nothing_is_dropped_and_nothing_drawn_without_a_share():
    model = make_model()
    state = torch.get_rng_state()
    with language.drop_weights(language.recurrent_matrices(model), 0.0):
        pass
    assert torch.equal(torch.get_rng_state(), state)
    assert [tuple(m.shape) for m in language.recurrent_matrices(model)] == [(3 * model.H, model.H)]


def test_bfloat16_gives_nearly_the_gradient_of_float32():
    text = torch.from_numpy(TEXT[:81])
    gradients = []
    for enabled in (False, True):
        torch.manual_seed(0)
        model = LanguageModel(6, 64, "gru", E=16)
        with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
            logits, state = model(text[:-1, None])
        torch.nn.functional.cross_entropy(logits.float()[:, 0], text[1:]).backward()
        assert state.dtype == torch.float32  # what is carried is not rounded
        gradients.append(model.recurrent.weight_hh_l0.grad)
    exact, rounded = gradients
    assert 0 < (exact - rounded).norm() / exact.norm() < 0.05


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "it needs stateful=False"),
        ({"stateful": False, "weight_drop": 0.3}, "no recurrent weights"),
    ],
)
def test_a_transformer_carries_no_state_and_has_no_recurrent_weights(more, sentence):
    settings = language.StreamSettings(2, B=2, T=8, **more)
    with pytest.raises(ValueError, match=sentence):
        language.train_language_model(Transformer(6, 6), TEXT, settings)
