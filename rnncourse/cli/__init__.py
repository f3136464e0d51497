"""The command line, `rnncourse COMMAND`: see `rnncourse.cli.command`."""

from rnncourse.cli.command import main

__all__ = ["main"]
