"""The variants: each is what it says, its gradient is right, and its network trains as it steps."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnncourse.cells.gru import GRUResetBeforeWeights, gru_step_reset_before
from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_step
from rnncourse.chapters.ch08_gated_variants import variants
from rnncourse.chapters.ch08_gated_variants.ensemble import Ensemble, Setting, gradient
from rnncourse.chapters.ch08_gated_variants.variants import KINDS, Variant, draw, run
from rnncourse.core.gradcheck import check_gradient

D, H, T, B = 3, 4, 5, 2
every = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def stacked(w, start, order):
    return np.concatenate([w[start + k] for k in order], -1)


def packaged(w, peepholes=True):
    """The weights of an LSTM as the package has them."""
    arrays = [stacked(w, start, "ifgo") for start in ("W_x", "W_h", "b_")]
    return LSTMWeights(*arrays, *(w["p_" + k] for k in "ifo" if peepholes))


@pytest.mark.parametrize("kind", ["V", "NP"])
def test_the_full_lstm_is_the_packages(kind, rng):
    w, xs = draw(KINDS[kind], D, H, rng, 1.5), rng.normal(size=(T, B, D))
    ours, _ = run(xs, w, KINDS[kind])
    state = LSTMState(np.zeros((B, H)), np.zeros((B, H)))
    for x, h in zip(xs, ours, strict=True):
        state = lstm_step(x, state, packaged(w, kind == "V"))
        np.testing.assert_allclose(h, state.h, rtol=1e-12)


@pytest.mark.parametrize("gate", "ifo")
def test_a_gate_that_is_missing_is_held_open(gate, rng):
    full = draw(KINDS["V"], D, H, rng)
    less = Variant(gates="ifo".replace(gate, ""))
    w = {k: v for k, v in full.items() if k in variants.shapes(less, D, H)}
    for name in full:
        if name.endswith(gate):
            full[name] = np.full_like(full[name], 60.0 if name[0] == "b" else 0.0)
    xs = rng.normal(size=(T, B, D))
    np.testing.assert_allclose(run(xs, w, less)[0], run(xs, full, KINDS["V"])[0], rtol=1e-12)


def test_coupled_gates_are_an_lstm_whose_input_gate_is_turned(rng):
    w = draw(replace(KINDS["CIFG"], peepholes=False), D, H, rng)
    turned = w | {f"{part}i": -w[f"{part}f"] for part in ("W_x", "W_h", "b_")}
    xs = rng.normal(size=(T, B, D))
    ours = run(xs, w, replace(KINDS["CIFG"], peepholes=False))[0]
    np.testing.assert_allclose(ours, run(xs, turned, KINDS["NP"])[0], rtol=1e-12)


def test_without_squashing_nothing_is_squashed(rng):
    x, w = 9 * rng.normal(size=(B, D)), draw(KINDS["V"], D, H, rng)
    a_g = x @ w["W_xg"] + w["b_g"]
    _, c, gates = variants.step(x, variants.begin(B, H), w, KINDS["NIAF"])
    np.testing.assert_allclose(c, gates["i"] * a_g)
    h, c, gates = variants.step(x, variants.begin(B, H), w, KINDS["NOAF"])
    np.testing.assert_allclose(c, gates["i"] * np.tanh(a_g))
    np.testing.assert_allclose(h, gates["o"] * c)


def test_full_gate_recurrence_without_its_nine_matrices_is_the_full_lstm(rng):
    w = draw(KINDS["FGR"], D, H, rng)
    nine = [name for name in w if name[0] == "R"]
    assert len(nine) == 9
    xs = rng.normal(size=(T, B, D))
    apart = np.abs(run(xs, w, KINDS["FGR"])[0] - run(xs, w, KINDS["V"])[0])
    assert apart[0].max() < 1e-12  # before the first step all gates were 0
    assert apart[1:].max() > 1e-3
    for name in nine:
        w[name] = 0 * w[name]
    np.testing.assert_allclose(run(xs, w, KINDS["FGR"])[0], run(xs, w, KINDS["V"])[0])


def test_the_gru_is_the_packages_and_mut2_is_it_turned(rng):
    w, xs = draw(KINDS["GRU"], D, H, rng, 0.5), rng.normal(size=(T, B, D))
    arrays = [stacked(w, start, "rzn") for start in ("W_x", "W_h", "b_")]
    h = np.zeros((B, H))
    turned = {k: -v if k[-1] == "z" else v for k, v in w.items()}
    ours, mutant = run(xs, w, KINDS["GRU"])[0], run(xs, turned, KINDS["MUT2"])[0]
    for x, mine, theirs in zip(xs, ours, mutant, strict=True):
        h = gru_step_reset_before(x, h, GRUResetBeforeWeights(*arrays))
        np.testing.assert_allclose(mine, h, rtol=1e-12)
        np.testing.assert_allclose(theirs, h, rtol=1e-12)


def test_mutants_by_the_letters_of_their_equations(rng):
    def s(a):
        return 1 / (1 + np.exp(-a))

    x, h = rng.normal(size=(B, D)), np.tanh(rng.normal(size=(B, H)))
    for kind in ("MUT1", "MUT3"):
        w = draw(KINDS[kind], D, H, rng, 0.7)
        r = s(x @ w["W_xr"] + h @ w["W_hr"] + w["b_r"])
        a = x @ w["W_xn"]
        w["b_n"] = rng.normal(size=H)  # drawn, it would be 0, and could stand anywhere
        if kind == "MUT1":
            z, a = s(x @ w["W_xz"] + w["b_z"]), np.tanh(a)
        else:
            z = s(x @ w["W_xz"] + np.tanh(h) @ w["W_hz"] + w["b_z"])
        new = np.tanh((r * h) @ w["W_hn"] + a + w["b_n"]) * z + h * (1 - z)
        np.testing.assert_allclose(variants.gru_step(x, h, w, kind.lower()), new, rtol=1e-12)


@every
def test_its_network_is_its_step_and_its_gradient_is_right(kind, rng):
    w, xs = draw(KINDS[kind], D, H, rng, 0.5), rng.normal(size=(T, B, D))
    w |= {k: rng.normal(size=H) for k in w if k[0] == "b"}
    d = rng.normal(size=(T, B, H))
    ensemble = Ensemble(kind, D, H, 1, [3, 4], [Setting(0.1, 0.5)] * 2, torch.float64)
    for name, value in w.items():
        ensemble.w[name].data[1] = torch.tensor(value)
    hs = torch.stack(ensemble.run(torch.tensor(np.stack([xs, xs]))))
    np.testing.assert_allclose(hs[:, 1].detach(), run(xs, w, KINDS[kind])[0], rtol=1e-10)
    check_gradient(
        lambda w: (run(xs, w, KINDS[kind])[0] * d).sum(), w, gradient(kind, w, xs, d), 1e-11
    )


def test_a_number_stands_for_a_vector_with_one_1():
    ensemble = Ensemble("NP", 7, H, 1, [3, 4], [Setting(0.1)] * 2, torch.float64)
    ids = torch.tensor(np.random.default_rng(1).integers(0, 7, (2, T, B)))
    numbers, vectors = (torch.stack(ensemble.run(xs)) for xs in (ids, torch.eye(7).double()[ids]))
    torch.testing.assert_close(numbers, vectors)


@every
def test_a_run_can_be_cut_in_two(kind, rng):
    w, xs = draw(KINDS[kind], D, H, rng), rng.normal(size=(T, B, D))
    whole, _ = run(xs, w, KINDS[kind])
    first, state = run(xs[:2], w, KINDS[kind])
    last, _ = run(xs[2:], w, KINDS[kind], state)
    np.testing.assert_allclose(whole, np.concatenate([first, last]))


@every
def test_parameters_are_counted(kind, rng):
    w = draw(KINDS[kind], D, H, rng)
    assert variants.count(KINDS[kind], D, H) == sum(a.size for a in w.values())
    assert variants.count(KINDS[kind], D, H, 7) == variants.count(KINDS[kind], D, H) + 7 * (H + 1)


def test_biases_start_where_they_should(rng):
    assert (draw(KINDS["V"], D, H, rng, 2.0)["b_f"] == 2).all()
    assert (draw(KINDS["GRU"], D, H, rng, 2.0)["b_z"] == 2).all()
    assert (draw(KINDS["MUT1"], D, H, rng, 2.0)["b_z"] == -2).all()
    w = draw(KINDS["V"], D, H, rng, variants.chrono(30, H, rng), shown=1.0)
    np.testing.assert_array_equal(w["b_i"], -w["b_f"])
    assert 0 <= w["b_f"].min() <= w["b_f"].max() <= np.log(29)
    assert (w["b_o"] == 1).all()
