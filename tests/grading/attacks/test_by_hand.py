"""A forbidden name is found on every way to it, and honest code is not taken for one."""

import builtins
import importlib
import inspect
import operator
import sys
from dataclasses import replace
from types import ModuleType

import pytest

from rnncourse.grading.judging import PASSED, WRONG
from rnncourse.grading.reading.contents import Notebook, Rules
from rnncourse.grading.reading.notebooks import Cell
from rnncourse.grading.reading.programs import programs
from rnncourse.grading.rules import PLAIN, refused
from rnncourse.grading.sandbox.isolation import LIMITS, SECCOMP

from ..handed_in import grade, notebook
from .by_hand import HONEST, LSTM, NEAR, WAYS

GOALS = {
    "sys": sys,
    "operator": operator,
    "importlib": importlib,
    "inspect": inspect,
    "builtins": builtins,
    **{name: getattr(builtins, name) for name in ("getattr", "eval", "exec", "compile", "vars")},
    "__import__": builtins.__import__,
}
"""From these every name can be reached."""


def offence(source: str) -> str:
    rules = Rules(LSTM.packages, LSTM.forbidden)
    wanted = programs(Notebook([Cell(1, source)]), LSTM.function, rules)
    assert wanted.slice, wanted.unreadable
    return wanted.offence


@pytest.mark.parametrize("way", WAYS)
def test_the_way_is_refused(way):
    assert offence(WAYS[way])


@pytest.mark.parametrize("kind", HONEST)
def test_honest_code_is_not(kind):
    assert offence(HONEST[kind]) == ""


@pytest.mark.grading
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
@pytest.mark.parametrize("way", WAYS)
def test_the_way_gets_nothing(way, monkeypatch, reached):
    reached(SECCOMP)
    result = grade(monkeypatch, notebook(WAYS[way]), SECCOMP, ids=["02-bits"], extra=[LSTM])
    (lstm,) = [q for q in result.questions if q.question == LSTM.id]
    assert (lstm.status, lstm.earned) == (WRONG, 0)
    assert lstm.message.startswith(
        ("Write it by hand", "The answer may import `numpy`, `torch` and")
    )


@pytest.mark.grading
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
@pytest.mark.parametrize("kind", HONEST)
def test_honest_code_gets_everything(kind, monkeypatch, reached):
    reached(SECCOMP)
    result = grade(monkeypatch, notebook(HONEST[kind]), SECCOMP, ids=["02-bits"], extra=[LSTM])
    (lstm,) = [q for q in result.questions if q.question == LSTM.id]
    assert lstm.status == PASSED, lstm.message


@pytest.mark.grading
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
@pytest.mark.parametrize("way", WAYS)
def test_the_way_is_one(way, monkeypatch):
    """Each way does lead there where nothing is forbidden: the table holds no straw men."""
    allowed = replace(LSTM, forbidden=())
    result = grade(monkeypatch, notebook(WAYS[way]), LIMITS, ids=["02-bits"], extra=[allowed])
    (lstm,) = [q for q in result.questions if q.question == LSTM.id]
    assert lstm.status == PASSED, lstm.message


@pytest.mark.grading
def test_no_path_that_the_rule_allows_leads_there():
    """Every dotted name below every module that an answer may import, as far as names go."""
    import torch

    found = {id(thing): name for name, thing in GOALS.items()}
    for name in NEAR:
        found[id(eval(name, {"torch": torch}))] = name
    modules = [*LSTM.packages, *PLAIN]
    waiting = [(name, importlib.import_module(name)) for name in modules]
    seen = {id(module) for _, module in waiting}
    leaks, names = [], 0
    while waiting:
        path, module = waiting.pop()
        for key, thing in list(vars(module).items()):
            dotted = f"{path}.{key}"
            if not key.isidentifier() or refused(dotted, LSTM.packages, LSTM.forbidden):
                continue
            names += 1
            if id(thing) in found:
                leaks.append(f"{dotted} is {found[id(thing)]}")
            if isinstance(thing, ModuleType) and id(thing) not in seen:
                seen.add(id(thing))
                waiting.append((dotted, thing))
    assert leaks == []
    assert names > 5000
