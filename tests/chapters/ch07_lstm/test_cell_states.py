"""What page 7b says of cells: scores against oracles, and the cell that is held."""

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from rnncourse.chapters.ch07_lstm import (
    cell_experiments,
    cell_figures,
    cell_states,
    char_lstm,
    clamping,
    live_experiments,
    scores,
)
from rnncourse.chapters.ch07_lstm.char_lstm import FIRST, WEIGHTS, CharLSTMConfig, StreamSettings
from rnncourse.core.records import Record
from rnncourse.data.corpus import CorpusSplit
from rnncourse.data.text import Vocabulary
from rnncourse.models import weights

rng = np.random.default_rng(0)
SMALL = CharLSTMConfig("small", StreamSettings(1, seed=3), H=6, E=4)
TEXT = "A ``b`` (c) d. E f.\nThe graph (see `x` below) is old. So is it.\n"


@pytest.fixture(scope="module")
def reader():
    return SMALL.untrained().eval()


def test_the_area_under_the_curve_against_scikit_learn():
    values, truth = np.round(rng.normal(size=(200, 5)), 1), rng.random(200) < 0.2
    actual = cell_states.auc(values, truth)
    np.testing.assert_allclose(actual, [roc_auc_score(truth, column) for column in values.T])


def test_explained_variance_is_1_for_a_function_and_0_for_noise():
    x, y = rng.normal(size=(2, 4000))
    assert cell_states.explained_variance(x, np.abs(x), x, np.abs(x)) > 0.9
    assert abs(cell_states.explained_variance(x, y, y, x)) < 0.02


def test_features_by_hand():
    actual = cell_states.compute_features(TEXT)
    inside = "".join("x" if v else "." for v in actual["inside brackets"].values)
    assert inside[TEXT.index("(c)") :][:4] == "xx.."
    assert not actual["inside brackets"].values[TEXT.index("\n") - 1]
    assert actual["inside backticks"].values[TEXT.index("b``")]
    assert not actual["inside backticks"].values[TEXT.index(" d.")]
    assert actual["first sentence"].values[TEXT.index("below")]
    assert not actual["first sentence"].values[TEXT.index("So is") + 1]
    np.testing.assert_allclose(
        actual["position in word"].values[TEXT.index("graph") + 4], np.log(6)
    )


def test_features_visible_in_the_last_eight_characters_are_not_hidden():
    hidden = cell_states.compute_features(TEXT)["inside brackets"].hidden
    at = TEXT.index("(see")
    assert not hidden[at : at + cell_states.WINDOW].any()
    assert hidden[at + cell_states.WINDOW]


def test_parallel_streams_give_the_states_of_one_reading(reader):
    ids = rng.integers(0, 96, size=500)
    actual = cell_states.read_text(reader, ids, streams=4, n_warm_up=100)
    with torch.no_grad():
        hs, _ = reader.recurrent(reader.embedding(torch.from_numpy(ids)[:, None]))
    np.testing.assert_allclose(actual.h[-200:], hs[-200:, 0].numpy(), atol=1e-4)


def test_reading_gives_the_predictions_of_torch(reader):
    ids, lstm = np.r_[0, rng.integers(0, 96, size=40)], clamping.ClampedLSTM(reader)
    actual = lstm.log2_probs(live_experiments.clamped_states(lstm, ids, {})[0])
    with torch.no_grad():
        logits, _ = reader(torch.from_numpy(ids)[:, None])
    oracle = logits[:, 0].log_softmax(-1).numpy() / np.log(2)
    np.testing.assert_allclose(actual, oracle, atol=1e-4)


def test_a_cell_that_is_held_has_the_value_and_changes_what_is_predicted(reader):
    ids, lstm = rng.integers(0, 96, size=20), clamping.ClampedLSTM(reader)
    (usual, _), (other, clamped) = (
        live_experiments.clamped_states(lstm, ids, clamps) for clamps in ({}, {2: 1.5})
    )
    np.testing.assert_array_equal(clamped[:, 2], 1.5)
    assert np.abs(lstm.log2_probs(other) - lstm.log2_probs(usual)).max() > 1e-3


