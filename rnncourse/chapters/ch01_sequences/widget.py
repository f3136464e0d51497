"""The shapes of tasks to try out: where a network reads and where it answers, in page and notebook.

Both run `widget.mjs`, which computes five recorded networks with `network.mjs`. A stored output
holds the page's form only; a live notebook adds the widget, which brings the weights along.
"""

from pathlib import Path

from rnncourse.data import places, roles
from rnncourse.data.role_words import MEANINGS
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "shapes-explorer",
    Path(__file__).parent,
    "Here you can try out where a network reads and where it answers. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "Five shapes of tasks. Choose one, then type or draw: each column is a step, and an answer "
    "stands only where the task asks for one.",
)
TASKS = ("image", "language", "name", "role", "numeral")
"""One to one, many to one, one to many, many to many in step, many to many after the input."""


def shapes_explorer(task: str = "language") -> object:
    """Show five shapes of tasks, each with a network that answers what the reader types or draws.

    Args:
        task: What is shown at first: `"language"` (many to one: a name, its language), `"name"`
            (one to many: a language, a name), `"role"` (many to many, in step: tokens of Python,
            roles), `"numeral"` (many to many, after the input: digits, words), or `"image"` (one
            to one: a picture of a digit, the digit).

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If there is no such task.
        WeightsError: If the networks are not recorded, or were changed.

    Source: `rnncourse.models.sequence.SequenceModel`; test_widget.py compares the page with it.
    """
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}; got {task!r}.")
    size = sum(LIVE_FIGURE.files(name)[0]["bytes"] for name in TASKS)
    words = f"Explorer of shapes, first {task}: {len(TASKS)} networks, {size} bytes"
    return LIVE_FIGURE.show({"task": task, "tables": render_tables()}, words, TASKS)


def render_tables() -> str:
    """Return what the script must know of the data, as JSON: languages, roles, symbols."""
    return elements.dump_json(
        {
            "languages": places.LANGUAGES,
            "roles": {role: MEANINGS[role] for role in roles.ROLES},
            "symbols": roles.SYMBOLS,
            "buckets": roles.BUCKETS,
            "slots": roles.SLOTS,
        }
    )
