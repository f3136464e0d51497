"""What a child claims to have computed: float64 arrays are believed, and nothing else."""

import numpy as np
import pytest

from rnncourse.grading.running import Outcome
from rnncourse.grading.sandbox import watched
from rnncourse.grading.sandbox.child import Channel
from rnncourse.grading.sandbox.frames import DTYPES, pack, unpack
from rnncourse.grading.sandbox.hosts import Connection
from rnncourse.grading.sandbox.watched import Child

from .test_sandbox import DOUBLE


def nobody() -> Child:
    """Return a child that no process stands behind."""
    none = lambda *_: None  # noqa: E731
    process = watched.Watched(Connection(Channel(none, none), none, none, none))
    process.stop_clock()
    return Child(process, DOUBLE)


@pytest.fixture
def said():
    """From values to the outcome that the judge makes of a child's message with them."""
    child = nobody()

    def read(*values):
        held = iter(pack({"values": values, "error": "", "odd": "", "changed": ()}))
        message = unpack(lambda size: bytes(next(held) for _ in range(size)))
        return child._outcome(message)

    return read


@pytest.mark.parametrize("code", DTYPES)
@pytest.mark.parametrize("shape", [(), (2,), (0, 3)])
def test_an_array_of_another_type_was_not_made_by_us(said, code, shape):
    outcome = said(np.ones(shape, code))
    assert (outcome.values is not None) == (code == "<f8")
    if outcome.values:
        assert outcome.values[0].dtype == np.float64
    else:
        assert outcome == Outcome(odd="something that cannot be read as numbers")


def test_all_values_together_have_a_bound(monkeypatch):
    monkeypatch.setattr(watched, "LARGEST_BYTES", 160)
    child = nobody()
    message = {"values": [np.ones(15)], "error": "", "odd": "", "changed": ()}
    assert child._outcome(message).values is not None
    assert child._outcome(message).odd == "more numbers than an answer can have"
