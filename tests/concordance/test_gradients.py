"""The gradients of decks A and E and of PyTorch, translated, are those of our steps back."""

import numpy as np
import pytest
import torch

from rnncourse.cells.rnn import rnn_step, rnn_step_backward
from rnncourse.chapters.ch04_bptt.deck_gradients import deck_gradient, sample_example, unroll_states
from rnncourse.concordance.plain import PlainDeckA, PlainTorch
from tests.cells.cases import add_parts, assert_close

SEEDS = pytest.mark.parametrize("seed", range(4))


def convert_weights(deck):
    return PlainDeckA(deck.U, deck.W, deck.V, deck.b_h, deck.b_o).to_course()


def sum_step_gradients(w, data):
    """Sum the shares of all steps, with our `rnn_step` and `rnn_step_backward`."""
    hs, dys = [data.h_0[None]], []
    for x, target in zip(data.xs, data.targets, strict=True):
        y, h = rnn_step(x[None], hs[-1], w)
        p = np.exp(y) / np.exp(y).sum()
        dys.append(p - np.eye(y.shape[-1])[target])
        hs.append(h)
    dh, total = np.zeros_like(hs[0]), None
    for x, h, dy in zip(data.xs[::-1], hs[-2::-1], dys[::-1], strict=True):
        _, dh, share = rnn_step_backward(dy, dh, x[None], h, w)
        total = share if total is None else add_parts(total, share)
    return total


@SEEDS
def test_the_decks_gradients_transposed_are_ours(seed):
    deck, data = sample_example(seed)
    assert len(unroll_states(deck, data)) == len(data.xs) + 1
    result = convert_weights(deck_gradient(deck, data))
    assert_close(result, sum_step_gradients(convert_weights(deck), data))


@SEEDS
def test_torch_s_gradients_transposed_are_ours_and_both_biases_get_all_of_it(seed):
    deck, data = sample_example(seed)
    w = convert_weights(deck)
    p = {
        name: torch.tensor(array, requires_grad=True)
        for name, array in vars(PlainTorch.from_course(w)).items()
    }
    net = torch.nn.RNN(w.W_xh.shape[0], len(w.W_hh)).double()
    layer = {name: value for name, value in p.items() if name.endswith("_l0")}
    xs, h_0 = torch.from_numpy(data.xs), torch.from_numpy(data.h_0)[None]
    hs, _ = torch.func.functional_call(net, layer, (xs, h_0))
    ys = torch.nn.functional.linear(hs, p["weight"], p["bias"])
    torch.nn.functional.cross_entropy(
        ys, torch.from_numpy(data.targets), reduction="sum"
    ).backward()
    g, ours = {name: value.grad.numpy() for name, value in p.items()}, sum_step_gradients(w, data)
    assert_close(g["bias_hh_l0"], g["bias_ih_l0"])
    single_bias = PlainTorch(**(g | {"bias_hh_l0": 0 * g["bias_hh_l0"]}))
    assert_close(single_bias.to_course(), ours)
