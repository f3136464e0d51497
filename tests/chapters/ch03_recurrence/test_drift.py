"""States, centers and rounding, on a network whose states are known: a counter on a circle."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch03_recurrence import drift
from rnncourse.data.running import SYMBOLS
from rnncourse.models.recurrences import Recurrence


class Circle(Recurrence):
    """Keeps the sum as an angle, beside the digit; each step adds a little too much."""

    def __init__(self, slip=0.0):
        super().__init__(SYMBOLS, 3, "none", False)
        self.slip = slip

    def step(self, x, h):
        angle = torch.atan2(h[:, 1], h[:, 0]) + (x + self.slip) * 2 * torch.pi / SYMBOLS
        return torch.stack([angle.cos(), angle.sin(), x / 100], -1)

    def logits(self, h):  # how near each of the ten angles is
        ten = torch.arange(SYMBOLS) * 2 * torch.pi / SYMBOLS
        return h[:, :1] * ten.cos() + h[:, 1:2] * ten.sin()


@pytest.fixture(autouse=True)
def read_the_circle(monkeypatch):
    def read(net, xs, h=None):
        h, hs = torch.tensor([[1.0, 0, 0]]).expand(xs.shape[1], 3) if h is None else h, []
        for x in xs:
            h = net.step(x, h)
            hs.append(h)
        return torch.stack(hs)

    monkeypatch.setattr(drift, "read", read)


def test_an_exact_counter_does_not_stray():
    assert drift.strayed(Circle(0.0), 40).max() < 1e-3
    assert drift.answered(Circle(0.0), rounding=False, steps=40).all()


def test_centers_are_the_states_of_a_sum_and_a_digit():
    found = drift.centers(Circle(0.0))
    stands = torch.arange(100)
    angle = (stands // 10) * 2 * torch.pi / 10
    expected = torch.stack([angle.cos(), angle.sin(), stands % 10 / 100], -1)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


def test_small_errors_add_up_unless_they_are_rounded_away():
    net = Circle(0.01)  # after 200 steps two sums too far
    strayed = drift.strayed(net, 200)
    assert strayed[19] < 0.3
    assert strayed[100:].max() > 1
    assert drift.sinks(drift.answered(net, rounding=False)) == pytest.approx(1)
    assert drift.answered(net, rounding=True).all()


def test_a_fall_is_from_the_trained_length_to_the_last_ten():
    hits = np.zeros((200, 4), bool)
    assert drift.sinks(hits) == 0
    hits[:20] = True
    assert drift.sinks(hits) == 1
    hits[-10:, :1] = True
    assert drift.sinks(hits) == 0.75
    hits[20:190] = True  # what happens between does not count
    assert drift.sinks(hits) == 0.75
