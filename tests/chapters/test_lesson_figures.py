"""The figures of the lessons draw what the record has."""

import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnncourse.chapters.ch05_gradients.information import LAGS
from rnncourse.core.chapters import chapters
from rnncourse.core.records import Record

FIGURES = {c.name: c.load("lesson_figures") for c in chapters() if c.has("lesson_figures")}
ALONE = [
    (name, function.__name__)
    for name, module in FIGURES.items()
    for function in vars(module).values()
    if inspect.isfunction(function)
    and function.__module__ == module.__name__
    and not function.__name__.startswith("_")
    and all(p.default is not p.empty for p in inspect.signature(function).parameters.values())
]
LETTERS = [f"letters/per/{place}" for place in range(1, 10)]


def seeds(value, name, keys):
    """A row a seed, a column a key."""
    return np.array([value(f"spelling/{name}/{key}") for key in keys]).T


def reach(value):
    shares = {k: value(f"first/window/{k}") for k in (1, 2, 4, 6, 8)}
    return ({"the first letter": {**shares, "state": value("first/state")}},), [*shares.values()]


def new_words(value):
    bits = value("memory/words/counts")
    return ({"counts": bits}, value("memory/words/times")), [bits]


def cuts(value):
    by_k = {
        what: {k: value(f"writing/5/{k}/{what}") for k in range(1, 7)}
        for what in ("right", "trace")
    }
    return (by_k,), [row for rows in by_k.values() for row in rows.values()]


def two_sides(value):
    means = [np.mean(value(f"digits/linear/{lag}")) for lag in LAGS]
    return (LAGS, {"usual weights": means}, {}), [means]


def sharpness(value):
    rates = {rate: value(f"sharp/near/{rate}") for rate in (0.003, 0.01, 0.03, 0.1)}
    updates = {n: value(f"longer/near/{n}") for n in (1000, 2000)}
    return (rates, updates), [np.mean([*rates.values()], 1), np.mean([*updates.values()], 1)]


def travel_map(value):
    found = np.array([np.mean(value(f"travel/far/{bias}")) for bias in range(7)])
    return (range(7), [800], found[None]), []


def spelled(value):
    mine, other = seeds(value, "forward", LETTERS), seeds(value, "window", LETTERS)
    return (mine, other), [*mine, other]


def attended(value):
    one, more = (seeds(value, name, LETTERS) for name in ("one_vector", "attention"))
    return (one, more), [*one, *more]


def captions(value):
    parts = {part: value(f"emoji/attended/{part}/exact") for part in ("tone", "who", "pair")}
    return ({"attended": parts},), [*parts.values()]


def heads(value):
    points, left = value("heads/points/0"), value("heads/without/0")
    return (points, left, [1] * 4 + [2] * 4), [left[:4], left[4:]]


RECORDED = {
    "ch01_sequences": ("reach", reach),
    "ch02_language": ("new_words", new_words),
    "ch04_bptt": ("cuts", cuts),
    "ch05_gradients": ("two_sides", two_sides),
    "ch06_gating": ("sharpness", sharpness),
    "ch07_lstm": ("travel_map", travel_map),
    "ch11_seq2seq": ("by_length", spelled),
    "ch12_attention": ("by_length", attended),
    "ch13_captioning": ("exact", captions),
    "ch14_beyond_recurrence": ("heads", heads),
}
"""By chapter: a figure, and what gives its arguments and the numbers that its lines must have."""


@pytest.fixture(autouse=True)
def closed():
    """Leave no figure open."""
    yield
    plt.close("all")


@pytest.mark.parametrize(("name", "figure"), ALONE)
def test_a_drawing_that_needs_nothing_is_drawn(name, figure):
    fig = getattr(FIGURES[name], figure)()
    fig.canvas.draw()
    assert any(ax.lines or ax.patches or ax.texts for ax in fig.axes)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_the_numbers_of_the_record(name):
    figure, prepare = RECORDED[name]
    given, shown = prepare(Record.load(name).value)
    fig = getattr(FIGURES[name], figure)(*given)
    fig.canvas.draw()
    drawn = [np.asarray(line.get_ydata(), float) for ax in fig.axes for line in ax.lines]
    images = [image.get_array() for ax in fig.axes for image in ax.images]
    assert drawn or images
    for row in map(np.ravel, shown):
        scales = (1, 100)  # shares are drawn as they are, or as percentages
        assert any(
            len(row) == len(line) and np.allclose(scale * row, line)
            for line in drawn
            for scale in scales
        )
