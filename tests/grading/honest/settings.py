"""Right answers that need a setting, a seed, or a function wrapped after it was defined."""

from ..handed_in import IMPORT, RIGHT, read_cases

BITS = "02-bits"
RUNS = "02-continuations"
DETACH = "04-detach"
ANSWER = RIGHT[BITS]
DEPTH = "def depth(n):\n    return n and 1 + depth(n - 1)\n\n"
NOISE = [0.5507979025745755, 0.7081478226181048]
CAUGHT = """
caught = False
try:
    {}
except (ArithmeticError, Warning):
    caught = True
"""

SETTINGS: dict[str, tuple[str, str]] = {
    "np.random.seed": ("np.random.seed(3)\nnoise = np.random.rand(2)", f"list(noise) == {NOISE}"),
    "a seed in a cell of its own": (
        "import random\nrandom.seed(1)",
        "order == [6, 8, 9, 7, 5, 3, 0, 4, 1, 2]",
    ),
    "np.random.set_state": (
        "state = np.random.RandomState(3).get_state()\nnp.random.set_state(state)\n"
        "noise = np.random.rand(2)",
        f"list(noise) == {NOISE}",
    ),
    "the recursion limit": ("import sys\nsys.setrecursionlimit(20_000)", "depth(4_000) == 4_000"),
    "decimal precision": (
        "import decimal\ndecimal.getcontext().prec = 5",
        "str(decimal.Decimal(1) / 3) == '0.33333'",
    ),
    "errors of numpy": ("np.seterr(all='raise')\n" + CAUGHT.format("np.log(0.0)"), "caught"),
    "print options": ("np.set_printoptions(precision=2)", "str(np.array([1 / 3])) == '[0.33]'"),
    "warnings": (
        "import warnings\nwarnings.simplefilter('error')\n" + CAUGHT.format("warnings.warn('x')"),
        "caught",
    ),
    "the environment": (
        "import os\nos.environ['BASE'] = '2'\nos.environ.update(MODE='fast')",
        "os.environ['BASE'] + os.environ['MODE'] == '2fast'",
    ),
    "an attribute of a module": ("import math\nmath.TWO = 2", "math.TWO == 2"),
    "a function of one's own on a module": (
        "def mean_of(x):\n    return sum(x) / len(x)\n\nnp.mean_of = mean_of",
        "np.mean_of([1, 3]) == 2",
    ),
    "digits of whole numbers": (
        "import sys\nsys.set_int_max_str_digits(0)",
        "len(str(10**5000)) == 5001",
    ),
    "the path": ("import sys\nsys.path.insert(0, 'lib')", "sys.path[0] == 'lib'"),
    "a switch of a class": (
        "class Config:\n    base = 3\n\nConfig.base = 2\nsetattr(Config, 'ready', True)",
        "Config.ready and Config.base == 2",
    ),
    "a global switch": (
        "READY = False\ndef configure():\n    global READY\n    READY = True\n\nconfigure()",
        "READY",
    ),
}
"""A cell, and what is true from then on."""

HELPERS = f"""
import random
{DEPTH}"""
ORDER = "order = list(range(10))\nrandom.shuffle(order)"


def _ask_for_truth(cell: str, truth: str) -> tuple[tuple[str, ...], list[str]]:
    assertion = f'"""Return both."""\n    assert {truth}'
    answer = ANSWER.replace('"""Return bits per character, and the perplexity."""', assertion)
    assert answer != ANSWER
    return (BITS,), [IMPORT, HELPERS, cell, *[ORDER] * ("order ==" in truth), answer]


CODE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    f"a setting: {name}": _ask_for_truth(*setting) for name, setting in SETTINGS.items()
}
TIMED = """
import functools, time

def timed(function):
    @functools.wraps(function)
    def inner(*arguments, **named):
        start = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            print(time.perf_counter() - start)
    return inner
"""
COUNT = """
def continuation_count(text, run):
    places = [i for i in range(1, len(text)) if text.startswith(run, i)]
    return {result}
"""


