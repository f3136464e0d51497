"""Right answers whose values, output or state look unusual."""

from ..handed_in import read_cases

CODE = read_cases("""
=== prints and warnings: 02-bits
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
=== 200 MB printed: 02-bits
import numpy as np
# %%
def bits_and_perplexity(log_probs):
    for _ in range(40):
        print("x" * 1_000_000)
    nats = -np.mean(log_probs)
    return nats / np.log(2), np.exp(nats)
=== a display left behind: 02-bits
import numpy as np
# %%
def bits_and_perplexity(log_probs):
    display(log_probs)
    nats = -np.mean(log_probs)
    display("nats", nats)
    return nats / np.log(2), np.exp(nats)
=== a logger: 02-bits
import logging
import numpy as np

logging.basicConfig(level=logging.DEBUG)
log = logging.getLogger(__name__)

def bits_and_perplexity(log_probs):
    log.debug("mean of %s", log_probs)
    log.warning("nats")
    nats = -np.mean(log_probs)
    return nats / np.log(2), np.exp(nats)
=== float32 and lists: 02-step 02-bigrams 02-bits
import numpy as np
# %%
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
=== np.matrix and views: 02-bigrams
import numpy as np
# %%
def bigram_probs(ids, V):
    counts = np.asmatrix(np.zeros((V, V), order="F"))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    sums = np.maximum(counts.sum(axis=1), 1)
    return (counts / sums)[::-1][::-1]
=== whole numbers of other types: 02-continuations
import numpy as np
# %%
def continuation_count(text, run):
    before = {text[i - 1] for i in range(1, len(text)) if text.startswith(run, i)}
    return np.float64(len(before)) if len(before) > 1 else bool(before)
=== in place on its own copies: 02-loss 02-nucleus
import numpy as np
# %%
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
=== memory of a function: 02-continuations
def continuation_count(text, run):
    continuation_count.calls += 1
    key = text, run
    if key not in continuation_count.memo:
        places = [i for i in range(1, len(text)) if text.startswith(run, i)]
        continuation_count.memo[key] = len({text[i - 1] for i in places})
    return continuation_count.memo[key]

continuation_count.memo = {}
continuation_count.calls = 0
=== threads: 02-bits
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
=== a seed of its own: 02-continuations
import numpy as np
# %%
rng = np.random.default_rng()

def continuation_count(text, run):
    rng.shuffle(np.arange(3))
    np.random.seed(len(text))
    places = np.random.permutation(np.arange(1, len(text) + 1))
    return len({text[i - 1] for i in places if text[i:].startswith(run)})
=== a state kept on purpose: 02-bits
import numpy as np
# %%
history: list = []
count = 0

def bits_and_perplexity(log_probs):
    global count
    count += 1
    history.append(log_probs.copy())
    nats = -np.mean(history[-1])
    return nats / np.log(2), np.exp(nats)
=== time, files of the library and numpy's other rooms: 02-bits
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
=== recursion: 02-continuations
def continuation_count(text, run, start=1):
    return len(places(text, run, 1))

def places(text, run, start):
    at = text.find(run, start)
    return set() if at < 0 else {text[at - 1]} | places(text, run, at + 1)
=== settings at the top: 02-bits
import random, sys, warnings
import numpy as np
np.random.seed(0); random.seed(0)
np.set_printoptions(precision=2)
np.seterr(all="raise")
warnings.filterwarnings("error")
sys.setrecursionlimit(10_000)
# %%
<02-bits>
""")
