"""Two memories; cells without gates: the full one is torch's LSTM, the plain one its RNN."""

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_gates
from rnncourse.chapters.ch06_gating import gate_experiments, subsets
from rnncourse.core.seeds import CONFIRMING

D, H, SEEDS = 3, 4, (5, 6)
XS = torch.from_numpy(np.random.default_rng(0).normal(size=(7, 1, 2, D)))
BLOCKS = {"i": 0, "f": 1, "g": 2, "o": 3}


def make_cells(name, seeds=SEEDS):
    cells = subsets.GatedNetworks(
        [subsets.GATE_SUBSETS[name]] * len(seeds), seeds, H, D, torch.float64
    )
    with torch.no_grad():
        cells.W_xh *= 2
    return cells


def fill_layer(layer, *values):
    for tensor, value in zip(layer.parameters(), values, strict=True):
        tensor.data = value.contiguous()
    return layer.double()


@pytest.mark.parametrize(
    ("name", "layer_class", "columns"),
    [("ifo", nn.LSTM, slice(None)), ("plain", nn.RNN, slice(2 * H, 3 * H))],
)
def test_full_and_plain_cells_equal_torch_lstm_and_rnn(name, layer_class, columns):
    cells = make_cells(name)
    hs = cells.run(XS.expand(-1, 2, -1, -1))
    for k in range(2):
        W, U, b = (w[k][..., columns] for w in (cells.W_xh, cells.W_hh, cells.b_h))
        layer = fill_layer(layer_class(D, H), W.T, U.T, b[0], torch.zeros_like(b[0]))
        torch.testing.assert_close(hs[:, k], layer(XS[:, 0])[0], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", [k for k in subsets.GATE_SUBSETS if subsets.GATE_SUBSETS[k].carry])
def test_a_gate_that_is_missing_is_open(name):
    """The full cell with weights of 0 and a large bias in the place of the gate."""
    cells, full = make_cells(name), make_cells("ifo")
    with torch.no_grad():
        for letter in set("ifo") - set(subsets.GATE_SUBSETS[name].gates):
            block = slice(BLOCKS[letter] * H, (BLOCKS[letter] + 1) * H)
            full.W_xh[..., block], full.W_hh[..., block], full.b_h[..., block] = 0, 0, 60
    xs = XS.expand(-1, 2, -1, -1)
    torch.testing.assert_close(cells.run(xs), full.run(xs), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", subsets.GATE_SUBSETS)
def test_weights_that_are_not_counted_get_no_gradient(name):
    cells = make_cells(name, (5,))
    ys = cells.answers(XS)
    gradients = torch.autograd.grad(ys.square().sum(), cells.parameters)
    assert sum(int((g != 0).sum()) for g in gradients) == subsets.GATE_SUBSETS[name].parameters(
        D, H
    )


def test_networks_of_one_seed_start_alike_and_kinds_do_not_touch_each_other():
    names = ["io", "ifo"]
    cells = subsets.GatedNetworks(
        [subsets.GATE_SUBSETS[k] for k in names], [5, 5], H, dtype=torch.float64
    )
    assert torch.equal(cells.W_hh[0], cells.W_hh[1])
    assert cells.b_h.view(2, 4, H).mean(-1).tolist() == [[0, 1, 0, 0]] * 2  # f is open at first
    subsets.train_cells(cells, [5, 5], [0.1, 0.01], 3)
    for k, (name, rate) in enumerate(zip(names, (0.1, 0.01), strict=True)):
        alone = subsets.GatedNetworks([subsets.GATE_SUBSETS[name]], [5], H, dtype=torch.float64)
        subsets.train_cells(alone, [5], [rate], 3)
        torch.testing.assert_close(cells.W_hh[k], alone.W_hh[0], rtol=1e-10, atol=1e-12)


def test_a_constant_answer_leaves_all_of_the_error():
    cells = subsets.GatedNetworks([subsets.GATE_SUBSETS["ifo"]], [5], 1)
    with torch.no_grad():
        cells.W_y.zero_()
    assert subsets.score_subsets(cells, 3)[0] == pytest.approx(1, abs=0.01)


def test_the_target_of_two_memories_is_their_gated_sum():
    xs, answers = subsets.sample_two_memories(np.random.default_rng(2), 200, 4)
    for b in range(4):
        first = second = 0.0
        for (value, to_a, to_b, of_a, of_b), answer in zip(xs[:, b], answers[:, b], strict=True):
            assert to_a + to_b <= 1
            assert of_a + of_b <= 1
            assert value == 0 or to_a + to_b
            first, second = (value if to_a else first), (value if to_b else second)
            assert answer == first * of_a + second * of_b


def test_the_memory_is_linear_in_its_two_parts():
    """The new cell is f * c + i * g; and what follows 2 a - b is 2 a' - b', the gates given."""
    rng = np.random.default_rng(3)
    w = LSTMWeights(*(rng.normal(size=shape) for shape in ((3, 16), (4, 16), (16,))))
    x, h = rng.normal(size=(5, 3)), np.tanh(rng.normal(size=(5, 4)))
    a, b = rng.normal(size=(2, 5, 4))
    i, f, g, _, after_a = lstm_gates(x, LSTMState(h, a), w)
    *_, after_b = lstm_gates(x, LSTMState(h, b), w)
    *_, after_both = lstm_gates(x, LSTMState(h, 2 * a - b), w)
    np.testing.assert_allclose(after_a, f * a + i * g, rtol=0, atol=1e-12)
    np.testing.assert_allclose(after_both, 2 * after_a - after_b, rtol=0, atol=1e-12)


def test_gradients_are_recorded_by_cell_and_first_bias(monkeypatch):
    def plant_gradient_changes(cell, H, bias, seeds):
        return [H + bias / 8 + seed for seed in seeds]

    monkeypatch.setattr(gate_experiments, "log10_gradient_change", plant_gradient_changes)
    record = gate_experiments.measure_first_gate_bias()
    assert record.value("opened/plain") == [33 + seed for seed in CONFIRMING]
    for bias in gate_experiments.BIASES:
        for cell, H in (("gru", 18), ("lstm", 16)):
            assert record.value(f"opened/{cell}/{bias}") == plant_gradient_changes(
                cell, H, bias, CONFIRMING
            )


def test_fewer_is_the_lowest_error_of_each_seed_without_one_gate(monkeypatch):
    errors = {"ifo": [0.1, 0.1], "io": [0.5, 0.2], "fo": [0.3, 0.6], "if": [0.4, 0.4]}
    errors = {
        subsets.GATE_SUBSETS[n]: np.array(row) for n, row in {**errors, "plain": [0.0, 0.0]}.items()
    }
    runs, seeds = [], (60, 61)
    monkeypatch.setattr(gate_experiments, "THIRTY", seeds)
    monkeypatch.setattr(gate_experiments, "GatedNetworks", lambda kinds, seeds, H: kinds[0])
    monkeypatch.setattr(gate_experiments, "train_cells", lambda *run: runs.append(run))
    monkeypatch.setattr(gate_experiments, "score_subsets", lambda kind, seed: errors[kind])
    record = gate_experiments.measure_selecting()
    assert record.value("selecting/fewer") == [0.3, 0.2]
    assert record.value("selecting/ifo") == [0.1, 0.1]
    chosen = gate_experiments.CHOSEN_SETTINGS
    assert runs == [(subsets.GATE_SUBSETS[n], seeds, [rate] * 2) for n, (_, rate) in chosen.items()]


def test_each_seed_has_its_sequences_and_networks_are_scored_on_others(monkeypatch):
    states, sample_two_memories = [], subsets.sample_two_memories

    def draw(rng, *sizes):
        states.append(rng.bit_generator.state["state"])
        return sample_two_memories(rng, *sizes)

    monkeypatch.setattr(subsets, "sample_two_memories", draw)
    cells = subsets.GatedNetworks([subsets.GATE_SUBSETS["plain"]] * 2, [5, 6], H)
    subsets.train_cells(cells, [5, 6], [0.01] * 2, updates=1)
    subsets.score_subsets(cells, 5, 9)
    assert len({str(state) for state in states}) == 3
