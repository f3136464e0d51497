"""The encoder: a padded batch of sources in, a state for every symbol and one vector out."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from rnncourse.models.sequence import RECURRENT_LAYERS


class Encoder(nn.Module):
    """Reads sources of any lengths, in one direction or in both.

        e_j = W_e[x_j]
        ahead_j = cell(e_j, ahead_(j-1)),   back_j = cell(e_j, back_(j+1))
        h_j = [ahead_j; back_j],            summary = [ahead_last; back_1]

    A state never depends on padding: reading back starts at a source's last real symbol, and the
    summary ends there. What stands at padded places is 0. A layer above reads h_j in the place of
    e_j.

    Args:
        V: Size of the vocabulary of the sources.
        H: Size of h_j; both directions together.
        cell: `"rnn"` (tanh), `"gru"` or `"lstm"`.
        num_layers: How many, one on the other.
        bidirectional: Whether sources are read back as well; each direction has H / 2 units.
        E: Size of e_j.
        dropout: Share of the entries of e_j, and of h_j between layers, set to 0 in training.

    Raises:
        ValueError: If there is no such cell, or H cannot be halved.

    Source: deck A, "Classic Encoder-Decoder"; oracle against `torch.nn` with packed sequences in
    tests/models/test_encoder.py.
    """

    def __init__(
        self,
        V: int,
        H: int,
        cell: str = "gru",
        num_layers: int = 1,
        bidirectional: bool = True,
        E: int = 32,
        dropout: float = 0.0,
    ):
        super().__init__()
        check_cell(cell)
        if bidirectional and H % 2:
            raise ValueError(f"Two directions share H evenly, so H must be even; got {H}.")
        self.H, self.V, self.bidirectional = H, V, bidirectional
        self.embedding = nn.Embedding(V, E)
        sizes, units = [E] + [H] * (num_layers - 1), H // 2 if bidirectional else H
        self.ahead = nn.ModuleList(RECURRENT_LAYERS[cell](size, units) for size in sizes)
        self.back = nn.ModuleList(
            RECURRENT_LAYERS[cell](size, units) for size in sizes if bidirectional
        )
        self.dropout = nn.Dropout(dropout) if dropout else nn.Identity()
        for recurrent in [*self.ahead, *self.back]:
            set_forget_bias(recurrent)

    def forward(
        self, source: Int[Tensor, "S B"], lengths: Int[Tensor, " B"]
    ) -> tuple[Float[Tensor, "S B H"], Float[Tensor, "B H"]]:
        """Read a batch.

        Args:
            source: Ids; after the end of a shorter source stands any id.
            lengths: How many symbols of each are real, 1 to S.

        Returns:
            The states h_j of the top layer, and its summary.

        Raises:
            ValueError: If a length does not fit.
        """
        mask = length_mask(lengths, len(source))
        columns = torch.arange(source.shape[1])
        positions = torch.arange(len(source))[:, None]
        reverse_padded = torch.where(mask, lengths - 1 - positions, positions)  # its own inverse
        hs = self.embedding(source)
        for layer, ahead in enumerate(self.ahead):
            xs = self.dropout(hs)
            directions = [ahead(xs)[0]]
            if self.bidirectional:
                directions.append(self.back[layer](xs[reverse_padded, columns])[0])
            summary = torch.cat([states[lengths - 1, columns] for states in directions], -1)
            if self.bidirectional:
                directions[1] = directions[1][reverse_padded, columns]
            hs = torch.cat(directions, -1).masked_fill(~mask[..., None], 0)
        return hs, summary


def length_mask(lengths: Int[Tensor, " B"], T: int) -> Bool[Tensor, "T B"]:
    """Make the mask of a batch: True where a sequence has not ended.

    Args:
        lengths: How many symbols of each sequence are real.
        T: Length of the batch.

    Raises:
        ValueError: If a length is not in 1 ... T.

    >>> length_mask(torch.tensor([2, 1]), 3).int().T.tolist()
    [[1, 1, 0], [1, 0, 0]]
    """
    if len(lengths) and not 1 <= int(lengths.min()) <= int(lengths.max()) <= T:
        row = next(b for b, length in enumerate(lengths.tolist()) if not 1 <= length <= T)
        raise ValueError(
            f"Sequence {row} of the batch has length {int(lengths[row])}; "
            f"lengths must be 1 to {T}, the length of the batch."
        )
    return torch.arange(T)[:, None] < lengths


def check_cell(cell: str) -> None:
    """Raise one sentence if there is no such cell."""
    if cell not in RECURRENT_LAYERS:
        raise ValueError(f"There is no cell {cell!r}; there are: {', '.join(RECURRENT_LAYERS)}.")


@torch.no_grad()
def set_forget_bias(recurrent: nn.RNNBase) -> None:
    """Give the forget gates of an LSTM the bias 1; leave other cells as they are."""
    if recurrent.mode == "LSTM":
        for layer in range(recurrent.num_layers):
            H = recurrent.hidden_size
            getattr(recurrent, f"bias_ih_l{layer}")[H : 2 * H] = 1.0
            getattr(recurrent, f"bias_hh_l{layer}")[H : 2 * H] = 0.0
