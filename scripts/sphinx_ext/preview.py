"""Draw the picture that a shared link shows: title, sentence, and what the page is about.

A lesson, its lab report and a finding of it have their architecture, as the front page draws it;
the ledger has its claims, colored by verdict; every other page has the seven architectures.
"""

import re
import textwrap
from pathlib import Path

import numpy as np

INK, MUTED, PAPER = "#20242b", "#5a6270", "#fdfdfb"
LENGTHS = ("x", "y", "width", "height", "rx", "cx", "cy", "r")  # of an element of a drawing
WIDTH, HEIGHT = 1200, 630  # pixels, as those who show it want it
VERDICTS = {
    "holds": "#1b55a0",
    "holds in part": "#865500",
    "fails": "#ad1f5c",
    "fails as stated": "#9a3b12",
}  # as claims.css has them


def draw_preview(path: Path, title: str, words: str, book: str) -> None:
    """Write the picture of the page that the file is named after."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a reader's own settings draw no other picture
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        axes.axis("off")
        lines = textwrap.wrap(title, 34)
        top = {"va": "top", "color": INK}
        axes.text(70, 56, "\n".join(lines), fontsize=36, weight="bold", linespacing=1.15, **top)
        description = "\n".join(textwrap.wrap(words, 74)[:3])
        y = 76 + 62 * len(lines)
        axes.text(70, y, description, fontsize=19, linespacing=1.4, **{**top, "color": MUTED})
        if path.stem not in ("index", "claims"):
            axes.text(70, HEIGHT - 84, book, fontsize=17, **top)
        _draw_picture(axes, path.stem)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Software": None})


def _draw_picture(axes, page: str) -> None:
    from rnncourse.core.chapters import list_chapters
    from rnncourse.viz.architectures import ARCHITECTURES
    from rnncourse.viz.discoveries import DISCOVERIES

    lesson_of = {name: re.search(r'href="(\d\d)', words)[1] for name, _, _, words in DISCOVERIES}

    if page == "claims":
        _draw_ledger(axes)
        return
    lesson = re.match(r"(?:lab-)?(\d\d)", lesson_of.get(page, page))
    taught = {c.architecture for c in list_chapters() if lesson and lesson[1] == c.page[:2]}
    for i, (name, (_, draw)) in enumerate(ARCHITECTURES.items()):
        if lesson is None:
            _draw_shapes(axes, draw(), 70 + 154 * i, 440, 0.82)
        elif name in taught:
            _draw_shapes(axes, draw(), 760, 270, 2.25)


def _draw_shapes(axes, svg: str, left: float, top: float, scale: float) -> None:
    """Draw an architecture: boxes, circles and straight lines are all that it has."""
    from matplotlib.patches import Circle, FancyBboxPatch

    for kind, tag in re.findall(r"<(\w+) ([^>]*)/>", svg):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        color = INK if attributes["stroke"] == "currentColor" else attributes["stroke"]
        outline = {"ec": color, "lw": 1.4 * scale}
        if kind == "path":
            for stroke in attributes["d"].split("M")[1:]:
                points = np.array([point.split() for point in stroke.split("L")], float)
                width = 0.72 * scale * float(attributes["stroke-width"])
                x, y = np.array([left, top])[:, None] + scale * points.T
                axes.plot(x, y, color=color, lw=width, solid_capstyle="round")
            continue
        size = {k: scale * float(v) for k, v in attributes.items() if k in LENGTHS}
        if kind == "circle":
            center = left + size["cx"], top + size["cy"]
            shape = Circle(center, size["r"], fc=PAPER, zorder=3, **outline)
        else:
            pad = size["rx"]
            corner = left + size["x"] + pad, top + size["y"] + pad
            inner = size["width"] - 2 * pad, size["height"] - 2 * pad
            shape = FancyBboxPatch(corner, *inner, f"round,pad={pad}", fc=f"{color}26", **outline)
        axes.add_patch(shape)


def _draw_ledger(axes) -> None:
    """A row for each deck, a tile for each claim."""
    from matplotlib.patches import Rectangle

    from rnncourse.claims.ledger import load_ledger

    rows: dict[str, list[str]] = {}
    for claim in load_ledger().values():
        rows.setdefault(claim.deck, []).append(VERDICTS.get(claim.verdict, "#a8adb5"))
    for i, tiles in enumerate(rows.values()):
        for j, color in enumerate(tiles):
            axes.add_patch(Rectangle((70 + 58 * j, 300 + 58 * i), 50, 50, fc=color))
