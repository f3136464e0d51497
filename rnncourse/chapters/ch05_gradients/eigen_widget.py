"""Two eigenvalues to drag, and a circle of gradients on its way back, in page and notebook.

Both run `eigen_widget.mjs`, which computes everything itself.
"""

from pathlib import Path

from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "eigen-hands",
    Path(__file__).parent,
    "Here you can drag two eigenvalues and see a circle of gradients on its way back. In the book "
    "it needs JavaScript; in a notebook, run the cell.",
    "The dashed circle: the gradients at first; the number in the corner says how far the picture "
    "reaches. Thin: the directions of the eigenvectors; dashed, too, of a pair: those of the real "
    "and the imaginary part of one. Dotted: the spectral radius to the power of the steps.",
    "eigen_widget",
)
LIMIT = 1.3
RANGES = {
    "re": (-LIMIT, LIMIT),
    "im": (0, LIMIT),
    "other": (-LIMIT, LIMIT),
    "angle": (8, 90),  # with less, the angle alone would make a gradient ten times as long
    "k": (0, 60),
}


def eigen_hands(
    re: float = 0.9, im: float = 0.0, other: float = 0.7, angle: int = 12, k: int = 2
) -> object:
    """Show what a matrix of two rows, set by its eigenvalues, does to gradients of length 1.

        W = V C V^-1,   V = [[1, cos], [0, sin]],   C = diag(re, other), or re I + im J

    Args:
        re: The first eigenvalue, or its real part.
        im: Its imaginary part; above 0 the second one is its conjugate.
        other: The second eigenvalue, where both are real.
        angle: Degrees between the two directions, from 8 to 90.
        k: Steps back, from 0 to 60.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If a number is out of its range.

    Source: NumPy, in test_eigen_widget.py.
    """
    facts = {"re": re, "im": im, "other": other, "angle": angle, "k": k}
    elements.check_ranges(facts, RANGES)
    return LIVE_FIGURE.show(
        facts, "Eigenvalues by hand: drag them, and see gradients on their way back"
    )
