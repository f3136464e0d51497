"""An expression that the reader types, as a tree: its values, and what a network answers there.

Page and notebook run `tree_widget.mjs`, which computes everything itself; the weights of the two
networks come from `tree_training.py`.
"""

import json
from pathlib import Path

from rnncourse.chapters.ch10_recursive_networks.tree_training import UPDATES, WEIGHTS_FILE
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "expression-tree",
    Path(__file__).parent,
    "Here you can type an expression, and see its tree, the value of every part, and what a "
    "network answers there. In the book it needs JavaScript; in a notebook, run the cell.",
    "An expression modulo 5 and its tree. Below each operator: the value of what it joins; struck "
    "out: what the network says instead.",
    "tree_widget",
)
TEXT = "1-(2-(3-4))*3"


def expression_tree(text: str = TEXT, network: str = "early") -> object:
    """Show an expression as a tree, with the value and a network's answer at every node.

        h = norm(relu([h_l h_r x] W + b) W_2 + b_2),   answer = argmax(h W_y + b_y)

    Args:
        text: The first expression; the reader can type another.
        network: `"early"` or `"late"`: how long it was trained.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If there is no network of that name.

    Source: `tree_training.answers`, in JavaScript; test_tree_widget.py compares the two.
    """
    if network not in UPDATES:
        raise ValueError(f"network must be one of {', '.join(UPDATES)}; got {network!r}.")
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    trained = {
        name: {"updates": updates, "weights": stored[name]} for name, updates in UPDATES.items()
    }
    facts = {"text": text, "network": network, "trained": elements.dump_json(trained)}
    return LIVE_FIGURE.show(
        facts, "A live tree: the value of each part, and what a network answers there"
    )
