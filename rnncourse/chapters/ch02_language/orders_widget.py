"""The surprise at each character of a sentence, order by order, in page and notebook.

Both run `orders_widget.mjs`.
"""

import functools
from pathlib import Path

import numpy as np
from jaxtyping import Float

from rnncourse.analysis.splits import SPLITS, encode_split
from rnncourse.chapters.ch02_language.ngrams import SMOOTHINGS
from rnncourse.data.corpus import load_corpus
from rnncourse.viz import elements, show
from rnncourse.viz.diagrams import INK
from rnncourse.viz.figures import COLORS, FigureOutput, figure
from rnncourse.viz.sliders import show_sliders

LIVE_FIGURE = elements.LiveFigure(
    "order-bits",
    Path(__file__).parent,
    "Here you can move the order and see what it is surprised by. In the book it needs JavaScript; "
    "in a notebook, run the cell.",
    "The surprise at each character under one order of counting; the pale frame is the order "
    "before.",
    "orders_widget",
)
SENTENCE = "This estimator attempts to account for the skew of the data."


def order_bits(bits: Float[np.ndarray, "N T"] | None = None) -> object:
    """Show what each order of counting needs for each character of `SENTENCE`.

    Args:
        bits: A row an order, order 1 first; if there are none, they are counted.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If these are not the bits of so many characters.
    """
    rows = np.asarray(_count_bits() if bits is None else bits)
    if rows.ndim != 2 or rows.shape[1] != len(SENTENCE) or not len(rows):
        raise ValueError(f"bits must be rows of {len(SENTENCE)}; got shape {rows.shape}.")
    facts = {"text": SENTENCE, "bits": elements.dump_json(rows.round(2).tolist())}
    return LIVE_FIGURE.show(facts, f"Surprise under orders 1 to {len(rows)}")


@functools.cache
def _count_bits() -> Float[np.ndarray, "N T"]:
    """Count on the training text of the first split, as the page does."""
    data = encode_split(load_corpus(), SPLITS[0])
    start = data.test_text.index(SENTENCE)
    probs = data.fit(SMOOTHINGS["modified Kneser-Ney"]).probs(data.test)
    return -np.log2(probs[:, start : start + len(SENTENCE)])


def order_sliders(bits: Float[np.ndarray, "N T"] | None = None) -> object:
    """Draw what `order_bits` shows with Matplotlib, below a slider: to be changed in a notebook.

    Args:
        bits: As there.
    """
    rows = np.asarray(_count_bits() if bits is None else bits)

    def draw(order: int) -> FigureOutput:
        fig, (ax,) = figure(height=2.4)
        places = range(len(SENTENCE))
        for row, color in ((order - 2, COLORS["gray"]), (order - 1, INK)):
            if row >= 0:
                ax.step(places, rows[row], where="mid", color=color)
        ax.set_xticks(range(len(SENTENCE)), [*SENTENCE])
        ax.set(ylabel="surprise (bits)", ylim=(0, rows.max() * 1.05))
        ax.set_title(f"Order {order}: {rows[order - 1].mean():.2f} bits per character")
        return show(
            fig,
            alt=f"Steps: the surprise at each character of a sentence under order {order}.",
            caption="The surprise at each character; the gray line is the order before.",
            name="order-sliders",
        )

    return show_sliders(draw, order=(1, len(rows), 1, min(3, len(rows))))
