"""What one child leaves behind tells the next one nothing: the ways that were found, one by one.

What cannot be closed is on the page for maintainers, with the reason why it carries nothing: no
two runs share inputs, not even those of one file that is graded twice.
"""

import os
import sys
import time
from pathlib import Path
from textwrap import dedent, indent

import numpy as np
import pytest

from rnncourse.grading.questions import Question, ScoreComparison
from rnncourse.grading.results import GRADED

from ..handed_in import grade_notebook, list_points, make_notebook
from .attack import EVERY

pytestmark = [
    pytest.mark.grading,
    pytest.mark.skipif(sys.platform != "linux", reason="needs Linux"),
]


def make_question(name: str, answer: float) -> Question:
    fixed = {"id": f"00-{name}", "title": name, "level": "recall", "points": 1, "function": name}
    return Question(
        **fixed, reference=lambda x: answer, returns=("y",), inputs=lambda rng: [(1.0,)]
    )


SPEAK, LISTEN = make_question("speak", 0.0), make_question("listen", 1.0)
DESCRIPTORS = """
import fcntl, os
FLAGS = os.O_APPEND | os.O_NONBLOCK

def each(do):
    for number in range(64):
        try:
            yield do(number)
        except OSError:
            pass
"""
MAPPED = """
import ctypes

def shared():
    for line in open("/proc/self/maps"):
        if line.split()[1] == "rw-s":
            yield int(line.split("-")[0], 16)
"""
CHANNELS = {
    "flags of a shared descriptor": (
        DESCRIPTORS,
        "list(each(lambda n: fcntl.fcntl(n, fcntl.F_SETFL, FLAGS)))",
        "any(each(lambda n: fcntl.fcntl(n, fcntl.F_GETFL) & FLAGS))",
    ),
    "place in a shared file": (
        DESCRIPTORS,
        "list(each(lambda n: os.lseek(n, 77, 0)))",
        "77 in each(lambda n: os.lseek(n, 0, 1))",
    ),
    "bytes in a shared pipe or socket": (
        DESCRIPTORS,
        "list(each(lambda n: os.write(n, b'') if n < 3 else None))",
        "any(each(lambda n: os.set_blocking(n, False) or n < 3 and os.read(n, 1)))",
    ),
    "memory that is shared": (
        MAPPED,
        "[ctypes.memset(place, 7, 1) for place in shared()]",
        "any(ctypes.string_at(place, 1) == bytes([7]) for place in shared())",
    ),
    "environment, files, limits": (
        "import os, resource, tempfile",
        "os.environ.update(SAID='1'), resource.setrlimit(resource.RLIMIT_STACK, [7 << 20] * 2)",
        "os.environ.get('SAID') or resource.getrlimit(resource.RLIMIT_STACK)[0] == 7 << 20",
    ),
}


@pytest.mark.parametrize("level", EVERY)
@pytest.mark.parametrize("name", CHANNELS)
def test_no_inherited_resource_is_a_covert_channel(name, level, monkeypatch, start_at_level):
    start_at_level(level)
    setup, write, read = (dedent(text).strip() for text in CHANNELS[name])
    attempt = "try:\n    {}\nexcept OSError:\n    {}"
    cell = [setup, "def speak(x):", indent(attempt.format(write, "pass"), " " * 4)]
    cell += ["    return 0.0", "def listen(x):"]
    cell += [indent(attempt.format(f"return float(bool({read}))", "return 0.0"), " " * 4)]
    result = grade_notebook(
        monkeypatch, make_notebook("\n".join(cell)), level, ids=["02-bits"], extra=(SPEAK, LISTEN)
    )
    assert result.status == GRADED
    marks = list_points(result)
    assert marks["00-speak"] == (1, 1), result.questions
    assert marks["00-listen"] == (0, 1), result.questions


# Each call shows a bit, and asks for the next one: who is right more often than not looks ahead.
BITS = 24
NEXT = Question(
    id="00-next",
    title="next",
    level="recall",
    points=2,
    function="guess",
    reference=lambda bit: 0.0,
    returns=("y",),
    inputs=lambda rng: [(float(bit),) for bit in rng.integers(0, 2, BITS)],
    comparison=ScoreComparison(
        lambda cases, values, _: np.mean(
            [a[0] == y[0] for a, y in zip(cases[1:], values[:-1], strict=True)]
        ),
        ((0.1, 1), (0.95, 2)),
        lambda score: f"{score:.2f} of the bits.",
    ),
)
LOOK_AHEAD = """
import glob, os, numpy
FILES = sorted(glob.glob(os.path.dirname(numpy.__file__) + "/*/tests/*.py"))[:{bits}]
SEEN = [os.stat(file).st_atime > {long_ago} + 1 for file in FILES]
calls = 0

def guess(bit):
    global calls
    if bit:
        open(FILES[calls]).read()
    calls += 1
    return float(calls < len(SEEN) and SEEN[calls])
"""


@pytest.mark.parametrize("level", EVERY)
def test_a_file_graded_twice_sees_no_later_input(level, monkeypatch, start_at_level):
    """The first time leaves a bit in the access time of each file; the second time reads it."""
    start_at_level(level)
    files = sorted(Path(np.__file__).parent.glob("*/tests/*.py"))[:BITS]
    long_ago = int(time.time()) - 3 * 86400

    def grade_twice(salt):
        for file in files:
            os.utime(file, (long_ago, file.stat().st_mtime))
        data = make_notebook(LOOK_AHEAD.format(bits=BITS, long_ago=long_ago))
        options = {"ids": ["02-bits"], "extra": (NEXT,), "salt": salt}
        for _ in range(2):
            result = grade_notebook(monkeypatch, data, level, **options)
        assert result.status == GRADED
        return list_points(result)["00-next"][0]

    assert grade_twice(salt="") == 1
    os.utime(files[0], (long_ago, files[0].stat().st_mtime))
    files[0].read_bytes()
    if files[0].stat().st_atime > long_ago + 1:  # where there are access times, this is why
        assert grade_twice(salt="the same") == 2
