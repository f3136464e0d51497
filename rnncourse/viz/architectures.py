"""The architectures of the course side by side, small: the drawing language without words.

As in `diagrams`: gray squares are inputs, blue boxes states, green circles gates, a pink line is
memory or the one vector, purple lines are attention. Drawn as SVG by hand, because seven of
matplotlib's drawings would weigh more than the page around them.
"""

import math
from collections.abc import Callable
from itertools import pairwise

from rnncourse.viz.diagrams import color_of

COLUMNS = (24, 64, 104, 144)
KEY = ("input", "state", "gate", "memory", "attention")
"""What the colors stand for; memory is the role `cell`."""


def _color(role: str) -> str:
    return "currentColor" if not role else color_of("cell" if role == "memory" else role)


def _box(x: float, y: float, role: str, half: float, round_: float) -> str:
    color = _color(role)
    return (
        f'<rect x="{x - half:g}" y="{y - half:g}" width="{2 * half:g}" height="{2 * half:g}" '
        f'rx="{round_:g}" fill="{color}" fill-opacity=".15" stroke="{color}"/>'
    )


def _input(x: float) -> str:
    return _box(x, 122, "input", 7, 0)


def _state(x: float, y: float = 84) -> str:
    return _box(x, y, "state", 11, 7)


def _gate(x: float, y: float) -> str:
    color = _color("gate")
    paper = "var(--pst-color-background, Canvas)"
    return f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{paper}" stroke="{color}"/>'


def _line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    role: str = "",
    width: float = 1.5,
    head: bool = True,
) -> str:
    path = f"M{x1:g} {y1:g}L{x2:g} {y2:g}"
    if head:
        turn = math.atan2(y2 - y1, x2 - x1)
        ends = [(x2 - 5 * math.cos(turn + d), y2 - 5 * math.sin(turn + d)) for d in (-0.5, 0.5)]
        path += (
            f"M{ends[0][0]:.1f} {ends[0][1]:.1f}L{x2:g} {y2:g}L{ends[1][0]:.1f} {ends[1][1]:.1f}"
        )
    return f'<path d="{path}" stroke="{_color(role)}" stroke-width="{width:g}"/>'


def _chain(columns: tuple[int, ...] = COLUMNS) -> str:
    """Inputs below states that are joined from left to right."""
    parts = [_input(x) + _state(x) + _line(x, 113, x, 98) for x in columns]
    parts += [_line(a + 13, 84, b - 14, 84, "state") for a, b in pairwise(columns)]
    return "".join(parts)


def _rnn() -> str:
    return _chain() + _line(144, 71, 144, 52)


def _lstm() -> str:
    gates = [
        _line(x, 72, x, 49, width=1.2, head=False) + _gate(x, 60) + _gate(x + 13, 46)
        for x in COLUMNS
    ]
    return _chain() + _line(6, 46, 162, 46, "memory", 3) + "".join(gates)


def _both() -> str:
    parts = [_state(x, 46) + _line(x, 71, x, 60) + _line(x, 33, x, 20) for x in COLUMNS]
    parts += [_line(x + 27, 46, x + 14, 46, "state") for x in COLUMNS[:-1]]
    return _chain() + "".join(parts)


def _tree() -> str:
    ways = ((24, 114, 40, 97), (64, 114, 48, 97), (104, 114, 120, 97), (144, 114, 128, 97))
    ways += ((50, 72, 77, 58), (118, 72, 91, 58), (84, 33, 84, 18))
    nodes = _state(44) + _state(124) + _state(84, 46)
    return "".join(map(_input, COLUMNS)) + nodes + "".join(_line(*way) for way in ways)


def _encoder_decoder() -> str:
    parts = [_state(x) + _line(x, 71, x, 54) for x in COLUMNS[2:]]
    parts += [_line(117, 84, 130, 84, "state"), _line(78, 84, 90, 84, "memory", 4)]
    return _chain(COLUMNS[:2]) + "".join(parts)


def _attention() -> str:
    looks = [
        _line(x, 71, 132, 42, "attention", width, head=False)
        for x, width in zip(COLUMNS, (1, 4, 1.6), strict=False)
    ]
    return _chain(COLUMNS[:3]) + "".join(looks) + _state(144, 40) + _line(144, 27, 144, 12)


def _transformer() -> str:
    parts = [_input(x) + _line(x, 113, x, 98) + _state(x) for x in COLUMNS]
    for i, x in enumerate(COLUMNS):
        parts += [_line(at, 71, x, 59, "attention", head=False) for at in COLUMNS[:i]]
        parts += [_line(x, 71, x, 60), _state(x, 46), _line(x, 33, x, 16)]
    return "".join(parts)


ARCHITECTURES: dict[str, tuple[str, str, str, Callable[[], str]]] = {
    "RNN": ("a state, carried from step to step", "1–5", "01-sequences", _rnn),
    "LSTM and GRU": ("gates that keep and forget", "6–8", "06-gating", _lstm),
    "Both ways, and deep": ("read on before you answer", "9", "09-bidirectional", _both),
    "Trees": ("join what belongs together", "10", "10-recursive-networks", _tree),
    "Encoder–decoder": (
        "all in one vector, and out again",
        "11",
        "11-sequence-to-sequence",
        _encoder_decoder,
    ),
    "Attention": ("look back at what you need", "12–13", "12-attention", _attention),
    "Transformer": (
        "look at everything, carry nothing",
        "14",
        "14-beyond-recurrence",
        _transformer,
    ),
}
"""What each is in a few words, its lessons, the page of the first of them, its drawing."""


def draw_architecture(name: str) -> str:
    """Return one architecture as SVG, for a page that says beside it what it is.

    Raises:
        ValueError: If there is no such architecture.
    """
    if name not in ARCHITECTURES:
        raise ValueError(f"Drawn are {', '.join(ARCHITECTURES)}; not {name!r}.")
    return (
        '<svg viewBox="0 0 168 138" aria-hidden="true" fill="none" stroke-width="1.6" '
        f'stroke-linecap="round" stroke-linejoin="round">{ARCHITECTURES[name][3]()}</svg>'
    )


def draw_architectures() -> str:
    """Return the strip of all architectures, each a link to its first lesson, and the key."""
    items = [
        f'<li><a href="{page}.html">{draw_architecture(name)}<b>{name}</b><small>{words}<br>'
        f"lesson{'s' * ('–' in lessons)} {lessons}</small></a></li>"
        for name, (words, lessons, page, _) in ARCHITECTURES.items()
    ]
    rounds = {"input": "0", "gate": "50%", "attention": "50%"}
    key = "".join(
        f'<span><i style="--c:{_color(role)};border-radius:{rounds.get(role, ".25em")}"></i>'
        f"{role}</span>"
        for role in KEY
    )
    return (
        f'<ul class="rc-strip">\n{chr(10).join(items)}\n</ul>\n'
        f'<div class="rc-key" aria-hidden="true">{key}</div>'
    )
