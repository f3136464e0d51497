"""What only IPython understands leaves a cell, and nothing else does."""

import ast

import pytest

from rnncourse.grading.reading.magics import remove_magics


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("%matplotlib inline\nx = 1", "\nx = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%timeit -n 3\n%cd x\nx = 1", "\n\nx = 1"),
        ("%%bash\nls", ""),
        ("  %%html\n<p>", ""),
        ("!pip install x\nx?\n?x\nx = 1", "\n\n\nx = 1"),
        ("if a:\n    !ls\n    x = 1", "if a:\n    pass\n    x = 1"),
        ("if a:\n    %pip install -q x \\\n      y\nz = 1", "if a:\n    pass\n\nz = 1"),
        ("!echo it's\nx = 'a'", "\nx = 'a'"),
        ('!echo """\nx = 1', "\nx = 1"),
        ("%time X = f(3)\n%prun -l 7 g(X)", "X = f(3)\ng(X)"),
        ("%timeit f(3)\n%time", "\n"),
        ("scale = %time f(3)", "scale = f(3)"),
        ("files = !ls\nhome = %env HOME", "files = []\nhome = []"),
        ("    %time x = 1\n    y = 2", "x = 1\ny = 2"),
    ],
)
def test_magics_are_removed(source, left):
    assert remove_magics(source)[0] == left
    ast.parse(left)


@pytest.mark.parametrize(
    "source",
    [
        'x = """\n%d of\n!\n"""',
        "x = 7 \\\n% 3",
        "x = (7\n% 3\n% 2)",
        'def f():\n    """Say.\n\n    % of it?\n    !\n    """',
        "x = 1 +",
        "print('really?')",
    ],
)
def test_python_code_stays_unchanged(source):
    assert remove_magics(source)[0] == source
    assert remove_magics(f"{source}\n%matplotlib inline")[0].startswith(source)


def test_many_magics_take_linear_time():
    source = "!ls\n" * 20_000 + "x = 1"
    assert remove_magics(source)[0].strip() == "x = 1"
