"""What chapter 13 trains: captioners of letters, with the image entering in four ways."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.chapters.ch13_captioning.encoders import encoder
from rnncourse.data.glyphs import Glyphs, Letter, cut, load_glyphs, vocabulary
from rnncourse.decoding.stepping import greedy
from rnncourse.models.captioner import Captioner, Pooled, RegionEncoder, caption_loss
from rnncourse.training.fit import fit

MAX_LENGTH = 8
"""Words that a caption may have; the longest has six, its end included."""
WARM = 50
"""Updates until the learning rate is reached."""
FEATURES, REGIONS = 48, 100
"""Numbers for each place, and places of a letter's image."""
SHIFT = 3
"""Pixels by which a letter may lie off the middle, in each direction."""


@dataclass(frozen=True)
class Kind:
    """A captioner and its training.

    Args:
        image: How the image enters: `"each"`, `"first"`, `"merge"` or `"attention"`.
        rate: The highest learning rate.
        updates: How many.
        spread: Weight of the doubly stochastic penalty.
        B: Images in a batch.
        cell: `"rnn"` or `"lstm"`.
        score: Of attention: `"product"` or `"additive"`.
    """

    image: str = "attention"
    rate: float = 8e-3
    updates: int = 1000
    spread: float = 0.0
    B: int = 48
    cell: str = "rnn"
    score: str = "product"


def ids(captions: Sequence[Sequence[str]], known: Sequence[str]) -> Int[Tensor, "B T"]:
    """Turn captions into numbers: each with the stop word, and padding behind."""
    encoder = {word: i for i, word in enumerate(known)}
    longest = max(map(len, captions)) + 1
    rows = [[*(encoder[word] for word in caption), 2] for caption in captions]
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows])


def captions_of(letters: Sequence[Letter]) -> Int[Tensor, "B T"]:
    """Turn letters into the numbers of their captions."""
    return ids([letter.words for letter in letters], vocabulary())


def still(part: Glyphs, shift: int = SHIFT) -> tuple[Float[Tensor, "N 40 40"], np.ndarray]:
    """Cut pictures to be scored, at the middle size, each a few pixels off the middle.

    Args:
        part: The letters.
        shift: Pixels by which one may lie off the middle, in each direction; beyond its field
            there is no ink.

    Returns:
        The images, from 0 to 1, and where base and mark have ink, `N 2 40 40`.
    """
    rng, more = np.random.default_rng(len(part)), max(0, shift - 4)
    middle, around = 4 + more, [(0, 0), (more, more), (more, more)]
    down, right = rng.integers(middle - shift, middle + 1 + shift, (2, len(part)))

    def taken(fields: np.ndarray) -> np.ndarray:
        return cut(np.pad(fields, around), down, right)

    images = taken(part.images[:, 1]).astype(np.float32) / 255
    regions = [taken(part.regions[:, k]) for k in (0, 1)]
    return torch.from_numpy(images), np.stack(regions, 1)


def varied(
    part: Glyphs, rows: Int[np.ndarray, " B"], rng: np.random.Generator
) -> Float[Tensor, "B 40 40"]:
    """Cut pictures to train on: any size, off the middle, fainter, with noise."""
    B = len(rows)
    size = rng.integers(0, 3, B)
    down, right = rng.integers(4 - SHIFT, 5 + SHIFT, (2, B))
    images = cut(part.images[rows, size], down, right).astype(np.float32) / 255
    images *= rng.uniform(0.7, 1, (B, 1, 1)).astype(np.float32)
    images += rng.normal(0, 0.05, images.shape).astype(np.float32)
    return torch.from_numpy(images)


def make(kind: Kind) -> Captioner:
    """Make a captioner with new weights, an encoder's too."""
    attends = kind.image == "attention"
    encoder = RegionEncoder() if attends else nn.Sequential(RegionEncoder(), Pooled())
    C, V = FEATURES if attends else FEATURES * REGIONS // 4, len(vocabulary())
    way = {"image": kind.image, "cell": kind.cell, "score": kind.score}
    return Captioner(encoder, C, V, start=1, stop=2, **way)


