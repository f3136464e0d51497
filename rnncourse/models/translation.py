"""Sequence to sequence: one network reads a source, another writes a target."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from rnncourse.data.padding import pad
from rnncourse.models.attention import Attention
from rnncourse.models.decoder import Decoder, DecoderState, shift_right
from rnncourse.models.encoder import Encoder, length_mask


@dataclass(frozen=True)
class PaddedPairs:
    """A batch of sources and targets, each padded behind its end.

    Args:
        source: Ids.
        source_lengths: How many of each are real.
        target: Ids; the last real one of each is the stop symbol.
        target_lengths: How many of each are real, the stop symbol included.
    """

    source: Int[Tensor, "S B"]
    source_lengths: Int[Tensor, " B"]
    target: Int[Tensor, "T B"]
    target_lengths: Int[Tensor, " B"]

    @classmethod
    def from_sequences(
        cls, sources: Iterable[Iterable], targets: Iterable[Iterable], eos_id: int
    ) -> "PaddedPairs":
        """Lay sequences side by side, and put the stop symbol behind every target.

        >>> pairs = PaddedPairs.from_sequences([[5, 6, 7], [8]], [[4], [4, 9]], eos_id=2)
        >>> pairs.target.T.tolist(), pairs.target_lengths.tolist()
        ([[4, 2, 0], [4, 9, 2]], [2, 3])
        """
        source, source_mask = pad(list(sources))
        target, target_mask = pad([[*target, eos_id] for target in targets])
        parts = (source, source_mask.sum(0), target, target_mask.sum(0))
        return cls(*(torch.from_numpy(part.astype(np.int64)) for part in parts))

    @property
    def mask(self) -> Bool[Tensor, "T B"]:
        """True at a real symbol of a target, the stop symbol included."""
        return length_mask(self.target_lengths, len(self.target))

    def select(self, rows: Int[Tensor, " N"] | slice) -> "PaddedPairs":
        """Take some pairs, with no more padding than they need."""
        S, T = self.source_lengths[rows], self.target_lengths[rows]
        source, target = self.source[: int(S.max()), rows], self.target[: int(T.max()), rows]
        return PaddedPairs(source, S, target, T)

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.source_lengths)


class EncoderDecoder(nn.Module):
    """An encoder, a vector z or attention between, and a decoder.

        h_1 ... h_S, summary = encoder(x_1 ... x_S)
        z = summary,   or z = tanh(W_z summary + b_z) of another size: how much fits through
        p(y_i | y_1 ... y_(i-1), x) = softmax(logits_i),   logits_i of `Decoder`

    It has no `forward`: whether the decoder is told the right symbols (`teacher_forced`) or its
    own (`free_running`) is said in every call. What decodes asks for one step after the other:
    `initial_state`, `step` and `reorder`.

    Args:
        source_vocab_size: Size of the vocabulary of sources.
        target_vocab_size: Size of the vocabulary of targets.
        bos_id: What the decoder is told before its first symbol.
        eos_id: The symbol that ends a target.
        H: Size of h_j, both directions together, and of s_i.
        cell: `"rnn"` (tanh), `"gru"` or `"lstm"`, of both.
        num_layers: Of the encoder and of the decoder.
        bidirectional: Whether the encoder reads back as well.
        E: Size of embeddings.
        attention: One of `rnncourse.models.attention.ATTENTION_KINDS`; None: z is all the
            decoder has.
        query: `"before"` (deck A) or `"after"`; see `Decoder`.
        N: Inner size of additive attention.
        Z: Size of z; None: the summary itself.
        dropout: Share set to 0 in training; see `Encoder` and `Decoder`.

    Raises:
        ValueError: If there is no such cell, attention, query or symbol.

    Source: deck A, "Classic Encoder-Decoder"; I. Sutskever, O. Vinyals and Q. V. Le,
    arXiv:1409.3215v3; K. Cho and others, arXiv:1406.1078v3; D. Bahdanau, K. Cho and Y. Bengio,
    arXiv:1409.0473v7.
    """

    def __init__(
        self,
        source_vocab_size: int,
        target_vocab_size: int,
        *,
        bos_id: int,
        eos_id: int,
        H: int = 64,
        cell: str = "gru",
        num_layers: int = 1,
        bidirectional: bool = True,
        E: int = 32,
        attention: str | None = None,
        query: str = "before",
        N: int | None = None,
        Z: int | None = None,
        dropout: float = 0.0,
    ):
        super().__init__()
        if bos_id == eos_id or not {bos_id, eos_id} <= {*range(target_vocab_size)}:
            raise ValueError(
                f"bos_id and eos_id must be two different ids from 0 to {target_vocab_size - 1}; "
                f"got {bos_id} and {eos_id}."
            )
        self.bos_id, self.eos_id = bos_id, eos_id
        self.encoder = Encoder(source_vocab_size, H, cell, num_layers, bidirectional, E, dropout)
        self.narrow = nn.Linear(H, Z) if Z else None
        scorer = Attention(attention, H, H, N) if attention else None
        sizes = target_vocab_size, H, Z or H
        self.decoder = Decoder(*sizes, cell, num_layers, E, scorer, query, dropout)

    def forward(self, *args: object, **kwargs: object) -> NoReturn:
        """Refuse: a call must say how the decoder runs."""
        raise TypeError(
            "Say how the decoder runs: model.teacher_forced(...) or model.free_running(...)."
        )

    def encode(
        self, source: Int[Tensor, "S B"], lengths: Int[Tensor, " B"]
    ) -> tuple[Float[Tensor, "S B H"], Float[Tensor, "B Z"]]:
        """Encode sources: their states h_j, and z, all that goes through without attention."""
        states, summary = self.encoder(source, lengths)
        return states, summary if self.narrow is None else torch.tanh(self.narrow(summary))

    def teacher_forced(
        self, source: Int[Tensor, "S B"], lengths: Int[Tensor, " B"], target: Int[Tensor, "T B"]
    ) -> tuple[Float[Tensor, "T B V"], Float[Tensor, "T B S"] | None]:
        """Run the decoder with the right symbol of the step before in every step.

        Args:
            source: Ids.
            lengths: How many of each are real.
            target: The right symbols, as they are to be predicted: row i is what `logits[i]` should
                say. Before the first the decoder is told `bos_id`.

        Returns:
            The logits of every step, and the weights; None without attention.
        """
        previous = shift_right(target, self.bos_id)
        return self.decoder.teacher_forced(self._start_decoder(source, lengths), previous)

    def free_running(
        self,
        source: Int[Tensor, "S B"],
        lengths: Int[Tensor, " B"],
        steps: int,
        target: Int[Tensor, "T B"] | None = None,
        teacher_forcing_ratio: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> Float[Tensor, "T B V"]:
        """Run the decoder with its own likeliest symbol of the step before in every step.

        Args:
            source: Ids.
            lengths: How many of each are real.
            steps: How many; it runs on behind `eos_id`.
            target: Right symbols, at least `steps - 1` of them, where some are told.
            teacher_forcing_ratio: How often the right symbol is told in the place of its own:
                between 0 and 1, drawn for every step and pair (scheduled sampling).
            generator: Where the draws come from.

        Returns:
            The logits of every step.

        Raises:
            ValueError: If a share is to be told, and there is no target.
        """
        if teacher_forcing_ratio and target is None:
            raise ValueError(
                f"For a share of {teacher_forcing_ratio} of the right symbols, "
                "free_running needs target."
            )
        state, all_logits = self._start_decoder(source, lengths), []
        previous = source.new_full((source.shape[1],), self.bos_id)
        for i in range(steps):
            logits, state = self.decoder.step(state, previous)
            all_logits.append(logits)
            previous = logits.argmax(-1)
            if teacher_forcing_ratio and i + 1 < steps:
                is_forced = torch.rand(previous.shape, generator=generator) < teacher_forcing_ratio
                previous = torch.where(is_forced, target[i], previous)
        return torch.stack(all_logits)

    @torch.no_grad()
    def initial_state(self, source: Int[Tensor, "S B"], lengths: Int[Tensor, " B"]) -> DecoderState:
        """Read sources, and stand before the first symbol: where decoding begins.

        Raises:
            ValueError: If dropout is on, which would make decoding a matter of chance.
        """
        self._check_dropout()
        return self._start_decoder(source, lengths)

    @torch.no_grad()
    def step(
        self, state: DecoderState, symbols: Int[Tensor, " N"] | Int[np.ndarray, " N"]
    ) -> tuple[Float[Tensor, "N V"], DecoderState]:
        """Take one step of decoding with every hypothesis; see `Decoder.step`."""
        return self.decoder.step(state, torch.as_tensor(symbols))

    def reorder(
        self, state: DecoderState, rows: Int[Tensor, "B K"] | Int[np.ndarray, "B K"]
    ) -> DecoderState:
        """Go on with some of the hypotheses; see `DecoderState.reorder`."""
        return state.reorder(torch.as_tensor(rows))

    def _start_decoder(self, source, lengths):
        states, z = self.encode(source, lengths)
        return self.decoder.initial_state(z, states, length_mask(lengths, len(source)))

    def _check_dropout(self):
        if self.training and self.decoder.dropout.p:
            raise ValueError("Dropout is on. Call model.eval() before decoding.")
