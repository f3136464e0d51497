"""Figures on the page: they take its color, describe themselves, and do not disturb each other."""

import itertools
import re
import subprocess
import sys
import types
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest

from rnncourse.viz.diagrams import fade_in_colormap
from rnncourse.viz.figure_csv import count_points
from rnncourse.viz.figures import (
    COLORS,
    figure,
    glue,
    label_line_ends,
    name_rows,
    show,
    styled,
)

CAPTION = "Bits fall with the order $n$, then rise."
ALT = "Bits per character fall from order 1 to order 5, then rise."


@styled
def draw_figure(values=(4.5, 3.6, 2.9), alt=ALT):
    """Show a figure with everything that has a color: line, text, note, legend."""
    fig, (ax,) = figure()
    ax.plot([1, 2, 3], values, marker="o", label="Witten-Bell")
    ax.set_title("Order and bits")
    ax.set(xlabel="order", ylabel="bits per character")
    ax.annotate("lowest", (3, 2.9))
    ax.legend(loc="upper right")
    return show(fig, alt=alt, caption=CAPTION, name="bits")


def list_ids(svg):
    return re.findall(r' id="([^"]+)"', svg)


def style_by_text(svg):
    """The style of every text, by its words."""
    return {w: style for style, w in re.findall(r'<text style="([^"]*)"[^>]*>([^<]*)<', svg)}


def test_ink_and_background_are_those_of_the_page():
    svg = draw_figure().svg
    assert svg.count("currentColor") > 10
    assert "#010203" not in svg
    # nothing else is painted but the line: no white frame, no gray one
    assert set(re.findall(r"(?:fill|stroke): (#\w+)", svg)) == {COLORS["blue"]}


@pytest.mark.parametrize(
    "words", ["Order and bits", "order", "bits per character", "lowest", "Witten-Bell", "3.0"]
)
def test_text_stays_text_in_the_color_of_the_page(words):
    assert "fill: currentColor" in style_by_text(draw_figure().svg)[words]


def test_a_styled_function_draws_in_the_style_of_the_course():
    svg = draw_figure().svg
    assert "stroke-width: 1.8" in svg
    title = style_by_text(svg)["Order and bits"]
    assert "bold" in title or "700" in title
    assert "text-anchor: middle" not in title  # it stands at the left


def test_text_is_set_in_the_font_of_the_page():
    fonts = re.findall(r"font(?:-family)?: [^;\"]*", draw_figure().svg)
    assert fonts
    assert all("system-ui" in font for font in fonts)


@styled
def test_a_formula_is_nothing_but_its_letters():
    fig, (ax,) = figure()
    ax.set(xlabel="$W_{hh}$", ylabel="two words")
    svg = show(fig, alt=ALT, caption=CAPTION, name="bits").svg
    texts = ["".join(e.itertext()) for e in ElementTree.fromstring(svg).iter() if "text" in e.tag]
    assert "Whh" in texts
    assert "two words" in texts


@styled
def test_names_at_the_ends_of_lines_lie_apart_and_add_no_point():
    fig, (ax,) = figure()
    for n, name in enumerate(["a name of several words", "one", "two", "three"]):
        ax.plot([0, 1, 2], [3, 2, 0.99 + 0.01 * n], marker="os^D"[n], label=name)
    label_line_ends(ax)
    ax.set(xlabel="order", ylabel="bits")
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert len(boxes) == 4
    assert all(low.y1 <= high.y0 for low, high in itertools.pairwise(boxes))
    data = show(fig, alt=ALT, caption=CAPTION, name="bits").data
    assert count_points(data) == "a name of several words: 3; one: 3; two: 3; three: 3"


@styled
def test_rows_are_as_high_as_their_names():
    fig, (ax,) = figure()
    ys = name_rows(ax, ["one line", "two lines of about one length", "short"])
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["one line", "two lines of\nabout one length", "short"]
    fig.draw_without_rendering()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    gaps = [high.y0 - low.y1 for high, low in itertools.pairwise(boxes)]
    assert min(gaps) > 10 * fig.dpi / 72  # a phone enlarges the letters
    assert ax.transData.transform((0, ys[0]))[1] > ax.transData.transform((0, ys[2]))[1]


def test_a_figure_is_well_formed_xml_without_date_or_creator():
    svg = draw_figure().svg
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    for trace in ("metadata", "<dc:", "Matplotlib", "<?xml", "<!DOCTYPE"):
        assert trace not in svg


def test_a_figure_grows_with_the_page():
    start = draw_figure().svg.split(">")[0]
    assert 'viewBox="0 0 ' in start
    assert "width=" not in start
    assert "height=" not in start


def test_the_same_cell_run_again_gives_the_same_figure():
    assert draw_figure().svg == draw_figure().svg


def test_ids_are_unique_in_a_page_of_two_figures_and_every_reference_is_met():
    first, second = draw_figure(), draw_figure(alt=ALT.replace("fall", "hardly fall"))
    ids = list_ids(first.svg) + list_ids(second.svg)
    assert ids
    assert len(set(ids)) == len(ids)
    for shown in (first, second):
        referred = re.findall(r'(?:url\(#|href="#)([^)"]+)', shown.svg)
        assert set(referred) == set(list_ids(shown.svg))


def test_a_figure_does_not_change_the_style_of_others():
    # A rule for `*` would hold for the whole page
    assert not re.search(r">\s*\*\s*{", draw_figure().svg)


