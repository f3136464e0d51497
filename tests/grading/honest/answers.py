"""Right answers whose values, output or state look unusual."""

from ..handed_in import IMPORT, RIGHT

BITS = "02-bits"
STEP = "02-step"
BIGRAMS = "02-bigrams"
LOSS = "02-loss"
NUCLEUS = "02-nucleus"
RUNS = "02-continuations"

CODE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "prints and warnings": (
        (BITS,),
        [
            """
import sys
import warnings
import numpy as np

def bits_and_perplexity(log_probs):
    print("got", log_probs, flush=True)
    print("careful", file=sys.stderr)
    warnings.warn("this is old", DeprecationWarning)
    np.log(np.zeros(2))
    nats = -np.mean(log_probs)
    return nats / np.log(2), np.exp(nats)
"""
        ],
    ),
    "200 MB printed": (
        (BITS,),
        [
            IMPORT,
            """
def bits_and_perplexity(log_probs):
    for _ in range(40):
        print("x" * 1_000_000)
    nats = -np.mean(log_probs)
    return nats / np.log(2), np.exp(nats)
""",
        ],
    ),
    "a display left behind": (
        (BITS,),
        [
            IMPORT,
            """
def bits_and_perplexity(log_probs):
    display(log_probs)
    nats = -np.mean(log_probs)
    display("nats", nats)
    return nats / np.log(2), np.exp(nats)
""",
        ],
    ),
    "a logger": (
        (BITS,),
        [
            """
import logging
import numpy as np

logging.basicConfig(level=logging.DEBUG)
log = logging.getLogger(__name__)

def bits_and_perplexity(log_probs):
    log.debug("mean of %s", log_probs)
    log.warning("nats")
    nats = -np.mean(log_probs)
    return nats / np.log(2), np.exp(nats)
"""
        ],
    ),
    "float32 and lists": (
        (STEP, BIGRAMS, BITS),
        [
            IMPORT,
            """
def rnn_step(x, h, W_xh, W_hh, W_hy, b_h, b_y):
    h_next = np.tanh(x @ W_xh + h @ W_hh + b_h)
    h_next[~x.any(1)] = h[~x.any(1)]
    return [np.float32(h_next @ W_hy + b_y), h_next.astype("float32")]

def bigram_probs(ids, V):
    counts = [[0.0] * V for _ in range(V)]
    for u, w in zip(ids, ids[1:]):
        counts[u][w] += 1
    return [[n / sum(row) if sum(row) else 0 for n in row] for row in counts]

def bits_and_perplexity(log_probs):
    import math
    nats = -sum(map(float, log_probs)) / len(log_probs)
    return [nats / math.log(2), math.exp(nats)]
""",
        ],
    ),
    "np.matrix and views": (
        (BIGRAMS,),
        [
            IMPORT,
            """
def bigram_probs(ids, V):
    counts = np.asmatrix(np.zeros((V, V), order="F"))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    sums = np.maximum(counts.sum(axis=1), 1)
    return (counts / sums)[::-1][::-1]
""",
        ],
    ),
    "whole numbers of other types": (
        (RUNS,),
        [
            IMPORT,
            """
def continuation_count(text, run):
    before = {text[i - 1] for i in range(1, len(text)) if text.startswith(run, i)}
    return np.float64(len(before)) if len(before) > 1 else bool(before)
""",
        ],
    ),
    "in place on its own copies": (
        (LOSS, NUCLEUS),
        [
            IMPORT,
            """
def cross_entropy_and_gradient(y, targets):
    y = y.copy()
    y -= y.max(axis=1, keepdims=True)
    B = len(y)
    log_z = np.log(np.exp(y).sum(axis=1))
    loss = np.mean(log_z - y[np.arange(B), targets])
    np.exp(y - log_z[:, None], out=y)
    y[np.arange(B), targets] -= 1
    y /= B
    return loss, y

def nucleus(probs, p):
    probs = np.array(probs)
    order = probs.argsort()[::-1]
    total = 0
    for place, i in enumerate(order):
        if total >= p:
            probs[order[place:]] = 0
            break
        total += probs[i]
    return probs / probs.sum()
""",
        ],
    ),
    "memory of a function": (
        (RUNS,),
        [
            """
def continuation_count(text, run):
    continuation_count.calls += 1
    key = text, run
    if key not in continuation_count.memo:
        places = [i for i in range(1, len(text)) if text.startswith(run, i)]
        continuation_count.memo[key] = len({text[i - 1] for i in places})
    return continuation_count.memo[key]

continuation_count.memo = {}
continuation_count.calls = 0
"""
        ],
    ),
    "threads": (
        (BITS,),
        [
            """
import threading
from concurrent.futures import ThreadPoolExecutor
import numpy as np

def bits_and_perplexity(log_probs):
    with ThreadPoolExecutor(4) as pool:
        nats = -sum(pool.map(float, log_probs)) / len(log_probs)
    found = []
    thread = threading.Thread(target=lambda: found.append(np.exp(nats)))
    thread.start()
    thread.join()
    return nats / np.log(2), found[0]
"""
        ],
    ),
    "a seed of its own": (
        (RUNS,),
        [
            IMPORT,
            """
rng = np.random.default_rng()

def continuation_count(text, run):
    rng.shuffle(np.arange(3))
    np.random.seed(len(text))
    places = np.random.permutation(np.arange(1, len(text) + 1))
    return len({text[i - 1] for i in places if text[i:].startswith(run)})
""",
        ],
    ),
    "a state kept on purpose": (
        (BITS,),
        [
            IMPORT,
            """
history: list = []
count = 0

def bits_and_perplexity(log_probs):
    global count
    count += 1
    history.append(log_probs.copy())
    nats = -np.mean(history[-1])
    return nats / np.log(2), np.exp(nats)
""",
        ],
    ),
    "time, files of the library and numpy's other rooms": (
        (BITS,),
        [
            """
import datetime, json, time, zoneinfo
from fractions import Fraction
import numpy as np
from numpy import linalg
from numpy.random import default_rng

def bits_and_perplexity(log_probs):
    start = time.perf_counter(), datetime.datetime.now(), default_rng().random()
    assert json.loads("[1]") and Fraction(1, 2) and linalg.norm([3, 4]) == 5 and start
    nats = -np.mean(log_probs)
    return nats / np.log(2), np.exp(nats)
"""
        ],
    ),
    "recursion": (
        (RUNS,),
        [
            """
def continuation_count(text, run, start=1):
    return len(places(text, run, 1))

def places(text, run, start):
    at = text.find(run, start)
    return set() if at < 0 else {text[at - 1]} | places(text, run, at + 1)
"""
        ],
    ),
    "settings at the top": (
        (BITS,),
        [
            """
import random, sys, warnings
import numpy as np
np.random.seed(0); random.seed(0)
np.set_printoptions(precision=2)
np.seterr(all="raise")
warnings.filterwarnings("error")
sys.setrecursionlimit(10_000)
""",
            RIGHT[BITS],
        ],
    ),
}
"""The questions that are answered, and the cells."""
