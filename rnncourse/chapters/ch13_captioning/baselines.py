"""What needs no words one by one: the most frequent caption, the nearest picture, a classifier."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from rnncourse.chapters.ch13_captioning.captioning import (
    accuracies,
    encoder,
    seen,
    still,
    up_and_down,
)
from rnncourse.data.glyphs import Glyphs, cut, load_glyphs
from rnncourse.models.captioner import Pooled
from rnncourse.training.fit import fit

Captions = list[tuple[str, ...]]
SEED, UPDATES, RATE, B = 0, 800, 8e-3, 48
"""Of the classifier; as many updates as a captioner makes. Its rate was not searched."""


def most_frequent(train: Glyphs, some: Glyphs) -> Captions:
    """Give every picture the caption that is most frequent in training, the first among equals."""
    ((caption, _),) = Counter(letter.words for letter in train.letters).most_common(1)
    return [caption] * len(some)


def nearest(train: Glyphs, some: Glyphs) -> Captions:
    """Give every picture the caption of the training picture with the least squared difference.

    The training pictures stand at the middle size, at nine places each: 2 pixels up, down, ...
    """
    images = still(some)[0].numpy().reshape(len(some), -1)
    best, whose = np.full(len(some), np.inf), np.zeros(len(some), int)
    for down in (2, 4, 6):
        for right in (2, 4, 6):
            at = [np.full(len(train), place) for place in (down, right)]
            known = cut(train.images[:, 1], *at).reshape(len(train), -1).astype(np.float32) / 255
            far = (known**2).sum(1) - 2 * images @ known.T
            found = far.argmin(1)
            least = far[np.arange(len(some)), found]
            whose = np.where(least < best, found, whose)
            best = np.minimum(best, least)
    return [train.letters[i].words for i in whose]


def classified(train: Glyphs, some: Glyphs) -> Captions:
    """Give every picture the likeliest of the training captions, each of which is a class."""
    return classify(classifier(train), train, some)


def classes(train: Glyphs) -> list[tuple[str, ...]]:
    """List the captions of the training."""
    return sorted({letter.words for letter in train.letters})


def classifier(train: Glyphs) -> nn.Module:
    """Train a linear classifier whose classes are whole captions, on what the encoder has seen."""
    known = {caption: i for i, caption in enumerate(classes(train))}
    maps = Pooled()(seen())
    torch.manual_seed(SEED)
    last = nn.Linear(maps.shape[1], len(known))
    labels = torch.tensor([known[letter.words] for letter in train.letters])
    rng = np.random.default_rng(SEED)

    def loss(update: int) -> torch.Tensor:
        rows = torch.from_numpy(rng.integers(0, len(maps), B))
        return nn.functional.cross_entropy(last(maps[rows]), labels[rows % len(labels)])

    fit(last.parameters(), loss, UPDATES, RATE, clip=5.0, schedule=up_and_down(UPDATES))
    return nn.Sequential(encoder(), Pooled(), last).eval()


@torch.no_grad()
def classify(model: nn.Module, train: Glyphs, some: Glyphs) -> Captions:
    """Give every picture the likeliest class."""
    known = classes(train)
    return [known[i] for i in model(still(some)[0]).argmax(1).tolist()]


WRITERS: dict[str, Callable[[Glyphs, Glyphs], Captions]] = {
    "frequent": most_frequent,
    "nearest": nearest,
    "classifier": classified,
}


def score(
    write: Callable[[Glyphs, Glyphs], Captions], parts: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Score a baseline on parts of the letters."""
    data = load_glyphs()
    train = data["train"]
    some = [data[part] for part in parts]
    together = [write(train, one) for one in some] if write is not classified else None
    if together is None:
        model = classifier(train)
        together = [classify(model, train, one) for one in some]
    found = zip(parts, some, together, strict=True)
    return {part: accuracies(one.letters, captions) for part, one, captions in found}
