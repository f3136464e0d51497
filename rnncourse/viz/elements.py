"""What the live widgets share: an element for the page, a widget for the notebook, one source.

A chapter's widget is three files: `widget.mjs` and `widget.css` (`live/core.mjs` says what they
build on), and `widget.py`, which makes a `Live` and has a function named as the element. A stored
output holds the page's form only; a live notebook adds the widget.
"""

import functools
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rnncourse.models.weights import files

PACKAGE = Path(__file__).parents[1]
SHARED = Path(__file__).with_name("live")
"""Modules and styles that several widgets use."""
STATIC = "_static"
"""Where the build puts what a page loads, seen from a page."""
IMPORTED = re.compile(r'(\b(?:from|import)\s*\(?\s*")(\.[^"]+)(")')
"""A module's name in the text of another that imports it."""


@dataclass(frozen=True)
class Live:
    """A live widget of a chapter, in page and notebook.

    Args:
        tag: Name of its element, for instance `"my-stepper"`.
        folder: The chapter's folder, with `widget.mjs`, `widget.css` and perhaps `weights`.
        sentence: What stands in the page as long as the script has not run.
    """

    tag: str
    folder: Path
    sentence: str

    @property
    def script(self) -> Path:
        """The module that defines the element."""
        return self.folder / "widget.mjs"

    @property
    def weights(self) -> Path:
        """The folder of the chapter's networks."""
        return self.folder / "weights"

    @property
    def styles(self) -> list[Path]:
        """The style sheets: the shared one, then its own if there is one."""
        own = self.folder / "widget.css"
        return [SHARED / "live.css", *[own] * own.is_file()]

    def show(
        self, facts: Mapping[str, object], words: str, networks: tuple[str, ...] = ()
    ) -> object:
        """Return an object that a notebook displays when it is the last value of a cell.

        Args:
            facts: Texts and numbers, which the script finds by their names.
            words: What it is, where only text is shown.
            networks: Weights of the chapter that the script may load, by their names.

        Raises:
            WeightsError: If there are no such weights, or they were changed.
        """
        found = {name: self.files(name) for name in networks}
        manifests = {name: manifest for name, (manifest, _) in found.items()}
        given = dict(facts)
        if networks:
            known = {name: {"manifest": m, "bytes": m["bytes"]} for name, m in manifests.items()}
            given["networks"] = compact(known)
        shown = _widget(self)(
            facts=given, weights={name: data for name, (_, data) in found.items()}
        )
        shown.texts = {"text/html": self.html(facts, manifests), "text/plain": words}
        return shown

    def files(self, name: str) -> tuple[dict, bytes]:
        """Return manifest and bytes of one of the chapter's networks."""
        return files(name, self.weights)

    def html(
        self, facts: Mapping[str, object], manifests: Mapping[str, Mapping] | None = None
    ) -> str:
        """Return the HTML of the page's form: styles, a custom element, the module that defines it.

        Args:
            facts: What the script finds in the element's `data-` attributes.
            manifests: What `rnncourse.models.weights.files` says about each of its networks.
        """
        networks = {}
        for name, manifest in (manifests or {}).items():
            sha256 = manifest["sha256"]
            stem, version = address(self.weights / name), f"?v={sha256[:8]}"
            networks[name] = {
                "manifest": f"{stem}.json{version}",  # no stale copy of older weights
                "weights": f"{stem}.bin{version}",
                "bytes": manifest["bytes"],
                "sha256": sha256,
            }
        every = {**facts, **({"networks": compact(networks)} if networks else {})}
        data = "".join(f' data-{key}="{html.escape(str(v))}"' for key, v in every.items())
        links = "".join(f'<link rel="stylesheet" href="{address(s)}">\n' for s in self.styles)
        script = f'<script type="module" src="{address(self.script)}"></script>'
        return f"{links}<{self.tag}{data}>\n<p>{self.sentence}</p>\n</{self.tag}>\n{script}"


def address(file: Path) -> str:
    """Return where the build puts a file of the package, seen from a page."""
    return f"{STATIC}/{file.relative_to(PACKAGE).as_posix()}"


def compact(value: object) -> str:
    """Return JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


def one_module(script: Path) -> str:
    """Return a module with all that it imports as the text of one module, for a notebook.

    Each module stays as it is, but for the names that it imports by: the text makes an address for
    each, those that import nothing first, and writes it in place of the name.
    """
    numbers: dict[Path, int] = {}
    texts: list[str] = []

    def read(path: Path) -> int:
        if path not in numbers:
            text = IMPORTED.sub(
                lambda m: f"{m[1]}module:{read((path.parent / m[2]).resolve())}{m[3]}",
                path.read_text(encoding="utf-8"),
            )
            numbers[path] = len(texts)  # what it imports has smaller ones
            texts.append(text)
        return numbers[path]

    read(script.resolve())
    return f"""\
const addresses = [];
for (const text of {json.dumps(texts, ensure_ascii=False)}) {{
  const resolved = text.replace(/"module:(\\d+)"/g, (_, number) => `"${{addresses[number]}}"`);
  addresses.push(URL.createObjectURL(new Blob([resolved], {{ type: "text/javascript" }})));
}}
const {{ default: widget }} = await import(addresses.at(-1));
addresses.forEach((address) => URL.revokeObjectURL(address));
export default widget;
"""


@functools.cache
def _widget(live: Live) -> type:
    """Make the class of a widget, where there are widgets."""
    import anywidget
    import traitlets

    class Widget(anywidget.AnyWidget):
        _esm = one_module(live.script)
        _css = "".join(path.read_text(encoding="utf-8") for path in live.styles)
        facts = traitlets.Dict().tag(sync=True)
        weights = traitlets.Dict().tag(sync=True)

        def _repr_mimebundle_(self, **kwargs):
            data, metadata = super()._repr_mimebundle_(**kwargs)
            return {**data, **self.texts}, metadata

    return Widget
