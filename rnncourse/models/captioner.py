"""A captioner: an encoder reads an image, a recurrent network writes about it, word by word.

The encoder is any `torch.nn.Module`; what it returns are vectors of places of the image, or one
vector of the whole. The image enters the recurrence in one of the two ways of deck D (`IMAGES`): at
each step, or through attention.
"""

from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

IMAGES = ("each", "attention")
CELL_NAMES = ("rnn", "lstm")
SCORES = ("product", "additive")

State = tuple[Tensor, ...]
"""h (and c of an LSTM); then the image's term, or, with attention, the vectors of the places, and,
with an additive score, U_a v_i of each."""


class Captioner(nn.Module):
    """Writes a caption word by word; v is the image, x_t the word before, h_0 = 0.

        each:       h_t = tanh(W_xh x_t + W_hh h_(t-1) + W_ih v + b),        y_t = W_hy h_t + b_y
        attention:  a_t = softmax over places i of the score of h_(t-1) and v_i,
                    z_t = sum over i of a_(t,i) v_i,   then as each, with z_t in place of v

        score, product:   (W_a h_(t-1)) . v_i
        score, additive:  w_a . tanh(W_a h_(t-1) + U_a v_i + b_a)

    All biases of a step are one, b. With an LSTM, the sum within tanh is that of its gates.

    Args:
        encoder: From images to `B C`, one vector each; `B K C`, K places; or `B C g g`, a map.
        C: Numbers in such a vector.
        V: Size of the vocabulary.
        bos_id: What stands before the first word.
        eos_id: The word that ends a caption.
        H: Size of h.
        E: Size of x, a word's vector.
        image: One of `IMAGES`: how the image enters.
        cell: `"rnn"`, deck D's, or `"lstm"`.
        dropout: Share of h set to 0 before the logits, in training.
        score: `"product"` or `"additive"`; with attention only.
        A: Size of the additive score's hidden layer.

    Raises:
        ValueError: If there is no such way or cell.

    Source: deck D, "Image Captioning" and "Image Captioning with Attention"; K. Xu and others,
    arXiv:1502.03044v3, section 3.1 (attention; their score is additive; the product is Luong's
    general one, which costs less). Oracles in tests/models/test_captioner.py.
    """

    def __init__(
        self,
        encoder: nn.Module,
        C: int,
        V: int,
        *,
        bos_id: int,
        eos_id: int,
        H: int = 128,
        E: int = 48,
        image: str = "attention",
        cell: str = "rnn",
        dropout: float = 0.3,
        score: str = "product",
        A: int = 48,
    ):
        super().__init__()
        for value, known in ((image, IMAGES), (cell, CELL_NAMES), (score, SCORES)):
            if value not in known:
                raise ValueError(f"There is no {value!r}; there are: {', '.join(known)}.")
        self.encoder, self.image, self.cell = encoder, image, cell
        self.bos_id, self.eos_id, self.H = bos_id, eos_id, H
        G = 4 * H if cell == "lstm" else H
        self.embedding = nn.Embedding(V, E)
        self.W_xh = nn.Linear(E, G)
        self.W_hh = nn.Linear(H, G, bias=False)
        self.W_ih = nn.Linear(C, G, bias=False)
        self.W_hy = nn.Linear(H, V)
        self.W_a = self.U_a = self.w_a = None
        if image == "attention":
            is_additive = score == "additive"
            self.W_a = nn.Linear(H, A if is_additive else C, bias=False)
            self.U_a = nn.Linear(C, A) if is_additive else None
            self.w_a = nn.Linear(A, 1, bias=False) if is_additive else None
        self.dropout = nn.Dropout(dropout)
        nn.init.orthogonal_(self.W_hh.weight)

    def encode_regions(self, images: Tensor) -> Float[Tensor, "B K C"]:
        """Encode images: what the encoder says of each place, in rows from the top."""
        features = self.encoder(images)
        if features.ndim == 2:
            return features[:, None]
        return features.flatten(2).transpose(1, 2) if features.ndim == 4 else features

    def initial_state(self, images: Tensor) -> State:
        """Encode images, and stand before the first word of each."""
        regions = self.encode_regions(images)
        zeros = regions.new_zeros(len(regions), self.H)
        hidden = (zeros, zeros) if self.cell == "lstm" else (zeros,)
        if self.U_a:
            return (*hidden, regions, self.U_a(regions))
        if self.W_a:
            return (*hidden, regions)
        return (*hidden, self.W_ih(regions.mean(1)))

    def decode_step(
        self, state: State, words: Int[Tensor, " N"]
    ) -> tuple[Tensor, State, Tensor | None]:
        """Take one step.

        Args:
            state: Of N captions.
            words: The word before of each.

        Returns:
            The logits of the next word, the state after the step, and, with attention, the weight
            of each place, `N K`.
        """
        n_hidden = 2 if self.cell == "lstm" else 1
        hidden, image_state = state[:n_hidden], state[n_hidden:]
        term, weights = image_state[0], None
        if self.W_a:
            weights = self._score_regions(hidden[0], *image_state).softmax(1)
            term = self.W_ih(torch.bmm(weights[:, None], term)[:, 0])
        gates = self.W_xh(self.embedding(words)) + self.W_hh(hidden[0]) + term
        hidden = self._step_cell(gates, hidden)
        return self.W_hy(self.dropout(hidden[0])), (*hidden, *image_state), weights

    def _score_regions(self, h, regions, keys=None):
        query = self.W_a(h)
        if keys is None:
            return torch.bmm(regions, query[:, :, None])[:, :, 0]
        return self.w_a(torch.tanh(keys + query[:, None]))[:, :, 0]

    def _step_cell(self, gates, hidden):
        if self.cell == "rnn":
            return (torch.tanh(gates),)
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f) * hidden[1] + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def teacher_forced(
        self, images: Tensor, captions: Int[Tensor, "B T"]
    ) -> tuple[Float[Tensor, "B T V"], Float[Tensor, "B T K"] | None]:
        """Take a step for each word of captions, told the one before.

        Args:
            images: What they are about.
            captions: Words, the stop word included, the start word not; padding at the end.

        Returns:
            The logits of each word, and the weights of each place; None without attention.
        """
        state, words = self.initial_state(images), torch.full_like(captions[:, 0], self.bos_id)
        logits, attention = [], []
        for t in range(captions.shape[1]):
            step_logits, state, weights = self.decode_step(state, words)
            logits.append(step_logits)
            attention.append(weights)
            words = captions[:, t]
        return torch.stack(logits, 1), torch.stack(attention, 1) if self.W_a else None

    @torch.no_grad()
    def step(self, state: State, symbols: Int[np.ndarray, " N"]) -> tuple[Any, State]:
        """Take one step of decoding: logits and state.

        Raises:
            ValueError: In training mode: dropout would make decoding a matter of chance, and an
                encoder would normalize by the batch.
        """
        if self.training:
            raise ValueError("The network is in training mode. Call model.eval() before decoding.")
        return self.decode_step(state, torch.as_tensor(symbols))[:2]

    def reorder(self, state: State, rows: Int[np.ndarray, "B K"]) -> State:
        """Go on with some of the captions, as decoding wants it."""
        flat_rows = torch.as_tensor(rows.reshape(-1))
        return tuple(part[flat_rows] for part in state)


