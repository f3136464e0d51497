"""What the chapters' tests share with others."""

import pytest

from .. import node
from ..browser.conftest import browser, open_blank, open_page, open_widget, site
from ..browser.widgets import build_page_files

__all__ = [
    "browser",
    "element_data",
    "open_blank",
    "open_page",
    "open_widget",
    "page_files",
    "site",
]


@pytest.fixture(scope="module")
def page_files(request):
    """What the page of the widget `ELEMENT` of a module asks for."""
    return build_page_files(request.module.ELEMENT())


@pytest.fixture(scope="module")
def element_data(request):
    """The data of the element of that widget."""
    return node.read_element_data(request.module.ELEMENT())
