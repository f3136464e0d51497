"""The lesson's networks, which say English words and may look back, and the loop that trains them.

Letters are `S B`, sounds `T B`, states `S B H` or `T B H`, weights `T B S`.
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.analysis.pronouncing import batches, encode_word
from rnncourse.data.pronunciations import (
    BEGIN,
    LETTERS,
    PAD,
    SOUNDS,
    Pronunciation,
    Words,
    load_pronunciations,
)
from rnncourse.models.attention import Attended, AttentionDecoder
from rnncourse.models.decoder import shift_right
from rnncourse.models.graphones import Alignment
from rnncourse.training.fit import fit, one_cycle_schedule

UPDATES, B, RATE = 1500, 64, 0.004


class LetterEncoder(nn.Module):
    """Reads letters, and returns a state for each, `S B H`, and the decoder's first, `1 B H`.

    Args:
        H: Numbers of a state.
        num_layers: Of cells above each other; half of a state reads from the start, half from the
            end.
    """

    def __init__(self, H: int, num_layers: int):
        super().__init__()
        self.embedding = nn.Embedding(len(LETTERS), 64)
        self.cell = nn.GRU(64, H // 2, num_layers, bidirectional=True)

    def forward(self, source: Int[Tensor, "S B"]) -> tuple[Tensor, Tensor]:
        """Read `S B` letters."""
        states, last_state = self.cell(self.embedding(source))
        return states, torch.cat(list(last_state[-2:]), -1)[None]


class AdditiveAttention(nn.Module):
    """Additive attention: e_ij = v . tanh(s_i W + h_j U), with as many inner units as states."""

    def __init__(self, H: int):
        super().__init__()
        self.query, self.key = nn.Linear(H, H, bias=False), nn.Linear(H, H, bias=False)
        self.score = nn.Linear(H, 1, bias=False)

    def forward(self, queries: Tensor, states: Tensor, mask: Tensor | None = None) -> Attended:
        """Look up each query among the states, as `rnncourse.models.attention.attend`."""
        inner = self.query(queries)[:, None] + self.key(states)[None]  # T S B H
        scores = self.score(torch.tanh(inner))[..., 0].transpose(1, 2)
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        weights = scores.softmax(-1)
        return torch.einsum("tbs,sbh->tbh", weights, states), weights


def attend_over_sounds(queries: Tensor, states: Tensor, mask: Tensor | None = None) -> Attended:
    """Take the softmax over the wrong axis: the sounds of a word compete for a letter."""
    scores = torch.einsum("tbh,sbh->tbs", queries, states)
    weights = (scores / states.shape[-1] ** 0.5).softmax(0)
    return torch.einsum("tbs,sbh->tbh", weights, states), weights


class AttentionPronouncer(nn.Module):
    """An encoder and a decoder that looks at its states.

    Args:
        attends: Whether it may choose among the states; else it sees the last alone, whose weight
            is then 1: one vector, with the same parameters.
        H: Numbers of a state.
        score: `"dot"`, `"additive"`, or `"over sounds"`, which is a mistake.
        num_layers: Of the encoder.
    """

    def __init__(self, attends: bool = True, H: int = 128, score: str = "dot", num_layers: int = 1):
        super().__init__()
        self.encoder = LetterEncoder(H, num_layers=num_layers)
        self.decoder = AttentionDecoder(len(SOUNDS), H, 64)
        self.attends = attends
        if score == "additive":
            self.decoder.attend = AdditiveAttention(H)
        elif score == "over sounds":
            self.decoder.attend = attend_over_sounds

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """Return the states that may be seen, and the decoder's first."""
        states, last_state = self.encoder(source)
        return states if self.attends else last_state, last_state

    def forward(
        self, source: Tensor, inputs: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return logits `T B V` and weights `T B S` when the decoder reads these inputs."""
        states, first_state = self.encode(source)
        logits, _, weights = self.decoder(inputs, first_state, states, mask=mask)
        return logits, weights


def as_encoder_decoder(network: AttentionPronouncer) -> tuple[Callable, Callable]:
    """Return an encoder and a decoder for `rnncourse.analysis.pronouncing`.

    What is handed over there is one tensor: the decoder's state, and behind it what may be seen.
    """

    def encode(source):
        states, first_state = network.encode(source)
        return torch.cat([first_state, states])

    def decode(inputs, context):
        logits, state, _ = network.decoder(inputs, context[:1], context[1:])
        return logits, torch.cat([state, context[1:]])

    return encode, decode


def sound_ids(sounds: str | Sequence[str]) -> Int[Tensor, "T 1"]:
    """Return what a decoder hears while it is told sounds: `BEGIN`, and the sounds as a column.

    Args:
        sounds: Names of sounds, or a text of them with blanks between.

    Raises:
        ValueError: One is no sound of the dictionary.

    >>> sound_ids("AA B").tolist()
    [[1], [3], [9]]
    """
    names = sounds.split() if isinstance(sounds, str) else list(sounds)
    if wrong := [name for name in names if name not in SOUNDS[BEGIN + 2 :]]:
        raise ValueError(f"{wrong[0]!r} is no sound. Try one of: {' '.join(SOUNDS[BEGIN + 2 :])}.")
    return torch.tensor([BEGIN, *map(SOUNDS.index, names)])[:, None]


@torch.no_grad()
def attention_weights(
    network: AttentionPronouncer, word: str, sounds: str | Sequence[str]
) -> Float[Tensor, "T S"]:
    """Return where it looks while it is told the sounds: a row for each, and one for the end."""
    return network(encode_word(word), sound_ids(sounds))[1][:, 0]


def compute_loss(
    network: AttentionPronouncer, source: Tensor, target: Tensor, smoothing: float = 0.0
) -> Tensor:
    """Return the mean of -ln p(y_i | y_1 ... y_(i-1), x) over the real symbols of a batch.

    Args:
        network: Is told the sounds.
        source: Letters `S B`.
        target: Sounds `T B`, with the end behind them and then padding.
        smoothing: What part of the goal all symbols share.
    """
    logits, _ = network(source, shift_right(target, BEGIN))
    return nn.functional.cross_entropy(
        logits.flatten(0, 1), target.flatten(), ignore_index=PAD, label_smoothing=smoothing
    )


def train_pronouncer(
    network: AttentionPronouncer,
    seed: int,
    updates: int = UPDATES,
    words: Words | None = None,
    watch: Callable[[int, AttentionPronouncer], object] | None = None,
    rate: float = RATE,
) -> AttentionPronouncer:
    """Train a network as the page does.

    Args:
        network: With its first weights.
        seed: Of the order of the words.
        updates: How many, each on 64 words.
        words: What to train on; by default the dictionary's.
        watch: Is called with the number of each update, and the network.
        rate: Adam's at its highest.
    """
    stream = batches(load_pronunciations().train if words is None else words, B, seed)
    fit(
        network.parameters(),
        lambda update: compute_loss(network, *next(stream)),
        updates,
        rate,
        schedule=one_cycle_schedule(rate, updates),
        report=watch and (lambda update, loss: watch(update, network)),
    )
    return network


# --- A second opinion, and one that knows nothing ---

ALIGN_EVERY, N_ROUNDS = 10, 8
"""The aligner learns from each tenth pronunciation; a test compares it with one that had all."""


def learn_alignment(words: Words) -> Alignment:
    """Learn which letter says what, by EM, from a tenth of the pronunciations of some words."""
    pairs = [(word, sounds) for word, pronunciations in words.items() for sounds in pronunciations]
    return Alignment(N_ROUNDS).fit(pairs[::ALIGN_EVERY])


def align_letters(word: str, pieces: Sequence[Pronunciation]) -> list[int]:
    """Return for each sound the place of the letter that says it; of a double letter the first.

    Args:
        word: The letters.
        pieces: What each of them says.

    >>> align_letters("tall", [("T",), ("AO",), (), ("L",)])
    [0, 1, 2]
    """
    letters: list[int] = []
    for i, piece in enumerate(pieces):
        is_double = piece and i and word[i - 1] == word[i] and not pieces[i - 1]
        letters += [i - 1 if is_double else i] * len(piece)
    return letters


def diagonal_letters(word: str, sounds: Sequence[str]) -> list[int]:
    """Return for each sound the letter at the same share of the way.

    >>> diagonal_letters("tough", ["T", "AH", "F"])
    [0, 2, 4]
    """
    steps = max(1, len(sounds) - 1)
    return [round(i * (len(word) - 1) / steps) for i in range(len(sounds))]
