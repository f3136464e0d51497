"""The variants: each is what it says, held against the package's cells and slow letters."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch

from rnncourse.cells.gru import GRUResetBeforeWeights, gru_step_reset_before
from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_step
from rnncourse.chapters.ch08_gated_variants import variants
from rnncourse.chapters.ch08_gated_variants.ensemble import Setting, VariantEnsemble
from rnncourse.chapters.ch08_gated_variants.variants import VARIANTS, Variant, init_variant_weights

from .single_network import compute_sigmoid, run_cell

D, H, T, B = 3, 4, 5, 2
every = pytest.mark.parametrize("kind", VARIANTS)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def stack_gates(w, start, order):
    return np.concatenate([w[start + k] for k in order], -1)


@pytest.mark.parametrize("kind", ["V", "NP"])
def test_the_full_lstm_equals_the_package(kind, rng):
    w, xs = init_variant_weights(VARIANTS[kind], D, H, rng, 1.5), rng.normal(size=(T, B, D))
    weights = LSTMWeights(
        *(stack_gates(w, start, "ifgo") for start in ("W_x", "W_h", "b_")),
        *(w["p_" + k] for k in "ifo" if kind == "V"),
    )
    state = LSTMState(np.zeros((B, H)), np.zeros((B, H)))
    for x, h in zip(xs, run_cell(xs, w, VARIANTS[kind]), strict=True):
        state = lstm_step(x, state, weights)
        np.testing.assert_allclose(h, state.h, rtol=1e-11)


@pytest.mark.parametrize("gate", "ifo")
def test_a_gate_that_is_missing_is_held_open(gate, rng):
    full = init_variant_weights(VARIANTS["V"], D, H, rng)
    less = Variant(gates="ifo".replace(gate, ""))
    w = {k: v for k, v in full.items() if k in variants.parameter_shapes(less, D, H)}
    for name in full:
        if name.endswith(gate):
            full[name] = np.full_like(full[name], 60.0 if name[0] == "b" else 0.0)
    xs = rng.normal(size=(T, B, D))
    np.testing.assert_allclose(run_cell(xs, w, less), run_cell(xs, full, VARIANTS["V"]), rtol=1e-11)


def test_coupled_gates_are_an_lstm_whose_input_gate_is_turned(rng):
    w = init_variant_weights(replace(VARIANTS["CIFG"], peepholes=False), D, H, rng)
    turned = w | {f"{part}i": -w[f"{part}f"] for part in ("W_x", "W_h", "b_")}
    xs = rng.normal(size=(T, B, D))
    actual = run_cell(xs, w, replace(VARIANTS["CIFG"], peepholes=False))
    np.testing.assert_allclose(actual, run_cell(xs, turned, VARIANTS["NP"]), rtol=1e-11)


def test_a_cell_without_squashing_is_a_plain_sum(rng):
    xs, w = 3 * rng.normal(size=(T, B, D)), init_variant_weights(Variant(gates=""), D, H, rng)
    w["W_hg"] = 0 * w["W_hg"]
    a = xs @ w["W_xg"] + w["b_g"]
    for inner, outer in product((True, False), repeat=2):
        c = np.cumsum(np.tanh(a) if inner else a, axis=0)
        actual = run_cell(xs, w, Variant(gates="", squash_in=inner, squash_out=outer))
        np.testing.assert_allclose(actual, np.tanh(c) if outer else c, rtol=1e-11)


def test_full_gate_recurrence_by_the_letters_of_its_equations(rng):
    w, xs = init_variant_weights(VARIANTS["FGR"], D, H, rng), rng.normal(size=(T, B, D))
    assert sum(name[0] == "R" for name in w) == 9
    h = c = np.zeros((B, H))
    gates = dict.fromkeys("ifo", h)

    def gate(k, c):
        from_gates = sum(gates[j] @ w[f"R_{j}{k}"] for j in "ifo")
        return compute_sigmoid(
            x @ w["W_x" + k] + h @ w["W_h" + k] + w["b_" + k] + w["p_" + k] * c + from_gates
        )

    for x, actual in zip(xs, run_cell(xs, w, VARIANTS["FGR"]), strict=True):
        i, f = gate("i", c), gate("f", c)
        c = f * c + i * np.tanh(x @ w["W_xg"] + h @ w["W_hg"] + w["b_g"])
        gates = {"i": i, "f": f, "o": gate("o", c)}
        h = gates["o"] * np.tanh(c)
        np.testing.assert_allclose(actual, h, rtol=1e-11)


def test_gru_equals_gru_step_reset_before_and_mut2_negates_z(rng):
    w, xs = init_variant_weights(VARIANTS["GRU"], D, H, rng, 0.5), rng.normal(size=(T, B, D))
    arrays = [stack_gates(w, start, "rzn") for start in ("W_x", "W_h", "b_")]
    h = np.zeros((B, H))
    negated_z = {k: -v if k[-1] == "z" else v for k, v in w.items()}
    gru, mut2 = run_cell(xs, w, VARIANTS["GRU"]), run_cell(xs, negated_z, VARIANTS["MUT2"])
    for x, gru_h, mut2_h in zip(xs, gru, mut2, strict=True):
        h = gru_step_reset_before(x, h, GRUResetBeforeWeights(*arrays))
        np.testing.assert_allclose(gru_h, h, rtol=1e-11)
        np.testing.assert_allclose(mut2_h, h, rtol=1e-11)


def test_mutants_by_the_letters_of_their_equations(rng):
    xs = rng.normal(size=(T, B, D))
    for kind in ("MUT1", "MUT3", "plain"):
        w, h = init_variant_weights(VARIANTS[kind], D, H, rng, 0.7), np.zeros((B, H))
        w["b_n"] = rng.normal(size=H)  # drawn, it would be 0, and could stand anywhere
        for x, actual in zip(xs, run_cell(xs, w, VARIANTS[kind]), strict=True):
            a, z, r = x @ w["W_xn"], 1.0, 1.0
            if kind != "plain":
                r = compute_sigmoid(x @ w["W_xr"] + h @ w["W_hr"] + w["b_r"])
            if kind == "MUT1":
                z, a = compute_sigmoid(x @ w["W_xz"] + w["b_z"]), np.tanh(a)
            if kind == "MUT3":
                z = compute_sigmoid(x @ w["W_xz"] + np.tanh(h) @ w["W_hz"] + w["b_z"])
            h = np.tanh((r * h) @ w["W_hn"] + a + w["b_n"]) * z + h * (1 - z)
            np.testing.assert_allclose(actual, h, rtol=1e-11)


@every
def test_each_network_of_a_batch_computes_as_if_alone(kind, rng):
    xs, settings = torch.tensor(rng.normal(size=(2, T, B, D))), [Setting(0.1), Setting(0.1, 2.0)]
    ensemble = VariantEnsemble(kind, D, H, 1, [3, 4], settings, torch.float64)
    alone = VariantEnsemble(kind, D, H, 1, [4], settings[1:], torch.float64)
    for actual, expected in zip(ensemble.run(xs), alone.run(xs[1:]), strict=True):
        torch.testing.assert_close(actual[1], expected[0])


@every
def test_parameters_are_counted(kind, rng):
    w = init_variant_weights(VARIANTS[kind], D, H, rng)
    assert variants.count_parameters(VARIANTS[kind], D, H) == sum(a.size for a in w.values())
    assert variants.count_parameters(VARIANTS[kind], D, H, 7) == variants.count_parameters(
        VARIANTS[kind], D, H
    ) + 7 * (H + 1)


def test_biases_start_where_they_should(rng):
    assert (init_variant_weights(VARIANTS["V"], D, H, rng, 2.0)["b_f"] == 2).all()
    assert (init_variant_weights(VARIANTS["GRU"], D, H, rng, 2.0)["b_z"] == 2).all()
    assert (init_variant_weights(VARIANTS["MUT1"], D, H, rng, 2.0)["b_z"] == -2).all()
    w = VariantEnsemble("V", D, H, 1, [0], [Setting(0.1, T_max=30, output_bias=1.0)]).w
    torch.testing.assert_close(w["b_i"], -w["b_f"])
    assert 0 <= w["b_f"].min() <= w["b_f"].max() <= np.log(29)
    assert (w["b_o"] == 1).all()
