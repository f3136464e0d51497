"""Unfolding to step through: four small networks, in page and notebook.

Both run `widget.mjs`, which computes everything anew; only weights and digits are given.
"""

import json
from pathlib import Path

from rnncourse.viz import elements

FOLDER = Path(__file__).parent
FILE = FOLDER / "weights" / "unfolding.json"
"""Trained and written by `rnncourse.chapters.ch03_recurrence.widget_networks`."""
LIVE_FIGURE = elements.LiveFigure(
    "unfolding-stepper",
    FOLDER,
    "Here you can unfold a network step by step. In the book it needs JavaScript; in a notebook, "
    "run the cell.",
    "A recurrent network unfolds. Step on: each step adds a column, and all columns use the same "
    "three matrices on the left.",
)
STEPS = 6
SYMBOLS = "0123"
TASKS = ("running sum", "echo")
RECURRENCES = ("hidden", "output")
DIGITS = "130123"
"""To which hidden recurrence gives one wrong sum."""


def read_networks() -> dict[str, dict[str, dict]]:
    """Read the four networks: by task and kind of recurrence, their weights and their accuracies.

    A network has `weights`, with W_hh (hidden recurrence) or W_yh (output recurrence), and `right`:
    the share of right answers at each step over all 4,096 sequences, with its own answers fed back
    (`own`) or the right ones (`told`).
    """
    return json.loads(FILE.read_text(encoding="utf-8"))["networks"]


def unfolding_stepper(
    task: str = "running sum", recurrence: str = "hidden", digits: str = DIGITS
) -> object:
    """Show a network that unfolds step by step while its three matrices stay the same.

        hidden recurrence:  h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h),  y_t = h_t W_hy + b_y
        output recurrence:  h_t = tanh(x_t W_xh + a_{t-1} W_yh + b_h),  the same

    where a_{t-1} is the answer of the step before, its own or the right one, as a row of zeros and
    a one. The digits are below 4, and there are eight hidden units. The reader can change all
    that is given here.

    Args:
        task: `"running sum"`: the sum so far modulo 4; or `"echo"`: the digit two steps ago.
        recurrence: What comes back: `"hidden"` or `"output"`.
        digits: Six digits from 0 to 3.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If there is no such task or recurrence, or the digits are not six from 0 to 3.

    Source: `rnncourse.models.recurrences`; test_widget.py compares the two.
    """
    for name, value, choices in (("task", task, TASKS), ("recurrence", recurrence, RECURRENCES)):
        if value not in choices:
            raise ValueError(f"{name} must be {' or '.join(map(repr, choices))}; got {value!r}.")
    if len(digits) != STEPS or not set(digits) <= set(SYMBOLS):
        raise ValueError(f"digits must be six digits from 0 to 3; got {digits!r}.")
    facts = {"task": task, "recurrence": recurrence, "digits": digits}
    words = f"Unfolding of {recurrence} recurrence, {task}, reading {digits}"
    return LIVE_FIGURE.show({"networks": elements.dump_json(read_networks()), **facts}, words)
