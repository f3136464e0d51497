"""Asking at the end or always: masks, weights, and what is tuned."""

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.chapters.ch01_sequences import sentiment
from rnncourse.chapters.ch01_sequences.sentiment import WAYS, Way, draw, review_task, weighted
from rnncourse.core.records import Record
from rnncourse.models.sequence import SequenceModel
from rnncourse.training.sequence import surprise


@pytest.fixture(scope="module")
def some():
    return draw("last", seed=50)[0][:9]


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
        torch.testing.assert_close(found, surprise(model, review_task(some)))


def test_neither_kind_is_tuned_with_more_effort_nor_on_the_seeds_that_count():
    ends, always = WAYS["end"], WAYS["always"]
    assert len(ends) == len(always) == len({*ends, *always}) / 2
    assert all(way.early == 0 for way in ends)
    assert all(way.early >= 0.5 for way in always)
    assert not set(sentiment.TUNED) & set(sentiment.SEEDS)


def test_the_chapter_trains_in_the_way_that_was_chosen():
    record = Record.load("ch01_sequences")
    for kind, way in sentiment.ALONE.items():
        assert way in WAYS[kind]
        assert record.value(f"B5/alone/{kind}/rate, early") == [way.learning_rate, way.early]


def test_the_way_with_the_best_validation_is_chosen(monkeypatch):
    """Planted: a 'network' that answers with its learning rate; no test review is looked at."""
    monkeypatch.setattr(sentiment, "fit_reviews", lambda given, way, seed: way)
    monkeypatch.setattr(sentiment, "accuracy", lambda model, task: -abs(model.learning_rate - 0.02))
    monkeypatch.setattr(sentiment, "SIZES", (10, 10, 10))
    assert sentiment.best_way("alone", WAYS["end"], say=str) == Way(0.02)


def test_the_three_cases_differ_in_the_place_of_the_sentence_alone():
    for seed in (50, 51):
        found = {case: draw(case, seed)[2] for case in sentiment.CASES}
        after = {c: max(len(r.words) - r.decided for r in rs) for c, rs in found.items()}
        assert after["alone"] == after["last"] == 0 < 20 < after["first"]
        words = {c: np.mean([len(r.words) for r in rs]) for c, rs in found.items()}
        assert abs(words["last"] - words["first"]) < 1.5


def test_counting_finds_a_word_that_tells():
    """Planted: when one word gives the label away, counting sees it."""
    parts = draw("alone", 50)
    told = [
        [type(r)((*r.words, ("plot", "cast")[r.label]), r.label, r.decided) for r in part]
        for part in parts
    ]
    assert sentiment.counted(told[0], told[2]) > 0.9
    assert sentiment.counted(parts[0], parts[2]) < 0.75
