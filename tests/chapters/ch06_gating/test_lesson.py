"""The lesson's lists, its unit with one gate, its GRUs, and what the record says of them."""

from dataclasses import fields

import numpy as np
import pytest
import torch

from rnncourse.cells import gru
from rnncourse.cells.initial import initial_weights
from rnncourse.chapters.ch06_gating import flow, lesson
from rnncourse.concordance.gru import GRUDeckC
from rnncourse.concordance.lstm import LSTMDeckC, LSTMPeepholesDeckC
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING

VALUE = Record.load("ch06_gating").value


@pytest.fixture
def network():
    torch.manual_seed(0)
    return lesson.RegressionNetwork(torch.nn.GRU(2, 5))


def test_the_target_is_the_number_starred_last():
    xs, answers = lesson.sample_lists(30, 0)
    assert xs.shape == (40, 30, 2)
    for n in range(30):
        starred = None
        for (value, star), answer in zip(xs[:, n], answers[:, n], strict=True):
            starred = value if star else starred
            assert answer == starred


def test_a_gate_set_by_hand_solves_the_task():
    unit, (xs, answers) = lesson.OneGate(), lesson.sample_lists(20, 1)
    with torch.no_grad():
        unit.value.weight[:] = torch.tensor([1.0, 0])
        unit.gate.weight[:] = torch.tensor([0, -40.0])
        unit.gate.bias[:] = 20
        torch.testing.assert_close(unit(xs), answers, atol=1e-5, rtol=0)


def test_the_memory_is_an_average_whose_mean_age_is_a_power_of_the_sum():
    """Equations eq-average and eq-age, with a gate that stays where it is."""
    unit, xs = lesson.OneGate(), torch.zeros(4000, 1, 2, dtype=torch.float64)
    xs[0, 0, 0] = 1  # one number, and then zeros: what is left of it is its share
    unit = unit.double()
    with torch.no_grad():
        unit.value.weight[:] = torch.tensor([1.0, 0])
        for u in (1.0, 20.0, 150.0):
            unit.gate.bias[:] = np.log(u)
            torch.set_default_dtype(torch.float64)
            try:
                shares = unit(xs)[:, 0].numpy()
            finally:
                torch.set_default_dtype(torch.float32)
            assert shares.sum() == pytest.approx(1)
            assert shares @ np.arange(4000) == pytest.approx(u, rel=1e-6)


