"""Three charts of the front page, drawn anew from the numbers of three figures of the course."""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rnncourse.viz.diagrams import INK, get_color

W, H = 340, 232
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 10, 44


def read_figure_data(notebook: Path, name: str) -> list[dict[str, str]]:
    """Return the numbers of a figure as the notebook has stored them.

    Args:
        notebook: Its file.
        name: Of the figure, as `show` was given it.

    Raises:
        ValueError: If the notebook has no such figure with numbers.
    """
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            page = "".join(output.get("data", {}).get("text/html", ""))
            if f'id="fig-{name}"' in page:
                data = re.search(r'<script type="text/csv"[^>]*>\n(.*?)</script>', page, re.DOTALL)
                if data:
                    return list(csv.DictReader(io.StringIO(data[1].replace("<\\/", "</"))))
    raise ValueError(f"{notebook.name} has stored no figure {name!r} with numbers.")


def draw_chart(
    series: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    x: tuple[float, float, Mapping[float, str], str],
    y: tuple[Sequence[float], str],
    alt: str,
    labels: Sequence[tuple[str, str, float, float, str]],
    mark_every: int = 1,
    bars: Sequence[tuple[str, float, float, float]] = (),
) -> str:
    """Draw lines with named axes and labels beside them, as small SVG.

    Args:
        series: A role, or a color of `COLORS`, and points. After a space: "--" is dashed, "o"
            has dots, "^" is thin and has triangles.
        x: From, to, the ticks' places and words, the axis's name.
        y: Ticks from the lowest to the highest, the axis's name.
        alt: What is to be seen.
        labels: Words, color, place, and which end of the words is there.
        mark_every: From a marked point to the next.
        bars: Intervals: color, x, low, high.

    Raises:
        ValueError: If a point lies outside the axes.
    """
    (x0, x1, x_ticks, x_name), (ticks, y_name) = x, y
    if not all(x0 <= px <= x1 and ticks[0] <= py <= ticks[-1] for _, ps in series for px, py in ps):
        raise ValueError(f"A point of {y_name!r} lies outside its axes.")

    def to_x(value: float) -> float:
        return round(LEFT + (value - x0) / (x1 - x0) * (W - LEFT - RIGHT), 1)

    def to_y(value: float) -> float:
        return round(
            H - BOTTOM - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (H - TOP - BOTTOM), 1
        )

    parts = [
        f'<svg role="img" viewBox="0 0 {W} {H}" aria-label="{html.escape(alt)}" '
        'font-family="system-ui, sans-serif" font-size="12" fill="currentColor">'
    ]
    for tick in ticks:
        opacity = 0.5 if tick == ticks[0] else 0.14
        parts.append(
            f'<path d="M{LEFT} {to_y(tick)}H{W - RIGHT}" stroke="currentColor" '
            f'stroke-opacity="{opacity}"/>'
            f'<text x="{LEFT - 6}" y="{to_y(tick) + 4}" text-anchor="end">{tick:g}</text>'
        )
    for tick, label in x_ticks.items():
        parts.append(
            f'<text x="{to_x(tick)}" y="{H - BOTTOM + 16}" text-anchor="middle">{label}</text>'
        )
    bold = 'text-anchor="middle" font-weight="600"'
    parts.append(f'<text x="{(LEFT + W - RIGHT) / 2}" y="{H - 6}" {bold}>{x_name}</text>')
    middle = (H - BOTTOM + TOP) / 2
    parts.append(f'<text transform="translate(12 {middle}) rotate(-90)" {bold}>{y_name}</text>')
    for style, points in series:
        role, _, form = style.partition(" ")
        color, places = get_color(role), [f"{to_x(px)} {to_y(py)}" for px, py in points]
        dashes = ' stroke-dasharray="6 4"' * ("--" in form)
        line = f'fill="none" stroke="{color}" stroke-width="{1.2 if "^" in form else 2.2}"'
        parts.append(f'<path d="M{"L".join(places)}" {line} stroke-linejoin="round"{dashes}/>')
        for place in places[::mark_every]:
            if "^" in form:
                parts.append(f'<path d="M{place}m-3.5 2.5h7l-3.5-6z" {line}/>')
            elif "o" in form:
                x_place, y_place = place.split()
                parts.append(f'<circle cx="{x_place}" cy="{y_place}" r="3.6" fill="{color}"/>')
    for color, px, low, high in bars:
        line = f'stroke="{get_color(color)}" stroke-width="1.4" stroke-opacity=".55"'
        parts.append(f'<path d="M{to_x(px)} {to_y(low)}V{to_y(high)}" {line}/>')
    for label, color, px, py, anchor in labels:
        attributes = f'text-anchor="{anchor}" fill="{get_color(color)}" font-weight="650"'
        parts.append(f'<text x="{to_x(px)}" y="{to_y(py)}" {attributes}>{label}</text>')
    return "".join(parts).replace(INK, "currentColor") + "</svg>"


