"""A drawn cell whose parts a click takes away or puts back, in page and notebook.

Both run `widget.mjs`, which trains the cell itself; what the sweep has found comes from the record.
"""

from pathlib import Path

import numpy as np

from rnncourse.chapters.ch08_gated_variants.variants import ABLATIONS
from rnncourse.core.intervals import interval
from rnncourse.core.records import Record
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "drawn-cell",
    Path(__file__).parent,
    "Here you can take a cell apart, and train what is left. In the book it needs JavaScript; in "
    "a notebook, run the cell.",
    "Click a part: it goes, or comes back. Beside it, what is recorded of such a cell against V, "
    "the whole: means of five networks with as many weights, and 95 % intervals, on a scale of "
    "square roots. No clear difference: V is within.",
    "widget",
)


def drawn_cell() -> object:
    """Show an LSTM whose parts a click takes away, its equations, parameters and results.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Source: `variants.lstm_step`, in JavaScript; test_widget.py compares values and gradients.
    """
    facts = {"stored": elements.dump_json(recorded_losses())}
    return LIVE_FIGURE.show(facts, "A drawn cell: its gates, peepholes and tanhs, on and off")


def recorded_losses() -> dict[str, list[list[float]]]:
    """Return what is recorded of V and of what lacks a part: on sums, recall, and longer text.

    Returns:
        By name, for each task what it loses against V, the mean and both ends of the 95 % interval
        (doublings of the error, share of guessing, bits), and the mean of what it leaves.
    """
    record, by_kind = Record.load("ch08_gated_variants"), {}
    for kind in ("V", *(k for k in ABLATIONS if k != "FGR")):  # FGR adds a part
        row = []
        for task in ("sum", "recall", "text"):
            prefix = "longer" if task == "text" else f"test/{task}"
            losses, full_losses = (np.array(record.value(f"{prefix}/{k}")) for k in (kind, "V"))
            values = np.log2(losses / full_losses) if task == "sum" else losses - full_losses
            bounds = interval(values.tolist())
            row.append([round(x, 4) for x in (values.mean().item(), *bounds, losses.mean().item())])
        by_kind[kind] = row
    return by_kind
