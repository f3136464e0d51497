"""What the live widgets share: an element for the page, a widget for the notebook, one source.

A chapter's widget is three files: `widget.mjs` and `widget.css` (`live/core.mjs` says what they
build on), and `widget.py`, which makes a `LiveFigure` and has a function named as the element. A
stored output holds the page's form only; a live notebook adds the widget. A second widget of a
chapter is three such files, `..._widget.mjs` and so on.
"""

import base64
import functools
import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rnncourse.models.weights import read_weight_files

PACKAGE = Path(__file__).parents[1]
SHARED = Path(__file__).with_name("live")
"""Modules and styles that several widgets use."""
STATIC = "_static"
"""Where the build puts what a page loads, seen from a page."""
COMMENT = re.compile(
    r"^[ \t]*(?://.*|/\*\*(?:(?!\*/)(?:.|\n))*\*/)\n|/\*\* @type .*?\*/ ", re.MULTILINE
)
IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(
    r"^export (default |(?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE
)
UNSUPPORTED = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
"""What a module of a widget may write to import and to export, and what it may not."""


@dataclass(frozen=True)
class LiveFigure:
    """A live widget of a chapter, in page and notebook.

    Args:
        tag: Name of its element, for instance `"my-stepper"`.
        folder: The chapter's folder, with `widget.mjs`, `widget.css` and perhaps `weights`.
        sentence: What stands in the page as long as the script has not run.
        caption: What stands below it: what to do, and what to see.
        name: Of its module and style sheet, where a chapter has more than one widget.
        source: The folder of another chapter whose networks it uses.
    """

    tag: str
    folder: Path
    sentence: str
    caption: str
    name: str = "widget"
    source: Path | None = None

    @property
    def script(self) -> Path:
        """The module that defines the element; the build makes one script of it and its imports."""
        return self.folder / f"{self.name}.mjs"

    @property
    def weights(self) -> Path:
        """The folder of its networks: those of its chapter, or of their source."""
        return (self.source or self.folder) / "weights"

    @property
    def styles(self) -> list[Path]:
        """The style sheets: the shared one, then its own if there is one."""
        own_css = self.folder / f"{self.name}.css"
        return [SHARED / "live.css", *[own_css] * own_css.is_file()]

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
        files = {name: self.files(name) for name in networks}
        manifests = {name: manifest for name, (manifest, _) in files.items()}
        widget_facts = dict(facts)
        if networks:
            sizes = {name: {"manifest": m, "bytes": m["bytes"]} for name, m in manifests.items()}
            widget_facts["networks"] = dump_json(sizes)
        widget = _make_widget_class(self)(
            facts=widget_facts, weights={name: data for name, (_, data) in files.items()}
        )
        widget.texts = {"text/html": self.html(facts, manifests), "text/plain": words}
        return widget

    def files(self, name: str) -> tuple[dict, bytes]:
        """Return manifest and bytes of one of the chapter's networks."""
        return read_weight_files(name, self.weights)

    def html(
        self, facts: Mapping[str, object], manifests: Mapping[str, Mapping] | None = None
    ) -> str:
        """Return the HTML of the page's form: a figure with styles, a custom element, its script.

        Args:
            facts: What the script finds in the element's `data-` attributes.
            manifests: What `read_weight_files` says about each of its networks.
        """
        networks = {}
        for name, manifest in (manifests or {}).items():
            # The version: no stale copy of older weights, nor of how they are laid out.
            version = hashlib.sha256(dump_json(manifest).encode()).hexdigest()[:8]
            networks[name] = {
                "script": f"{asset_url(self.weights / name)}.js?v={version}",
                "bytes": manifest["bytes"],
                "sha256": manifest["sha256"],
            }
        all_facts = {**facts, **({"networks": dump_json(networks)} if networks else {})}
        attributes = "".join(f' data-{key}="{html.escape(str(v))}"' for key, v in all_facts.items())
        links = "".join(f'<link rel="stylesheet" href="{asset_url(s)}">\n' for s in self.styles)
        return (
            f'<figure class="rc-figure rc-live" id="fig-{self.tag}">\n'
            f"{links}<{self.tag}{attributes}>\n<p>{self.sentence}</p>\n</{self.tag}>\n"
            f"<figcaption>{html.escape(self.caption, quote=False)}</figcaption>\n"
            f'<script defer src="{asset_url(self.script.with_suffix(".js"))}"></script>\n</figure>'
        )


def asset_url(file: Path) -> str:
    """Return where the build puts a file of the package, seen from a page."""
    return f"{STATIC}/{file.relative_to(PACKAGE).as_posix()}"


def check_ranges(values: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]) -> None:
    """Check that each number is from the lowest to the highest of the range of its name.

    Raises:
        ValueError: If one is not.
    """
    for name, (low, high) in ranges.items():
        if not low <= values[name] <= high:
            raise ValueError(f"{name} must be from {low:g} to {high:g}; got {values[name]!r}.")


