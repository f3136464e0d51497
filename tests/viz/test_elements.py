"""What a notebook stores and gets, and what a page gets: the same for every live widget."""

import base64
import hashlib
import html
import json
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat import v4

from rnncourse.core.chapters import FOLDER
from rnncourse.models import weights
from rnncourse.viz import elements
from scripts import ROOT

from .. import node
from ..browser.conftest import WIDGETS
from ..browser.widgets import show_widget

PAGES = {
    number
    for path in (ROOT / "book").glob("*.ipynb")
    for number in re.findall(r"\b[0-9a-f]{64}\b", path.read_text(encoding="utf-8"))
}
"""The hashes that pages have."""
VIEW = "application/vnd.jupyter.widget-view+json"
EVERY = [*elements.SHARED.iterdir(), *FOLDER.glob("*/*.mjs"), *FOLDER.glob("*/*.css")]
each = pytest.mark.parametrize("name", WIDGETS)
MAX_CHARS = {"ch10_recursive_networks/tree_widget": 27_000}
MAX_CHARS |= {"ch13_captioning/caption_widget": 36_000, "ch13_captioning/paint_widget": 64_000}
MAX_CHARS |= {"ch05_gradients/clock_widget": 10_000}
"""Characters of a widget whose small networks are there from the start, 8 bits a weight; or its
pictures: 54 letters and 23 marks to put together, six emoji to paint over; or a hand on two dials
for each symbol and step."""


@each
def test_the_output_has_a_form_for_the_page_and_one_for_a_live_notebook(name):
    shown = show_widget(name)
    data, _ = shown._repr_mimebundle_()
    state, text, number = shown.get_state(), data["text/html"], shown.model_id
    shown.close()
    assert set(data) == {"text/html", "text/plain", VIEW}
    assert number not in text + data["text/plain"]
    assert "\n" not in data["text/plain"]
    assert len(text) < MAX_CHARS.get(name, 9000)  # and no weights
    result = node.parse_attributes(text)
    assert set(result) == set(state["facts"])
    for key, value in state["facts"].items():
        if key != "networks" or not state["weights"]:
            assert result[key] == str(value)
    for link in re.findall(r'(?:href|src)="([^"]*)"', text):
        source = elements.PACKAGE / link.removeprefix("_static/")
        assert (source.with_suffix(".mjs") if source.suffix == ".js" else source).is_file()
    tag, caption = WIDGETS[name].LIVE_FIGURE.tag, WIDGETS[name].LIVE_FIGURE.caption
    assert text.startswith(f'<figure class="rc-figure rc-live" id="fig-{tag}">')
    assert f"<figcaption>{caption}</figcaption>" in text
    assert state["caption"] == caption


@pytest.mark.parametrize(
    "name", [n for n, m in WIDGETS.items() if [*m.LIVE_FIGURE.weights.glob("*.bin")]]
)
def test_weights_match_their_manifest(name):
    shown, live = show_widget(name), WIDGETS[name].LIVE_FIGURE
    state, text = shown.get_state(), shown.texts["text/html"]
    shown.close()
    if not state["weights"]:  # the networks of the folder are another widget's
        assert "data-networks" not in text
        return
    in_page = json.loads(html.unescape(re.search(r'data-networks="([^"]*)"', text)[1]))
    in_notebook = json.loads(state["facts"]["networks"])
    assert set(in_page) == set(in_notebook) == set(state["weights"])
    for network, data in state["weights"].items():
        manifest, expected = weights.read_weight_files(network, live.weights)
        stem = elements.asset_url(live.weights / network)
        version = f"?v={hashlib.sha256(elements.dump_json(manifest).encode()).hexdigest()[:8]}"
        assert data == expected
        assert manifest["sha256"] in PAGES, "a page was not run with the weights that are stored"
        script = elements.weights_script(network, live.weights)
        registered = re.fullmatch(r'\(window.rnncourseWeights .*\)\["(.*)"\] = (.*);\n', script)
        entry = json.loads(registered[2])
        assert registered[1] == manifest["sha256"]
        assert entry["manifest"] == manifest
        assert base64.b64decode(entry["data"], validate=True) == data
        assert in_notebook[network] == {"manifest": manifest, "bytes": len(data)}
        assert in_page[network] == {
            "script": f"{stem}.js{version}",
            "bytes": len(data),
            "sha256": manifest["sha256"],
        }


