"""Right answers in cells that hold lines which only IPython understands, or seem to."""

from ..handed_in import IMPORT, RIGHT, read_cases

BITS = "02-bits"
RUNS = "02-continuations"
ANSWER = RIGHT[BITS]


def _write_in_a_cell(before: str, after: str = "") -> tuple[tuple[str, ...], list[str]]:
    """Put lines before the imports, or after them, in the same cell."""
    return (BITS,), ["\n".join(filter(None, [before, IMPORT, after])), ANSWER]


CODE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "a Colab guard in the cell of imports": _write_in_a_cell(
        """
import sys
IN_COLAB = "google.colab" in sys.modules
if IN_COLAB:
    !pip install -q numpy
    %pip install -q matplotlib"""
    ),
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
    "a guard that asks IPython": _write_in_a_cell(
        'if "google.colab" in str(get_ipython()):\n    !apt-get -qq install texlive\n\n'
    ),
    "magics as the only line of a block": _write_in_a_cell(
        """
try:
    %load_ext autoreload
    %autoreload 2
except Exception:
    !echo none
finally:
    %matplotlib inline
for _ in range(1):
    %time 1 + 1
with __import__("contextlib").nullcontext():
    !true""",
        "def look():\n    !ls\n\nclass Look:\n    %env",
    ),
    "a command over several lines": _write_in_a_cell(
        "!pip install -q \\\n    numpy \\\n    matplotlib\n%pip install -q \\\n    seaborn"
    ),
    "a command over several lines in a block": _write_in_a_cell(
        'import os\nif "COLAB_GPU" in os.environ:\n    !pip install -q \\\n        numpy\n'
        "    !nvidia-smi"
    ),
    "commands with what Python has, too": _write_in_a_cell(
        """
!cd {".."} && ls | grep "x" > /dev/null; echo 'it''s' $HOME
%env OMP_NUM_THREADS=1
%config InlineBackend.figure_format = 'retina'
files = !ls *.txt
here = %pwd
!python -c "print('''done''')"
"""
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
    "cell magics that run the cell": (
        (BITS, RUNS),
        [
            "\n%%capture --no-stderr\n!pip install numpy\nimport numpy as np",
            "%%time\n\n%matplotlib inline\n" + ANSWER,
            "%%capture output\n" + RIGHT[RUNS],
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
    "help asked for in the middle": (
        (BITS,),
        [
            "import numpy as np\nnp.mean?\nnp.random.default_rng??\n?np.log\n!!ls\n%timeit?",
            ANSWER + "\nnp.exp?",
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
    "cells marked for editors": (
        (BITS,),
        [
            "# %% [markdown]\n# # Imports\n# %%\nimport numpy as np\n#!pip install numpy",
            "#@title Answer { display-mode: 'form' }\nBASE = 2  #@param {type: 'integer'}\n"
            + ANSWER.replace("np.log(2)", "np.log(BASE)"),
        ],
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
=== a Colab guard that holds the imports: 02-bits
import sys
IN_COLAB = "google.colab" in sys.modules
if IN_COLAB:
    !pip install -q numpy
    import numpy as np
else:
    import numpy as np
# %%
<02-bits>
=== an import that fails and is installed: 02-bits
try:
    import numpy as np
except ImportError:
    !pip install numpy
    import numpy as np
# %%
<02-bits>
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
=== a text made at the beginning of a line: 02-bits
%load_ext autoreload
import numpy as np
base = int("%d"
    % 2)
names = [
    "%s and %s"
    % ("bits", "nats"),
]
# %%
%time
def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    print("%.2f nats"
          % nats)
    assert names == ["bits and nats"]
    return nats / np.log(base), np.exp(nats)
=== a table as text in a cell with a command: 02-bits
!head -1 table.csv
import numpy as np
TABLE = '''
%e 2.718281828459045
!two 2
which?
'''
of = dict(line.split() for line in TABLE.split("\n") if " " in line)
what = "\
%time"
# %%
def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    assert "which?" in TABLE and what == "%time"
    return nats / np.log(int(of["!two"])), float(of["%e"]) ** nats
""")
"""The questions that are answered, and the cells."""
