"""The figures on backpropagation through time draw the numbers they are given."""

import numpy as np
from matplotlib.patches import FancyArrowPatch

from rnncourse.chapters.ch04_bptt.figures import (
    midstream,
    recall,
)
from rnncourse.chapters.ch04_bptt.lesson_figures import pairs, unrolled, uses
from rnncourse.chapters.ch04_bptt.recall_figures import controls, writing
from rnncourse.claims import interval
from rnncourse.viz.figures import COLORS


def test_every_pair_has_its_number_and_none_lies_above_the_diagonal():
    counts = np.array([[1, 9, 9], [2, 0, 9], [3, 1, 1]])
    ax = pairs({"counted": counts}).axes[0]
    found = {tuple(map(round, text.get_position())): text.get_text() for text in ax.texts}
    assert found == {(k + 1, t + 1): str(counts[t, k]) for t in range(3) for k in range(t + 1)}
    depth = {
        text.get_text(): patch.get_alpha() for patch, text in zip(ax.patches, ax.texts, strict=True)
    }
    assert 0 == depth["0"] < depth["1"] < depth["2"] < depth["3"] < 1
    assert len({patch.get_facecolor()[:3] for patch in ax.patches}) == 1
    assert ax.yaxis_inverted()


def test_what_is_written_has_seeds_medians_and_a_copy():
    by_name = {
        "right": {1: [1, 1, 0.5], 5: [0.5, 0.4, 0.3], 6: [1] * 3},
        "trace": {1: [1, 1, 1], 5: [0.1, 0.2, 0.3], 6: [2] * 3},
        "shown": {1: [0.9, 0.8, 1], 5: [1, 1, 0.7], 6: [1] * 3},
    }
    fig, copied = writing(by_name, {"right": [1], "trace": [0.7]}), {"right": 1, "trace": 0.7}
    medians = [1, 0.4, 1], [1, 0.2, 2], [0.9, 1, 1]
    for ax, name, middle in zip(fig.axes, by_name, medians, strict=True):
        lines = {line.get_label(): line.get_xydata().tolist() for line in ax.get_lines()}
        expected = [list(p) for p in zip((1, 5, 6), middle, strict=True)]
        assert lines["one set of weights"] == expected
        copy = [[5, copied[name]]] if name in copied else None
        assert lines.get("a copy reads the first symbol") == copy
        assert ax.patches[0].get_x() == 5.5


def test_each_control_has_its_row_its_seeds_their_mean_and_interval():
    rows = {"both": [0.5, 0.7, 0.3], "slow": [1.0, 0.9, 0.8], "never": [0.2, 0.3, 0.4]}
    ax = controls({n: rows[n] for n in ("both", "slow")}, {"never": rows["never"]}).axes[0]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list(rows)
    for y, (name, seeds) in enumerate(rows.items()):
        lines = (line for line in ax.get_lines() if line.get_label() == f"_{name}")
        dots, middle, line = lines
        assert dots.get_xydata().tolist() == [[seed, y] for seed in seeds]
        assert middle.get_xydata().tolist() == [[np.mean(seeds), y]]
        low, high = interval(seeds)
        np.testing.assert_allclose(line.get_xydata(), [[low, y], [min(1, high), y]])
        assert (dots.get_color() == COLORS["orange"]) == (name == "never")
    assert ax.yaxis_inverted()


def test_a_cut_strikes_the_arrow_back_alone_and_says_so():
    def arrows(fig):
        return sum(isinstance(patch, FancyArrowPatch) for patch in fig.axes[0].patches)

    whole, cut = unrolled(4), unrolled(4, cut=2)
    assert arrows(whole) == arrows(cut)
    (bar,) = cut.axes[0].get_lines()
    low, high = bar.get_ydata()
    assert low < 1.1 < high < 1.3  # the arrow back, and not the one forward
    words = [text.get_text() for text in cut.axes[0].texts]
    assert "detach" in words
    assert {f"$h_{t}$" for t in range(5)} <= set(words)


def test_what_comes_back_doubles_with_each_step_and_meets_the_state_before():
    words = [text.get_text() for text in uses([1, 3, 7, 15], 2).axes[0].texts]
    shares = {r"$h_2 \times 1 = 7$", r"$h_1 \times 2 = 6$", r"$h_0 \times 4 = 4$"}
    assert shares <= set(words)


def test_a_line_of_recall_goes_through_the_medians():
    ways = {"reset": {1: [0.2, 0.3, 0.9], 3: [1, 1, 0.5]}, "carried": {1: [0.5] * 3, 3: [1] * 3}}
    ax = recall({"task": ways}, [3], [0.4]).axes[0]
    lines = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
    assert lines["state reset"] == [0.3, 1]
    assert lines["state carried"] == [0.5, 1]
    assert lines["cell never trained"] == [0.4, 0.4]
    assert ax.patches[0].get_x() == 2.5


def test_memory_and_gradient_go_through_the_medians_within_the_range():
    rows = {n: [[n, n + 1, n + 5], [n, n, n]] for n in (1, 2, 3)}
    for ax in midstream((1, 2), rows, rows).axes:
        drawn = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
        assert [drawn[f"{n} units"] for n in (1, 2, 3)] == [[2, 1], [3, 2], [4, 3]]
        assert ax.collections[0].get_datalim(ax.transData).height == 5
