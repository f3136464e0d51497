"""Sliders above a figure of Matplotlib that follows them: what a live figure is in a notebook.

A live figure of a page is drawn by the browser. Its sibling here is drawn by Python, with the
course's own functions, so whoever has the notebook can change what is drawn.
"""

from collections.abc import Callable

from rnncourse.viz.figures import FigureOutput


def show_sliders(draw: Callable[..., FigureOutput], **ranges: tuple[float | int, ...]) -> object:
    """Return sliders, and the figure that they set; a stored output holds the figure alone.

    Args:
        draw: From the values of the sliders, by name, to a figure: `rnncourse.viz.figures.show`.
        **ranges: By name, the least value, the largest, the step, and the value at first: whole
            numbers or not.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If a range has no order, or begins outside.
    """
    import ipywidgets

    sliders = {}
    for name, (low, high, step, value) in ranges.items():
        if not (low <= value <= high and low < high and step > 0):
            raise ValueError(f"{name} must go up from {low} to {high}, with {value} in between.")
        is_integer = all(isinstance(number, int) for number in (low, high, step, value))
        slider_type = ipywidgets.IntSlider if is_integer else ipywidgets.FloatSlider
        sliders[name] = slider_type(min=low, max=high, step=step, value=value, description=name)
        sliders[name].continuous_update = False  # one drawing where it is let go, not a hundred
    picture = ipywidgets.HTML()

    def redraw() -> FigureOutput:
        output = draw(**{name: slider.value for name, slider in sliders.items()})
        picture.value = output._repr_html_()
        return output

    class Sliders(ipywidgets.VBox):
        def _repr_mimebundle_(self, **kwargs):
            output, data = redraw(), super()._repr_mimebundle_(**kwargs)
            return {**data, "text/html": output._repr_html_(), "text/plain": repr(output)}

    for slider in sliders.values():
        slider.observe(lambda change: redraw(), "value")
    redraw()
    return Sliders([*sliders.values(), picture])
