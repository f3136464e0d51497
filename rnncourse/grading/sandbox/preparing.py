"""What a process does before it forks, so that no child has to: imports, and a rehearsal."""

import gc
import importlib
import io
import json
import linecache
import sys
from contextlib import suppress

import numpy as np

from rnncourse.grading.reading.statements import split_statements
from rnncourse.grading.sandbox.child import Channel, serve_job
from rnncourse.grading.sandbox.frames import pack_message

PRELOADED_MODULES = """
    abc bisect collections contextlib copy dataclasses decimal enum fractions functools heapq
    itertools json linecache math numbers operator random re resource statistics string textwrap
    threading time types typing numpy numpy.fft numpy.lib.stride_tricks numpy.linalg numpy.ma
    numpy.polynomial numpy.random numpy.testing
"""
"""Imported before the fork, so that no child has to."""
_REHEARSAL = """
import numpy as np
TABLE = {"a": 1}
TABLE["b"] = 2
def helper(x: float, n=2):
    return np.array([x * n for n in range(n)])
def f(x, n):
    \"\"\"Text.\"\"\"
    if n < 0:
        raise ValueError(n)
    return helper(x, n).sum(axis=0) + TABLE["b"]
"""


def prepare(packages: list[str]) -> str:
    """Import what children need; return "" or why that cannot be."""
    try:
        for name in (*PRELOADED_MODULES.split(), *packages):
            importlib.import_module(name)
        if "torch" in packages:
            torch = sys.modules["torch"]  # what it would import when first needed, children cannot
            torch.set_num_threads(1)
            torch.optim.SGD([torch.zeros(1, requires_grad=True)]).zero_grad()
        with suppress(ImportError, RuntimeError, OSError):  # `Seccomp` tells what is missing
            importlib.import_module("pyseccomp")
        run_warm_up_job()
    except Exception as error:  # a package may raise anything
        return f"{type(error).__name__}: {error}"
    gc.collect()
    gc.freeze()  # children share these pages as long as nobody counts their objects
    return ""


def run_warm_up_job() -> None:
    """Do a small job here, so that no child has to do first what any process does once."""
    data = json.dumps({"cells": [{"cell_type": "code", "source": _REHEARSAL}]}).encode()
    read = {"bytes": len(data), "asks": {"": [("f", ("numpy",), "")]}}
    cell = split_statements(1, _REHEARSAL)
    run = {
        "sources": {1: _REHEARSAL},
        "statements": np.array([(1, s.index, 1) for s in cell]),
        "reason_by_name": {},
        "hint_names": [],
        "constants": {},
        "packages": ["numpy"],
        "function": "f",
        "arguments": ["x", "n"],
        "returns": ["y"],
        "has_optional_last": False,
        "seconds": 1.0,
    }
    for parts in (
        (pack_message(read), data),
        map(pack_message, (run, (np.ones(2), 2), (np.ones(2), -1), None)),
    ):
        messages = io.BytesIO(b"".join(parts))
        serve_job(Channel(messages.read, lambda data: None))
    linecache.clearcache()
