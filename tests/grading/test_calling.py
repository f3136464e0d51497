"""A call ends in an outcome; what counts as a blank is the student's own `raise`."""

import functools
import sys

import numpy as np
import pytest

from rnncourse.grading.calling import Signature, call_quietly

from .students import define_names

SIGNATURE = Signature(("x",), ("y",))


def call_defined(source, name="f"):
    return call_quietly(define_names(source)[name], (np.ones(2),), SIGNATURE)


@pytest.mark.parametrize(
    "source",
    [
        "def f(x): raise NotImplementedError",
        "def f(x):\n    raise NotImplementedError('later')",
        "def g(x): raise NotImplementedError\ndef f(x): return g(x) + 1",
        "class F:\n    def __call__(self, x): raise NotImplementedError\nf = F()",
        "import functools\n@functools.lru_cache(None)\ndef g(x): raise NotImplementedError\n"
        "f = lambda x: g(1)",
        "import functools\ndef g(a, x): raise NotImplementedError\nf = functools.partial(g, 1)",
    ],
)
def test_a_raise_of_the_students_own_is_a_blank(source):
    assert call_defined(source).blank


def raise_unsupported(x):
    raise NotImplementedError("not for this layout")


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\ndef f(x): asyncio.AbstractEventLoop().run_forever()",
        "def f(x): return unsupported(x)",
        "def f(x):\n    try:\n        return unsupported(x)\n    except TypeError:\n        raise",
    ],
)
def test_a_library_that_lacks_something_is_an_error(source):
    function = define_names(source, {"__name__": "__main__", "unsupported": raise_unsupported})["f"]
    result = call_quietly(function, (np.ones(2),), SIGNATURE)
    assert (result.blank, "NotImplementedError" in result.error) == (False, True)


def test_pytorchs_own_not_implemented_error_is_reported():
    pytest.importorskip("torch")
    cells = (
        "import torch\ndef f(x):\n    return torch.ones(2).to_sparse().angle()",
        "import torch\nclass Net(torch.nn.Module): pass\ndef f(x):\n    return Net()(x)",
    )
    for cell in cells:
        result = call_defined(cell)
        assert "return" in result.error, cell
        assert not result.blank


def test_a_long_error_message_is_cut():
    """PyTorch's go on for 8,000 characters, with paths of the machine."""
    result = call_defined(
        "def f(x): raise ValueError('too long: ' + 'x ' * 4_000 + '/home/somebody')"
    )
    assert "raised ValueError: too long: x x" in result.error
    assert result.error.endswith("x x…")
    assert len(result.error) < 500


def test_the_line_of_a_wrapped_function_is_reported():
    function = functools.lru_cache(None)(define_names("def f(x):\n    return 1 / 0")["f"])
    result = call_quietly(function, (1,), SIGNATURE)
    assert result.error == "Line 2, `return 1 / 0`, raised ZeroDivisionError: division by zero"


RUDE = "class E(Exception):\n    {}\ndef f(x): raise E"


@pytest.mark.parametrize(
    "source",
    [
        "def f(x): raise BaseException('x')",
        "def f(x): raise GeneratorExit",
        "import asyncio\ndef f(x): raise asyncio.CancelledError",
        "def f(x): raise BaseExceptionGroup('g', [KeyboardInterrupt()])",
        "def f(x):\n    error = NameError('x')\n    error.name = [1]\n    raise error",
        RUDE.format("__class__ = property(lambda self: 1 / 0)"),
        RUDE.format("def __str__(self): raise SystemExit"),
        "class F:\n    def __call__(self, x): raise ValueError\n"
        "    def __getattr__(self, name): raise SystemExit\nf = F()",
    ],
)
def test_whatever_is_raised_is_an_error(source):
    outcome = call_defined(source)
    assert "raise" in outcome.error
    assert not outcome.blank


def test_an_argument_that_stays_as_it_is_is_not_reported():
    arguments = ([np.array([1j, np.nan])], np.array([np.nan + 1j]), (np.ones(2), {"a": 1}))
    signature = Signature(("a", "b", "c"), ("y",))
    for source, changed in (("", ()), ("a[0][0] = 2; ", ("a",)), ("c[0][0] = 2; ", ("c",))):
        f = define_names(f"def f(a, b, c): {source}return 1.0")["f"]
        assert call_quietly(f, arguments, signature).changed_arguments == changed


@pytest.mark.parametrize("new", ["np.zeros(2)", "[1.0]", "5", "object()", "RUDE"])
def test_whatever_an_answer_puts_into_a_list_is_reported(new):
    rude = "class Rude(float):\n    def __eq__(self, other): raise SystemExit\nRUDE = Rude()\n"
    for first in ([1.0, 2.0], np.float64(1), 1.0, "a"):
        source = f"import numpy as np\n{rude}def f(xs):\n    xs[0] = {new}\n    return 1.0"
        f = define_names(source)["f"]
        outcome = call_quietly(f, ([first],), Signature(("xs",), ("y",)))
        assert outcome.changed_arguments == ("xs",) or "SystemExit" in outcome.error


@pytest.mark.skipif(sys.platform != "linux", reason="needs a deadline of the processor")
def test_a_bare_except_does_not_outlive_the_deadline():
    source = """def f(x):
    while True:
        try:
            for i in range(100): x += 1
        except: pass"""
    f = define_names(source)["f"]
    assert call_quietly(f, (1.0,), Signature(("x",), ("y",)), 0.05).stopped == "timeout"
