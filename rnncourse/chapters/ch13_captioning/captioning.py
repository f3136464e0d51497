"""The captioner of letters that lab report 13 shows live: an LSTM that looks at places."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import cache, partial

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

from rnncourse.chapters.ch13_captioning.encoders import load_encoder
from rnncourse.data.glyphs import Glyphs, Letter, crop_fields, load_glyphs, vocabulary
from rnncourse.decoding.stepping import greedy
from rnncourse.models.captioner import Captioner, GridPooling, RegionEncoder, caption_loss
from rnncourse.training.fit import fit
from rnncourse.training.language import lr_factor

MAX_LENGTH = 8
"""Words that a caption may have; the longest has six, its end included."""
WARM_UP = 50
"""Updates until the learning rate is reached."""
N_FEATURES, N_REGIONS = 48, 100
"""Numbers for each place, and places of a letter's image."""
MAX_SHIFT = 3
"""Pixels by which a letter may lie off the middle, in each direction."""
B = 48
"""Images in a batch."""
UPDATES, RATE = 600, 16e-3
"""On the one encoder; the rate was the best of three, 0.004 to 0.016, on validation letters."""
TUNING_UPDATES, TUNING_RATE = 200, 3e-3
"""Of the encoder with the rest; tried once, on validation letters, not searched."""


def encode_captions(letters: Sequence[Letter]) -> Int[Tensor, "B T"]:
    """Turn letters into the numbers of their captions: with the stop word, and padding behind."""
    ids = {word: i for i, word in enumerate(vocabulary())}
    longest = max(len(letter.words) for letter in letters) + 1
    rows = [[*(ids[word] for word in letter.words), 2] for letter in letters]
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows])


def crop_centers(glyphs: Glyphs) -> Float[Tensor, "N 40 40"]:
    """Cut pictures to be scored, 0 to 1: at the middle size, a few pixels off the middle."""
    rng = np.random.default_rng(len(glyphs))
    tops, lefts = rng.integers(4 - MAX_SHIFT, 5 + MAX_SHIFT, (2, len(glyphs)))
    return torch.from_numpy(crop_fields(glyphs.images[:, 1], tops, lefts).astype(np.float32) / 255)


def augmented_crops(
    glyphs: Glyphs, rows: Int[np.ndarray, " B"], rng: np.random.Generator
) -> Float[Tensor, "B 40 40"]:
    """Cut pictures to train on: any size, off the middle, fainter, with noise."""
    sizes = rng.integers(0, 3, len(rows))
    tops, lefts = rng.integers(4 - MAX_SHIFT, 5 + MAX_SHIFT, (2, len(rows)))
    images = crop_fields(glyphs.images[rows, sizes], tops, lefts).astype(np.float32) / 255
    images *= rng.uniform(0.7, 1, (len(rows), 1, 1)).astype(np.float32)
    images += rng.normal(0, 0.05, images.shape).astype(np.float32)
    return torch.from_numpy(images)


def make_captioner() -> Captioner:
    """Make a captioner with new weights, an encoder's too."""
    settings = {"bos_id": 1, "eos_id": 2, "cell": "lstm", "score": "additive"}
    return Captioner(RegionEncoder(), N_FEATURES, len(vocabulary()), **settings)


def train_encoder(updates: int = 600) -> RegionEncoder:
    """Train the encoder to tell which words a caption has, in whatever order; then cut that off.

    p(word) = sigmoid(W [means of 2 by 2 places, side by side] + b)
    """
    torch.manual_seed(0)
    glyphs, rng = load_glyphs()["train"], np.random.default_rng(0)
    encoder, V = RegionEncoder(), len(vocabulary())
    words = nn.Linear(N_FEATURES * N_REGIONS // 4, V)
    model = nn.Sequential(encoder, GridPooling(), nn.Dropout(0.3), words).train()
    captions = encode_captions(glyphs.letters)
    has_word = torch.zeros(len(glyphs), V).scatter_(1, captions, 1.0)

    def compute_loss(update: int) -> Tensor:
        indices = rng.integers(0, len(glyphs), B)
        logits = model(augmented_crops(glyphs, indices, rng))[:, 3:]
        words = has_word[torch.from_numpy(indices), 3:]
        return nn.functional.binary_cross_entropy_with_logits(logits, words, reduction="sum") / B

    _fit_model(model, compute_loss, updates, 8e-3)
    return encoder.eval()


@cache
def encode_training_set() -> Float[Tensor, "N C g g"]:
    """Encode the training pictures, two varied copies of each, once for all."""
    glyphs, rng = load_glyphs()["train"], np.random.default_rng(0)
    batches = np.array_split(np.tile(np.arange(len(glyphs)), 2), 2 * len(glyphs) // 100)
    model = load_encoder()
    with torch.no_grad():
        return torch.cat([model(augmented_crops(glyphs, rows, rng)) for rows in batches])


def train_captioner(seed: int, updates: int = UPDATES, tuning: int = TUNING_UPDATES) -> Captioner:
    """Train a captioner on what the kept encoder has seen, and then its own copy of that, too.

    Args:
        seed: Of its first weights, of the batches and of dropout.
        updates: On the encoder as it is.
        tuning: With the encoder.
    """
    glyphs, maps = load_glyphs()["train"], encode_training_set()
    captions = encode_captions(glyphs.letters)

    def sample_maps(rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        indices = torch.from_numpy(rng.integers(0, len(maps), B))
        return maps[indices], captions[indices % len(captions)]

    def sample_images(rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        indices = rng.integers(0, len(glyphs), B)
        return augmented_crops(glyphs, indices, rng), captions[torch.from_numpy(indices)]

    torch.manual_seed(seed)
    model = make_captioner()
    model.encoder = nn.Identity()
    _fit_captions(model, seed, sample_maps, updates, RATE)
    model.encoder = deepcopy(load_encoder())
    torch.manual_seed(seed)
    _fit_captions(model, seed, sample_images, tuning, TUNING_RATE)
    return model


def _fit_captions(model: Captioner, seed: int, sample_batch, updates: int, rate: float) -> None:
    rng = np.random.default_rng(seed)

    def compute_loss(update: int) -> Tensor:
        images, words = sample_batch(rng)
        return caption_loss(model.teacher_forced(images, words)[0], words)

    _fit_model(model.train(), compute_loss, updates, rate)
    model.eval()


def _fit_model(model: nn.Module, loss: Callable[[int], Tensor], updates: int, rate: float) -> None:
    def schedule(optimizer: Optimizer) -> LambdaLR:
        return LambdaLR(optimizer, partial(lr_factor, updates=updates, warm_up=WARM_UP))

    fit(model.parameters(), loss, updates, rate, max_grad_norm=5.0, schedule=schedule)


@torch.no_grad()
def decode_captions(model: Captioner, images: Tensor) -> list[tuple[str, ...]]:
    """Write a caption for each image, always the likeliest word."""
    hypotheses = greedy(model, model.initial_state(images), len(images), max_length=MAX_LENGTH)
    return [tuple(vocabulary()[i] for i in h.ids) for h in hypotheses]


def exact_fraction(model: Captioner, part: str) -> float:
    """Return the share of a part of the letters that a captioner names without a mistake."""
    glyphs = load_glyphs()[part]
    pairs = zip(glyphs.letters, decode_captions(model, crop_centers(glyphs)), strict=True)
    return float(np.mean([letter.words == caption for letter, caption in pairs]))
