"""Right answers of students who do several things at once that are hard on a grader."""

from ..handed_in import IMPORT, RIGHT

BITS = "02-bits"
BIGRAMS = "02-bigrams"
STEP = "02-step"
RUNS = "02-continuations"
LOSS = "02-loss"
NUCLEUS = "02-nucleus"
COLAB = """
try:
    import google.colab
    IN_COLAB = True
except ImportError:
    IN_COLAB = False

if IN_COLAB:
    !pip install -q \\
        numpy \\
        tqdm
    from google.colab import drive
    drive.mount("/content/drive")

%load_ext autoreload
%autoreload 2
%config InlineBackend.figure_format = "retina"
import functools, random
import numpy as np
import matplotlib.pyplot as plt
from tqdm.auto import tqdm
from IPython.display import clear_output, display
np.random.seed(42); random.seed(42)
plt.rcParams["figure.figsize"] = (4, 3)
"""
TIMED = """
def timed(function):
    @functools.wraps(function)
    def inner(*arguments, **named):
        calls[function.__name__] = calls.get(function.__name__, 0) + 1
        return function(*arguments, **named)
    return inner

calls = {}
"""

CODE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "a whole term of habits": (
        (BITS, BIGRAMS, RUNS, LOSS),
        [
            COLAB,
            "def fill(table):\n    for base in (2, 10):\n        table[base] = np.log(base)\n\n"
            "table = {}\nfill(table)",
            "T = [0, 0]\nU = T\nU.append(1)",
            TIMED,
            '''
%%time
def bits_and_perplexity(log_probs):
    """Return both.

    % of all bits?
    """
    nats = -np.mean(log_probs) * T[2]
    percent = 100 \\
        % 7
    plt.plot(log_probs); plt.show()
    clear_output(wait=True)
    return nats / table[percent], np.exp(nats)
''',
            "bits_and_perplexity = timed(bits_and_perplexity)",
            "bits_and_perplexity = functools.lru_cache(None)(bits_and_perplexity)\n"
            "bits_and_perplexity = bits_and_perplexity.__wrapped__",
            """
class Counter:
    made = []

    def __init__(self, V):
        self.counts = np.zeros((V, V))
        Counter.made.append(self)

    def read(self, ids):
        for u, w in tqdm(zip(ids[:-1], ids[1:]), total=len(ids) - 1):
            np.add.at(self.counts, (u, w), 1)
        return self

def bigram_probs(ids, V):
    counter = Counter(V).read(ids)
    assert Counter.made[-1] is counter and warm in Counter.made
    return share(counter.counts)

warm = Counter(2)
""",
            "def share(counts):\n    return counts / np.maximum(counts.sum(1, keepdims=True), 1)",
            "check_it = bigram_probs(np.array([0, 1, 1]), 2)\ndisplay(check_it)\n%timeit -n1 1 + 1",
            RIGHT[RUNS] + "\n\ncontinuation_count = timed(timed(continuation_count))",
            RIGHT[LOSS] + "\nplt.hist(np.random.rand(9));",
            "!ls *.png\nprint(calls)",
        ],
    ),
    "a model that is built, filled and trained": (
        (STEP,),
        [
            COLAB,
            """
class Cell:
    tools = {}

    def __init__(self, **weights):
        vars(self).update(weights)

    def __call__(self, x, h):
        return self.tools["squash"](x @ self.W_xh + h @ self.W_hh + self.b_h)

def equip(where, **tools):
    for name, tool in tools.items():
        where.tools[name] = tool
""",
            "_ = equip(Cell, squash=np.tanh)",
            "def add_output(cls):\n    cls.read = lambda self, h: h @ self.W_hy + self.b_y\n"
            "    return cls\n\nadd_output(Cell)",
            """
def rnn_step(x, h, W_xh, W_hh, W_hy, b_h, b_y):
    cell = Cell(W_xh=W_xh, W_hh=W_hh, W_hy=W_hy, b_h=b_h, b_y=b_y)
    h = np.where(x.any(1, keepdims=True), cell(x, h), h)
    return cell.read(h), h
""",
            "cell = None\nlosses = []\nfor epoch in tqdm(range(3)):\n    losses.append(epoch)\n"
            "fig, ax = plt.subplots()\nax.plot(losses)\nplt.show()",
        ],
    ),
    "an hour of training beside a helper that fills": (
        (BITS,),
        [
            IMPORT,
            "import time\nlosses = []\nwhile True:\n    time.sleep(1)\n    losses.append(0.0)",
            "def fill(table):\n    table[2] = np.log(2)\n\ntable = {}\nfill(table)",
            "def bits_and_perplexity(lp):\n"
            "    n = -np.mean(lp)\n    return n / table[2], np.exp(n)",
        ],
    ),
}
"""The questions that are answered, and the cells."""
