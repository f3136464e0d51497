"""The four-letter model: its gradient is right, it learns the word, and draws as it predicts."""

import itertools
from dataclasses import fields

import numpy as np
import torch

from rnncourse.analysis.hello import (
    LETTERS,
    WORD,
    gradient,
    hello_weights,
    learn_hello,
    log_probs,
    loss,
    update,
)

IDS = LETTERS.encode(WORD)


def compute_torch_loss(w):
    tensors = {f.name: torch.tensor(getattr(w, f.name), requires_grad=True) for f in fields(w)}
    h, total = torch.zeros(1, 3, dtype=torch.float64), 0
    for i, target in itertools.pairwise(IDS):
        x = torch.eye(4, dtype=torch.float64)[i][None]
        h = torch.tanh(x @ tensors["W_xh"] + h @ tensors["W_hh"] + tensors["b_h"])
        y = h @ tensors["W_hy"] + tensors["b_y"]
        total = total + torch.nn.functional.cross_entropy(y, torch.tensor([target]))
    mean = total / (len(IDS) - 1)
    mean.backward()
    return mean.item(), {name: t.grad.numpy() for name, t in tensors.items()}


def test_loss_and_every_entry_of_the_gradient_are_pytorch_s():
    w = hello_weights(seed=3)
    expected, slopes = compute_torch_loss(w)
    np.testing.assert_allclose(loss(w, IDS), expected, rtol=1e-12)
    for name, slope in slopes.items():
        np.testing.assert_allclose(getattr(gradient(w, IDS), name), slope, rtol=1e-10, atol=1e-14)


def test_chances_sum_to_one():
    np.testing.assert_allclose(np.exp(log_probs(hello_weights(), IDS)).sum(1), 1, rtol=1e-12)


def test_a_step_downhill_lowers_the_loss():
    w = hello_weights()
    assert loss(update(w, gradient(w, IDS), 0.1), IDS) < loss(w, IDS)


def test_the_network_learns_a_word_that_no_bigram_can():
    w, losses = learn_hello(updates=150)
    assert len(losses) == 150
    assert losses[-1] < 0.05 < np.log(4) - 0.5 < losses[0]
    assert [LETTERS.characters[i] for i in log_probs(w, IDS).argmax(1)] == [*WORD[1:]]


def compute_word_log10(w):
    """The logarithm of the probability of the word after its first letter, from the product."""
    return np.log10(np.exp(log_probs(w, IDS)[np.arange(4), IDS[1:]]).prod())


def test_the_printed_sign_makes_the_word_impossible():
    w, losses = learn_hello(updates=30, learning_rate=-0.5)
    assert losses == sorted(losses)
    assert compute_word_log10(w) < compute_word_log10(hello_weights()) - 10
    np.testing.assert_allclose(compute_word_log10(w) * np.log(10), -4 * loss(w, IDS), rtol=1e-12)


def test_the_loss_is_the_negative_log_likelihood():
    for w in map(hello_weights, range(5)):
        np.testing.assert_allclose(
            loss(w, IDS), -np.log(10) * compute_word_log10(w) / 4, rtol=1e-14
        )
