"""A gated unit, live: the reader opens and closes the gates of one memory cell, step by step.

Page and notebook run `unit_widget.mjs`, which computes everything itself; the weights of the
trained units come from `unit_training.py`.
"""

import json
from functools import cache
from pathlib import Path

from rnncourse.chapters.ch06_gating.unit import TASKS
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "gated-unit",
    Path(__file__).parent,
    "Here you can open and close the gates of a memory cell, step by step. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "One memory cell; its gates are open at first. Which has to close where the answer errs?",
    "unit_widget",
)
WEIGHTS_FILE = Path(__file__).with_name("unit_weights.json")
SETTERS = ("you", "rule", "training")


def gated_unit(task: str = "reset", seed: int = 43, by: str = "you") -> object:
    """Show one memory cell with three gates, fed with a signal of 12 steps.

        c_t = f_t c_{t-1} + i_t a_t,   h_t = o_t c_t

    Args:
        task: `"reset"`, `"mark"`, `"ask"` or `"all"`, as in `unit.TASKS`; the reader can choose
            another, like all that follows.
        seed: Of the signal.
        by: Who sets the gates: `"you"` (at first all are open), `"rule"` or `"training"`.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If there is no such task, or nobody of that name sets gates.

    Source: `run_unit` and `unit_training.compute_gates`, in JavaScript; test_unit_widget.py
    compares them, and the gradients with autograd.
    """
    for name, value, allowed in (("task", task, TASKS), ("by", by, SETTERS)):
        if value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}.")
    facts = {"task": task, "seed": seed, "by": by, "units": elements.dump_json(trained_units())}
    return LIVE_FIGURE.show(facts, "A gated unit: open and close the gates of a memory cell")


@cache
def trained_units() -> dict[str, dict[str, dict[str, list]]]:
    """Return the trained units by task and by the gates that they have.

    Of each the weights of the first seed, and the smallest and the largest error of all seeds.
    """
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return {
        task: {
            subset: {"weights": W, "errors": [min(errors), max(errors)]}
            for (subset, W), errors in zip(
                stored["units"][task].items(), stored["errors"][task].values(), strict=True
            )
        }
        for task in TASKS
    }
