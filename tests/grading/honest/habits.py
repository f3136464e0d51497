"""What students put into a notebook beside their answers, and around them: pieces of text."""

from .settings import HELPERS, ORDER, SETTINGS, TIMED
from .tables import FILL, FILLED

IMPORTS = (
    "import numpy as np",
    "import numpy as np, math, os",
    "from __future__ import annotations\nimport numpy as np",
    "%matplotlib inline\nimport numpy as np",
    "!pip install -q numpy\nimport numpy as np",
    "!pip install -q \\\n    numpy \\\n    tqdm\n%pip install -q torch\nimport numpy as np",
    "%load_ext autoreload\n%autoreload 2\n\nimport numpy as np  # arrays",
    "try:\n    import numpy as np\nexcept ImportError:\n    !pip install numpy\n"
    "    import numpy as np",
    "try:\n    import google.colab\n    IN_COLAB = True\n"
    "except ImportError:\n    IN_COLAB = False\n"
    "if IN_COLAB:\n    %pip install -q numpy\nimport numpy as np",
    'import sys\nif "google.colab" in sys.modules:\n    !pip install numpy \\\n'
    "        matplotlib\nimport numpy as np",
    "%%capture\n!pip install numpy\nimport numpy as np",
    "%%time\nimport numpy as np",
    "from IPython import get_ipython\n"
    "get_ipython().run_line_magic('matplotlib', 'inline')\nimport numpy as np",
    "# %% [imports]\nimport numpy as np; import time;",
)
"""What gives `np` its meaning; one of these is in each notebook."""

NOISE = (
    "%matplotlib inline",
    "!ls -l\n!nvidia-smi",
    "%%bash\nls -l | head -3",
    "%%html\n<b>My notes</b> are {here}",
    "%%writefile helper.py\ndef helper(:\n    pass",
    "%%javascript\nalert('x')",
    "files = !ls\nprint(len(files))",
    "sum?\n?len",
    "%timeit -n1 -r1 sum([1, 2])",
    "%time 1 + 1",
    "%who",
    "",
    "# TODO: read chapter 3 again",
    '"""A note\n% in a cell of its own\n"""',
    "print('here')",
    "1 / 0",
    "print(undefined_so_far)",
    "def unfinished(x):",
    "for x in range(3)\n    print(x)",
    "raise SystemExit",
    "scratch = [x**2 for x in range(10)]\nscratch",
    "total = 0\nfor i in range(100):\n    total += i\ntotal",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.show();",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])",
    "import matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 50",
    "import pandas as pd\nframe = pd.DataFrame({'a': [1]})\nframe.head()",
    "from google.colab import drive\ndrive.mount('/content/drive')",
    "from tqdm.auto import tqdm\nfor _ in tqdm(range(3)):\n    pass",
    "from IPython.display import Markdown, display\ndisplay(Markdown('**bold**'))",
    "from ipywidgets import interact\ninteract(lambda n: n, n=3)",
    "import random\nrandom.seed(0)",
    "import torch\ntorch.manual_seed(0)",
    "import warnings\nwarnings.filterwarnings('ignore')",
    "text = open('no-such-file.txt').read()",
    "assert sum([1, 2]) == 3, 'sum'",
    "sum = sum",
    "class Experiment:\n    runs = []\n\nExperiment.runs.append(1)",
    "print(f'{3:>5}' % ())",
    "big = 'x' * 1_000_000\nprint(big[:3])",
    "_ + __",
)
"""Cells that have to do with no answer."""

ABOUT = (
    "{name}",
    "print({name})",
    "{name}?",
    "help({name})",
    "{name}.__name__ if hasattr({name}, '__name__') else None",
    "assert callable({name})",
    "mine = {name}\ndel mine",
    "print({name}.__doc__)\n%timeit -n1 -r1 str({name})",
    "my_answers = {{}}\nmy_answers['{name}'] = {name}",
    "try:\n    {name}()\nexcept Exception as error:\n    print(error)",
)
"""Cells that look at an answer, or try it."""

HEADS = ("%%time\n", "%%capture\n", "%%capture out\n", "%%time\n\n")
"""What may stand above all else in a cell that only defines."""
FIRST = (
    "%matplotlib inline\n",
    "!date\n",
    "# %%\n",
    "#@title Answer\n",
    "\n\n",
    "%load_ext autoreload\n%autoreload 2\n",
    "if False:\n    !pip install numpy\n    %pip list\n",
    "!echo one \\\n    two\n",
    "here = %pwd\n",
    "%env MODE=fast\n",
)
"""What may stand first in a cell, below that."""
LAST = (
    "\n",
    "\n\n# the end",
    "\nsum?",
    "\n!ls",
    "\n%timeit -n1 -r1 1 + 1",
    "\nprint('done');",
    "\n%time done = 1",
    "   \n\t",
)
"""What may stand last in a cell."""

