"""A recurrent language model: one character in, the distribution of the next one out."""

from jaxtyping import Float, Int
from torch import Tensor, nn

CELLS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}

State = Tensor | tuple[Tensor, Tensor]
"""`L B H`; an LSTM has two of them, `(h, c)`."""


class LanguageModel(nn.Module):
    """Embedding, recurrent layer, logits.

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

    def __init__(self, V: int, H: int, cell: str = "gru", E: int = 48, dropout: float = 0.0):
        super().__init__()
        if cell not in CELLS:
            raise ValueError(f"There is no cell {cell!r}; there are: {', '.join(CELLS)}.")
        self.V, self.H, self.cell = V, H, cell
        self.embedding = nn.Embedding(V, E)
        self.recurrent = CELLS[cell](E, H)
        self.logits = nn.Linear(H, V)
        self.dropout = nn.Dropout(dropout)
        if cell == "lstm":  # start by remembering: forget bias 1
            nn.init.constant_(self.recurrent.bias_ih_l0[H : 2 * H], 1.0)

    def forward(
        self, ids: Int[Tensor, "T B"], state: State | None = None
    ) -> tuple[Float[Tensor, "T B V"], State]:
        """Read T characters of B texts.

        Args:
            ids: Character indices.
            state: Where the last call stopped; zeros by default.

        Returns:
            The logits of the character after each, and the state to go on from.
        """
        hs, state = self.recurrent(self.dropout(self.embedding(ids)), state)
        return self.logits(self.dropout(hs)), state


def detach(state: State) -> State:
    """Keep the numbers of a state and forget where they came from: gradients stop here."""
    return tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
