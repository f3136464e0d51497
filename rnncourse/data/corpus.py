"""The language-model corpus: English prose from the docstrings of pinned libraries.

NumPy, SciPy, scikit-learn, Matplotlib and NetworkX explain themselves in
sentences, and the course installs them anyway. One module file is one
document; a document is its paragraphs of plain prose, one a line.

Source: the docstrings of the five libraries, under their BSD-style licenses
(NumPy, SciPy, scikit-learn, NetworkX: BSD-3-Clause; Matplotlib: its own
license, based on the PSF's). The text is read from the installed packages and
never redistributed here.
"""

import ast
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from rnncourse.core.files import write_file

LIBRARIES = {  # import name -> distribution name
    "matplotlib": "matplotlib",
    "networkx": "networkx",
    "numpy": "numpy",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
}
PINNED_SHA256 = "ecc8f9db7650649ea3cd321f7a2e6bde86d229a6ba20296a07eebab69fd3e142"
_EXTRACTION_VERSION = 2  # raise when the extraction changes, so that old caches are not read
_SKIPPED_NAMES = {"tests", "testing", "_vendor", "externals", "array_api_compat", "array_api_extra"}
# Not the same everywhere: NumPy has it up to Python 3.11, scikit-learn's says more on Windows.
_SKIPPED_NAMES |= {"distutils", "_distributor_init.py"}
_DOCUMENTED_NODES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class CorpusWarning(UserWarning):
    """The corpus differs from the one the course's numbers were measured on."""


@dataclass(frozen=True)
class Document:
    """One module's prose.

    Args:
        name: The module file, for instance `"numpy/linalg/_linalg.py"`.
        text: Its paragraphs, each ending in a newline; printable ASCII only.
    """

    name: str
    text: str


@dataclass(frozen=True)
class CorpusSplit:
    """A corpus divided by document, so that no file is on two sides.

    Args:
        train: Text to fit on: about 80 % of the characters.
        valid: Text to choose settings on: about 10 %.
        test: Text that is only ever scored: about 10 %.
    """

    train: str
    valid: str
    test: str


def is_prose(paragraph: str) -> bool:
    """Tell a paragraph of plain English from markup, code and tables.

    Args:
        paragraph: Text with its white space already folded to single spaces.

    Returns:
        True if it has at least 60 characters, starts with a capital, ends with
        a full stop, is printable ASCII, is at least 90 % letters and spaces, and
        shows no doctest, directive, definition list or literal block.

    >>> is_prose("The gradient is computed one sample at a time, and the model is updated.")
    True
    >>> is_prose("x : array_like, the samples along the first axis of the input, as given.")
    False
    """
    if len(paragraph) < 60 or not paragraph[0].isupper() or paragraph[-1] != ".":
        return False
    if not (paragraph.isascii() and paragraph.isprintable()):
        return False
    if any(mark in paragraph for mark in (">>>", " : ", "::", ".. ")):
        return False
    return sum(c.isalpha() or c == " " for c in paragraph) >= 0.9 * len(paragraph)


def extract_paragraphs(source: str) -> Iterator[str]:
    """Yield the prose paragraphs of every docstring in a module, top to bottom.

    Args:
        source: The module's Python source.

    Yields:
        Paragraphs for which `is_prose` holds, white space folded.

    Raises:
        SyntaxError: If the source does not parse.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other people's invalid escape sequences
        tree = ast.parse(source)
    nodes = [node for node in ast.walk(tree) if isinstance(node, _DOCUMENTED_NODES)]
    for node in sorted(nodes, key=lambda node: getattr(node, "lineno", 0)):
        text = re.sub(r"^.*\n *[-=~]{3,} *$", "\n", ast.get_docstring(node) or "", flags=re.M)
        for block in re.split(r"\n\s*\n", text):  # `text` has lost its underlined headings
            paragraph = " ".join(block.split())
            if is_prose(paragraph):
                yield paragraph


def list_word_runs(paragraph: str, length: int = 8) -> set[str]:
    """Return every run of `length` words, or the paragraph itself if it is shorter.

    >>> sorted(list_word_runs("a rose is a rose", length=4))
    ['a rose is a', 'rose is a rose']
    """
    words = paragraph.split()
    runs = {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}
    return runs or {paragraph}


def read_documents(libraries: Iterable[str] = tuple(LIBRARIES)) -> list[Document]:
    """Read the prose of the installed libraries, leaving out what one file copied from another.

    Libraries copy paragraphs from file to file, often with a word changed. A
    copy on both sides of a split would be a leak: the model that remembers most
    would look best. A paragraph that shares a run of eight words with an
    earlier document is therefore dropped.

    Args:
        libraries: Import names of installed packages.

    Returns:
        One document for each module that has prose, in the order of their names.

    Raises:
        ModuleNotFoundError: If a library is not installed.
    """
    documents: list[Document] = []
    known_runs: set[str] = set()
    for name, source in _read_sources(libraries):
        try:
            paragraphs = dict.fromkeys(extract_paragraphs(source))
        except SyntaxError:
            continue  # a template, not a module
        runs = {paragraph: list_word_runs(paragraph) for paragraph in paragraphs}
        new_paragraphs = [paragraph for paragraph in paragraphs if not runs[paragraph] & known_runs]
        known_runs.update(*runs.values())
        if new_paragraphs:
            documents.append(Document(name, "\n".join(new_paragraphs) + "\n"))
    return documents


def _read_sources(libraries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield name and text of every module file of the libraries, tests left out."""
    for library in libraries:
        spec = importlib.util.find_spec(library)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(
                f"The corpus needs {library}, which is not installed. Try: make book."
            )
        root = Path(spec.origin).parent
        for path in sorted(root.rglob("*.py"), key=lambda p: p.relative_to(root).parts):
            parts = path.relative_to(root).parts
            if not (_SKIPPED_NAMES & set(parts) or path.name.startswith("test_")):
                yield "/".join((library, *parts)), path.read_text("utf-8", errors="replace")


