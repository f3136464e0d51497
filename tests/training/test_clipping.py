"""Each bound against torch's, or against its definition."""

import numpy as np
import pytest
import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from rnncourse.training.clipping import (
    clip_norm,
    clip_squared,
    clip_value,
    global_norm,
)


@pytest.fixture(params=[0.01, 1.0, 100.0])
def gradients(request):
    rng = np.random.default_rng(0)
    return [request.param * rng.normal(size=shape) for shape in ((3, 4), (4,), (2, 2))]


def torchs(gradients, clip):
    tensors = [torch.zeros(g.shape, dtype=torch.float64) for g in gradients]
    for tensor, g in zip(tensors, gradients, strict=True):
        tensor.grad = torch.from_numpy(g.copy())
    clip(tensors)
    return [tensor.grad.numpy() for tensor in tensors]


def test_by_norm_as_torch_does(gradients):
    expected = torchs(gradients, lambda tensors: clip_grad_norm_(tensors, 1.5))
    for mine, its in zip(clip_norm(gradients, 1.5), expected, strict=True):
        np.testing.assert_allclose(mine, its, rtol=2e-6)  # torch adds 1e-6 to the norm
    assert global_norm(clip_norm(gradients, 1.5)) <= 1.5 + 1e-12


def test_by_value_as_torch_does(gradients):
    expected = torchs(gradients, lambda tensors: clip_grad_value_(tensors, 0.5))
    for mine, its in zip(clip_value(gradients, 0.5), expected, strict=True):
        np.testing.assert_array_equal(mine, its)


def test_with_the_root_length_and_direction_are_left():
    rng = np.random.default_rng(0)
    for length in 10 ** rng.uniform(-3, 6, 100):
        g = rng.normal(size=50)
        g *= length / np.linalg.norm(g)
        (after,) = clip_norm([g], 5.0)
        np.testing.assert_allclose(after, g * min(length, 5.0) / length, rtol=1e-12)


@pytest.mark.parametrize("threshold", [0.25, 5.0])
def test_without_the_root_what_is_left_shrinks_as_the_gradient_grows(threshold):
    direction = np.random.default_rng(1).normal(size=9)
    direction /= np.linalg.norm(direction)
    for length in (0.4, 0.6, 2.0, 3.0, 50.0):
        left = global_norm(clip_squared([length * direction], threshold))
        assert left == pytest.approx(threshold / length if length**2 > threshold else length)
    between = 0.4  # longer than 0.25, shorter than its root
    assert global_norm(clip_squared([between * direction], 0.25)) == pytest.approx(between)
