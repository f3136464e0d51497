"""The bar under a check that trains: there for who watches, and for nobody else."""

import time
from types import SimpleNamespace

import IPython.display
import pytest

from rnncourse.grading import check, progress
from rnncourse.grading.registry import find_question


@pytest.fixture
def shown_bars(monkeypatch):
    for name in progress.FRONTEND_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    shown = []

    def display(what, display_id):
        shown.append(what.data)
        return SimpleNamespace(update=lambda what: shown.append(what.data))

    monkeypatch.setattr(IPython.display, "display", display)
    monkeypatch.setattr(IPython.display, "clear_output", lambda wait: shown.append("cleared"))
    return shown


def test_a_progress_bar_moves_and_is_cleared(shown_bars, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "work.ipynb")
    monkeypatch.setattr(progress, "UPDATE_INTERVAL", 0.01)
    with progress.progress_bar(3):
        start = time.process_time()
        while time.process_time() < start + 0.2:
            pass
    first, *_, last, cleared = shown_bars
    assert "0 of at most 3 seconds" in first
    assert 'value="0.0"' in first
    assert 'value="0.0"' not in last
    assert cleared == "cleared"


@pytest.mark.parametrize(("question", "bars"), [("10-train", True), ("06-carry", False)])
def test_a_check_that_trains_shows_a_progress_bar(shown_bars, monkeypatch, question, bars):
    monkeypatch.setenv("VSCODE_PID", "1")

    def answer(*arguments):
        raise NotImplementedError

    check(question, {find_question(question).function: answer})
    assert bool(shown_bars) == bars


def test_no_progress_bar_is_shown_outside_jupyter(shown_bars):
    with progress.progress_bar(3):
        pass
    assert shown_bars == []
