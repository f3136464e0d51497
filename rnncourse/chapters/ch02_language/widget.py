"""The live language model: in a notebook a widget, in the page an element without a kernel.

Both run `widget.mjs`. A stored output holds the page's form only;
a live notebook adds the widget, which brings the weights along.
"""

from pathlib import Path

import numpy as np

from rnncourse.data.text import Vocabulary
from rnncourse.decoding.completion import complete_text
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-model",
    Path(__file__).parent,
    "Here a language model completes what you type. In the book it needs JavaScript; in a "
    "notebook, run the cell.",
    "A language model goes on with your text. Gray: the rest of a word. Bars: what comes next.",
)

NETWORK = "long-0"


def live_model(text: str = "Compute the grad") -> object:
    """Show the page's language model, which completes and writes as the reader types.

    Args:
        text: What stands in the text field at first.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If there are no such weights, or they were changed.
    """
    manifest, _ = LIVE_FIGURE.files(NETWORK)
    words = f"Live model {NETWORK}: {manifest['about']['cell']}, {manifest['bytes']} bytes"
    facts = {"text": text, "initial": elements.dump_json(initial_view(text))}
    return LIVE_FIGURE.show(facts, words, (NETWORK,))


def initial_view(text: str) -> dict[str, object]:
    """Return what the model expects after a text: before its weights are there, it is shown.

    Returns:
        All characters, the likeliest first; the logarithms of their probabilities; and the end of
        the word, if there is one.
    """
    from rnncourse.chapters.ch02_language.long_runs import load_page
    from rnncourse.training.reading import StreamingReader

    vocabulary, reader = Vocabulary(), StreamingReader(load_page())
    ids, stops = vocabulary.encode(text), vocabulary.encode(" .,\n")
    log_probs = np.log(reader(ids))
    order = np.argsort(-log_probs, kind="stable")
    return {
        "characters": vocabulary.decode(order),
        "logits": log_probs[order].round(3).tolist(),
        "offer": vocabulary.decode(complete_text(reader, ids, stops, 24).ids),
    }
