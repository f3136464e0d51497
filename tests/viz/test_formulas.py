"""Formulas in drawings: letters follow one another, and what stands above another stays."""

import re

import pytest

from rnncourse.viz.figures import figure, show


def draw_text(text, **options):
    fig, (ax,) = figure()
    ax.set_axis_off()
    ax.text(0.5, 0.5, text, **options)
    svg = show(fig, alt="A text in a drawing.", caption="One text with math.", name="f").svg
    (result,) = re.findall(r"<text[^>]*>(?:<tspan.*?)</text>", svg)
    return re.sub(r' style="[^"]*"', "", result).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("options", "anchor"),
    [
        ({}, "start"),
        ({"ha": "center"}, "middle"),
        ({"ha": "right"}, "end"),
        ({"ha": "right", "rotation": 90}, "middle"),
        ({"weight": "bold"}, "start"),
    ],
)
def test_words_beside_math_are_words(options, anchor):
    result = draw_text("the state $h_t$ is kept", **options)
    assert f'text-anchor="{anchor}"' in result
    words, state, step, rest = re.findall(r"<tspan([^>]*)>([^<]*)</tspan>", result)
    assert [words[1], state[1], step[1], rest[1]] == ["the state ", "h", "t", " is kept"]
    fall, rise = (float(re.search(r'dy="([-\d.]+)"', run[0])[1]) for run in (step, rest))
    assert fall == -rise > 0
    start = float(re.search(r' x="([-\d.]+)"', words[0])[1])
    assert {"start": start == 0, "middle": 30 < start < 90, "end": start > 90}[anchor]


def test_signs_keep_their_spaces():
    assert draw_text("$a=1$").count('dx="') == 2


def test_stacked_formulas_stay_stacked():
    result = draw_text(r"$\frac{a}{b}$ and $x_1^2$")
    assert result.count("x=") == result.count("<tspan") > 5
