"""Language models: one character in, the distribution of the next one out."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from rnncourse.models.sequence import SequenceModel


class LanguageModel(SequenceModel):
    """A sequence model that answers with what it reads.

        e_t = W_e[x_t],  h_t = cell(e_t, h_(t-1)),  y_t = h_t W_hy + b_y

    Args:
        V: Size of the vocabulary.
        H: Size of the hidden state.
        cell: `"rnn"` (tanh), `"gru"` or `"lstm"`.
        E: Size of the embedding.
        dropout: Share of the entries of e_t and h_t set to 0 in training, between the layers only.

    Raises:
        ValueError: If there is no such cell.
    """

    def __init__(self, V: int, H: int, cell: str | int = "gru", E: int = 48, dropout: float = 0.0):
        super().__init__(V, V, H, cell, E, dropout=dropout)
        self.V = V


class WindowLanguageModel(LanguageModel):
    """A language model without a state: it sees the last k characters, and nothing before them.

        h_t = tanh(e_(t-k+1) W_1 + ... + e_t W_k + b_h),  y_t = h_t W_hy + b_y

    What it hands on from one call to the next are the k - 1 characters that it read last, so
    that text may be read in chunks of any length. Newlines (index 0) stand before its beginning.

    Args:
        V: Size of the vocabulary.
        H: Size of the one hidden layer.
        k: Characters that it sees.
        E: Size of the embedding.

    Source: Y. Bengio and others, "A neural probabilistic language model", JMLR 3 (2003), section
    2, without the direct connections; oracle in tests/models/test_language.py.
    """

    def __init__(self, V: int, H: int, k: int, E: int = 48):
        super().__init__(V, H, k, E)

    def forward(
        self, inputs: Int[Tensor, "T B"], state: Int[Tensor, "K B"] | None = None
    ) -> tuple[Float[Tensor, "T B V"], Int[Tensor, "K B"]]:
        """Read T characters of B texts.

        Args:
            inputs: Ids.
            state: The last k - 1 characters of the call before; newlines by default.

        Returns:
            The logits of every step, and the last k - 1 characters.
        """
        before = self.cell - 1
        if state is None:
            state = torch.zeros((before, inputs.shape[1]), dtype=inputs.dtype)
        ids = torch.cat([state, inputs])
        hs, _ = self.recurrent(self.embedding(ids))
        return self.logits(hs[before:]), ids[len(ids) - before :]
