"""Run a notebook with every recorded value changed: python -m tests.perturbed NOTEBOOK.

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
from rnncourse.core.records import Record


def changed(value: object) -> list[float] | float:
    """Return other numbers: by a tenth and a little, further than any tolerance of a check."""
    return (np.asarray(value, float) * 1.1 + 0.137).tolist()


def main(path: Path) -> list[list]:
    handed: list[list] = []
    as_recorded = Record._sections

    def sections(self):
        found = as_recorded(self)
        for section in (found or {}).values():
            values = section["values"]
            section["values"] = {k: replace(e, value=changed(e.value)) for k, e in values.items()}
        return found

    def measure(claim_id, /, **fresh):
        claim = claims.load_ledger()[claim_id]
        for name, values in fresh.items():
            handed.append([claim_id, name, np.atleast_1d(np.asarray(values, float)).tolist()])
        return claim

    Record._sections = sections
    Record.confirm = lambda self, key, fresh: np.asarray(fresh, float).tolist()
    Check.confirm = lambda self, fresh: None
    import rnncourse.viz.cards as cards

    cards.measure = measure
    shell = InteractiveShell.instance()
    shell.run_cell("import matplotlib; matplotlib.use('agg')")
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            shell.run_cell("".join(cell["source"]), silent=True)  # whether it fails or not
    return handed


if __name__ == "__main__":
    found = main(Path(sys.argv[1]))
    print("\n" + json.dumps(found))
