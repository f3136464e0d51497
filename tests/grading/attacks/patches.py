"""Cheats by patching: whatever in the process could compare, draw or count is replaced."""

from .attack import read_attacks

ATTACKS = read_attacks("""
=== patched caller
# running.call_quietly, values.to_values, child.call_quietly, frames.pack_message are replaced.
import sys

import numpy as np

def bits_and_perplexity(log_probs):
    running = sys.modules["rnncourse.grading.calling"]
    child = sys.modules["rnncourse.grading.sandbox.child"]
    good = running.CallOutcome((np.zeros(()), np.ones(())))
    running.to_values = lambda *rest: good.values
    running.call_quietly = child.call_quietly = lambda *rest: good
    pack = sys.modules["rnncourse.grading.sandbox.frames"].pack_message
    child.pack_message = lambda message: pack({**message, "passed": True, "earned": 2})
    return 0.0, 1.0
=== patched random generator
# default_rng and the classes behind it are replaced, so that hidden inputs are all zero.
import numpy as np

class Zeros:
    def __getattr__(self, name):
        return lambda *rest, size=(), **more: np.zeros(size)

np.random.default_rng = np.random.Generator = lambda *rest: Zeros()
np.random.seed(0)

def bits_and_perplexity(log_probs):
    for name in ("default_rng", "Generator", "PCG64", "SeedSequence"):
        setattr(np.random, name, lambda *rest, **more: Zeros())
    return 0.0, 1.0
=== patched clocks | seconds=0.4
# Time stands still, alarms are cancelled and signals are ignored; then it thinks for ever.
# Why: It never answers.
import signal
import threading
import time

def bits_and_perplexity(log_probs):
    for name in ("time", "monotonic", "perf_counter", "process_time", "sleep"):
        setattr(time, name, lambda *rest: 0.0)
    threading.Timer = lambda *rest, **more: threading.Thread(target=len)
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass
=== import hook
# A finder on sys.meta_path answers every import with a module of its own.
import importlib.abc
import importlib.machinery
import sys
import types

class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self)

    def exec_module(self, module):
        module.__getattr__ = lambda name: lambda *rest, **more: True

def bits_and_perplexity(log_probs):
    sys.meta_path.insert(0, Finder())
    for name in [n for n in sys.modules if n.startswith("rnncourse.grading")]:
        del sys.modules[name]
    import rnncourse.chapters.ch02_language.questions.bigrams as counting

    found = counting.bits_and_perplexity(log_probs)
    return found if isinstance(found, tuple) else (0.0, 1.0)
=== memory by ctypes
# ctypes changes tuples and small numbers where they lie, to make the wrong number right.
# Why: It breaks its own process, and no other.
import ctypes

def bits_and_perplexity(log_probs):
    for number in range(2, 200):
        ctypes.memset(id(number) + 24, 0, 4)
    return 0, 1
=== question made easy
# The arguments are changed in place to some whose answer is known.
# Why: The judge keeps arguments of its own.
def bits_and_perplexity(log_probs):
    log_probs.setflags(write=True)
    log_probs[:] = 0
    return 0.0, 1.0
""")
