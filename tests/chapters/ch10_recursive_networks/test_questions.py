"""The questions of chapter 10: references against autograd, Python and the package."""

import math

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch10_recursive_networks import depth, expressions, trees
from rnncourse.chapters.ch10_recursive_networks.networks import TreeNetworks
from rnncourse.chapters.ch10_recursive_networks.questions import QUESTIONS
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import PASSED

from ...grading.in_process import make_cases

BY_ID = {q.id: q for q in QUESTIONS}


def test_children_numbered_by_their_old_places_get_a_hint():
    question = BY_ID["10-batch"]

    def reverse_equal_heights(left, right):
        *_, counts = question.reference(left, right)
        heights = BY_ID["10-heights"].reference(left, right)
        order = np.lexsort((-np.arange(len(left)), heights))
        return order, left[order], right[order], counts

    assert "places in the new order" in grade(question, reverse_equal_heights, 1).message


@pytest.mark.parametrize("passes", [lambda n: 100, lambda n: int(np.log2(n)) + 4, math.isqrt])
def test_a_number_of_passes_that_was_guessed_earns_nothing(passes):
    """A chain is higher than the trees that are drawn."""

    def heights(left, right):
        result = np.zeros(len(left), int)
        for _ in range(2 + passes(len(left))):
            result = np.where(left >= 0, 1 + np.maximum(result[left], result[right]), 0)
        return result

    def batch(left, right):
        order = np.argsort(heights(left, right), kind="stable")
        rank = np.argsort(order)
        children = (np.where(side < 0, -1, rank[side])[order] for side in (left, right))
        return order, *children, np.bincount(heights(left, right))

    def states(left, right, xs, W_l, W_r, b):
        hs = xs
        for _ in range(passes(len(left))):
            hs = np.where((left < 0)[:, None], xs, np.tanh(hs[left] @ W_l + hs[right] @ W_r + b))
        return hs

    def backward(left, right, hs, W_l, W_r, dh):
        inner, dhs = left >= 0, np.zeros_like(hs)
        left, right = left[inner], right[inner]
        for _ in range(passes(len(hs))):
            dhs[-1] = dh
            da = dhs[inner] * (1 - hs[inner] ** 2)
            dhs = np.zeros_like(hs)
            dhs[left], dhs[right] = da @ W_l.T, da @ W_r.T
        return dhs * ~inner[:, None], hs[left].T @ da, hs[right].T @ da, da.sum(axis=0)

    for seed in range(3):
        assert grade(BY_ID["10-states"], states, seed).earned == 0
        assert grade(BY_ID["10-heights"], heights, seed).earned == 0
        assert grade(BY_ID["10-batch"], batch, seed).earned == 0
        assert grade(BY_ID["10-backward"], backward, seed).earned == 0


def test_heights_and_batches_are_those_of_the_package():
    language = expressions.LANGUAGES["mod5"]
    texts = expressions.sample(language, "train", (1, 12), 20, seed=4)
    forest = [trees.build_tree(text, language, "parse") for text in texts]
    for tree in forest:
        heights = BY_ID["10-heights"].reference(tree[:, 0], tree[:, 1])
        np.testing.assert_array_equal(heights, tree[:, 3])
    first = np.cumsum([0, *map(len, forest[:-1])])
    left, right = (
        np.concatenate(
            [np.where(t[:, k] < 0, -1, t[:, k] + f) for t, f in zip(forest, first, strict=True)]
        )
        for k in (0, 1)
    )
    _, new_left, new_right, counts = BY_ID["10-batch"].reference(left, right)
    batch = trees.batch_trees(forest)
    np.testing.assert_array_equal(new_left + 1, batch.left)  # the package counts from 1
    np.testing.assert_array_equal(new_right + 1, batch.right)
    assert batch.counts == tuple(counts)


