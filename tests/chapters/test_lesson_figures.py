"""The figures of the lessons show all their words, in the colors of roles."""

import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from rnncourse.chapters.ch05_gradients.information import LAGS
from rnncourse.core.chapters import list_chapters
from rnncourse.core.records import Record
from rnncourse.viz.diagrams import INK
from rnncourse.viz.figures import COLORS

MODULES = {
    c.name: c.load("lesson_figures") for c in list_chapters() if c.has_module("lesson_figures")
}
FIGURES = {
    f"{name}/{function.__name__}": function
    for name, module in MODULES.items()
    for function in vars(module).values()
    if inspect.isfunction(function)
    and function.__module__ == module.__name__
    and not function.__name__.startswith("_")
}
LETTERS = [f"letters/per/{place}" for place in range(1, 10)]


def list_seeds(value, name, keys):
    """A row a seed, a column a key."""
    return np.array([value(f"spelling/{name}/{key}") for key in keys]).T


def read_accuracy_by_context(value):
    shares = {k: value(f"first/window/{k}") for k in (1, 2, 4, 6, 8)}
    return ({"the first letter": {**shares, "state": value("first/state")}},)


def read_window_costs(value):
    names, windows = ("right", "trace"), range(1, 7)
    return ({name: {k: value(f"writing/5/{k}/{name}") for k in windows} for name in names},)


def read_probe_and_gradient(value):
    means = [np.mean(value(f"digits/linear/{lag}")) for lag in LAGS]
    return LAGS, {"usual weights": means}, {"usual weights": means}


def read_sharpness(value):
    rates = {rate: value(f"sharp/near/{rate}") for rate in (0.003, 0.01, 0.03, 0.1)}
    return rates, {n: value(f"longer/near/{n}") for n in (1000, 2000)}


def read_travel_map(value):
    result = np.array([np.mean(value(f"travel/far/{bias}")) for bias in range(7)])
    return range(7), [800], result[None]


def read_exact_fractions(value):
    return ({"attended": {p: value(f"emoji/attended/{p}/exact") for p in ("tone", "who", "pair")}},)