LINES = (
    "print('called')",
    "print({first}, flush=True)",
    "display({first})",
    "import sys; print('x', file=sys.stderr)",
    "import warnings; warnings.warn('careful')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('a')\nplt.show()",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(3, 2))\n"
    "ax.plot([1, 2], label='a')\nax.legend()\nplt.close(fig)",
    "import matplotlib.pyplot as plt\nfig, axes = plt.subplots(2)\nfor ax in axes:\n"
    "    ax.set_title('a')\nplt.close('all')",
    "from IPython.display import clear_output\nclear_output(wait=True)",
    "from tqdm import tqdm\nassert [i for i in tqdm(range(3))] == [0, 1, 2]",
    "remainder = (7\n    % 4)\nassert remainder == 3",
    "print('%d of %d'\n      % (1, 2))",
    "lines_of = '''\n% a text\n!of several lines?\n'''\nassert lines_of.count('\\n') == 3",
    "import time; started = time.perf_counter()",
    "np.random.seed(0)",
    "assert np.isclose(np.exp(0), 1)",
    "assert isinstance({first}, object), 'an argument'",
    "if False:\n    !ls\n    %time",
    "# %%time\n# !pip install\npass",
)
"""What an answer may do before it begins."""

WRAPS = (
    "{name} = timed({name})",
    "{name} = timed(timed({name}))",
    "{name} = functools.partial({name})",
    "{name} = functools.wraps({name})(lambda *arguments: {inner}(*arguments))",
    "{name} = Counted({name})",
    "if True:\n    {name} = timed({name})",
    "for _ in range(2):\n    {name} = timed({name})",
    "{name}, unused = timed({name}), None",
    "{name}.calls = 0\n{name} = timed({name})",
    "setattr({name}, 'note', 'mine')",
    "{name} = (lambda function: lambda *arguments: function(*arguments))({name})",
)
"""What may be done to an answer afterwards; `inner` is another name for it as it was."""
TOOLS = (
    TIMED
    + """
class Counted:
    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *arguments, **named):
        self.calls += 1
        return self.function(*arguments, **named)
"""
)
"""What these need."""

FORMS: tuple[tuple[str, ...], ...] = (
    ("def {name}({parameters}):\n    return {inner}({parameters})",),
    ("def {name}(*arguments, **named):\n    return {inner}(*arguments, **named)",),
    ("{name} = {inner}",),
    ("{name} = lambda *arguments: {inner}(*arguments)",),
    ("from functools import partial", "{name} = partial({inner})"),
    ("first, {name} = None, {inner}",),
    (
        "class Solver:\n    seen = []\n\n    def __call__(self, *arguments):\n"
        "        Solver.seen.append(len(arguments))\n        return self.run(*arguments)",
        "Solver.run = staticmethod({inner})\n{name} = Solver()",
        "del Solver.seen[:]",
    ),
    ("answers = {{}}\nanswers['it'] = {inner}", "{name} = answers['it']"),
    (
        "memory = []",
        "def {name}({parameters}):\n    global memory\n    memory = [*memory, 1][-9:]\n"
        "    return {inner}({parameters})",
    ),
    (
        "def make():\n    def answer(*given):\n        return {inner}(*given)\n    return answer",
        "{name} = make()",
    ),
    ("if {inner} is not None:\n    {name} = {inner}\nelse:\n    {name} = None",),
)
"""How an answer may be another function under its name; the cells come in this order."""

TRIES = (
    "def {name}({parameters}):\n    raise NotImplementedError",
    'def {name}({parameters}):\n    """Later."""\n    raise NotImplementedError("not yet")',
    "def {name}({parameters}):\n    return 0  # not yet",
    "{name} = None",
    "def {name}(*everything):\n    print(everything)",
    "# def {name}({parameters}):\n#     return 1\n{name}_old = print",
)
"""What may stand above the answer."""

_ALONE = {"await"}  # no function of the property: it has cells of its own
_OF_ONE_KIND = {"warnings"}
NEEDED: tuple[tuple[tuple[str, ...], str], ...] = (
    *(
        (("table, more = None, 0", cell), "abs(table[2] - np.log(2)) < 1e-9")
        for name, cell in FILLED.items()
        if name not in _ALONE
    ),
    *(
        ((HELPERS, cell, *[ORDER] * ("order ==" in truth)), truth)
        for name, (cell, truth) in SETTINGS.items()
        if name not in _OF_ONE_KIND
    ),
    ((FILL, "table = {}", "fill(table)"), "2 in table"),
    (("counted = 0",), "counted + 1 > 0"),
)
"""Cells that have to run, in this order, and what is true then; `table` needs a name of its own."""