def test_numbers_of_steps_equal_those_of_built_trees():
    for (taus,), (chain, balanced, work) in make_cases("10-steps", 1):
        for tau, *steps in zip(taus, chain, balanced, work, strict=True):
            if tau > 200:
                assert steps == [tau - 1, math.ceil(math.log2(tau)), tau - 1]
                continue
            built = [depth.build_tree(tree, int(tau), 0) for tree in ("chain", "balanced")]
            inner = int(np.sum(built[1][:, 0] >= 0))
            assert steps == [*map(depth.sequential_steps, built), inner]


def compose_with_torch(left, right, xs, W_l, W_r, b):
    hs = []
    for place, (a, c) in enumerate(zip(left, right, strict=True)):
        hs.append(xs[place] if a < 0 else torch.tanh(hs[a] @ W_l + hs[c] @ W_r + b))
    return hs


@pytest.mark.parametrize(("arguments", "hs"), make_cases("10-states", 2))
def test_states_against_torch(arguments, hs):
    left, right, *rest = arguments
    expected = compose_with_torch(left, right, *map(torch.from_numpy, rest))
    np.testing.assert_allclose(hs, torch.stack(expected), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("arguments", "values"), make_cases("10-backward", 2))
def test_the_way_back_against_autograd(arguments, values):
    left, right, hs, W_l, W_r, dh = arguments
    b = np.zeros(len(dh))
    inner = np.flatnonzero(left >= 0)
    if len(inner):  # the bias that the states were made with
        n = inner[0]
        b = np.arctanh(hs[n]) - hs[left[n]] @ W_l - hs[right[n]] @ W_r
    xs = np.where((left < 0)[:, None], hs, 0)
    leaves = [torch.tensor(a, requires_grad=True) for a in (xs, W_l, W_r, b)]
    root = compose_with_torch(left, right, *leaves)[-1]
    np.testing.assert_allclose(root.detach(), hs[-1], atol=1e-9)
    (root * torch.from_numpy(dh)).sum().backward()
    for gradient, leaf in zip(values, leaves, strict=True):
        expected = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
        np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(("arguments", "values"), make_cases("10-lstm", 2))
def test_the_tree_lstm_against_the_package(arguments, values):
    x, h_l, c_l, h_r, c_r, W, b = map(torch.from_numpy, arguments)
    D, H = x.shape[1], h_l.shape[1]
    nets = TreeNetworks("lstm", 2, 2, [0], H)
    W = torch.cat([W[D : D + H], W[D + H :], W[:D]])  # the package: children first
    nets.W, nets.b, nets.H = W[None], b[None, None], H
    left, right = torch.cat([h_l, c_l], 1), torch.cat([h_r, c_r], 1)
    expected = nets.compose(left[None], right[None], x[None])[0]
    np.testing.assert_allclose(np.concatenate(values, 1), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("arguments", "values"), make_cases("10-parser", 4))
def test_the_parser_against_python(arguments, values):
    (text,), (left, right, codes) = arguments, values
    worth = []
    for a, b, code in zip(left, right, codes, strict=True):
        character = chr(code)
        pair = (worth[a], worth[b]) if a >= 0 else ()
        worth.append(expressions.APPLY[character](*pair) if pair else int(character))
    assert worth[-1] == eval(text)


def test_assuming_that_the_right_child_is_the_node_before_earns_nothing():
    def heights(left, right):
        actual = []
        for a in left:
            actual.append(0 if a < 0 else 1 + max(actual[a], actual[-1]))
        return actual

    def states(left, right, xs, W_l, W_r, b):
        hs = np.array(xs)
        for n in np.flatnonzero(left >= 0):
            hs[n] = np.tanh(hs[left[n]] @ W_l + hs[n - 1] @ W_r + b)
        return hs

    for question_id, answer in (("10-heights", heights), ("10-states", states)):
        for seed in range(5):
            result = grade(BY_ID[question_id], answer, seed)
            assert (result.status != PASSED, result.mistake) == (
                True,
                "The node before for the right child",
            )


# --- What students read ---
