"""What comes back, against automatic differentiation; where a gradient grows; and the tasks."""

import numpy as np
import pytest
import torch

from rnncourse.cells.lstm import LSTMState, lstm_gates
from rnncourse.chapters.ch07_lstm import carousel, lags, step_order
from rnncourse.chapters.ch07_lstm import peepholes as peeps
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING

RECORD = Record.load("ch07_lstm")


def compute_lengths_by_autograd(w, xs, dc, through_h):
    W_xh, W_hh, b_h = (torch.tensor(a) for a in (w.W_xh, w.W_hh, w.b_h))
    h = c = torch.zeros(len(w.W_hh), dtype=torch.float64)
    cells = []
    for x in torch.tensor(xs):
        a = x @ W_xh + (h if through_h else h.detach()) @ W_hh + b_h
        i, f, g, o = a.chunk(4)
        c = (torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)).requires_grad_()
        h = torch.sigmoid(o) * torch.tanh(c)
        cells.append(c)
    grads = torch.autograd.grad((c * torch.tensor(dc)).sum(), cells)
    return np.array([g.norm().item() for g in grads])


@pytest.mark.parametrize("through_h", [True, False])
@pytest.mark.parametrize("start", ["bias-0", "bias-1", "open"])
def test_the_gradient_at_each_cell_is_autograds_from_each_end(start, through_h):
    w, xs, dc = (
        carousel.init_lstm(start, 4),
        carousel.sample_inputs(4, 15),
        carousel.sample_gradient(4),
    )
    actual = carousel.backpropagate(w, carousel.read_sequence(w, xs), dc, [14, 0, 6], through_h)
    for row, end in zip(actual, (14, 0, 6), strict=True):
        expected = compute_lengths_by_autograd(w, xs[: end + 1], dc, through_h)
        np.testing.assert_allclose(row[: end + 1], expected, rtol=1e-9)
        assert np.isnan(row[end + 1 :]).all()


def test_networks_of_one_seed_differ_in_their_biases_alone():
    ws = [carousel.init_lstm(start, 7) for start in ("open", "bias-0", "bias-1")]
    for w in ws[1:]:
        np.testing.assert_array_equal(w.W_hh, ws[0].W_hh)
        np.testing.assert_array_equal(w.W_xh, ws[0].W_xh)
    assert np.allclose(ws[2].b_h[32:64], 1)
    assert not ws[2].b_h[:32].any()
    assert not ws[2].b_h[64:].any()


@pytest.mark.parametrize("seed", range(3))
def test_from_cell_to_cell_a_gradient_is_multiplied_by_f_and_by_nothing_else(seed):
    """A complex step along c, h held: the derivative without any formula of ours."""
    w, xs = carousel.init_lstm("bias-1", seed), carousel.sample_inputs(seed, 20)
    state, dc = LSTMState(*np.zeros((2, 1, carousel.H))), carousel.sample_gradient(seed)[None]
    for x in xs[:, None]:
        _, f, _, o, c = lstm_gates(x, state, w)
        nudged = LSTMState(state.h, state.c + 1e-30j * np.ones_like(dc))
        slope = lstm_gates(x, nudged, w)[4].imag / 1e-30
        np.testing.assert_allclose(dc * slope, f * dc, rtol=1e-12, atol=1e-14)
        state = LSTMState(o * np.tanh(c), c)
    assert abs(carousel.log10_change("open", seed, [200], through_h=False)[0]).max() < 1e-12


def test_with_f_1_a_gradient_grows_near_the_zero_start_and_hardly_elsewhere():
    result = np.array([carousel.log10_change("open", seed, [200, 1000]) for seed in CONFIRMING])
    start, far = result[:, 0, 0], result[:, 1, 800]
    assert 1.8 < start.mean() < 2.5
    assert 0 <= far.mean() < 0.3
    assert (start > far).all()
    middle = np.array([carousel.log10_change("open", seed, [600])[0, 400] for seed in CONFIRMING])
    assert abs(middle.mean() - np.log10(1.4)) < 0.15  # "by a third"


