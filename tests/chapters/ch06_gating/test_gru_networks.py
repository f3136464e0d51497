"""Networks side by side: against torch, against the course's cells, and against deck A."""

import numpy as np
import pytest
import torch

from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights, gru_step, gru_step_reset_before
from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_step
from rnncourse.chapters.ch06_gating import gru_networks
from rnncourse.chapters.ch06_gating.gru_flow import LAGS, gradient_by_lag
from rnncourse.chapters.ch06_gating.gru_networks import (
    GATES,
    Kind,
    Networks,
    evaluate,
    near_ends,
    number_of_weights,
    train,
)
from rnncourse.chapters.ch06_gating.gru_tasks import TASKS, adding, hold, parity, running_sum
from rnncourse.concordance.gru import GRUA

F64 = torch.float64


def drawn(kind, S=2, seed=0):
    """Networks whose weights are all random, biases too, and inputs for them."""
    nets = Networks(kind, range(S), 9, F64)
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in nets.parameters:
            p.copy_(torch.randn(p.shape, generator=rng, dtype=F64) / 2)
    return nets, torch.randn(9, S, 3, 2, generator=rng, dtype=F64)


def weights(nets, s):
    return [p[s].detach().numpy() for p in nets.parameters]


def steps(nets, s, xs):
    """Take the steps of the course's cell, or of deck A's, with the weights of one network."""
    W_xh, W_hh, b_h, *_, b_hn = weights(nets, s)
    H, cell = nets.H, nets.kind.cell
    h = np.zeros((3, H))
    state = LSTMState(h, h)
    for x in xs[:, s].numpy():
        if cell == "gru":
            h = gru_step(x, h, GRUWeights(W_xh, W_hh, b_h[0], b_hn[0]))
        elif cell == "before":
            h = gru_step_reset_before(x, h, GRUResetBeforeWeights(W_xh, W_hh, b_h[0]))
        elif cell == "lstm":
            state = lstm_step(x, state, LSTMWeights(W_xh, W_hh, b_h[0]))
            h = state.h
        elif cell == "tanh":
            h = np.tanh(x @ W_xh + h @ W_hh + b_h)
        else:
            blocks = [np.split(array, 4, axis=-1) for array in (W_hh, W_xh, b_h)]
            r, f, store, n = zip(*blocks, strict=True)
            parts = [(W.T, U.T, b[0]) for W, U, b in (f, store, r, n)]
            deck = GRUA(*(array for part in parts for array in part))
            h = np.stack([deck.step(one, state)[0] for one, state in zip(x, h, strict=True)])
    return h


@pytest.mark.parametrize("cell", GATES)
def test_every_cell_is_that_of_the_course(cell):
    nets, xs = drawn(Kind(cell, 4))
    ys, _ = nets.run(xs)
    for s in range(2):
        h = steps(nets, s, xs)
        np.testing.assert_allclose(nets.states[-1][s, :, :4].detach(), h, rtol=1e-10, atol=1e-12)
        W_y, b_y = weights(nets, s)[3:5]
        np.testing.assert_allclose(ys[-1, s].detach(), (h @ W_y + b_y)[:, 0], rtol=1e-10)


def test_hard_gates_are_0_or_1_and_have_the_gradient_of_the_sigmoid():
    nets, xs = drawn(Kind("gru", 4))
    _, gates = nets.run(xs, hard=True)
    assert set(np.unique(gates.detach().numpy().round(12))) <= {0.0, 1.0}
    a = torch.randn(50, dtype=F64, requires_grad=True)
    (hard,) = torch.autograd.grad(nets.gate(a, True).sum(), a)
    (soft,) = torch.autograd.grad(torch.sigmoid(a).sum(), a)
    np.testing.assert_allclose(hard, soft, rtol=1e-12)


def test_one_of_the_two_gates_can_be_rounded_alone():
    """By hand, one step: the other gate is what it was."""
    nets, xs = drawn(Kind("gru", 4), S=1)
    W_xh, W_hh, b_h, *_, b_hn = weights(nets, 0)
    state = np.linspace(-0.9, 0.9, 4 * xs.shape[2]).reshape(-1, 4)
    a, u = xs[0, 0].numpy() @ W_xh + b_h, state @ W_hh
    r, z = (1 / (1 + np.exp(-(a + u)[:, s : s + 4])) for s in (0, 4))
    for gate, (reset, update) in {"update": (r, z > 0.5), "reset": (r > 0.5, z)}.items():
        n = np.tanh(a[:, 8:] + reset * (u[:, 8:] + b_hn))
        rounded, _ = nets._gru(torch.tensor(a[None]), torch.tensor(state[None]), gate)
        np.testing.assert_allclose(rounded[0].detach(), (1 - update) * n + update * state)


