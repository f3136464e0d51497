"""What the name of a file says: a notebook, an archive, something else in its place, or nothing."""

import re
from collections import Counter
from collections.abc import Iterable

# Browsers and mail programs hang on numbers and endings of their own.
_NOTEBOOK = re.compile(
    r"\.ipynb(\.(ipynb|txt|json|download)|[ ._-]*(\(\d{1,3}\)|\d{1,3}))*[ .]*$", re.IGNORECASE
)
_OTHER_KINDS = {
    "It is a Python file": ("py",),
    "It is a web page": ("html", "htm", "mhtml"),
    "It is a PDF": ("pdf",),
    "It is a text document": ("doc", "docx", "odt", "rtf", "pages"),
    "It is an archive that is not opened": ("rar", "7z", "tar", "tgz", "tar.gz", "tar.xz"),
}
_ADVICE = "hand in the notebook itself, a file whose name ends in .ipynb."


def is_notebook(name: str) -> bool:
    """Say whether a file is to be read as a notebook.

    >>> [is_notebook(name) for name in ("hw.ipynb", "hw.ipynb.txt", "hw.ipynb (1)", "hw.ipynb~")]
    [True, True, True, False]
    """
    return _NOTEBOOK.search(name) is not None


def is_archive(name: str) -> bool:
    """Say whether a file is to be opened as a zip file."""
    return name.lower().endswith(".zip")


def explain_ending(name: str) -> str:
    """Say why a file is no notebook that people hand in for one; "" for all other files.

    >>> explain_ending("hw.py")
    'It is a Python file: hand in the notebook itself, a file whose name ends in .ipynb.'
    >>> explain_ending("README.txt")
    ''
    """
    for kind, endings in _OTHER_KINDS.items():
        if name.lower().endswith(tuple(f".{ending}" for ending in endings)):
            return f"{kind}: {_ADVICE}"
    return ""


def find_misplaced_files(paths: Iterable[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Choose, of all files below a folder, those that seem to be handed in instead of a notebook.

    What lies beside a notebook, or in a folder below or above it, belongs to it: data, a module,
    a page made from it. But in a folder with several notebooks, as a class has, a file that has
    the name of none of them is somebody's own.
    """
    paths = list(paths)
    accepted = [path for path in paths if is_notebook(path[-1]) or is_archive(path[-1])]
    n_accepted = Counter(path[:-1] for path in accepted)
    above = {path[:n] for path in accepted for n in range(1, len(path) - 1)}  # without the top
    stems = {(*path[:-1], _get_stem(path[-1])) for path in accepted}
    chosen = set()
    for path in paths:
        if not explain_ending(path[-1]):
            continue
        folder = path[:-1]
        is_within = any(folder[:n] in n_accepted for n in range(1, len(folder)))
        is_beside = is_within or folder in above or n_accepted[folder] == 1
        if not is_beside and (*folder, _get_stem(path[-1])) not in stems:
            chosen.add(path)
    return chosen


def _get_stem(name: str) -> str:
    return name.split(".")[0].casefold()
