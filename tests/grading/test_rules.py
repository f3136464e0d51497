"""What an answer may not import, in a notebook and in a kernel."""

import sys

import pytest

from rnncourse.grading.reading.contents import Notebook
from rnncourse.grading.reading.notebooks import CodeCell
from rnncourse.grading.reading.programs import find_programs
from rnncourse.grading.rules import find_forbidden_use

from .students import define_names

HAND = ("numpy",)


def find_rule_offence(source: str, packages=HAND) -> str:
    return find_programs(Notebook([CodeCell(1, source)]), "f", packages).forbidden


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import torch\ndef f(x): return torch.sum(x)", "torch"),
        ("def f(x):\n    from scipy import special\n    return special", "scipy.special"),
        ("import scipy.special as s\ndef f(x): return s.softmax(x)", "scipy.special"),
        ("try:\n    import rnncourse\nexcept ImportError:\n    f = len", "rnncourse"),
        (
            "from rnncourse.chapters.ch02_language import questions as c\ndef f(x): return c",
            "rnncourse",
        ),
    ],
)
def test_other_packages_are_refused_where_the_answer_reads_them(source, name):
    assert find_rule_offence(source).startswith(name)
    renamed = source.replace("def f", "def g").replace("f =", "g =")
    assert find_rule_offence(renamed + "\ndef f(x): return x") == ""


ALLOWED = (
    "import numpy as np, math\nfrom collections import Counter\ndef f(x): return np.sum(x)",
    "def f(x):\n    import itertools, os.path\n    return getattr(x, '__len__')",
    "def f(x):\n    try:\n        import cupy\n    except ImportError:\n        return x",
    "from numpy import *\ndef f(x): return exp(x)",
    "import torch\ndef f(x: torch.Tensor) -> torch.Tensor: return x",
    "import torch\n@staticmethod\ndef f(x: 'torch.Tensor'): return x",
)


@pytest.mark.parametrize("source", [*ALLOWED, "from . import y\ndef f(x): return y"])
def test_numpy_the_standard_library_and_any_hint_are_allowed(source):
    assert find_rule_offence(source) == ""


@pytest.mark.parametrize("source", ALLOWED)
def test_the_check_in_a_notebook_allows_the_same_packages(source):
    assert find_forbidden_use(define_names(source)["f"], HAND) == ""


def test_the_check_in_a_notebook_refuses_a_ufunc_of_scipy_as_marking_does():
    """Such a function names no module: the cell gave points that handing in took away."""
    source = "from scipy.special import expit\ndef f(x): return expit(x)"
    assert find_rule_offence(source) == "scipy.special.expit"
    assert find_forbidden_use(define_names(source)["f"], HAND) == "scipy.special.expit"
    assert find_forbidden_use(define_names(source)["f"], (*HAND, "scipy")) == ""


def test_a_live_function_is_followed_to_what_it_calls():
    space = define_names("from scipy import special\ndef g(x):\n    return special.softmax(x)")
    define_names("def f(x):\n    return g(x)", space)
    assert find_forbidden_use(space["f"], HAND).startswith("scipy.special")
    assert find_forbidden_use(space["f"], ("numpy", "scipy")) == ""
    assert find_forbidden_use(define_names("def f(x):\n    return np.exp(x)")["f"], HAND) == ""
    assert find_forbidden_use(len, HAND) == ""
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


def test_packages_for_display_are_allowed():
    assert find_rule_offence(SHOW) == ""
    imports = "import matplotlib.pyplot as plt\nfrom tqdm import tqdm\nfrom IPython import display"
    space = define_names(
        f"{imports}\ndef f(x):\n    return [plt.plot(y) for y in tqdm(x)], display.display(3)"
    )
    assert find_forbidden_use(space["f"], HAND) == ""


GIVEN = "rnncourse.chapters.ch02_language.questions.cache_model.LETTERS"
HOME = GIVEN.rpartition(".")[0]
WITH_LETTERS = (*HAND, GIVEN)


@pytest.mark.parametrize(
    "source",
    [
        f"from {HOME} import LETTERS\ndef f(x): return LETTERS[x]",
        f"from {HOME} import predict_base, LETTERS as L\ndef f(x): return L.upper()",
        f"def f(x):\n    from {HOME} import LETTERS\n    return LETTERS[x]",
    ],
)
def test_given_functions_may_be_imported_by_name(source):
    assert find_rule_offence(source, WITH_LETTERS) == ""
    assert find_rule_offence(source).startswith("rnncourse")


@pytest.mark.parametrize(
    "source",
    [
        f"from {HOME} import predict_base\ndef f(x): return predict_base(x)",
        f"from {HOME} import better_next as f",
        f"import {HOME} as home\ndef f(x): return home.predict_base(x)",
        f"import {HOME}\ndef f(x): return rnncourse",
        f"from {HOME.rpartition('.')[0]} import project\ndef f(x): return project.predict_base(x)",
        f"from {HOME} import *\ndef f(x): return predict_base(x)",
        f"from {HOME} import LETTERS_2\ndef f(x): return LETTERS_2",
        "import rnncourse.grading.sandbox.child as c\ndef f(x): return c.define_answer",
    ],
)
def test_functions_not_given_may_not_be_imported(source):
    assert find_rule_offence(source, WITH_LETTERS).startswith("rnncourse")
