"""The bar under a check that trains: there for who watches, and for nobody else."""

import time

import IPython.display
import pytest

from rnncourse.grading import check, progress
from rnncourse.grading.checks import find_question


class Screen:
    """Keeps what would be shown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[str] = []
        monkeypatch.setattr(IPython.display, "display", self.display)
        monkeypatch.setattr(IPython.display, "clear_output", self.clear)

    def display(self, what: object, display_id: bool) -> "Screen":
        self.update(what)
        return self

    def update(self, what: object) -> None:
        self.shown.append(what.data)

    def clear(self, wait: bool) -> None:
        self.shown.append("cleared")


@pytest.fixture
def screen(monkeypatch):
    for name in progress.WATCHED:
        monkeypatch.delenv(name, raising=False)
    return Screen(monkeypatch)


def test_it_moves_and_goes(screen, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "work.ipynb")
    monkeypatch.setattr(progress, "EVERY", 0.01)
    with progress.bar(3):
        start = time.process_time()
        while time.process_time() < start + 0.2:
            pass
    first, *_, last, cleared = screen.shown
    assert "0 of at most 3 seconds" in first
    assert 'value="0.0"' in first
    assert 'value="0.0"' not in last
    assert cleared == "cleared"


@pytest.mark.parametrize(("question", "bars"), [("10-train", True), ("06-carry", False)])
def test_a_check_that_trains_shows_it(screen, monkeypatch, question, bars):
    monkeypatch.setenv("VSCODE_PID", "1")

    def answer(*arguments):
        raise NotImplementedError

    check(question, {find_question(question).function: answer})
    assert bool(screen.shown) == bars


def test_nobody_watches_a_notebook_that_is_tested(screen):
    with progress.bar(3):
        pass
    assert screen.shown == []
