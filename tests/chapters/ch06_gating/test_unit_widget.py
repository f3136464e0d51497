"""The gated unit of the page computes what the package computes, and what was trained is kept."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch06_gating import unit, unit_training
from rnncourse.chapters.ch06_gating.unit_widget import gated_unit, trained_units
from rnncourse.core.records import Record

from ... import node

ask = node.make_asker(Path(__file__).with_name("unit_driver.mjs"))
MISSING = {"reset": "f", "mark": "i", "ask": "o"}
"""The gate that a task needs."""


def make_batch(rows):
    return np.array(rows, float)[:, None]


def solve_gates(x, task):
    """Return the gates i f o that solve a task: mark, 1 - reset, ask; open where it has no flag."""
    _, reset, mark, ask = np.moveaxis(x, -1, 0)
    pairs = ("mark", mark), ("ask", ask)
    i, o = (flag if name in unit.TASKS[task] else 0 * flag + 1 for name, flag in pairs)
    return np.stack([i, 1 - reset, o], -1)


def name_gates_without(*gates):
    return "".join("-" if gate in gates else gate for gate in "ifo")


@pytest.fixture(scope="module", params=unit.TASKS)
def task_and_signals(request):
    return request.param, ask(*(["drawSignal", request.param, seed] for seed in range(1, 31)))


def check_signals(x, task):
    values, *flags = np.moveaxis(x, -1, 0)
    for name, flag in zip(unit.FLAGS, flags, strict=True):
        assert (flag.sum(0) == unit.N_FLAGS[name] * (name in unit.TASKS[task])).all()
    assert not flags[0][0].any()
    assert (flags[2][-1] == ("ask" in unit.TASKS[task])).all()
    noise = (flags[1] == 0) & ("mark" in unit.TASKS[task])
    assert set(np.abs(values[~noise])) == {*range(1, unit.MAX_VALUE + 1)}
    assert set(np.abs(values[noise])) in (set(), {*range(1, unit.MAX_UNMARKED + 1)})
    assert abs(np.sign(values).mean()) < 0.15


def test_signals_are_drawn_alike_in_page_and_package(task_and_signals):
    task, signals = task_and_signals
    check_signals(np.stack(signals, axis=1), task)
    check_signals(unit.sample_signals(task, 500, np.random.default_rng(0)).x, task)


def test_a_target_is_the_sum_of_what_was_marked_since_the_reset():
    x, target = unit.sample_signals("all", 20, np.random.default_rng(1))
    for b in range(20):
        for t in range(unit.STEPS):
            start = max([s for s in range(t + 1) if x[s, b, 1]], default=0)
            total = sum(x[s, b, 0] * x[s, b, 2] for s in range(start, t + 1))
            assert target[t, b] == total * x[t, b, 3]


def send_back(values, gates):
    """The gradient of the last answer by each memory, and by each value, as autograd finds them."""
    values = torch.tensor(values, requires_grad=True)
    c, cs = torch.zeros_like(values[0]), []
    for value, (i, f, _) in zip(values, torch.tensor(gates).movedim(-1, 1), strict=True):
        c = f * c + i * value
        c.retain_grad()
        cs.append(c)
    (torch.tensor(gates[-1, :, 2]) * c).sum().backward()
    return np.stack([c.grad for c in cs]), values.grad.numpy()


def test_page_and_package_compute_the_same(task_and_signals):
    task, signals = task_and_signals
    rng = np.random.default_rng(2)
    for rows, subset in zip(signals, unit.SUBSETS, strict=False):
        x = make_batch(rows)
        W = rng.normal(size=(3, 5))
        gates = rng.random((unit.STEPS, 1, 3))
        gate_rows = gates[:, 0].tolist()
        open_gates = unit.open_missing_gates(gates, subset)
        target, solution, trained, stored, result = ask(
            ["computeTargets", rows, task],
            ["solveGates", rows, task],
            ["trainedGates", rows, W.tolist()],
            ["completeGates", gate_rows, subset],
            ["evaluate", rows, task, open_gates[:, 0].tolist()],
        )
        memory, answers = unit.run_unit(x[..., 0], open_gates)
        to_memory, to_value = send_back(x[..., 0], open_gates)
        for actual, expected in (
            (target, unit.targets(x, task)),
            (solution, solve_gates(x, task)),
            (trained, unit_training.compute_gates(W, x)),
            (stored, open_gates),
            (result["memory"], memory),
            (result["answers"], answers),
            (result["back"]["memory"], to_memory),
            (result["back"]["value"], to_value),
        ):
            np.testing.assert_allclose(actual, expected[:, 0], rtol=1e-12, atol=1e-12)
        assert result["error"] == pytest.approx(
            unit.compute_rmse(answers, unit.targets(x, task)), rel=1e-12
        )
        zero = unit.compute_rmse(0 * answers, unit.targets(x, task))
        assert result["zero"] == pytest.approx(zero, rel=1e-12)


@pytest.mark.parametrize("task", unit.TASKS)
def test_the_right_gates_solve_a_task_exactly(task):
    x, target = unit.sample_signals(task, 200, np.random.default_rng(3))
    gates = solve_gates(x, task)
    np.testing.assert_array_equal(unit.run_unit(x[..., 0], gates)[1], target)
    needed = {MISSING[flag] for flag in unit.TASKS[task]}
    for gate in "ifo":
        ys = unit.run_unit(x[..., 0], unit.open_missing_gates(gates, name_gates_without(gate)))[1]
        assert (unit.compute_rmse(ys, target) > 1) == (gate in needed)


def test_stored_weights_are_those_that_training_gives():
    subsets = ("ifo", "i-o", "cfo")
    W = unit_training.train_unit("reset", subsets, [unit_training.RATE], unit_training.SEEDS[0])
    telling = unit_training.sample_test_signals("reset")
    for subset, trained in zip(subsets, W[:, 0], strict=True):
        stored = np.array(trained_units()["reset"][subset]["weights"])
        answers = (compute_answers(V, subset, telling.x) for V in (trained, stored))
        np.testing.assert_allclose(*answers, atol=0.02)
        np.testing.assert_array_equal(stored, stored.round(unit_training.DECIMALS))


def compute_answers(W, subset, x):
    return unit.run_unit(
        x[..., 0], unit.open_missing_gates(unit_training.compute_gates(W, x), subset)
    )[1]


def test_the_record_has_the_errors_of_what_is_kept():
    record = Record.load("ch06_gating")
    for task, units in trained_units().items():
        telling = unit_training.sample_test_signals(task)
        zero = unit.compute_rmse(0 * telling.target, telling.target)
        assert record.confirm(f"unit/{task}/zero", zero) == pytest.approx(zero)
        for subset, made in units.items():
            errors = record.value(f"unit/{task}/{subset}")
            first = unit_training.measure_error(np.array(made["weights"]), subset, telling)
            assert first == pytest.approx(errors[0], abs=1e-9)
            assert made["errors"] == pytest.approx([min(errors), max(errors)], abs=1e-4)
            by_rate = record.value(f"unit/{task}/{subset}/by_rate")
            assert min(by_rate) > 0.96 * np.mean(errors) or np.mean(errors) < 0.3


def test_a_trained_unit_needs_the_gate_of_its_task():
    for task, gate in MISSING.items():
        errors = {subset: trained["errors"] for subset, trained in trained_units()[task].items()}
        for subset, (low, high) in errors.items():
            if gate in subset and "c" not in subset:
                assert high < 0.3
            else:
                assert low > 10 * errors["ifo"][1]


def test_the_sentence_describes_error_leaks_and_closed_gates(task_and_signals):
    task, (rows, *_) = task_and_signals
    ones = np.ones((unit.STEPS, 3))
    solution = solve_gates(make_batch(rows), task)[:, 0]
    closed = ones.copy()
    closed[-1, 2] = 0
    result, exact, leaks, shut = ask(
        *(["sentence", rows, task, g.tolist()] for g in (ones, solution, 0.999 * solution, closed))
    )
    target = unit.targets(make_batch(rows), task)
    answers = unit.run_unit(make_batch(rows)[..., 0], ones[:, None])[1]
    at = np.flatnonzero(answers != target)[0]
    phrase = f"at step {at + 1}: {answers[at, 0]:.0f} instead of {target[at, 0] + 0:.0f}."
    assert phrase.replace("-", "−") in result
    assert f"the root mean square error is {unit.compute_rmse(answers, target):.2f}" in result
    assert "100\u00a0% comes back to the memory of step 1, and 100\u00a0% to its value" in result
    assert exact.startswith("Every answer is right. Of the gradient")
    assert leaks.startswith("Every answer is within 0.")
    assert "error is 0." in leaks
    assert shut.endswith("In the last step the output gate is closed, so no gradient comes back.")
    assert not re.search(r"NaN|undefined|null|Infinity", result + exact + leaks + shut)


def test_shown_numbers_have_two_decimals_at_most():
    values = [0, 1, -1.5, 0.25, 0.999, -0.001, 10, 100, -12.345]
    expected = ["0", "1", "−1.5", "0.25", "1", "0", "10", "100", "−12.35"]
    assert ask(*(["formatShort", value] for value in values)) == expected


def test_the_first_view_shows_an_error_to_repair():
    shown = gated_unit()
    facts = dict(shown.facts)
    shown.close()
    (rows,) = ask(["drawSignal", facts["task"], facts["seed"]])
    (first_view,) = ask(["evaluate", rows, facts["task"], np.ones((unit.STEPS, 3)).tolist()])
    assert facts["by"] == "you"
    assert first_view["error"] > 2
    first = next(t for t, row in enumerate(rows) if row[1])
    assert first in (3, 4, 5)  # the reader sees the sum grow before it should be cleared
    np.testing.assert_array_equal(first_view["answers"][:first], first_view["target"][:first])


@pytest.mark.parametrize("wrong", [{"task": "sum"}, {"by": "nobody"}])
def test_a_wrong_name_is_refused(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name} must be one of"):
        gated_unit(**wrong)
