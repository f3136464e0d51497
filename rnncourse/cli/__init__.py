"""The command line: `rnncourse check`, `rnncourse grade`, `rnncourse selfcheck`."""

from rnncourse.cli.command import main

__all__ = ["main"]
