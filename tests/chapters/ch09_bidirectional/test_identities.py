"""What the decks' equations of two directions and of layers are equal to (A8, C7, D8, E7)."""

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.models.sequence import RECURRENT_LAYERS


def name_arrays(model):
    return {name: p.detach().numpy() for name, p in model.named_parameters()}


def run_one_direction(w, layer, xs, reverse):
    """Run one direction of one layer, step by step, as deck A prints it."""
    end = f"_l{layer}" + "_reverse" * reverse
    b = w["bias_ih" + end] + w["bias_hh" + end]
    h, states = np.zeros(len(b)), []
    for x in xs[::-1] if reverse else xs:
        h = np.tanh(w["weight_ih" + end] @ x + w["weight_hh" + end] @ h + b)
        states.append(h)
    return np.array(states[::-1] if reverse else states)


def build_stack(layers, seed=0):
    """An untrained stack of bidirectional tanh layers, in float64, and an input."""
    torch.manual_seed(seed)
    model = nn.RNN(5, 4, layers, bidirectional=True).double()
    return model, np.random.default_rng(seed).normal(size=(7, 5))


def run_model(model, xs):
    with torch.no_grad():
        return model(torch.from_numpy(xs)[:, None])[0][:, 0].numpy()


def test_deck_a_s_forward_state_twice_is_not_the_output_of_two_directions():
    model, xs = build_stack(1)
    changed = xs.copy()
    changed[3:] += 1  # what comes after the third step
    ahead, ahead_of_other = (
        run_one_direction(name_arrays(model), 0, x, reverse=False) for x in (xs, changed)
    )
    back = run_one_direction(name_arrays(model), 0, xs, reverse=True)
    np.testing.assert_allclose(np.hstack([ahead, back]), run_model(model, xs), atol=1e-12)
    assert np.abs(np.hstack([ahead, ahead]) - run_model(model, xs)).max() > 0.1
    np.testing.assert_array_equal(ahead[:3], ahead_of_other[:3])


@pytest.mark.parametrize("seed", range(3))
def test_identities_hold(seed):
    model, xs = build_stack(3, seed)
    layer_inputs = xs
    for layer in range(3):  # each layer reads both states of the one below
        hs = [
            run_one_direction(name_arrays(model), layer, layer_inputs, reverse)
            for reverse in (False, True)
        ]
        layer_inputs = np.hstack(hs)
    np.testing.assert_allclose(layer_inputs, run_model(model, xs), atol=1e-12)
    V, c = np.random.default_rng(seed).normal(size=(2, 3, 4)), np.arange(3.0)
    added = [c + V[0] @ s[:4] + V[1] @ s[4:] for s in layer_inputs]  # as deck C adds them
    np.testing.assert_allclose(added, layer_inputs @ np.hstack([V[0], V[1]]).T + c, atol=1e-12)
    for cell in ("rnn", "lstm"):
        np.testing.assert_allclose(*compute_slide_and_pytorch(cell, seed), atol=1e-12)


def compute_slide_and_pytorch(cell, seed, n=6):
    """Deck D's one matrix W (h below; h before), and PyTorch's second layer."""
    torch.manual_seed(seed)
    model, below = (
        RECURRENT_LAYERS[cell](n, n, 2, bias=False).double(),
        RECURRENT_LAYERS[cell](n, n, bias=False).double(),
    )
    below.load_state_dict({name: p for name, p in model.state_dict().items() if "l0" in name})
    w, xs = name_arrays(model), np.random.default_rng(seed).normal(size=(7, n))
    W = np.hstack([w["weight_ih_l1"], w["weight_hh_l1"]])
    h = np.zeros(n)
    c = np.zeros(n)
    result = []
    assert W.shape == ({"rnn": n, "lstm": 4 * n}[cell], 2 * n)
    for lower in run_model(below, xs):
        a = W @ np.concatenate([lower, h])
        if cell == "lstm":  # the deck's order is i f o g; PyTorch's i f g o
            i, f, g, o = np.split(a, 4)
            i, f, o = (1 / (1 + np.exp(-x)) for x in (i, f, o))
            c = f * c + i * np.tanh(g)
        h = np.tanh(a) if cell == "rnn" else o * np.tanh(c)
        result.append(h)
    return result, run_model(model, xs)


@pytest.mark.parametrize(("D", "layer", "gap"), [(64, 0, 0), (64, 1, 0), (65, 0, 64), (65, 1, 0)])
def test_the_slide_s_shape_fits_where_n_numbers_are_read(D, layer, gap):
    for cell, gates in (("rnn", 1), ("lstm", 4)):
        w = name_arrays(RECURRENT_LAYERS[cell](D, 64, layer + 1))
        entries = w[f"weight_ih_l{layer}"].size + w[f"weight_hh_l{layer}"].size
        assert abs(entries - gates * 64 * 2 * 64) == gates * gap


@pytest.mark.parametrize(("cell", "gates"), [("rnn", 1), ("gru", 3), ("lstm", 4)])
def test_how_many_times_larger_two_directions_are(cell, gates):
    D, H = 32, 64

    def size(layers, both):
        return sum(
            p.numel() for p in RECURRENT_LAYERS[cell](D, H, layers, bidirectional=both).parameters()
        )

    assert size(1, True) == 2 * size(1, False)
    deep, first = gates * (H * H + H * H + 2 * H), gates * (D * H + H * H + 2 * H)
    second = 2 * gates * (2 * H * H + H * H + 2 * H)  # each reads both directions below
    assert size(2, True) / size(2, False) == pytest.approx((2 * first + second) / (first + deep))
