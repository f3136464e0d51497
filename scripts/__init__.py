"""Commands for authors, and what builds the book; `make help` lists what has a short name.

    sphinx_ext  the extensions of Sphinx in _config.yml, and the templates of the search page
    book        the pages: built, checked, printed, packed, served; third-party JavaScript
    slides      what a notebook marks for a lecture, and the decks made of it
    author      notebooks run and compared, exercises, chapters, records, all tests in one call
    release     what a tag, a fork and a fresh machine need

Run them from the root of the repository, as `.venv/bin/python -m scripts.author.measure --stale`;
each says what it does when asked for `--help`. Machines outside call two by their paths:
`check_notebooks.py`, which lies above the folders, and `release/try_package.py`.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
# Notebooks' schema names no address with letters beyond ASCII: jsonschema, which nbformat imports,
# would make a grammar of them, 3 seconds in each process.
sys.modules.setdefault("rfc3987_syntax", None)


class Argument:
    """An argument of a script, as `argparse` takes it."""

    def __init__(self, *names: str, **options: object):
        self.names, self.options = names, options


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line."""
        fail(f"{message}. Try: {self.prog} --help")


def run_script(main: Callable[..., int | None], *arguments: Argument) -> NoReturn:
    """Run a script by its command line, and end the process with what it returns.

    `--help` prints the script's docstring. What is no argument of it is refused.

    Args:
        main: What it does; its parameters are the arguments by name.
        arguments: What it takes.
    """
    parser = _Parser(
        prog=Path(sys.argv[0]).name,
        description=sys.modules[main.__module__].__doc__,
        formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=140),
        allow_abbrev=False,
    )
    for argument in arguments:
        parser.add_argument(*argument.names, **argument.options)
    sys.exit(main(**vars(parser.parse_args())))


def require_path(text: str) -> Path:
    """Return the path of a file or a folder that is there, as an argument's type."""
    if not Path(text).exists():
        raise argparse.ArgumentTypeError(f"there is no {text}")
    return Path(text)


def fail(*reasons: str, code: int = 2) -> NoReturn:
    """End the process, and say why: a line each, behind the script's name."""
    for reason in reasons:
        print(f"{Path(sys.argv[0]).name}: {reason}", file=sys.stderr)
    sys.exit(code)
