"""What notebooks need that is not installed here: seen before anything is graded."""

import importlib.util
from collections.abc import Collection, Iterable

from rnncourse.grading.batch.submissions import Submission, SubmissionError
from rnncourse.grading.checks import list_packages
from rnncourse.grading.questions import Question


def missing_packages(
    submissions: Iterable[Submission], questions: Collection[Question]
) -> dict[str, list[str]]:
    """Return the packages that some notebook needs and this Python does not have.

    A question is taken to be answered wherever the name of its function stands in a notebook:
    too often rather than too seldom. Where nothing is missing, no notebook is read.

    Returns:
        By name of the package, the ids of the questions that need it.
    """
    known = {question.id: question.function.encode() for question in questions}
    wanted = {
        p: ids for p, ids in list_packages(questions).items() if importlib.util.find_spec(p) is None
    }
    missing: dict[str, list[str]] = {}
    for one in submissions if wanted else ():
        try:
            data = one.read()
        except SubmissionError:
            continue
        for name, ids in wanted.items():
            here = [q for q in ids if known[q] in data and q not in missing.get(name, ())]
            if here:
                missing.setdefault(name, []).extend(here)
    return missing
