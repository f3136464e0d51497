"""Which program to run for an answer, in marks and in seconds: python benchmarks/whole.py.

The grader can run the part of a notebook that an answer needs (the slice), all of it down to the
answer (the whole), or all of it to its end. It may try one first and others where points are
missing. All three run here for every answer of honest notebooks, of random honest ones, and of
such with faults put into their code; from that follows what each order earns and takes. Where
they disagree about a notebook with faults, IPython runs it and tells what its author sees.
"""

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # for the tests, which hold the notebooks

from rnncourse.grading import marking
from rnncourse.grading.checks import ASSIGNMENTS, questions_of
from rnncourse.grading.judging import NOT_STARTED, TIMEOUT, WRONG, Result, verdict
from rnncourse.grading.marking import END, SLICE, WHOLE, Marker, asks, seed
from rnncourse.grading.reading.notebooks import NotebookError, read
from tests.grading.handed_in import ASSIGNMENT, SECRET, notebook
from tests.grading.honest import (
    answers,
    files,
    forms,
    magics,
    mixed,
    names,
    settings,
    shown,
    tables,
)
from tests.grading.honest.really import really
from tests.grading.honest.written import sample
from tests.grading.mutations import cells_changed, code_changed

PARTS = answers, forms, magics, mixed, names, settings, shown, tables
ORDERS = {
    "the slice only": (SLICE,),
    "the whole only": (WHOLE,),
    "the end only": (END,),
    "whole, slice": (WHOLE, SLICE),
    "end, slice": (END, SLICE),
    "slice, whole": (SLICE, WHOLE),
    "slice, end": (SLICE, END),
    "slice, whole, end": (SLICE, WHOLE, END),
}
PROGRAMS = SLICE, WHOLE, END
BASES = 10  # notebooks with faults that are made from one
LONGEST = 3.0  # seconds that a program may take here: faults make loops that do not end
HEAD = f"{'':<20}{'points':>8}{'of':>7}{'lost by':>9}{'answers':>9}{'seconds each':>14}{'worst':>8}"


@dataclass(frozen=True)
class HandedIn:
    """A notebook to grade.

    Args:
        name: Of the case.
        assignment: Which one it answers.
        ids: The questions that it is graded on.
        data: The file.
    """

    name: str
    assignment: str
    ids: tuple[str, ...]
    data: bytes


@dataclass(frozen=True)
class Tried:
    """What became of one answer.

    Args:
        handed_in: Where it stands.
        question: Its id.
        points: That it could earn.
        results: By program.
        same: Programs that are the one before, so that no order runs them for nothing.
    """

    handed_in: HandedIn
    question: str
    points: int
    results: dict[str, Result]
    same: frozenset[str]

    def earned(self, order: Sequence[str]) -> int:
        """Return the points that the answer gets where programs are tried in this order."""
        return max(self.results[name].earned for name in self._run(order))

    def seconds(self, order: Sequence[str]) -> float:
        """Return how long the programs took that run in this order."""
        return sum(self.results[name].seconds for name in self._run(order))

    def _run(self, order: Sequence[str]) -> Iterator[str]:
        run: list[str] = []
        for name in order:
            if run and name in self.same:
                continue
            yield name
            run.append(name)
            result = self.results[name]
            over = name == SLICE and result.status in (NOT_STARTED, TIMEOUT)
            if over or result.earned == self.points:
                return


def suite() -> Iterator[HandedIn]:
    """Yield the cases of the honest suite."""
    for part in PARTS:
        for name, (ids, cells) in part.CODE.items():
            (assignment,) = (a for a in ASSIGNMENTS if ids[0] in questions_of(a))
            data = notebook(*(cell.strip("\n") for cell in cells))
            yield HandedIn(name, assignment, tuple(ids), data)
    ids = tuple(q for q in questions_of(ASSIGNMENT) if q != "02-better")
    for name, data in files.FILES.items():
        yield HandedIn(name, ASSIGNMENT, ids, data)