def test_training_is_that_of_torch(monkeypatch):
    """One network of a bank, against `torch.optim.Adam`, clipping and a schedule."""
    monkeypatch.setattr(gru_networks, "SCORED", 4)
    updates, rate, kind = 9, 0.05, Kind("gru", 3)
    ensemble = train("sum", kind, [rate, 0.1], [1, 2], updates)
    alone = Networks(kind, [1], 40)
    adam = torch.optim.Adam(alone.parameters, rate)
    rng = np.random.default_rng([1, 2])
    for update in range(updates):
        xs, targets, _ = gru_networks.batch(TASKS["sum"], [rng], torch.float32)
        adam.param_groups[0]["lr"] = rate * min(1, 3 * (1 - update / updates))
        adam.zero_grad()
        (alone.run(xs)[0] - targets).square().mean().backward()
        torch.nn.utils.clip_grad_norm_(alone.parameters, 1.0)
        adam.step()
    for mine, theirs in zip(ensemble.parameters, alone.parameters, strict=True):
        np.testing.assert_allclose(mine[0].detach(), theirs[0].detach(), rtol=2e-3, atol=2e-5)


def test_a_network_does_not_see_its_neighbors():
    both, alone = (train("hold", Kind("gru", 3), [0.1] * n, range(n), 3) for n in (2, 1))
    np.testing.assert_allclose(both.W_hh[0].detach(), alone.W_hh[0].detach(), rtol=1e-4, atol=1e-6)


def test_answers_of_the_tasks():
    rng = np.random.default_rng(0)
    xs, sums, _ = running_sum(rng, 12, 5)
    for b in range(5):
        for t in range(12):
            marks = [s for s in range(t + 1) if xs[s, b, 1] == 1]
            start = marks[-1] if marks else 0
            assert np.isclose(sums[t, b], xs[start : t + 1, b, 0].sum())
    xs, held, _ = hold(rng, 12, 5)
    assert (xs[0, :, 1] == 1).all()
    assert np.allclose(held[xs[..., 1] == 1], xs[xs[..., 1] == 1][:, 0])
    assert np.allclose(np.diff(held, axis=0)[xs[1:, :, 1] == 0], 0)
    xs, odd, _ = parity(rng, 12, 5)
    assert set(np.unique(odd)) == {-1.0, 1.0}
    first = np.argmax(xs[1:, :, 1] == 1, axis=0)
    for b in range(5):
        stop = first[b] + 1 if xs[1:, b, 1].any() else 12
        assert np.allclose(odd[:stop, b], 2 * (xs[:stop, b, 0].cumsum() % 2) - 1)
    xs, answer, asked = adding(rng, 12, 5)
    assert np.allclose(answer[-1], (xs[..., 0] * xs[..., 1]).sum(0))
    assert asked.sum() == asked[-1] == 1


def test_a_constant_answer_leaves_all_of_the_error():
    nets = Networks(Kind("gru", 3), [0], 40)
    with torch.no_grad():
        nets.W_y.zero_()
        _, targets, _ = TASKS["hold"].draw(np.random.default_rng([9, 1]), 40, 200)
        nets.b_y.fill_(float(targets.mean()))
    left, gates = evaluate("hold", nets)
    assert np.isclose(left[0], 1, rtol=1e-5)
    assert gates.shape == (40, 1, 200, 3)


def test_chrono_starts_memories_of_1_to_39_steps():
    for cell, block in (("gru", 1), ("lstm", 1), ("clear", 1)):
        b = Networks(Kind(cell, 400, "chrono"), [0], 40).b_h.detach().view(-1, 400)
        memory = torch.exp(b[block])
        assert 1 <= memory.min() < 3
        assert 36 < memory.max() <= 39
        writes = {"lstm": 0, "clear": 2}.get(cell)
        if writes is not None:
            assert torch.equal(b[writes], -b[block])


@pytest.mark.parametrize(("cell", "module"), [("lstm", torch.nn.LSTM), ("gru", torch.nn.GRU)])
def test_weights_are_those_that_torch_counts_less_a_second_bias(cell, module):
    H, number = 5, sum(p.numel() for p in module(2, 5).parameters())
    kept = H if cell == "gru" else 0  # the second bias of n does something
    assert number_of_weights(Kind(cell, H)) == number - GATES[cell] * H + kept


def test_near_ends():
    assert near_ends(np.array([0.0, 0.1, 0.11, 0.89, 0.95, 1.0])) == pytest.approx(4 / 6)


def test_along_the_kept_path_a_gradient_is_multiplied_by_z():
    """Without weights from the state, that path is the only one."""
    decades = gradient_by_lag(Kind("gru", 4, 3.0), [0, 1])
    assert decades.shape == (2, LAGS + 1)
    assert (decades[:, 0] == 0).all()
    nets, xs = drawn(Kind("gru", 4))
    with torch.no_grad():
        nets.W_hh.zero_()
        nets.b_hn.zero_()
    _, gates = nets.run(xs)
    g_late, g_early = torch.autograd.grad(
        nets.states[-1].sum(), [nets.states[-1], nets.states[-4]], retain_graph=True
    )
    np.testing.assert_allclose(g_early, g_late * gates[-3:].prod(0).detach(), rtol=1e-10)


def test_gates_are_rounded_all_or_near_an_end_or_between():
    nets, a = Networks(Kind("gru"), [0], 9), torch.tensor([-9.0, -1.0, 1.0, 9.0])
    soft = torch.sigmoid(a)
    for hard, right in {
        False: soft,
        True: torch.tensor([0.0, 0, 1, 1]),
        "near": torch.tensor([0, soft[1], soft[2], 1]),
        "between": torch.tensor([soft[0], 0, 1, soft[3]]),
    }.items():
        torch.testing.assert_close(nets.gate(a, hard), right)
