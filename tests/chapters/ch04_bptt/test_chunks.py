"""A stream learned in chunks: what is asked in it, what a chunk begins with, what is scored."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch04_bptt import chunks
from rnncourse.chapters.ch04_bptt.chunks import LAG, NO_ANSWER, QUESTION, sample_streams
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING, PILOT_SEEDS
from rnncourse.data.recall import SYMBOLS
from rnncourse.training.lr_search import best_rate


def test_every_marked_symbol_is_asked_for_a_lag_later():
    ids, answers = sample_streams(np.random.default_rng(0), 3, 400)
    for column, targets in zip(ids.T, answers.T, strict=True):
        marked = np.flatnonzero((column >= SYMBOLS) & (column < QUESTION))
        query_steps = np.flatnonzero(column == QUESTION)
        np.testing.assert_array_equal(query_steps, marked + LAG)
        np.testing.assert_array_equal(targets[query_steps], column[marked] - SYMBOLS)
        assert set(np.flatnonzero(targets != NO_ANSWER)) == set(query_steps)
        gaps = np.diff(marked) - LAG
        assert (gaps.min(), gaps.max()) == chunks.GAPS
        assert query_steps[-1] > 400 - 2 * LAG - chunks.GAPS[1]


@pytest.mark.parametrize("stateful", [True, False])
def test_a_chunk_begins_with_the_state_that_the_one_before_has_left(stateful, monkeypatch):
    monkeypatch.setattr(chunks, "STEPS", 3 * LAG)
    begun, read = [], []

    class RecordingModel(chunks.SequenceModel):
        def forward(self, ids, state=None):
            begun.append(None if state is None else state[0].clone())
            read.append(ids)
            logits, state = super().forward(ids, state)
            self.left = [*getattr(self, "left", []), state[0].detach().clone()]
            return logits, state

    monkeypatch.setattr(chunks, "SequenceModel", RecordingModel)
    model = chunks.train_on_chunks(1.0, stateful, 0.01, 0)
    assert [len(ids) for ids in read] == [LAG] * 3
    assert begun[0] is None
    if not stateful:
        assert begun == [None] * 3
    else:
        torch.testing.assert_close(begun[1], model.left[0])
        torch.testing.assert_close(begun[2], model.left[1])


def test_accuracy_is_1_with_planted_answers_and_at_chance_without(monkeypatch):
    monkeypatch.setattr(chunks, "TEST_SHAPE", (20, 200))

    def predict_lag(ids):
        logits = torch.zeros(*ids.shape, SYMBOLS)
        logits[LAG:].scatter_(2, (ids[:-LAG] % SYMBOLS)[..., None], 1.0)
        return logits, None

    torch.manual_seed(0)
    assert chunks.recall_accuracy(predict_lag, 0) == 1
    assert chunks.recall_accuracy(lambda ids: (torch.rand(*ids.shape, SYMBOLS), None), 0) < 0.4


def test_training_choice_and_test_have_streams_of_their_own(monkeypatch):
    streams = set()

    def record_draws(rng, *size):
        streams.add((*rng.bit_generator.seed_seq.entropy,))
        return sample_streams(rng, *size)

    monkeypatch.setattr(chunks, "STEPS", LAG)
    monkeypatch.setattr(chunks, "sample_streams", record_draws)
    model = chunks.train_on_chunks(1.0, True, 0.01, 3)
    chunks.recall_accuracy(model, 3, 1)
    chunks.recall_accuracy(model, 3)
    assert len(streams) == 3


def test_a_rate_is_chosen_by_the_mean_of_trials_and_judged_on_other_seeds(monkeypatch):
    def score_run(ratio, stateful, rate, seed, part=2):
        assert seed in {1: PILOT_SEEDS, 2: CONFIRMING}[part]
        signed_rate = rate if stateful else -rate
        return {0: -signed_rate, 1: 3 * signed_rate}.get(seed, seed + rate)

    monkeypatch.setattr(chunks, "score_run", score_run)
    value = chunks.measure_chunks(1.0).value
    for start, rate in (("carried", max(chunks.RATES)), ("reset", min(chunks.RATES))):
        assert value(f"D5/rate/{start}/1") == rate
        assert value(f"D5/{start}/1") == [seed + rate for seed in CONFIRMING]


def test_chunks_longer_than_the_lag_teach_it(monkeypatch):
    monkeypatch.setattr(chunks, "LAG", 2)
    monkeypatch.setattr(chunks, "STEPS", 3200)
    assert chunks.score_run.__wrapped__(8.0, True, 0.03, 0) > 0.9


def test_the_record_has_every_value_of_the_sweep():
    record = Record.load("ch04_bptt")
    for start in ("carried", "reset"):
        for ratio in (*chunks.RATIOS, chunks.REFERENCE_RATIO):
            assert len(record.value(f"D5/{start}/{ratio:g}")) == len(CONFIRMING)
            searched = record.value(f"D5/search/{start}/{ratio:g}")
            assert record.value(f"D5/rate/{start}/{ratio:g}") == best_rate(chunks.RATES, searched)
