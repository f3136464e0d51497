"""The stepper computes what the cells compute."""

import json
import re
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import pytest

from rnncourse.analysis.hello import LETTERS
from rnncourse.cells.readout import ReadoutWeights, apply_readout, cross_entropy
from rnncourse.cells.rnn import rnn_step, rnn_step_backward
from rnncourse.chapters.ch04_bptt import widget as stepper
from rnncourse.chapters.ch04_bptt.widget import bptt_stepper

from ... import node

DRIVER = Path(__file__).with_name("widget_driver.mjs")
WEIGHTS, H_0 = stepper.stepper_network()
NAMES = [field.name for field in fields(WEIGHTS)]
T, EXACT = 4, {"rtol": 0, "atol": 1e-12}
WORDS = ["hello", "helol", "ooooo", "leheo"]


@pytest.fixture(scope="module")
def page_network():
    shown = bptt_stepper()
    yield json.loads(shown.facts["network"])
    shown.close()


@pytest.fixture(scope="module")
def ask_page(page_network):
    """`ask_page(*questions)` puts them to the script; see widget_driver.mjs."""
    return node.make_asker(DRIVER, network=page_network)


def run_forward(word):
    """Go forward with the package: inputs, states (h_0 first), logits, targets."""
    ids = LETTERS.encode(word)
    xs, targets = np.eye(len(LETTERS))[ids[:-1], None], ids[1:, None]
    hs, ys = [H_0], []
    for x in xs:
        y, h = rnn_step(x, hs[-1], WEIGHTS)
        hs.append(h)
        ys.append(y)
    return xs, np.array(hs), np.array(ys), targets


def compute_step_shares(word, k):
    """Go back with the package: dh from later steps, and each step's share, first step first."""
    xs, hs, ys, targets = run_forward(word)
    _, dys = cross_entropy(ys, targets)
    dh, result = np.zeros_like(H_0), []
    for t in reversed(range(T)):
        if (t + 1) % k == 0:  # the first step behind it opens a window
            dh = np.zeros_like(H_0)
        later = dh
        _, dh, dw = rnn_step_backward(dys[t], later, xs[t], hs[t], WEIGHTS)
        result.insert(0, (later[0], asdict(dw)))
    return result


@pytest.mark.parametrize("word", WORDS)
def test_states_chances_and_losses_are_those_of_the_cells(ask_page, word):
    actual, loss = ask_page(["forward", word], ["loss", word])
    xs, hs, ys, targets = run_forward(word)
    states = apply_readout(hs[1:], ReadoutWeights(WEIGHTS.W_hy, WEIGHTS.b_y))
    np.testing.assert_allclose(states, ys, **EXACT)
    chances = np.exp(ys[:, 0]) / np.exp(ys[:, 0]).sum(-1, keepdims=True)
    expected = {"x": xs[:, 0], "before": hs[:-1, 0], "h": hs[1:, 0], "p": chances}
    for name, value in expected.items():
        np.testing.assert_allclose([step[name] for step in actual], value, **EXACT)
    losses = [cross_entropy(ys[t : t + 1], targets[t : t + 1])[0] for t in range(T)]
    np.testing.assert_allclose([step["loss"] for step in actual], losses, **EXACT)
    np.testing.assert_allclose(loss, cross_entropy(ys, targets)[0], **EXACT)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize("word", WORDS)
def test_every_gradient_is_that_of_the_cells(ask_page, word, k):
    (actual,) = ask_page(["backward", word, k])
    expected = compute_step_shares(word, k)
    _, hs, ys, targets = run_forward(word)
    dys = cross_entropy(ys, targets)[1][:, 0]
    for t, (record, (later, share)) in enumerate(zip(actual, expected, strict=True)):
        dh = dys[t] @ WEIGHTS.W_hy.T + later
        da = dh * (1 - hs[t + 1, 0] ** 2)
        own = dys[t] @ WEIGHTS.W_hy.T
        vectors = {"dy": dys[t], "own": own, "later": later, "dh": dh, "da": da}
        for name, value in vectors.items():
            np.testing.assert_allclose(record[name], value, **EXACT)
        for name in NAMES:
            so_far = sum(dw[name] for _, dw in expected[t:])
            np.testing.assert_allclose(record["share"][name], np.atleast_2d(share[name]), **EXACT)
            np.testing.assert_allclose(record["sum"][name], np.atleast_2d(so_far), **EXACT)
        assert record["cut"] == (t < T - 1 and (t + 1) % k == 0)
        if t < T - 1:  # what would have come is told where it is cut
            arriving = np.array(actual[t + 1]["da"]) @ WEIGHTS.W_hh.T
            np.testing.assert_allclose(record["offered"], arriving, **EXACT)


