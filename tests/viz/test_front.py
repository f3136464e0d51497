"""What the front page draws: seven architectures in one language, and three charts."""

import base64
import html
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.image
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from rnncourse.core.chapters import list_pages
from rnncourse.viz.architectures import ARCHITECTURES, draw_architecture, draw_architectures
from rnncourse.viz.diagrams import ROLES, get_color
from rnncourse.viz.discoveries import draw_chart, draw_discoveries, read_figure_data
from rnncourse.viz.elements import SHARED

BOOK = Path(__file__).resolve().parents[2] / "book"
SPOKEN = {  # role: the words for it, of which a figure with its color has one
    "state": "state|network|encoder|decoder|tree|LSTM|GRU",
    "gate": "gate",
    "cell": "cell|memory|LSTM|kept",
    "attention": "attention|asks?|query|looks?|heads?|transformer",
    "gradient": "gradient|back|path",
}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_an_architecture_has_the_colors_of_the_drawing_language_only(name):
    svg = draw_architecture(name)
    ElementTree.fromstring(svg)
    known = {color for color, _ in ROLES.values()}
    assert set(re.findall(r"#[0-9a-f]{6}", svg)) <= known
    assert get_color("input") in svg
    assert get_color("state") in svg


def test_drawings_show_gates_cells_and_attention_of_their_architecture():
    def list_with(role):
        return {name for name in ARCHITECTURES if get_color(role) in draw_architecture(name)}

    assert list_with("gate") == {"LSTM and GRU"}
    assert list_with("cell") == {"LSTM and GRU"}
    assert list_with("attention") == {"Attention", "Transformer"}


def test_each_architecture_leads_to_a_lesson():
    strip = draw_architectures()
    links = re.findall(r'href="([^"]+)[.]html"', strip)
    assert len(links) == 7
    assert set(links) <= {page.name for page in list_pages() if not page.is_lab}
    spans = re.findall(r"lessons? (\d+)(?:–(\d+))?", strip)
    named = [n for first, last in spans for n in range(int(first), int(last or first) + 1)]
    assert named == list(range(1, 15))
    assert "\n\n" not in strip  # it stands in Markdown


def test_the_notation_explains_the_colors_of_all_drawings():
    shown = r'<i class="rc-hue" style="--c:(#\w{6})[^|]*></i> \w+ [|] (\w+) [|]'
    page = re.findall(shown, (BOOK / "notation.md").read_text(encoding="utf-8"))
    colors = {"cell" if part == "memory" else part: color for color, part in page}
    assert colors == {role: color for role, (color, _) in ROLES.items() if role != "output"}
    styles = (SHARED / "live.css").read_text(encoding="utf-8")
    assert all(f"--{role}: {color};" in styles for role, color in colors.items())


def list_colors(figure):
    """All colors of a stored figure, those of its pictures included."""
    lines = [to_rgb(color) for color in set(re.findall(r"#[0-9a-f]{6}\b", figure))]
    shades = [np.array(lines).reshape(-1, 3)]
    for data in re.findall(r"data:image/png;base64,([^\"]+)", figure):
        picture = matplotlib.image.imread(io.BytesIO(base64.b64decode(data)))
        shades.append(picture[picture[..., 3] > 0.3][:, :3])
    return np.unique(np.concatenate(shades), axis=0)


@pytest.mark.parametrize("notebook", sorted(BOOK.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_figure_has_the_color_of_a_role_only_if_it_speaks_of_it(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    page = "".join("".join(out.get("data", {}).get("text/html", "")) for out in outputs)
    wrong = []
    for name, figure in re.findall(
        r'<figure class="rc-figure" id="fig-([^"]+)">(.*?)(?:<script|</figure>)', page, re.DOTALL
    ):
        colors = list_colors(figure)
        labels = " ".join(re.findall('aria-label="([^"]*)"', figure))
        text = html.unescape(labels + re.sub("<[^>]*>", " ", figure))
        for role, words in SPOKEN.items():
            has_color = (abs(colors - to_rgb(get_color(role))).max(1, initial=0) < 0.01).any()
            if has_color and not re.search(rf"\b(?:{words})", text, re.IGNORECASE):
                wrong.append((name, role))
    assert wrong == []


def test_an_unknown_architecture_is_refused():
    with pytest.raises(ValueError, match=r"Drawn are RNN, .*; not 'CNN'"):
        draw_architecture("CNN")


def test_the_charts_have_axes_with_names_and_what_the_notebooks_stored():
    page = draw_discoveries(BOOK)
    charts = re.findall(r"<svg .*?</svg>", page)
    assert len(charts) == 3
    for svg in charts:
        ElementTree.fromstring(svg)
        assert svg.count('font-weight="600"') == 2
    last = [
        r
        for r in read_figure_data(BOOK / "14-beyond-recurrence.ipynb", "lists-right")
        if r["x"] == "6"
    ]
    of_one = next(float(r["y"]) for r in last if "one vector" in r["series"])
    assert f"with one vector {of_one:.0f} percent" in page
    assert "\n\n" not in page


def test_the_headings_say_what_the_numbers_say():
    losses = {}
    for row in read_figure_data(BOOK / "05-gradients.ipynb", "losses"):
        losses.setdefault(row["series"], []).append(float(row["y"]))
    end = {name: sum(values[-10:]) / 10 for name, values in losses.items()}
    assert end["the third"] < 0.05 < 0.3 < min(end["the first"], end["the second"])
    exact = {}
    for row in read_figure_data(BOOK / "14-beyond-recurrence.ipynb", "lists-right"):
        exact[row["series"].split(",")[1].strip()[:3], row["x"]] = float(row["y"])
    assert exact["one", "3"] > 90
    assert exact["one", "6"] < 10
    far = read_figure_data(BOOK / "02b-recurrent-language-models.ipynb", "brackets-networks")
    counts, network = ([r for r in far if (word in r["series"])] for word in ("counts", "GRU"))
    assert all(float(c["y"]) < 5 for c in counts[3:])
    assert all(float(n["y"]) > 30 for n in network[:5])


def test_a_chart_places_its_points():
    svg = draw_chart(
        [("blue o", [(0, 0), (10, 100)])],
        (0, 10, {0: "none", 10: "ten"}, "steps"),
        ((0, 100), "share (%)"),
        "A line that rises & rises.",
        [("here", "blue", 10, 100, "end")],
    )
    ElementTree.fromstring(svg)
    assert "M46.0 188.0L326.0 10.0" in svg
    assert "&amp;" in svg


def test_a_figure_that_is_gone_is_named(tmp_path):
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": []}))
    with pytest.raises(ValueError, match=r"a.ipynb has stored no figure 'x'"):
        read_figure_data(tmp_path / "a.ipynb", "x")
