"""A transformer: every symbol attends to the symbols before it, and nothing recurs."""

import math

import torch
from jaxtyping import Float, Shaped
from torch import Tensor, nn

from rnncourse.models.sequence import EmbeddingSum

Cache = tuple[tuple[Tensor, Tensor], ...]
"""For each block the keys and the values of all symbols read so far, `B N S D` each."""


def apply_rotary(x: Float[Tensor, "*any T D"], start_pos: int = 0) -> Float[Tensor, "*any T D"]:
    """Rotate each pair of numbers by an angle that grows with the position: a rotary embedding.

        (a, b) -> (a cos w - b sin w, a sin w + b cos w),   w = t / 10000^(2i/D) for the i-th pair

    A product of a rotated query and a rotated key depends on how far apart they stand, and not on
    where.

    Args:
        x: Queries or keys; D is even.
        start_pos: The position t of the first of them.

    Returns:
        Vectors of the same lengths.

    Source: J. Su and others, arXiv:2104.09864v5, section 3.2; complex numbers in
    tests/models/test_transformer.py.
    """
    T, D = x.shape[-2:]
    dtype = torch.promote_types(x.dtype, torch.float32)  # half precision has no angle of step 300
    t = torch.arange(start_pos, start_pos + T, dtype=dtype)[:, None]
    w = t / 10000 ** (torch.arange(0, D, 2, dtype=dtype) / D)
    a, b = x[..., ::2], x[..., 1::2]
    rotated = torch.stack([a * w.cos() - b * w.sin(), a * w.sin() + b * w.cos()], -1)
    return rotated.flatten(-2).to(x.dtype)


class TransformerBlock(nn.Module):
    """A pre-norm block: attention, then a small network (MLP), both added to what was there.

        q, k, v = LN(x) W,   q and k rotated by their positions
        weights = softmax(q k^T / sqrt(D) + mask),   x' = x + (weights v) W_o
        y = x' + W_2 relu(W_1 LN(x'))

    with N heads of D = H / N numbers side by side, and a mask that is minus infinity where a key
    comes after its query; not causal: no mask.

    Args:
        H: Size of a symbol's vector.
        heads: N.
        causal: Whether a symbol attends only to itself and the symbols before it.

    Raises:
        ValueError: If the heads do not divide the vector.

    Source: A. Vaswani and others, arXiv:1706.03762v5, sections 3.2 and 3.3, but for the layer
    normalization, which stands before each part (R. Xiong and others, arXiv:2002.04745v2); oracles
    in tests/models/test_transformer.py.
    """

    def __init__(self, H: int, heads: int, causal: bool = True):
        super().__init__()
        if H % heads:
            raise ValueError(f"{heads} heads do not divide a vector of {H} numbers.")
        self.heads, self.causal = heads, causal
        self.norm_attn, self.norm_mlp = nn.LayerNorm(H), nn.LayerNorm(H)
        self.qkv = nn.Linear(H, 3 * H, bias=False)
        self.out_proj = nn.Linear(H, H, bias=False)
        self.mlp = nn.Sequential(nn.Linear(H, 4 * H), nn.ReLU(), nn.Linear(4 * H, H))

    def project_qkv(
        self, x: Float[Tensor, "B T H"], start_pos: int = 0
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the queries, the keys and the values of every head, `B N T D`."""
        B, T, H = x.shape
        qkv = self.qkv(self.norm_attn(x)).view(B, T, 3, self.heads, H // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        return apply_rotary(q, start_pos), apply_rotary(k, start_pos), v

    def forward(
        self, x: Float[Tensor, "B T H"], past: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Float[Tensor, "B T H"], tuple[Tensor, Tensor]]:
        """Read T symbols, after those whose keys and values are given.

        Args:
            x: Batch first.
            past: Keys and values of the symbols before.

        Returns:
            Vectors as many as came in; and the keys and values of all symbols so far.

        Raises:
            ValueError: If it is not causal, and there is a past: the symbols of the past would
                have had to see those that come now.
        """
        if not self.causal and past is not None:
            raise ValueError("A block that is not causal reads its text at once, without a past.")
        q, k, v = self.project_qkv(x, past[0].shape[2] if past is not None else 0)
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        T, S = q.shape[2], k.shape[2]
        is_whole_text = S == T
        mask = None if is_whole_text else causal_mask(T, S)
        is_causal = is_whole_text and self.causal
        contexts = nn.functional.scaled_dot_product_attention(q, k, v, mask, is_causal=is_causal)
        x = x + self.out_proj(contexts.transpose(1, 2).flatten(2))
        return x + self.mlp(self.norm_mlp(x)), (k, v)

    def attention_weights(self, x: Float[Tensor, "B T H"]) -> Float[Tensor, "B N T S"]:
        """Return the attention weights of every head, which a pass does not store."""
        q, k, _ = self.project_qkv(x)
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
        if self.causal:
            scores = scores.masked_fill(~causal_mask(*scores.shape[2:]), -math.inf)
        return scores.softmax(-1)


def causal_mask(T: int, S: int) -> Tensor:
    """Return which of S keys each of the last T symbols may see: itself and those before.

    >>> causal_mask(2, 3).int().tolist()
    [[1, 1, 0], [1, 1, 1]]
    """
    return torch.ones(T, S, dtype=torch.bool).tril(S - T)


class Transformer(nn.Module):
    """A sequence model without recurrence, called like `SequenceModel`: its state is a cache.

        x_t = W_e[symbol_t],   then L blocks,   y_t = LN(x_t) W_hy + b_y

    Args:
        vocab_size: How many different ids there are.
        num_classes: V.
        H: Size of a symbol's vector.
        num_layers: L.
        heads: Of each block.
        read: What a step reads: `"id"`, or `"ids"`, several whose embeddings add up (0: none).
        causal: If not, a symbol attends to those after it, too: it cannot write then, only fill.

    Source: as `TransformerBlock`.
    """

    def __init__(
        self,
        vocab_size: int,
        num_classes: int,
        H: int = 64,
        num_layers: int = 2,
        heads: int = 4,
        read: str = "id",
        causal: bool = True,
    ):
        super().__init__()
        self.H = H
        self.embedding = {"id": nn.Embedding, "ids": EmbeddingSum}[read](vocab_size, H)
        self.blocks = nn.ModuleList(TransformerBlock(H, heads, causal) for _ in range(num_layers))
        self.norm = nn.LayerNorm(H)
        self.logits = nn.Linear(H, num_classes)

    def forward(
        self, inputs: Shaped[Tensor, "T B *D"], state: Cache | None = None
    ) -> tuple[Float[Tensor, "T B V"], Cache]:
        """Read T steps of B sequences.

        Args:
            inputs: Ids.
            state: The cache of the last call; nothing was read before by default.

        Returns:
            The logits of every step, and the cache to go on from. It grows with every symbol.
        """
        x, cache = self.embedding(inputs).transpose(0, 1), []
        for n, block in enumerate(self.blocks):
            x, pair = block(x, state[n] if state else None)
            cache.append(pair)
        return self.logits(self.norm(x)).transpose(0, 1), tuple(cache)

    @torch.no_grad()
    def attention_weights(self, inputs: Shaped[Tensor, "T B *D"]) -> Float[Tensor, "L B N T S"]:
        """Return the attention weights of every head of every block."""
        x, weights = self.embedding(inputs).transpose(0, 1), []
        for block in self.blocks:
            weights.append(block.attention_weights(x))
            x, _ = block(x)
        return torch.stack(weights)
