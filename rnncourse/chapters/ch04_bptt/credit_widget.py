"""What the surprise at each character of a sentence depends on, in page and notebook.

Both run `credit_widget.mjs`, which draws what the record holds: two networks, trained and fresh.
"""

from pathlib import Path

import numpy as np

from rnncourse.core.records import Record
from rnncourse.viz import elements

LIVE = elements.Live(
    "credit-skyline",
    Path(__file__).parent,
    "Here you can choose a character and see what its surprise depends on. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "What comes back from one surprise: before training to the last few characters only, after it "
    "much farther, though faintly.",
    "credit_widget",
)
SENTENCE = "This estimator attempts to account for the skew of the data."
SHOWN = SENTENCE.index("kew")
NETWORKS = ("trained", "untrained")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def credit_skyline(at: float | int = SHOWN) -> object:
    """Show a sentence, and above each character what part of one gradient comes back to it.

        norm(dL/dx_s) / sum over all s,   L = -ln p(chosen character | all before it)

    Args:
        at: The chosen character, from 1; the reader can choose another.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If the sentence has no such character with another before it.

    Source: `truncation.skyline`; test_credit.py compares the two.
    """
    if at not in range(1, len(SENTENCE)):
        raise ValueError(f"at must be from 1 to {len(SENTENCE) - 1}; got {at!r}.")
    record = Record.load("ch04_bptt")
    facts = {name: packed(record, name) for name in NETWORKS}
    words = f"What the surprise at {SENTENCE[at]!r} depends on, character by character"
    return LIVE.show({"text": SENTENCE, "at": at, **facts}, words)


def packed(record: Record, name: str) -> str:
    """Write a network's shares and surprises as digits, two to a number, in base 36.

    For each character from the second on: its surprise in hundredths of a nat, at most 1,295; the
    share of its gradient that goes back before the sentence, in thousandths; and the shares of the
    characters before it.
    """
    shares = np.array(record.value(f"skyline/{name}/shares"), int)
    nats = np.array(record.value(f"skyline/{name}/nats"))
    rows = np.split(shares, np.cumsum(np.arange(2, len(nats) + 1)))
    nlls = np.minimum((100 * nats).round().astype(int), 36**2 - 1)
    numbers = [n for nat, row in zip(nlls, rows, strict=True) for n in (nat, *row)]
    return "".join(DIGITS[n // 36] + DIGITS[n % 36] for n in numbers)
