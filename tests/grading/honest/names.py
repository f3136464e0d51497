"""Right answers that lean on other cells: helpers, tables, names that come again, imports."""

from ..handed_in import read_cases

CODE = read_cases("""
=== helpers above, below and elsewhere: 02-loss
from numpy import log as ln, exp
# %%
def cross_entropy_and_gradient(y, targets):
    p = softmax(y)
    return surprise(y, targets), (p - one_hot(targets, y)) / BATCH(y)

def softmax(y):
    return exp(log_softmax(y))
# %%
BATCH = len

def one_hot(targets, y):
    return np.eye(y.shape[1])[targets]
# %%
def log_softmax(y):
    y = y - y.max(1)[:, None]
    return y - ln(exp(y).sum(1))[:, None]

def surprise(y, targets):
    return -np.mean([row[t] for row, t in zip(log_softmax(y), targets)])
# %%
import numpy as np
=== one helper's name for two questions: 02-bits 02-loss
import numpy as np
# %%
def mean(values):
    return -np.sum(values) / len(values)

def bits_and_perplexity(log_probs):
    return mean(log_probs) / np.log(2), np.exp(mean(log_probs))
# %%
def mean(y, targets):
    y = y - y.max(1, keepdims=True)
    y = y - np.log(np.exp(y).sum(1, keepdims=True))
    return -y[np.arange(len(y)), targets].mean(), np.exp(y)

def cross_entropy_and_gradient(y, targets):
    loss, p = mean(y, targets)
    p[np.arange(len(y)), targets] -= 1
    return loss, p / len(y)
=== a builtin's name used for a variable below: 02-bits 02-loss
import numpy as np
# %%
def bits_and_perplexity(log_probs):
    nats = -sum(log_probs) / len(list(log_probs))
    return nats / np.log(2), np.exp(nats)
# %%
sum, list = 0, [1, 2]
for i in list:
    sum += i
print(sum)
# %%
<02-loss>
=== a long computation below the answer: 02-bits
import numpy as np
# %%
<02-bits>

losses = []
for epoch in range(10**9):
    losses.append(bits_and_perplexity(np.random.rand(10**6)))
while True:
    bits_and_perplexity(np.zeros(3))
=== tables built by loops: 02-bits 02-continuations
import numpy as np
# %%
LOGS = {}
for base in (2, 10):
    LOGS[base] = np.log(base)
powers = []
while len(powers) < 3:
    powers.append(2.0 ** len(powers))
with np.errstate(all="ignore"):
    LOGS.update({"e": 1.0})
if True:
    LOGS["none"] = None
    del LOGS["none"]

def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs) * powers[0] * LOGS["e"]
    assert "none" not in LOGS
    return nats / LOGS[2], np.exp(nats)
# %%
seen = set()

def continuation_count(text, run):
    seen.clear()
    for i in range(1, len(text)):
        if text[i:].startswith(run):
            seen.add(text[i - 1])
    return len(seen)
=== methods added later: 02-step
import numpy as np
# %%
class Net:
    pass
# %%
def step(self, x, h):
    return np.tanh(x @ self.W + h @ self.U + self.b)

Net.step = step
# %%
def rnn_step(x, h, W_xh, W_hh, W_hy, b_h, b_y):
    net = Net()
    net.W, net.U, net.b = W_xh, W_hh, b_h
    h = np.where(x.any(1, keepdims=True), net.step(x, h), h)
    return h @ W_hy + b_y, h
=== a function under another name: 02-bits 02-continuations
import numpy as np
# %%
def mine(lp):
    return -np.mean(lp) / np.log(2), np.exp(-np.mean(lp))
# %%
first = second = mine
bits_and_perplexity = second
# %%
continuation_count = lambda text, run: len(
    {text[i - 1] for i in range(1, len(text)) if text.startswith(run, i)})
=== star import: 02-bits
from numpy import *
from math import *
# %%
def bits_and_perplexity(log_probs):
    nats = -mean(log_probs)
    return nats / log(2), e ** float(nats)
=== imports from the package beside others: 02-bits 02-continuations
from rnncourse.grading import check, check_all; import numpy as np
# %%
from rnncourse.data.text import *
from rnncourse.grading import list_mistakes
# %%
<02-bits>

check("02-bits")
# %%
<02-continuations>
=== import within the function: 02-bits
def bits_and_perplexity(lp):
    import numpy as np, math
    return -np.mean(lp) / math.log(2), np.exp(-np.mean(lp))
""")
