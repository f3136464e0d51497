"""Linear recurrences: all at once against step by step, and both against plain loops."""

import numpy as np
import pytest
import torch

from rnncourse.models.scans import linear_attention, scan


def run_loop(a, b):
    """Take the steps of a recurrence one after the other."""
    hs = [torch.zeros_like(b[0])]
    for t in range(len(b)):
        hs.append(a[t] * hs[-1] + b[t])
    return torch.stack(hs[1:])


@pytest.mark.parametrize("T", [1, 2, 3, 8, 21])
def test_a_scan_is_its_loop_and_both_are_the_recurrence(T):
    rng = np.random.default_rng(T)
    a, b = rng.uniform(-1, 1, (T, 3)), rng.normal(size=(T, 3))
    h, expected = np.zeros(3), []
    for t in range(T):
        h = a[t] * h + b[t]
        expected.append(h)
    for run in (run_loop, scan):
        actual = run(torch.from_numpy(a), torch.from_numpy(b)).numpy()
        np.testing.assert_allclose(actual, expected, atol=1e-12)


def test_a_scan_has_the_gradients_of_its_loop():
    rng = torch.Generator().manual_seed(0)
    result = []
    for run in (run_loop, scan):
        a = torch.rand(9, 2, generator=rng.manual_seed(0), dtype=torch.double).requires_grad_()
        run(a, a.detach() + 1).sum().backward()
        result.append(a.grad)
    torch.testing.assert_close(*result)


def test_linear_attention_against_sums():
    rng = np.random.default_rng(0)
    q, k = rng.uniform(0.1, 1, (2, 6, 3))
    v = rng.normal(size=(6, 2))
    actual = linear_attention(*map(torch.from_numpy, (q, k, v))).numpy()
    for t in range(6):
        weights = [q[t] @ k[s] for s in range(t + 1)]
        mean = sum(w * v[s] for s, w in enumerate(weights)) / sum(weights)
        np.testing.assert_allclose(actual[t], mean)
