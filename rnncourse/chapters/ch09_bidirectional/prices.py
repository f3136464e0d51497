"""Prices: the sign of the next change, told with and without the days that come after."""

import csv
import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from rnncourse.training.fit import fit

PINNED_SHA256 = "ef6f3bf1a64d5c6c5de702ef154c3fae78fe9df83882ab6bb9c6638bec3cdf47"
FOLDER = Path(importlib.util.find_spec("matplotlib").origin).parent / "mpl-data"
WINDOW = 32
SIZES = {"forward": 18, "both": 12}
"""Units of a direction, for as many parameters."""
RATES = (1e-3, 3e-3)  # where the search of a learning rate begins
RATE_FACTOR = 3.0  # by what it goes on beyond an edge
UPDATES, B = 200, 32
TRAINING_FRACTION = 0.75
"""The share of each series that is trained on: the first months. The rest is the test."""


def read_prices() -> dict[str, Float[np.ndarray, " N"]]:
    """Return monthly prices by name: Matplotlib's sample file, months without a price left out.

    Raises:
        ValueError: If the file is another one.
    """
    path = FOLDER / "sample_data" / "Stocks.csv"
    data = path.read_bytes().replace(b"\r\n", b"\n")
    if hashlib.sha256(data).hexdigest() != PINNED_SHA256:
        raise ValueError("Stocks.csv is another one. Try: the Matplotlib of constraints.txt.")
    lines = [row for row in data.decode().splitlines() if row and not row.startswith("#")]
    names, *rows = csv.reader(lines)
    months = [row for row in rows if row[0].endswith("-01")]
    series = {
        name: np.array([float(row[j]) for row in months if row[j]])
        for j, name in enumerate(names)
        if j
    }
    return {name: prices for name, prices in series.items() if len(prices) > 4 * WINDOW}


def month_windows(
    part: int, shares: tuple[float, float] = (TRAINING_FRACTION, 1.0)
) -> Float[Tensor, "T B"]:
    """Return windows of monthly changes, `WINDOW + 1` long, in units of the training's spread.

    The first `WINDOW` changes of a window are read, each to tell the sign of the one after it. No
    window reaches into another part.

    Args:
        part: 0 to train on, 1 to score.
        shares: Of each series: where what is trained on ends, and where what is scored does.
    """
    changes = [np.diff(np.log(prices)) for prices in read_prices().values()]
    cuts = [[0, *(int(share * len(x)) for share in shares)] for x in changes]
    spread = np.std(np.concatenate([x[: c[1]] for x, c in zip(changes, cuts, strict=True)]))
    scaled = [x[c[part] : c[part + 1]] / spread for x, c in zip(changes, cuts, strict=True)]
    windows = [x[i : i + WINDOW + 1] for x in scaled for i in range(len(x) - WINDOW)]
    return torch.tensor(np.stack(windows, 1), dtype=torch.float32)


class DirectionClassifier(nn.Module):
    """Changes to the log-odds that the next one is a rise."""

    def __init__(self, direction: str):
        super().__init__()
        is_bidirectional = direction == "both"
        self.recurrent = nn.GRU(1, SIZES[direction], bidirectional=is_bidirectional)
        self.log_odds = nn.Linear((1 + is_bidirectional) * SIZES[direction], 1)

    def forward(self, xs: Float[Tensor, "T B"]) -> Float[Tensor, "T B"]:
        """Read all changes of a window."""
        return self.log_odds(self.recurrent(xs[..., None])[0])[..., 0]


def train_direction_classifier(
    direction: str, seed: int, rate: float, series: Tensor | None = None
) -> DirectionClassifier:
    """Train on windows drawn at random; every position of a window counts.

    Args:
        direction: `"forward"` or `"both"`.
        seed: Of weights and draws.
        rate: Adam's.
        series: The windows; by default those of the training.
    """
    series = month_windows(0) if series is None else series
    torch.manual_seed(seed)
    model = DirectionClassifier(direction)

    def compute_loss(_: int) -> Tensor:
        batch = series[:, torch.randint(series.shape[1], (B,))]
        rises = (batch[1:] > 0).float()
        return nn.functional.binary_cross_entropy_with_logits(model(batch[:-1]), rises)

    fit(model.parameters(), compute_loss, UPDATES, rate)
    return model.eval()


@torch.no_grad()
def rise_nll(model: Callable[[Tensor], Tensor], series: Float[Tensor, "T B"]) -> float:
    """Return the mean negative log-likelihood of rises and falls, in nats.

    Args:
        model: Tells the log-odds of a rise.
        series: The windows.
    """
    rises = (series[1:] > 0).float()
    log_odds = model(series[:-1])
    return float(nn.functional.binary_cross_entropy_with_logits(log_odds, rises))


@torch.no_grad()
def accuracy_by_position(
    model: Callable[[Tensor], Tensor], series: Float[Tensor, "T B"]
) -> Float[np.ndarray, " windowed"]:
    """Return the share of signs that are right, at each position of the window."""
    return ((model(series[:-1]) > 0) == (series[1:] > 0)).float().mean(1).numpy()
