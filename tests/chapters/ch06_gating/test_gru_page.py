"""What the page on the GRU says: identities, formulas and figures, and the record."""

from dataclasses import fields

import numpy as np
import pytest

from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights, gru_gates, gru_step
from rnncourse.cells.initial import initial_weights
from rnncourse.chapters.ch06_gating import (
    counting_experiments,
    deciding_experiments,
    gru_experiments,
    gru_figures,
    gru_forms,
)
from rnncourse.chapters.ch06_gating.gru_networks import Kind, Networks
from rnncourse.concordance.gru import GRUB, GRUC, GRUD
from rnncourse.concordance.lstm import LSTMC, LSTMPeepholesC
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING
from rnncourse.training.lr_search import best_rate


@pytest.fixture(scope="module")
def w():
    return initial_weights(GRUWeights, 2, 4, np.random.default_rng(0))


def test_a_state_is_an_average_of_candidates(w):
    """Equation eq-average, from a first state that is not 0."""
    rng = np.random.default_rng(1)
    xs, h = rng.normal(size=(7, 3, 2)), rng.normal(size=(3, 4))
    first, zs, ns = h, [], []
    for x in xs:
        _, z, n, _ = gru_gates(x, h, w)
        h = gru_step(x, h, w)
        zs.append(z)
        ns.append(n)
    zs, ns = np.array(zs), np.array(ns)
    average = zs.prod(0) * first
    for t in range(7):
        average = average + (1 - zs[t]) * zs[t + 1 :].prod(0) * ns[t]
    np.testing.assert_allclose(h, average, rtol=1e-12)


def test_to_turn_a_gate_around_is_to_negate_its_weights(w):
    turned = gru_forms.blocks(w, (0, 1, 2), (1, -1, 1))
    rng = np.random.default_rng(2)
    x, h = rng.normal(size=(3, 2)), rng.normal(size=(3, 4))
    r, z, n, a = gru_gates(x, h, w)
    np.testing.assert_allclose(gru_gates(x, h, turned)[1], 1 - z, rtol=1e-12)
    np.testing.assert_allclose(gru_step(x, h, turned), z * n + (1 - z) * h, rtol=1e-12)
    swapped = gru_gates(x, h, gru_forms.blocks(w, (1, 0, 2), (1, 1, 1)))
    np.testing.assert_allclose(swapped[:2], [z, r], rtol=1e-12)
    np.testing.assert_allclose(swapped[3], a, rtol=1e-12)


@pytest.mark.parametrize("deck", [GRUB, GRUD])
def test_decks_b_and_d_need_a_minus_sign(deck):
    ours = initial_weights(GRUResetBeforeWeights, 2, 4, np.random.default_rng(0))
    ours.b_h[:] = 0
    names = {GRUB: "W_u", GRUD: "W_z"}
    theirs = getattr(deck.from_ours(ours), names[deck])
    np.testing.assert_array_equal(theirs[:, :4], -ours.W_hh[:, 4:8].T)


def test_matrices_are_the_letters_that_deck_c_prints():
    printed = {"gru": GRUC, "lstm": LSTMC, "peepholes": LSTMPeepholesC}
    for cell, source in printed.items():
        letters = [field.name for field in fields(source) if field.name.startswith("W")]
        assert counting_experiments.matrices(cell) == len(letters)


def test_the_two_forms_agree_for_one_unit_and_part_for_more():
    assert gru_forms.forms_apart(1, 3.0, 0) < 1e-12
    assert gru_forms.forms_apart(8, 3.0, 0) > 0.05


def test_a_reading_that_is_right_is_what_the_networks_do():
    nets = Networks(Kind("gru"), [3], 40)
    left = gru_forms.error_left(nets, 0, gru_forms.READINGS["right"])
    from rnncourse.chapters.ch06_gating.gru_networks import evaluate

    np.testing.assert_allclose(left, evaluate("hold", nets)[0][0], rtol=1e-4)


def test_the_best_rates_are_not_at_the_edge():
    """But where no rate learns, and all are alike."""
    record = Record.load("ch06_gating")
    rates = gru_experiments.RATES
    for key in record.values:
        if key.startswith(("rate/gates/", "rate/adding/", "rate/sum/")):
            rate, task = record.value(key), key.removeprefix("rate/")
            scores = record.value(f"search/{task}")
            assert rate in rates[1:-1] or min(scores) > 0.5, key
            assert rate == best_rate(rates, np.log(scores), lower_is_better=True)


