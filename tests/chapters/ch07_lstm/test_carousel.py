"""What comes back, against automatic differentiation; the orders, the forms, and the tasks."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch07_lstm import carousel, figures, forms, lags, parts
from rnncourse.chapters.ch07_lstm import peepholes as peeps
from rnncourse.chapters.ch07_lstm.timing import targets
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING

RECORD = Record.load("ch07_lstm")


def lengths_by_autograd(w, xs, dc, through_h):
    """Return the length of the gradient by every cell, from the last to the first."""
    W_xh, W_hh, b_h = (torch.tensor(a) for a in (w.W_xh, w.W_hh, w.b_h))
    h = c = torch.zeros(1, len(w.W_hh), dtype=torch.float64)
    cells = []
    for x in torch.tensor(xs):
        a = x @ W_xh + (h if through_h else h.detach()) @ W_hh + b_h
        i, f, g, o = a.chunk(4, 1)
        c = (torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)).requires_grad_()
        h = torch.sigmoid(o) * torch.tanh(c)
        cells.append(c)
    grads = torch.autograd.grad((c * torch.tensor(dc)).sum(), cells)
    return np.array([g.norm().item() for g in grads[::-1]])


@pytest.mark.parametrize("through_h", [True, False])
@pytest.mark.parametrize("start", carousel.STARTS)
def test_the_error_at_each_cell_is_autograds(start, through_h):
    w, xs, dc = carousel.started(start, 4), carousel.inputs(4, 15), carousel.sent(4)
    mine = carousel.carried(w, xs, dc, through_h)
    np.testing.assert_allclose(mine, lengths_by_autograd(w, xs, dc, through_h), rtol=1e-9)


def test_the_plain_error_is_autograds():
    rng = np.random.default_rng(1)
    w = carousel.initial_weights(carousel.HiddenWeights, 8, 32, rng)
    xs, dh = carousel.inputs(1, 9), carousel.sent(1)
    states, h = [], torch.zeros(1, 32, dtype=torch.float64)
    W_xh, W_hh, b_h = (torch.tensor(a) for a in (w.W_xh, w.W_hh, w.b_h))
    for x in torch.tensor(xs):
        h = torch.tanh(x @ W_xh + h @ W_hh + b_h).requires_grad_()
        states.append(h)
    grads = torch.autograd.grad((h * torch.tensor(dh)).sum(), states)
    theirs = [g.norm().item() for g in grads[::-1]]
    np.testing.assert_allclose(carousel.carried_plain(w, xs, dh), theirs, rtol=1e-10)


def test_an_open_gate_carries_from_cell_to_cell_without_loss_and_a_half_open_one_as_its_product():
    assert abs(carousel.decades("open", 3, False)).max() < 1e-12
    f = carousel.started("bias-1", 3)
    assert np.allclose(f.b_h[32:64], 1)
    assert not f.b_h[:32].any()
    assert not f.b_h[64:].any()


def test_networks_of_one_seed_differ_in_their_biases_alone():
    ws = [carousel.started(start, 7) for start in carousel.STARTS]
    for w in ws[1:]:
        np.testing.assert_array_equal(w.W_hh, ws[0].W_hh)
        np.testing.assert_array_equal(w.W_xh, ws[0].W_xh)


def test_the_time_constant_of_the_page():
    u = np.array([2.0, 10.0, 100.0])
    f = 1 / (1 + np.exp(-np.log(u)))
    np.testing.assert_allclose(f, 1 - 1 / (u + 1))
    np.testing.assert_allclose(carousel.time_constant(f), u + 0.5, rtol=0.02)


def test_two_orders_of_the_four_parts_are_the_lstm():
    gaps = parts.gaps()
    right = [order for order, gap in gaps.items() if gap < 1e-12]
    assert len(gaps) == 24
    store_first = ("store", "forget", "update", "output")
    assert sorted(right) == sorted([parts.PARTS, store_first])
    assert min(gap for order, gap in gaps.items() if order not in right) > 1e-3


def test_the_tasks_are_what_the_page_says():
    xs, sums = forms.adding(np.random.default_rng(0), 200, 30)
    np.testing.assert_allclose(xs.prod(2).sum(0), sums)
    assert (xs[..., 1].sum(0) == 2).all()
    xs, first = peeps.first_batch(np.random.default_rng(0), 500)
    marks = xs[..., 1]
    assert set(marks.sum(0)) == {2, 3, 4, 5}
    assert not marks[-1].any()
    for b in range(500):
        assert first[b] == xs[np.flatnonzero(marks[:, b])[0], b, 0]
    assert not xs[..., 0][marks == 0].any()
    _, many = peeps.first_batch(np.random.default_rng(1), 50_000)
    assert np.var(many) == pytest.approx(1 / 3, rel=0.02)
    assert np.flatnonzero(targets(5)).tolist() == [4, 9, 14, 19]


def test_a_constant_answer_leaves_all_of_the_loss():
    targets = torch.tensor(np.random.default_rng(0).random((1, 100_000)) * 2**0.5)
    out = torch.full((1, 100_000, 1), 2**-0.5)
    assert forms.costs("adding", out, targets).item() == pytest.approx(1, rel=0.02)
    assert forms.costs("recall", torch.zeros(1, 5, 4), torch.zeros(1, 5).long()).item() == (
        pytest.approx(1)
    )


def test_closed_gates_do_not_see_the_cell_and_peepholes_do():
    assert max(peeps.seen(False, seed) for seed in range(5)) == 0
    assert min(peeps.seen(True, seed) for seed in range(5)) > 0.01


def test_an_easy_lag_is_learned():
    when = lags.learn(lags.KINDS["lstm-3"], [1e-2, 1e-2], [0, 1], updates=80, lag=3)
    assert np.isfinite(when).all()
    low, high = lags.wilson(0, 10)
    assert low == pytest.approx(0, abs=1e-12)
    assert high == pytest.approx(0.2775, abs=1e-3)


def test_the_record_is_what_a_fresh_run_gives():
    for start in ("plain", "open"):
        fresh = [carousel.decades(start, seed)[200] for seed in (0, 1)]
        np.testing.assert_allclose(RECORD.value(f"back/last/{start}/whole")[:2], fresh, atol=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_from_cell_to_cell_an_error_is_multiplied_by_f_and_by_nothing_else(seed):
    """A complex step along c, h held: the derivative without any formula of ours."""
    w, xs = carousel.started("bias-1", seed), carousel.inputs(seed, 20)
    state = carousel.LSTMState(np.zeros((1, carousel.H)), np.zeros((1, carousel.H)))
    for x in xs:
        dc = carousel.sent(seed)
        _, f, _, o, c = carousel.lstm_gates(x, state, w)
        nudged = carousel.LSTMState(state.h, state.c + 1e-30j * np.ones_like(dc))
        slope = carousel.lstm_gates(x, nudged, w)[4].imag / 1e-30
        np.testing.assert_allclose(dc * slope, f * dc, rtol=1e-12, atol=1e-14)
        state = carousel.LSTMState(o * np.tanh(c), c)


def test_the_curves_of_the_cards_are_what_fresh_networks_give():
    for bias, seed in ((1, 0), (4, 1)):
        fresh = carousel.decades(f"bias-{bias}", CONFIRMING[seed])[200]
        assert RECORD.value(f"carried/bias/{bias}")[seed] == pytest.approx(fresh, abs=0.01)
    fresh = carousel.decades("open", CONFIRMING[0])[50]
    assert RECORD.value("carried/open/50")[0] == pytest.approx(abs(fresh), abs=0.01)
    fig = figures.carried([1, 10], [[0.0, 0.2], [1.0, 2.0]])
    np.testing.assert_allclose(fig.axes[0].get_lines()[0].get_ydata(), [0.1, 1.5])
    fig = figures.forget_biases([0, 1], [[-40.0, -42.0], [-13.0, -13.0]])
    np.testing.assert_allclose(fig.axes[0].get_lines()[0].get_ydata(), [-41, -13])


def test_the_figures_draw_what_they_are_given():
    fig = figures.back([1, 2], {"plain": [0, -1]}, {"open": [0, 0]})
    assert [len(line.get_xdata()) for line in fig.axes[0].get_lines()] == [2, 2, 2]
    assert len(figures.cell_decay({"a": [1, 0.5]}).axes[0].get_lines()) == 1
    fig = figures.learned({"a": (3, 10, 0.1, 0.6)}, {"a": "blue"})
    np.testing.assert_allclose(fig.axes[0].get_lines()[1].get_xdata(), [0.3])
    rows = {name: [0.1, 0.3] for name in "abcd"}
    np.testing.assert_allclose(figures.left(rows).axes[0].get_lines()[1].get_xdata(), [0.2])