RECORDED = {
    "ch01_sequences/plot_accuracy_by_context": read_accuracy_by_context,
    "ch02_language/plot_new_words": lambda value: (
        {"counts": value("memory/words/counts")},
        value("memory/words/times"),
    ),
    "ch04_bptt/plot_window_costs": read_window_costs,
    "ch05_gradients/plot_probe_and_gradient": read_probe_and_gradient,
    "ch06_gating/plot_sharpness": read_sharpness,
    "ch07_lstm/plot_travel_map": read_travel_map,
    "ch11_seq2seq/plot_errors_by_length": lambda value: [
        list_seeds(value, name, LETTERS) for name in ("forward", "window")
    ],
    "ch12_attention/plot_errors_by_length": lambda value: [
        list_seeds(value, name, LETTERS) for name in ("one_vector", "attention")
    ],
    "ch13_captioning/plot_exact_captions": read_exact_fractions,
    "ch14_beyond_recurrence/plot_heads": lambda value: (
        value("heads/points/0"),
        value("heads/without/0"),
        [1] * 4 + [2] * 4,
    ),
}
"""What gives the arguments of a figure from the record: the notebook compares its numbers."""
ROLES = {to_hex(color) for color in (INK, *COLORS.values())}
RNG = np.random.default_rng(0)
FALLING = 0.9 ** np.arange(301.0)
LIST = np.stack([np.linspace(-1, 1, 20), *np.eye(20)[[4, 15]]], 1)
SOUNDS = ("T", "AH", "F")
LOOK = RNG.dirichlet(np.ones(5), size=3)
"""A row a sound, a column a letter of `tough`."""
PLACES = RNG.dirichlet(np.ones(36), size=2)
STYLE = ("purple", "o", "-")
ARGUMENTS = {
    "ch01_sequences/plot_language_by_letter": (
        {"saari": LOOK[0] * np.ones((5, 5))},
        list("abcde"),
        ["a", "b"],
    ),
    "ch01_sequences/draw_window_and_state": ("saari", 3, "Finnish"),
    "ch02_language/plot_cache_bits": ("hello hello hello", FALLING[:17], FALLING[:17]),
    "ch02_language/draw_unrolled": ("hel", LOOK[:, :3], LOOK, "helo "),
    "ch02_language/draw_cache_matches": (["the cat", "the dog", "the cow"], "the ", 4),
    "ch02_language/plot_bits_by_stored_numbers": (
        np.geomspace(2e5, 5e7, 30),
        {"counts": np.linspace(1.9, 1.4, 30)},
        {"network": (1e6, 1.5)},
    ),
    "ch02_language/plot_zipf": ([100, 50, 33, 25], ["the", "of"]),
    "ch02_language/draw_backoff_chain": (
        ["the", "he", "e", ""],
        [2, 9, 70, 900],
        [1, 3, 9, 90],
        [0.5] * 4,
    ),
    "ch04_bptt/draw_unit_over_time": ([1, 1.5, 1.75, 1.875], 0.5),
    "ch04_bptt/plot_path_counts": ({"all": np.tri(4), "cut": np.eye(4)}, "all"),
    "ch05_gradients/plot_losses": (dict.fromkeys(["usual", "thrown", "clipped"], FALLING),),
    "ch05_gradients/draw_unit_chains": ([0.5, 1.2],),
    "ch05_gradients/plot_circles": (
        {"turn": np.eye(2), "shear": np.array([[1, 0.5], [0, 1]])},
        {"turn": [0, 1, 2], "shear": [0, 1]},
    ),
    "ch05_gradients/plot_gradient_lengths": (
        {"tanh": {0.9: -0.1 * np.arange(60), 1.1: 0.05 * np.arange(60)}},
        -10,
        5,
        0.9,
    ),
    "ch05_gradients/plot_cliff": (
        np.array([[5.0, -2.7], [5.1, -2.6], [-3.0, 9.0]]),
        np.array([[5.0, -2.7], [5.05, -2.62], [5.1, -2.6]]),
    ),
    "ch05_gradients/plot_gradient_parts": (
        {"orthogonal": 0.1 + 0 * FALLING[:20], "usual": 0.2 * FALLING[:20]},
    ),
    "ch05_gradients/plot_gradient_during_training": (dict.fromkeys("abcd", FALLING[:300]),),
    "ch05_gradients/plot_norms": (dict.fromkeys(["usual", "thrown", "clipped"], FALLING), 0.1),
    "ch06_gating/plot_answers": (LIST[:, :2], LIST[:, 0], {"a GRU": LIST[:, 0]}),
    "ch06_gating/draw_unit": (0.4, -0.7, 0.9),
    "ch06_gating/draw_gru": (
        dict.fromkeys(["h", "r", "seen", "n", "z", "kept", "written", "new"], "-0.50"),
    ),
    "ch06_gating/plot_memory_and_gates": (
        LIST[:, :2],
        LIST[:, 0],
        {"a GRU": np.tile(FALLING[:5], (20, 1))},
    ),
    "ch07_lstm/draw_stages": (
        dict.fromkeys(["c_old", "f", "kept", "i", "g", "new", "c", "o", "h"], "0.50"),
    ),
    "ch07_lstm/plot_answers": ({"LSTM": (LIST[:, 0], LIST[:, 0])},),
    "ch07_lstm/plot_growth": ({0: (np.array([0.1, 0.5]), np.array([0.01, 0.05]))}, 0.1),
    "ch07_lstm/plot_learning_curves": ({"tanh": [FALLING], 1: [FALLING, FALLING]}, 0.58),
    "ch07_lstm/plot_decay": ({"0.9": FALLING[:200]},),
    "ch07_lstm/plot_unit_and_gates": (
        LIST,
        LIST[:, 0],
        dict.fromkeys("ifo", LIST[:, 1]),
        LIST[:, 0],
    ),
    "ch11_seq2seq/draw_ough_words": (
        {"tough": ("T", "AH F", "uff"), "though": ("DH", "OW", "oh")},
    ),
    "ch11_seq2seq/draw_two_networks": ("tough", [*SOUNDS, "<end>"]),
    "ch11_seq2seq/plot_errors_by_place": (9 * [[5.0] * 9], [[6.0] * 9]),
    "ch12_attention/draw_attention_step": ("tough", ["<begin>", "T"], "AH", LOOK[1]),
    "ch12_attention/draw_gradient_paths": ("tough", 3, 1),
    "ch12_attention/plot_sharpening": ({0: LOOK, 100: LOOK}, "tough", SOUNDS[:2]),
    "ch12_attention/plot_maps": ({"tough": (SOUNDS[:2], LOOK, [0, 1])},),
    "ch12_attention/plot_weight_and_loss": ("tough", SOUNDS, LOOK, LOOK),
    "ch13_captioning/draw_captioned_pictures": ([0, 1, 2, 3], [3]),
    "ch13_captioning/draw_held_out_tables": ({"tones": [[0, None], [1, 2]], "kinds": [[3, 4]]},),
    "ch13_captioning/draw_attention_step": (0, PLACES[0], "woman", "singer"),
    "ch13_captioning/draw_attention_maps": ({0: (["woman", "singer"], PLACES)},),
    "ch13_captioning/draw_difference": ([0, 1], np.eye(48, dtype=bool), PLACES[0]),
    "ch14_beyond_recurrence/draw_paths": (["one", "two", "forty", "="], 2),
    "ch14_beyond_recurrence/draw_head": (["one", "two", "="], LOOK[0, :3]),
    "ch14_beyond_recurrence/draw_clocks": (range(6), [1.0, 0.2], [(1, 3)]),
    "ch14_beyond_recurrence/plot_exact_lists": (
        {f"kind {n}": (*STYLE, {2: 1.0, 6: 0.9}) for n in range(3)},
    ),
    "ch14_beyond_recurrence/plot_one_head": (LOOK, list("abcde"), SOUNDS, [0, 1, 2]),
    "ch14_beyond_recurrence/draw_attention_patterns": ([("causal", "abc", "abc", True)] * 2,),
    "ch14_beyond_recurrence/draw_games": ([("A", 3), ("B", 5)], 1, [0, 1, 1, 0, 1]),
}
"""The arguments of figures that need some and read no record."""


