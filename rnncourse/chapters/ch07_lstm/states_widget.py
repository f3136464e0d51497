"""An LSTM that reads what the reader types, with its cells and gates, in page and notebook.

Both run `states_widget.mjs`, which computes everything itself from the weights of the page's
network.
"""

from pathlib import Path

import numpy as np

from rnncourse.chapters.ch07_lstm.live_text import N_READ, SENTENCE
from rnncourse.core.records import Record
from rnncourse.data.text import ASCII
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-states",
    Path(__file__).parent,
    "Here an LSTM reads what you type, and you can look into its cells. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "An LSTM reads your text. Color: the value of the chosen cell after a character; while it is "
    "held, the bits that this adds. Below: its gates.",
    "states_widget",
)
NETWORK = "char-lstm-0"
TRACKED_FEATURES = {
    "inside brackets": (
        "bracket open",
        "almost never mistaken",
        "AUC {:.3f}",
        "its mean outside of brackets",
    ),
    "inside backticks": (
        "backticks open",
        "almost never mistaken",
        "AUC {:.3f}",
        "its mean outside of backticks",
    ),
    "position in sentence": ("place in the sentence", "follows it roughly", "R² {:.2f}", None),
    "position in word": ("place in the word", "follows it fairly well", "R² {:.2f}", None),
}
"""By feature: its name, how well the cell tells it, in words and as a score, and what the cell is
held at, if it is not its mean."""
N_SHOWN = 5


def live_states() -> object:
    """Show the network of page 7b, which reads as the reader types, and one of its cells.

        c' = f * c + i * g;   c'_j = v  where cell j is held;   h' = o * tanh(c')

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `clamping.ClampedLSTM`; test_states_widget.py compares the two.
    """
    record = Record.load("ch07_lstm")
    tables = {
        "tracked": list_tracked_cells(record),
        "levels": find_usual_levels(record),
        "initial": initial_view(record),
    }
    facts = {"text": SENTENCE, "at": N_READ}
    facts |= {name: elements.dump_json(value) for name, value in tables.items()}
    manifest, _ = LIVE_FIGURE.files(NETWORK)
    words = f"Live LSTM {NETWORK}: its cells as it reads, {manifest['bytes']} bytes"
    return LIVE_FIGURE.show(facts, words, (NETWORK,))


def list_tracked_cells(record: Record) -> list[list]:
    """List the cells that the page has found: number, name, how good, score, and held at what."""
    rows, means = [], record.value("live/mean")
    for feature, (name, words, score, held_at) in TRACKED_FEATURES.items():
        cell = int(record.value(f"cells/{NETWORK}/cell/{feature}"))
        best = record.value(f"cells/{NETWORK}/best/{feature}")
        off_value = record.value(f"live/off/{feature}") if held_at else means[cell]
        rows.append([cell, name, words, score.format(best), round(float(off_value), 2)])
        rows[-1] += [held_at] if held_at else []
    return rows


def find_usual_levels(record: Record) -> dict[str, list[float]]:
    """Return the mean of each cell, and the low and the high end of what is usual for it."""
    digits = {"mean": 2, "low": 1, "high": 1}
    return {
        name: np.round(record.value(f"live/{name}"), digit).tolist()
        for name, digit in digits.items()
    }


def initial_view(record: Record) -> dict[str, list]:
    """Return what the first picture shows, before the weights are there."""
    probs = np.array(record.value("live/still/unclamped"))
    rows = np.argsort(-probs, kind="stable")[:N_SHOWN]
    return {
        "cell": np.round(record.value("live/still/c"), 3).tolist(),
        "unit": np.round(record.value("live/still/unit"), 4).tolist(),
        "next": [[ASCII[v], round(float(probs[v]), 4)] for v in rows],
    }
