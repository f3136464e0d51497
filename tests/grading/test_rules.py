"""What an answer may not use, in a notebook and in a kernel."""

import sys

import pytest

from rnncourse.grading.reading.contents import Notebook, Rules
from rnncourse.grading.reading.notebooks import Cell
from rnncourse.grading.reading.programs import programs
from rnncourse.grading.rules import offence

from .students import define

HAND, TORCH = ("numpy",), ("numpy", "torch")
NO_LSTM = ("torch.nn.LSTM", "torch.lstm", "torch.nn.modules", "torch.ops", "torch.jit")


def broken(source: str, packages=HAND, forbidden=()) -> str:
    return programs(Notebook([Cell(1, source)]), "f", Rules(packages, forbidden)).offence


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import torch\ndef f(x): return torch.sum(x)", "torch"),
        ("def f(x):\n    from scipy import special\n    return special", "scipy.special"),
        ("import scipy.special as s\ndef f(x): return s.softmax(x)", "scipy.special"),
        (
            "from rnncourse.chapters.ch02_language import questions as c\ndef f(x): return c",
            "rnncourse",
        ),
    ],
)
def test_other_packages_are_refused_where_the_answer_reads_them(source, name):
    assert broken(source).startswith(name)
    assert broken(source.replace("def f", "def g") + "\ndef f(x): return x") == ""


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np, math\nfrom collections import Counter\ndef f(x): return np.sum(x)",
        "def f(x):\n    import itertools, os.path\n    return getattr(x, '__len__')",
        "from numpy import *\ndef f(x): return exp(x)",
        "from . import y\ndef f(x): return y",
    ],
)
def test_numpy_and_the_standard_library_are_allowed(source):
    assert broken(source) == ""


@pytest.mark.parametrize(
    "body",
    [
        "return torch.nn.LSTM(1, 1)",
        "return nn.LSTM(1, 1)",
        "n = torch.nn\n    return n.LSTM",
        "n = nn\n    return n.LSTM",
        "return getattr(nn, 'LS' + 'TM')",
        "return vars(nn)['LSTM']",
        "return nn.__dict__['LSTM']",
        "return nn.modules.rnn.LSTM",
        "return torch.ops.aten.lstm",
        "return torch._VF.lstm",
        "return eval('torch.nn.LSTM')",
        "from torch.nn import LSTM\n    return LSTM",
        "return LSTM\nfrom torch.nn import *\nf.star = LSTM",
        "import importlib\n    return importlib.import_module('torch.nn')",
        "import sys\n    return sys.modules['torch']",
        "import typing\n    return typing.sys.modules['torch']",
        "return (lambda m: m.nn.LSTM)(torch)",
        "return x.__class__.__mro__",
        "return __builtins__",
    ],
)
def test_no_way_leads_to_a_forbidden_name(body):
    source = f"import torch\nfrom torch import nn\ndef f(x):\n    {body}"
    assert broken(source, TORCH, NO_LSTM)


def test_the_rest_of_an_allowed_package_is_allowed():
    source = """
import torch
from torch import nn
import torch.nn.functional as F

class Cell(nn.Module):
    def __init__(self):
        super().__init__()
        self.gates = nn.Linear(3, 4)

    def forward(self, x):
        return torch.tanh(F.linear(x, self.gates.weight))

def f(x):
    return Cell()(x)
"""
    assert broken(source, TORCH, NO_LSTM) == ""


def test_a_live_function_is_followed_to_what_it_calls():
    space = define("from scipy import special\ndef g(x):\n    return special.softmax(x)")
    define("def f(x):\n    return g(x)", space)
    assert offence(space["f"], HAND, ()).startswith("scipy.special")
    assert offence(space["f"], ("numpy", "scipy"), ()) == ""
    assert offence(space["f"], ("numpy", "scipy"), ("scipy.special.softmax",))
    assert offence(define("def f(x):\n    return np.exp(x)")["f"], HAND, ()) == ""
    assert offence(len, HAND, ()) == ""
    assert "numpy" in sys.modules


SHOW = """
import matplotlib.pyplot as plt, seaborn as sns, rich
from tqdm.auto import tqdm
from IPython.display import display, clear_output
from google.colab import files
def f(x):
    from IPython import get_ipython
    get_ipython().run_line_magic("matplotlib", "inline")
    for _ in tqdm([x]):
        sns.load_dataset("a"), plt.plot(x), display(plt.gcf()), clear_output(), files
    p = plt
    return p, rich
"""


@pytest.mark.parametrize("rules", [(HAND, ()), (TORCH, NO_LSTM)])
def test_packages_that_show_are_allowed(rules):
    assert broken(SHOW, *rules) == ""
    here = "import matplotlib.pyplot as plt\nfrom tqdm import tqdm\nfrom IPython import display"
    space = define(
        f"{here}\ndef f(x):\n    return [plt.plot(y) for y in tqdm(x)], display.display(3)"
    )
    assert offence(space["f"], *rules) == ""


@pytest.mark.parametrize(
    "body",
    [
        "return plt.__dict__",
        "return plt.np.sys",
        "return tqdm.__call__.__globals__",
        "return plt.torch",
        "from tqdm import sys\n    return sys",
        "return plt.getattr",
        "match plt:\n        case object(__class__=c):\n            return c",
    ],
)
def test_packages_that_show_are_no_door(body):
    source = f"import matplotlib.pyplot as plt\nfrom tqdm import tqdm\ndef f(x):\n    {body}"
    assert broken(source, TORCH, NO_LSTM)
    assert broken(source) == ""


GIVEN = "rnncourse.chapters.ch02_language.questions.project.LETTERS"
HOME = GIVEN.rpartition(".")[0]
WITH_LETTERS = (*HAND, GIVEN)


@pytest.mark.parametrize("packages", [WITH_LETTERS, (*TORCH, GIVEN)])
@pytest.mark.parametrize(
    "source",
    [
        f"from {HOME} import LETTERS\ndef f(x): return LETTERS[x]",
        f"from {HOME} import base_of, LETTERS as L\ndef f(x): return L.upper()",
        f"import {HOME} as home\ndef f(x): return home.LETTERS[x]",
        f"import {HOME}\ndef f(x): return {GIVEN}[x]",
        f"from {HOME.rpartition('.')[0]} import project\ndef f(x): return project.LETTERS",
    ],
)
def test_what_is_given_may_be_imported(source, packages):
    assert broken(source, packages, NO_LSTM if "torch" in packages else ()) == ""
    assert broken(source).startswith("rnncourse")


@pytest.mark.parametrize(
    "source",
    [
        f"from {HOME} import base_of\ndef f(x): return base_of(x)",
        f"from {HOME} import better_next as f",
        f"import {HOME} as home\ndef f(x): return home.base_of(x)",
        f"import {HOME} as home\ndef f(x): return (lambda h: h.base_of)(home)",
        f"import {HOME}\ndef f(x): return rnncourse",
        f"from {HOME} import *\ndef f(x): return base_of(x)",
        f"from {HOME} import LETTERS\nimport {HOME}\ndef f(x): return {HOME}.better_next",
        f"import {HOME}2\ndef f(x): return rnncourse",
        f"from {HOME} import LETTERS_2\ndef f(x): return LETTERS_2",
        "import rnncourse.grading.sandbox.child as c\ndef f(x): return c.define",
        f"import {HOME} as p\ndef f(x): return p.LETTERS.__class__",
        "import rnncourse\ndef f(x): return rnncourse.grading.rules",
    ],
)
def test_what_is_not_given_may_not_be_imported(source):
    assert broken(source, WITH_LETTERS).startswith("rnncourse")
