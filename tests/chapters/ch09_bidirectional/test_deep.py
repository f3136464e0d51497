"""Deep networks: against loops, PyTorch and autograd."""

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.chapters.ch09_bidirectional import deep, deep_experiments
from rnncourse.core.records import Record


def weights(net, seed):
    return {name: p[seed].detach().numpy() for name, p in net.weights.items()}


def by_loop(kind, w, xs):
    """Run one network on one sequence, step by step."""
    for n in range(kind.inputs):
        xs = np.tanh(xs @ w[f"E{n}"] + w[f"E{n}_b"][0])
    for layer in range(kind.layers):
        below, h, hs = xs, np.zeros(len(w["U0"])), []
        for x in below:
            before = h
            h = np.tanh(x @ w[f"W{layer}"] + w[f"W{layer}_b"][0] + h @ w[f"U{layer}"])
            for n in range(kind.moves):
                skip = before @ w["K"] if kind.skip else 0
                h = np.tanh(h @ w[f"M{n}"] + w[f"M{n}_b"][0] + skip)
            hs.append(h)
        xs = np.array(hs)
    for n in range(kind.outputs):
        xs = np.tanh(xs @ w[f"O{n}"] + w[f"O{n}_b"][0])
    return xs


@pytest.mark.parametrize("name", deep.KINDS)
def test_every_kind_is_its_loop(name):
    kind = deep.KINDS[name]
    net = deep.Deep(kind, 3, 4, 2, (0, 1)).double()
    xs = np.random.default_rng(0).normal(size=(2, 5, 2, 3))
    with torch.no_grad():
        states = net.states(torch.from_numpy(xs)).numpy()
        logits = net(torch.from_numpy(xs)).numpy()
    for seed in range(2):
        w = weights(net, seed)
        for b in range(2):
            mine = by_loop(kind, w, xs[seed, :, b])
            np.testing.assert_allclose(states[seed, :, b], mine, atol=1e-12)
            np.testing.assert_allclose(logits[seed, :, b], mine @ w["V"] + w["V_b"][0], atol=1e-12)


def test_a_stack_is_torch_s():
    net = deep.Deep(deep.KINDS["two layers"], 3, 4, 2, (0,)).double()
    model = nn.RNN(3, 4, 2).double()
    w = weights(net, 0)
    with torch.no_grad():
        for n in range(2):
            getattr(model, f"weight_ih_l{n}").copy_(torch.from_numpy(w[f"W{n}"].T))
            getattr(model, f"weight_hh_l{n}").copy_(torch.from_numpy(w[f"U{n}"].T))
            getattr(model, f"bias_ih_l{n}").zero_()
            getattr(model, f"bias_hh_l{n}").zero_()
        xs = torch.randn(6, 2, 3, dtype=torch.double)
        torch.testing.assert_close(net.states(xs[None])[0], model(xs)[0])


def test_fading_is_a_gradient():
    kind, T, H = deep.KINDS["transition"], 4, 6
    found = deep.fading(kind, (3,), T, H, D=5)[0]
    net = deep.Deep(kind, 5, H, 2, (3,)).double()
    draw = torch.Generator().manual_seed(1003)
    xs = torch.randn(T, 8, 5, generator=draw, dtype=torch.double).numpy()
    v = torch.Generator().manual_seed(1003)
    torch.randn(T, 8, 5, generator=v, dtype=torch.double)
    v = torch.randn(8, H, generator=v, dtype=torch.double).numpy()
    w, step = weights(net, 0), 1e-6
    lengths = np.zeros((T, 8))
    for t in range(T):
        for b in range(8):
            slope = []
            for d in range(5):
                ends = []
                for sign in (1, -1):
                    moved = xs[:, b].copy()
                    moved[t, d] += sign * step
                    ends.append(by_loop(kind, w, moved)[-1] @ v[b])
                slope.append((ends[0] - ends[1]) / (2 * step))
            lengths[t, b] = np.linalg.norm(slope)
    mean = lengths.mean(1)[::-1]
    np.testing.assert_allclose(found, mean / mean[0], rtol=1e-5)


def test_a_symbol_is_recalled_after_a_short_lag():
    assert deep.recalled(deep.KINDS["shallow"], (0, 1), 2, 1e-2, 100, 16).min() > 0.9


def test_the_rate_is_chosen_by_other_networks_than_those_that_are_counted(monkeypatch):
    """Planted: networks that name most at the higher of the two rates, less beyond."""
    asked = []

    def recalled(kind, seeds, lag, rate, updates, H):
        asked.append((seeds, rate, H))
        return np.full(len(seeds), 0.9 - abs(rate - 3e-3))

    monkeypatch.setattr(deep, "recalled", recalled)
    record = deep_experiments.measure_depth(lambda _: None)
    counted = [(rate, H) for seeds, rate, H in asked if seeds == deep_experiments.MANY]
    assert counted == [(3e-3, deep_experiments.UNITS)] * len(deep_experiments.TRAINED)
    assert not set(deep_experiments.MANY) & set(deep_experiments.TUNING)
    assert len(record.value("depth/input")) == len(deep_experiments.MANY)


def test_what_the_lesson_says_of_fading():
    record = Record.load("ch09_bidirectional")
    end = {name: record.value(f"fading/{name}")[-1] for name in deep.KINDS}
    assert end["transition"] < end["shallow"] - 5
    assert abs(end["output"] - end["shallow"]) < 0.2
    assert end["transition"] < end["larger weights"] < end["with a skip"]