def test_the_bits_at_closing_brackets_are_those_of_reading_the_text(reader):
    text = "Some words (there are enough of them) and others.\n"
    ids = np.array([0 if c == "\n" else ord(c) - 31 for c in text])
    brackets = clamping.find_plain_brackets(text)
    assert (brackets.opened.tolist(), brackets.closed.tolist()) == ([11], [36])
    lstm = clamping.ClampedLSTM(reader)
    bits = clamping.bits_at_closing_bracket(lstm, ids, brackets, [{}, {1: 2.0}], n_warm_up=11)
    for row, clamps in zip(bits, ({}, {1: 2.0}), strict=True):
        h = c = np.zeros((1, 6), np.float32)
        for t, character in enumerate(ids[:36]):
            h, c = lstm.step(np.array([character]), h, c, clamps if t > 11 else {})
        np.testing.assert_allclose(row[0], -lstm.log2_probs(h)[0, clamping.CLOSING_ID], atol=1e-4)


def test_an_exchange_moves_one_cell_from_one_reader_to_the_other(reader):
    text = "Some words (there are enough of them) and others.\n"
    brackets = clamping.find_plain_brackets(text)
    usual, swapped = clamping.swap_cells(reader, text, brackets)
    half, closed = (12 + 36) // 2, 36
    ids = [np.array([ord(c) - 31 for c in t]) for t in (text[:half], text[:11] + text[12:half])]
    rest = torch.tensor([ord(c) - 31 for c in text[half:closed]])[:, None]
    with torch.no_grad():
        states = [reader.recurrent(reader.embedding(torch.tensor(a)[:, None]))[1] for a in ids]
        for own_state, other, row, all_swapped in zip(
            states, states[::-1], swapped[:, 0], usual[:, 0], strict=True
        ):
            for k in (None, 0, 4):
                state = tuple(a.clone() for a in own_state)
                for a, b in zip(state, other, strict=True):
                    if k is not None:
                        a[0, 0, k] = b[0, 0, k]
                hs, _ = reader.recurrent(reader.embedding(rest), state)
                oracle = reader.logits(hs[-1]).log_softmax(1)[0, clamping.CLOSING_ID] / np.log(2)
                actual = all_swapped if k is None else row[k]
                assert actual == pytest.approx(oracle.item(), abs=1e-4)


def test_colored_text_keeps_its_characters():
    args = {"alt": "A line of text with colors behind.", "caption": "A line.", "name": "one"}
    args["near"] = slice(2)
    html = cell_figures.write_shaded_text([("a<b(c", np.array([-3, -3, 0, 3, 3.0]))], -3, 3, **args)
    assert "a&lt;" in html.svg
    assert "70%" in html.svg


def test_the_rule_of_the_last_characters_knows_what_they_show():
    ids = rng.integers(0, 4, size=5000)
    values = (ids == 2).astype(float)
    predicted = scores.predict_from_window(ids, values, ids[:1000], 2, [2.0, 20.0])
    assert np.abs(predicted - values[:1000]).max(1).tolist() == pytest.approx([0.0, 0.0], abs=0.1)
    unseen = scores.predict_from_window(ids, values, np.full(5, 90), 3, [2.0])
    np.testing.assert_allclose(unseen[0], values.mean())


def test_the_rule_of_the_last_characters_learns_only_at_marked_steps():
    ids = np.array([1, 2] * 50)
    values = np.r_[np.zeros(50), np.ones(50)]
    predicted = scores.predict_from_window(ids, values, ids[:4], 1, [1.0], np.arange(100) >= 50)
    np.testing.assert_array_equal(predicted[0], 1)


