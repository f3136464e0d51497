"""The decoder: one symbol after another, from a vector, or with a look at the source each step.

Whatever depends on the source alone is computed once (`EncodedSource`). The rows of a state are
hypotheses: the K of one source stand together, b K, b K + 1, ..., and share what is known of it.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn.functional import linear

from rnncourse.models.attention import Attention
from rnncourse.models.encoder import check_cell, set_forget_bias
from rnncourse.models.sequence import RECURRENT_LAYERS

QUERIES = ("before", "after")

Hidden = tuple[tuple[Float[Tensor, "N H"], ...], ...]
"""For every layer `(h,)`, or `(h, c)` of an LSTM."""


def shift_right(target: Int[Tensor, "T B"], bos_id: int) -> Int[Tensor, "T B"]:
    """Return what a teacher-forced decoder is told: the start, then all symbols but the last.

    Args:
        target: Ids, as they are to be predicted.
        bos_id: The id of the start symbol.

    >>> shift_right(torch.tensor([[5], [6], [2]]), bos_id=1).T.tolist()
    [[1, 5, 6]]
    """
    return torch.cat([torch.full_like(target[:1], bos_id), target[:-1]])


@dataclass(frozen=True)
class EncodedSource:
    """What a decoder has computed of B sources, once for all steps and hypotheses.

    Args:
        values: What contexts are made of: the states h_j; without attention z alone (S = 1).
        context_gates: What each of them adds to the gates; None if the gates do not see contexts.
        context_logits: What z adds to the logits, bias included; None with attention.
        keys: What queries are compared with; None without attention.
        padding: True where a source has ended; None without attention.
    """

    values: Float[Tensor, "B S C"]
    context_gates: Float[Tensor, "B S G"] | None
    context_logits: Float[Tensor, "B 1 V"] | None = None
    keys: Float[Tensor, "B S N"] | None = None
    padding: Bool[Tensor, "B 1 S"] | None = None

    def reorder(self, rows: Int[Tensor, " M"]) -> "EncodedSource":
        """Keep some of the sources."""
        tensors = (self.values, self.context_gates, self.context_logits, self.keys, self.padding)
        return EncodedSource(*(None if tensor is None else tensor[rows] for tensor in tensors))


@dataclass(frozen=True)
class DecoderState:
    """Where a decoder stands: a state for each of N hypotheses, and their sources."""

    hidden: Hidden
    source: EncodedSource

    def reorder(self, rows: Int[Tensor, "B K"]) -> "DecoderState":
        """Go on with some of the hypotheses.

        Args:
            rows: Which; a row of `rows` has hypotheses of one source, and may repeat them.
        """
        per_source = len(self.hidden[0][0]) // len(self.source.values)
        sources, flat_rows = rows[:, 0] // per_source, rows.reshape(-1)
        hidden = tuple(tuple(part[flat_rows] for part in layer) for layer in self.hidden)
        keeps_sources = torch.equal(sources, torch.arange(len(self.source.values)))
        return DecoderState(hidden, self.source if keeps_sources else self.source.reorder(sources))


class Decoder(nn.Module):
    """Writes a target symbol by symbol; y_(i-1) is the symbol before, z the source's summary.

        s_0 = tanh(W_s z + b_s),   e_i = W_e[y_(i-1)]
        without attention:   s_i = cell([e_i; z], s_(i-1)),    context_i = z
        query before:        context_i = attend(s_(i-1)),      s_i = cell([e_i; context_i], s_(i-1))
        query after:         s_i = cell(e_i, s_(i-1)),         context_i = attend(s_i)
        logits_i = W_y [s_i; e_i; context_i] + b_y

    "Before" is deck A's order. "After" is Luong's, without his inner layer and his feeding of the
    last context: there all steps of teacher forcing are computed at once. Queries and s_i of the
    logits are those of the top layer; each layer has its own start from z, an LSTM also for c_0.

    Args:
        V: Size of the vocabulary of the targets.
        H: Size of s_i.
        Z: Size of z.
        cell: `"rnn"` (tanh), `"gru"` or `"lstm"`.
        num_layers: How many, one on the other.
        E: Size of e_i.
        attention: How to look at the source, or None.
        query: `"before"` or `"after"`; what is looked with.
        dropout: Share of the entries of e_i, of s_i before the logits, and of what one layer hands
            to the next, set to 0 in training.

    Raises:
        ValueError: If there is no such cell or query.

    Source: deck A, "Classic Encoder-Decoder" and after; K. Cho and others, arXiv:1406.1078v3,
    section 2.2; M.-T. Luong, H. Pham and C. D. Manning, arXiv:1508.04025v5, section 3.
    """

    def __init__(
        self,
        V: int,
        H: int,
        Z: int,
        cell: str = "gru",
        num_layers: int = 1,
        E: int = 32,
        attention: Attention | None = None,
        query: str = "before",
        dropout: float = 0.0,
    ):
        super().__init__()
        check_cell(cell)
        if query not in QUERIES:
            raise ValueError(f"There is no query {query!r}; there are: {', '.join(QUERIES)}.")
        self.V, self.H, self.E, self.num_layers = V, H, E, num_layers
        self.attention, self.query, self.cell = attention, query, cell
        C = attention.E if attention else Z
        self.attends_first = attention is not None and query == "before"
        self.context_input_size = C if attention is None or self.attends_first else 0
        self.embedding = nn.Embedding(V, E)
        self.start = nn.Linear(Z, num_layers * H * (2 if cell == "lstm" else 1))
        layer_dropout = dropout if num_layers > 1 else 0.0
        self.recurrent = RECURRENT_LAYERS[cell](
            E + self.context_input_size, H, num_layers, dropout=layer_dropout
        )
        self.logits = nn.Linear(H + E + C, V)
        self.dropout = nn.Dropout(dropout)
        set_forget_bias(self.recurrent)

    def initial_state(
        self,
        z: Float[Tensor, "B Z"],
        states: Float[Tensor, "S B C"] | None = None,
        mask: Bool[Tensor, "S B"] | None = None,
    ) -> DecoderState:
        """Compute what depends on the sources alone, and stand before the first symbol.

        Args:
            z: Summaries.
            states: h_j; only attention needs them.
            mask: True at a real symbol; only attention needs it.
        """
        parts = torch.tanh(self.start(z)).split(self.H, dim=1)
        width = 2 if self.cell == "lstm" else 1
        hidden = tuple(parts[i : i + width] for i in range(0, len(parts), width))
        W_gates = self.recurrent.weight_ih_l0[:, self.E :]
        if self.attention is None:
            W_logits = self.logits.weight[:, self.H + self.E :]
            logits = linear(z, W_logits, self.logits.bias)
            source = EncodedSource(z[:, None], linear(z, W_gates)[:, None], logits[:, None])
        else:
            values = states.transpose(0, 1).contiguous()
            gates = linear(values, W_gates) if self.attends_first else None
            keys = self.attention.compute_keys(values)
            source = EncodedSource(values, gates, None, keys, ~mask.T[:, None])
        return DecoderState(hidden, source)

    def teacher_forced(
        self, state: DecoderState, previous: Int[Tensor, "T B"]
    ) -> tuple[Float[Tensor, "T B V"], Float[Tensor, "T B S"] | None]:
        """Take T steps, told the symbol before each of them.

        Args:
            state: One hypothesis a source.
            previous: y_0 (the start symbol), y_1, ..., y_(T-1).

        Returns:
            The logits of y_1, ..., y_T, and the weights of every step; None without attention.
        """
        es, source = self.dropout(self.embedding(previous)), state.source
        if self.attention is None:
            z = source.values.transpose(0, 1)
            inputs = torch.cat([es, z.expand(len(previous), -1, -1)], -1)
            hs, _ = self.recurrent(inputs, self._stack_layers(state.hidden))
            return self._compute_logits(hs, es) + source.context_logits.transpose(0, 1), None
        if self.attends_first:
            hs, weights = self._decode_with_attention(es, state)
        else:
            hs, _ = self.recurrent(es, self._stack_layers(state.hidden))
            weights = self.attention.attention_weights(
                hs.transpose(0, 1), source.keys, source.padding
            )
        contexts = torch.bmm(weights, source.values).transpose(0, 1)
        return self._compute_logits(hs, es, contexts), weights.transpose(0, 1)

    def step(
        self, state: DecoderState, symbols: Int[Tensor, " N"]
    ) -> tuple[Float[Tensor, "N V"], DecoderState]:
        """Take one step with every hypothesis.

        Args:
            state: N = B K hypotheses, K of each source.
            symbols: The symbol before of each.

        Returns:
            The logits of the next symbol, and the state after the step.
        """
        source, hidden = state.source, state.hidden
        es = self.dropout(self.embedding(symbols))
        B, N = len(source.values), len(symbols)
        gates = self._compute_gates(es).view(B, N // B, -1)
        if self.attention is None:
            hidden = self._step_cells((gates + source.context_gates).view(N, -1), hidden)
            logits = (
                self._compute_logits(hidden[-1][0], es).view(B, N // B, -1) + source.context_logits
            )
            return logits.view(N, -1), DecoderState(hidden, source)
        if self.attends_first:
            weights = self._weigh_source(hidden, source)
            hidden = self._step_cells(
                torch.baddbmm(gates, weights, source.context_gates).view(N, -1), hidden
            )
        else:
            hidden = self._step_cells(gates.view(N, -1), hidden)
            weights = self._weigh_source(hidden, source)
        contexts = torch.bmm(weights, source.values).view(N, -1)
        return self._compute_logits(hidden[-1][0], es, contexts), DecoderState(hidden, source)

    def _decode_with_attention(self, es, state):
        """Take all steps of teacher forcing where each looks before it moves."""
        source, hidden = state.source, state.hidden
        hs, weights = [], []
        for gates in self._compute_gates(es).unsqueeze(2):
            weights.append(self._weigh_source(hidden, source))
            gates = torch.baddbmm(gates, weights[-1], source.context_gates)
            hidden = self._step_cells(gates.squeeze(1), hidden)
            hs.append(hidden[-1][0])
        return torch.stack(hs), torch.cat(weights, 1)

    def _weigh_source(self, hidden, source):
        """Weigh the source for the top layer's state of every hypothesis: `B K S`."""
        queries = hidden[-1][0].view(len(source.values), -1, self.H)
        return self.attention.attention_weights(queries, source.keys, source.padding)

    def _compute_gates(self, es):
        """Compute what the symbols before add to the gates of the first layer, and its bias."""
        return linear(es, self.recurrent.weight_ih_l0[:, : self.E], self.recurrent.bias_ih_l0)

    def _compute_logits(self, hs, es, contexts=None):
        """Compute logits; without contexts all but their part, bias included."""
        if contexts is not None:
            return self.logits(torch.cat([self.dropout(hs), es, contexts], -1))
        inputs = torch.cat([self.dropout(hs), es], -1)
        return linear(inputs, self.logits.weight[:, : self.H + self.E])

    def _step_cells(self, gates, hidden):
        """Take one step of all layers, given what the inputs of the first add to its gates."""
        layers = []
        for layer, state in enumerate(hidden):
            if layer:
                xs = nn.functional.dropout(layers[-1][0], self.recurrent.dropout, self.training)
                W, b = (getattr(self.recurrent, f"{n}_ih_l{layer}") for n in ("weight", "bias"))
                gates = linear(xs, W, b)
            W, b = (getattr(self.recurrent, f"{n}_hh_l{layer}") for n in ("weight", "bias"))
            layers.append(STEPS[self.cell](gates, linear(state[0], W, b), *state))
        return tuple(layers)

    def _stack_layers(self, hidden):
        """Stack the layers' states as `torch.nn` wants them: `L B H`, or two of them."""
        stacked = tuple(torch.stack(states) for states in zip(*hidden, strict=True))
        return stacked if self.cell == "lstm" else stacked[0]


def _step_rnn(from_x, from_h, h):
    """Take a step of a plain cell: h' = tanh(from_x + from_h)."""
    return (torch.tanh(from_x + from_h),)


def _step_gru(from_x, from_h, h):
    """Take a step of a GRU; PyTorch's gates stand in the order r z n."""
    H = h.shape[-1]
    r, z = torch.sigmoid(from_x[:, : 2 * H] + from_h[:, : 2 * H]).chunk(2, -1)
    n = torch.tanh(torch.addcmul(from_x[:, 2 * H :], r, from_h[:, 2 * H :]))
    return (torch.lerp(n, h, z),)


def _step_lstm(from_x, from_h, h, c):
    """Take a step of an LSTM; PyTorch's gates stand in the order i f g o."""
    i, f, g, o = (from_x + from_h).chunk(4, -1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


STEPS = {"rnn": _step_rnn, "gru": _step_gru, "lstm": _step_lstm}
