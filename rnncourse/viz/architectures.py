"""The architectures of the course side by side, small: the drawing language without words.

As in `diagrams`: gray squares are inputs, blue boxes states, green circles gates, a pink line is
memory, purple lines are attention; the one vector is a thick blue line. Drawn as SVG by hand,
because seven of matplotlib's drawings would weigh more than the page around them.
"""

import math
from collections.abc import Callable
from itertools import pairwise

from rnncourse.core.chapters import list_chapters
from rnncourse.viz.diagrams import get_color

COLUMNS = (24, 64, 104, 144)


def _find_color(role: str) -> str:
    return "currentColor" if not role else get_color("cell" if role == "memory" else role)


def _draw_box(x: float, y: float, role: str, half: float, radius: float) -> str:
    color = _find_color(role)
    return (
        f'<rect x="{x - half:g}" y="{y - half:g}" width="{2 * half:g}" height="{2 * half:g}" '
        f'rx="{radius:g}" fill="{color}" fill-opacity=".15" stroke="{color}"/>'
    )


def _draw_input(x: float) -> str:
    return _draw_box(x, 122, "input", 7, 0)


def _draw_state(x: float, y: float = 84) -> str:
    return _draw_box(x, y, "state", 11, 7)


def _draw_gate(x: float, y: float) -> str:
    color = _find_color("gate")
    paper = "var(--pst-color-background, Canvas)"
    return f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{paper}" stroke="{color}"/>'


def _draw_line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    role: str = "",
    width: float = 1.5,
    arrowhead: bool = True,
) -> str:
    path = f"M{x1:g} {y1:g}L{x2:g} {y2:g}"
    if arrowhead:
        angle = math.atan2(y2 - y1, x2 - x1)
        (x3, y3), (x4, y4) = (
            (x2 - 5 * math.cos(angle + d), y2 - 5 * math.sin(angle + d)) for d in (-0.5, 0.5)
        )
        path += f"M{x3:.1f} {y3:.1f}L{x2:g} {y2:g}L{x4:.1f} {y4:.1f}"
    return f'<path d="{path}" stroke="{_find_color(role)}" stroke-width="{width:g}"/>'


def _draw_chain(columns: tuple[int, ...] = COLUMNS) -> str:
    """Inputs below states that are joined from left to right."""
    parts = [_draw_input(x) + _draw_state(x) + _draw_line(x, 113, x, 98) for x in columns]
    parts += [_draw_line(a + 13, 84, b - 14, 84, "state") for a, b in pairwise(columns)]
    return "".join(parts)


def _draw_rnn() -> str:
    return _draw_chain() + _draw_line(144, 71, 144, 52)


def _draw_lstm() -> str:
    gates = [
        _draw_line(x, 72, x, 49, width=1.2, arrowhead=False)
        + _draw_gate(x, 60)
        + _draw_gate(x + 13, 46)
        for x in COLUMNS
    ]
    return _draw_chain() + _draw_line(6, 46, 162, 46, "memory", 3) + "".join(gates)


def _draw_deep() -> str:
    parts = [
        _draw_state(x, 46) + _draw_line(x, 71, x, 60) + _draw_line(x, 33, x, 20) for x in COLUMNS
    ]
    parts += [_draw_line(x + 27, 46, x + 14, 46, "state") for x in COLUMNS[:-1]]
    return _draw_chain() + "".join(parts)


def _draw_tree() -> str:
    lines = ((24, 114, 40, 97), (64, 114, 48, 97), (104, 114, 120, 97), (144, 114, 128, 97))
    lines += ((50, 72, 77, 58), (118, 72, 91, 58), (84, 33, 84, 18))
    nodes = _draw_state(44) + _draw_state(124) + _draw_state(84, 46)
    return "".join(map(_draw_input, COLUMNS)) + nodes + "".join(_draw_line(*line) for line in lines)


def _draw_encoder_decoder() -> str:
    parts = [_draw_state(x) + _draw_line(x, 71, x, 54) for x in COLUMNS[2:]]
    parts += [_draw_line(117, 84, 130, 84, "state"), _draw_line(78, 84, 90, 84, "state", 4)]
    return _draw_chain(COLUMNS[:2]) + "".join(parts)


def _draw_attention() -> str:
    links = [
        _draw_line(x, 71, 132, 42, "attention", width, arrowhead=False)
        for x, width in zip(COLUMNS, (1, 4, 1.6), strict=False)
    ]
    state = _draw_state(144, 40) + _draw_line(144, 27, 144, 12)
    return _draw_chain(COLUMNS[:3]) + "".join(links) + state


def _draw_transformer() -> str:
    parts = [_draw_input(x) + _draw_line(x, 113, x, 98) + _draw_state(x) for x in COLUMNS]
    for i, x in enumerate(COLUMNS):
        parts += [_draw_line(x0, 71, x, 59, "attention", arrowhead=False) for x0 in COLUMNS[:i]]
        parts += [_draw_line(x, 71, x, 60), _draw_state(x, 46), _draw_line(x, 33, x, 16)]
    return "".join(parts)


ARCHITECTURES: dict[str, tuple[str, Callable[[], str]]] = {
    "RNN": ("a state, carried from step to step", _draw_rnn),
    "LSTM and GRU": ("gates that keep and forget", _draw_lstm),
    "Both ways, and deep": ("read on before you answer", _draw_deep),
    "Trees": ("join what belongs together", _draw_tree),
    "Encoder–decoder": ("all in one vector, and out again", _draw_encoder_decoder),
    "Attention": ("look back at what you need", _draw_attention),
    "Transformer": ("look at everything, carry nothing", _draw_transformer),
}
"""What each is in a few words, and its drawing; a chapter's `ARCHITECTURE` is one of them."""


def draw_architecture(name: str) -> str:
    """Return one architecture as SVG, for a page that says beside it what it is.

    Raises:
        ValueError: If there is no such architecture.
    """
    if name not in ARCHITECTURES:
        raise ValueError(f"Drawn are {', '.join(ARCHITECTURES)}; not {name!r}.")
    return (
        '<svg viewBox="0 0 168 138" aria-hidden="true" fill="none" stroke-width="1.6" '
        f'stroke-linecap="round" stroke-linejoin="round">{ARCHITECTURES[name][1]()}</svg>'
    )


def draw_architectures() -> str:
    """Return the strip of all architectures, each a link to its first lesson, and the key."""
    items = []
    for name, (summary, _) in ARCHITECTURES.items():
        chapters = [chapter for chapter in list_chapters() if chapter.architecture == name]
        numbers = "–".join(str(n) for n in sorted({chapters[0].number, chapters[-1].number}))
        items.append(
            f'<li><a href="{chapters[0].page}.html">{draw_architecture(name)}<b>{name}</b>'
            f"<small>{summary}<br>lesson{'s' * (len(chapters) > 1)} {numbers}</small></a></li>"
        )
    marks = {
        "input": _draw_box(8, 8, "input", 7, 0),
        "state": _draw_box(8, 8, "state", 7, 4),
        "gate": _draw_gate(8, 8),
        "memory": _draw_line(0, 8, 16, 8, "memory", 3, arrowhead=False),
        "attention": _draw_line(0, 8, 16, 8, "attention", 2, arrowhead=False),
    }
    key = "".join(
        f'<span><svg viewBox="0 0 16 16" fill="none" stroke-width="1.6">{mark}</svg>{role}</span>'
        for role, mark in marks.items()
    )
    return (
        f'<ul class="rc-strip">\n{chr(10).join(items)}\n</ul>\n'
        f'<div class="rc-key" aria-hidden="true">{key}</div>'
    )
