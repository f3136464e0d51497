"""A network that draws an eight: right to a hair while teacher-forced, and then free-running.

The pen goes around the figure in 40 steps. Where the eight crosses itself, one point is followed by
two different ones, so the state has to know which way the pen came.
"""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim.lr_scheduler import LinearLR

from rnncourse.core.records import Record, provenance
from rnncourse.training.fit import fit

LAP_LENGTH, LAPS, FORCED, H = 40, 4, 5, 32
"""Points of a lap, laps that are drawn, points that are given before it runs free, units."""
SEEDS = range(40, 50)
UPDATES, COPIES = 500, 8
NOISE = {"clean": 0.0, "noisy": 0.1}
"""Deviation of what is added to the points that are read in training."""
WEIGHTS = Path(__file__).parent / "weights" / "drawing.json"
SHOWN_SEEDS = {"clean": 44, "noisy": 41}
"""The seeds whose weights are kept."""

Points = Float[np.ndarray, "T 2"]
Weights = dict[str, np.ndarray]


def figure_eight(laps: int = 1, lap_length: int = LAP_LENGTH) -> Points:
    """Return the points of the figure, the first of them once more at the end.

    p_t = (4/5 sin 2a, sin a),   a = 2 pi t / lap_length
    """
    a = 2 * np.pi * np.arange(laps * lap_length + 1) / lap_length
    return np.stack([0.8 * np.sin(2 * a), np.sin(a)], axis=1)


def roll_out(w: Mapping[str, np.ndarray], points: Points, forced: int) -> Points:
    """Return the points that a network names, from the second on.

    Args:
        w: W_xh `2 H`, W_hh `H H`, b_h `H`, W_hy `H 2`, b_y `2`.
        points: Of the figure.
        forced: How many of them it reads; after that it reads its own.
    """
    h, drawn = np.zeros(len(w["b_h"])), []
    for t in range(len(points) - 1):
        p = points[t] if t < forced else drawn[-1]
        h = np.tanh(p @ w["W_xh"] + h @ w["W_hh"] + w["b_h"])
        drawn.append(h @ w["W_hy"] + w["b_y"])
    return np.array(drawn)


def train_drawer(seed: int, noise: float) -> Weights:
    """Train a network to name the next point, told all points before, over two laps.

    Args:
        seed: Of first weights and of what is added.
        noise: Deviation of what is added to each number that is read.
    """
    torch.manual_seed(seed)
    shapes = {"W_xh": (2, H), "W_hh": (H, H), "W_hy": (H, 2), "b_h": (H,), "b_y": (2,)}
    w = {name: torch.randn(s) / s[0] ** 0.5 * (len(s) == 2) for name, s in shapes.items()}
    for array in w.values():
        array.requires_grad_()
    points = torch.tensor(figure_eight(2), dtype=torch.float32)[:, None].expand(-1, COPIES, -1)

    def compute_loss(update: int) -> Tensor:
        inputs = points + noise * torch.randn(points.shape)
        return ((_teacher_forced(w, inputs[:-1]) - points[1:]) ** 2).mean()

    schedule = partial(LinearLR, start_factor=1.0, end_factor=0.0, total_iters=UPDATES)
    fit(w.values(), compute_loss, UPDATES, 0.005, schedule=schedule)
    return {name: array.detach().double().numpy() for name, array in w.items()}


def _teacher_forced(
    w: Mapping[str, Tensor], inputs: Float[Tensor, "T B 2"]
) -> Float[Tensor, "T B 2"]:
    h, hs = torch.zeros(inputs.shape[1], H), []
    for a in inputs @ w["W_xh"] + w["b_h"]:
        h = torch.tanh(a + h @ w["W_hh"])
        hs.append(h)
    return torch.stack(hs) @ w["W_hy"] + w["b_y"]


def one_step_error(w: Mapping[str, np.ndarray]) -> float:
    """Return how far the next point is off at most in the second lap, told all before it."""
    points = figure_eight(2)
    errors = np.linalg.norm(roll_out(w, points, len(points)) - points[1:], axis=1)
    return float(errors[LAP_LENGTH:].max())


def distance_from_curve(drawn: Points) -> float:
    """Return how far a drawing goes from the figure, at its farthest."""
    figure = figure_eight(1, 2000)
    return float(max(np.linalg.norm(figure - p, axis=1).min() for p in drawn))


def load_drawing_networks() -> dict[str, Weights]:
    """Return the weights of the two networks that the lesson shows."""
    drawers = json.loads(WEIGHTS.read_text())
    return {name: {n: np.array(a) for n, a in w.items()} for name, w in drawers.items()}


def measure_drawing() -> Record:
    """Train ten networks told the points, and ten told shaken ones; let all draw on their own."""
    record = Record("ch03_recurrence", "drawing", {"data": "an eight"} | provenance())
    evidence = "where a drawing goes that leaves the figure differs as between seeds"
    for name, noise in NOISE.items():
        networks = [train_drawer(seed, noise) for seed in SEEDS]
        one_step_errors = [one_step_error(w) for w in networks]
        distances = [distance_from_curve(roll_out(w, figure_eight(LAPS), FORCED)) for w in networks]
        record.add(f"drawing/{name}/off", one_step_errors, 0.05, "a lap told, as between seeds")
        record.add(f"drawing/{name}/away", distances, 3.0 if name == "clean" else 0.1, evidence)
    return record


def store_drawing_networks() -> None:
    """Write the weights that are shown, to five digits."""
    drawers = {name: train_drawer(seed, NOISE[name]) for name, seed in SHOWN_SEEDS.items()}
    rounded = {name: {n: a.round(5).tolist() for n, a in w.items()} for name, w in drawers.items()}
    WEIGHTS.write_text(json.dumps(rounded) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    store_drawing_networks()
