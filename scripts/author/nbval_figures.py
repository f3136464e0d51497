"""Plugin of pytest: nbval compares figures, and what was trained, with a tolerance.

nbval compares text, and the digits of a figure may differ from machine to machine in their last
places. So `nbval-sanitize.cfg` leaves them out of its comparison, and they are compared here, with
a tolerance: each number of a figure's CSV, how many elements its drawing has of each kind, and
where each path lies. A cell with the tag `trained` names its own (trained.py), which holds for all
that it shows.
"""

import copy
import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from scripts.author import trained

TOLERANCE = 1e-3
"""Of a number, or of the range of its column in its panel, whichever is larger; of the number where
a column spans three powers of ten. All figures of the book stay below it with oneDNN's code for
SSE4.1, PyTorch's default and OpenBLAS's for Nehalem together, except for those that are chaotic or
trained on the page: their cells name their own."""
PATH_TOLERANCE = 0.01
"""Of the drawing's width: how far the edge of a path may be from where it was."""
DEFAULT_WIDTH = 460.8
"""Points, of a drawing that does not say how wide it is."""
FIGURE = re.compile(r"(?s)<figure\b.*?</figure>")
TABLE = re.compile(r'(?s)<script type="text/csv"[^>]*>(.*?)</script>')
SVG = re.compile(r"(?s)<svg\b([^>]*)>(.*?)</svg>")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e[-+]?\d+)?")


def list_differences(
    stored: str, rerun: str, allowed: trained.NumberTolerance = trained.EXACT_TOLERANCE
) -> Iterator[str]:
    """Say what differs between the figures of two outputs, a sentence each.

    Args:
        stored: HTML of the notebook.
        rerun: The same, of this run.
        allowed: How far its numbers may move; of a number, or of the range of its column.
    """
    figures = [FIGURE.findall(html) for html in (stored, rerun)]
    if len(figures[0]) != len(figures[1]):
        yield f"There are {len(figures[1])} figures; stored are {len(figures[0])}."
        return
    for old, new in zip(*figures, strict=True):
        tables, drawings = ([part.findall(html) for html in (old, new)] for part in (TABLE, SVG))
        for kind, (before, after) in {"tables": tables, "drawings": drawings}.items():
            if len(before) != len(after):
                yield f"A figure has {len(after)} {kind}; stored are {len(before)}."
        for old_table, new_table in zip(*tables, strict=False):
            yield from _compare_tables(old_table, new_table, allowed)
        for old_drawing, new_drawing in zip(*drawings, strict=False):
            if not allowed.samples:
                slack = max(PATH_TOLERANCE, allowed.tolerance)
                yield from _compare_drawings(old_drawing, new_drawing, slack)


def _compare_tables(old: str, new: str, allowed: trained.NumberTolerance) -> Iterator[str]:
    """Compare two tables, cell by cell."""
    before, after = (list(csv.DictReader(io.StringIO(text.strip()))) for text in (old, new))
    if len(before) != len(after):
        yield f"A figure's CSV has {len(after)} rows; stored are {len(before)}."
        return
    if before and before[0].keys() != after[0].keys():
        yield f"A figure's CSV has the columns {[*after[0]]}; stored are {[*before[0]]}."
        return
    columns, tolerance = defaultdict(list), max(TOLERANCE, allowed.tolerance)
    for row in before:
        for name, cell in row.items():
            if (value := _parse_float(cell)) is not None:
                columns[row.get("panel"), name].append(value)
    faults: list[tuple[float, str]] = []
    for line, (old_row, new_row) in enumerate(zip(before, after, strict=True), 2):
        for name, cell in old_row.items():
            a, b = _parse_float(cell), _parse_float(new_row.get(name))
            distance = float(cell != new_row.get(name))
            if a is not None and b is not None:
                values = columns[old_row.get("panel"), name]
                low, high = min(values), max(values)
                spread = 0 if low > 0 and high > 1000 * low else high - low  # 0: on a log axis
                distance = abs(a - b) / max(abs(a), spread, allowed.floor, 1e-300)
                if allowed.samples or abs(a - b) <= allowed.absolute * (1 + 1e-9):
                    continue
            if distance > tolerance:
                fault = f"line {line}, {name}: {new_row.get(name)}, and stored is {cell}"
                faults.append((distance, fault))
    if faults:
        distance, fault = max(faults)
        yield (
            f"{len(faults)} cells of a figure's CSV differ, the farthest is {fault}; they are "
            f"{distance:.2g} apart, and {tolerance:g} may be."
        )


