"""How often honest answers are listed as alike, and how many planted copies are found.

    .venv/bin/python benchmarks/likeness.py [--short] [--random] [ASSIGNMENT ...]

Three kinds of honest classes of 60 are made of the suite of honest answers: each question answered
in one of the few ways of the suite; the same, each in a handwriting of one's own; and the random
notebooks of the suite, the course's answers among many habits. Into the second, copies of six
students are planted, in each disguise. Seed 0 of chapters 3 and 5 was seen when the threshold was
chosen; the others were not. The short form, which `make bench` runs, is seed 1 of two chapters.
"""

import random
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from rnncourse.grading.likeness.fingerprints import fingerprint_notebook
from rnncourse.grading.likeness.pairs import MIN_EVIDENCE, find_similar_pairs, measure_pair_evidence
from tests.grading.handed_in import notebook
from tests.grading.honest import written
from tests.grading.likeness.classes import CHAPTERS, few_ways, handed_out, own_ways
from tests.grading.likeness.planted import DISGUISES, copied

STUDENTS = 60


def listed(name: str, fingerprints: list) -> tuple[int, int]:
    """Count the pairs of an honest class that are listed, and all of its pairs."""
    evidence = measure_pair_evidence(fingerprints)[np.triu_indices(len(fingerprints), 1)]
    n_listed, n_pairs = int((evidence >= MIN_EVIDENCE).sum()), len(evidence)
    largest = f"largest evidence {evidence.max():.1f}"
    print(f"  {name}: {n_listed} of {n_pairs} pairs listed; {largest}", flush=True)
    return n_listed, n_pairs


def few_of(fingerprints: list, size: int, draws: int = 20) -> tuple[int, int]:
    """Count the pairs that are listed in small classes drawn from a large one, and all."""
    draw = random.Random(size)
    pairs = sum(len(find_similar_pairs(draw.sample(fingerprints, size))) for _ in range(draws))
    return pairs, draws * size * (size - 1) // 2


def main(assignments: list[str], seeds: tuple[int, ...] = (0, 1), students: int = STUDENTS) -> None:
    """Measure, and print."""
    false, pairs, small = 0, 0, []
    caught = {disguise.__name__: [] for disguise in DISGUISES}
    for assignment in assignments:
        print(assignment, flush=True)
        known = handed_out(assignment)
        for seed in seeds:
            few = [
                fingerprint_notebook(notebook(*c), known)
                for c in few_ways(assignment, students, seed)
            ]
            written_out = own_ways(assignment, students, seed)
            own = [fingerprint_notebook(notebook(*cells), known) for cells in written_out]
            for name, fingerprints in (("few ways", few), ("a way of one's own", own)):
                n_listed, n_pairs = listed(f"{name}, seed {seed}", fingerprints)
                false, pairs = false + n_listed, pairs + n_pairs
                small += [few_of(fingerprints, size) for size in (2, 5, 10, 20)]
            for disguise in DISGUISES:
                for i in range(0, students, 10):
                    copy = fingerprint_notebook(copied(written_out[i], disguise, i), known)
                    evidence = measure_pair_evidence([*own, copy])[-1, :-1]
                    caught[disguise.__name__].append(
                        evidence[i] >= MIN_EVIDENCE and int(evidence.argmax()) == i
                    )
        if "--random" in sys.argv:
            drawn = [
                fingerprint_notebook(sample.data, known)
                for sample in written.sample(assignment, students)
            ]
            n_listed, n_pairs = listed("random notebooks", drawn)
            false, pairs = false + n_listed, pairs + n_pairs
    print(f"Listed of honest pairs: {false} of {pairs}.")
    few = np.array(small).reshape(-1, 4, 2).sum(0)
    for size, (n_listed, n_pairs) in zip((2, 5, 10, 20), few, strict=True):
        print(f"In classes of {size} drawn from these: {n_listed} of {n_pairs}.")
    for name, hits in caught.items():
        print(f"Found of copies, {name}: {sum(hits)} of {len(hits)}.")


if __name__ == "__main__":
    start = time.process_time()
    short = "--short" in sys.argv
    all_of_them = list(CHAPTERS)[1:3] if short else list(CHAPTERS)
    main([a for a in sys.argv[1:] if a[0] != "-"] or all_of_them, (1,) if short else (0, 1))
    print(f"{time.process_time() - start:.0f} s of the processor.")
