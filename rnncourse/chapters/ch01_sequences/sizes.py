"""Does a network take inputs of one size only, and each as if it were the only one?

A window of eight frames, which is a convolution in time, on the clips of a moving digit. It is
trained on clips of twelve frames, and so is a state, for comparison. Claim B1.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from rnncourse.chapters.ch01_sequences.tasks import MODELS, PINS, SETTINGS, clip_task
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming
from rnncourse.data import clips
from rnncourse.models.sequence import SequenceModel, Task
from rnncourse.training.sequence import accuracy, train

TRAINED = 12
"""Frames of the clips for training."""
LENGTHS = (4, 12, 120)
"""Frames of the clips for testing: shorter than the window, as trained, and ten times it."""
FRAMES = 3600
"""Frames in the test at every length, so that no length is measured more exactly."""
WINDOW = 8


def moving(seed: int, T: int, B: int, part: str = "test") -> Task:
    """Draw clips of digits: the images of one part, in one division of them.

    Args:
        seed: Of the division, the movements and the noise.
        T: Frames of a clip.
        B: How many clips.
        part: `"train"` or `"test"`.
    """
    images = getattr(clips.load_digit_images(seed), part)
    rng = np.random.default_rng([seed, T, part == "train"])
    return clip_task(clips.clip_batch(rng, images, B, T))


def fit_reader(cell: str | int, seed: int) -> SequenceModel:
    """Train a network on 1,500 clips of twelve frames, as the chapter does."""
    fitted = moving(seed, TRAINED, 1500, "train")
    return train(lambda: MODELS["clip"](cell=cell), fitted, replace(SETTINGS["clip"], seed=seed))


def by_length(model: nn.Module, seed: int) -> list[float]:
    """Return the share of right directions in clips of each of the `LENGTHS`."""
    return [accuracy(model, moving(seed, T, FRAMES // T)) for T in LENGTHS]


@torch.no_grad()
def dependence(model: nn.Module, seed: int) -> float:
    """Return how many answers change when only *other* frames do.

    Every frame is judged twice: in its clip, and after the frames of another clip.

    Returns:
        The share of the last frames of clips for which the two answers differ, 0 to 1.
    """
    inputs = moving(seed, TRAINED, FRAMES // TRAINED).inputs
    others = torch.cat([inputs[:-1].roll(1, dims=1), inputs[-1:]])
    first, second = (model(xs)[0][-1].argmax(-1) for xs in (inputs, others))
    return float((first != second).float().mean())


def measure_sizes(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Measure what claim B1 says (two minutes).

    Windows of eight frames, 64 hidden units, are trained on 1,500 clips of twelve frames: 600
    updates of Adam on batches of 64, the rate rising to 0.005 over 60 updates and falling to 0
    along a cosine, the gradient clipped at a norm of 1. Each seed divides the digits anew. Tests
    have 3,600 frames at every length.
    """
    torch.set_num_threads(1)
    seeds = confirming(seeds)
    about = {"data_sha256": PINS, "seeds": [*seeds], **provenance("babel", "num2words")}
    record = Record("ch01_sequences", "sizes", about)
    rows: dict[str, list[float]] = {}

    def keep(key: str, value: float) -> None:
        rows.setdefault(key, []).append(value)

    for seed in seeds:
        window, state = (fit_reader(cell, seed) for cell in (WINDOW, "gru"))
        for name, model in {"window": window, "state": state}.items():
            for T, value in zip(LENGTHS, by_length(model, seed), strict=True):
                keep(f"{name}_{T}", value)
        keep("window_dependence", dependence(window, seed))
        log(f"seed {seed} " + " ".join(f"{key} {row[-1]:.3f}" for key, row in rows.items()))
    for key, row in rows.items():
        record.add(f"B1/{key}", row, 0.03, "float32 training ends elsewhere on another processor")
    return record