def hash_documents(documents: Iterable[Document]) -> str:
    """Return the SHA-256 of names and texts, in hexadecimal."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(f"{document.name}\0{document.text}\0".encode("ascii"))
    return digest.hexdigest()


def load_corpus(cache: Path | None = None) -> list[Document]:
    """Return the course's corpus: 1,065 documents, two million characters.

    The first call reads some 3,000 files and takes seconds; later calls read a
    cache, one for each set of library versions.

    Args:
        cache: A folder for the cache; the user's cache folder by default.

    Returns:
        The documents, in a fixed order.

    Warns:
        CorpusWarning: If the text is not the one the recorded numbers were
            measured on, because other library versions are installed.
    """
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES.values()}
    key = hashlib.sha256(json.dumps([_EXTRACTION_VERSION, versions]).encode()).hexdigest()[:16]
    folder = Path(platformdirs.user_cache_dir("rnncourse")) if cache is None else cache
    path = folder / f"corpus-{key}.json"
    documents = _read_cache(path)
    if documents is None:
        documents = read_documents()
        _write_cache(path, documents)
    if hash_documents(documents) != PINNED_SHA256:
        version_list = ", ".join(f"{name} {version}" for name, version in versions.items())
        warnings.warn(
            f"This corpus is not the one the course's numbers were measured on ({version_list}): "
            "install the versions in constraints.txt to see the same numbers.",
            CorpusWarning,
            stacklevel=2,
        )
    return documents


def split_corpus(documents: Iterable[Document], seed: int = 0) -> CorpusSplit:
    r"""Divide documents into training, validation and test text.

    Documents are ordered by a hash of seed and name, which no version of any
    library can change; the first tenth of the characters is the test text, the
    next tenth the validation text.

    Args:
        documents: What `load_corpus` returns.
        seed: Which division; the course uses 0, 1 and 2.

    Returns:
        The three texts.

    >>> docs = [Document(f"{i}.py", f"Document number {i}.\\n") for i in range(20)]
    >>> split = split_corpus(docs)
    >>> [text.count("Document") for text in (split.train, split.valid, split.test)]
    [16, 2, 2]
    """
    splits = divide_corpus(documents, seed)
    return CorpusSplit(**{name: "".join(d.text for d in ds) for name, ds in splits.items()})


def divide_corpus(documents: Iterable[Document], seed: int = 0) -> dict[str, list[Document]]:
    """Return which documents `split_corpus` puts into each text, by its name, in their order."""
    ordered = sorted(
        documents, key=lambda d: hashlib.sha256(f"{seed}:{d.name}".encode()).hexdigest()
    )
    total = sum(len(document.text) for document in ordered)
    splits: dict[str, list[Document]] = {"test": [], "valid": [], "train": []}
    n_chars = 0
    for document in ordered:
        split = "test" if n_chars < 0.1 * total else "valid" if n_chars < 0.2 * total else "train"
        splits[split].append(document)
        n_chars += len(document.text)
    return splits


def _read_cache(path: Path) -> list[Document] | None:
    """Return the cached documents, or None where there is no sound cache."""
    try:
        body = json.loads(path.read_text(encoding="ascii"))
        documents = [Document(name, text) for name, text in body["documents"]]
        return documents if hash_documents(documents) == body["sha256"] else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write_cache(path: Path, documents: list[Document]) -> None:
    """Write the cache atomically; a folder that cannot be written only costs time."""
    body = {"sha256": hash_documents(documents), "documents": [(d.name, d.text) for d in documents]}
    with contextlib.suppress(OSError):
        write_file(path, json.dumps(body))
