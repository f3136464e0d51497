"""Right answers whose values, output or state look unusual."""

from ..handed_in import read_cases

CODE = read_cases("""
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
""")
