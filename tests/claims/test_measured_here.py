"""What a card calls "measured here" does not come from a record.

Every recorded value is changed, and each notebook runs. A check that is measured here must hand in
the numbers that it handed in before; one that hands in other numbers read them from a record.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rnncourse.claims import BOOK, ShownClaim, load_ledger
from rnncourse.core.records import RecordEntry
from rnncourse.core.threads import ONE_THREAD
from scripts import ROOT
from tests.claims.perturbed import perturb_entry
from tests.claims.test_ledger import list_card_calls


def list_handed_in(notebook: Path) -> dict[tuple[str, str], list[float]]:
    """Run a notebook with changed records; return what it hands in to its cards."""
    command = [sys.executable, "-m", "tests.claims.perturbed", str(notebook)]
    environment = os.environ | ONE_THREAD | {"MPLBACKEND": "agg"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return {(claim, name): v for claim, name, v in json.loads(done.stdout.splitlines()[-1])}


def list_unfaithful_checks(values_of: dict[tuple[str, str], list[float]]) -> list[str]:
    """Name the checks whose numbers are not those of the record as it is."""
    ledger = load_ledger()
    names = []
    for (claim_id, name), values in values_of.items():
        check = next(c for c in ledger[claim_id].checks if c.name == name)
        old = check.reading.values[: check.here]
        near = np.abs(np.subtract(values, old)) <= check.reading.entry.tolerance
        names += [] if len(values) == len(old) and near.all() else [f"{claim_id}.{name}"]
    return names


@pytest.mark.claims
@pytest.mark.parametrize("notebook", sorted(BOOK.glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_is_measured_here_does_not_come_from_a_record(notebook):
    result = list_handed_in(notebook)
    called = list_card_calls(notebook)  # a cell that fails hands in nothing, and is no proof
    assert set(result) == {(claim_id, name) for claim_id, names in called for name in names}
    assert list_unfaithful_checks(result) == []


@pytest.mark.parametrize("value", [-1.37, 0.0, 0.05, 1e-16, 4000.0, [0.4, 0.41, 0.39], [1.0] * 3])
@pytest.mark.parametrize("tolerance", [0.0, 0.01, 500.0])
def test_every_recorded_number_is_moved_beyond_its_tolerance(value, tolerance):
    entry = RecordEntry(value, tolerance, "invented")
    changed = perturb_entry(entry, "A2/new")
    assert np.all(np.abs(np.subtract(changed.value, value)) > tolerance)
    assert changed == perturb_entry(entry, "A2/new") != perturb_entry(entry, "A2/old")
    if isinstance(value, list):
        assert np.all(np.abs(np.diff(changed.value)) > np.abs(np.diff(value)).max())


@pytest.mark.slow
@pytest.mark.parametrize("how", ["value({key!r})", "confirm({key!r}, 0)"])
def test_a_number_that_is_read_from_a_record_is_found(tmp_path, how):
    check = next(
        (claim, check)
        for claim in load_ledger().values()
        if claim.chapters and not isinstance(claim, ShownClaim)
        for check in claim.checks
        if check.here
    )
    claim, check = check
    chapter, key = check.record.split(":", 1)
    cells = [
        "from rnncourse.viz.claims import claim_card\nfrom rnncourse.core.records import Record",
        "raise ValueError('a cell that notices goes on')",
        f"values = Record.load({chapter!r}).{how.format(key=key)}",
        f"claim_card({claim.id!r}, {check.name}=values)",
    ]
    path = tmp_path / "planted.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": [c]} for c in cells]}))
    assert list_unfaithful_checks(list_handed_in(path)) == [f"{claim.id}.{check.name}"]
