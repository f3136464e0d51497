"""The live network of the front page: it goes on with the letters that the reader types."""

from pathlib import Path

from rnncourse.models.names import NAME_CLASSES, kind_posterior, load_network
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
    shares = kind_posterior(model, [name.lower() for name in STILL_NAMES], letters).round(6)
    still = {"kinds": NAME_CLASSES, **dict(zip(STILL_NAMES, shares.tolist(), strict=True))}
    return {"still": elements.dump_json(still)} | ({"starts": "yes"} if starts else {})
