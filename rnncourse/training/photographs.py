"""Training the captioner on photographs, in runs that go on where they were stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn

from rnncourse.data.flickr8k import Photographs, load_image
from rnncourse.models.captioner import Captioner, caption_loss
from rnncourse.training.checkpoint import Checkpoint
from rnncourse.training.fit import fit

Report = Callable[[int, float], object]


@dataclass(frozen=True)
class Settings:
    """How a captioner is trained on photographs.

    Args:
        updates: How many.
        B: Captions in a batch.
        learning_rate: Adam's.
        spread: Weight of the doubly stochastic penalty.
        seed: Of first weights and batches.
        every: After how many updates the run is kept.
    """

    updates: int = 20_000
    B: int = 64
    learning_rate: float = 1e-3
    spread: float = 0.0
    seed: int = 0
    every: int = 200


@torch.no_grad()
def encode(
    encoder: nn.Module,
    photographs: Photographs,
    folder: Path,
    path: Path,
    side: int = 224,
    report: Report | None = None,
) -> None:
    """Write what an encoder makes of each image into an array of features.

    Args:
        encoder: From images `B 3 side side`, 0 to 1, to `B C`, `B K C` or a map `B C g k`; any
            module. What it wants of its input (means, spreads), it does itself.
        photographs: The images.
        folder: Where they are.
        path: The `.npy` file to write.
        side: Pixels.
        report: Told how many images are done, and 0.
    """
    array, encoder = None, encoder.eval()
    for row, name in enumerate(photographs.names):
        found = encoder(torch.from_numpy(load_image(folder, name, side))[None])[0]
        found = (found.flatten(1).T if found.ndim == 3 else found).numpy()
        if array is None:
            shape = (len(photographs.names), *found.shape)
            array = np.lib.format.open_memmap(path, "w+", np.float32, shape)
        array[row] = found
        if report:
            report(row + 1, 0.0)


def batch(
    photographs: Photographs,
    features: np.ndarray,
    rows: list[int],
    rng: np.random.Generator,
    B: int,
) -> tuple[Tensor, Int[Tensor, "B T"]]:
    """Draw images, and one caption of each, padded."""
    some = rng.choice(rows, B)
    told = [photographs.captions[i][rng.integers(len(photographs.captions[i]))] for i in some]
    ids = [photographs.ids(caption) for caption in told]
    longest = max(map(len, ids))
    padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
    return torch.from_numpy(np.array(features[some], np.float32)), padded


def train(
    photographs: Photographs,
    features: np.ndarray,
    settings: Settings,
    image: str = "attention",
    cell: str = "lstm",
    score: str = "additive",
    H: int = 256,
    folder: Path | None = None,
    report: Report | None = None,
) -> Captioner:
    """Train a captioner on features of photographs.

    Batches depend on the seed and the number of the update alone, and the generator of dropout is
    kept: a run that was killed and started again ends where one that was not ends.

    Args:
        photographs: Images and captions.
        features: A row for each image: `N F` or `N K C`.
        settings: How.
        image: How the image enters; see `Captioner`.
        cell: `"rnn"` or `"lstm"`.
        score: Of attention: `"product"` or `"additive"`.
        H: Size of the state.
        folder: Where the run is kept; None: nowhere.
        report: Told the number of each update, and its loss.
    """
    torch.manual_seed(settings.seed)
    C, V = features.shape[-1], len(photographs.words)
    way = {"image": image, "cell": cell, "score": score}
    model = Captioner(nn.Identity(), C, V, start=1, stop=2, H=H, E=H, **way)
    rows = photographs.rows("train")

    def loss(update: int) -> Tensor:
        rng = np.random.default_rng([settings.seed, update])
        seen, told = batch(photographs, features, rows, rng, settings.B)
        logits, weights = model.teacher_forced(seen, told)
        return caption_loss(logits, told, weights, settings.spread)

    model.train()
    kept = Checkpoint(folder / "run.pt", settings.every) if folder else None
    parts, rate = list(model.parameters()), settings.learning_rate
    fit(parts, loss, settings.updates, rate, clip=5.0, checkpoint=kept, report=report)
    return model.eval()
