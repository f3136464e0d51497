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
