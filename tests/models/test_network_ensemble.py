"""The stacked networks: each is the package's, and its parts exchange."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnncourse.cells.convert import to_torch
from rnncourse.cells.lstm import LSTMState, lstm_step
from rnncourse.models.network_ensemble import (
    CellKind,
    NetworkEnsemble,
    chrono_biases,
    init_cell_weights,
)

D, H, V, T, B = 3, 4, 2, 7, 2
SEEDS = (3, 4)
XS = np.random.default_rng(0).normal(size=(T, len(SEEDS), B, D))


@pytest.mark.parametrize(
    "arguments",
    [
        {"cell": "gru"},
        {"cell": "tanh", "initialization": "chrono"},
        {"cell": "lstm", "initialization": "identity"},
        {"cell": "tanh", "peepholes": True},
        {"cell": "relu", "output_closed": True},
    ],
)
def test_a_cell_has_no_parts_of_another(arguments):
    with pytest.raises(ValueError, match="No such cell"):
        CellKind(**arguments)


def test_an_lstm_starts_as_usual_without_a_bias():
    assert not sample_weights(CellKind("lstm"), 0).b_h.any()


def run_ensemble(kind, T=9):
    ensemble = NetworkEnsemble(kind, D, H, V, SEEDS, T, torch.float64)
    return ensemble, [s.detach().numpy() for s in ensemble.run(torch.tensor(XS))]


def sample_weights(kind, k, T=9):
    return init_cell_weights(kind, D, H, T, np.random.default_rng([SEEDS[k], 0]))


@pytest.mark.parametrize("start", [0.0, 1.0, "chrono"])
def test_each_lstm_is_torchs(start):
    kind = CellKind("lstm", start)
    _, states = run_ensemble(kind)
    for k in range(len(SEEDS)):
        net = torch.nn.LSTM(D, H).double()
        weights = to_torch([sample_weights(kind, k)])
        net.load_state_dict({name: torch.from_numpy(v) for name, v in weights.items()})
        expected = net(torch.tensor(XS[:, k]))[0].detach().numpy()
        np.testing.assert_allclose(np.stack(states)[:, k], expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        (CellKind("tanh", "usual"), np.tanh),
        (CellKind("tanh", "rotation"), np.tanh),
        (CellKind("relu", 1.2), lambda a: np.maximum(a, 0)),
        (CellKind("relu", "identity"), lambda a: np.maximum(a, 0)),
    ],
)
def test_plain_networks_are_what_their_names_say(kind, act):
    _, states = run_ensemble(kind)
    for k in range(len(SEEDS)):
        w, h = sample_weights(kind, k), np.zeros((B, H))
        if kind.initialization in ("identity", "rotation"):
            np.testing.assert_allclose(w.W_hh @ w.W_hh.T, np.eye(H), atol=1e-12)
        np.testing.assert_array_equal(w.W_xh, sample_weights(CellKind("tanh"), k).W_xh)
        for x, s in zip(XS[:, k], states, strict=True):
            h = act(x @ w.W_xh + h @ w.W_hh + w.b_h)
            np.testing.assert_allclose(s[k], h, atol=1e-12)


def test_peepholes_and_a_closed_output_gate_are_the_packages():
    kind = CellKind("lstm", 1.0, peepholes=True)
    _, states = run_ensemble(kind)
    _, hidden = run_ensemble(replace(kind, output_closed=True))
    for k in range(len(SEEDS)):
        w = sample_weights(kind, k)
        state = shut = LSTMState(np.zeros((B, H)), np.zeros((B, H)))
        for t, x in enumerate(XS[:, k]):
            state = lstm_step(x, state, w)
            np.testing.assert_allclose(states[t][k], state.h, atol=1e-12)
            shut = lstm_step(x, LSTMState(0 * shut.h, shut.c), w)
            np.testing.assert_allclose(hidden[t][k], shut.h * (t == T - 1), atol=1e-12)


def test_chrono_biases_are_the_logarithms_of_times():
    rng, same = np.random.default_rng(5), np.random.default_rng(5)
    np.testing.assert_allclose(np.exp(chrono_biases(50, 6, rng)), same.uniform(1, 49, 6))
    w = sample_weights(CellKind("lstm", "chrono"), 0)
    np.testing.assert_array_equal(w.b_h[:H], -w.b_h[H : 2 * H])
    assert (w.b_h[H : 2 * H] > 0).all()
    assert not w.b_h[2 * H :].any()
