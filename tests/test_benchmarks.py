"""Every benchmark runs, as small as can be."""

import importlib
import sys

import pytest

from benchmarks import beam
from scripts import ROOT

from .grading.classes import crowd

BEAM = {"H": 8, "V": 30, "B": 3, "beam_size": 2, "S": 4, "max_length": 3}
CELLS = "--cells GRU --dtypes float64 --seconds 0 --size 3 2 2 2"
MAINS = {
    "beam": ({"turns": 1, **BEAM}, "additive, query before: all at once"),
    "cells": ({"kernels": ["automatic"], "here": None}, "All three: "),
    "classes": (
        {"only": ["folders"], "workers": 1, "trained": 1},
        "1 students, 03-recurrent-networks: ",
    ),
    "grading": ({"copies": 1, "only": ["numpy"]}, "NBGRADER_PYTHON is not set"),
    "similarity": (
        {"assignments": ["03-recurrent-networks"], "seeds": (0,), "students": 20},
        "In classes of 20 drawn from these: ",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.grading] if n == "grading" else []) for n in MAINS]
)
def test_a_benchmark_runs(name, monkeypatch, capfd):
    arguments, sentence = MAINS[name]
    for variable in ("NBGRADER_PYTHON", "OTTER_PYTHON"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "argv", ["cells.py", *CELLS.split()])  # for processes of its own
    monkeypatch.setattr(crowd, "KINDS", {"right": 1, "late": 1})
    module = importlib.import_module(f"benchmarks.{name}")
    monkeypatch.setattr(module, "TRAINED", ("03-recurrent-networks",), raising=False)
    monkeypatch.setattr(module, "MAX_SECONDS", float("inf"), raising=False)  # tests run beside it
    assert not module.main(**arguments)
    assert sentence in capfd.readouterr().out


def test_a_wrong_text_of_the_beam_benchmark_raises(monkeypatch):
    monkeypatch.setattr(beam.loops, "search_text", lambda *_, **__: [(0.0, 0.0, [], True)])
    with pytest.raises(AssertionError, match="one by one: 3 of 3 texts are others"):
        beam.time_searches(beam.Sizes(**BEAM), 1)


def test_each_benchmark_has_a_main_that_runs():
    sources = {path.stem: path.read_text("utf-8") for path in (ROOT / "benchmarks").glob("*.py")}
    assert {*MAINS} == {name for name, source in sources.items() if "\ndef main(" in source}
