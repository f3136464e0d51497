"""Recall: learned where it can be, not where it cannot; readouts as defined."""

from copy import deepcopy

import numpy as np
import pytest

from rnncourse.cells.layers import build_layer
from rnncourse.cells.lstm import LSTMState, lstm_step
from rnncourse.cells.readout import apply_readout
from rnncourse.chapters.ch04_bptt import recall, recall_experiments
from rnncourse.chapters.ch04_bptt.recall import (
    RecallTask,
    final_accuracy,
    init_network,
    learn_recall,
    refit_accuracy,
    state_trace,
    train_truncated,
)
from rnncourse.core.records import Record
from rnncourse.data.recall import recall_batch


def test_a_symbol_in_the_window_is_learned_and_one_outside_a_reset_is_not():
    task = RecallTask(2, same=True)
    assert final_accuracy(task, 3, stateful=False, seed=0) > 0.9
    assert max(learn_recall(task, 2, stateful=False, seed=0, updates=200)) < 0.4


def test_a_window_of_one_step_is_enough_if_the_state_holds_the_symbol():
    task = RecallTask(3, same=False)
    assert final_accuracy(task, 1, stateful=True, seed=0) > 0.9
    assert max(learn_recall(task, 1, stateful=False, seed=0, updates=200)) < 0.4


def test_a_window_may_be_longer_than_the_sequence():
    task = RecallTask(2, same=True)
    curves = [learn_recall(task, k, True, seed=1, updates=50) for k in (3, 9)]
    assert curves[0] == curves[1]


def test_an_lstm_starts_by_remembering():
    w = init_network(RecallTask(5, True), np.random.default_rng(0)).cell
    np.testing.assert_array_equal(w.b_h, np.repeat([0, 1, 0, 0], 32))


def test_state_trace_is_the_mean_distance_of_cells_after_one_symbol():
    w = init_network(RecallTask(2, True), np.random.default_rng(0)).cell
    zeros = LSTMState(np.zeros((1, 32)), np.zeros((1, 32)))
    cells = [lstm_step(row[None], zeros, w).c[0] for row in np.eye(4)]
    middle = np.mean(cells, axis=0)
    assert state_trace(w) == pytest.approx(np.mean([np.linalg.norm(c - middle) for c in cells]))
    w.W_xh[:] = 0
    assert state_trace(w) == 0


def test_a_copy_reads_with_the_first_weights_what_lies_before_the_window(monkeypatch):
    task, made = RecallTask(2, True), []
    monkeypatch.setattr(recall, "deepcopy", lambda w: made.append(deepcopy(w)) or made[-1])
    _, net = train_truncated(task, 2, True, 4, 3, copied=True)
    first = init_network(task, np.random.default_rng(4)).cell
    np.testing.assert_array_equal(made[0].W_xh, first.W_xh)
    assert not np.allclose(net.cell.W_xh, first.W_xh)
    curves = [train_truncated(task, 3, True, 4, 50, copied=copied)[0] for copied in (False, True)]
    assert curves[0] == curves[1]  # nothing lies before the window


def test_a_copy_reads_in_the_test_as_well():
    task = RecallTask(3, True)
    curve, net = train_truncated(task, 2, True, 4, 100, copied=True)
    xs, first = recall_batch(np.random.default_rng([4, 1]), 256, 3, True)

    def measure_accuracy(cell):
        state = build_layer(cell).forward(xs[:-2])[1]
        logits = apply_readout(build_layer(net.cell).forward(xs[-2:], state)[0][-1], net.out)
        return float((logits.argmax(-1) == first).mean())

    assert (
        curve[-1]
        == measure_accuracy(init_network(task, np.random.default_rng(4)).cell)
        != measure_accuracy(net.cell)
    )


def test_weights_with_learning_rate_0_do_not_move():
    task = RecallTask(2, True)
    first = init_network(task, np.random.default_rng(4))
    for paces, still, moved in (((0, 1), "W_hh", "W_hy"), ((1, 0), "W_hy", "W_hh")):
        after = train_truncated(task, 3, True, 4, 5, lr_scales=paces)[1].arrays()
        np.testing.assert_array_equal(after[still], first.arrays()[still])
        assert not np.allclose(after[moved], first.arrays()[moved])


