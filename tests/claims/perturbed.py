"""Run a notebook with every recorded value changed: python -m tests.claims.perturbed NOTEBOOK.

Prints, as its last line, what the notebook handed in to its cards: [[claim, check, values], ...].
Nothing is compared, so the run goes on where a cell would have noticed the change.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from IPython.core.interactiveshell import InteractiveShell

from rnncourse.claims import Check
from rnncourse.claims import ledger as claims
from rnncourse.core.records import Record, RecordEntry


def perturb_entry(entry: RecordEntry, key: str) -> RecordEntry:
    """Return other numbers: each further off than its tolerance, and each by another amount.

    Differences, ranks and signs change with them, so that a number that was computed from recorded
    ones does not stay as it was.
    """
    old = np.asarray(entry.value, float)
    step = np.random.default_rng([*key.encode()]).uniform(1, 3, old.shape)
    side = np.random.default_rng([*key.encode(), 1]).choice([-1, 1], old.shape)
    return replace(entry, value=(old + side * step * (0.2 + abs(old) + entry.tolerance)).tolist())


def main(path: Path) -> list[list]:
    handed: list[list] = []
    as_recorded = Record._read_sections

    def sections(self):
        results = as_recorded(self)
        for section in (results or {}).values():
            section["values"] = {k: perturb_entry(e, k) for k, e in section["values"].items()}
        return results

    def measure(claim_id, /, **fresh):
        claim = claims.load_ledger()[claim_id]
        for name, values in fresh.items():
            handed.append([claim_id, name, np.atleast_1d(np.asarray(values, float)).tolist()])
        return claim

    Record._read_sections = sections
    Record.confirm = lambda self, key, fresh: self.value(key)  # what it returns is recorded
    Check.confirm = lambda self, fresh: None
    import rnncourse.viz.cards as cards

    cards.confirm_claim = measure
    shell = InteractiveShell.instance()
    shell.run_cell("import matplotlib; matplotlib.use('agg')")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    while code and "claim_card(" not in code[-1]:
        code.pop()  # after the last card
    for source in code:
        shell.run_cell(source, silent=True)  # whether it fails or not
    return handed


if __name__ == "__main__":
    results = main(Path(sys.argv[1]))
    print("\n" + json.dumps(results))
