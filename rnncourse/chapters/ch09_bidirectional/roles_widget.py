"""Roles of the names in a line that the reader types: in page and notebook.

Both run `roles_widget.mjs`, which computes the three stored taggers itself, with `taggers.mjs`.
"""

from pathlib import Path

import numpy as np
import torch

from rnncourse.chapters.ch09_bidirectional import tagging
from rnncourse.chapters.ch09_bidirectional.tagging_experiments import SHOWN, STORED, stored
from rnncourse.data import roles
from rnncourse.data.role_words import MEANINGS
from rnncourse.viz import elements

LIVE = elements.Live(
    "live-roles",
    Path(__file__).parent,
    "Here three networks label the names in a line that you type. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "Type a line of Python, or end it elsewhere. The table follows one name: a row for each token "
    "that appears after it. Forward cannot change its mind.",
    "roles_widget",
)
LINE = "delay = deadline - time()"
DIGITS = 6
Answers = dict[str, list[list[list | None]]]


def live_roles() -> object:
    """Show what three taggers say of the names in a line, and how that changes as the line grows.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `tagging.Tagger`; test_roles_widget.py compares the page with it.
    """
    tables = {
        "roles": roles.ROLES,
        "meanings": MEANINGS,
        "symbols": roles.SYMBOLS,
        "buckets": roles.BUCKETS,
        "slots": roles.SLOTS,
    }
    given = {"line": LINE, "tables": elements.compact(tables)}
    given["still"] = elements.compact(answers(tagging.line(f"{LINE}\n")))
    manifest, _ = LIVE.files(STORED)
    words = f"Live taggers: the roles of names, {manifest['bytes']} bytes of weights"
    return LIVE.show(given, words, (STORED,))


@torch.no_grad()
def answers(piece: roles.Tagged) -> Answers:
    """Return what each tagger says when the first tokens of a line are there, one after the other.

    Args:
        piece: The line, see `tagging.line`.

    Returns:
        By tagger, for 1, 2, ... tokens, for each of them: the place of the likeliest role and its
        probability, or `None` where there is no identifier.
    """
    found = {}
    for name in SHOWN:
        model, rows = stored(name).double(), []
        for n in range(1, len(piece.tokens) + 1):
            part = roles.Tagged(piece.name, piece.tokens[:n], piece.roles[:n])
            p = model(tagging.Tokens.of([part]).ids)[:, 0].softmax(-1).numpy()
            names = [token not in roles.SYMBOLS for token in part.tokens]
            told = [[int(row.argmax()), round(float(np.max(row)), DIGITS)] for row in p]
            rows.append([one if name else None for one, name in zip(told, names, strict=True)])
        found[name] = rows
    return found
