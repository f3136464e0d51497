"""The numbers of a figure as CSV, read from what is drawn and not from what it was drawn of."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import SupportsFloat

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

COLUMNS = ("panel", "series", "x", "at", "y", "low", "high")
"""`at` is the label of a place, such as a letter; `low` and `high` are the ends of a range."""


def format_figure_csv(fig: Figure) -> str:
    """Return the numbers of a figure as CSV, one row a point; empty for a diagram.

    Lines, points, bars, error bars, bands between two lines and images are read, with six digits.
    What only points (labels, shaded regions, drawings on axes that are off) has no numbers.

    Args:
        fig: Drawn, with the names of its legend as names of the series.

    Returns:
        A line of titles and a line a point. Columns that would be empty are left out.
    """
    rows = []
    for ax in fig.axes:
        if ax.axison:
            panel = ax.get_title(loc="left") or ax.get_title() or ax.get_ylabel()
            rows += [{"panel": _join_lines(panel), **row} for row in _list_rows(ax)]
    if len(fig.axes) == 1:
        rows = [{**row, "panel": ""} for row in rows]
    columns = [name for name in COLUMNS if any(row.get(name, "") != "" for row in rows)]
    if not columns:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def count_points(data: str) -> str:
    r"""Say how many points each series of a figure's CSV has.

    >>> count_points("series,x,y\ntold,1,0.5\ntold,2,0.6\nfree,1,0.4\n")
    'told: 2; free: 1'
    """
    rows = csv.DictReader(io.StringIO(data))
    counts = Counter(", ".join(filter(None, map(row.get, ("panel", "series")))) for row in rows)
    return "; ".join(f"{name}: {count}" if name else str(count) for name, count in counts.items())


def _list_rows(ax: Axes) -> Iterator[dict[str, str]]:
    """List every point of one panel."""
    parts_of_error_bars = set()
    for container in ax.containers:
        name = _join_lines(label) if (label := container.get_label())[:1] != "_" else ""
        if isinstance(container, BarContainer):
            yield from _list_bars(ax, container, name)
        elif isinstance(container, ErrorbarContainer):
            yield from _list_error_bars(ax, container, name)
            parts_of_error_bars |= {container[0], *container[1]}
    for line in ax.lines:
        if line not in parts_of_error_bars:
            yield from _list_line_points(ax, line)
    for collection in ax.collections:
        if isinstance(collection, PolyCollection):
            yield from _list_band_edges(ax, collection)
        elif isinstance(collection, PathCollection):
            name = _find_name(ax, collection)
            yield from (_make_row(ax, name, x, y) for x, y in collection.get_offsets())
    for values in (image.get_array() for image in ax.images):
        if np.ndim(values) == 2:  # no picture
            for (row, column), value in np.ndenumerate(values):
                place = f"{_find_label(ax.yaxis, row)} then {_find_label(ax.xaxis, column)}"
                yield {"series": "", "at": place, "y": _format(value)}


def _list_bars(ax: Axes, bars: BarContainer, name: str) -> Iterator[dict[str, str]]:
    for bar in bars:
        width, height = bar.get_width(), bar.get_height()
        if bars.orientation == "horizontal":
            position = bar.get_y() + height / 2
            place = _find_label(ax.yaxis, position)
            yield {"series": name, "x": _format(width), "y": _format(position), "at": place}
        else:
            yield _make_row(ax, name, bar.get_x() + width / 2, height)


def _list_error_bars(ax: Axes, bars: ErrorbarContainer, name: str) -> Iterator[dict[str, str]]:
    line, _, stems = bars
    if line is None or not bars.has_yerr:
        raise ValueError("Of error bars only those of points, up and down, are read.")
    for (x, y), endpoints in zip(line.get_xydata(), stems[-1].get_segments(), strict=True):
        yield _make_row(ax, name, x, y, *(endpoints[:, 1] if len(endpoints) else ()))


def _list_line_points(ax: Axes, line: Line2D) -> Iterator[dict[str, str]]:
    if _has_data(ax, line):
        name = _find_name(ax, line)
        for x, y in np.column_stack(line.get_data(orig=False)):
            yield _make_row(ax, name, x, y)
    elif line.get_label()[:1] != "_":  # drawn across the whole panel
        yield _make_row(ax, _find_name(ax, line), None, line.get_ydata()[0])


def _list_band_edges(ax: Axes, band: PolyCollection) -> Iterator[dict[str, str]]:
    name = _find_name(ax, band)
    for path in band.get_paths():
        corners = path.vertices[:-1]
        for x in np.unique(corners[:, 0]):
            y = corners[corners[:, 0] == x, 1]
            yield _make_row(ax, name, x, None, y.min(), y.max())


def _has_data(ax: Axes, line: Line2D) -> bool:
    """Say whether both coordinates of a line are data, and it is not drawn from edge to edge."""
    return line.get_transform() == ax.transData


def _make_row(ax: Axes, name: str, x, y=None, low=None, high=None) -> dict[str, str]:
    """Make one point; what is unknown is empty."""
    coordinates = {"x": x, "y": y, "low": low, "high": high}
    row = {key: _format(v) for key, v in coordinates.items() if v is not None}
    place = "" if x is None else _find_label(ax.xaxis, x)
    return {"series": name, **row, "at": "" if place == row.get("x") else place}


def _format(value: SupportsFloat) -> str:
    return "" if np.ma.is_masked(value) or not np.isfinite(value) else f"{value:.6g}"


def _find_label(axis, position: SupportsFloat) -> str:
    """Find the words that were given to a place of an axis, or nothing where numbers stand."""
    locator = axis.get_major_locator()
    if not isinstance(locator, FixedLocator) or not len(locator.locs):
        return ""
    positions = np.asarray(locator.locs, dtype=float)
    nearest = int(np.abs(positions - position).argmin())
    if abs(positions[nearest] - position) >= 0.45:
        return ""
    return _join_lines(axis.get_major_formatter()(positions[nearest], nearest))


def _find_name(ax: Axes, artist) -> str:
    """Find what the legend calls a line; a band or a bare line has the name of what has its color.

    A label that begins with `_` is in no legend, and names the data all the same. Where this panel
    names nothing of the color, another does. A color of several names decides nothing: of these, a
    band has the name of the one line that runs through it.
    """
    if not re.fullmatch(r"_(child\d+|nolegend_)?", label := artist.get_label()):
        return _join_lines(label.removeprefix("_"))
    face = getattr(artist, "get_facecolor", getattr(artist, "get_color", None))()
    color = to_rgb(face[0] if isinstance(face, np.ndarray) else face)
    for panel in (ax, *ax.figure.axes):
        lines = {line: line.get_label() for line in panel.lines}
        lines |= {c[0]: c.get_label() for c in panel.containers if isinstance(c, ErrorbarContainer)}
        names_of_lines = {
            line: name
            for line, name in lines.items()
            if name[:1] != "_" and to_rgb(line.get_color()) == color
        }
        if len(set(names_of_lines.values())) > 1 and isinstance(artist, PolyCollection):
            names_of_lines = {
                line: name for line, name in names_of_lines.items() if _is_inside_band(line, artist)
            }
        if len(names := set(names_of_lines.values())) == 1:
            return _join_lines(names.pop())
    return ""


def _is_inside_band(line: Line2D, band: PolyCollection) -> bool:
    """Say whether a line stays within a band, its edges included."""
    corners = np.concatenate([path.vertices[:-1] for path in band.get_paths()])
    edges = {x: corners[corners[:, 0] == x, 1] for x in np.unique(corners[:, 0])}
    points = line.get_xydata()
    is_inside = [x in edges and edges[x].min() <= y <= edges[x].max() for x, y in points]
    return len(is_inside) > 0 and all(is_inside)


def _join_lines(text: str) -> str:
    """Set a label in one line."""
    return " ".join(str(text).split())
