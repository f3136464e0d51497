"""Attention by hand: PyTorch's numbers, exact gradients, deck A's equation, blind to padding."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse.cells.shapes import ShapeError
from rnncourse.concordance.attention import AttentionA
from rnncourse.core.gradcheck import check_gradient
from rnncourse.models.attention import Attention
from tests.cells.attention import AdditiveWeights, GeneralWeights, attend, attend_backward

KINDS = ["additive", "dot", "scaled dot", "general"]
every_kind = pytest.mark.parametrize("kind", KINDS)
few = settings(max_examples=25, deadline=None)


def draw(kind, seed=0, T=3, S=4, B=2, H=3, N=5):
    """Everything `attend` takes, but for the scale in the place of its name."""
    rng = np.random.default_rng(seed)
    E = H if "dot" in kind else 2
    w = None
    if kind == "general":
        w = GeneralWeights(rng.normal(size=(H, E)))
    if kind == "additive":
        w = AdditiveWeights(
            rng.normal(size=(H, N)), rng.normal(size=(E, N)), rng.normal(size=N)
        )  # fmt: skip
    mask = np.arange(S)[:, None] < rng.integers(1, S + 1, B)
    scale = H**-0.5 if kind == "scaled dot" else 1.0
    return rng.normal(size=(T, B, H)), rng.normal(size=(S, B, E)), mask, w, scale


def torchs(kind, w, H, E):
    """The PyTorch module with the same weights."""
    module = Attention(kind, H, E, None if kind != "additive" else len(w.v_a)).double()
    with torch.no_grad():
        if kind == "general":
            module.W_a.weight.copy_(torch.tensor(w.W_a))
        if kind == "additive":
            module.W_a.weight.copy_(torch.tensor(w.W_a.T))
            module.U_a.weight.copy_(torch.tensor(w.U_a.T))
            module.v_a.weight.copy_(torch.tensor(w.v_a[None]))
    return module


@given(kind=st.sampled_from(KINDS), seed=st.integers(0, 10**6))
@few
def test_numbers_and_gradients_are_torchs(kind, seed):
    queries, states, mask, w, scale = draw(kind, seed)
    module = torchs(kind, w, queries.shape[-1], states.shape[-1])
    q, h = (torch.tensor(array, requires_grad=True) for array in (queries, states))
    contexts, weights = module(q, module.keys(h), h, torch.tensor(mask))
    slope = np.random.default_rng(seed).normal(size=contexts.shape)
    contexts.backward(torch.tensor(slope))
    mine = attend(queries, states, mask, w, scale)
    dqueries, dstates, dw = attend_backward(slope, queries, states, mask, w, scale)
    pairs = [(mine[0], contexts), (mine[1], weights), (dqueries, q.grad), (dstates, h.grad)]
    if kind == "general":
        pairs += [(dw.W_a, module.W_a.weight.grad)]
    if kind == "additive":
        pairs += [(dw.W_a, module.W_a.weight.grad.T), (dw.U_a, module.U_a.weight.grad.T)]
        pairs += [(dw.v_a, module.v_a.weight.grad[0])]
    for found, true in pairs:
        np.testing.assert_allclose(found, true.detach(), rtol=1e-10, atol=1e-12)


@every_kind
def test_gradients_are_exact(kind):
    queries, states, mask, w, scale = draw(kind)
    slope = np.random.default_rng(1).normal(size=(3, 2, states.shape[-1]))
    at = {"queries": queries, "states": states, "w": w}

    def loss(at):
        contexts, _ = attend(at["queries"], at["states"], mask, at["w"], scale)
        return (contexts * slope).sum()

    found = attend_backward(slope, queries, states, mask, w, scale)
    check = check_gradient(loss, at, dict(zip(at, found, strict=True)))
    assert check.error < 1e-12


@every_kind
def test_steps_one_after_the_other_are_all_at_once(kind):
    queries, states, mask, w, scale = draw(kind)
    contexts, weights = attend(queries, states, mask, w, scale)
    slope = np.ones_like(contexts)
    _, dstates, dw = attend_backward(slope, queries, states, mask, w, scale)
    alone = [attend_backward(slope[:1], query[None], states, mask, w, scale) for query in queries]
    for t, query in enumerate(queries):
        one = attend(query[None], states, mask, w, scale)
        np.testing.assert_allclose(one[0][0], contexts[t])
        np.testing.assert_allclose(one[1][0], weights[t])
    np.testing.assert_allclose(sum(found[1] for found in alone), dstates)
    if w is not None:
        np.testing.assert_allclose(sum(found[2].W_a for found in alone), dw.W_a)


def test_it_is_deck_as_equation():
    queries, states, mask, w, _ = draw("additive")
    deck = AttentionA(v_a=w.v_a, W_a=w.W_a.T, U_a=w.U_a.T)
    contexts, weights = attend(queries, states, mask, w)
    for t, b in np.ndindex(3, 2):
        _, alpha, context = deck.step(queries[t, b], states[mask[:, b], b])
        np.testing.assert_allclose(weights[t, b, : len(alpha)], alpha, 1e-10)
        np.testing.assert_allclose(contexts[t, b], context, 1e-10)


@given(kind=st.sampled_from(KINDS), seed=st.integers(0, 10**6), big=st.sampled_from([1.0, 1e4]))
@few
def test_padding_has_no_weight_no_gradient_and_no_say(kind, seed, big):
    queries, states, mask, w, scale = draw(kind, seed)
    other = np.where(mask[..., None], states, big)
    contexts, weights = attend(queries, states, mask, w, scale)
    again, same = attend(queries, other, mask, w, scale)
    np.testing.assert_array_equal(again, contexts)
    np.testing.assert_array_equal(same, weights)
    assert (weights.transpose(2, 1, 0)[~mask] == 0).all()
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    _, dstates, _ = attend_backward(np.ones_like(contexts), queries, other, mask, w, scale)
    assert (dstates[~mask] == 0).all()


def test_large_scores_do_not_overflow():
    queries, states, mask, w, _ = draw("general")
    contexts, weights = attend(1e4 * queries, states, mask, w)
    assert np.isfinite(contexts).all()
    np.testing.assert_allclose(weights.max(axis=-1), 1)


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        ("dot", {0: np.zeros((3, 2, 4))}, "one size; got 4 and 3. Try: GeneralWeights"),
        ("dot", {0: np.zeros((2, 3))}, r"queries must be .* queries\[None\] for one step"),
        ("dot", {2: np.zeros((4, 2), bool)}, "no real symbol"),
        ("dot", {2: np.ones((2, 4), bool)}, r"mask must be \(4, 2\)"),
        ("general", {3: GeneralWeights(np.zeros((2, 3)))}, r"W_a must be \(3, 2\)"),
        ("additive", {0: np.zeros((3, 2, 9))}, r"W_a must be \(9, 5\)"),
        ("additive", {1: np.zeros((4, 2, 9))}, r"U_a must be \(9, 5\)"),
    ],
)
def test_what_does_not_fit_is_one_clear_sentence(kind, change, message):
    arguments = [change.get(i, argument) for i, argument in enumerate(draw(kind))]
    with pytest.raises(ShapeError, match=message):
        attend(*arguments)
