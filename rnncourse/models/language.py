"""Language models: one character in, the distribution of the next one out."""

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
