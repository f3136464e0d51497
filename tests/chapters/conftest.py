"""What the chapters' tests share with others."""

import pytest

from .. import node
from ..browser.conftest import browser, open_blank, open_page, open_widget, site
from ..browser.widgets import files_of

__all__ = ["browser", "element_data", "files", "open_blank", "open_page", "open_widget", "site"]


@pytest.fixture(scope="module")
def files(request):
    """What the page of the widget `ELEMENT` of a module asks for."""
    return files_of(request.module.ELEMENT())


@pytest.fixture(scope="module")
def element_data(request):
    """The data of the element of that widget."""
    return node.data_of(request.module.ELEMENT())