def dump_json(value: object) -> str:
    """Return JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


def bundle_module(script: Path) -> str:
    """Return a module with all that it imports as statements that need no module.

    A module becomes a function that returns what it exports; those that import nothing come first.
    Comments that have lines of their own, and types, are left out.

    Raises:
        ValueError: If a module imports or exports in a way that is not understood here.
    """
    module_names: dict[Path, str] = {}
    functions: list[str] = []

    def add_module(path: Path) -> str:
        if path not in module_names:
            exported: list[str] = []

            def replace_import(match: re.Match) -> str:
                names = match[1].replace(" as ", ": ")
                return f"const {{{names}}} = {add_module((path.parent / match[2]).resolve())};"

            def replace_export(match: re.Match) -> str:
                exported.append(match[2] or "default: widget")
                return match[1] if match[2] else "const widget = "

            text = COMMENT.sub("", path.read_text(encoding="utf-8"))
            text = EXPORT.sub(replace_export, IMPORT.sub(replace_import, text))
            if match := UNSUPPORTED.search(text):
                raise ValueError(
                    f"{path.name}: {match[0]!r} is not understood. Try: import {{ names }} from "
                    '"./file.mjs"; and export before const, function or class.'
                )
            module_names[path] = f"module{len(module_names)}"  # what it imports has smaller numbers
            body = f"{text}\nreturn {{ {', '.join(exported)} }};"
            functions.append(f"const {module_names[path]} = (() => {{\n{body}\n}})();\n")
        return module_names[path]

    module = add_module(script.resolve())
    return f"{''.join(functions)}const {{ default: widget }} = {module};\n"


def bundle_as_script(script: Path) -> str:
    """Return a module as a classic script: a page that is opened as a file may load no module."""
    return f'(() => {{\n"use strict";\n{bundle_module(script)}}})();\n'


def weights_script(name: str, folder: Path) -> str:
    """Return a network as a script, which registers it: a page that is a file may fetch nothing.

    Args:
        name: The weights, see `rnncourse.models.weights`.
        folder: The chapter's folder of weights.
    """
    manifest, data = read_weight_files(name, folder)
    entry = dump_json({"manifest": manifest, "data": base64.b64encode(data).decode()})
    return f'(window.rnncourseWeights ??= {{}})["{manifest["sha256"]}"] = {entry};\n'


def render_page(
    live: LiveFigure, facts: Mapping[str, object], name: str, folder: Path, title: str, words: str
) -> str:
    """Return a page that is one file: a widget, its script, its styles and its network within.

    Args:
        live: The widget, which has one network.
        facts: What its script finds in the element's `data-` attributes.
        name: The weights, see `rnncourse.models.weights`.
        folder: Where they are.
        title: Of the page.
        words: What stands below the widget: HTML.
    """
    manifest, _ = read_weight_files(name, folder)
    network_script = base64.b64encode(weights_script(name, folder).encode()).decode()
    network_facts = {"script": f"data:text/javascript;base64,{network_script}"}
    network_facts |= {"bytes": manifest["bytes"], "sha256": manifest["sha256"]}
    all_facts = {**facts, "networks": dump_json({name: network_facts})}
    attributes = "".join(f' data-{key}="{html.escape(str(v))}"' for key, v in all_facts.items())
    styles = "\n".join(path.read_text(encoding="utf-8") for path in live.styles)
    script = bundle_as_script(live.script).replace("</", r"<\/")
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }}
body {{ margin: 2rem auto; max-width: 46rem; padding: 0 1rem }}
td, th {{ padding: 0.1rem 1rem 0.1rem 0; text-align: left }}
td {{ font-variant-numeric: tabular-nums }}
{styles}
</style></head><body>
<h1>{html.escape(title)}</h1>
<figure class="rc-figure rc-live" style="margin: 0">
<{live.tag}{attributes}><p>{live.sentence}</p></{live.tag}>
<figcaption>{html.escape(live.caption, quote=False)}</figcaption>
</figure>
{words}
<script>
{script}</script>
</body></html>
"""


@functools.cache
def _make_widget_class(live: LiveFigure) -> type:
    """Make the class of a widget, where there are widgets."""
    import anywidget
    import traitlets

    class Widget(anywidget.AnyWidget):
        _esm = f"{bundle_module(live.script)}export default widget;\n"
        _css = "".join(path.read_text(encoding="utf-8") for path in live.styles)
        facts = traitlets.Dict().tag(sync=True)
        weights = traitlets.Dict().tag(sync=True)
        caption = traitlets.Unicode(live.caption).tag(sync=True)

        def _repr_mimebundle_(self, **kwargs):
            data, metadata = super()._repr_mimebundle_(**kwargs)
            return {**data, **self.texts}, metadata

    return Widget