def caption_loss(logits: Float[Tensor, "B T V"], captions: Int[Tensor, "B T"]) -> Tensor:
    """Compute the negative log-likelihood of captions, in nats a word.

        mean over words of -ln p(word),   the stop word included, the padding not

    Args:
        logits: Of each word.
        captions: The words; 0 behind the stop word.
    """
    return cross_entropy(logits.flatten(0, 1), captions.flatten(), ignore_index=0)


class RegionEncoder(nn.Module):
    """Three convolutions: an image of 4 g by 4 k pixels becomes a map of g by k places.

    Stride 2, stride 2, stride 1; each with batch normalization and ReLU. Place i is centered on
    pixel 4 i, and sees 17 pixels in each direction around it. A place has C = 48 numbers.
    """

    def __init__(self):
        super().__init__()
        shapes = ((1, 16, 5, 2), (16, 48, 3, 2), (48, 48, 3, 1))
        layers = []
        for c_in, c_out, kernel, stride in shapes:
            conv = nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, bias=False)
            layers += [conv, nn.BatchNorm2d(c_out), nn.ReLU()]
        self.layers = nn.Sequential(*layers)

    def forward(self, images: Float[Tensor, "B h w"]) -> Float[Tensor, "B C g k"]:
        """Encode images of gray, 0 to 1."""
        return self.layers(images[:, None].contiguous(memory_format=torch.channels_last))


class GridPooling(nn.Module):
    """Makes one vector of a map: means of 2 by 2 places, side by side."""

    def forward(self, maps: Float[Tensor, "B C g k"]) -> Float[Tensor, "B F"]:
        """Pool, and lay flat: F is C g k / 4."""
        return nn.functional.avg_pool2d(maps, 2).flatten(1)
