"""The drawings: each role has its color, and arrows go where they should."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyArrowPatch

from rnncourse.viz import diagrams, show


def arrows(fig, role):
    """Start and end of every arrow of a role."""
    found = [p for p in fig.axes[0].patches if isinstance(p, FancyArrowPatch)]
    color = to_rgb(diagrams.color_of(role))
    return [p._posA_posB for p in found if to_rgb(p.get_edgecolor()[:3]) == color]


def words(fig):
    return [text.get_text() for text in fig.axes[0].texts]


def test_roles_have_colors_of_their_own():
    colors = [color for color, _, _ in diagrams.ROLES.values()]
    assert len(set(colors)) == len(colors)


@pytest.mark.parametrize("role", diagrams.ROLES)
def test_colors_can_be_seen_on_white_and_on_the_dark_page(role):
    def light(color):
        parts = np.array(to_rgb(color))
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    if (color := diagrams.color_of(role)) != diagrams.INK:
        assert 1.05 / (light(color) + 0.05) >= 3
        assert (light(color) + 0.05) / (light("#14181e") + 0.05) >= 3


def test_states_run_forward_and_the_gradient_back():
    fig = diagrams.unrolled(["a", "b", "c"], {2: "y"}, gradient_to=0)
    assert [end[0] - start[0] > 0 for start, end in arrows(fig, "state")] == [True, True]
    assert [end[0] - start[0] < 0 for start, end in arrows(fig, "gradient")] == [True, True]
    assert [w for w in words(fig) if w in "abcy"] == ["a", "b", "c", "y"]


def test_the_second_direction_runs_back():
    fig = diagrams.unrolled(["a", "b", "c"], ["x", "y", "z"], both_directions=True)
    ways = [np.sign(end[0] - start[0]) for start, end in arrows(fig, "state")]
    assert sorted(ways) == [-1, -1, 1, 1]


def test_a_tree_stands_above_its_leaves():
    fig = diagrams.tree(("+", "1", ("x", "2", "3")))
    places = {text.get_text(): text.get_position() for text in fig.axes[0].texts}
    assert places["x"] == (1.5, 1)
    assert places["+"] == (0.75, 2)
    assert len(arrows(fig, "")) == 4


def test_attention_draws_wide_what_weighs_much():
    fig = diagrams.attention(["a", "b"], [0.25, 0.75])
    lines = [p for p in fig.axes[0].patches if isinstance(p, FancyArrowPatch)]
    purple = to_rgb(diagrams.PURPLE)
    widths = [p.get_linewidth() for p in lines if to_rgb(p.get_edgecolor()[:3]) == purple]
    assert widths[:2] == [0.5 + 3.5 * 0.25, 0.5 + 3.5 * 0.75]


@pytest.mark.parametrize("draw", [diagrams.legend, lambda: diagrams.stack([["in"], ["block"]])])
def test_a_drawing_is_shown_without_numbers(draw):
    alt = "A drawing of the parts, beside their names."
    shown = show(draw(), alt=alt, caption="What the parts look like.", name="parts")
    assert shown.data == ""
