"""The drawn cell of the page computes what the package computes."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch08_gated_variants import variants
from rnncourse.chapters.ch08_gated_variants.ensemble import Setting, VariantEnsemble
from rnncourse.chapters.ch08_gated_variants.widget import drawn_cell, recorded_losses
from rnncourse.claims import readings
from rnncourse.core.records import Record

from ... import node
from .single_network import run_cell

ask = node.make_asker(Path(__file__).with_name("widget_driver.mjs"))
SWITCHES = ("i", "f", "o", "coupled", "peepholes", "tanhIn", "tanhOut")
ALL = [
    dict(zip(SWITCHES, values, strict=True))
    for values in itertools.product((True, False), repeat=7)
    if not values[3] or (values[0] and values[1])
]
"""Every cell that can be drawn."""


def build_variant(v):
    gates = "".join(k for k in "ifo" if v[k])
    switches = {"squash_in": v["tanhIn"], "squash_out": v["tanhOut"]}
    return variants.Variant(gates, v["coupled"], v["peepholes"], **switches)


def convert_cell_weights(w):
    return {k: np.array(a) for k, a in w.items() if not k.endswith("_y")}


@pytest.fixture(scope="module")
def page_cells():
    """Every cell with weights and a batch, and what the page makes of them."""
    weights = ask(*(["initialWeights", v, 3, n] for n, v in enumerate(ALL)))
    (batch,) = ask(["makeSequences", 4, 5])
    result = ask(*(["computeGradient", batch, w, v] for w, v in zip(weights, ALL, strict=True)))
    first = ask(*(["forward", batch[0]["xs"], w, v] for w, v in zip(weights, ALL, strict=True)))
    return weights, batch, result, first


def test_the_states_of_the_drawn_cell_equal_the_package(page_cells):
    weights, batch, _, first = page_cells
    xs = np.array(batch[0]["xs"])[:, None]
    for v, w, steps in zip(ALL, weights, first, strict=True):
        hs = run_cell(xs, convert_cell_weights(w), build_variant(v))
        np.testing.assert_allclose([h for h, _, _ in steps], hs[:, 0], atol=1e-9)


def test_the_gradient_of_the_drawn_cell_equals_torch(page_cells):
    weights, batch, actual, _ = page_cells
    xs = torch.tensor([[x["xs"] for x in batch]], dtype=torch.float64).transpose(1, 2)
    targets = torch.tensor([x["targets"] for x in batch], dtype=torch.float64)
    for v, w, page in zip(ALL, weights, actual, strict=True):
        cell = VariantEnsemble(build_variant(v), 2, 3, 1, [0], [Setting(1.0)], torch.float64)
        for name, p in cell.w.items():
            p.data = torch.tensor(w[name], dtype=torch.float64).reshape(p.shape)
        hs = torch.stack(cell.run(xs), 2)[0]
        loss = (hs @ cell.w["W_y"][0] + cell.w["b_y"][0]).squeeze(-1).sub(targets).square().mean()
        assert page["loss"] == pytest.approx(loss.item(), rel=1e-9)
        loss.backward()
        for name, p in cell.w.items():
            np.testing.assert_allclose(
                np.array(page["d"][name]).ravel(), p.grad.ravel(), atol=1e-9, err_msg=f"{name} {v}"
            )


def test_targets_are_sums_since_a_reset(page_cells):
    _, batch, _, _ = page_cells
    for example in batch:
        total = 0.0
        for (value, reset), target in zip(example["xs"], example["targets"], strict=True):
            total = (0.0 if reset else total) + value
            assert target == pytest.approx(total)


def test_parameter_counts_equal_the_package():
    sizes = ask(*(["countParameters", v, 4] for v in ALL))
    assert sizes == [variants.count_parameters(build_variant(v), 2, 4, 1) for v in ALL]
    actual = ask(*(["unitsForBudget", v] for v in ALL))
    budget = variants.count_parameters(variants.VARIANTS["V"], 2, 4, 1)
    assert actual == [variants.units_for_parameters(build_variant(v), 2, 1, budget) for v in ALL]


def test_training_lowers_the_loss_and_is_repeatable():
    full = dict.fromkeys(SWITCHES, True) | {"coupled": False}
    before, after, again = ask(
        ["train", full, 1, 0], ["train", full, 1, 120], ["train", full, 1, 120]
    )
    assert before > 0.8
    assert after < 0.5
    assert after == again


def test_the_gray_curve_is_a_training_of_the_full_lstm():
    full = dict.fromkeys(SWITCHES, True) | {"coupled": False}
    stored, actual = ask(["fullCurve"], ["trackTraining", full, 1])
    np.testing.assert_allclose(stored, actual, rtol=0.05)


def test_one_gate_does_about_as_well_as_the_whole():
    """The page says so, and what is left without any part."""
    gateless = dict.fromkeys(SWITCHES, False)
    forget, write = gateless | {"f": True}, gateless | {"i": True}
    runs = [(gateless, 1), (forget, 1), (forget, 2), (write, 1), (write, 2), (write, 3)]
    bare, *one_gate = ask(*(["train", cell, seed] for cell, seed in runs))
    assert 0.3 < bare < 0.36
    assert max(one_gate) < 0.005


def test_equations_and_names_follow_the_parts_of_a_cell():
    full = dict.fromkeys(SWITCHES, True) | {"coupled": False}
    cifg, bare = full | {"coupled": True}, dict.fromkeys(SWITCHES, False)
    lines, coupled, bare_lines = ask(*(["listEquations", v] for v in (full, cifg, bare)))
    assert lines[0] == "i_t = σ(x_t W_xi + h_{t−1} W_hi + b_i + p_i ⊙ c_{t−1})"
    assert lines[4].endswith("p_o ⊙ c_t)")
    assert coupled[0] == "i_t = 1 − f_t"
    assert bare_lines[-1] == "h_t = o_t ⊙ c_t"
    assert bare_lines[1] == "f_t = 1"
    assert ask(["nameOf", full], ["nameOf", cifg], ["nameOf", bare]) == ["V", "CIFG", ""]
    unnamed_cell = cifg | {"tanhOut": False}
    titles = ["the whole cell (V)", "coupled gates (CIFG)", "coupled gates, no output tanh"]
    assert (
        ask(["describeVariant", full], ["describeVariant", cifg], ["describeVariant", unnamed_cell])
        == titles
    )
    rows = [[-0.1, -0.2, -0.01, 1], [0.1, -0.1, 0.3, 1], [0.2, 0.1, 0.3, 1]]
    assert ask(*(["compareWithV", row] for row in rows)) == ["better", "unclear", "worse"]


def test_stored_losses_equal_the_record():
    facts, record = recorded_losses(), Record.load("ch08_gated_variants")
    losses, full = (np.array(record.value(f"longer/{k}")) for k in ("NFG", "V"))
    ablated, full_lstm, unnamed = ask(*(["listSweepResults", n, facts] for n in ("NFG", "V", None)))
    mean, *ends, leaves = ablated[2]["row"]
    np.testing.assert_allclose(mean, (losses - full).mean(), atol=1e-4)
    np.testing.assert_allclose(ends, readings.interval((losses - full).tolist()), atol=1e-4)
    np.testing.assert_allclose(
        [leaves, ablated[2]["baseline"]], [losses.mean(), full.mean()], atol=1e-4
    )
    assert ablated[2]["scale"] == max(abs(x) for rows in facts.values() for x in rows[2][:3])
    assert all(task["row"] == [0, 0, 0, task["baseline"]] for task in full_lstm)
    assert [task.keys() for task in unnamed] == [{"baseline", "scale"}] * 3


def test_every_named_cell_has_a_recorded_loss():
    named = {*ask(*(["nameOf", v] for v in ALL))} - {""}
    assert set(recorded_losses()) == named == {"V", *variants.ABLATIONS} - {"FGR"}
    shown = drawn_cell()
    assert "stored" in dict(shown.facts)
    shown.close()
