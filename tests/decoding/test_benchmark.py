"""The benchmark of beam search runs, and finds the same texts in every way."""

import importlib

import pytest

from scripts import ROOT


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("beam")


@pytest.mark.parametrize("way", ["none", "additive, query before"])
def test_three_ways_are_timed_and_agree(benchmark, way):
    sizes = benchmark.Sizes(H=8, V=30, B=3, width=2, S=4, max_length=3)
    times = benchmark.seconds(sizes, 1, **benchmark.ATTENTIONS[way])
    assert {*times} == {"all at once", "text by text", "one by one"}
    assert all(time >= 0 for time in times.values())


def test_another_text_is_not_overlooked(benchmark, monkeypatch):
    monkeypatch.setattr(benchmark.loops, "search", lambda *_, **__: [(0.0, 0.0, [], True)])
    with pytest.raises(AssertionError, match="one by one: 3 of 3 texts are others"):
        benchmark.seconds(benchmark.Sizes(H=8, V=30, B=3, width=2, S=4, max_length=3), 1)


def test_the_kernel_is_named(benchmark):
    assert benchmark.kernels().startswith("torch ")
