"""Commands for authors, and what builds the book; `make help` lists what has a short name.

    sphinx_ext  the extensions of Sphinx in _config.yml, and the templates of the search page
    book        the pages: built, checked, printed, packed, served; third-party JavaScript
    slides      what a notebook marks for a lecture, and the decks made of it
    author      notebooks run and compared, exercises, chapters, records, all tests in one call
    release     what a tag, a fork and a fresh machine need; all but publish_check stand alone and
                run by their path

`check_notebooks.py` lies above the folders, because machines outside call it by this path. Run the
others from the root of the repository, as `.venv/bin/python -m scripts.author.measure --stale`;
each says what it does when asked for `--help`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Notebooks' schema names no address with letters beyond ASCII: jsonschema, which nbformat imports,
# would make a grammar of them, 3 seconds in each process.
sys.modules.setdefault("rfc3987_syntax", None)


def command(main: Callable, *args: object) -> None:
    """End the process with what a script returns; asked for `--help`, print its docstring."""
    if {"-h", "--help"} & {*sys.argv[1:]}:
        print(sys.modules["__main__"].__doc__)
        sys.exit(0)
    sys.exit(main(*args))
