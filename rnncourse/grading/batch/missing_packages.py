"""What notebooks need that is not installed here: seen before anything is graded."""

import importlib.util
from collections.abc import Collection, Iterable

from rnncourse.grading.batch.submissions import Submission, SubmissionError
from rnncourse.grading.questions import Question
from rnncourse.grading.registry import list_packages


def find_missing_packages(
    submissions: Iterable[Submission], questions: Collection[Question]
) -> dict[str, list[str]]:
    """Return the packages that some notebook needs and this Python does not have.

    A question is taken to be answered wherever the name of its function stands in a notebook:
    too often rather than too seldom. Where nothing is missing, no notebook is read.

    Returns:
        By name of the package, the ids of the questions that need it.
    """
    functions = {question.id: question.function.encode() for question in questions}
    ids_by_package = {
        package: ids
        for package, ids in list_packages(questions).items()
        if importlib.util.find_spec(package) is None
    }
    missing: dict[str, list[str]] = {}
    for submission in submissions if ids_by_package else ():
        try:
            data = submission.read()
        except SubmissionError:
            continue
        for name, ids in ids_by_package.items():
            new_ids = [q for q in ids if functions[q] in data and q not in missing.get(name, ())]
            if new_ids:
                missing.setdefault(name, []).extend(new_ids)
    return missing
