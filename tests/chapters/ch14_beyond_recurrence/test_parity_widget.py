"""Parity in the page: its players say what the package's say, and what is told of them is true."""

import json
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch14_beyond_recurrence import parity_networks as known
from rnncourse.chapters.ch14_beyond_recurrence import parity_widget as widget
from rnncourse.chapters.ch14_beyond_recurrence import task_experiments
from rnncourse.core.records import Record

from ... import node

ask = node.make_asker(Path(__file__).with_name("parity_driver.mjs"), known.FOLDER / known.NAME)
ELEMENT = widget.live_parity


@pytest.fixture(scope="module")
def stored_players():
    return known.load_parity_networks()


def sample_rows(seed, n=100):
    """Rows of bits, side by side, and their truth."""
    xs, y = task_experiments.sample_parity(np.random.default_rng(seed), n, task_experiments.LONG_T)
    return xs[1:], y


def format_bits(bits):
    return "".join(map(str, bits))


def test_the_input_with_feedback_holds_the_last_answer():
    xs, y = task_experiments.sample_parity_with_feedback(np.random.default_rng(0), 5, 7)
    plain, same = task_experiments.sample_parity(np.random.default_rng(0), 5, 7)
    np.testing.assert_array_equal(y, same)
    np.testing.assert_array_equal(xs[..., 0], 1 + plain[1:])
    np.testing.assert_array_equal(xs[1:, :, 1], 3 + y[:-1])
    assert (xs[0, :, 1] == 3).all()


@pytest.mark.parametrize("name", known.TASK_NETWORKS)
def test_the_page_s_players_are_pytorch_s(stored_players, name):
    """Row after row, whose beginnings are the same or not; again, from memory."""
    bits, _ = sample_rows(0, 6)
    bits[:, 1] = bits[:, 0]
    bits[25, 1] ^= 1
    actual = known.predict_parity(name, stored_players[name], bits)
    rows = [format_bits(row) for row in bits.T]
    queries = [["probOdd", name, row] for row in (*rows, rows[0])]
    pages = ask(*queries)
    np.testing.assert_allclose(np.transpose(pages[:-1]), actual, atol=2e-4)
    assert pages[-1] == pages[0]
    assert pages[0][:25] == pages[1][:25]


def test_targets_of_the_page_are_the_parity():
    bits, y = sample_rows(1, 3)
    assert ask(*(["truth", format_bits(row)] for row in bits.T)) == y.T.tolist()


def test_the_first_row_is_what_the_networks_say(element_data):
    row = element_data["row"]
    initial = json.loads(element_data["initial"])
    assert len(row) == task_experiments.LONG_T
    assert int(element_data["short"]) == task_experiments.SHORT_T
    for name in ("transformer", "lstm"):
        (page,) = ask(["probOdd", name, row])
        np.testing.assert_allclose(initial[name], page, atol=3e-4)


def make_player(name, odds, before=None):
    return {"name": name, "probOdd": odds, "before": before}


def test_the_sentence_says_which_answers_turned():
    """Of four bits, two of them beyond the training."""
    even, odd = [0.1] * 4, [0.9] * 4
    silent = make_player("transformer", [0.9, 0.9, 0.1, 0.9], even)
    lstm = make_player("lstm", odd, even)
    ends = make_player("writer", even, [0.1, 0.1, 0.1, 0.9])
    changes = ask(
        ["describeFlip", 0, 2, [silent, lstm]],
        ["describeFlip", 1, 2, [make_player("transformer", even, even), lstm]],
        ["describeFlip", 2, 2, [silent, lstm]],
        ["describeFlip", 3, 2, [ends, lstm]],
        ["describeReach", "1000", [silent, lstm]],
    )
    begun = "You flipped bit {}: all {} answers from there on must turn. "
    assert changes == [
        begun.format(1, 4) + "The transformer turned all 2 up to bit 2 and 1 of 2 after it; "
        "the LSTM turned all 4.",
        begun.format(2, 3) + "The transformer turned 0 of 1 up to bit 2 and 0 of 2 after it; "
        "the LSTM turned all 3.",
        begun.format(3, 2) + "The transformer turned 1 of 2; the LSTM turned all 2.",
        "You flipped bit 4: the last answer must turn. The writer turned it; the LSTM turned it.",
        "The transformer is first wrong after bit 3; the LSTM makes no mistake.",
    ]


@pytest.mark.built
def test_keys_pressed_before_the_model_came_are_harmless(open_widget):
    """The first row stands there again, of which alone the page has answers: not those before."""
    visit, routes = open_widget(), []
    visit.page.route("**/weights/*", lambda route: routes.append(route))
    for _ in range(2):
        visit.page.get_by_role("application").press("Space")
    visit.page.wait_for_function("[...document.scripts].some(e => e.src.includes('/weights/'))")
    for route in routes:
        route.fallback()
    visit.page.get_by_text("You flipped bit 1: all 40 answers").wait_for()


# --- What the page claims of the players ---


def test_only_the_transformer_fails_beyond_trained_lengths(stored_players):
    """On rows of 40 bits that nobody trained on, and on those that a reader tries first."""
    bits, y = sample_rows(5, 300)
    for name in ("lstm", "writer"):
        assert ((known.predict_parity(name, stored_players[name], bits) > 0.5) == y).all()
    correct = (known.predict_parity("transformer", stored_players["transformer"], bits) > 0.5) == y
    assert correct[:13].all()
    assert correct[: task_experiments.SHORT_T].mean() > 0.97
    assert 0.4 < correct[task_experiments.SHORT_T :].mean() < 0.6
    zeros = np.zeros((task_experiments.LONG_T, 1), int)
    assert (known.predict_parity("transformer", stored_players["transformer"], zeros) < 0.5).all()


@pytest.mark.parametrize("n", [0, 6])
def test_beyond_trained_lengths_most_answers_of_the_transformer_do_not_turn(stored_players, n):
    bits, _ = sample_rows(6, 200)
    turned = bits.copy()
    turned[n] ^= 1
    result = {}
    for name in known.TASK_NETWORKS:
        before, after = (
            known.predict_parity(name, stored_players[name], r) for r in (bits, turned)
        )
        result[name] = (before > 0.5) != (after > 0.5)
        assert not result[name][:n].any()
    assert result["lstm"][n:].all()
    assert result["writer"][n:].all()
    assert result["transformer"][n : task_experiments.SHORT_T].mean() > 0.95
    assert 0.25 < result["transformer"][task_experiments.SHORT_T :].mean() < 0.4


def test_within_fourteen_bits_the_transformer_errs_after_thirteen_ones_only(stored_players):
    rows = (np.arange(2**14) >> np.arange(14)[:, None]) & 1
    is_odd = known.predict_parity("transformer", stored_players["transformer"], rows) > 0.5
    wrong = (is_odd != rows.cumsum(0) % 2).any(0)
    np.testing.assert_array_equal(wrong, rows[:13].all(0))


def test_the_record_has_what_the_stored_players_score(stored_players):
    record = Record.load("ch14_beyond_recurrence")
    for name in known.TASK_NETWORKS:
        shares = known.score_by_bit(name, stored_players[name])
        assert record.value(f"players/{name}/right") == pytest.approx(shares, abs=0.01)
        assert record.value(f"players/{name}/{task_experiments.SHORT_T}") == pytest.approx(
            shares[: task_experiments.SHORT_T].mean(), abs=0.01
        )
        assert record.value(f"players/{name}/{task_experiments.LONG_T}") == pytest.approx(
            shares[task_experiments.SHORT_T :].mean(), abs=0.01
        )
