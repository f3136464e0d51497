"""What the experiments make of their runs, computed another way from what else they recorded."""

import numpy as np
import pytest

from rnncourse.chapters.ch03_recurrence import drift, exposure
from rnncourse.chapters.ch03_recurrence.experiments import (
    ALONE,
    EXPERIMENTS,
    HIDDEN,
    LASTING_SEEDS,
    LENGTHENED,
    LENGTHS,
    OUTPUT,
    SEEDS,
    per_step,
    split,
)
from rnncourse.chapters.ch03_recurrence.forcing import CHECKPOINTS, ERRS
from rnncourse.claims import read_ledger
from rnncourse.core.records import Record

RECORD = Record.load("ch03_recurrence")


@pytest.mark.parametrize("more", [0, 1, 2])
def test_products_per_step_are_the_slope(more):
    assert per_step([3 + more * T for T in LENGTHS]) == more


@pytest.mark.parametrize("short", LENGTHENED)
def test_the_falls_are_those_of_the_curves(short):
    task, name = LENGTHENED[short]
    rows = np.array([RECORD.value(f"by_step/{task}/{name}/{seed}") for seed in SEEDS])
    np.testing.assert_allclose(
        RECORD.value(f"B6/fall_{short}"), rows[:, :2].mean(1) - rows[:, -1], atol=1e-9
    )
    np.testing.assert_allclose(RECORD.value(f"longer/{task}/{name}"), rows.mean(1), atol=1e-9)


def test_claims_and_tables_quote_the_same_networks():
    for claim, table in {
        "E2/with_context": f"free/echo/{HIDDEN}",
        "E2/without_context": f"free/echo/{ALONE}",
        "E2/xor": f"xor/{HIDDEN}/2",
        "E3/echo": f"free/echo/{OUTPUT}",
        "E3/sum": f"free/running sum/{OUTPUT}",
    }.items():
        assert RECORD.value(claim) == RECORD.value(table)
        assert len(RECORD.value(claim)) == len(SEEDS)


def test_gaps_are_those_of_the_curves_at_the_end():
    assert np.mean(RECORD.value("E4/gap_at_the_end")) == pytest.approx(
        RECORD.value("forcing/told")[-1] - RECORD.value("forcing/free")[-1]
    )
    assert np.mean(RECORD.value("E4/cosine_at_the_end")) == pytest.approx(
        RECORD.value("forcing/cosine")[-1]
    )
    assert set(RECORD.value("forcing/updates")) <= set(CHECKPOINTS)
    assert 0 < ERRS < 1


def test_every_number_of_the_ledger_has_one_section():
    sections = set(EXPERIMENTS)
    for claim in read_ledger().values():
        for check in claim.all_checks:
            chapter, key = check.record.split(":", 1)
            if chapter == "ch03_recurrence":
                assert RECORD.sections[key] in sections


def test_networks_are_divided_by_what_is_left_of_an_error():
    assert split([0.1, 0.3, 0.05, 0.11], [1, 2, 3, 4]) == ([1, 3], [2, 4])
    left, falls = (RECORD.value(f"lasting/{name}") for name in ("left", "fall"))
    assert (RECORD.value("B6/fall_wiped"), RECORD.value("B6/fall_kept")) == split(left, falls)


def test_networks_trained_again_fall_as_they_fell():
    """The same twenty GRUs: here read step by step, there by their layer at once."""
    count = len(drift.SEEDS)
    assert list(drift.SEEDS) == list(LASTING_SEEDS[:count])
    falls = RECORD.value("lasting/fall")[:count]
    np.testing.assert_allclose(RECORD.value("drift/fall"), falls, atol=0.07)
    assert np.mean(np.array(RECORD.value("B6/fall_rounded")) == 0) > 0.9


def test_the_gap_of_the_ledger_is_that_of_the_figure():
    last = exposure.CHECKPOINTS[-1]
    key = "exposure/noisy sum/forced/{}/" + str(last)
    told, free = (np.array(RECORD.value(key.format(name))) for name in ("told", "free"))
    np.testing.assert_allclose(RECORD.value("E4/gap_noise"), told - free, atol=1e-9)
    assert RECORD.value("exposure/best_gap") == pytest.approx(
        exposure.best()["told"] - exposure.best()["free"]
    )
    assert (told <= exposure.rule()["told"] + 0.002).all()  # 20 of 10,000 answers, by luck
    assert (free <= exposure.rule()["free"] + 0.002).all()
    key = "exposure/noisy sum/{}/bits/" + str(last)
    assert min(RECORD.value(key.format("forced"))) > exposure.rule()["bits"]
