"""A cell that the reader draws, in page and notebook: gates, peepholes and couplings on and off.

Both run `widget.mjs`, which trains the cell itself; what the sweep has found comes from the record.
"""

from pathlib import Path

import numpy as np

from rnncourse.chapters.ch08_gated_variants.variants import ABLATIONS
from rnncourse.core.intervals import interval
from rnncourse.core.records import Record
from rnncourse.viz import elements

LIVE = elements.Live(
    "drawn-cell",
    Path(__file__).parent,
    "Here you can draw a cell of your own, and train it. In the book it needs JavaScript; in a "
    "notebook, run the cell.",
    "Draw a cell: which parts does it have? Then train it on sums.",
    "widget",
)


def drawn_cell() -> object:
    """Show an LSTM whose parts are switched on and off, its equations, parameters and results.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Source: `variants.lstm_step`, in JavaScript; test_widget.py compares values and gradients.
    """
    facts = {"stored": elements.compact(stored())}
    return LIVE.show(facts, "Draw a cell: gates, peepholes and couplings on and off")


def stored() -> dict[str, list[list[float]]]:
    """Return what is recorded of each ablation: what it loses on sums, recall, and longer text.

    Returns:
        By name, for each task the mean and both ends of the 95 % interval.
    """
    record, found = Record.load("ch08_gated_variants"), {}
    for kind in ABLATIONS:
        row = []
        for task in ("sum", "recall", "text"):
            at = "longer" if task == "text" else f"test/{task}"
            here, full = (np.array(record.value(f"{at}/{k}")) for k in (kind, "V"))
            values = np.log2(here / full) if task == "sum" else here - full
            row.append([round(x, 4) for x in (values.mean().item(), *interval(values.tolist()))])
        found[kind] = row
    return found
