"""The network of the front page: it reads and writes family names of ten languages, or of none.

Where its names come from and how it was trained: `names_network` in the chapter of its weights.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from rnncourse.core.arithmetic import softmax
from rnncourse.core.chapters import FOLDER
from rnncourse.data.family_names import LANGUAGES
from rnncourse.models import weights

(WEIGHTS,) = {file.parent for file in FOLDER.glob("*/weights/names.json")}
"""Found beside the code that trained them, in whatever chapter this is."""
NONE = "none of these"
NAME_CLASSES = (*LANGUAGES, NONE)
"""What a name may be: a first input of the network each."""
PRIOR = np.array([1] * len(LANGUAGES) + [2]) / (len(LANGUAGES) + 2)
"""What is believed before the first letter: none of these twice as likely as each language."""


class NameNetwork(nn.Module):
    """A plain recurrent network whose first input is a language, and the others letters.

    h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h),  y_t = W_hy h_t + b_y

    Args:
        n_letters: How many symbols, with the end of a name.
        n_kinds: How many languages.
        H: Numbers in the state.
        dropout: Share of the state that the answer does not see while training.
    """

    def __init__(self, n_letters: int, n_kinds: int, H: int = 256, dropout: float = 0.0):
        super().__init__()
        self.read = nn.Linear(n_letters + n_kinds, H)
        self.carry = nn.Linear(H, H, bias=False)
        self.dropout = nn.Dropout(dropout)
        self.answer = nn.Linear(H, n_letters)

    def forward(self, xs: Tensor) -> Tensor:
        """Return the logits of each next symbol, T B letters, after symbols of shape T B."""
        h, hs = self.carry.weight.new_zeros(xs.shape[1], self.carry.in_features), []
        for x in nn.functional.embedding(xs, self.read.weight.T) + self.read.bias:
            h = torch.tanh(x + self.carry(h))
            hs.append(h)
        return self.answer(self.dropout(torch.stack(hs)))


def inputs_and_targets(
    names: Sequence[str], kinds: Sequence[int], letters: Sequence[str]
) -> tuple[Tensor, Tensor]:
    """Return inputs and targets, T B: the kind, then the letters; the letters, then the end."""
    index = {c: i for i, c in enumerate(letters)}
    T = max(map(len, names)) + 1
    xs = torch.zeros(T, len(names), dtype=torch.long)
    targets = torch.full((T, len(names)), -100)
    for b, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        ids = [index[c] for c in name]
        xs[: len(ids) + 1, b] = torch.tensor([len(letters) + kind, *ids])
        targets[: len(ids) + 1, b] = torch.tensor([*ids, 0])
    return xs, targets


def load_network() -> tuple[NameNetwork, tuple[str, ...]]:
    """Return the network of the page, with its 8-bit weights, and its letters."""
    arrays, about = weights.load("names", WEIGHTS)
    model = NameNetwork(
        len(about["vocabulary"]), len(about["kinds"]), arrays["carry.weight"].shape[0]
    )
    return weights.restore_model(model, "names", WEIGHTS), tuple(about["vocabulary"])


@torch.no_grad()
def log_likelihoods(model: NameNetwork, names: Sequence[str], letters: Sequence[str]) -> np.ndarray:
    """Return log p(letters of the name | kind), B K, in nats; its end is not asked for."""
    columns = []
    for kind in range(len(NAME_CLASSES)):
        xs, targets = inputs_and_targets(names, [kind] * len(names), letters)
        targets[targets == 0] = -100
        nats = cross_entropy(model(xs).movedim(-1, 1), targets, reduction="none")
        columns.append(-nats.sum(0))
    return torch.stack(columns, 1).double().numpy()


def kind_posterior(model: NameNetwork, names: Sequence[str], letters: Sequence[str]) -> np.ndarray:
    """Return p(kind | letters of the name), B K, by Bayes' rule from `PRIOR`."""
    return softmax(log_likelihoods(model, names, letters) + np.log(PRIOR))
