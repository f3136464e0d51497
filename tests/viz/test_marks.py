"""No mark of a stored figure is cut: of a point that is in its panel, the whole marker is seen."""

import json
import re
from xml.etree import ElementTree

import pytest

from scripts import ROOT

from .test_figures import ALT, CAPTION, figure, show, styled

SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
FIGURE = re.compile(r'id="fig-([^"]+)"><div class="rc-drawing">(<svg.*?</svg>)', re.DOTALL)
PLACE = re.compile(r"(-?\d[\d.e-]*) (-?\d[\d.e-]*)")
SLACK = 0.5
"""In points: less is not seen."""


def find_cut_marks(svg: str) -> list[tuple[float, float]]:
    """Return the middles of the markers that lie in their panel and reach beyond its edge."""
    root = ElementTree.fromstring(svg)
    by_id = {element.get("id"): element for element in root.iter()}
    cut = []
    for group in root.iterfind(f".//{SVG}g[@clip-path]"):
        panel = by_id[group.get("clip-path").removeprefix("url(#").removesuffix(")")][0]
        left, top, width, height = (float(panel.get(k)) for k in ("x", "y", "width", "height"))
        for mark in group.iter(f"{SVG}use"):
            x, y = float(mark.get("x")), float(mark.get("y"))
            outline = PLACE.findall(by_id[mark.get(HREF).removeprefix("#")].get("d"))
            right, low = left + width, top + height
            places = [(x + float(dx), y + float(dy)) for dx, dy in outline]
            beyond = max(max(left - u, u - right, top - v, v - low) for u, v in places)
            if left <= x <= right and top <= y <= low and beyond > SLACK:
                cut.append((x, y))
    return cut


@pytest.mark.parametrize(
    "path", sorted((ROOT / "book").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_every_mark_is_seen_whole(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    pages = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs]
    drawings = dict(drawing for page in pages for drawing in FIGURE.findall(page))
    cut = {name: marks for name, svg in drawings.items() if (marks := find_cut_marks(svg))}
    assert cut == {}


@styled
def test_a_mark_on_the_edge_is_found():
    fig, (ax,) = figure()
    ax.plot([0, 1, 2, 9], [0.5, 0, 0.5, 0.5], "o")
    ax.set(xlim=(-1, 3), ylim=(0, 1), xlabel="step", ylabel="loss")
    assert len(find_cut_marks(show(fig, alt=ALT, caption=CAPTION, name="bits").svg)) == 1
