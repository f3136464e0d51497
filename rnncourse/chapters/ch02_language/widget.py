"""The live language model: in a notebook a widget, in the page an element without a kernel.

Both run `widget.mjs`. A stored output holds the page's form only;
a live notebook adds the widget, which brings the weights along.
"""

import functools
import json
from pathlib import Path

from rnncourse.models.weights import files
from rnncourse.viz import elements

FOLDER = Path(__file__).parent
SCRIPT = FOLDER / "widget.mjs"
WEIGHTS = FOLDER / "weights"


def live_model(name: str = "language-model", text: str = "Compute the grad") -> object:
    """Show a recorded language model that completes and writes as the reader types.

    Args:
        name: The weights, see `rnncourse.models.weights`.
        text: What stands in the text field at first.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If there are no such weights, or they were changed.
    """
    manifest, data = files(name, WEIGHTS)
    return _widget()(manifest=json.dumps(manifest), weights=data, text=text, name=name)


def element(name: str, manifest: dict, text: str) -> str:
    """Return the HTML of the page's form.

    Args:
        name: The files' stem.
        manifest: What `rnncourse.models.weights.files` says about them.
        text: What stands in the text field at first.
    """
    stem, sha256 = elements.address(WEIGHTS / name), manifest["sha256"]
    facts = {
        "manifest": f"{stem}.json?v={sha256[:8]}",  # no stale copy of older weights
        "weights": f"{stem}.bin?v={sha256[:8]}",
        "bytes": manifest["bytes"],
        "sha256": sha256,
        "text": text,
    }
    sentence = (
        "Here a language model completes what you type. In the book it needs JavaScript; "
        "in a notebook, run the cell."
    )
    return elements.element("live-language-model", SCRIPT, facts, sentence)


@functools.cache
def _widget() -> type:
    """Make the class of the widget, where there are widgets."""
    import traitlets

    class LiveModel(elements.page_widget()):
        _esm = SCRIPT.read_text(encoding="utf-8")
        manifest = traitlets.Unicode().tag(sync=True)
        weights = traitlets.Bytes().tag(sync=True)
        text = traitlets.Unicode().tag(sync=True)
        name = traitlets.Unicode()

        def _repr_html_(self) -> str:
            return element(self.name, json.loads(self.manifest), self.text)

        def __repr__(self) -> str:
            manifest = json.loads(self.manifest)
            return f"Live model {self.name}: {manifest['about']['cell']}, {manifest['bytes']} bytes"

    return LiveModel
