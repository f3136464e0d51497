"""One recurrent network for every shape of task: where does it read, and where must it answer?"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int, Shaped
from torch import Tensor, nn

from rnncourse.models.language import CELLS, State


@dataclass(frozen=True)
class Task:
    """A batch of any shape: inputs, right answers, and the steps at which an answer counts.

    The five shapes differ in `answers` alone: at the only step (one to one), after the last
    input (many to one), at every step from the first on (one to many), at every step (many to
    many, in step), or at the steps after the input has ended (many to many).

    Args:
        inputs: Ids `T B`, or `T B D`: several ids or a vector a step.
        targets: Classes; what stands at the other steps does not matter.
        answers: True where an answer counts.
    """

    inputs: Shaped[Tensor, "T B *D"]
    targets: Int[Tensor, "T B"]
    answers: Bool[Tensor, "T B"]

    def part(self, rows: Tensor | slice) -> "Task":
        """Take some sequences, and the steps that they need."""
        answers = self.answers[:, rows]
        T = int(answers.any(1).nonzero().max()) + 1
        return Task(self.inputs[:T, rows], self.targets[:T, rows], answers[:T])

    def __len__(self) -> int:
        """Count the sequences."""
        return self.targets.shape[1]


class SequenceModel(nn.Module):
    """Inputs to states to logits, at every step; the task says which of them count.

        h_t = cell(in(x_t), h_(t-1)),                    y_t = h_t W_hy + b_y
        h_t = tanh(in(x_(t-k+1)), ..., in(x_t)),   with a window of k steps instead

    Args:
        inputs: How many different ids there are, or the size of a vector.
        outputs: How many classes V.
        H: Size of the hidden state.
        cell: `"rnn"` (tanh), `"gru"`, `"lstm"`; or a number: each step sees a window of so many
            steps that ends with it, and no state. 1: each step for itself.
        E: Size of what a step reads.
        read: What a step reads: `"id"`; `"ids"`, several, whose embeddings add up, 0 where there is
            none; or `"vector"`.

    Raises:
        ValueError: If there is no such cell.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        H: int = 64,
        cell: str | int = "gru",
        E: int = 32,
        read: str = "id",
    ):
        super().__init__()
        if cell not in CELLS and not (isinstance(cell, int) and cell > 0):
            raise ValueError(
                f"There is no cell {cell!r}; there are {', '.join(CELLS)}, and windows: 1, 2, ..."
            )
        self.several = read == "ids"
        self.read = (
            nn.Linear(inputs, E)
            if read == "vector"
            else nn.Embedding(inputs, E, padding_idx=0 if self.several else None)
        )
        self.cell = cell
        self.memory = nn.Conv1d(E, H, cell) if isinstance(cell, int) else CELLS[cell](E, H)
        if cell == "lstm":  # start by remembering: forget bias 1
            nn.init.constant_(self.memory.bias_ih_l0[H : 2 * H], 1.0)
        self.logits = nn.Linear(H, outputs)

    def forward(
        self, inputs: Shaped[Tensor, "T B *D"], state: State | None = None
    ) -> tuple[Float[Tensor, "T B V"], State | None]:
        """Run over a batch.

        Args:
            inputs: Ids `T B`, or `T B D`: several ids or a vector.
            state: Where the last call stopped; zeros by default.

        Returns:
            The logits of every step, and the state to go on from.
        """
        xs = self.read(inputs).sum(2) if self.several else self.read(inputs)
        if isinstance(self.cell, int):
            padded = nn.functional.pad(xs.permute(1, 2, 0), (self.cell - 1, 0))
            return self.logits(torch.tanh(self.memory(padded)).permute(2, 0, 1)), None
        hs, state = self.memory(xs, state)
        return self.logits(hs), state
