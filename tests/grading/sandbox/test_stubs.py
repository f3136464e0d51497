"""Empty packages take anything and give no number; of the course there is what is given."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from rnncourse.grading.registry import ASSIGNMENTS, load_questions
from rnncourse.grading.rules import DISPLAY_PACKAGES
from rnncourse.grading.sandbox.stubs import Package, ProgressBar
from rnncourse.grading.values import InvalidValues, to_values

HERE = {
    "plt": Package("matplotlib.pyplot"),
    "bars": Package("tqdm.auto"),
    "widgets": Package("ipywidgets"),
    "progress": Package("rich.progress"),
    "hints": Package("jaxtyping"),
    "door": Package("beartype.door"),
    "guard": Package("typeguard"),
}
WORKS = [
    "fig, ax = plt.subplots()",
    "fig, (a, (b, c)) = plt.subplots(2, 2)",
    "line, = plt.plot([1])",
    "first, *rest = plt.plot([1])",
    "counts, edges, patches = plt.hist([1])",
    "plt.axes[0, 1].set(title='a').figure.canvas.draw()",
    "plt.rcParams['figure.figsize'] = 3, 4\ndel plt.rcParams['a']\nplt.rcParams.update({})",
    "plt.gca().size += 3\nplt.gca().size -= plt.x ** 2 @ np.ones(3)",
    "x = np.ones(3) * plt.cm.hot(0.5) + 1 - -plt.x\nx = 'a' + plt.x + 'b'",
    "with plt.style.context('a') as style:\n    style.use('b')",
    "for ax in plt.subplots(2)[1].flat:\n    raise ValueError",
    "x = [*zip(plt.figures, range(3))], list(plt.x), dict(plt.x)\nassert x == ([], [], {})",
    "assert not (plt.x < 3 or 3 in plt.x or isinstance(3, plt.Axes) or len(plt.x) or plt.x)",
    "assert f'{plt.x:.2f}{plt.x!r}{plt.x}' == '' and plt.__version__",
    "while plt.get_fignums():\n    plt.close()",
    "def draw(ax: plt.Axes | None, more: list[plt.Axes]) -> plt.Figure: ...",
    "class Own(plt.Axes, plt.Figure):\n    x = plt.Int(0).tag(sync=True)\nOwn(3).draw(a=1)",
    "class Own(plt.Axes):\n    def __init__(self):\n        super().__init__(3)\nOwn().draw()",
    "@widgets.interact(k=(0, 5))\ndef f(k=2):\n    return k\nassert f(3) == 3",
    "@widgets.interact_manual\ndef f(k=2):\n    return k\nassert f(3) == 3",
    "assert widgets.interact(len).x != 3",
    "assert [*bars.tqdm([1, 2])] == [1, 2] and len(bars.tqdm('ab', desc='c')) == 2",
    "assert [*bars.tqdm(iterable=[1, 2])] == [1, 2] and [*bars.tqdm(iter([1]))] == [1]",
    "assert [*bars.trange(3)] == [0, 1, 2] and [*bars.trange(1, 5, 2, leave=False)] == [1, 3]",
    "assert [*bars.tqdm(np.ones(2))] == [1, 1] and [*bars.tqdm(total=3)] == []",
    "assert [*bars.auto.tqdm([1])] == [1] and [*bars.tqdm.tqdm([1])] == [1]",
    "assert [*bars.contrib.tzip([1], [2])] == [(1, 2)]",
    "assert isinstance(np.ones(2), hints.Float[np.ndarray, 'B'] | None)",
    "assert isinstance(np.ones(2), (int, hints.Num[hints.Array, '...']))",
    "@hints.jaxtyped(typechecker=door.beartype)\ndef f(x):\n    return x\nassert f(2) == 2",
    "assert door.is_bearable(3, int) and door.TypeHint(list[int]).is_bearable([3])",
    "assert not door.die_if_unbearable(3, int)",
    "assert guard.check_type(3, int) == 3 and guard.check_type([3], list[int]) == [3]",
    "assert bars.thread_map(abs, [-1], max_workers=2) == [1]",
    "with bars.tqdm([1], disable=True) as bar:\n    for _ in bar:\n        bar.set_postfix(a=1)",
    "bar = bars.tqdm(total=3)\nbar.update()\nbar.n += 1\nbar.close()\nbars.tqdm.write('a')",
    "assert [*progress.track([1, 2], description='a')] == [1, 2]",
    "axes = np.array(plt.subplots(2)[1]).ravel()\nfor ax in axes:\n    ax.plot([1])",
    "import copy\ncopy.deepcopy(plt.x), copy.copy(plt.x), hash(plt.x), {plt.x: 1}",
]
NO_NUMBERS = [
    "plt",
    "plt.x",
    "[plt.x]",
    "[plt.x, 1.0]",
    "[[plt.x]]",
    "plt.hist([1])[0]",
    "plt.x + 1",
    "np.ones(2) * plt.x",
    "-plt.x",
    "bars.tqdm([1, 2])",
    "bars.trange(2)",
    "np.array([plt.x, 2], object)",
]


@pytest.mark.parametrize("lines", WORKS)
def test_every_operation_on_a_stub_runs(lines):
    exec(lines, {"np": np, **HERE})


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_a_stub_is_no_value(text):
    assert isinstance(to_values(eval(text, {"np": np, **HERE}), ["y"]), InvalidValues)


@pytest.mark.parametrize("text", ["float(plt.x)", "int(plt.x)", "np.ones(2) + float(plt)"])
def test_a_stub_used_as_a_number_raises(text):
    with pytest.raises(TypeError, match=r"empty stand-in|Package"):
        eval(text, {"np": np, **HERE})


def test_a_stubbed_progress_bar_yields_its_items():
    assert bool(ProgressBar(total=3))
    assert len(ProgressBar([1, 2])) == 2


INSTALLED = """
import sys
import tqdm.auto as real
assert real.tqdm.__module__.startswith("tqdm")
from rnncourse.grading.rules import DISPLAY_PACKAGES
from rnncourse.grading.sandbox.stubs import install_stubs
names = install_stubs({"rnncourse.chapters.ch02_language.questions.cache_model.LETTERS": "abc"})
assert names["get_ipython"]().run_line_magic("a", "b") is not None
assert "google.colab" not in sys.modules and "tqdm" not in sys.modules
for name in DISPLAY_PACKAGES:
    __import__(name)
    __import__(f"{name}.anything.at_all")