def written(number: int) -> list[HandedIn]:
    """Return random honest notebooks, always the same ones."""
    found = [one for a in ASSIGNMENTS for one in sample(a, number // len(ASSIGNMENTS))]
    return [HandedIn(f"{i}", one.assignment, one.ids, one.data) for i, one in enumerate(found)]


def faulty(number: int) -> Iterator[HandedIn]:
    """Yield random honest notebooks with faults in their code, always the same ones."""
    bases = [one for one in written(number // BASES) if one.data[:2] != b"\xff\xfe"]
    for place in range(number):
        base, rng = bases[place % len(bases)], random.Random(place)
        change = (code_changed, cells_changed)[place % 2]
        data = change(base.data.decode("utf-8-sig").encode(), rng)
        yield HandedIn(f"{base.name}, {place}", base.assignment, base.ids, data)


def tried(one: HandedIn) -> list[Tried]:
    """Run both programs of each answer of a notebook; none if it cannot be read."""
    known = questions_of(one.assignment)
    questions = [replace(known[q], seconds=min(known[q].seconds, LONGEST)) for q in one.ids]
    runner = marking.sandbox()
    try:
        reading = runner.read(one.data, {one.assignment: asks(questions)})
    except NotebookError:
        return []
    sha256 = hashlib.sha256(one.data).hexdigest()
    found, slow = [], False
    for question, answer in zip(questions, getattr(reading, "answers", ()), strict=False):
        results: dict[str, Result] = {}
        same = frozenset(name for name in PROGRAMS if getattr(answer, name) is None)
        for place, name in enumerate(PROGRAMS):
            if name in same:  # it is the one before
                results[name] = results[PROGRAMS[place - 1]] if place else verdict(question, WRONG)
                continue
            if name != SLICE and slow:  # the grader tries that once
                results[name] = verdict(question, TIMEOUT)
                continue
            start = time.perf_counter()
            draw = partial(seed, sha256, question, SECRET)
            result = Marker(runner, (name,)).mark(answer, question, draw)
            results[name] = replace(result, seconds=time.perf_counter() - start)
            slow |= name != SLICE and result.status == TIMEOUT
        found.append(Tried(one, question.id, question.points, results, same))
    runner.renew()
    return found


def compared(title: str, handed_in: Iterable[HandedIn]) -> list[Tried]:
    """Try all notebooks, and print what each order earns and takes."""
    by_notebook = [found for one in handed_in if (found := tried(one))]
    every = [answer for found in by_notebook for answer in found]
    print(f"\n{title}: {len(by_notebook)} notebooks, {len(every)} answers")
    print(HEAD)
    for order_title, order in ORDERS.items():
        earned = [answer.earned(order) for answer in every]
        lost = sum(got < answer.points for got, answer in zip(earned, every, strict=True))
        took = [sum(answer.seconds(order) for answer in found) for found in by_notebook]
        numbers = f"{sum(earned):>8}{sum(a.points for a in every):>7}{lost:>9}{len(every):>9}"
        numbers += f"{sum(took) / len(took):>14.3f}{max(took):>8.2f}"
        print(f"{order_title:<20}{numbers}", flush=True)
    return every


def judged(every: Sequence[Tried]) -> None:
    """Let IPython decide where the programs disagree, and print which order sides with it."""
    disputed = [a for a in every if len({a.earned((name,)) for name in PROGRAMS}) > 1]
    sources = [[cell.source for cell in read(a.handed_in.data)] for a in disputed]
    lost = really([([a.question], cells) for a, cells in zip(disputed, sources, strict=True)])
    right = lost.count({})
    print(f"\nThe programs disagree on {len(disputed)} answers. In IPython, {right} are right.")
    print(f"{'':<20}{'right, but lost':>17}{'wrong, but paid':>17}")
    for title, order in ORDERS.items():
        full = [answer.earned(order) == answer.points for answer in disputed]
        pairs = [*zip(full, lost, strict=True)]
        punished = sum(not paid and not told for paid, told in pairs)
        print(f"{title:<20}{punished:>17}{sum(paid and bool(told) for paid, told in pairs):>17}")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--written", type=int, default=400, help="random notebooks, by default 400")
    parser.add_argument("--faulty", type=int, default=2000, help="with faults, by default 2000")
    options = parser.parse_args()
    try:
        compared("The honest suite", suite())
        compared("Random honest notebooks", written(options.written))
        judged(compared("Notebooks with faults in their code", faulty(options.faulty)))
    finally:
        marking.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