def test_a_slow_cell_moves_a_tenth_as_far_in_its_first_update():
    task = RecallTask(2, True)
    first = init_network(task, np.random.default_rng(4))
    far = {}
    for paces in ((1, 1), (0.1, 1), (1, 10)):
        after = train_truncated(task, 3, True, 4, 1, lr_scales=paces)[1]
        ends = (after.cell.W_hh, first.cell.W_hh), (after.out.W_hy, first.out.W_hy)
        far[paces] = [np.abs(a - b).max() for a, b in ends]
    cell, out = far[1, 1]
    assert far[0.1, 1] == pytest.approx([cell / 10, out], rel=1e-6)
    assert far[1, 10] == pytest.approx([cell, 10 * out], rel=1e-6)


def test_training_goes_on_from_a_network_with_new_sequences():
    task = RecallTask(2, True)
    net = train_truncated(task, 3, True, 4, 5)[1]
    before = net.out.W_hy.copy()
    _, after = train_truncated(task, 3, True, 4, 5, net=net)
    assert after is net
    assert not np.allclose(after.out.W_hy, before)
    assert not np.allclose(after.out.W_hy, train_truncated(task, 3, True, 4, 10)[1].out.W_hy)


def test_refit_accuracy_reads_the_hidden_state_alone():
    w = init_network(RecallTask(2, True), np.random.default_rng(0)).cell
    w.b_h[96:] = -50  # the output gate is closed
    rng = np.random.default_rng
    assert abs(refit_accuracy(w, 2, rng(1)) - 0.25) < 0.06
    w.b_h[96:] = 50
    assert refit_accuracy(w, 2, rng(1)) > 0.99


def test_training_phases_use_the_same_symbols(monkeypatch):
    calls = []

    def train_briefly(task, window, stateful, seed, *args, **more):
        calls.append((task, window, stateful, more.get("lr_scales", (1, 1))))
        return train_truncated(task, window, stateful, seed, 75 if args else 25, **more)

    monkeypatch.setattr(recall_experiments, "train_truncated", train_briefly)
    same = RecallTask(5, same=True)
    result = recall_experiments.train_with_window(2, False, 0)
    assert calls == [(same, 2, True, (1, 1))]
    assert set(result) == {"right", "trace", "shown"}
    del calls[:]
    assert set(recall_experiments.run_controls(0)) == {*("frozen", "1600", "2400", "slow", "fast")}
    scales = {(5, (1, 1)), (1, (0, 1)), (5, (0.1, 1)), (5, (1, 10))}
    assert set(calls) == {(same, window, True, rates) for window, rates in scales}


def test_a_trace_is_measured_against_the_seed_s_own_first_weights():
    task = RecallTask(2, True)
    net = init_network(task, np.random.default_rng(7))
    assert recall_experiments.measure_trace_left(net, task, 7) == 1
    net.cell.W_xh[:] = 0
    assert recall_experiments.measure_trace_left(net, task, 7) == 0


def test_two_sections_of_the_record_agree_where_they_hold_one_experiment():
    record = Record.load("ch04_bptt")
    for lag, window in ((5, 1), (5, 3), (5, 5), (5, 6)):
        task = RecallTask(lag, True)
        expected = record.value(recall_experiments.recall_key(task, window, True))
        np.testing.assert_array_equal(record.value(f"writing/{lag}/{window}/right"), expected)


def test_one_step_short_the_network_unlearns_to_write_and_with_one_more_it_learns_it():
    task = RecallTask(4, True)
    before = state_trace(init_network(task, np.random.default_rng(0)).cell)
    short, enough = (
        state_trace(train_truncated(task, k, True, 0, 300)[1].cell) / before for k in (4, 5)
    )
    assert short < 0.7
    assert enough > 1.2


def test_the_final_accuracy_is_the_mean_of_the_last_eight_checks(monkeypatch):
    curve = [1.0] * 24 + [0.2, 0.4] * 4
    monkeypatch.setattr(recall, "learn_recall", lambda *_: curve)
    assert final_accuracy.__wrapped__(RecallTask(1, True), 1, True, 0) == pytest.approx(0.3)
