"""Gradient flow in page and notebook: a matrix that the reader sets, and what it does to gradients.

Both run `flow_widget.mjs`, which draws the matrix itself, with the random numbers of `Mulberry32`.
"""

from pathlib import Path

import numpy as np

from rnncourse.chapters.ch05_gradients.jacobians import (
    nonnormal_matrix,
    norms_by_lag,
    run_on_noise,
    singular_values,
    tanh_slopes,
)
from rnncourse.viz import elements, show
from rnncourse.viz.figures import COLORS, FigureOutput, figure
from rnncourse.viz.sliders import show_sliders

LIVE_FIGURE = elements.LiveFigure(
    "gradient-flow",
    Path(__file__).parent,
    "Here you can set a matrix and see how long a gradient gets on its way back. In the book it "
    "needs JavaScript; in a notebook, run the cell.",
    "Set the matrix: what happens to a gradient that goes back, and to all directions that it "
    "could have?",
    "flow_widget",
)
N_UNITS, STEPS = 16, 100
RANGES = {"rho": (0.1, 3), "skew": (0, 8), "strength": (0, 3), "lag": (5, STEPS)}


def gradient_flow(
    rho: float | int = 0.9,
    skew: float | int = 5,
    strength: float | int = 0.1,
    lag: float | int = 50,
    linear: bool = False,
    seed: float | int = 2,
) -> object:
    """Show what a network of 16 units does to a gradient that goes back.

        P_k = diag(s_T) W^T ... diag(s_(T-k+1)) W^T,   W = rho Q (D + skew N) Q^T

    Args:
        rho: Spectral radius, from 0.1 to 3.
        skew: How far W is from normal, from 0 to 8; see `jacobians.nonnormal_matrix`.
        strength: Standard deviation of what the inputs add to a unit, from 0 to 3.
        lag: Steps back, from 5 to 100.
        linear: Whether all slopes are 1; otherwise those of tanh.
        seed: Of the matrix; the inputs have the next one.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If a number is out of its range.

    Source: `jacobians.nonnormal_matrix`, `run_on_noise` and `singular_values`, in JavaScript;
    test_flow.py compares them.
    """
    settings = {"rho": rho, "skew": skew, "strength": strength, "lag": lag}
    elements.check_ranges(settings, RANGES)
    facts = {**settings, "seed": seed, "linear": "yes" if linear else "no"}
    return LIVE_FIGURE.show(facts, "Gradient flow: set a matrix, and see how long a gradient gets")


def flow_sliders() -> object:
    """Draw what `gradient_flow` shows with Matplotlib, below sliders to change in a notebook."""

    def draw(rho: float, skew: float, strength: float) -> FigureOutput:
        W = nonnormal_matrix(N_UNITS, rho, skew, Mulberry32(2))
        slopes = tanh_slopes(run_on_noise(W, strength, STEPS, Mulberry32(3)))
        steps = np.arange(0, STEPS + 1, 2)
        largest, mean = singular_values(W, slopes)[steps, 0], norms_by_lag(W, slopes)[steps]
        fig, (ax,) = figure(height=2.8)
        ax.plot(steps, largest, "--", color=COLORS["orange"], label="the longest")
        ax.plot(steps, mean, color=COLORS["orange"], label="root mean square")
        rho_power = steps * np.log10(rho)
        ax.plot(steps, rho_power, ":", color=COLORS["gray"], label="spectral radius to the power k")
        ax.set(xlabel="steps back, k", ylabel="length (powers of ten)")
        fig.legend(loc="outside upper left", ncols=3)
        return show(
            fig,
            alt="The length of a gradient by the number of steps back, in powers of ten.",
            caption="How long gradients of length 1 are after $k$ steps back.",
            name="flow-sliders",
        )

    return show_sliders(
        draw, rho=(0.1, 3.0, 0.05, 0.9), skew=(0.0, 8.0, 0.5, 5.0), strength=(0.0, 3.0, 0.1, 0.1)
    )


class Mulberry32:
    """The random numbers of the page: uniform ones of "mulberry32", normal ones by Box and Muller.

    Args:
        seed: A whole number.

    Source: `generator` in `rnncourse/viz/live/numbers.mjs`; test_flow.py compares the two.
    """

    def __init__(self, seed: int):
        self.state = seed & 0xFFFFFFFF

    def _next(self) -> float:
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = self.state
        t = ((t ^ (t >> 15)) * (t | 1)) & 0xFFFFFFFF
        t ^= (t + (t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) / 2**32

    def uniform(self, size: int) -> np.ndarray:
        """Draw from 0 to 1."""
        return np.array([self._next() for _ in range(size)])

    def normal(self, size: int | tuple[int, ...]) -> np.ndarray:
        """Draw from the standard normal distribution, two uniform numbers each."""
        pairs = np.array([self._next() for _ in range(2 * int(np.prod(size)))]).reshape(-1, 2)
        values = np.sqrt(-2 * np.log(1 - pairs[:, 0])) * np.cos(2 * np.pi * pairs[:, 1])
        return values.reshape(size)
