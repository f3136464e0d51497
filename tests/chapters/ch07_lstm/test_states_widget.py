"""The live LSTM of page 7b computes what the package computes, also with a cell held."""

import json
from pathlib import Path

import numpy as np
import pytest

from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_gates
from rnncourse.chapters.ch07_lstm import live_experiments, states_widget
from rnncourse.chapters.ch07_lstm.cell_states import lstm_weights
from rnncourse.chapters.ch07_lstm.char_lstm import FIRST, WEIGHTS, load_char_lstm
from rnncourse.chapters.ch07_lstm.clamping import ClampedLSTM
from rnncourse.chapters.ch07_lstm.live_text import N_READ, SENTENCE
from rnncourse.core.records import Record
from rnncourse.data.text import Vocabulary
from rnncourse.models import weights

from ... import node

ask = node.make_asker(Path(__file__).with_name("states_driver.mjs"), WEIGHTS / "char-lstm-0")
ELEMENT = states_widget.live_states
IDS = Vocabulary().encode("\n" + SENTENCE)
RECORD = Record.load("ch07_lstm")
BRACKET = int(RECORD.value("cells/char-lstm-0/cell/inside brackets"))
OFF = RECORD.value("live/off/inside brackets")
HELD = [None, [BRACKET, OFF], [7, 0.0], [191, 3.5]]


@pytest.fixture(scope="module")
def stored_reader():
    return load_char_lstm(FIRST)


@pytest.fixture(scope="module")
def reader_weights(stored_reader) -> LSTMWeights:
    return lstm_weights(stored_reader)


def run_reader(model, w, clamp):
    """The page's own reading, in float64: h, c, gates and probabilities after each character."""
    embedding = model.embedding.weight.detach().double().numpy()
    W_hy = model.logits.weight.detach().double().numpy().T
    b_y = model.logits.bias.detach().double().numpy()
    h = c = np.zeros((1, model.H))
    rows = []
    for character in IDS:
        i, f, g, o, c = lstm_gates(embedding[[character]], LSTMState(h, c), w)
        if clamp:
            c[:, clamp[0]] = clamp[1]
        h = o * np.tanh(c)
        y = np.exp(h @ W_hy + b_y)[0]
        rows.append((h[0], c[0], np.concatenate([i[0], f[0], g[0], o[0]]), y / y.sum()))
    return rows


@pytest.mark.parametrize("clamp", HELD, ids=["free", "bracket cell", "at zero", "the last one"])
def test_every_state_is_that_of_the_package(stored_reader, reader_weights, clamp):
    (actual,) = ask(["states", IDS[1:].tolist(), clamp])
    expected = run_reader(stored_reader, reader_weights, clamp)
    assert len(actual) == len(expected) == len(IDS)
    for actual_rows, expected_rows in zip(actual, expected, strict=True):
        for a, b in zip(actual_rows, expected_rows, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5, rtol=1e-6)


def test_holding_is_that_of_the_page_s_experiment(stored_reader):
    """`clamping.ClampedLSTM`, which the record's numbers come from, in float32."""
    clamps = {BRACKET: OFF}
    hs, cs = live_experiments.clamped_states(ClampedLSTM(stored_reader), IDS, clamps)
    probs = 2 ** ClampedLSTM(stored_reader).log2_probs(hs)
    (actual,) = ask(["states", IDS[1:].tolist(), HELD[1]])
    np.testing.assert_allclose([row[3] for row in actual], probs, atol=1e-4)
    np.testing.assert_allclose([row[1] for row in actual], cs, atol=1e-3)
    np.testing.assert_allclose(actual[N_READ][3], RECORD.value("live/still/clamped"), atol=2e-3)


def test_a_held_cell_is_held_and_leaves_the_free_network_alone():
    clamped, free, (none, again) = ask(
        ["states", IDS[1:].tolist(), [3, 2.25]],
        ["states", IDS[1:2].tolist(), None],
        ["letGo", IDS[1:2].tolist(), 3],
    )
    assert {row[1][3] for row in clamped} == {2.25}
    assert none is None
    assert again == free[1][1]


def test_gates_of_one_cell_equal_the_package(stored_reader, reader_weights):
    j = 38
    (actual,) = ask(["unit", IDS[1:].tolist(), HELD[1], j])
    rows = run_reader(stored_reader, reader_weights, HELD[1])
    before = [np.zeros(stored_reader.H), *(c for _, c, _, _ in rows)]
    for unit, past, (h, c, gates, _) in zip(actual, before, rows, strict=False):
        i, f, g, o = gates.reshape(4, -1)[:, j]
        expected = {"i": i, "f": f, "g": g, "o": o, "before": past[j], "c": c[j], "h": h[j]}
        assert unit == pytest.approx(expected | {"would": f * past[j] + i * g}, abs=1e-5)
    (actual,) = ask(["unit", IDS[1:].tolist(), HELD[1], BRACKET])
    assert {unit["c"] for unit in actual} == {OFF}
    opened = actual[SENTENCE.index("(") + 1]
    assert opened["would"] > 0.9  # it would have been written