def test_a_state_is_an_average_of_candidates():
    """Equation eq-average for a GRU, from a first state that is not 0."""
    w = initial_weights(gru.GRUWeights, 2, 4, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    xs, h = rng.normal(size=(7, 3, 2)), rng.normal(size=(3, 4))
    first, zs, ns = h, [], []
    for x in xs:
        _, z, n, _ = gru.gru_gates(x, h, w)
        h = gru.gru_step(x, h, w)
        zs.append(z)
        ns.append(n)
    zs, ns = np.array(zs), np.array(ns)
    average = zs.prod(0) * first
    for t in range(7):
        average = average + (1 - zs[t]) * zs[t + 1 :].prod(0) * ns[t]
    np.testing.assert_allclose(h, average, rtol=1e-12)


def test_a_step_is_that_of_torch_and_of_the_course(network):
    xs, _ = lesson.sample_lists(3, 0)
    outputs, _ = lesson.answers_and_gates(network, xs)
    torch.testing.assert_close(outputs, network(xs).detach(), rtol=1e-5, atol=1e-6)
    W_xh, W_hh, b_xh, b_hh = (p.detach().double().numpy() for p in network.states.parameters())
    x, h = xs[0].double().numpy(), np.random.default_rng(0).normal(size=(3, 5))
    b_h = b_xh + b_hh
    b_h[10:] = b_xh[10:] + b_hh[10:]
    before = gru.gru_step_reset_before(x, h, gru.GRUResetBeforeWeights(W_xh.T, W_hh.T, b_h))
    actual, _ = lesson.step_gru(xs[0], torch.tensor(h).float(), network.states, reset_before=True)
    np.testing.assert_allclose(actual.detach(), before, rtol=1e-5, atol=1e-6)


def test_misread_gates_only_permute_blocks(network):
    x, h = torch.randn(3, 2), torch.randn(3, 5)
    with torch.no_grad():
        h_new, z = lesson.step_gru(x, h, network.states)
        turned, z_turned = lesson.step_gru(x, h, lesson.misread_gates(network, "inverted").states)
        _, z_swapped = lesson.step_gru(x, h, lesson.misread_gates(network, "swapped").states)
        r = torch.sigmoid(
            (x @ network.states.weight_ih_l0.T + h @ network.states.weight_hh_l0.T)[:, :5]
            + (network.states.bias_ih_l0 + network.states.bias_hh_l0)[:5]
        )
        n = (h_new - z * h) / (1 - z)
        same, _ = lesson.step_gru(x, h, lesson.misread_gates(network, "right").states)
    torch.testing.assert_close(z_turned, 1 - z)
    torch.testing.assert_close(turned, z * n + (1 - z) * h, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(z_swapped, r)
    torch.testing.assert_close(same, h_new)


def test_a_candidate_without_state_does_not_depend_on_it(network):
    blind, x = lesson.cut_state_from_candidate(network).states, torch.randn(1, 2)
    with torch.no_grad():
        result = []
        for h in (torch.zeros(1, 5), torch.ones(1, 5)):
            h_new, z = lesson.step_gru(x, h, blind)
            result.append(((h_new - z * h) / (1 - z) - (x @ blind.weight_ih_l0.T)[:, 10:]).shape)
            assert torch.equal(blind.weight_hh_l0[10:], torch.zeros(5, 5))
    assert torch.equal(blind.weight_hh_l0[:10], network.states.weight_hh_l0[:10])


def test_a_gate_is_never_0_or_1():
    """And how near it comes is counted within a tenth; so are the units that switch."""
    gates = torch.sigmoid(torch.linspace(-15, 15, 100))
    assert 0 < gates.min() < gates.max() < 1
    assert lesson.saturated_fraction(torch.tensor([0.02, 0.3, 0.5, 0.95])) == pytest.approx(0.5)
    stars = torch.tensor([[1.0], [0.0], [0.0]])
    z = torch.tensor([[[0.1, 0.5]], [[0.9, 0.6]], [[0.9, 0.6]]])
    assert lesson.count_switches(z, stars) == 1


def test_matrices_are_the_letters_that_deck_c_prints():
    """Claim C12 counts them: 6 in a GRU, 8 in an LSTM, 11 with peepholes."""
    for printed, number in ((GRUDeckC, 6), (LSTMDeckC, 8), (LSTMPeepholesDeckC, 11)):
        letters = [field.name for field in fields(printed) if field.name.startswith("W")]
        assert len(letters) == number


# --- The way back ---


def test_the_curve_by_bias_is_what_fresh_networks_give():
    seed = CONFIRMING[:1]
    for cell, H, bias in (("gru", 18, 0), ("gru", 18, 4), ("lstm", 16, 1)):
        fresh = flow.log10_gradient_change(cell, H, float(bias), seed)[0]
        assert np.isclose(VALUE(f"opened/{cell}/{bias}")[0], fresh, atol=1e-6)
    assert np.isclose(
        VALUE("opened/plain")[0], flow.log10_gradient_change("tanh", 33, 0.0, seed)[0], atol=1e-6
    )


def test_along_the_kept_way_a_gradient_is_multiplied_by_z(monkeypatch):
    """Without weights from the state, that way is the only one."""

    def init_without_weights(cell, H, bias, seed, old=flow.init_cell):
        net = old(cell, H, bias, seed)
        with torch.no_grad():
            net.weight_hh.zero_()
            net.weight_ih.zero_()
        return net

    monkeypatch.setattr(flow, "init_cell", init_without_weights)
    z = 1 / (1 + np.exp(-2.0))
    assert flow.log10_gradient_change("gru", 4, 2.0, [0])[0] == pytest.approx(50 * np.log10(z))


# --- What the record says ---


def test_the_least_error_of_three_cells_that_lack_a_gate():
    fewer = np.min([VALUE(f"selecting/{name}") for name in ("io", "fo", "if")], axis=0)
    np.testing.assert_array_equal(VALUE("selecting/fewer"), fewer)


def test_what_the_record_says():
    assert max(VALUE("starred/unit") + VALUE("starred/unit/400 steps")) < 0.05
    assert max(VALUE("starred/unit/z at a star")) < 0.06
    assert min(VALUE("starred/unit/z elsewhere")) > 0.99
    assert min(VALUE("starred/plain/0.01")) > max(VALUE("starred/unit"))
    near = [np.mean(VALUE(f"sharp/near/{rate}")) for rate in lesson.RATES]
    assert near[0] < 0.1 < 0.5 < near[3]
    assert near == sorted(near)
    assert max(VALUE("sharp/error/0.01") + VALUE("sharp/error/0.1")) < 0.1
    for rate in (0.01, 0.1):
        for change in ("inverted", "swapped"):
            assert min(VALUE(f"sharp/{change}/{rate}")) > 0.5
        assert (np.array(VALUE(f"sharp/before/{rate}")) > VALUE(f"sharp/error/{rate}")).all()
    assert max(VALUE(f"longer/near/{lesson.LONGER[-1]}")) < 0.3 < min(VALUE("sharp/near/0.1"))
