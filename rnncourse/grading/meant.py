"""A notebook that was handed in for the wrong assignment: which one it answers instead."""

from collections.abc import Callable, Mapping, Sequence

from rnncourse.grading.reading.notebooks import NotebookError
from rnncourse.grading.reading.reading import Ask, Reading
from rnncourse.grading.running import Outcome
from rnncourse.grading.sandbox.sandbox import Sandbox, SandboxError

ANOTHER = "This notebook looks like the one of "
"""How the sentence begins about a notebook that answers another assignment."""


def meant_for_another(
    runner: Sandbox,
    data: bytes,
    read: Reading,
    everything: Callable[[], Mapping[str, Sequence[Ask]]],
) -> str:
    """Say which assignment a notebook without any answer seems to be for.

    Returns:
        A sentence, or "" if it has an answer, or less than half of the functions of any other.
    """
    if any(answer.found or answer.unreadable for answer in read.answers):
        return ""
    try:
        other = runner.read(data, everything())
    except (NotebookError, SandboxError):
        return ""
    if isinstance(other, Outcome) or other.assignment == read.assignment:
        return ""
    defined, asked = sum(answer.found for answer in other.answers), len(other.answers)
    if 2 * defined < asked:
        return ""
    return (
        f"{ANOTHER}{other.assignment}: it defines {defined} of its "
        f"{asked} functions, and none that {read.assignment} asks for."
    )
