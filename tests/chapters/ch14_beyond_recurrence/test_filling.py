"""Gaps that are filled, against slow ways to do the same."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch14_beyond_recurrence import contest, filling

V = 7


@pytest.fixture(scope="module")
def text():
    torch.manual_seed(1)
    return torch.randint(V, (filling.LEFT + 1 + filling.RIGHT, 3))


def test_hidden_characters_are_those_that_are_asked_for():
    torch.manual_seed(0)
    x = torch.randint(V, (200, 50))
    read, asked = filling.hide(x, x, V)
    gone = read == V
    assert torch.equal(asked[gone], x[gone])
    assert torch.equal(read[~gone], x[~gone])
    assert (asked[~gone] == -100).all()
    assert gone.double().mean().item() == pytest.approx(filling.HIDDEN, abs=0.01)


def test_a_gap_is_filled_without_looking_into_it(text):
    model = filling.make_filler(V)
    other = text.clone()
    other[filling.LEFT] = (other[filling.LEFT] + 1) % V
    for fills in (filling.fill, lambda m, t: filling.fill(m, t, right=0)):
        assert torch.equal(fills(model, text), fills(model, other))
    causal = contest.make("transformer", V)
    for fills in (filling.go_on, filling.rescore):
        assert torch.equal(fills(causal, text), fills(causal, other))


def test_what_stands_right_of_a_gap_is_read_by_those_who_may(text):
    model = filling.make_filler(V)
    x = text[:, :1].clone()
    x[filling.LEFT] = V
    moved = x.clone()
    moved[-1] = (moved[-1] + 1) % V
    gap = (model(x)[0] - model(moved)[0])[filling.LEFT].abs().max()
    assert gap > 1e-6


@torch.no_grad()
def test_rescoring_is_the_probability_of_the_whole_text(text):
    torch.manual_seed(0)
    model = contest.make("transformer", V)
    found = filling.rescore(model, text)
    for n in range(text.shape[1]):
        scores = []
        for c in range(V):
            whole = text[:, n].clone()
            whole[filling.LEFT] = c
            log_probs = model(whole[:-1, None])[0][:, 0].log_softmax(-1)
            chosen = log_probs.gather(1, whole[1:, None])[:, 0]
            scores.append(chosen[filling.LEFT - 1 :].sum().item())
        assert found[n] == int(np.argmax(scores))


def test_going_on_is_the_next_character(text):
    model = contest.make("transformer", V)
    with torch.no_grad():
        logits = model(text)[0][filling.LEFT - 1]
    assert torch.equal(filling.go_on(model, text), logits.argmax(-1))


def test_gaps_are_pieces_of_the_text():
    ids = np.arange(500)
    found = filling.gaps(ids, count=20)
    assert found.shape == (filling.LEFT + 1 + filling.RIGHT, 20)
    assert (found.diff(dim=0) == 1).all()
    assert len(set(found[filling.LEFT].tolist())) == 20
    assert filling.accuracy(found[filling.LEFT], found) == 1.0


@torch.no_grad()
def surprise(model, text):
    x = text.clone()
    x[filling.LEFT] = V
    logits = model(x)[0][filling.LEFT]
    return torch.nn.functional.cross_entropy(logits, text[filling.LEFT]).item()


def test_training_to_fill_learns_a_text_that_repeats():
    ids = np.tile(np.arange(6), 2000)
    text = filling.gaps(ids, count=30)
    model = filling.learn_to_fill(ids, V, 4, 1e-2, 0)
    assert surprise(model, text) < surprise(filling.make_filler(V), text)
