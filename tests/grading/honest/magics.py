"""Right answers in cells that hold lines which only IPython understands, or seem to."""

from ..handed_in import IMPORT, RIGHT, read_cases

BITS = "02-bits"
RUNS = "02-continuations"
ANSWER = RIGHT[BITS]


def _write_in_a_cell(before: str, after: str = "") -> tuple[tuple[str, ...], list[str]]:
    """Put lines before the imports, or after them, in the same cell."""
    return (BITS,), ["\n".join(filter(None, [before, IMPORT, after])), ANSWER]


CODE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "a Colab guard with both arms": _write_in_a_cell(
        """
try:
    import google.colab
    IN_COLAB = True
except ImportError:
    IN_COLAB = False
if IN_COLAB:
    !pip install numpy
else:
    %pip list"""
    ),
    "a command over several lines": _write_in_a_cell(
        "!pip install -q \\\n    numpy \\\n    matplotlib\n%pip install -q \\\n    seaborn"
    ),
    "a command over several lines in a block": _write_in_a_cell(
        'import os\nif "COLAB_GPU" in os.environ:\n    !pip install -q \\\n        numpy\n'
        "    !nvidia-smi"
    ),
    "a timed assignment": (
        (BITS,),
        [
            IMPORT,
            "%time scale = np.log(2)\n%time print(scale)\n%timeit -n1 -r1 np.log(2)",
            """
def bits_and_perplexity(log_probs):
    %time print(scale)
    nats = -np.mean(log_probs)
    return nats / scale, np.exp(nats)
""",
        ],
    ),
    "the value of a timed line": (
        (BITS,),
        [
            IMPORT,
            "scale = %time np.log(2)",
            "def bits_and_perplexity(lp):\n    n = -np.mean(lp)\n    return n / scale, np.exp(n)",
        ],
    ),
    "a docstring in a cell with a magic": (
        (BITS,),
        [
            IMPORT,
            '''
%matplotlib inline
def bits_and_perplexity(log_probs):
    """Return two numbers.

    % of the nats that are bits:
    !important
    what?
    ?
    """
    nats = -np.mean(log_probs)
    return nats / np.log(2), np.exp(nats)

bits_and_perplexity?
''',
        ],
    ),
    "a text of several lines in a command's cell, unlike any magic": (
        (BITS,),
        [
            "!pip install numpy\nimport numpy as np\nBASE = len('''a\n%''') - 1",
            "%%time\ndef bits_and_perplexity(lp):\n    n = -np.mean(lp)\n"
            "    return n / np.log(BASE), np.exp(n)",
        ],
    ),
    "IPython asked by its functions": _write_in_a_cell(
        """
from IPython import get_ipython
get_ipython().run_line_magic("matplotlib", "inline")
shell = get_ipython().__class__.__name__
if get_ipython() is not None:
    get_ipython().system("ls")
"""
    ),
    "copied from a console": (
        (BITS, RUNS),
        [
            ">>> import numpy as np\n>>> import math",
            "\n".join(
                f"... {line}" if n else f">>> {line}" for n, line in enumerate(ANSWER.split("\n"))
            ),
            "\n".join(
                f"   ...: {line}" if n else f"In [7]: {line}"
                for n, line in enumerate(RIGHT[RUNS].split("\n"))
            ),
        ],
    ),
}
CODE |= read_cases(r"""
=== a remainder at the beginning of a line: 02-bits
%matplotlib inline
import numpy as np
# %%
!date
def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    two = (
        5
        % 3
    )
    odd = 7 \
        % two
    return odd * nats / np.log(
        two
        %(3)), np.exp(nats)
""")
"""The questions that are answered, and the cells."""