from IPython.display import display, Markdown
from google.colab import drive
from tqdm import *
from tqdm import auto
import matplotlib.pyplot as plt, mpl_toolkits.mplot3d
import matplotlib as mpl
assert [*trange(2)] == [0, 1] and [*auto.tqdm([3])] == [3] and mpl.pyplot.x is not None
from rnncourse.chapters.ch02_language.questions.cache_model import LETTERS
project = sys.modules["rnncourse.chapters.ch02_language.questions.cache_model"]
assert LETTERS == "abc" and [n for n in dir(project) if n[0] != "_"] == ["LETTERS"]
for line in "from rnncourse.chapters.ch02_language.questions.cache_model import predict_base", \\
    "import pandas", "import torch_geometric":
    try:
        exec(line)
    except ImportError:
        pass
    else:
        raise AssertionError(line)
install_stubs({"rnncourse.chapters.ch02_language.questions.cache_model.V": 3})
assert sum(type(f).__name__ == "Finder" for f in sys.meta_path) == 1
import numpy
assert numpy.ones(2).sum() == 2
"""


def test_imports_find_what_is_empty_or_given_and_nothing_else():
    done = subprocess.run([sys.executable, "-c", INSTALLED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_nothing_that_computes_or_reads_is_empty():
    assert DISPLAY_PACKAGES.isdisjoint(
        {"pandas", "sklearn", "scipy", "PIL", "cv2", "torch", "numpy"}
    )
    assert DISPLAY_PACKAGES.isdisjoint(sys.stdlib_module_names)


def test_constants_of_every_question_are_plain_values():
    constants = [q.constants for name in ASSIGNMENTS for q in load_questions(name).values()]
    assert " abcdef" in str(constants)


def test_functions_of_the_course_are_not_given():
    question = load_questions("02-language-models")["02-better"]
    package = question.provided[0].rpartition(".")[0]
    with pytest.raises(ValueError, match=r"02-better: .*predict_base is given, and no text"):
        assert replace(question, provided=(f"{package}.predict_base",)).constants