def test_the_record_follows_from_its_errors():
    record = Record.load("ch06_gating")
    for task in ("sum", "adding"):
        one, other = (np.maximum(record.value(f"left/{task}/{k}"), 1e-3) for k in ("gru", "lstm"))
        np.testing.assert_allclose(record.value(f"ratio/{task}/weights"), np.log2(one / other))
    for task in ("hold", "sum", "parity"):
        for kind in ("gru", "chrono", "hard", "clear"):
            assert np.isclose(sum(record.value(f"histogram/{task}/{kind}")), 1)


def test_untrained_gradients_come_out_again():
    record = Record.load("ch06_gating")
    kind = counting_experiments.FLOWS["open"][1]
    fresh = counting_experiments.gradient_by_lag(kind, counting_experiments.UNTRAINED[:1])
    assert np.isclose(record.value("flow/open/gru")[0], fresh[0, -1], atol=1e-6)


def test_the_curve_by_bias_is_what_fresh_networks_give():
    value, one = Record.load("ch06_gating").value, CONFIRMING[:1]
    for cell, H, bias in (("gru", 18, 0), ("gru", 18, 4), ("lstm", 16, 1)):
        fresh = deciding_experiments.changed(Kind(cell, H, float(bias)), one)[0]
        assert np.isclose(value(f"opened/{cell}/{bias}")[0], fresh, atol=1e-6)
    curves = {"gru": [[-3.0, -1.0], [0.0, 0.0]], "lstm": [[-1.0, -1.0], [0.0, 1.0]]}
    (ax,) = gru_figures.opened([0.0, 1.0], curves, [-11.0, -9.0]).axes
    drawn = [list(line.get_ydata()) for line in ax.lines]
    assert drawn == [[-10, -10], [-2, 0], [-1, 0.5]]


def test_the_confirming_errors_have_a_floor_and_ten_seeds():
    value = Record.load("ch06_gating").value
    for task in ("sum", "adding"):
        for name in ("lstm", "equal", "gru"):
            decades = value(f"slightly/{task}/{name}")
            assert len(decades) == 10
            assert -3 <= min(decades) <= max(decades) < 0.1


def test_hard_gates_learn_something_and_are_recorded_as_hard():
    record = Record.load("ch06_gating")
    assert set(record.value("near/hold/hard")) == {1.0}
    assert min(record.value("gates/left/hold/hard")) < 0.05


# --- Figures draw what they are given ---


def test_the_gates_are_drawn_with_their_values_as_color():
    z = np.array([[0.1, 0.9], [0.2, 0.8], [0.3, 0.7]])
    fig = gru_figures.held(np.zeros(3), np.array([1.0, 0.0, 0.0]), np.zeros(3), {"gates": z})
    picture = fig.axes[1].images[0].get_array()
    np.testing.assert_allclose(picture[..., 3], z.T)


def test_networks_that_did_not_learn_are_left_out():
    shares, left = [0.1, 0.2, 0.8, 0.9], [0.01, 0.02, 0.01, 5.0]
    (ax,) = gru_figures.by_rate([0.01, 0.1], {"x": {"hold": (shares, left)}}).axes
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.15, 0.8])
    np.testing.assert_allclose(ax.lines[2].get_ydata(), [0.2, np.nan])


def test_errors_histograms_and_flow():
    (ax,) = gru_figures.errors({"sum": {"GRU": ("gru", [0.1, 0.2]), "P": ("plain", [1.0])}}).axes
    np.testing.assert_allclose(ax.lines[0].get_xdata(), [0.1, 0.2])
    (ax,) = gru_figures.histograms([0.0, 0.5, 1.0], {"text": [0.25, 0.75]}).axes
    np.testing.assert_allclose(ax.patches[0].get_data().values, [0.25, 0.75])
    (ax,) = gru_figures.flow({"bias 3": {"gru": [0.0, -1.0]}}).axes
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0, -1])


def test_the_gates_between_do_most_of_the_damage_when_gates_are_rounded():
    value = Record.load("ch06_gating").value
    for kind in ("gru", "chrono"):
        near, between = (np.mean(value(f"rounded/{p}/hold/{kind}")) for p in ("near", "between"))
        assert between > 2 * near