def _count_runs(result: str) -> tuple[tuple[str, ...], list[str]]:
    before = "len({text[i - 1] for i in places})"
    return (RUNS,), [IMPORT, COUNT.format(result=result.format(before))]


CODE |= {
    "wrapped by a lambda, with the old one kept": (
        (BITS,),
        [
            IMPORT,
            ANSWER.replace("-np.mean", "np.mean"),
            "first_try = bits_and_perplexity\n"
            "bits_and_perplexity = lambda lp: first_try(-np.asarray(lp))",
        ],
    ),
    "wrapped, then defined again": (
        (BITS,),
        [
            IMPORT + TIMED,
            "def bits_and_perplexity(lp):\n    return 0, 0",
            "bits_and_perplexity = timed(bits_and_perplexity)",
            ANSWER,
        ],
    ),
    "wrapped, tried, and kept": (
        (BITS,),
        [
            IMPORT + TIMED,
            ANSWER,
            "bits_and_perplexity.__doc__ = 'Both.'\n"
            "bits_and_perplexity = fast = timed(bits_and_perplexity)\nfast(np.zeros(3))",
        ],
    ),
    "a scale that is built up": (
        (BITS,),
        [
            IMPORT,
            "scale = 1",
            "scale = scale + 1\nscale = float(scale)",
            "scale = np.log(scale)",
            ANSWER.replace("np.log(2)", "scale"),
        ],
    ),
    "int8": _count_runs("np.int8({})"),
    "int16": _count_runs("np.int16({})"),
    "uint8 in an array": _count_runs("np.array({}, dtype=np.uint8)"),
    "a truth value of numpy": _count_runs("np.bool_({0}) if {0} < 2 else np.uint16({0})"),
}
TORCH = """
def window_pass(xs, targets, h, W_xh, W_hh, W_hy, k):
    given = (torch.tensor(a.tolist()) for a in (xs, h, W_xh, W_hh, W_hy))
    xs, h, *weights = given
    assert {truth}
    targets = torch.tensor(targets)
    W_xh, W_hh, W_hy = [W.requires_grad_() for W in weights]
    for start in range(0, len(xs), k):
        h, loss = h.detach(), 0.0
        for t in range(start, min(start + k, len(xs))):
            h = torch.tanh(xs[t] @ W_xh + h @ W_hh)
            log_p = (h @ W_hy).log_softmax(dim=1)
            loss -= log_p.gather(1, targets[t, :, None]).sum()
        (loss / targets.numel()).backward()
    return *[W.grad for W in weights], h.detach()
"""
DOUBLE = "torch.set_default_dtype(torch.float64)"
CODE |= {
    "torch's number type": (
        (DETACH,),
        ["import torch\n" + DOUBLE, TORCH.format(truth="xs.dtype == torch.float64")],
    ),
    "torch's seed and threads": (
        (DETACH,),
        [
            f"import torch\ntorch.manual_seed(1)\ntorch.set_num_threads(1)\n{DOUBLE}",
            "from torch import set_printoptions\nnoise = torch.rand(1).item()\n"
            "set_printoptions(precision=2)\n"
            "device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')",
            TORCH.format(truth="noise == torch.rand(1, generator=again()).item()"),
            "def again():\n    return torch.Generator().manual_seed(1)",
        ],
    ),
}
CODE |= read_cases(r"""
=== wrapped afterwards by lru_cache: 02-continuations
from functools import lru_cache
# %%
<02-continuations>
# %%
continuation_count = lru_cache(None)(continuation_count)
=== probabilities from small whole numbers: 02-bigrams
import numpy as np
# %%
def bigram_probs(ids, V):
    counts = np.zeros((V, V), np.int16)
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    return counts / np.maximum(counts.sum(1, keepdims=True), 1)
""")
"""The questions that are answered, and the cells."""
