"""One recurrent network for every shape of task: where does it read, and where must it answer?"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int, Shaped
from torch import Tensor, nn

RECURRENT_LAYERS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}

State = Tensor | tuple[Tensor, Tensor]
"""`L B H`; an LSTM has two of them, `(h, c)`."""


@dataclass(frozen=True)
class SequenceBatch:
    """A batch of any shape: inputs, right answers, and the steps at which an answer counts.

    The five shapes differ in `loss_mask` alone: at the only step (one to one), after the last
    input (many to one), at every step from the first on (one to many), at every step (many to
    many, in step), or at the steps after the input has ended (many to many).

    Args:
        inputs: Ids `T B`, or `T B D`: several ids or a vector a step.
        targets: Classes; what stands at the other steps does not matter.
        loss_mask: True where an answer counts.
    """

    inputs: Shaped[Tensor, "T B *D"]
    targets: Int[Tensor, "T B"]
    loss_mask: Bool[Tensor, "T B"]

    def select(self, rows: Tensor | slice) -> "SequenceBatch":
        """Take some sequences, and the steps that they need."""
        loss_mask = self.loss_mask[:, rows]
        T = int(loss_mask.any(1).nonzero().max()) + 1
        return SequenceBatch(self.inputs[:T, rows], self.targets[:T, rows], loss_mask[:T])

    def __len__(self) -> int:
        """Count the sequences."""
        return self.targets.shape[1]


class EmbeddingSum(nn.Embedding):
    """The sum of the embeddings of several ids; id 0 adds nothing."""

    def __init__(self, num_embeddings: int, E: int):
        super().__init__(num_embeddings, E, padding_idx=0)

    def forward(self, ids: Int[Tensor, "T B N"]) -> Float[Tensor, "T B E"]:
        """Look up and add."""
        return super().forward(ids).sum(2)


class WindowLayer(nn.Conv1d):
    """In the place of a recurrent layer: each step sees the last k inputs, and no state."""

    def forward(
        self, xs: Float[Tensor, "T B E"], state: None = None
    ) -> tuple[Float[Tensor, "T B H"], None]:
        """Run over a batch; before its first step stand zeros."""
        padded = nn.functional.pad(xs.permute(1, 2, 0), (self.kernel_size[0] - 1, 0))
        return torch.tanh(super().forward(padded)).permute(2, 0, 1), None


class SequenceModel(nn.Module):
    """Inputs to states to logits, at every step; the task says which of them count.

        e_t = W_e[x_t],  h_t = cell(e_t, h_(t-1)),            y_t = h_t W_hy + b_y
        h_t = tanh(e_(t-k+1), ..., e_t),   with a window of k steps instead

    Args:
        input_size: How many different ids there are, or the size of a vector.
        num_classes: V.
        H: Size of the hidden state.
        cell: `"rnn"` (tanh), `"gru"`, `"lstm"`; or a number: each step sees a window of so many
            steps that ends with it, and no state. 1: each step for itself.
        E: Size of e_t.
        read: What a step reads: `"id"`; `"ids"`, several, whose embeddings add up, 0 where there is
            none; or `"vector"`, which a matrix takes to e_t.
        dropout: Share of the entries of e_t and h_t set to 0 in training, between the layers only.

    Raises:
        ValueError: If there is no such cell.
    """

    def __init__(
        self,
        input_size: int,
        num_classes: int,
        H: int = 64,
        cell: str | int = "gru",
        E: int = 32,
        read: str = "id",
        dropout: float = 0.0,
    ):
        super().__init__()
        if cell not in RECURRENT_LAYERS and not (isinstance(cell, int) and cell > 0):
            known = ", ".join(RECURRENT_LAYERS)
            raise ValueError(
                f"There is no cell {cell!r}; there are: {known}, and windows: 1, 2, ..."
            )
        readers = {"id": nn.Embedding, "ids": EmbeddingSum, "vector": nn.Linear}
        self.H, self.cell = H, cell
        self.embedding = readers[read](input_size, E)
        self.recurrent = (
            WindowLayer(E, H, cell) if isinstance(cell, int) else RECURRENT_LAYERS[cell](E, H)
        )
        self.logits = nn.Linear(H, num_classes)
        self.dropout = nn.Dropout(dropout) if dropout else nn.Identity()
        if cell == "lstm":  # start by remembering: 1 and bias_hh, a small random number
            nn.init.constant_(self.recurrent.bias_ih_l0[H : 2 * H], 1.0)

    def forward(
        self, inputs: Shaped[Tensor, "T B *D"], state: State | None = None
    ) -> tuple[Float[Tensor, "T B V"], State | None]:
        """Read T steps of B sequences.

        Args:
            inputs: Ids `T B`, or `T B D`: several ids or a vector.
            state: Where the last call stopped; zeros by default.

        Returns:
            The logits of every step, and the state to go on from.
        """
        hs, state = self.recurrent(self.dropout(self.embedding(inputs)), state)
        return self.logits(self.dropout(hs)), state


def detach_state(state: State) -> State:
    """Keep the numbers of a state and forget where they came from: gradients stop here."""
    return tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