def test_values_of_a_reader_are_escaped(tmp_path):
    text = elements.LiveFigure("a-b", elements.PACKAGE / "chapters" / "x", "Words.", "A < b.").html(
        {"text": 'a "quoted" <word>'}
    )
    assert 'data-text="a &quot;quoted&quot; &lt;word&gt;"' in text
    assert "<figcaption>A &lt; b.</figcaption>" in text


def test_unknown_weights_are_refused(tmp_path):
    live = elements.LiveFigure("a-b", tmp_path, "Words.", "See.")
    with pytest.raises(weights.WeightsError, match="no weights named 'x'"):
        live.show({}, "words", ("x",))


def test_one_text_holds_what_is_imported_each_once_and_before_its_importer(tmp_path):
    (tmp_path / "more").mkdir()
    files = {
        "a.mjs": 'import { b as d } from "./more/b.mjs";\nimport {\n  c, f,\n} from "./c.mjs";\n'
        "export default live(d, c, f);\n",
        "more/b.mjs": "// export goes\n/** So\n * does it. */\n"
        'import { c } from "../c.mjs";\nexport const b = c;\n',
        "c.mjs": "export const c = 1;\nconst own = 2;\nexport async function f() {}\n"
        "/** @type {*} */ (own)[0] = 1;\n/** So. */\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert (
        elements.bundle_module(tmp_path / "a.mjs")
        == """\
const module0 = (() => {
const c = 1;
const own = 2;
async function f() {}
(own)[0] = 1;

return { c, f };
})();
const module1 = (() => {
const { c } = module0;
const b = c;

return { b };
})();
const module2 = (() => {
const { b: d } = module1;
const {
  c, f,
} = module0;
const widget = live(d, c, f);

return { default: widget };
})();
const { default: widget } = module2;
"""
    )


@pytest.mark.parametrize(
    "line",
    [
        'import "./b.mjs";',
        'import b from "./b.mjs";',
        'import { b } from "b";',
        "export { b };",
        "export let b = 1;",
    ],
)
def test_unsupported_imports_are_refused(tmp_path, line):
    (tmp_path / "a.mjs").write_text(f"// a\n{line}\n")
    (tmp_path / "b.mjs").write_text("")
    with pytest.raises(ValueError, match=f"^a.mjs: '{re.escape(line)}' is not understood"):
        elements.bundle_module(tmp_path / "a.mjs")


@pytest.mark.parametrize("path", EVERY, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_file_names_another_host(path):
    fetches = r"|@import" if path.suffix == ".css" else ""  # in a script it names types
    text = path.read_text(encoding="utf-8")
    assert re.findall(rf"https?:|[\"'`(]//(?!=)|url\({fetches}", text) == []


@pytest.mark.tools
def test_stored_outputs_are_html_and_the_same_every_time(tmp_path):
    nb, path = v4.new_notebook(), tmp_path / "widgets.ipynb"
    for module in WIDGETS.values():
        function = module.LIVE_FIGURE.tag.replace("-", "_")
        source = f"from {module.__name__} import {function}\n\n{function}()"
        nb.cells.append(v4.new_code_cell(source, id=function.replace("_", "-")))
    nb.cells.append(v4.new_code_cell("import ipywidgets\nipywidgets.IntSlider()", id="other"))
    nbformat.write(nb, path)
    stored = []
    for _ in range(2):
        run = [sys.executable, "-m", "scripts.author.run_notebooks", str(path)]
        assert subprocess.run(run, cwd=ROOT, check=False, capture_output=True).returncode == 0
        stored.append(path.read_text(encoding="utf-8"))
    assert stored[0] == stored[1]
    nb = json.loads(stored[0])
    *formats, other = (set(cell["outputs"][0]["data"]) for cell in nb["cells"])
    assert formats == [{"text/html", "text/plain"}] * len(WIDGETS)
    assert VIEW in other
    assert "_esm" not in stored[0]
    (state,) = nb["metadata"]["widgets"].values()
    assert len(state["state"]) == 3  # the slider's: model, layout, style
    check = [sys.executable, "-m", "scripts.check_notebooks", str(path)]
    done = subprocess.run(check, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
