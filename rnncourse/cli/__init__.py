"""The command line: `rnncourse start`, `check`, `grade` and `selfcheck`."""

from rnncourse.cli.command import main

__all__ = ["main"]