@pytest.mark.parametrize(
    "alt",
    [
        'It says "order < 5" & more, in five words.',
        r"The weight \lambda falls with the order \1 of the model.",
        "La courbe descend — très vite — vers 1,8 bit.",
    ],
)
def test_the_description_is_escaped_and_read_back_unchanged(alt):
    shown = draw_figure(alt=alt)
    root = ElementTree.fromstring(shown.svg)
    assert root.get("aria-label") == alt
    assert root.get("role") == "img"
    assert repr(shown) == f"Figure: {alt}"


def test_a_notebook_displays_a_figure_with_place_caption_and_data():
    shown = draw_figure()
    assert shown._repr_html_() == (
        f'<figure class="rc-figure" id="fig-bits"><div class="rc-drawing">{shown.svg}</div>\n'
        '<figcaption>Bits fall with the order <span class="math notranslate nohighlight">'
        "\\(n\\)</span>, then rise.</figcaption>\n"
        '<script type="text/csv" class="rc-data" data-points="Witten-Bell: 3">\nseries,x,y\n'
        "Witten-Bell,1,4.5\nWitten-Bell,2,3.6\nWitten-Bell,3,2.9\n</script></figure>"
    )


@pytest.mark.parametrize("alt", ["", "A figure.", "one two three four", "   a   b   "])
def test_a_description_that_is_too_short_raises(alt):
    with pytest.raises(ValueError, match="Describe the figure in a sentence"):
        draw_figure(alt=alt)


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"caption": "Bits fall."}, "Give the figure a caption"),
        ({"name": "Bits by order"}, "name is of small letters"),
        ({"name": ""}, "name is of small letters"),
    ],
)
def test_a_figure_has_a_caption_and_a_plain_name(overrides, sentence):
    options = {"alt": ALT, "caption": CAPTION, "name": "bits"} | overrides
    with pytest.raises(ValueError, match=sentence):
        show(figure()[0], **options)


def test_numbers_along_an_axis_need_a_label_words_and_diagrams_do_not():
    fig, (left, right) = figure(2)
    left.set(xticks=[0, 1], xticklabels=["left", "right"], ylabel="loss")
    right.axis("off")
    assert show(fig, alt=ALT, caption=CAPTION, name="bits").svg
    right.axis("on")
    with pytest.raises(ValueError, match="along x are"):
        show(fig, alt=ALT, caption=CAPTION, name="bits")
    right.set_xlabel("step")
    assert show(fig, alt=ALT, caption=CAPTION, name="bits").svg


def test_legend_and_axes_can_be_told_from_the_data():
    assert draw_figure().svg.count('class="rc-legend"') == 1
    assert draw_figure().svg.count('class="rc-axis"') == 2


def test_an_opaque_picture_can_be_told_from_shades_of_a_color():
    fig, axes = figure(2)
    axes[0].imshow(np.full((2, 2, 3), 255), interpolation="none")
    axes[1].imshow(np.eye(2), cmap=fade_in_colormap(COLORS["purple"]), interpolation="none")
    axes[0].set(xlabel="column", ylabel="row")
    svg = show(fig, alt=ALT, caption=CAPTION, name="bits").svg
    assert (svg.count("<image "), svg.count('class="rc-paper"')) == (2, 1)


def test_panels_stand_side_by_side_in_the_order_returned():
    fig, axes = figure(panels=3, height=2.0, sharey=True)
    fig.draw_without_rendering()
    left = [ax.get_position().x0 for ax in axes]
    assert left == sorted(left)
    assert fig.get_size_inches().tolist() == [6.4, 2.0]
    axes[0].set_ylim(0, 7)
    assert axes[2].get_ylim() == (0, 7)


def test_panels_can_stand_one_below_the_other():
    fig, axes = figure(panels=2, stacked=True)
    fig.draw_without_rendering()
    assert axes[0].get_position().y0 > axes[1].get_position().y1


def test_the_style_of_the_reader_neither_changes_nor_leaks_in():
    expected = draw_figure().svg
    style = {"text.color": "red", "font.size": 20, "svg.fonttype": "path", "lines.linewidth": 9}
    with mpl.rc_context(style):
        before = dict(mpl.rcParams)
        assert draw_figure().svg == expected
        assert dict(mpl.rcParams) == before


def compute_luminance(color):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
@pytest.mark.parametrize("name", COLORS)
def test_a_line_stands_out_3_to_1_from_a_bright_and_a_dark_page(name, page):
    line, paper = (compute_luminance(mpl.colors.to_rgb(color)) for color in (COLORS[name], page))
    assert (max(line, paper) + 0.05) / (min(line, paper) + 0.05) >= 3


@pytest.mark.parametrize(
    ("value", "form", "text"), [(1.8349, "{:.2f}", "1.83"), (0.4, "{:.0%}", "40%"), (7, "{}", "7")]
)
def test_glued_numbers_have_their_format(monkeypatch, value, form, text):
    glued = []
    module = types.SimpleNamespace(glue=lambda *a, **k: glued.append((a, k)))
    monkeypatch.setitem(sys.modules, "myst_nb", module)
    glue("bits", value, form)
    assert glued == [(("bits", text), {"display": False})]


def test_drawing_needs_no_torch():
    code = "import sys, rnncourse.viz; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
