"""Gradescope's export: a folder for each submission, and one file that says whose they are.

`submission_metadata.yml` maps the name of each folder to `:submitters:`, each with `:name:`,
`:sid:` and `:email:`, and to `:created_at:`. A submission may have several submitters.

Source: readers of the file in public repositories; Gradescope's own documentation,
https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata, is on the file
that an autograder gets.
"""

import re
from collections.abc import Iterable, Mapping

from rnncourse.grading.batch.submissions import Submission, SubmissionError
from rnncourse.grading.classes.dates import parse_time
from rnncourse.grading.classes.layouts import GRADESCOPE, Groups, Owner
from rnncourse.grading.classes.tables import MAX_TABLE, ClassDataError

METADATA = "submission_metadata.yml"


def read_groups(submissions: Iterable[Submission]) -> Groups:
    """Read whose submissions are, wherever a file says so.

    Raises:
        ClassDataError: If such a file cannot be read.
    """
    groups: Groups = {}
    for submission in submissions:
        if submission.parts and submission.parts[-1] == METADATA:
            owners_by_folder = _read_owners(submission)
            groups[submission.parts[:-1]] = {
                folder: _make_owners(folder, entry) for folder, entry in owners_by_folder
            }
    return groups


def _read_owners(submission: Submission) -> list[tuple[str, Mapping]]:
    name = f"Gradescope's file {METADATA!r}"
    try:
        import yaml
    except ImportError:
        raise ClassDataError(
            f"{name} needs one more package to be read: pip install 'rnncourse[grade]'."
        ) from None
    try:
        archive = Submission(submission.name, submission.path, submission.entry)
        data = archive.read()
        if len(data) > MAX_TABLE:
            raise ClassDataError(f"{name} is larger than {MAX_TABLE // 2**20} MB.")
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # all texts stay texts: 007
        content = yaml.load(data.decode("utf-8-sig"), loader)
    except SubmissionError as error:
        raise ClassDataError(f"{name} cannot be read: {error}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise ClassDataError(f"{name} is damaged.") from None
    if not isinstance(content, dict):
        raise ClassDataError(f"{name} names no submissions.")
    return [(str(folder), entry) for folder, entry in content.items() if isinstance(entry, dict)]


def _make_owners(folder: str, entry: Mapping) -> tuple[Owner, ...]:
    time = parse_time(_get_text(entry, ":created_at"))
    number = re.search(r"(\d{1,18})$", folder)
    submitters = entry.get(":submitters")
    owners = []
    for submitter in submitters if isinstance(submitters, list) else []:
        if isinstance(submitter, dict):
            sid, email, name = (_get_text(submitter, key) for key in (":sid", ":email", ":name"))
            more = tuple((k, text) for k, text in (("sid", sid), ("email", email)) if text)
            key = sid or email or name
            order = int(number[1]) if number else 0
            if key:
                owners.append(Owner(GRADESCOPE, key, name, False, time, order, more))
    return tuple(owners) or (Owner(GRADESCOPE, folder, "", False, time),)


def _get_text(entry: Mapping, key: str) -> str:
    """Return a text, under its key as Ruby writes it (`:name:` is the key `:name`)."""
    value = entry.get(key)
    return "" if value in (None, "null", "~") or not isinstance(value, str) else value.strip()