def test_surprises_with_and_without_are_in_bits(stored_reader, reader_weights):
    for clamp in HELD[:2]:
        (actual,) = ask(["bitsPerCharacter", IDS[1:].tolist(), clamp])
        rows = run_reader(stored_reader, reader_weights, clamp)
        bits = [-np.log2(rows[t][3][IDS[t + 1]]) for t in range(len(SENTENCE))]
        np.testing.assert_allclose(actual, bits, atol=1e-4)
    assert ask(["bitsPerCharacter", [5, -1, 6], None])[0][1] is None


def test_depth_is_the_sign_or_the_place_between_the_ends():
    changing, held = ask(["depth", [-9, 0, 0.5], -5, 2], ["depth", [-60, -48, -25, -2, 1], -48, -2])
    np.testing.assert_allclose(changing, np.tanh([-9, 0, 0.5]))
    np.testing.assert_allclose(held, [-1, -1, 0, 1, 1])


def test_rows_are_the_likeliest_of_either_in_the_order_of_the_first():
    own, clamped = [0.5, 0.3, 0.05, 0.1, 0.05], [0.1, 0.2, 0.05, 0.05, 0.6]
    assert ask(["likeliest", own, clamped, 3]) == [[0, 1, 4]]


def test_the_largest_change_is_relative_to_the_range_of_each_unit():
    assert ask(["moved", [10, 1, 0], [0, 0, 0], [-50, -1, -1], [50, 1, 1], 2]) == [[1, 0]]


def test_typographic_quotes_become_plain():
    assert ask(["plain", "“a” – ‘b’\u00a0c\td"]) == ["\"a\" - 'b' c d"]


# --- What the page is given ---


def test_cells_and_scores_are_those_of_the_record(element_data):
    for row, (feature, (name, words, *_)) in zip(
        json.loads(element_data["tracked"]), states_widget.TRACKED_FEATURES.items(), strict=True
    ):
        cell, shown, told, score, off = row[:5]
        number = RECORD.value(f"cells/char-lstm-0/cell/{feature}")
        assert (cell, shown, told) == (number, name, words)
        best = RECORD.value(f"cells/char-lstm-0/best/{feature}")
        assert (best > 0.99) == (told == "almost never mistaken")
        assert float(score.split()[1]) == pytest.approx(best, abs=0.005)
        usual = RECORD.value("live/mean")[cell]
        assert off == pytest.approx(
            RECORD.value(f"live/off/{feature}") if row[5:] else usual, abs=0.01
        )
    levels = json.loads(element_data["levels"])
    for name in ("low", "high"):
        np.testing.assert_allclose(levels[name], RECORD.value(f"live/{name}"), rtol=0, atol=0.0501)
    assert (np.array(levels["low"]) < levels["high"]).all()


def test_the_first_picture_is_what_the_model_gives(element_data, stored_reader, reader_weights):
    still = json.loads(element_data["initial"])
    rows = run_reader(stored_reader, reader_weights, None)
    np.testing.assert_allclose(still["cell"], [row[1][BRACKET] for row in rows[1:]], atol=0.02)
    (actual,) = ask(["unit", IDS[1:].tolist(), None, BRACKET])
    names = ("i", "f", "g", "o", "before", "c", "h")
    np.testing.assert_allclose(still["unit"], [actual[N_READ][name] for name in names], atol=5e-3)
    order = np.argsort(-rows[N_READ][3])[:5]
    characters = list_model_characters()
    assert [row[0] for row in still["next"]] == [characters[v] for v in order]
    np.testing.assert_allclose([row[1] for row in still["next"]], rows[N_READ][3][order], atol=5e-3)
    assert (element_data["text"], int(element_data["at"])) == (SENTENCE, N_READ)
    assert SENTENCE[N_READ] == ")"


def list_model_characters():
    return weights.read_weight_files("char-lstm-0", WEIGHTS)[0]["about"]["vocabulary"]


@pytest.mark.slow
def test_the_record_says_what_is_measured():
    fresh = live_experiments.measure_live_cells()
    for key in fresh.values:
        RECORD.confirm(key, fresh.value(key))
