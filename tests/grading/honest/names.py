"""Right answers that lean on other cells: helpers, tables, names that come again, imports."""

from ..handed_in import IMPORT, RIGHT

BITS = "02-bits"
STEP = "02-step"
LOSS = "02-loss"
RUNS = "02-continuations"

CODE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "helpers above, below and elsewhere": (
        (LOSS,),
        [
            "from numpy import log as ln, exp",
            """
def cross_entropy_and_gradient(y, targets):
    p = softmax(y)
    return surprise(y, targets), (p - one_hot(targets, y)) / BATCH(y)

def softmax(y):
    return exp(log_softmax(y))
""",
            "BATCH = len\n\ndef one_hot(targets, y):\n    return np.eye(y.shape[1])[targets]",
            """
def log_softmax(y):
    y = y - y.max(1)[:, None]
    return y - ln(exp(y).sum(1))[:, None]

def surprise(y, targets):
    return -np.mean([row[t] for row, t in zip(log_softmax(y), targets)])
""",
            IMPORT,
        ],
    ),
    "one helper's name for two questions": (
        (BITS, LOSS),
        [
            IMPORT,
            """
def mean(values):
    return -np.sum(values) / len(values)

def bits_and_perplexity(log_probs):
    return mean(log_probs) / np.log(2), np.exp(mean(log_probs))
""",
            """
def mean(y, targets):
    y = y - y.max(1, keepdims=True)
    y = y - np.log(np.exp(y).sum(1, keepdims=True))
    return -y[np.arange(len(y)), targets].mean(), np.exp(y)

def cross_entropy_and_gradient(y, targets):
    loss, p = mean(y, targets)
    p[np.arange(len(y)), targets] -= 1
    return loss, p / len(y)
""",
        ],
    ),
    "a constant used again below": (
        (BITS,),
        [
            IMPORT,
            """
scale = np.log(2)

def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    return nats / scale, np.exp(nats)
""",
            "scale = 3\nfor scale in range(9):\n    pass\nprint(bits_and_perplexity([scale]))",
        ],
    ),
    "a builtin's name used for a variable below": (
        (BITS, LOSS),
        [
            IMPORT,
            """
def bits_and_perplexity(log_probs):
    nats = -sum(log_probs) / len(list(log_probs))
    return nats / np.log(2), np.exp(nats)
""",
            "sum, list = 0, [1, 2]\nfor i in list:\n    sum += i\nprint(sum)",
            RIGHT[LOSS],
        ],
    ),
    "a long computation below the answer": (
        (BITS,),
        [
            IMPORT,
            RIGHT[BITS]
            + """

losses = []
for epoch in range(10**9):
    losses.append(bits_and_perplexity(np.random.rand(10**6)))
while True:
    bits_and_perplexity(np.zeros(3))
""",
        ],
    ),
    "tables built by loops": (
        (BITS, RUNS),
        [
            IMPORT,
            """
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
""",
            """
seen = set()

def continuation_count(text, run):
    seen.clear()
    for i in range(1, len(text)):
        if text[i:].startswith(run):
            seen.add(text[i - 1])
    return len(seen)
""",
        ],
    ),
    "tables filled by a function": (
        (BITS,),
        [
            IMPORT,
            """
TABLE = {}
READY = False

def fill():
    global READY
    for base in (2, 10):
        TABLE[base] = np.log(base)
    READY = True

fill()

def bits_and_perplexity(log_probs):
    assert READY
    nats = -np.mean(log_probs)
    return nats / TABLE[2], np.exp(nats)
""",
        ],
    ),
    "methods added later": (
        (STEP,),
        [
            IMPORT,
            "class Net:\n    pass",
            "def step(self, x, h):\n    return np.tanh(x @ self.W + h @ self.U + self.b)\n\n"
            "Net.step = step",
            """
def rnn_step(x, h, W_xh, W_hh, W_hy, b_h, b_y):
    net = Net()
    net.W, net.U, net.b = W_xh, W_hh, b_h
    h = np.where(x.any(1, keepdims=True), net.step(x, h), h)
    return h @ W_hy + b_y, h
""",
        ],
    ),
    "a function under another name": (
        (BITS, RUNS),
        [
            IMPORT,
            "def mine(lp):\n    return -np.mean(lp) / np.log(2), np.exp(-np.mean(lp))",
            "first = second = mine\nbits_and_perplexity = second",
            "continuation_count = lambda text, run: len(\n"
            "    {text[i - 1] for i in range(1, len(text)) if text.startswith(run, i)})",
        ],
    ),
    "star import": (
        (BITS,),
        [
            "from numpy import *\nfrom math import *",
            "def bits_and_perplexity(log_probs):\n"
            "    nats = -mean(log_probs)\n    return nats / log(2), e ** float(nats)",
        ],
    ),
    "several imports in one line": (
        (BITS,),
        [
            "import numpy as np, torch, matplotlib.pyplot as plt, os",
            RIGHT[BITS],
        ],
    ),
    "imports from the package beside others": (
        (BITS, RUNS),
        [
            "from rnncourse.grading import check, check_all; import numpy as np",
            "from rnncourse.data.text import *\nfrom rnncourse.grading import slips",
            RIGHT[BITS] + '\n\ncheck("02-bits")',
            RIGHT[RUNS],
        ],
    ),
    "import within the function": (
        (BITS,),
        [
            "def bits_and_perplexity(lp):\n    import numpy as np, math\n"
            "    return -np.mean(lp) / math.log(2), np.exp(-np.mean(lp))"
        ],
    ),
    "tests of its own": (
        (BITS,),
        [
            IMPORT,
            RIGHT[BITS] + "\n\nassert bits_and_perplexity(np.zeros(1)) == (1, 1)\n"
            "result = bits_and_perplexity(np.zeros(2))\nresult",
        ],
    ),
    "a first try, commented out and renamed": (
        (BITS,),
        [
            IMPORT,
            "def bits_and_perplexity_old(lp):\n    return lp\n\n"
            "# def bits_and_perplexity(lp):\n#     return 0",
            "def bits_and_perplexity(lp):\n    return 0, 0  # not yet",
            RIGHT[BITS],
        ],
    ),
}
"""The questions that are answered, and the cells."""
