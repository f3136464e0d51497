"""Sliders and a figure that follows them, in a notebook; what is stored is the figure."""

import nbformat
import pytest

from rnncourse.chapters.ch02_language.orders_widget import SENTENCE, order_sliders
from rnncourse.chapters.ch05_gradients.flow_widget import flow_sliders
from rnncourse.viz import show
from rnncourse.viz.figures import figure
from rnncourse.viz.sliders import show_sliders
from scripts import ROOT


def draw_line(k, size):
    fig, (ax,) = figure()
    ax.plot([0, k], [0, size])
    ax.set(xlabel="k", ylabel="size")
    return show(fig, alt=f"A line up to {k} and {size}.", caption="One line of two.", name="a-line")


def test_the_figure_follows_the_sliders():
    shown = show_sliders(draw_line, k=(1, 9, 1, 3), size=(0.0, 2.0, 0.1, 0.5))
    k, size, picture = shown.children
    assert [type(slider).__name__ for slider in (k, size)] == ["IntSlider", "FloatSlider"]
    assert "up to 3 and 0.5" in picture.value
    k.value, size.value = 7, 1.5
    assert "up to 7 and 1.5" in picture.value
    data = shown._repr_mimebundle_()
    assert data["text/html"] == picture.value
    assert data["text/plain"] == "Figure: A line up to 7 and 1.5."
    assert "application/vnd.jupyter.widget-view+json" in data


@pytest.mark.parametrize("wrong", [(1, 9, 1, 10), (9, 1, 1, 5), (1, 1, 1, 1), (1, 9, 0, 3)])
def test_a_range_without_order_is_refused(wrong):
    with pytest.raises(ValueError, match="k must go up from"):
        show_sliders(draw_line, k=wrong, size=(0.0, 2.0, 0.1, 0.5))


def test_the_siblings_of_two_live_figures_draw_at_both_ends():
    for box in (order_sliders([[1.0] * len(SENTENCE), [2.0] * len(SENTENCE)]), flow_sliders()):
        *sliders, picture = box.children
        for slider in sliders:
            for end in (slider.min, slider.max):
                slider.value = end
                assert "<svg" in picture.value
                assert "nan" not in picture.value.casefold().split("<script")[0]


@pytest.mark.parametrize(
    ("notebook", "name"),
    [("02-language-models", "order_sliders"), ("lab-05-gradients", "flow_sliders")],
)
def test_a_notebook_has_sliders_and_its_page_the_live_figure(notebook, name):
    """So `make test` runs them with nbval, and the page, which has no kernel, leaves them out."""
    nb = nbformat.read(ROOT / "book" / f"{notebook}.ipynb", as_version=4)
    (cell,) = [c for c in nb.cells if f"{name}(" in c.source]
    assert {*cell.metadata.tags} == {"remove-input", "remove-output"}
    ((output,),) = [cell.outputs]
    assert {*output.data} == {"text/html", "text/plain"}
    assert "widgets" not in nb.metadata
