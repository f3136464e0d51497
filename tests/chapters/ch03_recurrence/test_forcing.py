"""Gradients told and free: against differences of the loss, and where the two must agree."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch03_recurrence import forcing
from rnncourse.chapters.ch03_recurrence.forcing import LearningCurve, cosine, gradient
from rnncourse.chapters.ch03_recurrence.kinds import batch
from rnncourse.models.recurrences import Recurrence


def network(cell="gru", H=5):
    torch.manual_seed(0)
    return Recurrence(10, H, cell, True).double()


def digits(T=6, B=3):
    return batch("running sum", np.random.default_rng(3), T, B)


@pytest.mark.parametrize("free_running", [False, True])
def test_the_gradient_is_the_slope_of_the_loss(free_running):
    """Along random directions; short ones change no choice of an answer."""
    net, (xs, ys) = network(), digits()
    found = gradient(net, xs, ys, free_running)
    start = torch.nn.utils.parameters_to_vector(net.parameters()).detach()

    def loss(vector):
        torch.nn.utils.vector_to_parameters(vector, net.parameters())
        with torch.no_grad():
            chances = (
                net.free_running(xs) if free_running else net.teacher_forced(xs, ys)
            ).softmax(-1)
        return -chances.gather(-1, ys[..., None]).log().mean()

    generator = torch.Generator().manual_seed(1)
    for _ in range(3):
        way = torch.randn(start.shape, generator=generator, dtype=torch.float64)
        slope = (loss(start + 1e-6 * way) - loss(start - 1e-6 * way)) / 2e-6
        torch.testing.assert_close(slope, found @ way, rtol=1e-6, atol=1e-8)


def test_without_errors_both_gradients_are_one():
    """Right answers are what the network says itself: then both read the same."""
    net, (xs, _) = network(), digits()
    own = net.free_running(xs).argmax(-1)
    teacher_forced, free_running = (gradient(net, xs, own, free_running=f) for f in (False, True))
    assert cosine(teacher_forced, free_running) == pytest.approx(1, abs=1e-12)
    other = (own + 1) % 10  # and with every answer wrong they are not
    teacher_forced, free_running = (gradient(net, xs, other, free_running=f) for f in (False, True))
    assert cosine(teacher_forced, free_running) < 0.99


def test_the_cosine_is_that_of_the_angle():
    a = torch.tensor([3.0, 0.0])
    for angle in (0.0, 0.5, np.pi / 2, np.pi):
        b = 7 * torch.tensor([np.cos(angle), np.sin(angle)])
        assert cosine(a, b) == pytest.approx(np.cos(angle), abs=1e-7)


def learning_curve(teacher_forced, free_running):
    there = np.linspace(0.5, 1, len(teacher_forced))
    return LearningCurve(np.array(teacher_forced), np.array(free_running), there, there)


def test_the_rule_names_a_checkpoint_and_not_the_widest_gap():
    seen = learning_curve([0.1, 0.6, 0.81, 0.95, 1.0], [0.1, 0.1, 0.6, 0.9, 1.0])
    assert (seen.errs, seen.updates) == (2, forcing.CHECKPOINTS[2])
    with pytest.raises(AssertionError, match="not learned"):
        learning_curve([0.1, 0.7], [0.1, 0.2]).errs  # noqa: B018


def test_a_course_looks_at_every_checkpoint(monkeypatch):
    monkeypatch.setattr(forcing, "CHECKPOINTS", (20, 40, 60))
    seen = forcing.learning_curve(0)
    assert len(seen.teacher_forced) == len(seen.cosine) == len(seen.other) == 3
    assert abs(seen.cosine).max() <= 1
    assert (seen.teacher_forced[-1], seen.free_running[-1]) < (0.5, 0.5)
