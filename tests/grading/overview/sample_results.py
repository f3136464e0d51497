"""Results of a class, made without grading: of every kind, the same ones each time."""

import hashlib
import random
from dataclasses import replace

from rnncourse.grading.judging import ERROR, HARNESS_ERROR, NOT_STARTED, PASSED, WRONG, Result
from rnncourse.grading.registry import load_questions
from rnncourse.grading.results import GRADED, INVALID, MISSING, SubmissionResult

from ..handed_in import ASSIGNMENT, make_notebook
from .cohort import ALL_OWN, COPIED

QUESTIONS = load_questions(ASSIGNMENT)
HOSTILE = "<script>alert(1)</script><b>\"&'</b>"
SHOWN = "`bits`: expected 1.44, got 2.08. This was for `log_probs` = [-1.]."


def _make_result(i: str, rng: random.Random, skill: float) -> Result:
    q = QUESTIONS[i]
    if rng.random() < skill:
        return Result(i, q.title, PASSED, q.points, q.points, seconds=rng.random() / 5)
    kind = rng.random()
    if kind < 0.55:
        m = q.mistakes[min(int(rng.expovariate(0.9)), len(q.mistakes) - 1)]
        return Result(i, q.title, WRONG, 0, q.points, m.hint, rng.random() / 5, m.name)
    if kind < 0.75:
        signature = (1.0, 2.0, 0.0, 2.0 + rng.randrange(3), 2.0)
        result = Result(i, q.title, WRONG, 0, q.points, SHOWN, 0.1)
        return replace(result, output_signature=signature, shared_input_message=SHOWN)
    if kind < 0.85:
        message = f"Line 3, `x = {HOSTILE}`, raised KeyError: 'nats'."
        return Result(i, q.title, ERROR, 0, q.points, message, 0.1)
    return Result(i, q.title, NOT_STARTED, 0, q.points)


def make_results(students: int, number: int = 0) -> tuple[list[SubmissionResult], dict[str, bytes]]:
    """Return results and the files by their hashes; the last ones are of special kinds."""
    rng = random.Random(number)
    results, data = [], {}
    special = [MISSING, INVALID, HARNESS_ERROR] if students > 10 else []
    for place in range(students):
        skill = min(0.97, max(0.05, rng.gauss(0.65, 0.25)))
        name = HOSTILE if place == 5 else f"Student {place:02d}, Some Long Family Name"
        cells = [f"# {place // 2 * 2 if place in (8, 9) else place}"]
        if place in (20, 21):
            cells = [ALL_OWN, COPIED][place - 20]
        file = make_notebook(*(ALL_OWN if place == 20 else cells))
        sha256 = hashlib.sha256(file).hexdigest()
        data[sha256] = file
        status = special[place - students] if place >= students - len(special) else GRADED
        questions = (
            tuple(_make_result(i, rng, skill) for i in QUESTIONS) if status == GRADED else ()
        )
        reason = "" if status == GRADED else f"It is {status}: {HOSTILE}"
        results.append(
            SubmissionResult(name, sha256, 9, ASSIGNMENT, status, reason, questions, student="7")
        )
    return results, data
