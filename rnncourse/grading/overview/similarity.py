"""Which of the notebooks of a class are alike: read in other processes, compared here."""

import ast
import importlib.util
import json
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from rnncourse.grading.batch.pool import Pool, limit_memory
from rnncourse.grading.reading.notebooks import CodeCell
from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from rnncourse.grading.similarity.fingerprints import (
    Fingerprints,
    fingerprint_cells,
    fingerprint_notebook,
)
from rnncourse.grading.similarity.pairs import NotebookPair, find_similar_pairs

_LOG = logging.getLogger(__name__)
SECONDS = 2.0
"""Of the processor, that reading a notebook may take."""
MIN_FINGERPRINTS, MIN_ANSWERS, MIN_SHARE = 20, 3, 0.5
"""A published answer tells something from so many fingerprints on: what is shorter, many write.
It is there if this share of them is; and a notebook is listed that has so many of such answers, and
this share of those it has begun."""
_ROOT = Path(__file__).parents[3]
_NOTEBOOKS = "solutions", "exercises", "book"


@dataclass(frozen=True)
class Similarity:
    """What a person should look at.

    Args:
        same: Groups of students whose files are equal byte by byte.
        pairs: Students whose code is alike, by their places in the class.
        unread: Students whose code could not be compared.
        n_compared: How many different notebooks were.
        published: Who has the course's own answers: the place in the class, to which questions, and
            of how many that tell something.
        unknown: Whether the course's own answers are not here, so that nobody can tell.
    """

    same: tuple[tuple[int, ...], ...] = ()
    pairs: tuple[NotebookPair, ...] = ()
    fingerprints: Sequence[Fingerprints] = ()
    unread: tuple[int, ...] = ()
    n_compared: int = 0
    published: tuple[tuple[int, tuple[str, ...], int], ...] = ()
    unknown: bool = False


def fingerprint_handouts(
    assignments: Sequence[str], starters: Sequence[bytes] = ()
) -> frozenset[int]:
    """Return the fingerprints of what everybody was given: pages, exercises, solutions, questions.

    More of it are notebooks and Python files that the class was given besides.
    """
    fingerprints: set[int] = set()
    for name in assignments:
        if name not in ASSIGNMENTS:
            continue
        for path in [_ROOT / folder / f"{name}.ipynb" for folder in _NOTEBOOKS]:
            if path.is_file():  # an installed package has none
                fingerprints |= fingerprint_notebook(path.read_bytes()).everything
        for folder in _find_folders(ASSIGNMENTS[name]):
            sources = [path.read_text("utf-8") for path in sorted(Path(folder).glob("*.py"))]
            cells = [CodeCell(number, source) for number, source in enumerate(sources, 1)]
            fingerprints |= fingerprint_cells(cells).everything
    for data in starters:
        code_fingerprints = fingerprint_notebook(data)
        text = data.decode("utf-8", "replace")
        fingerprints |= (
            code_fingerprints.everything
            if code_fingerprints.cells
            else fingerprint_cells([CodeCell(1, text)]).everything
        )
    return frozenset(fingerprints)


def fingerprint_solutions(assignments: Sequence[str]) -> dict[str, frozenset[int]]:
    """Return the fingerprints of each published answer that tells something, by question.

    An installed package has no solutions.
    """
    by_question = {}
    for name in assignments:
        path = _ROOT / "solutions" / f"{name}.ipynb"
        if name in ASSIGNMENTS and path.is_file():
            cells = [c for c in json.loads(path.read_bytes())["cells"] if c["cell_type"] == "code"]
            sources = {cell["id"]: "".join(cell["source"]) for cell in cells}
            statements = [s for text in sources.values() for s in ast.parse(text).body]
            imports = [
                ast.unparse(s) for s in statements if isinstance(s, ast.Import | ast.ImportFrom)
            ]
            for q in load_questions(name):
                texts = "\n".join(imports), sources[f"{q}-answer"]  # `np` is what was imported
                answer_cells = [CodeCell(n, text) for n, text in enumerate(texts)]
                by_question[q] = fingerprint_cells(answer_cells).everything
    return {
        q: fingerprints
        for q, fingerprints in by_question.items()
        if len(fingerprints) >= MIN_FINGERPRINTS
    }


def _find_folders(package: str) -> Sequence[str]:
    """Where a package's files are; nowhere, if it has none because a program made it."""
    try:
        spec = importlib.util.find_spec(package)
    except ValueError:  # find_spec's word for a module without a spec
        return ()
    return (spec and spec.submodule_search_locations) or ()


def compare_notebooks(
    hashes: Sequence[str],
    data: Mapping[str, bytes],
    known: frozenset[int] = frozenset(),
    answers: Mapping[str, frozenset[int]] | None = None,
    started: Sequence[Sequence[str]] = (),
) -> Similarity:
    """Compare the notebooks of a class, by the hashes of each student's file; "" if there is none.

    What everybody was given is `known`; of the answers of `fingerprint_solutions`, those to
    questions that a student has begun count.
    """
    indices_by_hash: dict[str, list[int]] = {}
    for index, sha256 in enumerate(hashes):
        if sha256 in data:
            indices_by_hash.setdefault(sha256, []).append(index)
    read, unread = _fingerprint_all({sha256: data[sha256] for sha256 in indices_by_hash}, known)
    fingerprints = [read.get(sha256, Fingerprints()) for sha256 in hashes]
    firsts = [indices[0] for indices in indices_by_hash.values()]
    pairs = [
        NotebookPair(
            firsts[p.first], firsts[p.second], p.evidence, p.shared_fraction, p.shared_fingerprints
        )
        for p in find_similar_pairs([fingerprints[index] for index in firsts])
    ]
    groups = tuple(tuple(indices) for indices in indices_by_hash.values() if len(indices) > 1)
    unread_places = tuple(indices_by_hash[sha256][0] for sha256 in unread)
    published = []
    for index, (notebook, ids) in enumerate(zip(fingerprints, started, strict=False)):
        answered = [q for q in ids if q in (answers or {})]
        copied = tuple(
            q for q in answered if measure_shared_fraction(answers[q], notebook) >= MIN_SHARE
        )
        if len(copied) >= max(MIN_ANSWERS, MIN_SHARE * len(answered)):
            published.append((index, copied, len(answered)))
    unknown = answers is not None and not answers
    return Similarity(
        groups, tuple(pairs), fingerprints, unread_places, len(firsts), tuple(published), unknown
    )


def measure_shared_fraction(answer: frozenset[int], notebook: Fingerprints) -> float:
    """Return the share of an answer's fingerprints that a notebook has."""
    return len(answer & notebook.everything) / len(answer)


def _fingerprint_all(
    data: Mapping[str, bytes], known: frozenset[int]
) -> tuple[dict[str, Fingerprints], list[str]]:
    """Read notebooks where they can do no harm: each has so much time, and so much memory."""
    read, unread = {}, []
    with Pool(None, limit_memory) as pool:
        futures: dict[str, Future] = {
            sha256: pool.submit(fingerprint_notebook, content, known, limit=SECONDS)
            for sha256, content in data.items()
        }
        for sha256, future in futures.items():
            try:
                read[sha256] = future.result()
            except Exception:  # it took too long, or its process died
                _LOG.info("not compared: %s", sha256, exc_info=True)
                unread.append(sha256)
    return read, unread
