"""The questions of chapter 9: references against an independent computation."""

import numpy as np
import torch
from torch import nn

from rnncourse.chapters.ch09_bidirectional import ends
from rnncourse.chapters.ch09_bidirectional.questions import QUESTIONS

from ...grading.in_process import make_cases

BY_ID = {q.id: q for q in QUESTIONS}


def test_reversing_equals_the_package():
    for (xs, lengths), reversed_xs in make_cases("09-reverse"):
        expected = ends.reverse_padded(torch.from_numpy(xs), torch.from_numpy(np.asarray(lengths)))
        np.testing.assert_allclose(reversed_xs, expected.numpy())


def test_both_directions_equal_torch():
    for (xs, *w), states in make_cases("09-both"):
        D, H = w[0].shape
        model = nn.RNN(D, H, bidirectional=True).double()
        with torch.no_grad():
            for end, (W, U, b) in (("", w[:3]), ("_reverse", w[3:])):
                getattr(model, f"weight_ih_l0{end}").copy_(torch.from_numpy(W.T))
                getattr(model, f"weight_hh_l0{end}").copy_(torch.from_numpy(U.T))
                getattr(model, f"bias_ih_l0{end}").copy_(torch.from_numpy(b))
                getattr(model, f"bias_hh_l0{end}").zero_()
            expected, _ = model(torch.from_numpy(xs)[:, None])
        np.testing.assert_allclose(states, expected[:, 0].numpy(), atol=1e-12)


def test_a_summary_is_the_last_state_of_a_packed_sequence():
    lengths = torch.tensor([5, 3, 1])
    torch.manual_seed(0)
    model = nn.GRU(2, 3, bidirectional=True).double()
    packed = nn.utils.rnn.pack_padded_sequence(torch.randn(5, 3, 2).double(), lengths)
    with torch.no_grad():
        output, ends = model(packed)
    output, _ = nn.utils.rnn.pad_packed_sequence(output)
    actual = BY_ID["09-ends"].reference(output.numpy(), lengths.numpy())
    np.testing.assert_allclose(actual, torch.cat([*ends], -1).numpy())


def test_causal_scaling_ignores_future_values():
    scale = BY_ID["09-scale"].reference
    for (series,), scaled in make_cases("09-scale"):
        for t in range(1, len(series), len(series) // 20 + 1):
            changed = np.concatenate([series[:t], 100 + series[t:]])
            np.testing.assert_allclose(scale(changed)[:t], scaled[:t])


def test_units_against_torch():
    def parameters(D, H, V, bidirectional):
        layer = nn.RNN(D, H, bidirectional=bidirectional, bias=False)
        output = nn.Linear((1 + bidirectional) * H, V)
        named = [*layer.parameters(), *output.parameters()]
        return sum(p.numel() for p in named) + (1 + bidirectional) * H

    for (H, D, V), units in make_cases("09-units"):
        allowed = parameters(D, H, V, False)
        assert parameters(D, units, V, True) <= allowed < parameters(D, units + 1, V, True)


def test_deeper_transitions_equal_torch_cells():
    for (xs, h, W, U, M, K), states in make_cases("09-move"):
        D, H = W.shape
        inner, outer = (nn.RNNCell(n, H, bias=False).double() for n in (D, H))
        state = torch.from_numpy(h)[None]
        with torch.no_grad():
            for cell, (below, before) in ((inner, (W, U)), (outer, (M, K))):
                cell.weight_ih.copy_(torch.from_numpy(below.T))
                cell.weight_hh.copy_(torch.from_numpy(before.T))
            for x, actual in zip(xs, states, strict=True):
                state = outer(inner(torch.from_numpy(x)[None], state), state)
                np.testing.assert_allclose(actual, state[0].numpy(), atol=1e-12)
