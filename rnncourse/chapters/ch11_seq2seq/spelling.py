"""The lesson's two networks, which say English words, and the loop that trains them."""

import torch
from torch import Tensor, nn

from rnncourse.analysis.pronouncing import batches
from rnncourse.data.pronunciations import BEGIN, LETTERS, PAD, SOUNDS, Words, load_pronunciations
from rnncourse.models.decoder import shift_right
from rnncourse.training.fit import fit, one_cycle_schedule

UPDATES, B, RATE = 2000, 64, 0.004
COMMONEST = {
    "'": "", "a": "AH", "b": "B", "c": "K", "d": "D", "e": "", "f": "F", "g": "G", "h": "",
    "i": "IH", "j": "JH", "k": "K", "l": "L", "m": "M", "n": "N", "o": "OW", "p": "P",
    "q": "K W", "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V", "w": "W", "x": "K S",
    "y": "IY", "z": "Z",
}  # fmt: skip
"""What each letter says most often, by `Alignment` of the training words; a test compares."""


class PronouncingEncoder(nn.Module):
    """Reads letters, and returns its last state, `1 B H`.

    Args:
        H: Units.
        E: Numbers of a letter.
        reverse: Whether it reads from the last letter to the first.
    """

    def __init__(self, H: int = 128, E: int = 64, reverse: bool = False):
        super().__init__()
        self.embedding = nn.Embedding(len(LETTERS), E)
        self.cell = nn.GRU(E, H)
        self.reverse = reverse

    def forward(self, source: Tensor) -> Tensor:
        """Read `S B` letters."""
        _, last_state = self.cell(self.embedding(source.flip(0) if self.reverse else source))
        return last_state


class PronouncingDecoder(nn.Module):
    """From sounds before, `T B`, and a state to logits of the next ones, and the state.

    Args:
        H: Units.
        E: Numbers of a sound.
    """

    def __init__(self, H: int = 128, E: int = 64):
        super().__init__()
        self.embedding = nn.Embedding(len(SOUNDS), E)
        self.cell = nn.GRU(E, H)
        self.logits = nn.Linear(H, len(SOUNDS))

    def forward(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Hear `T B` sounds, one after the other."""
        states, state = self.cell(self.embedding(inputs), state)
        return self.logits(states), state


def compute_loss(
    encoder: PronouncingEncoder, decoder: PronouncingDecoder, source: Tensor, target: Tensor
) -> Tensor:
    """Return the mean of -ln p(y_i | y_1 ... y_(i-1), x) over the real symbols of a batch."""
    logits, _ = decoder(shift_right(target, BEGIN), encoder(source))
    return nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=PAD)


def train_pronouncer(
    seed: int,
    reverse: bool = False,
    H: int = 128,
    updates: int = UPDATES,
    rate: float = RATE,
    words: Words | None = None,
) -> tuple[PronouncingEncoder, PronouncingDecoder]:
    """Train as the page does.

    Args:
        seed: Of weights and order.
        reverse: Whether the encoder reads from the end.
        H: Units of each network.
        updates: How many, each on 64 words.
        rate: The highest of one cycle.
        words: What to train on; by default the dictionary's.
    """
    torch.manual_seed(seed)
    encoder, decoder = PronouncingEncoder(H, reverse=reverse), PronouncingDecoder(H)
    weights = [*encoder.parameters(), *decoder.parameters()]
    stream = batches(load_pronunciations().train if words is None else words, B, seed)
    loss = lambda update: compute_loss(encoder, decoder, *next(stream))  # noqa: E731
    fit(weights, loss, updates, rate, schedule=one_cycle_schedule(rate, updates))
    return encoder, decoder
