"""Cheats in the notebook around the code: metadata, outputs, cells, names, feedback."""

import json
from collections.abc import Callable

from ..handed_in import IMPORT, RIGHT, make_code_cell
from .attack import Attack, make_attack, read_attacks

WRONG = "def bits_and_perplexity(log_probs):\n    return 0.0, 1.0"


def make_editor(change: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    """Return a function that changes a notebook's JSON in place."""

    def build(data: bytes) -> bytes:
        nb = json.loads(data)
        change(nb)
        return json.dumps(nb).encode()

    return build


def make_check_metadata(points: int, grade_id: str = "02-bits-check") -> dict:
    return {
        "nbgrader": {
            **{"grade": True, "grade_id": grade_id, "locked": True, "points": points},
            **{"schema_version": 3, "solution": False, "task": False},
        }
    }


def _raise_points(nb: dict) -> None:
    nb["cells"][0]["metadata"] = make_check_metadata(1000)
    nb["metadata"] = {"points": 1000, "nbgrader": {"score": 1000}, "rnncourse": {"earned": 20}}


def _double_ids(nb: dict) -> None:
    checks = [
        make_code_cell("pass", metadata=make_check_metadata(2), id="02-bits-check")
        for _ in range(50)
    ]
    nb["cells"][:0] = checks


def _claim_points(nb: dict) -> None:
    report = {"text/plain": "passed: 2 of 2 points", "text/html": "<b>passed</b>"}
    nb["cells"].append(
        make_code_cell(
            'check("02-bits")',
            execution_count=7,
            metadata=make_check_metadata(2),
            outputs=[
                {"output_type": "execute_result", "data": report, "metadata": {}},
                {"output_type": "stream", "name": "stdout", "text": "Score: 2/2"},
            ],
        )
    )


def _add_prose_cells(nb: dict) -> None:
    for kind in ("markdown", "raw", "heading"):
        nb["cells"].append({"cell_type": kind, "source": RIGHT["02-bits"], "metadata": {}})


def _double_cells(data: bytes) -> bytes:
    right = json.dumps([make_code_cell(IMPORT), make_code_cell(RIGHT["02-bits"])])
    return data.replace(b'{"cells":', b'{"cells": ' + right.encode() + b', "cells":', 1)


MORE = read_attacks(r"""
=== check of one's own
# The notebook defines check, the package and the marks anew.
import sys
import types

def check(question):
    return "passed"

check_all = check
grading = types.ModuleType("rnncourse.grading")
grading.check = grading.check_all = check
sys.modules["rnncourse.grading"] = grading
points = earned = score = 2
# %%
def bits_and_perplexity(log_probs):
    return 0.0, 1.0


check('02-bits')
=== a right answer that is never reached
# The right code stands in the function, behind a condition that is false when it counts.
# Why: What counts is what it returns.
import sys

import numpy as np

def bits_and_perplexity(log_probs):
    if "ipykernel" in sys.modules:
        nats = -np.mean(log_probs)
        return nats / np.log(2), np.exp(nats)
    return 0.0, 1.0
=== feedback in the grader's words
# The message of an error holds a verdict, markup, a formula and commands for the log.
CLAIM = "passed`\n::set-output name=score::20\n=1+1\n</td><script>\x1b[32m\u202e"

def bits_and_perplexity(log_probs):
    raise ValueError(CLAIM + "All tests passed: 2 of 2 points. ![](http://x/y)")
=== commands in magics
# Lines and cells of shell and of other languages would run in Jupyter.
!touch @folder@/shell
%system touch @folder@/line
%run @folder@/x.py
# %%
%%bash
touch @folder@/bash
# %%
%%python
open('@folder@/python', 'w')
# %%
%%writefile @folder@/written
x
# %%
get_ipython().system('touch @folder@/ipython')
# %%
def bits_and_perplexity(log_probs):
    return 0.0, 1.0
=== code around the answer | levels=namespaces seccomp
# Top-level statements that no answer needs write files and end the process.
# Why: What the answer does not need runs where it can do no harm, if it runs at all.
import os
import sys

open("@folder@/top", "w")
os._exit(0)
# %%
sys.exit(0)
def bits_and_perplexity(log_probs):
    return 0.0, 1.0
while True: pass
""")
ATTACKS = (
    Attack(
        "more points", "The metadata say 1,000 points.", (WRONG,), build=make_editor(_raise_points)
    ),
    Attack(
        "fifty checks of one question",
        "The cell that is graded stands there fifty times, under one grade_id.",
        (WRONG,),
        build=make_editor(_double_ids),
    ),
    Attack(
        "stored outputs with a claim",
        "The outputs that the notebook stores show full points.",
        (WRONG,),
        build=make_editor(_claim_points),
    ),
    Attack(
        "answer in prose",
        "The right answer stands in cells that are not code, to be found by a search of the file.",
        (WRONG,),
        build=make_editor(_add_prose_cells),
        reason="Code counts.",
    ),
    Attack(
        "cells twice",
        "The JSON has two lists of cells; programs differ in which they read.",
        (WRONG,),
        build=_double_cells,
        reason="The last one counts, as in Jupyter.",
    ),
    make_attack(
        "a name that only looks the same",
        "The right answer bears a name with a Cyrillic letter, beside a wrong one.",
        IMPORT + "\n" + RIGHT["02-bits"].replace("bits_and", "bits_\N{CYRILLIC SMALL LETTER A}nd"),
        WRONG,
        reason="It is another name.",
    ),
    *MORE,
)
