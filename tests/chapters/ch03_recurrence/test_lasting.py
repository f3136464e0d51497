"""An error in the state is followed on the same inputs, and is as long as it was made."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch03_recurrence.lasting import SIZE, error_left, read
from rnncourse.data.running import SYMBOLS
from rnncourse.models.recurrences import Recurrence

KINDS = [("rnn", False), ("gru", False), ("none", True), ("gru", True)]


def network(cell, feedback, H=7):
    torch.manual_seed(1)
    return Recurrence(SYMBOLS, H, cell, feedback)


@pytest.mark.parametrize(("cell", "feedback"), KINDS)
def test_reading_step_by_step_is_running_free(cell, feedback):
    net, xs = network(cell, feedback), torch.randint(SYMBOLS, (9, 4))
    with torch.no_grad():
        hs = read(net, xs)
        torch.testing.assert_close(net.logits(hs), net.free_running(xs), rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(read(net, xs[5:], hs[4]), hs[5:])  # the law of state


def linear(factor):
    """A network whose state is multiplied by a factor at every step, near 0 where tanh is 1."""
    net = network("rnn", False)
    with torch.no_grad():
        for p in net.hidden.parameters():
            p.zero_()
        net.hidden.weight_hh_l0.copy_(factor * torch.eye(7))
        net.hidden.weight_ih_l0.normal_(std=1e-3)
    return net


@pytest.mark.parametrize("factor", [0.5, 0.9])
def test_what_is_left_is_what_the_weights_leave(factor):
    left = error_left(linear(factor), "echo", later=6)
    np.testing.assert_allclose(left, factor ** np.arange(1, 7), rtol=1e-3)


def test_of_the_hidden_units_alone_only_what_changes_an_answer_is_left():
    net = network("none", True)
    with torch.no_grad():
        net.logits.bias[3] = 100.0  # it always answers 3
        assert error_left(net, "running sum").max() == 0
        net.logits.bias[3] = 0.0
        assert error_left(net, "running sum", later=1)[0] > 0


def test_the_error_is_a_tenth_as_long_as_the_state(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "rnncourse.chapters.ch03_recurrence.lasting.read",
        lambda net, xs, h=None: seen.append(h) or torch.ones(len(xs), 500, 7),
    )
    error_left(network("gru", False), "echo")
    first, changed, same = seen
    assert first is None
    apart = (changed - same).norm(dim=-1) / same.norm(dim=-1)
    torch.testing.assert_close(apart, torch.full((500,), SIZE))
