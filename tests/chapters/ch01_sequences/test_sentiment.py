"""Asking at the end or always: masks, weights, and what is tuned."""

import pytest
import torch
from torch import nn

from rnncourse.chapters.ch01_sequences import sentiment
from rnncourse.chapters.ch01_sequences.sentiment import WAYS, draw, review_task, weighted
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING
from rnncourse.models.sequence import SequenceModel
from rnncourse.training.lr_search import best_rate
from rnncourse.training.sequence import nll


@pytest.fixture(scope="module")
def some():
    return draw(24, seed=50)[0][:9]


def test_the_answer_is_asked_for_after_the_last_word_or_after_each(some):
    end, always = review_task(some), review_task(some, always=True)
    lengths = [len(review.words) for review in some]
    assert end.answers.int().argmax(0).tolist() == [n - 1 for n in lengths]
    assert end.answers.sum(0).tolist() == [1] * 9
    assert always.answers.sum(0).tolist() == lengths
    for task in (end, always):
        assert task.targets[task.answers.nonzero(as_tuple=True)].unique().tolist() == [0, 1]
        assert (task.targets == torch.tensor([review.label for review in some])).all()


@pytest.mark.parametrize("early", [0.0, 0.5, 1.0])
def test_every_review_weighs_one_however_often_it_is_asked(some, early):
    task = review_task(some, always=True)
    model = SequenceModel(70, 2, H=4, E=4).double()
    expected = []
    for b, review in enumerate(some):  # one at a time, without padding
        n = len(review.words)
        logits = model(task.inputs[:n, b : b + 1])[0][:, 0]
        losses = nn.functional.cross_entropy(logits, task.targets[:n, b], reduction="none")
        weights = torch.full((n,), early / n).double()
        weights[-1] += 1 - early
        assert float(weights.sum()) == pytest.approx(1)
        expected.append((weights * losses).sum())
    found = weighted(early)(model, task)
    torch.testing.assert_close(found, torch.stack(expected).mean())
    if early == 0:  # the chapter's own loss
        torch.testing.assert_close(found, nll(model, review_task(some)))


def test_the_two_ways_differ_in_when_they_ask(monkeypatch):
    """Planted: a 'network' that tells how it was asked, and on which reviews."""
    asked = []
    monkeypatch.setattr(sentiment, "SIZES", (10, 20, 30))
    monkeypatch.setattr(
        sentiment, "fit_reviews", lambda given, way, seed: asked.append((len(given), way))
    )
    monkeypatch.setattr(sentiment, "accuracy", lambda model, task: len(task))
    assert [sentiment.right(6, kind, 50) for kind in WAYS] == [30, 30]
    assert asked == [(10, WAYS["end"]), (10, WAYS["always"])]
    assert WAYS["end"].early == 0 < WAYS["always"].early
    assert sentiment.right(6, "always", 50, rate=0.5, part=1) == 20  # validation
    assert asked[-1][1] == sentiment.Way(0.5, early=1.0)


def test_reviews_differ_in_the_words_after_the_sentence_alone():
    for after in (0, 6, 24):
        found = [r for part in draw(after, 50) for r in part]
        more = [len(r.words) - r.decided for r in found]
        assert min(more) == 0
        assert after <= max(more) < after + 12  # the last clause is completed
        own = {len(r.words[: r.decided]) for r in found}
        assert max(own) < 20


def test_the_record_has_every_value_of_the_sweep():
    record = Record.load("ch01_sequences")
    for after in sentiment.AFTER:
        for kind in WAYS:
            assert len(record.value(f"B5/{kind}/{after}")) == len(CONFIRMING)
            searched = record.value(f"B5/search/{kind}/{after}")
            best = best_rate(sentiment.RATES, searched)
            assert record.value(f"B5/rate/{kind}/{after}") == best
    for kind, way in WAYS.items():
        assert record.value(f"B5/rate/{kind}/0") == way.learning_rate
