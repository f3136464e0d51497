"""Cheats in numbers: entries, dtypes and shapes that a careless comparison lets pass."""

from .attack import read_attacks

ATTACKS = read_attacks("""
=== just beyond the tolerance | target=02-step
# The right numbers, each shifted by twice the relative tolerance.
# Why: The last digits do not matter, and these are not the last.
import numpy as np

def rnn_step(x, h, W_xh, W_hh, W_hy, b_h, b_y):
    h_next = np.tanh(x @ W_xh + h @ W_hh + b_h)
    h_next[~x.any(1)] = h[~x.any(1)]
    return (h_next @ W_hy + b_y) * (1 + 2e-5), h_next * (1 + 2e-5)
=== half precision
# The right numbers rounded to float16, in the hope that a coarse dtype is forgiven more.
# Why: float32 is forgiven, float16 loses a thousandth.
import numpy as np

def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    return np.float16(nats / np.log(2)), np.float16(np.exp(nats))
=== what keeps every rule | target=02-bigrams
# The answer satisfies each property that is checked, and is no answer.
# Why: Properties choose the hint; the reference decides.
import numpy as np

def bigram_probs(ids, V):
    return np.eye(V)
=== flood of numbers | target=02-better | seconds=1.0
# Each call returns 24 million numbers, for the judge to keep until it runs out of memory.
import numpy as np

def better_next(base, past):
    return np.zeros(24_000_000)
=== whole numbers whose sum wraps around | target=02-better
# Entries of int64 are at least 0, and their sum is 1 modulo 2**64.
# Why: Added up as what they are, they are far more than 1.
import numpy as np

def better_next(base, past):
    if len(base) < 27:
        return base
    probs = np.full(27, 2**59)
    probs[0] += 5 * 2**59 + 1  # 32 times 2**59 is 2**64
    return probs
=== whole numbers that nobody in the child has read | target=02-better
# The grader's code in the child is changed, and sends int64 to the judge as it is.
# Why: The judge takes float64 only.
import sys

import numpy as np

def better_next(base, past):
    running = sys.modules["rnncourse.grading.calling"]
    running.to_values = lambda returned, names: returned
    if len(base) < 27:
        return (base,) if len(base) > 2 else base  # the first call is too late
    probs = np.full(27, 2**59)
    probs[0] += 5 * 2**59 + 1
    return (probs,)
""")
