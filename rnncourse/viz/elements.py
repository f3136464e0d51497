"""What the live widgets share: an element for the page, a widget for the notebook, one script.

A stored output holds the page's form only; a live notebook adds the widget.
"""

import functools
import html
from collections.abc import Mapping
from pathlib import Path

from rnncourse.core.chapters import FOLDER

STATIC = "_static"
"""Where the build puts scripts and weights, seen from a page."""


def address(file: Path) -> str:
    """Return where the build puts a file of a chapter's folder, seen from a page."""
    return f"{STATIC}/{file.relative_to(FOLDER).as_posix()}"


def element(tag: str, script: Path, facts: Mapping[str, object], sentence: str) -> str:
    """Return the HTML of the page's form: a custom element, and the script that defines it.

    Args:
        tag: Name of the element.
        script: The module that defines it.
        facts: What the script finds in the element's `data-` attributes.
        sentence: What stands there as long as the script has not run.
    """
    attributes = "".join(f' data-{key}="{html.escape(str(v))}"' for key, v in facts.items())
    return (
        f"<{tag}{attributes}>\n<p>{sentence}</p>\n</{tag}>\n"
        f'<script type="module" src="{address(script)}"></script>'
    )


@functools.cache
def page_widget() -> type:
    """Make the class that live widgets inherit from, where there are widgets.

    A widget of its kind says in `_repr_html_` what the page's form is.
    """
    import anywidget

    class PageWidget(anywidget.AnyWidget):
        def _repr_mimebundle_(self, **kwargs):
            data, metadata = super()._repr_mimebundle_(**kwargs)
            return {**data, "text/html": self._repr_html_()}, metadata

    return PageWidget
