"""Deep networks on text: bits by a loop, marks on the way, the same time."""

import math

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch09_bidirectional import deep, deep_text
from rnncourse.data.text import Vocabulary

V = len(Vocabulary())


def test_bits_are_those_of_a_loop_over_characters():
    seeds = (0, 3)
    net = deep_text.network(deep_text.COMPARED["two layers"], seeds, 2000)
    ids = np.random.default_rng(0).integers(V, size=2 * deep_text.T + 7)
    found = deep_text.bits(net, ids)
    with torch.no_grad():
        for s in range(len(seeds)):
            lost = []
            for piece in (ids[: deep_text.T], ids[deep_text.T : 2 * deep_text.T]):
                xs = torch.eye(V)[torch.from_numpy(piece[:-1])]
                logits = net(xs.expand(2, -1, -1)[:, :, None])[s, :, 0].double()
                p = logits.softmax(-1)[torch.arange(len(piece) - 1), torch.from_numpy(piece[1:])]
                lost += (-p.log() / math.log(2)).tolist()
            assert found[s] == pytest.approx(np.mean(lost), abs=1e-4)


@pytest.mark.parametrize("name", deep_text.COMPARED)
def test_all_have_as_many_parameters(name):
    kind = deep_text.COMPARED[name]
    net = deep_text.network(kind, (0,))
    assert abs(deep.count(kind, V, net.H, V) / deep_text.PARAMETERS - 1) < 0.01


def test_training_marks_bits_and_seconds(monkeypatch):
    monkeypatch.setattr(deep_text, "EVERY", 10)
    monkeypatch.setattr(deep_text, "B", 2)
    text = np.tile(Vocabulary().encode("abcd"), 60)
    net = deep_text.network(deep_text.COMPARED["shallow"], (0, 1), 2000)
    ticks = iter(range(1000))
    curve = deep_text.taught(net, (0, 1), text, text[:100], 0.02, 20, lambda: next(ticks))
    assert curve.bits.shape == (2, 2)
    assert (curve.bits[:, 1] < curve.bits[:, 0]).all()
    # a tick at the start; two around each scoring, the second of which is left out
    assert curve.seconds.tolist() == [1, 2]


def test_what_stood_at_a_time_lies_between_two_marks():
    curve = deep_text.LearningCurve(np.array([[4.0, 2.0], [3.0, 1.0]]), np.array([10.0, 20.0]))
    np.testing.assert_allclose(deep_text.at_time(curve, 15.0), [3, 2])
    np.testing.assert_allclose(deep_text.at_time(curve, 20.0), [2, 1])