def _compare_drawings(old: tuple[str, str], new: tuple[str, str], share: float) -> Iterator[str]:
    """Compare two drawings: their elements, and the box around each path."""
    before, after = (Counter(re.findall(r"<([a-z]\w*)", body)) for _, body in (old, new))
    if before != after:
        counts = ((name, before[name], after[name]) for name in before | after)
        changes = ", ".join(f"{b} of <{n}> instead of {a}" for n, a, b in counts if a != b)
        yield f"A drawing has {changes}."
        return
    view = re.search(r'viewBox="\S+ \S+ (\S+)', old[0])
    slack = share * (float(view[1]) if view else DEFAULT_WIDTH)
    paths = [re.findall(r'<path\b[^>]*?\bd="([^"]*)"', body) for _, body in (old, new)]
    for number, (a, b) in enumerate(zip(*paths, strict=False), 1):
        old_box, new_box = _compute_box(a), _compute_box(b)
        if len(old_box) != len(new_box) or any(
            abs(p - q) > slack for p, q in zip(old_box, new_box, strict=True)
        ):
            yield f"Path {number} of a drawing lies within {new_box}; stored is {old_box}."


def _compute_box(path: str) -> list[float]:
    """The least and the largest coordinates of a path."""
    numbers = [float(n) for n in NUMBER.findall(path)]
    xs, ys = numbers[::2], numbers[1::2]
    return [min(xs), max(xs), min(ys), max(ys)] if xs and ys else []


def _parse_float(text: str | None) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def _choose_stored_output(
    cell, test: list[dict], ref: list[dict], allowed: trained.NumberTolerance
) -> tuple[list[dict], list[str]]:
    """Put the stored text in the place of a fresh one that may stand for it; say why one may not.

    Args:
        cell: Of nbval, which knows what is left out of its comparison.
        test: Outputs of this run.
        ref: Those that the notebook stores.
        allowed: How far their numbers may move.
    """
    reasons, outputs = [], copy.deepcopy(test)
    for new, old in zip(outputs, ref, strict=False):  # nbval counts them
        for texts, stored in ((new, old), (new.get("data", {}), old.get("data", {}))):
            for key in set(texts) & set(stored) - {"name", "output_type"}:
                if isinstance(texts[key], str):
                    pair = cell.sanitize(stored[key]), cell.sanitize(texts[key])
                    differences = trained.list_differences(*pair, allowed)
                    reasons += differences
                    texts[key] = texts[key] if differences else stored[key]
    return outputs, reasons


def pytest_configure(config) -> None:
    """Let nbval's comparison excuse what may move, and end with the comparison of figures."""
    from nbval.plugin import IPyNbCell

    compare = IPyNbCell.compare_outputs

    def compare_with_tolerance(self, test, ref, skip_compare=None):
        allowed = trained.read_tolerance(self.cell.metadata)
        fresh, reasons = _choose_stored_output(self, test, ref, allowed) if allowed else (test, [])
        is_same = compare(self, fresh, ref, skip_compare)
        if is_same:
            texts = [
                [html for out in outputs if (html := out.get("data", {}).get("text/html"))]
                for outputs in (ref, test)
            ]
            reasons = [
                reason
                for pair in zip(*texts, strict=True)
                for reason in list_differences(*pair, allowed or trained.EXACT_TOLERANCE)
            ]
        self.comparison_traceback += [f"{reason}\n" for reason in reasons[:5]]
        if len(reasons) > 5:
            self.comparison_traceback.append(f"And {len(reasons) - 5} more.\n")
        return is_same and not reasons

    IPyNbCell.compare_outputs = compare_with_tolerance
