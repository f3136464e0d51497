"""What the page says of its recorded runs."""

import numpy as np
import pytest

from rnncourse.chapters.ch06_gating import figures
from rnncourse.chapters.ch06_gating.subset_experiments import GATED, RATES, UNITS
from rnncourse.chapters.ch06_gating.subsets import KINDS
from rnncourse.claims import load_ledger
from rnncourse.core.records import Record

OWN = {"reset": ("io", "f"), "marked": ("fo", "i"), "asked": ("if", "o")}


@pytest.fixture(scope="module")
def record():
    return Record.load("ch06_gating")


def typical(record, key):
    return np.exp(np.mean(np.log(record.value(f"left/{key}"))))


@pytest.mark.parametrize("task", OWN)
def test_each_gate_has_its_task(record, task):
    missing, own = OWN[task]
    left = {kind: typical(record, f"{task}/1/{kind}") for kind in KINDS}
    assert left[missing] > 0.3 > left["ifo"]
    assert max(GATED, key=left.get) == missing
    assert min("ifo", key=left.get) == own


@pytest.mark.parametrize("task", OWN)
def test_other_units_stand_in(record, task):
    missing, _ = OWN[task]
    left = [typical(record, f"{task}/{H}/{missing}") for H in (1, *UNITS)]
    assert left == sorted(left, reverse=True)
    assert left[-1] < 0.1


def test_no_best_rate_of_what_is_compared_lies_at_the_edge(record):
    for key, entry in record.values.items():
        if key.startswith("rate/") and key.split("/")[-1] in GATED:
            assert RATES[0] < entry.value < RATES[-1], key


def test_the_verdicts():
    ledger = load_ledger()
    assert ledger["A13"].verdict == "holds when"
    assert ledger["B10"].verdict == "holds"


def test_the_matrix_shows_the_ratios_that_it_is_given():
    kinds = {"io": (12.0, 10.0, 14.0), "fo": (1.0, 0.9, 1.1), "if": (2.0, 1.5, 2.5)}
    fig = figures.removed({"reset": kinds, "asked": kinds})
    texts = [text.get_text() for text in fig.axes[0].texts]
    assert texts.count("×12") == 2
    assert "10 to 14" in texts


def test_dots_are_the_seeds():
    fig = figures.dots({"a": {"io": [0.1, 0.2], "ifo": [0.01, 0.04]}})
    drawn = [line.get_xdata() for line in fig.axes[0].get_lines()]
    np.testing.assert_allclose(drawn[2], [0.01, 0.04])
    np.testing.assert_allclose(drawn[3], [0.02])