@pytest.fixture(autouse=True)
def closed_figures():
    """Leave no figure open."""
    yield
    plt.close("all")


def make_arguments(name):
    """Return the arguments of a figure: invented, from the record, or none."""
    if name in RECORDED:
        return RECORDED[name](Record.load(name.partition("/")[0]).value)
    return ARGUMENTS.get(name, ())


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_all_its_words_in_the_colors_of_roles(name):
    """Words may lie 2.5 pixels outside, as far as the edge of a box is empty."""
    fig = FIGURES[name](*make_arguments(name))
    fig.draw_without_rendering()
    assert any(ax.lines or ax.patches or ax.texts or ax.images for ax in fig.axes)
    flat = [ax for ax in fig.axes if ax.name != "3d"]
    titles = [ax._left_title for ax in flat if ax.get_title(loc="left")]
    assert {t.get_weight() for t in titles} <= {"bold"}
    assert {t.get_size() for t in titles} <= {10, 8}  # 8: a word above a small map
    assert not any(ax.get_title(loc=loc) for ax in fig.axes for loc in ("center", "right"))
    words = [t for ax in flat for t in (*ax.texts, ax.xaxis.label, ax.yaxis.label)] + titles
    boxes = {t.get_text(): t.get_window_extent() for t in (*fig.texts, *words) if t.get_text()}
    assert [t for t, box in boxes.items() if box.min.min() < -2.5] == []
    assert [t for t, box in boxes.items() if (box.max > fig.bbox.max + 2.5).any()] == []
    measured = [ax for ax in flat if ax.axison and ax.lines and len(ax.get_xticks())]
    assert not measured or any(ax.get_xlabel() or ax.get_ylabel() for ax in measured)
    colors = {to_hex(line.get_color()) for ax in fig.axes for line in ax.lines}
    assert colors <= ROLES, colors - ROLES
