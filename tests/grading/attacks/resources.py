"""Cheats by force: time, memory, output, threads, descriptors, and plain crashes."""

from .attack import read_attacks

ATTACKS = read_attacks("""
=== hanging where it is defined | seconds=0.4
# A decorator never returns, so the function never exists.
# Why: It never answers.
def slow(function):
    while True:
        pass

@slow
def bits_and_perplexity(log_probs):
    return 0.0, 1.0
=== ending in a class body
# The body of a class that the answer needs ends the process.
# Why: It never answers.
import os

class Base:
    os._exit(0)

def bits_and_perplexity(log_probs, base=Base):
    return 0.0, 1.0
=== memory bomb | seconds=1.0
# Lists, arrays and strings are made until the machine has no memory left.
import numpy as np

def bits_and_perplexity(log_probs):
    kept = []
    while True:
        kept += [np.ones(10**6), "x" * 10**6, [0] * 10**6]
=== memory in one piece | seconds=0.4
# One reservation is larger than the machine; its error is caught and tried again.
import numpy as np

def bits_and_perplexity(log_probs):
    while True:
        try:
            np.ones(10**12)
        except MemoryError:
            pass
=== flood of output
# A gigabyte goes to print, to both streams' buffers and to descriptors 1 and 2.
import os
import sys

def bits_and_perplexity(log_probs):
    line = "x" * 10**6
    for _ in range(500):
        print(line)
        print(line, file=sys.stderr)
        os.write(1, line.encode())
        os.write(2, line.encode())
        sys.__stderr__.write(line)
    return 0.0, 1.0
=== stack overflow | seconds=1.0
# The limit of recursion is lifted and an object tells itself until the stack ends.
# Why: It ends its own process.
import sys

class Mirror:
    def __repr__(self):
        return repr(self)

def bits_and_perplexity(log_probs):
    sys.setrecursionlimit(10**9)
    return repr(Mirror())
=== thread bomb | seconds=1.0
# Threads with small stacks are started until there are no more.
import threading
import time

def bits_and_perplexity(log_probs):
    threading.stack_size(32768)
    for _ in range(1000):
        try:
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        except RuntimeError:
            break
    return 0.0, 1.0
=== all descriptors
# Every descriptor is used up, so that the grader can open none.
import os

KEPT = []

def bits_and_perplexity(log_probs):
    try:
        while True:
            KEPT.append(os.dup(0))
    except OSError:
        pass
    return 0.0, 1.0
=== work that Python cannot interrupt | seconds=0.4
# A regular expression backtracks in C for hours, where no signal handler runs.
import re

def bits_and_perplexity(log_probs):
    return re.match("(a|aa|a*)+$", "a" * 60 + "b"), 1.0
=== slow but steady | seconds=0.4
# Each call takes half of the deadline: no single one is too slow.
# Why: The deadline is one for all calls.
import time

def bits_and_perplexity(log_probs):
    time.sleep(0.2)
    return 0.0, 1.0
=== abort with a core
# abort and a raised SIGSEGV ask the kernel to write the memory to a file.
# Why: It ends its own process.
import faulthandler
import os
import signal

def bits_and_perplexity(log_probs):
    faulthandler.enable()
    signal.raise_signal(signal.SIGSEGV)
    os.abort()
""")
