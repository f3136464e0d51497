"""The shapes of tasks to try out: where a network reads and where it answers, in page and notebook.

Both run `widget.mjs`, which computes four recorded networks with `network.mjs`. A stored output
holds the page's form only; a live notebook adds the widget, which brings the weights along.
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path

from rnncourse.data import places, roles
from rnncourse.models.weights import files
from rnncourse.viz import elements

FOLDER = Path(__file__).parent
SCRIPT = FOLDER / "widget.mjs"
NETWORK = FOLDER / "network.mjs"
WEIGHTS = FOLDER / "weights"
TASKS = ("language", "name", "role", "numeral")
"""Many to one, one to many, many to many in step, many to many after the input."""
MEANINGS = {
    "load": "a variable is read",
    "store": "a variable is bound or deleted",
    "call": "a function is called",
    "attr": "an attribute",
    "method": "an attribute is called",
    "kwarg": "an argument is named",
    "param": "a parameter",
    "def": "what def or class defines",
    "import": "a name in an import",
}
"""The roles of `rnncourse.data.roles`, each in a few words."""


def shapes_explorer(task: str = "language") -> object:
    """Show five shapes of tasks, four of them with a network that answers what the reader types.

    Args:
        task: What is shown at first: `"language"` (many to one: a name, its language), `"name"`
            (one to many: a language, a name), `"role"` (many to many, in step: tokens of Python,
            roles), `"numeral"` (many to many, after the input: digits, words), or `"single"` (one
            to one: a drawing).

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If there is no such task.
        WeightsError: If the networks are not recorded, or were changed.

    Source: `rnncourse.models.sequence.SequenceModel`; test_widget.py compares the page with it.
    """
    if task not in (*TASKS, "single"):
        raise ValueError(f"task must be one of single, {', '.join(TASKS)}; got {task!r}.")
    found = {name: files(name, WEIGHTS) for name in TASKS}
    manifests = json.dumps({name: manifest for name, (manifest, _) in found.items()})
    weights = {name: data for name, (_, data) in found.items()}
    return _widget()(task=task, tables=tables(), manifests=manifests, **weights)


def module() -> str:
    """Return both scripts as one, for a widget has one module: the network, then the interface."""
    lines = SCRIPT.read_text(encoding="utf-8").splitlines(keepends=True)
    interface = [line for line in lines if not line.startswith("import ")]
    return NETWORK.read_text(encoding="utf-8") + "".join(interface)


def tables() -> str:
    """Return what the script must know of the data, as JSON: languages, roles, symbols."""
    return json.dumps(
        {
            "languages": places.LANGUAGES,
            "roles": {role: MEANINGS[role] for role in roles.ROLES},
            "symbols": roles.SYMBOLS,
            "buckets": roles.BUCKETS,
            "slots": roles.SLOTS,
        },
        separators=(",", ":"),
    )


def element(manifests: Mapping[str, Mapping], task: str) -> str:
    """Return the HTML of the page's form.

    Args:
        manifests: What `rnncourse.models.weights.files` says about the network of each task.
        task: What is shown at first.
    """
    networks = {}
    for name, manifest in manifests.items():
        sha256 = manifest["sha256"]
        stem, version = elements.address(WEIGHTS / name), f"?v={sha256[:8]}"  # no stale copy
        networks[name] = {
            "manifest": f"{stem}.json{version}",
            "weights": f"{stem}.bin{version}",
            "bytes": manifest["bytes"],
            "sha256": sha256,
        }
    compact = json.dumps(networks, separators=(",", ":"))
    facts = {"task": task, "networks": compact, "tables": tables()}
    sentence = (
        "Here you can try out where a network reads and where it answers. In the book it needs "
        "JavaScript; in a notebook, run the cell."
    )
    return elements.element("shapes-explorer", SCRIPT, facts, sentence)


@functools.cache
def _widget() -> type:
    """Make the class of the widget, where there are widgets."""
    import traitlets

    class Explorer(elements.page_widget()):
        _esm = module()
        task = traitlets.Unicode().tag(sync=True)
        tables = traitlets.Unicode().tag(sync=True)
        manifests = traitlets.Unicode().tag(sync=True)
        language = traitlets.Bytes().tag(sync=True)
        name = traitlets.Bytes().tag(sync=True)
        role = traitlets.Bytes().tag(sync=True)
        numeral = traitlets.Bytes().tag(sync=True)

        def _repr_html_(self) -> str:
            return element(json.loads(self.manifests), self.task)

        def __repr__(self) -> str:
            size = sum(manifest["bytes"] for manifest in json.loads(self.manifests).values())
            return f"Explorer of shapes, first {self.task}: {len(TASKS)} networks, {size} bytes"

    return Explorer
