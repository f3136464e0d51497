"""The live network of the front page: it goes on with the letters that the reader types."""

from pathlib import Path

import torch

from rnncourse.models.names import (
    NAME_CLASSES,
    PRIOR,
    NameNetwork,
    inputs_and_targets,
    load_network,
)
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "names-writer",
    Path(__file__).parent,
    "Here a network goes on with the letters that you type. In the book it needs JavaScript; in a "
    "notebook, run the cell.",
    "Ten languages go on with your letters. Bars say which of them, if any, the letters sound "
    "like; the deeper a letter's shade, the more it came as a surprise: point at it or tap it for "
    "the number. Below a letter stand 16 of the 256 numbers that remember it and those before.",
    name="names_widget",
)


STILL_NAMES = ("Sch", "Schneider")
"""What stands in the field at first, and before the page types."""
SHOWN = 16  # units of the state


def names_writer(starts: bool = False) -> object:
    """Show the network that reads and writes family names of ten languages.

    Args:
        starts: Whether it types by itself until the reader does.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the network is not recorded, or was changed.

    Source: `rnncourse.models.names.NameNetwork`; test_names_widget.py compares the page with it.
    """
    size = LIVE_FIGURE.files("names")[0]["bytes"]
    return LIVE_FIGURE.show(
        _make_facts(starts), f"Names in ten languages, {size} bytes", ("names",)
    )


def render_front() -> str:
    """Return the HTML for a page where it starts by itself."""
    return LIVE_FIGURE.html(_make_facts(True), {"names": LIVE_FIGURE.files("names")[0]})


def _make_facts(starts: bool) -> dict[str, str]:
    """Return what the script is told, with a still: what it says of the first letters."""
    model, letters = load_network()
    still = {name: _read_name(model, name.lower(), letters) for name in STILL_NAMES}
    still["kinds"] = NAME_CLASSES
    return {"still": elements.dump_json(still)} | ({"starts": "yes"} if starts else {})


@torch.no_grad()
def _read_name(model: NameNetwork, name: str, letters: tuple[str, ...]) -> dict:
    """Return what the script's readName does: of each letter bits and state, and the shares."""
    K, read = len(NAME_CLASSES), []
    ids, _ = inputs_and_targets([name] * K, range(K), letters)
    h, joint = torch.zeros(K, model.carry.in_features), torch.tensor(PRIOR)
    for x, inputs in zip(ids, model.read.weight.T[ids] + model.read.bias, strict=True):
        if x[0] < len(letters):  # not the kind, which comes first
            before, joint = joint, joint * model.answer(h).softmax(-1)[:, x[0]]
        h = torch.tanh(inputs + model.carry(h))
        if x[0] < len(letters):
            bits = (before.sum() / joint.sum()).log2().item()
            state = h[joint.argmax(), :SHOWN].double().numpy().round(2).tolist()
            read.append({"bits": round(bits, 3), "h": state})
    shares = (joint / joint.sum()).numpy().round(6).tolist()
    return {"text": name, "letters": read, "posterior": shares}
