"""An autograder for Gradescope: `rnncourse gradescope 07` packs it, and there it runs this module.

Source: Gradescope's Autograder Specifications, https://gradescope-autograders.readthedocs.io: the
zip file is unpacked into `source`, `setup.sh` runs once, and for each hand-in `run_autograder`,
which reads `submission` and writes `results/results.json`.
"""

import argparse
import json
import secrets
import sys
import zipfile
from pathlib import Path

from rnncourse.cli.commands import DONE, CommandError, read_secret
from rnncourse.cli.course import find_chapter, find_course_folder, shorten_path

ABOUT, SECRET = "autograder.json", "secret.txt"
_COURSE = ("pyproject.toml", "constraints.txt", "README.md", "LICENSE", "LICENSE-TEXT")
_ROOT = 'root="${AUTOGRADER:-/autograder}"'
_SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image.
set -euo pipefail
ROOT
python=""
for name in python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python="$name"
        break
    fi
done
if [ -z "$python" ]; then
    apt-get update
    apt-get install -y python3.11 python3.11-venv
    python=python3.11
fi
"$python" -m venv "$root/venv"
cd "$root/source"
"$root/venv/bin/python" -m pip install -c course/constraints.txt "./course[grade]" NEEDED
"""
_RUN = """#!/usr/bin/env bash
# Gradescope runs this for each hand-in.
set -euo pipefail
ROOT
cd "$root"
exec venv/bin/python -m rnncourse.cli.autograder "$root"
"""


def pack_autograder(options: argparse.Namespace) -> int:
    """Write the zip file that Gradescope takes as an autograder.

    Raises:
        CommandError: If there is no such chapter, or a file cannot be read or written.
    """
    from rnncourse.grading.registry import list_packages, load_questions

    course, chapter = find_course_folder(Path.cwd()), find_chapter(options.chapter)
    questions = load_questions(chapter.page).values()
    secret = read_secret(options.secret_file) or secrets.token_hex(32).encode()
    settings = {"assignment": chapter.page, "isolation": options.isolation}
    setup = _SETUP.replace(
        " NEEDED", "".join(f" {name}" for name in sorted(list_packages(questions)))
    )
    texts_by_name = {
        "setup.sh": setup.replace("ROOT", _ROOT, 1),
        "run_autograder": _RUN.replace("ROOT", _ROOT, 1),
        ABOUT: json.dumps(settings) + "\n",
        SECRET: secret,
    }
    files = [course / name for name in _COURSE]
    files += (path for path in sorted((course / "rnncourse").rglob("*")) if path.is_file())
    target = options.to or Path(f"gradescope-{chapter.page}.zip")
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in texts_by_name.items():
                info = zipfile.ZipInfo(name)
                info.external_attr = (
                    0o755 if name in ("setup.sh", "run_autograder") else 0o600
                ) << 16
                archive.writestr(info, text)
            for path in files:
                if "__pycache__" not in path.parts:
                    archive.write(path, Path("course", path.relative_to(course)))
    except OSError as error:
        raise CommandError(f"{error.filename or target}: {error.strerror or error}.") from None
    points = sum(question.points for question in questions)
    print(
        f"{shorten_path(target)} is the autograder of {chapter.page}: {len(questions)} questions, "
        f"{points} points. In Gradescope choose Configure Autograder and upload it. The secret "
        "that inputs are drawn from is in it: keep it private."
    )
    return DONE


def run_autograder(root: Path) -> None:
    """Grade what was handed in, where Gradescope has put it; of several notebooks the best counts.

    Args:
        root: The folder with `source`, `submission` and `results`.
    """
    from rnncourse.core.files import write_file
    from rnncourse.grading import marking
    from rnncourse.grading.batch.submissions import PathError, SubmissionError, collect_submissions
    from rnncourse.grading.classes.attempts import fill_questions
    from rnncourse.grading.reports.exports import clean_result, format_gradescope_json
    from rnncourse.grading.results import GRADED, INVALID, SubmissionResult

    settings = json.loads((root / "source" / ABOUT).read_text("utf-8"))
    secret = (root / "source" / SECRET).read_bytes().strip()
    job = marking.GradingJob(settings["assignment"], secret, min_level=settings["isolation"])
    results = []
    try:
        for submission in collect_submissions([root / "submission"]):
            try:
                results.append(marking.grade_bytes(submission.name, submission.read(), job))
            except SubmissionError as error:
                results.append(SubmissionResult(submission.name, "", 0, "", INVALID, str(error)))
    except PathError:
        message = "No notebook was handed in: hand in the file whose name ends in .ipynb."
        results.append(SubmissionResult("", "", 0, "", INVALID, message))
    finally:
        marking.close_sandbox()
    chosen = max(results, key=lambda r: (r.needs_person, r.status == GRADED, r.earned))
    if len(results) > 1:
        choice = f"{len(results)} files were handed in, and {chosen.name} counts: the best one."
        chosen = SubmissionResult(**{**vars(chosen), "choice": choice})
    write_file(
        root / "results" / "results.json",
        format_gradescope_json(clean_result(fill_questions(chosen, settings["assignment"]))),
    )


if __name__ == "__main__":
    run_autograder(Path(sys.argv[1]))
