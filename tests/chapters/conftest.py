"""What the chapters' tests share with others."""

import pytest

from ..browser.conftest import browser, fresh, opened, site, visit
from ..browser.widgets import files_of

__all__ = ["browser", "files", "fresh", "opened", "site", "visit"]


@pytest.fixture(scope="module")
def files(request):
    """What the page of the widget `ELEMENT` of a module asks for."""
    return files_of(request.module.ELEMENT())
