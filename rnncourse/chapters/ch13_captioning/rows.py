"""Captioners that write about rows of two letters, and looks at bases that may stand anywhere."""

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn

from rnncourse.chapters.ch13_captioning.captioning import Kind, ids, up_and_down, written
from rnncourse.chapters.ch13_captioning.pointing import Attended
from rnncourse.data.glyph_rows import Rows, draw_rows
from rnncourse.data.glyphs import load_glyphs, on_grid, vocabulary
from rnncourse.models.captioner import Captioner, caption_loss
from rnncourse.training.fit import fit

LEARNT, SCORED = 1500, 200
"""Rows to learn from, and to score."""
MAX_LENGTH = 13
"""Words that a caption of a row may have, its end included."""


def drawn(part: str, count: int, seed: int = 0, noise: float = 0.0) -> Rows:
    """Draw rows of a part of the letters."""
    return draw_rows(load_glyphs()[part], count, np.random.default_rng(seed), noise)


def row_captions(rows: Rows) -> Int[Tensor, "N T"]:
    """Turn captions of rows into numbers."""
    return ids(rows.captions, vocabulary())


@torch.no_grad()
def encoded(encoder: nn.Module, rows: Rows) -> Tensor:
    """Encode rows, a few at a time."""
    return torch.cat([encoder(some) for some in torch.from_numpy(rows.images).split(50)])


def train_on(model: Captioner, kind: Kind, seed: int, maps: Tensor, captions: Tensor) -> Captioner:
    """Train a captioner further, on rows that its encoder has seen; the encoder stays as it is."""
    rng, whole = np.random.default_rng(seed), model.encoder
    model.encoder = nn.Identity()
    torch.manual_seed(seed)

    def loss(update: int) -> Tensor:
        some = torch.from_numpy(rng.integers(0, len(maps), kind.B))
        logits, weights = model.teacher_forced(maps[some], captions[some])
        return caption_loss(logits, captions[some], weights, kind.spread)

    parts, way = list(model.train().parameters()), up_and_down(kind.updates)
    fit(parts, loss, kind.updates, kind.rate, clip=5.0, schedule=way)
    model.encoder = whole
    return model.eval()


def exact(model: Captioner, rows: Rows) -> float:
    """Return the share of rows whose whole caption is written rightly."""
    found = written(model, torch.from_numpy(rows.images), max_length=MAX_LENGTH)
    return float(np.mean([one == right for one, right in zip(found, rows.captions, strict=True)]))


@torch.no_grad()
def attention_on_rows(model: Captioner, rows: Rows) -> list[Attended]:
    """Look at rows, while the captions are told.

    A word's name says whether it is about the first letter or the second, so that the best fixed
    place may differ between them.
    """
    _, weights = model.teacher_forced(torch.from_numpy(rows.images), row_captions(rows))
    places, found = on_grid(rows.regions), []
    for n, caption in enumerate(rows.captions):
        ink = places[n].any((0, 1))
        for t, k, part in rows.where(n):
            truth = places[n, k, part]
            if truth.any():
                attended = weights[n, t].numpy()
                found.append(Attended(f"{caption[t]} {k}", part, attended, truth, ink))
    return found
