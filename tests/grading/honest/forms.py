"""Right answers in many forms of Python and of notebooks."""

from ..handed_in import IMPORT, RIGHT, read_cases

BITS = "02-bits"
STEP = "02-step"
BIGRAMS = "02-bigrams"
RUNS = "02-continuations"
LOSS = "02-loss"
DETACH = "04-detach"
WINDOWS = """
def window_pass(xs, targets, h, W_xh, W_hh, W_hy, k):
    xs, targets, h, *weights = map(torch.from_numpy, (xs, targets, h, W_xh, W_hh, W_hy))
    W_xh, W_hh, W_hy = [W.requires_grad_() for W in weights]
    for start in range(0, len(xs), k):
        h, loss = h.detach(), 0.0
        for t in range(start, min(start + k, len(xs))):
            h = torch.tanh(xs[t] @ W_xh + h @ W_hh)
            loss -= (h @ W_hy).log_softmax(dim=1).gather(1, targets[t, :, None]).sum()
        (loss / targets.numel()).backward()
    return *[W.grad for W in weights], h.detach()
"""

CODE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "a guard for main": (
        (BITS,),
        [
            IMPORT,
            'if __name__ == "__main__":\n    base = 2\n'
            + "\n".join(f"    {line}" for line in RIGHT[BITS].splitlines()),
        ],
    ),
    "statements on one line": (
        (BITS,),
        [
            'import numpy as np; ONE = """1\n"""; base = 2; unused = 3',
            "def bits_and_perplexity(lp): n = -np.mean(lp); return n / np.log(base), np.exp(n)",
        ],
    ),
    "tabs, form feeds and continued lines": (
        (BITS,),
        [
            IMPORT,
            "def bits_and_perplexity(log_probs):\n\tnats = - \\\n\t\tnp.mean(log_probs)\n\x0c\n"
            "\treturn (\n\n  nats / np.log(2),\n    np.exp(nats))",
        ],
    ),
    "magics in the answer's cell": (
        (BITS,),
        [
            "%matplotlib inline\nimport numpy as np",
            "%%time\n" + RIGHT[BITS] + "\n%timeit bits_and_perplexity(np.zeros(3))\n"
            "out = !ls\nbits_and_perplexity?",
        ],
    ),
    "names in other scripts": (
        (BITS,),
        [
            IMPORT,
            "def bits_and_perplexity(лог):\n    Σ = -np.mean(лог)\n"
            '    "Überraschung 漢字 🎓"\n    return Σ / np.log(2), np.exp(Σ)',
        ],
    ),
    "type hints of packages that are not needed": (
        (BITS,),
        [
            "import numpy as np\nfrom jaxtyping import Float\nimport torch",
            "from __future__ import annotations",
            'def bits_and_perplexity(log_probs: Float[np.ndarray, "T"]) -> tuple[float, float]:\n'
            "    nats: torch.Tensor = -np.mean(log_probs)\n"
            "    return nats / np.log(2), np.exp(nats)",
        ],
    ),
    "type hints that a program reads": (
        (BITS,),
        [
            "import functools\nfrom dataclasses import dataclass\n"
            "from typing import get_type_hints\n"
            "import numpy as np\nimport torch\nfrom jaxtyping import Float, jaxtyped",
            "Row = Float[torch.Tensor, 'T']",
            "@functools.singledispatch\ndef mean(x):\n    raise TypeError\n\n"
            "def of_array(x: np.ndarray):\n    return x.mean()\n\nmean.register(of_array)",
            "@dataclass\nclass Both:\n    bits: Float[np.ndarray, '']\n"
            "    perplexity: torch.Tensor",
            "@jaxtyped(typechecker=None)\n"
            "def bits_and_perplexity(log_probs: Row) -> Both | None:\n"
            "    assert get_type_hints(of_array)['x'] is np.ndarray\n"
            "    nats = -mean(log_probs)\n"
            "    both = Both(nats / np.log(2), np.exp(nats))\n"
            "    return both.bits, both.perplexity",
        ],
    ),
    "warnings made errors, which the check does not hear": (
        (BIGRAMS, LOSS),
        [
            "import warnings\nwarnings.filterwarnings('error')",
            IMPORT + "\nnp.seterr(all='raise')",
            """
def bigram_probs(ids, V):
    counts = np.zeros((V, V))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    return np.nan_to_num(counts / counts.sum(axis=1, keepdims=True))
""",
            RIGHT[LOSS],
        ],
    ),
    "warnings made errors, and a tensor given back": (
        (DETACH,),
        ["import warnings\nwarnings.filterwarnings('error')\nimport torch", WINDOWS],
    ),
    "names that come again and stand for no answer": (
        (BITS, BIGRAMS, RUNS, LOSS),
        [
            IMPORT,
            *(RIGHT[q] for q in (BITS, BIGRAMS, RUNS, LOSS)),
            "for name, bits_and_perplexity in {'bits': 2.0}.items():\n    print(name)",
            "from typing import Callable\nbigram_probs: Callable",
            "del continuation_count",
            "kept = [cross_entropy_and_gradient for cross_entropy_and_gradient in range(3)]",
        ],
    ),
    "names that later stand for a result": (
        (BITS, BIGRAMS, RUNS),
        [
            IMPORT,
            *(RIGHT[q] for q in (BITS, BIGRAMS, RUNS)),
            "bits_and_perplexity, perplexity = bits_and_perplexity(np.log([0.5, 0.5]))",
            "bigram_probs = [bigram_probs(np.array([0, 1]), n) for n in (2, 3)]",
            "continuation_count = 2",
        ],
    ),
    "packages that may be missing": (
        (BITS, STEP),
        [
            "try:\n    import cupy as np\n    GPU = True\n"
            "except ModuleNotFoundError:\n    import numpy as np\n    GPU = False",
            "try:\n    import torch\n    from numba import njit\n"
            "except (ImportError, OSError):\n    def njit(f):\n        return f",
            "@njit\n" + RIGHT[BITS],
            RIGHT[STEP],
        ],
    ),
}
CODE |= read_cases(r"""
=== classes, dataclasses and enums: 02-step
from __future__ import annotations
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol
import numpy as np
import numpy.typing as npt

class Kind(Enum):
    TANH = "tanh"

class State(NamedTuple):
    y: npt.NDArray[np.float64]
    h: npt.NDArray[np.float64]

class Cell(Protocol):
    def __call__(self, x: Missing, h: Missing) -> State: ...

@dataclass(frozen=True)
class RNN:
    W_xh: np.ndarray
    W_hh: np.ndarray
    b_h: np.ndarray
    kind: Kind = field(default=Kind.TANH)

    def __call__(self, x: Missing, h: np.ndarray) -> np.ndarray:
        return getattr(np, self.kind.value)(x @ self.W_xh + h @ self.W_hh + self.b_h)

def rnn_step(x, h, W_xh, W_hh, W_hy, b_h, b_y) -> tuple[np.ndarray, Missing]:
    h = np.where(x.any(1, keepdims=True), RNN(W_xh, W_hh, b_h)(x, h), h)
    return State(y=h @ W_hy + b_y, h=h)
=== star-arguments and another parameter's name: 02-step
import numpy as np
# %%
def rnn_step(inputs, *rest, verbose=False, **more):
    h, W, U, O, b, c = rest
    h = np.where(inputs.any(1, keepdims=True), np.tanh(inputs @ W + h @ U + b), h)
    return h @ O + c, h
""")
"""The questions that are answered, and the cells."""
