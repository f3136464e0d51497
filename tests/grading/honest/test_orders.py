"""The benchmark tells orders of programs apart."""

import importlib

from rnncourse.grading import marking

from ..handed_in import ASSIGNMENT, IMPORT, RIGHT, notebook
from ..students import ROOT
from .tables import LOOKUP

BELOW = "add(0)\nadd(0)\nadd(np.log(2))"


def test_each_order_earns_what_its_programs_earn(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    whole = importlib.import_module("whole")
    cells = IMPORT, "table = []\nadd = table.append", LOOKUP, BELOW
    ids = ("02-bits", "02-step")
    one = whole.HandedIn("a", ASSIGNMENT, ids, notebook(*cells, RIGHT["02-step"]))
    try:
        filled, plain = whole.tried(one)
    finally:
        marking.close()
    for title, order in whole.ORDERS.items():
        assert filled.earned(order) == 2 * ("end" in title), title
        assert plain.earned(order) == plain.points
