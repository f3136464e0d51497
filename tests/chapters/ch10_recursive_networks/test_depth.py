"""What depth does: gradients and steps, each computed in another way; how networks learn."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch10_recursive_networks import (
    depth,
    expressions,
    learning,
    tree_experiments,
)
from rnncourse.chapters.ch10_recursive_networks.learning import LearningTask
from rnncourse.core.records import Record
from rnncourse.training.lr_search import lr_search


def backpropagate_by_hand(tree, tau, seed):
    """Send a gradient back through states that NumPy composes, and return it at every leaf."""
    nets = depth.init_networks("tanh", 1.0, tau, [seed])
    W, xs = nets.W[0].detach().numpy(), nets.E[0, :tau].detach().numpy()
    W_l, W_r = W[: depth.H], W[depth.H : 2 * depth.H]
    rows, hs = depth.build_tree(tree, tau, seed), []
    for a, b, symbol, _ in rows:
        hs.append(xs[symbol] if a < 0 else np.tanh(hs[a] @ W_l + hs[b] @ W_r))
    u = np.random.default_rng([seed, 12]).normal(size=depth.H)
    back, lengths = {len(rows) - 1: u / np.linalg.norm(u)}, np.zeros(tau)
    for place in range(len(rows) - 1, -1, -1):
        a, b, symbol, _ = rows[place]
        if a < 0:
            lengths[symbol] = np.linalg.norm(back[place])
        else:
            da = back[place] * (1 - hs[place] ** 2)
            back[a], back[b] = W_l @ da, W_r @ da
    return np.log10(lengths)


@pytest.mark.parametrize("tree", depth.TREES)
@pytest.mark.parametrize("tau", [2, 7, 16])
def test_gradients_against_the_way_back_by_hand(tree, tau):
    actual = depth.leaf_gradients("tanh", 1.0, tree, tau, [3])[0]
    np.testing.assert_allclose(actual, backpropagate_by_hand(tree, tau, 3), atol=1e-8)


def test_the_lstms_gradient_reaches_every_leaf():
    result = depth.leaf_gradients("lstm", 1.0, "random", 9, [0, 1])
    assert result.shape == (2, 9)
    assert np.isfinite(result).all()


def test_a_balanced_tree_takes_log_2_steps_and_a_chain_all():
    for tau in (2, 3, 7, 8, 9, 100, 511, 512):
        assert (
            depth.sequential_steps(depth.build_tree("balanced", tau, 0))
            == int(tau - 1).bit_length()
        )
    assert [depth.sequential_steps(depth.build_tree("chain", tau, 0)) for tau in (2, 9)] == [1, 8]


# --- Learning ---


def test_a_network_learns_a_little_and_rates_do_not_mix():
    task = LearningTask("parity", (2, 3), 50, 16)
    nets, _ = learning.train_trees(task, "balanced", "two", [1e-2, 0.0], [0, 1], 50, pool=150)
    good, still = learning.measure_accuracies(task, nets, "balanced", "train", (2, 3), 200).reshape(
        2, 2
    )
    assert good.min() > 0.7
    first = learning.TreeNetworks("two", 5, 2, [0, 1], 16)
    assert torch.equal(nets.W[2:], first.W.detach())
    assert still.max() < good.min()


def test_a_majority_is_that_of_training_and_is_scored_in_the_test(monkeypatch):
    values = {"train": [0, 0, 1], "test": [1, 1, 0, 1]}
    monkeypatch.setattr(
        learning, "sample_texts", lambda task, part, *_: ([], np.array(values[part]))
    )
    assert learning.measure_majority(LearningTask("mod5"), (5, 8)) == 1 / 4


def test_a_rate_is_chosen_on_validation_expressions_with_seeds_that_are_not_scored(monkeypatch):
    scored = set()
    monkeypatch.setattr(tree_experiments, "train_trees", lambda *task: (tuple(task[4]), 0.0))
    monkeypatch.setattr(
        tree_experiments,
        "measure_accuracies",
        lambda *task: scored.add((task[1], task[3])) or [1.0],
    )
    tree_experiments.search_rate(LearningTask("mod5"), "parse", "two")
    assert scored == {(learning.TUNING_SEEDS, "validation")}
    assert not {*learning.TUNING_SEEDS} & {*learning.SEEDS}


def test_the_search_tries_and_chooses_the_rates_of_the_record():
    record = Record.load("ch10_recursive_networks")
    keys = [k.removeprefix("rates/") for k in record.values if k.startswith("rates/")]
    assert len(keys) == 21
    for key in keys:
        tried, rates = record.value(f"rates/{key}"), learning.RATES
        scores = np.reshape(record.value(f"validation/{key}"), (len(tried), -1)).mean(1)
        means = dict(zip(tried, scores, strict=True))
        result = lr_search(
            means.get, rates[2:4], max_extensions=len(rates), grid=rates, max_score=1.0
        )
        assert (result, max(result, key=result.get)) == (means, record.value(f"rate/{key}")), key


def test_networks_of_the_scored_seeds_answer_test_expressions(monkeypatch):
    trained, scored = [], []
    monkeypatch.setattr(tree_experiments, "search_rate", lambda *_: (0.01, {0.01: np.ones(2)}))
    monkeypatch.setattr(tree_experiments, "measure_majority", lambda *_: 0.1)
    monkeypatch.setattr(
        tree_experiments,
        "train_trees",
        lambda *run: trained.append(run) or (SimpleNamespace(size=9), 0.5),
    )
    monkeypatch.setattr(
        tree_experiments,
        "measure_accuracies",
        lambda task, nets, *rest: scored.append(rest) or [0.25 * len(scored)] * 5,
    )
    record = tree_experiments.measure_task("parse")
    assert [run[3:5] for run in trained] == [([0.01], learning.SEEDS)]
    assert scored == [("parse", "test", leaves) for leaves in learning.BINS]
    assert record.value("right/mod5/parse/two/5-8") == [0.5] * 5
    assert record.value("ms/mod5/parse/two") == 500


def test_a_set_of_answers_is_right_only_as_a_whole(monkeypatch):
    """A row a network, then an expression, then an answer."""
    logits = torch.tensor([[[1.0, -1], [1, -1]], [[1, -1], [2, 1]]])
    nets = SimpleNamespace(states=lambda batch: None, logits=lambda *_: logits)
    monkeypatch.setattr(learning, "build_trees", lambda *_: ([0, 0], np.array([[1, 0], [1, 1]])))
    monkeypatch.setattr(learning, "batch_trees", lambda trees: SimpleNamespace(roots=None))
    task = LearningTask("phrases")
    assert learning.measure_accuracies(task, nets, "parse", "test", (2, 3)).tolist() == [0.5, 1]


def test_the_rate_is_constant_and_falls_to_0_over_the_second_half(monkeypatch):
    calls = []
    monkeypatch.setattr(learning, "fit", lambda *_, **options: calls.append(options))
    learning.train_trees(LearningTask("parity"), "balanced", "two", [0.1], [0], 8, pool=20)
    (options,) = calls
    (factor,) = options["schedule"](options["optimizers"][0]).lr_lambdas
    assert [factor(update) for update in (0, 4, 6, 8)] == [1, 1, 0.5, 0]


def test_the_value_of_a_first_row_is_its_first_symbol():
    language = expressions.LANGUAGES["first"]
    assert [expressions.evaluate(text, language) for text in ("3012", "0333")] == [3, 0]
