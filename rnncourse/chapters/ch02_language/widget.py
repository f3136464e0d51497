"""The live language model: in a notebook a widget, in the page an element without a kernel.

Both run `widget.mjs`. A stored output holds the page's form only;
a live notebook adds the widget, which brings the weights along.
"""

from pathlib import Path

from rnncourse.viz import elements

LIVE = elements.Live(
    "live-model",
    Path(__file__).parent,
    "Here a language model completes what you type. In the book it needs JavaScript; in a "
    "notebook, run the cell.",
    "A language model that goes on with a text. Type: it offers the rest of the word in gray, and "
    "the bars show what it expects next; the sliders change how it draws.",
)


def live_model(name: str = "long-0", text: str = "Compute the grad") -> object:
    """Show a recorded language model that completes and writes as the reader types.

    Args:
        name: The weights, see `rnncourse.models.weights`.
        text: What stands in the text field at first.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If there are no such weights, or they were changed.
    """
    manifest, _ = LIVE.files(name)
    words = f"Live model {name}: {manifest['about']['cell']}, {manifest['bytes']} bytes"
    return LIVE.show({"text": text}, words, (name,))
