"""The transformer: against PyTorch's own parts, complex numbers, loops, and itself with a cache."""

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.models.transformer import Transformer, TransformerBlock, apply_rotary, causal_mask


@pytest.fixture(autouse=True)
def _drawn_alike():
    torch.manual_seed(0)


def build_transformer(**more):
    return Transformer(7, 5, 12, num_layers=2, heads=3, **more).double()


def test_a_rotary_embedding_is_a_complex_product():
    x = torch.randn(2, 5, 6, dtype=torch.double)
    actual = apply_rotary(x, start_pos=3).numpy()
    for place in range(5):
        for pair in range(3):
            z = x[:, place, 2 * pair].numpy() + 1j * x[:, place, 2 * pair + 1].numpy()
            z = z * np.exp(1j * (place + 3) / 10000 ** (2 * pair / 6))
            np.testing.assert_allclose(actual[:, place, 2 * pair], z.real, atol=1e-12)
            np.testing.assert_allclose(actual[:, place, 2 * pair + 1], z.imag, atol=1e-12)


def test_a_product_of_rotated_vectors_depends_on_distance_alone():
    q, k = torch.randn(2, 1, 8, dtype=torch.double)
    near = (apply_rotary(q, 9) * apply_rotary(k, 4)).sum()
    far = (apply_rotary(q, 59) * apply_rotary(k, 54)).sum()
    torch.testing.assert_close(near, far)
    assert (near - (apply_rotary(q, 9) * apply_rotary(k, 5)).sum()).abs() > 1e-3


def test_half_precision_rotates_by_exact_angles():
    q, k = torch.randn(2, 1, 64).bfloat16().expand(2, 400, 64)
    half, full = (
        [apply_rotary(x)[399].double() @ apply_rotary(y)[394].double() for x, y in pairs]
        for pairs in ([(q, k)], [(q.double(), k.double())])
    )
    assert apply_rotary(q).dtype == torch.bfloat16
    assert abs(half[0] - full[0]) < 0.3


def test_the_attention_of_a_block_is_that_of_multi_head_attention(monkeypatch):
    monkeypatch.setattr("rnncourse.models.transformer.apply_rotary", lambda x, start_pos=0: x)
    block, x = TransformerBlock(12, 3).double(), torch.randn(2, 6, 12, dtype=torch.double)
    layer = nn.MultiheadAttention(12, 3, bias=False, batch_first=True).double()
    layer.in_proj_weight.data = block.qkv.weight.data
    layer.out_proj.weight.data = block.out_proj.weight.data
    before = block.norm_attn(x)
    looked, weights = layer(
        before, before, before, attn_mask=~causal_mask(6, 6), average_attn_weights=False
    )
    between = x + looked
    expected = between + block.mlp(block.norm_mlp(between))
    torch.testing.assert_close(block(x)[0], expected)
    torch.testing.assert_close(block.attention_weights(x), weights)


def test_the_mask_against_a_loop():
    for T, S in ((1, 1), (3, 3), (2, 5)):
        expected = [[s <= t + S - T for s in range(S)] for t in range(T)]
        assert causal_mask(T, S).tolist() == expected


@pytest.mark.parametrize("cut", [1, 4, 8])
def test_a_cache_changes_no_logits(cut):
    model, ids = build_transformer(), torch.randint(7, (9, 2))
    logits, cache = model(ids)
    begin, state = model(ids[:cut])
    end, state = model(ids[cut:], state)
    torch.testing.assert_close(torch.cat([begin, end]), logits)
    for pair, cached in zip(state, cache, strict=True):
        for part, expected in zip(pair, cached, strict=True):
            torch.testing.assert_close(part, expected)


def test_no_answer_depends_on_a_later_symbol():
    model, ids = build_transformer(), torch.randint(7, (6, 1))
    changed = ids.clone()
    changed[3] = (changed[3] + 1) % 7
    change = (model(ids)[0] - model(changed)[0]).abs().amax((1, 2))
    assert change[:3].max() == 0
    assert change[3:].min() > 1e-6


def test_texts_of_a_batch_do_not_see_each_other():
    model, ids = build_transformer(), torch.randint(7, (5, 3))
    torch.testing.assert_close(model(ids)[0][:, 1:2], model(ids[:, 1:2])[0])


def test_several_ids_of_a_step_add_up():
    model = build_transformer(read="ids")
    ids = torch.tensor([[[1, 2]], [[3, 0]]])
    x = model.embedding.weight[1] + model.embedding.weight[2]
    torch.testing.assert_close(model.embedding(ids)[0, 0], x)
    assert model(ids)[0].shape == (2, 1, 5)


def test_attention_weights_sum_to_one_and_never_go_ahead():
    weights = build_transformer().attention_weights(torch.randint(7, (5, 2)))
    assert weights.shape == (2, 2, 3, 5, 5)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 2, 3, 5, dtype=torch.double))
    assert weights.triu(1).abs().max() == 0


def test_gradients_against_differences():
    model, ids = build_transformer(), torch.randint(7, (4, 2))
    loss = model(ids)[0].square().sum()
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            at = tuple(0 for _ in parameter.shape)
            slope = parameter.grad[at].item()
            actual = []
            for step in (1e-5, -2e-5):
                parameter[at] += step
                actual.append(model(ids)[0].square().sum().item())
            parameter[at] += 1e-5
            assert slope == pytest.approx((actual[0] - actual[1]) / 2e-5, rel=1e-4, abs=1e-5)


def test_heads_that_do_not_divide_the_width_raise():
    with pytest.raises(ValueError, match="5 heads do not divide a vector of 12"):
        TransformerBlock(12, 5)


def test_without_a_mask_every_symbol_sees_every_other():
    model, ids = build_transformer(causal=False), torch.randint(7, (6, 1))
    other = ids.clone()
    other[3] = (other[3] + 1) % 7
    assert (model(ids)[0] - model(other)[0]).abs().amax((1, 2)).min() > 1e-6
    weights = model.attention_weights(ids)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 1, 3, 6, dtype=torch.double))
    assert weights.min() > 0


def test_without_a_mask_attention_is_that_of_torch():
    block, x = (
        TransformerBlock(12, 3, causal=False).double(),
        torch.randn(2, 5, 12, dtype=torch.double),
    )
    q, k, v = block.project_qkv(x)
    attended = torch.nn.functional.scaled_dot_product_attention(q, k, v)
    y = x + block.out_proj(attended.transpose(1, 2).flatten(2))
    torch.testing.assert_close(block(x)[0], y + block.mlp(block.norm_mlp(y)))


def test_reading_on_without_a_mask_raises():
    model = build_transformer(causal=False)
    _, cache = model(torch.zeros(2, 1, dtype=torch.long))
    with pytest.raises(ValueError, match="reads its text at once"):
        model(torch.zeros(1, 1, dtype=torch.long), cache)
