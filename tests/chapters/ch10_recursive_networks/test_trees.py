"""Expressions and trees: against Python's own rules, and against a plain recursion."""

import ast
import random

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch10_recursive_networks import expressions, trees
from rnncourse.chapters.ch10_recursive_networks.expressions import LANGUAGES, evaluate, sample
from rnncourse.chapters.ch10_recursive_networks.networks import TreeNetworks

WITH_SYNTAX = ("mod5",)
KINDS_OF = {"mod5": trees.TREE_KINDS, "parity": ("chain", *trees.SHAPES)}


def sample_texts(name, count=25, leaves=(2, 20), part="train"):
    return sample(LANGUAGES[name], part, leaves, count, seed=5)


def list_leaves(tree):
    """Return the symbols of the leaves from left to right, by walking down from the root."""

    def walk(place):
        left, right, symbol, _ = tree[place]
        return [symbol] if left < 0 else walk(left) + walk(right)

    return walk(len(tree) - 1)


@pytest.mark.parametrize("name", WITH_SYNTAX)
def test_values_are_those_of_python(name):
    language = LANGUAGES[name]
    for text in sample_texts(name):
        assert evaluate(text, language) == eval(text) % language.base


def test_parity_is_a_sum():
    assert [evaluate(text, LANGUAGES["parity"]) for text in ("0", "10110", "11")] == [0, 1, 0]


def test_no_text_is_in_two_parts_and_none_is_scored_twice():
    for name, language in LANGUAGES.items():
        splits = {}
        for part in ("train", "validation", "test"):
            texts = sample(language, part, (2, 6), 80, seed=1)
            assert part == "train" or len(set(texts)) == len(texts), name
            splits[part] = set(texts)
        assert not splits["train"] & (splits["validation"] | splits["test"]), name
        assert not splits["validation"] & splits["test"], name


def test_expressions_have_the_leaves_that_were_asked_for():
    for name in WITH_SYNTAX:
        for text in sample_texts(name, leaves=(7, 7)):
            assert sum(c.isdigit() for c in text) == 7


@pytest.mark.parametrize("name", WITH_SYNTAX)
def test_the_parse_tree_evaluates_to_the_value(name):
    language = LANGUAGES[name]
    for text in sample_texts(name):
        worth = []
        for left, right, symbol, height in trees.build_tree(text, language, "parse"):
            character = language.vocabulary[symbol]
            if left < 0:
                worth.append(int(character))
                assert height == 0
            else:
                worth.append(expressions.APPLY[character](worth[left], worth[right]))
        assert worth[-1] % language.base == evaluate(text, language)


@pytest.mark.parametrize("name", WITH_SYNTAX)
def test_trees_over_all_characters_have_them_in_order(name):
    language = LANGUAGES[name]
    for text in sample_texts(name):
        symbols = [language.vocabulary.index(c) for c in text]
        bare = [language.vocabulary.index(c) for c in text if c not in "()"]
        for kind in ("syntax", *trees.SHAPES):
            assert list_leaves(trees.build_tree(text, language, kind)) == symbols, (text, kind)
        assert list_leaves(trees.build_tree(text, language, "bare")) == bare
        assert trees.build_tree(text, language, "chain")[:, 2].tolist() == symbols


@pytest.mark.parametrize("name", KINDS_OF)
def test_children_come_first_and_heights_are_right(name):
    for text in sample_texts(name):
        for kind in KINDS_OF[name]:
            tree = trees.build_tree(text, LANGUAGES[name], kind)
            for place, (left, right, _, height) in enumerate(tree):
                below = [tree[child][3] for child in (left, right) if child >= 0]
                assert max(left, right) < place
                assert height == (1 + max(below) if below else 0)


def test_a_left_tree_of_subtractions_is_as_deep_as_a_chain():
    tree = trees.build_tree("-".join("1" * 40), LANGUAGES["mod5"], "parse")
    assert tree[-1, 3] == 39
    assert trees.build_shaped_tree(range(40), [40] * 39, "balanced", random.Random(0))[-1, 3] == 6


# --- A batch, against one tree at a time ---


def compose_one_by_one(nets, tree):
    size = nets.H * (2 if nets.cell == "lstm" else 1)
    states = []
    for left, right, symbol, _ in tree:
        x = nets.E[:, [symbol]]
        pair = [states[c] if c >= 0 else x.new_zeros(len(x), 1, size) for c in (left, right)]
        plain = left < 0 and right < 0 and nets.cell != "lstm"
        states.append(x if plain else nets.compose(*pair, x))
    return torch.baddbmm(nets.b_y, states[-1][..., : nets.H], nets.W_y)[:, 0]


@pytest.mark.parametrize("cell", ["tanh", "two", "lstm"])
@pytest.mark.parametrize("name", KINDS_OF)
def test_batching_by_height_changes_nothing(name, cell):
    language = LANGUAGES[name]
    nets = TreeNetworks(cell, language.join + 1, language.base, [0, 1], H=8)
    nets.set_parameters([p.detach().double() for p in nets.parameters])
    for kind in KINDS_OF[name]:
        forest = [trees.build_tree(text, language, kind) for text in sample_texts(name, 9)]
        batch = trees.batch_trees(forest)
        together = nets.logits(nets.states(batch), batch.roots)
        alone = torch.stack([compose_one_by_one(nets, tree) for tree in forest], 1)
        torch.testing.assert_close(together, alone, rtol=1e-10, atol=1e-12)


def test_a_chain_of_lstm_cells_is_torchs_lstm():
    H, T = 6, 9
    nets = TreeNetworks("lstm", T + 1, 2, [3], H=H)
    nets.set_parameters([p.detach().double() for p in nets.parameters])
    tree = trees.batch_trees([trees.build_chain(range(T))])
    i, f, _, g, o = nets.W[0].split(H, dim=1)
    b_i, b_f, _, b_g, b_o = nets.b[0, 0].split(H)
    gates = torch.cat([i, f, g, o], 1)  # torch's order is i f g o
    lstm = torch.nn.LSTM(H, H).double()
    with torch.no_grad():
        lstm.weight_hh_l0.copy_(gates[:H].T)
        lstm.weight_ih_l0.copy_(gates[2 * H :].T)
        lstm.bias_ih_l0.copy_(torch.cat([b_i, b_f, b_g, b_o]))
        lstm.bias_hh_l0.zero_()
    _, (h, c) = lstm(nets.E[0, :T, None])
    actual = nets.states(tree)[0, -1]
    torch.testing.assert_close(actual, torch.cat([h, c], 2)[0, 0], rtol=1e-10, atol=1e-12)


def test_networks_do_not_depend_on_their_neighbors():
    text = "1+2*(3-4)"
    batch = trees.batch_trees([trees.build_tree(text, LANGUAGES["mod5"], "syntax")])
    together = TreeNetworks("two", 11, 5, [4, 5])
    alone = TreeNetworks("two", 11, 5, [5])
    a, b = (nets.logits(nets.states(batch), batch.roots) for nets in (together, alone))
    torch.testing.assert_close(a[1], b[0], rtol=1e-5, atol=1e-5)


def test_python_parses_as_the_ranks_say():
    for a, b in [("+", "*"), ("-", "+"), ("+", "-"), ("*", "+"), ("*", "*")]:
        result = ast.parse(f"1{a}2{b}3", mode="eval").body
        left_first = isinstance(result.left, ast.BinOp)
        assert left_first == (trees.RANKS[a] >= trees.RANKS[b])
    assert np.unique(list(trees.RANKS.values())).size == 2