def _draw_trainings(book: Path) -> str:
    """Lesson 5: three losses, averaged over ten updates as in the lesson."""
    losses: dict[str, list[float]] = {}
    for row in read_figure_data(book / "05-gradients.ipynb", "losses"):
        losses.setdefault(row["series"], []).append(float(row["y"]))
    styles = {"the first": "gray", "the second": " ^", "the third": " o"}  # as in the lesson
    last_values = [losses[name][-1] for name in styles]
    n = len(losses["the first"])
    return draw_chart(
        [
            (style, [(i + 5, sum(losses[name][i : i + 10]) / 10) for i in range(0, n, 10)])
            for name, style in styles.items()
        ],
        (0, n, {t: str(t) for t in range(0, n + 1, 100)}, "updates"),
        ((0, 0.5, 1, 1.5, 2), "loss (nats)"),
        "Three loss curves. One stays where guessing is, one begins to fall and leaps back, one "
        f"falls to zero. Their last values: {', '.join(f'{v:.2f}' for v in last_values)}.",
        [
            ("the first: guessing", "", 0.97 * n, 1.47, "end"),
            ("the second", "", 0.97 * n, 0.86, "end"),
            ("the third", "", 0.97 * n, 0.1, "end"),
        ],
        mark_every=3,
    )


def _draw_lists(book: Path) -> str:
    """Lessons 12 and 14: lists that are translated without a mistake."""
    series: dict[str, list[tuple[float, float]]] = {}
    for row in read_figure_data(book / "14-beyond-recurrence.ipynb", "lists-right"):
        series.setdefault(row["series"], []).append((float(row["x"]), float(row["y"])))

    def find_series(word: str) -> list[tuple[float, float]]:
        return next(points for name, points in series.items() if word in name)

    names = "one vector", "with attention", "transformer"
    one_vector, attention, transformer = map(find_series, names)
    ends = [points[-1][1] for points in (one_vector, attention, transformer)]
    return draw_chart(
        [("attention --o", transformer), ("state o", one_vector), ("attention o", attention)],
        (1.8, 6.2, {t: str(t) for t in range(2, 7)}, "numbers in the list"),
        ((0, 25, 50, 75, 100), "exact translations (%)"),
        "Lists that are translated without a mistake. At six numbers: with one vector "
        f"{ends[0]:.0f} percent, with attention {ends[1]:.0f}, by a transformer {ends[2]:.0f}.",
        [
            ("attention", "attention", 6.1, 89, "end"),
            ("transformer (dashed)", "attention", 6.1, 80, "end"),
            ("one vector", "state", 4.95, 40, "start"),
        ],
    )


def _draw_brackets(book: Path) -> str:
    """Lesson 2b: brackets that are closed, by how far back they were opened."""
    points_by_color: dict[str, list[tuple[float, float]]] = {"gray": [], "state": []}
    bars, distances = [], {}
    for row in read_figure_data(book / "02b-recurrent-language-models.ipynb", "brackets-networks"):
        color = "gray" if "counts" in row["series"] else "state"
        x, y, low, high = (float(row[key]) for key in ("x", "y", "low", "high"))
        points_by_color[color].append((x, y))
        bars.append((color, x, low, high))
        distances[round(x)] = row["at"].split(" n")[0]
    shares = [points[4][1] for points in points_by_color.values()]
    return draw_chart(
        [(f"{color} o", points) for color, points in points_by_color.items()],
        (-0.4, 5.4, distances, "how many characters ago it was opened"),
        ((0, 20, 40, 60, 80), "brackets closed (%)"),
        f"Brackets that are closed, by distance. At {distances[4]} characters counts close "
        f"{shares[0]:.0f} percent, the network {shares[1]:.0f}.",
        [("network", "state", 3.3, 66, "middle"), ("counts", "gray", 2.55, 9, "start")],
        bars=bars,
    )


DISCOVERIES: tuple[tuple[str, str, Callable[[Path], str], str], ...] = (
    (
        "two-lines",
        "Two lines of code lie between failure and success",
        _draw_trainings,
        "One task, one network, one rate: name the first of twenty-one symbols. Which lines? "
        '<a href="05-gradients.html">Lesson 5</a>.',
    ),
    (
        "one-vector",
        "One vector holds three numbers, and loses six",
        _draw_lists,
        "Lists of numbers, English to German; GRUs, means of five, and a transformer. A look back "
        'mends it: <a href="12-attention.html">lesson 12</a>, and '
        '<a href="14-beyond-recurrence.html">14</a>.',
    ),
    (
        "open-bracket",
        "Counts lose an open bracket; a network loses it later",
        _draw_brackets,
        "English prose of programmers, one split. Bars are 95&#8239;% intervals. "
        '<a href="02b-recurrent-language-models.html">Lesson 2b</a>.',
    ),
)


def draw_discoveries(book: Path) -> str:
    """Return the three charts with what they show, as HTML.

    Args:
        book: The folder of the notebooks.

    Raises:
        ValueError: If a notebook has no such figure any more.
    """
    figures = [
        f'<figure id="{name}"><h3>{heading}<a class="headerlink" href="#{name}" '
        f'title="Link to this finding">#</a></h3>{draw(book)}'
        f"<figcaption>{caption}</figcaption></figure>"
        for name, heading, draw, caption in DISCOVERIES
    ]
    return f'<div class="rc-findings">\n{chr(10).join(figures)}\n</div>'