def test_the_trust_of_the_rule_is_chosen_and_scored_on_different_texts(monkeypatch):
    text, a = CorpusSplit("abc", "defg", "hijk"), np.array([True, False] * 2)
    truth = {text.train: a, text.valid: a, text.test: ~a}

    def rule(ids, values, new_ids, *_):  # of two trusts each suits another text
        encode = Vocabulary().encode
        np.testing.assert_array_equal(ids, encode(text.train))
        np.testing.assert_array_equal(new_ids, encode(text.valid + text.test))
        return np.r_[a, 0, 1, 0, 0, ~a, ~a].reshape(2, 8).astype(float)

    for name, fake in {
        "load_split": lambda: text,
        "compute_features": lambda part: {"x": cell_states.Feature(truth[part], np.ones(4, bool))},
        "split_features": cell_experiments.split_features.__wrapped__,
        "predict_from_window": rule,
        "N_CHARS": 4,
    }.items():
        monkeypatch.setattr(cell_experiments, name, fake)
    record = Record("none", "none")
    cell_experiments._add_rule(record)
    assert record.value("cells/rule/x") == 0.75


def test_validation_and_test_text_are_scored_with_the_weights_of_each(monkeypatch, tmp_path):
    text = CorpusSplit("abc" * 400, "def" * 400, "ghi" * 400)
    monkeypatch.setattr(char_lstm, "train_language_model", lambda *_, **__: None)
    monkeypatch.setattr(char_lstm, "split_corpus", lambda *_: text)
    record, quantized_model = char_lstm.train_and_score_network(SMALL, tmp_path)
    for name in ("valid", "test"):
        ids = Vocabulary().encode(getattr(text, name))
        for key, model in (("", SMALL.untrained()), ("/rounded", quantized_model)):
            assert record.value(f"small/{name}{key}") == char_lstm.measure_bits(model, ids)
    assert len({entry.value for entry in record.values.values()}) == 5


def test_reading_while_nothing_is_held_is_reading_and_a_held_cell_stays(reader):
    ids, lstm = rng.integers(0, 96, size=240), clamping.ClampedLSTM(reader)
    free = clamping.read_clamped(lstm, ids, {}, streams=8, n_warm_up=100)
    np.testing.assert_allclose(
        free.c, cell_states.read_text(reader, ids, streams=8, n_warm_up=100).c, atol=1e-4
    )
    clamped = clamping.read_clamped(lstm, ids, {3: 0.5}, streams=8, n_warm_up=100)
    np.testing.assert_array_equal(clamped.c[:, 3], 0.5)
    assert np.abs(clamped.c - free.c)[:, 2].max() > 1e-3


def test_the_half_interval_is_that_of_a_share(reader):
    # a cell that is right at a share of places, one place a paragraph
    truth = rng.random(400) < 0.5
    c = np.where(rng.random(400) < 0.8, truth, ~truth).astype(np.float32)[:, None]
    reading, feature = cell_states.CellStates(c, c), cell_states.Feature(truth, np.ones(400, bool))
    actual = scores.choose_best_cell(reading, feature, reading, feature)
    half = scores.half_interval(reading, feature, reading, feature, actual, "\n" * 400)
    assert half == pytest.approx(1.96 * np.sqrt(0.8 * 0.2 / 400), rel=0.25)


def test_the_best_cell_is_found_with_its_direction_and_scored_elsewhere():
    truth = rng.random(400) < 0.3
    c = rng.normal(size=(400, 4)).astype(np.float32)
    c[:, 2] -= 3 * truth
    reading = cell_states.CellStates(c, c)
    feature = cell_states.Feature(truth, np.ones(400, bool))
    result = scores.choose_best_cell(reading, feature, cell_states.CellStates(-c, -c), feature)
    assert (result.cell, result.sign) == (2, -1)
    assert result.chosen > 0.95
    assert result.score < 0.05  # the other text turns it around


def test_the_record_names_the_checksum_of_the_weights():
    record = Record.load("ch07_lstm")
    _, meta = weights.load(FIRST.name, WEIGHTS)
    assert record.about["char_lstm_0"]["weights_sha256"] == meta["sha256"]


@pytest.mark.parametrize("name", ["char-lstm-0", "char-lstm-1"])
def test_holding_the_bracket_cell_costs_most_and_other_cells_know_of_brackets(name):
    value = Record.load("ch07_lstm").value
    assert value(f"clamped/{name}/outside/mean") > 3 * max(value(f"clamped/{name}/pushed"))
    luck = max(value(f"cells/untrained-{s}/all/inside brackets") for s in (0, 1, 2))
    assert value(f"clamped/{name}/others/clamped") > luck + 0.1
