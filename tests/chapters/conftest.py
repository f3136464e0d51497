"""What the chapters' tests share with others."""

import pytest

from .. import node
from ..browser.conftest import browser, fresh, opened, site, visit
from ..browser.widgets import files_of

__all__ = ["browser", "files", "fresh", "given", "opened", "site", "visit"]


@pytest.fixture(scope="module")
def files(request):
    """What the page of the widget `ELEMENT` of a module asks for."""
    return files_of(request.module.ELEMENT())


@pytest.fixture(scope="module")
def given(request):
    """The data of the element of that widget."""
    return node.data_of(request.module.ELEMENT())
