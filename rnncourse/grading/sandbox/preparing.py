"""What a process does before it forks, so that no child has to: imports, and a rehearsal."""

import gc
import importlib
import io
import linecache
import sys
from contextlib import suppress

import numpy as np

from rnncourse.grading.sandbox.child import Channel, serve
from rnncourse.grading.sandbox.frames import pack

WARM = """
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
        for name in (*WARM.split(), *packages):
            importlib.import_module(name)
    except Exception as error:  # a package may raise anything
        return f"{type(error).__name__}: {error}"
    if "torch" in packages:
        sys.modules["torch"].set_num_threads(1)
    with suppress(ImportError, RuntimeError, OSError):  # `Seccomp` tells what is missing
        importlib.import_module("pyseccomp")
    rehearse()
    gc.collect()
    gc.freeze()  # children share these pages as long as nobody counts their objects
    return ""


def rehearse() -> None:
    """Do a small job here, so that no child has to do first what any process does once."""
    job = {
        "cells": [(1, _REHEARSAL)],
        "function": "f",
        "arguments": ["x", "n"],
        "returns": ["y"],
        "packages": ["numpy"],
        "forbidden": ["numpy.linalg"],
        "seconds": 1.0,
        "early": False,
    }
    messages = io.BytesIO(b"".join(map(pack, (job, (np.ones(2), 2), (np.ones(2), -1), None))))
    serve(Channel(messages.read, lambda data: None))
    linecache.clearcache()
