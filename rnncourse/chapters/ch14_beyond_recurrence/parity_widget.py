"""Parity, played by a reader against networks of the lesson's kind: in page and notebook.

Both run `parity_widget.mjs`, which computes everything itself from the stored weights.
"""

from pathlib import Path

import numpy as np

from rnncourse.chapters.ch14_beyond_recurrence.parity_networks import (
    NAME,
    load_parity_networks,
    predict_parity,
)
from rnncourse.chapters.ch14_beyond_recurrence.task_experiments import LONG_T, SHORT_T
from rnncourse.data.running_sums import sample_running_sums
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-parity",
    Path(__file__).parent,
    "Here you flip bits, and a transformer and an LSTM say after each whether the ones so far are "
    "odd. In the book it needs JavaScript; in a notebook, run the cell.",
    "Below each bit: the truth, and what two networks say, which practiced on rows of 2 to 20 "
    "bits. A full mark is odd, an empty one even, a half-full one not sure; a cross is wrong, and "
    "a shaded answer was turned by your last flip. Click a bit, or use arrow keys and the space "
    "bar.",
    "parity_widget",
)
FIRST_SEED = 1  # of the row that stands there at first
DIGITS = 4  # of what the networks say of it


def live_parity() -> object:
    """Show parity, live: a row of 40 bits, the truth, and the answers of three networks.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `players.predict_parity`; test_parity_widget.py compares the two.
    """
    bits, _ = sample_running_sums(np.random.default_rng(FIRST_SEED), LONG_T, 1, modulus=2)
    players = load_parity_networks()
    initial = {
        name: np.round(
            predict_parity(name, players[name], bits)[:, 0].astype(float), DIGITS
        ).tolist()
        for name in ("transformer", "lstm")
    }
    facts = {"row": "".join(map(str, bits[:, 0])), "short": SHORT_T}
    facts["initial"] = elements.dump_json(initial)
    words = f"Live parity, {LIVE_FIGURE.files(NAME)[0]['bytes']} bytes of weights"
    return LIVE_FIGURE.show(facts, words, (NAME,))
