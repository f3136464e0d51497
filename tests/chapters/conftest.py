"""What the chapters' tests share with others."""

from ..browser.conftest import browser, opened, site, visit

__all__ = ["browser", "opened", "site", "visit"]