def test_it_grows_where_a_cell_shows_a_nudge_and_full_cells_show_none():
    shown, grown = [], []
    for full in (0, 3, 30):
        slopes = np.mean([carousel.perturbation_responses("open", s, full) for s in CONFIRMING], 0)
        logs = np.mean([carousel.log10_change("open", s, [1000], full)[0] for s in CONFIRMING], 0)
        for a in range(0, 1000, 20):
            shown.append(slopes[a : a + 20].mean())
            grown.append((logs[a] - logs[a + 20]) / 20 if a < 980 else logs[a] / 20)
    assert np.corrcoef(shown, grown)[0, 1] > 0.95
    full = [carousel.log10_change("open", s, [200], 30)[0, 0] for s in CONFIRMING]
    assert np.mean(full) < 0.1


def test_two_orders_of_the_four_parts_are_the_lstm():
    gaps = step_order.differences_from_lstm()
    exact_orders = [order for order, gap in gaps.items() if gap < 1e-12]
    assert len(gaps) == 24
    store_first = ("store", "forget", "update", "output")
    assert sorted(exact_orders) == sorted([step_order.PARTS, store_first])
    assert min(gap for order, gap in gaps.items() if order not in exact_orders) > 1e-3


def test_the_task_asks_for_the_first_marked_number():
    xs, first = peeps.sample_first_batch(np.random.default_rng(0), 500)
    marks = xs[..., 1]
    assert set(marks.sum(0)) == {2, 3, 4, 5}
    assert not marks[-1].any()
    for b in range(500):
        assert first[b] == xs[np.flatnonzero(marks[:, b])[0], b, 0]
    assert not xs[..., 0][marks == 0].any()
    _, targets = peeps.sample_first_batch(np.random.default_rng(1), 50_000)
    assert np.var(targets) == pytest.approx(1 / 3, rel=0.02)


def test_an_easy_lag_is_learned():
    n_updates = lags.train_at_lag(lags.CELL_KINDS["lstm-3"], [1e-2, 1e-2], [0, 1], "test", 80, 3)
    assert np.isfinite(n_updates).all()


def test_the_rate_with_the_fewest_updates_is_scored_with_other_seeds_and_sequences(monkeypatch):
    def train(kind, rates, seeds, part):
        off = {"validation": 1000 * np.abs(np.array(rates) - 0.01), "test": 1}[part]
        return off + np.array(seeds)

    monkeypatch.setattr(lags, "train_at_lag", train)
    record = lags.measure_kinds("plain")
    assert record.value("lag/rate/tanh") == 0.01
    assert record.value("lag/when/tanh") == [1 + seed for seed in lags.SEEDS]
    assert not {*lags.SEEDS} & {*lags.SEARCH_SEEDS}
    monkeypatch.undo()
    drawn, draw = [], lags.sample_batches
    monkeypatch.setattr(lags, "sample_batches", lambda *run: drawn.append(draw(*run)) or drawn[-1])
    for part in ("validation", "test"):
        lags.train_at_lag(lags.CELL_KINDS["tanh"], [0.1], [0], part, 0, 3)
    assert not torch.equal(drawn[0][0], drawn[1][0])


@pytest.mark.parametrize(("bias", "seed"), [(1, 0), (4, 1)])
def test_the_record_is_what_fresh_networks_give(bias, seed):
    fresh = carousel.log10_change(f"bias-{bias}", CONFIRMING[seed], [200, 1000])
    far, start = (RECORD.value(f"travel/{place}/{bias}")[seed] for place in ("far", "start"))
    assert far == pytest.approx(fresh[1, 800], abs=0.01)
    assert start == pytest.approx(fresh[0, 0], abs=0.01)


def test_a_first_symbol_can_be_kept_and_be_named_after_a_hundred_others():
    """Against claim B11, "completely lost": plain networks that are asked for it keep it."""
    learned = {kind: sum(RECORD.value(f"lag/learned/{kind}")) for kind in ("tanh", "identity")}
    assert 0 < learned["tanh"] < 10 == learned["identity"]
