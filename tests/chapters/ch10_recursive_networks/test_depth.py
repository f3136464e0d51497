"""What depth does: gradients, laws, steps and passes, each computed in another way."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch10_recursive_networks import (
    depth,
    experiments,
    expressions,
    figures,
    learning,
)
from rnncourse.chapters.ch10_recursive_networks.learning import Job
from rnncourse.core.records import Record


def by_hand(tree, tau, seed):
    """Send a gradient back through states that NumPy composes, and return it at every leaf."""
    nets = depth.started("tanh", 1.0, tau, [seed])
    W, xs = nets.W[0].detach().numpy(), nets.E[0, :tau].detach().numpy()
    W_l, W_r = W[: depth.H], W[depth.H : 2 * depth.H]
    rows, hs = depth.shaped(tree, tau, seed), []
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
    mine = depth.gradients("tanh", 1.0, tree, tau, [3])[0]
    np.testing.assert_allclose(mine, by_hand(tree, tau, 3), atol=1e-8)


def test_the_two_laws_of_the_page():
    gamma, taus = 0.8, np.array(depth.TAUS)
    chain, tree = (taus - 1) * np.log10(gamma), np.log2(taus) * np.log10(gamma)
    assert depth.misfit(depth.TAUS, chain, "exponential") < 1e-9
    assert depth.misfit(depth.TAUS, tree, "power") < 1e-9
    np.testing.assert_allclose(10**tree, taus ** np.log2(gamma))
    assert experiments.law(chain) > 10
    assert experiments.law(tree) < 0.01


def test_the_lstms_gradient_reaches_every_leaf():
    found = depth.gradients("lstm", 1.0, "random", 9, [0, 1])
    assert found.shape == (2, 9)
    assert np.isfinite(found).all()


def test_steps_are_logarithms():
    for tau in (2, 3, 7, 8, 9, 100, 511, 512):
        assert depth.steps(depth.shaped("balanced", tau, 0)) == int(tau - 1).bit_length()
    assert [depth.steps(depth.shaped("chain", tau, 0)) for tau in (2, 9)] == [1, 8]


def test_two_ways_to_compute_a_balanced_tree_agree_and_the_chain_is_a_left_tree():
    rng = torch.Generator().manual_seed(1)
    x = torch.randn(3, 8, 4, generator=rng).double()
    W = torch.randn(8, 4, generator=rng).double()
    folded, gathered = depth.folded_pass(x, W), depth.Gathered(8, 3)(x, W)
    torch.testing.assert_close(folded, gathered)
    h = x[:, 0]
    for t in range(1, 8):
        h = torch.tanh(torch.cat([h, x[:, t]], 1) @ W)
    torch.testing.assert_close(depth.chain_pass(x, W), h)


def test_times_are_positive_and_as_many_as_asked():
    found = depth.times(8, 2, 3)
    assert set(found) == set(depth.PASSES)
    assert all(len(seconds) == 3 and (seconds >= 0).all() for seconds in found.values())


# --- Learning ---


def test_a_network_learns_a_little_and_rates_do_not_mix():
    job = Job("boolean", (2, 3), 50, 16)
    nets, _ = learning.learn(job, "parse", "two", [1e-2, 0.0], [0, 1], 50, pool=150)
    good, still = learning.right(job, nets, "parse", "train", (2, 3), 200).reshape(2, 2)
    assert good.min() > 0.7
    first = learning.TreeNetworks("two", 8, 2, [0, 1], 16)
    assert torch.equal(nets.W[2:], first.W.detach())
    assert still.max() < good.min()


def test_majorities_lie_between_chance_and_certainty(monkeypatch):
    monkeypatch.setattr(learning, "POOL", 300)
    assert 0.2 <= learning.majority(learning.Job("mod5"), (5, 8), 60) < 0.6


# --- Figures ---


def test_the_figures_draw_the_numbers_that_they_are_given():
    taus = (2, 8, 32)
    fig = figures.gradients(taus, {"chain": [-1, -4, -16], "balanced": [-0.1, -0.3, -0.5]})
    for ax in fig.axes:
        np.testing.assert_array_equal(ax.get_lines()[0].get_ydata(), [-1, -4, -16])
    ways = {way: [1.0, 2.0, 3.0] for way in figures.WAYS}
    fig = figures.times(taus, {1: ways, 32: ways})
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["one alone", "32 at once"]
    fig = figures.accuracy(["2-4", "5-8"], {"left": [[0.5, 0.7], [0.2, 0.4]]}, [0.3, 0.3], 1)
    np.testing.assert_allclose(fig.axes[0].get_lines()[0].get_ydata(), [0.6, 0.3])
    fig = figures.accuracy(["2-4"], {"left": [[0.5]]}, [0.3], 1, {"parse": [[0.8, 0.9]]})
    (dashed,) = (line for line in fig.axes[0].get_lines() if "modulo 10" in line.get_label())
    np.testing.assert_allclose(dashed.get_ydata(), [0.85])


def test_the_expression_is_drawn_with_all_its_characters():
    fig = figures.chain_and_tree("2*(3+4)-1")
    left, right = (sorted(filter(None, (t.get_text() for t in ax.texts))) for ax in fig.axes)
    assert left == sorted("2*(3+4)-1")
    assert right == sorted("2*3+4-1")


def scored(best):
    """A score that falls on both sides of a rate; returns it and the rates that were asked for."""
    asked = []

    def score(rate):
        asked.append(rate)
        return [0.9 - 0.1 * abs(np.log10(rate / best))] * 2

    return score, asked


@pytest.mark.parametrize("best", learning.RATES)
def test_a_search_goes_on_until_the_best_is_inside_or_the_grid_ends(best):
    score, asked = scored(best)
    found = learning.search(score)
    assert found.rate == best
    assert sorted(asked) == list(found.scores)
    at, tried = learning.RATES.index(best), list(found.scores)
    inside = learning.RATES[max(at - 1, 0) : at + 2]
    assert set(inside) <= set(tried)


def test_a_search_stops_where_nothing_can_be_better():
    found = learning.search(lambda rate: [1.0, 1.0])
    assert list(found.scores) == [1e-3, 3e-3]


def test_the_best_rates_of_the_record_lie_between_worse_ones():
    record = Record.load("ch10_recursive_networks")
    for key in (k.removeprefix("rates/") for k in record.values if k.startswith("rates/")):
        tried, best = record.value(f"rates/{key}"), record.value(f"rate/{key}")
        scores = np.reshape(record.value(f"validation/{key}"), (len(tried), -1)).mean(1)
        at = tried.index(best)
        assert scores[at] == scores.max(), key
        assert scores[at] == 1 or 0 < at < len(tried) - 1 or best in learning.RATES[::6], key


def test_the_first_of_a_row_is_its_value():
    language = expressions.LANGUAGES["first"]
    assert [expressions.value(text, language) for text in ("3012", "0333")] == [3, 0]
