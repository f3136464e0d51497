"""How often honest answers are listed as alike, and how many planted copies are found.

    .venv/bin/python -m benchmarks.similarity [--short] [--random] [ASSIGNMENT ...]

Three kinds of honest classes of 60 are made of the suite of honest answers: each question answered
in one of the few ways of the suite; the same, each in a handwriting of one's own; and the random
notebooks of the suite, the course's answers among many habits. Into the second, copies of six
students are planted, in each disguise. Seed 0 of chapters 3 and 5 was seen when the threshold was
chosen; the others were not. The short form, which `make bench` runs, is seed 1 of two chapters.
"""

import random
import time
from collections import Counter
from collections.abc import Callable

import numpy as np

from rnncourse.grading.similarity.fingerprints import fingerprint_notebook
from rnncourse.grading.similarity.pairs import (
    MIN_EVIDENCE,
    find_similar_pairs,
    measure_pair_evidence,
)
from scripts import Argument, fail, run_script
from tests.grading.handed_in import make_notebook
from tests.grading.honest import written
from tests.grading.similarity.classes import (
    CHAPTERS,
    fingerprint_handout,
    sample_personal_class,
    sample_suite_class,
)
from tests.grading.similarity.planted import DISGUISES, make_copy

STUDENTS, SAMPLE_SIZES = 60, (2, 5, 10, 20)


def count_listed(name: str, fingerprints: list) -> Counter:
    """Count the pairs of an honest class that are listed, and all of its pairs; print them."""
    evidence = measure_pair_evidence(fingerprints)[np.triu_indices(len(fingerprints), 1)]
    counts = Counter(listed=int((evidence >= MIN_EVIDENCE).sum()), pairs=len(evidence))
    largest = f"largest evidence {evidence.max():.1f}"
    print(f"  {name}: {counts['listed']} of {counts['pairs']} pairs listed; {largest}", flush=True)
    return counts


def count_listed_in_samples(fingerprints: list, size: int, draws: int = 20) -> Counter:
    """Count the pairs that are listed in small classes drawn from a large one, and all."""
    rng = random.Random(size)
    listed = sum(len(find_similar_pairs(rng.sample(fingerprints, size))) for _ in range(draws))
    return Counter(listed=listed, pairs=draws * size * (size - 1) // 2)


def are_copies_caught(own: list, notebooks: list, known: object, disguise: Callable) -> list[bool]:
    """Tell of copies in a disguise, one of each tenth student, whether their source is listed."""
    caught = []
    for i in range(0, len(notebooks), 10):
        copy = fingerprint_notebook(make_copy(notebooks[i], disguise, i), known)
        evidence = measure_pair_evidence([*own, copy])[-1, :-1]
        caught.append(evidence[i] >= MIN_EVIDENCE and int(evidence.argmax()) == i)
    return caught


def main(
    assignments: list[str],
    short: bool = False,
    with_random: bool = False,
    seeds: tuple[int, ...] = (0, 1),
    students: int = STUDENTS,
) -> None:
    """Measure, and print."""
    start = time.process_time()
    if unknown := {*assignments} - {*CHAPTERS}:
        fail(f"no assignment is called {min(unknown)}.")
    if short:
        seeds = (1,)
    total, small_classes = Counter(), {size: Counter() for size in SAMPLE_SIZES}
    caught = {disguise.__name__: [] for disguise in DISGUISES}
    for assignment in assignments or ([*CHAPTERS][1:3] if short else CHAPTERS):
        print(assignment, flush=True)
        known = fingerprint_handout(assignment)
        for seed in seeds:
            cells_by_way = {
                "few ways": sample_suite_class(assignment, students, seed),
                "a way of one's own": sample_personal_class(assignment, students, seed),
            }
            for name, cells in cells_by_way.items():
                fingerprints = [fingerprint_notebook(make_notebook(*c), known) for c in cells]
                total += count_listed(f"{name}, seed {seed}", fingerprints)
                for size, counts in small_classes.items():
                    counts.update(count_listed_in_samples(fingerprints, size))
            for disguise in DISGUISES:
                caught[disguise.__name__] += are_copies_caught(fingerprints, cells, known, disguise)
        if with_random:
            samples = written.sample_notebooks(assignment, students)
            fingerprints = [fingerprint_notebook(sample.data, known) for sample in samples]
            total += count_listed("random notebooks", fingerprints)
    print(f"Listed of honest pairs: {total['listed']} of {total['pairs']}.")
    for size, counts in small_classes.items():
        print(f"In classes of {size} drawn from these: {counts['listed']} of {counts['pairs']}.")
    for name, hits in caught.items():
        print(f"Found of copies, {name}: {sum(hits)} of {len(hits)}.")
    print(f"{time.process_time() - start:.0f} s of the processor.")


if __name__ == "__main__":
    run_script(
        main,
        Argument("assignments", nargs="*", metavar="ASSIGNMENT"),
        Argument("--short", action="store_true", help="two chapters, seed 1"),
        Argument("--random", dest="with_random", action="store_true", help="the suite's notebooks"),
    )