def test_truncation_changes_what_goes_through_time_only(ask_page):
    full, *truncated = ask_page(*(["backward", "hello", k] for k in (4, 1, 2, 3)))
    for result in truncated:
        changed = {n for n in NAMES if not np.allclose(result[0]["sum"][n], full[0]["sum"][n])}
        assert changed == {"W_xh", "W_hh", "b_h"}


@pytest.mark.parametrize("name", NAMES)
def test_the_proof_finds_the_gradient_and_would_find_an_error(ask_page, name):
    nudged, records = ask_page(["nudged", "hello", name], ["backward", "hello", 4])
    full = np.array(records[0]["sum"][name])
    np.testing.assert_allclose(nudged, full, rtol=0, atol=1e-9)
    wrong = full.copy()
    wrong[0, 1] += 1e-6
    (actual,) = ask_page(["compare", nudged, wrong.tolist()])
    assert actual["difference"] == pytest.approx(1e-6, rel=1e-2)


def test_gradients_are_compared_by_cosine_ratio_and_difference(ask_page):
    a, b = np.random.default_rng(0).normal(size=(2, 3, 4))
    (actual,) = ask_page(["compare", a.tolist(), b.tolist()])
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    assert actual["cosine"] == pytest.approx((a * b).sum() / np.prod(lengths), abs=1e-12)
    assert actual["ratio"] == pytest.approx(lengths[0] / lengths[1], abs=1e-12)
    assert actual["difference"] == pytest.approx(abs(a - b).max(), abs=1e-12)


def test_the_example_network_is_unsaturated_and_truncation_shows():
    """No unit saturates, all losses count, and each truncation shows in dW_hh."""
    _, hs, ys, targets = run_forward("hello")
    assert abs(hs).max() < 0.95
    assert (H_0 != 0).all()
    for value in (H_0, *asdict(WEIGHTS).values()):
        np.testing.assert_array_equal(value, value.round(2))
    full = sum(dw["W_hh"] for _, dw in compute_step_shares("hello", 4))
    for k in (1, 2, 3):
        short = sum(dw["W_hh"] for _, dw in compute_step_shares("hello", k))
        cosine = (short * full).sum() / np.linalg.norm(short) / np.linalg.norm(full)
        assert 0.7 < cosine < 0.96
    assert 1.5 < cross_entropy(ys, targets)[0] < 2


# --- Words and numbers ---


def test_a_wrong_word_is_reported_in_a_sentence(ask_page):
    words = ["hello", "ooooo", "hell", ""]
    rule = "The word needs five letters out of h, e, l, o: "
    faults = ["", "", "this has 4.", "this has 0."]
    actual = ask_page(*(["fault", word] for word in words))
    assert actual == [rule + fault if fault else "" for fault in faults]


def test_each_position_has_its_sentence(ask_page):
    full, cut = ask_page(["sentences", "hello", 4], ["sentences", "hello", 2])
    starts = ["Start", *(f"Forward, step {t}" for t in (1, 2, 3, 4))]
    starts += [f"Backward, step {t}" for t in (4, 3, 2, 1)]
    assert [text.partition(".")[0] for text in full] == starts
    assert full[:7] == cut[:7]  # up to the window's edge nothing differs
    assert "the link from step 3 is cut" in cut[7]
    assert "from step 3 comes" in full[7]
    assert "their sum is the gradient" in full[8]
    assert "their sum is the truncated gradient" in cut[8]
    assert "the mean of the four: 1.737 nats" in full[4]
    assert not [text for text in full + cut if re.search(r"-|NaN|undefined|null", text)]


@pytest.mark.parametrize("word", ["hell", "hallo", "Hello", ""])
def test_a_wrong_word_is_refused(word):
    with pytest.raises(ValueError, match="five letters out of h, e, l, o; got '"):
        bptt_stepper(word)


@pytest.mark.parametrize("k", [0, 5, 2.5])
def test_a_wrong_number_of_steps_is_refused(k):
    with pytest.raises(ValueError, match="k must be 1, 2, 3 or 4; got"):
        bptt_stepper(k=k)