def up_and_down(updates: int):
    """Return a schedule: a rise over the first updates, then half a wave down to nearly 0."""

    def share(update: int) -> float:
        wave = 0.5 * (1 + math.cos(math.pi * update / updates))
        return min(1.0, (update + 1) / WARM) * (0.02 + 0.98 * wave)

    return lambda optimizer: torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def trained_encoder(seed: int = 0, updates: int = 600) -> RegionEncoder:
    """Train the encoder to tell which words a caption has, in whatever order; then cut that off.

    p(word) = sigmoid(W [means of 2 by 2 places, side by side] + b)
    """
    torch.manual_seed(seed)
    part, rng = load_glyphs()["train"], np.random.default_rng(seed)
    encoder, V = RegionEncoder(), len(vocabulary())
    words = nn.Linear(FEATURES * REGIONS // 4, V)
    model = nn.Sequential(encoder, Pooled(), nn.Dropout(0.3), words).train()
    captions = captions_of(part.letters)
    there = torch.zeros(len(part), V).scatter_(1, captions, 1.0)

    def loss(update: int) -> Tensor:
        rows = rng.integers(0, len(part), 48)
        logits = model(varied(part, rows, rng))[:, 3:]
        words = there[torch.from_numpy(rows), 3:]
        return nn.functional.binary_cross_entropy_with_logits(logits, words, reduction="sum") / 48

    fit(model.parameters(), loss, updates, 8e-3, clip=5.0, schedule=up_and_down(updates))
    return encoder.eval()


@cache
def seen(seed: int = 0, copies: int = 2) -> Float[Tensor, "N C g g"]:
    """Encode the training pictures, some varied copies of each, once for all."""
    part, rng = load_glyphs()["train"], np.random.default_rng(seed)
    some = np.array_split(np.tile(np.arange(len(part)), copies), copies * len(part) // 100)
    model = encoder()
    with torch.no_grad():
        return torch.cat([model(varied(part, rows, rng)) for rows in some])


def train(model: Captioner, kind: Kind, seed: int, maps: Tensor, captions: Tensor, report=None):
    """Train all of a captioner but its encoder, on what the encoder has made of images."""
    rng, whole = np.random.default_rng(seed), model.encoder
    model.encoder = nn.Identity()
    if model.image != "attention":
        maps = Pooled()(maps)

    def loss(update: int) -> Tensor:
        rows = torch.from_numpy(rng.integers(0, len(maps), kind.B))
        words = captions[rows % len(captions)]
        logits, weights = model.teacher_forced(maps[rows], words)
        return caption_loss(logits, words, weights, kind.spread)

    parts, way = list(model.train().parameters()), up_and_down(kind.updates)
    fit(parts, loss, kind.updates, kind.rate, clip=5.0, schedule=way, report=report)
    model.encoder = whole
    return model.eval()


def fitted(kind: Kind, seed: int, report=None) -> Captioner:
    """Train a captioner of letters; all have the same encoder.

    Args:
        kind: Which.
        seed: Of its first weights, and of the batches.
        report: Told the number of every update of the captioner, and its loss.
    """
    maps, captions = seen(), captions_of(load_glyphs()["train"].letters)
    torch.manual_seed(seed)
    model = make(kind)
    if kind.image == "attention":
        model.encoder = encoder()
    else:
        model.encoder[0] = encoder()
    return train(model, kind, seed, maps, captions, report)


@torch.no_grad()
def written(
    model: Captioner,
    images: Tensor,
    known: Sequence[str] | None = None,
    max_length: int = MAX_LENGTH,
):
    """Write a caption for each image, always the likeliest word."""
    known = vocabulary() if known is None else known
    found = greedy(model, model.begin(images), len(images), max_length=max_length)
    return [tuple(known[i] for i in one.ids) for one in found]


def accuracies(letters: Sequence[Letter], captions: Sequence[Sequence[str]]) -> dict[str, float]:
    """Score captions: exact; and letter (case and base) and mark, each as a whole.

    Returns:
        Shares from 0 to 1; `mark` over the letters that have one.
    """
    found = {"exact": [], "base": [], "mark": []}
    for letter, caption in zip(letters, captions, strict=True):
        caption = tuple(caption)
        found["exact"].append(caption == letter.words)
        found["base"].append(caption[:2] == letter.words[:2])
        if letter.mark:
            found["mark"].append(caption[2:] == letter.words[2:])
    return {key: float(np.mean(values)) for key, values in found.items()}


def scores(model: Captioner, part: str) -> dict[str, float]:
    """Score what a captioner writes about a part of the letters."""
    some = load_glyphs()[part]
    return accuracies(some.letters, written(model, still(some)[0]))
