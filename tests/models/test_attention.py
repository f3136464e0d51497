"""Attention is deck A's equation, PyTorch's where it has one, and blind to padding."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import scaled_dot_product_attention

from rnncourse.concordance.attention import AttentionDeckA
from rnncourse.models.attention import ATTENTION_KINDS, Attention

every_kind = pytest.mark.parametrize("kind", ATTENTION_KINDS)
kinds = st.sampled_from(ATTENTION_KINDS)
seeds = st.integers(0, 10**6)


def sample_case(kind, seed=0, T=3, S=5, B=4, H=6, N=7):
    """Attention in float64 with queries, states and a mask."""
    torch.manual_seed(seed)
    E = H if "dot" in kind else 4
    attention = Attention(kind, H, E, N if kind == "additive" else None).double()
    queries, states = torch.randn(T, B, H).double(), torch.randn(S, B, E).double()
    lengths = torch.randint(1, S + 1, (B,))
    return attention, queries, states, torch.arange(S)[:, None] < lengths


def run_attention(attention, queries, states, mask):
    return attention(queries, attention.compute_keys(states), states, mask)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_additive_attention_is_deck_as(seed):
    attention, queries, states, mask = sample_case("additive", seed)
    deck = AttentionDeckA(
        v_a=attention.v_a.weight[0].detach().numpy(),
        W_a=attention.W_a.weight.detach().numpy(),
        U_a=attention.U_a.weight.detach().numpy(),
    )
    contexts, weights = run_attention(attention, queries, states, mask)
    for i, b in np.ndindex(*queries.shape[:2]):
        hs = states[mask[:, b], b].numpy()
        _, alpha, context = deck.step(queries[i, b].numpy(), hs)
        np.testing.assert_allclose(weights[i, b, : len(hs)].detach(), alpha, 1e-10, 1e-12)
        np.testing.assert_allclose(contexts[i, b].detach(), context, 1e-10, 1e-12)


@pytest.mark.parametrize(("kind", "scale"), [("dot", 1.0), ("scaled dot", 6**-0.5)])
def test_dot_attention_is_pytorchs(kind, scale):
    attention, queries, states, mask = sample_case(kind)
    contexts, _ = run_attention(attention, queries, states, mask)
    q, kv = queries.transpose(0, 1), states.transpose(0, 1)
    expected = scaled_dot_product_attention(q, kv, kv, mask.T[:, None], scale=scale)
    torch.testing.assert_close(contexts.transpose(0, 1), expected, rtol=1e-10, atol=1e-12)


def test_scaled_dot_attention_is_a_head_of_multihead_attention():
    attention, queries, states, mask = sample_case("scaled dot")
    head = torch.nn.MultiheadAttention(6, 1, bias=False).double()
    with torch.no_grad():
        head.in_proj_weight.copy_(torch.eye(6).repeat(3, 1))
        head.out_proj.weight.copy_(torch.eye(6))
    contexts, weights = head(queries, states, states, key_padding_mask=~mask.T)
    actual = run_attention(attention, queries, states, mask)
    torch.testing.assert_close(actual[0], contexts, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(actual[1].transpose(0, 1), weights, rtol=1e-10, atol=1e-12)


def test_general_attention_with_an_identity_is_a_dot_product():
    torch.manual_seed(0)
    general, dot = Attention("general", 6, 6).double(), Attention("dot", 6, 6).double()
    torch.nn.init.eye_(general.W_a.weight)
    _, *rest = sample_case("dot")
    torch.testing.assert_close(run_attention(general, *rest), run_attention(dot, *rest))


@given(kind=kinds, seed=seeds)
@settings(max_examples=40, deadline=None)
def test_weights_sum_to_one_and_padding_has_none(kind, seed):
    attention, queries, states, mask = sample_case(kind, seed)
    _, weights = run_attention(attention, queries, states, mask)
    torch.testing.assert_close(weights.sum(-1), torch.ones(3, 4).double())
    assert (weights >= 0).all()
    assert (weights.masked_select(~mask.T) == 0).all()


@given(kind=kinds, seed=seeds, more=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_values_at_padding_change_nothing(kind, seed, more):
    attention, queries, states, mask = sample_case(kind, seed)
    padded = torch.cat([states, torch.zeros(more, *states.shape[1:]).double()])
    longer = torch.cat([mask, torch.zeros(more, mask.shape[1], dtype=torch.bool)])
    padded = torch.where(longer[..., None], padded, torch.randn_like(padded))
    contexts, weights = run_attention(attention, queries, states, mask)
    again, longer_weights = run_attention(attention, queries, padded, longer)
    torch.testing.assert_close(again, contexts)
    torch.testing.assert_close(longer_weights[..., : mask.shape[0]], weights)


@every_kind
def test_no_gradient_reaches_padding(kind):
    attention, queries, states, mask = sample_case(kind)
    states.requires_grad_()
    run_attention(attention, queries, states, mask)[0].square().sum().backward()
    assert (states.grad[~mask] == 0).all()
    assert (states.grad[mask] != 0).any(-1).all()


@every_kind
def test_gradients_are_right(kind):
    attention, queries, states, mask = sample_case(kind, T=2, S=3, B=2)
    queries.requires_grad_()
    states.requires_grad_()

    def contexts(queries, states, *parameters):
        return run_attention(attention, queries, states, mask)

    assert torch.autograd.gradcheck(contexts, (queries, states, *attention.parameters()))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Attention("cosine", 4, 4), "no attention 'cosine'; there are: additive, dot"),
        (lambda: Attention("dot", 4, 6), "one size; got 4 and 6. Try: general"),
        (lambda: Attention("general", 4, 4, N=3), "Only additive .* N=3 for 'general'"),
    ],
)
def test_misshapen_inputs_of_attention_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_source_without_symbols_is_refused():
    attention, queries, states, mask = sample_case("dot")
    mask[:, 2] = False
    with pytest.raises(ValueError, match="no real symbol"):
        run_attention(attention, queries, states, mask)
