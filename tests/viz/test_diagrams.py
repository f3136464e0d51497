"""The drawings: each role has its color."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import FancyArrowPatch

from rnncourse.viz import diagrams

PACKAGE = Path(diagrams.__file__).parents[1]


def test_roles_have_colors_of_their_own():
    colors = [color for color, _ in diagrams.ROLES.values()]
    assert len(set(colors)) == len(colors)


def compute_luminance(color):
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_attention_is_lighter_on_the_dark_page():
    text = (PACKAGE.parent / "book" / "_assets" / "book.css").read_text("utf-8")
    ((dark, usual),) = re.findall(r"--rc-attention: (#\w+); /[*] in place of (#\w+)", text)
    assert usual == diagrams.get_color("attention")
    assert len(re.findall(rf'"[^"]*{usual}"', text)) == 5
    papers = re.findall(r"--pst-color-(?:on-)?(?:background|surface): (#1\w+);", text)
    assert len(papers) == 3
    assert (
        min((compute_luminance(dark) + 0.05) / (compute_luminance(p) + 0.05) for p in papers) >= 4.5
    )


@pytest.mark.parametrize("role", diagrams.ROLES)
def test_colors_can_be_seen_on_white_and_on_the_dark_page(role):
    if (color := diagrams.get_color(role)) != diagrams.INK:
        assert 1.05 / (compute_luminance(color) + 0.05) >= 3
        assert (compute_luminance(color) + 0.05) / (compute_luminance("#14181e") + 0.05) >= 3


def test_live_figures_have_the_same_colors_and_name_them():
    styles = {p.name: p.read_text(encoding="utf-8") for p in PACKAGE.rglob("*.css")}
    roles = {role: color for role, (color, _) in diagrams.ROLES.items() if color != diagrams.INK}
    assert dict(re.findall(r"--(\w+): (#\w+);", styles.pop("live.css"))).items() >= roles.items()
    assert [n for n, text in styles.items() if re.search("|".join(roles.values()), text)] == []


def test_a_chain_joins_its_states_and_each_with_what_it_reads():
    _, (ax,) = diagrams.canvas(4, 2)
    diagrams.chain(ax, (0, 1), ["$h_1$", "$h_2$", "$h_3$"], "abcd")
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    colors = [to_hex(patch.get_edgecolor()) for patch in ax.patches if patch not in arrows]
    assert len(arrows) == 2 + 3
    assert colors == 3 * [diagrams.get_color("state")] + 4 * [diagrams.get_color("input")]


def test_a_part_is_pale_outside_of_its_stages():
    _, (ax,) = diagrams.canvas(3, 2)
    part = diagrams.make_stage_filter(ax, "keep")
    part("keep add", diagrams.node, (1, 1), "f", "gate")
    part("write", diagrams.operation, (2, 1), "+")
    part("add", diagrams.polyline, [(1, 1), (2, 1), (2, 2)], "gate")
    alphas = [artist.get_alpha() for artist in (*ax.patches, *ax.lines, *ax.texts)]
    pale, letters = diagrams.PALE_ALPHA, diagrams.PALE_TEXT_ALPHA
    assert alphas == [None, pale, pale, pale, None, letters]
