"""The lesson's loop, step by step: an update, the parts of a gradient, answers counted."""

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.chapters.ch05_gradients import lesson
from rnncourse.data.recall import recall_batch


def sample_inputs(seed):
    xs, first = recall_batch(np.random.default_rng(seed), 32, lesson.LAG, same=False)
    return torch.tensor(xs, dtype=torch.float32), torch.tensor(first)


def test_an_update_goes_against_the_bounded_gradient():
    rnn, out = lesson.build_recall_network("4", 1)
    xs, first = sample_inputs(1)
    scores = out(rnn(xs)[0][-1])
    loss = nn.functional.cross_entropy(scores, first)
    loss.backward()
    before = [*rnn.parameters(), *out.parameters()]
    norm = torch.cat([p.grad.flatten() for p in before]).norm().item()
    (row,), *rows = lesson.train_recall("4", norm / 4, 1, updates=1)
    accuracy = (scores.argmax(1) == first).float().mean().item()
    assert row[:3] == pytest.approx([loss.item(), norm, accuracy], rel=1e-4)
    for old, new in zip(before, (p for net in rows for p in net.parameters()), strict=True):
        torch.testing.assert_close(new, old - 0.1 * old.grad / 4, rtol=1e-3, atol=1e-6)


def test_each_part_of_a_gradient_is_that_of_a_copy_of_the_weights():
    rnn, out = lesson.build_recall_network("usual", 3)
    xs, first = sample_inputs(3)
    h, copies = torch.zeros(32, 64), []
    for x in xs:
        copies.append(rnn.weight_hh_l0.detach().clone().requires_grad_())
        preactivation = x @ rnn.weight_ih_l0.T + rnn.bias_ih_l0 + rnn.bias_hh_l0
        h = torch.tanh(preactivation + h @ copies[-1].T)
    grads = torch.autograd.grad(nn.functional.cross_entropy(out(h), first), copies)
    expected = [g.norm().item() for g in grads]
    np.testing.assert_allclose(lesson.gradient_norm_by_step("usual", 3), expected[:0:-1], rtol=1e-3)


def test_answers_are_counted_by_what_was_asked():
    rnn, out = lesson.build_recall_network("usual", 0)
    nn.init.zeros_(out.weight)
    out.bias.data = torch.eye(4)[2]
    counts = lesson.count_confusions(rnn, out, 3, B=50)
    assert counts.sum() == counts[:, 2].sum() == 50
