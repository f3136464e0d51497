"""Attention: a decoder asks, and the states of a source answer, each as much as it fits."""

import math
from collections.abc import Callable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

Attended = tuple[Float[Tensor, "T B H"], Float[Tensor, "T B S"]]
"""Contexts and weights."""
ATTENTION_KINDS = ("additive", "dot", "scaled dot", "general")
"""The ways to score how well a state fits a query."""


class Attention(nn.Module):
    """One look at the states of a source: a score for each, weights, and their mean.

        additive:    e_ij = v_a . tanh(W_a s_i + U_a h_j)       (deck A's equation)
        dot:         e_ij = s_i . h_j
        scaled dot:  e_ij = s_i . h_j / sqrt(H)
        general:     e_ij = s_i . W_a h_j

        alpha_ij = exp e_ij / sum over k of exp e_ik,   context_i = sum over j of alpha_ij h_j

    where j and k run over the real symbols of the source: a padded one has weight 0. `W_a`, `U_a`
    and `v_a` are linear maps without bias, whose `weight` is the matrix that the equation names.

    What depends on the source alone, U_a h_j or W_a h_j, are its keys. They are computed once a
    source; then each query costs little.

    Args:
        kind: One of `ATTENTION_KINDS`.
        H: Size of a query s_i.
        E: Size of a state h_j; that of a query, unless the kind is additive or general.
        N: Inner size of the additive score; that of a query by default.

    Raises:
        ValueError: If there is no such kind, or the sizes do not fit it.

    Source: deck A, "Classic Encoder-Decoder" and after; D. Bahdanau, K. Cho and Y. Bengio,
    arXiv:1409.0473v7, appendix A.1.2 (additive); M.-T. Luong, H. Pham and C. D. Manning,
    arXiv:1508.04025v5, section 3.1 (dot, general); oracles in tests/models/test_attention.py.
    """

    def __init__(self, kind: str, H: int, E: int, N: int | None = None):
        super().__init__()
        if kind not in ATTENTION_KINDS:
            raise ValueError(
                f"There is no attention {kind!r}; there are: {', '.join(ATTENTION_KINDS)}."
            )
        if "dot" in kind and H != E:
            raise ValueError(
                f"A dot product needs queries and states of one size; got {H} and {E}. "
                "Try: general."
            )
        if N is not None and kind != "additive":
            raise ValueError(f"Only additive attention has an inner size; got N={N} for {kind!r}.")
        self.kind, self.H, self.E = kind, H, E
        if kind == "additive":
            self.W_a = nn.Linear(H, N or H, bias=False)
            self.U_a = nn.Linear(E, N or H, bias=False)
            self.v_a = nn.Linear(N or H, 1, bias=False)
        elif kind == "general":
            self.W_a = nn.Linear(E, H, bias=False)

    def compute_keys(self, states: Float[Tensor, "*any E"]) -> Float[Tensor, "*any N"]:
        """Compute what of the scores depends on the source alone.

        Args:
            states: h_j, at any number of places.

        Returns:
            U_a h_j, W_a h_j or h_j itself.
        """
        if self.kind == "additive":
            return self.U_a(states)
        return self.W_a(states) if self.kind == "general" else states

    def forward(
        self,
        queries: Float[Tensor, "T B H"],
        keys: Float[Tensor, "S B N"],
        values: Float[Tensor, "S B E"],
        mask: Bool[Tensor, "S B"],
    ) -> tuple[Float[Tensor, "T B E"], Float[Tensor, "T B S"]]:
        """Answer queries, all at once.

        Args:
            queries: s_i, T for each of B sources.
            keys: Of each source; see `compute_keys`.
            values: The states h_j themselves.
            mask: True at a real symbol of a source.

        Returns:
            The context of every query, and its weights: from 0 to 1, with sum 1.

        Raises:
            ValueError: If a source has no real symbol.
        """
        if not bool(mask.any(0).all()):
            raise ValueError("A source has no real symbol, so there is nothing to attend to.")
        weights = self.attention_weights(
            queries.transpose(0, 1), keys.transpose(0, 1), ~mask.T.unsqueeze(1)
        )
        contexts = torch.bmm(weights, values.transpose(0, 1))
        return contexts.transpose(0, 1), weights.transpose(0, 1)

    def attention_weights(
        self,
        queries: Float[Tensor, "B T H"],
        keys: Float[Tensor, "B S N"],
        padding: Bool[Tensor, "B 1 S"],
    ) -> Float[Tensor, "B T S"]:
        """Compute the weights alone, batch first, without a check: what a decoder's loop calls.

        Args:
            queries: s_i.
            keys: Of each source.
            padding: True where a source has ended.

        Returns:
            alpha.
        """
        if self.kind == "additive":
            inner = torch.tanh(self.W_a(queries).unsqueeze(2) + keys.unsqueeze(1))
            scores = inner @ self.v_a.weight[0]
        else:
            scores = torch.bmm(queries, keys.transpose(1, 2))
            if self.kind == "scaled dot":
                scores = scores / math.sqrt(self.H)
        return scores.masked_fill(padding, -math.inf).softmax(-1)


def attend(
    queries: Float[Tensor, "T B H"],
    states: Float[Tensor, "S B H"],
    mask: Bool[Tensor, "B S"] | None = None,
) -> Attended:
    """Look up each query among the states.

        e_ij = s_i . h_j / sqrt(H)      a_ij = softmax over j of e_ij      c_i = sum_j a_ij h_j

    Args:
        queries: The decoder's states s_i.
        states: The encoder's h_j, or places of a picture, which are keys and values.
        mask: False where nothing may be seen.

    Returns:
        Contexts c_i and weights a_ij.

    Source: Luong, Pham and Manning (2015), with the scale of Vaswani et al. (2017).
    """
    scores = torch.einsum("tbh,sbh->tbs", queries, states)
    scores = scores / states.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    weights = scores.softmax(-1)
    return torch.einsum("tbs,sbh->tbh", weights, states), weights


class AttentionDecoder(nn.Module):
    """From symbols before, a state, and what it may look at, to logits, state and weights.

        s_i = GRU(W_e[y_(i-1)] + input_bias, s_(i-1))     c_i, a_i = attend(s_i)
        logits_i = W_y tanh(W_c [c_i; s_i] + b_c) + b_y

    Args:
        V: Size of the vocabulary.
        H: Numbers of a state.
        E: Numbers of a symbol.

    Source: Luong, Pham and Manning (2015), with a GRU.
    """

    def __init__(self, V: int, H: int, E: int):
        super().__init__()
        self.embedding = nn.Embedding(V, E)
        self.cell = nn.GRU(E, H)
        self.mix = nn.Linear(2 * H, H)
        self.logits = nn.Linear(H, V)
        self.attend: Callable[..., Attended] = attend

    def forward(
        self,
        inputs: Int[Tensor, "T B"],
        state: Float[Tensor, "1 B H"],
        states: Float[Tensor, "S B H"],
        input_bias: Float[Tensor, "1 B E"] | float = 0.0,
        mask: Bool[Tensor, "B S"] | None = None,
    ) -> tuple[Float[Tensor, "T B V"], Float[Tensor, "1 B H"], Float[Tensor, "T B S"]]:
        """Hear symbols, each plus `input_bias`, one after the other, and look after each."""
        queries, state = self.cell(self.embedding(inputs) + input_bias, state)
        contexts, weights = self.attend(queries, states, mask)
        outputs = torch.tanh(self.mix(torch.cat([contexts, queries], -1)))
        return self.logits(outputs), state, weights
