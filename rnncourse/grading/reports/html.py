"""HTML by templates: whatever they are given is escaped, unless a filter has made it HTML."""

import functools
from typing import TYPE_CHECKING

from rnncourse.grading.reports.totals import to_percent
from rnncourse.grading.texts import render_html

if TYPE_CHECKING:
    from jinja2 import Environment


def render_template(template: str, **values: object) -> str:
    """Fill in a template; a name that it needs and does not get is an error."""
    return _make_environment().get_template(f"{template}.html").render(values)


@functools.cache
def _make_environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # first when it is needed
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("rnncourse.grading.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "rich": lambda text: Markup(render_html(text)),
        "to_percent": to_percent,
    }
    return environment
